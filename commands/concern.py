"""The private concern about a coordinator's practice: raising one, and seeing one's own (BR-13). No case reference is possible."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands.cards import plain
from commands.command import Draft, Hidden, Widget
from commands.concern_cards import card, listing
from commands.concern_carry_out import begin
from commands.concern_form import PrivateForm, PrivateText
from commands.concern_matters import matter, mine
from commands.concern_people import Route, coordinators, route, rule_of, teams
from commands.concern_words import audience, who_is_away
from commands.desk import Desk
from commands.errors import Refused
from commands.told import when_told
from commands.vocabulary import (
    Ask,
    Bullets,
    Filled,
    Form,
    Heading,
    Input,
    Kind,
    Option,
    Paragraph,
    Part,
    Reply,
    Say,
    Small,
    Value,
)
from procedures.engine import BadStep, holding
from procedures.schema import Procedure


class Concern(PrivateForm):
    """Raise a private concern about a coordinator's practice, or see those that concern you."""

    name = "concern"
    submit = "Send it"
    usage = "[PC-12]"

    shown: Annotated[str, Hidden()] = ""
    procedure: Annotated[str, Widget(Kind.LIST, redraws=True)] | None = Field(
        None, title="Under which procedure?"
    )
    unit: Annotated[str, Widget(Kind.LIST, redraws=True)] | None = Field(None, title="Your team")
    coordinator: Annotated[str, Widget(Kind.LIST, redraws=True)] = Field(title="Which coordinator?")
    concern: PrivateText = Field(
        title="What concerns you?",
        description="What happened, and why it matters. No case reference, no name of a child or a family.",
    )
    tried: PrivateText = Field(
        title="What have you tried so far?",
        description="With the coordinator or with somebody else. If nothing, say why.",
    )

    # --- what it is asked for ---------------------------------------------------------------------------------------

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those who may raise one, and to those who have a part in one."""
        return bool(cls._procedures(desk)) or bool(mine(desk))

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """One by its reference; without it one's own, or the form where there is none."""
        if words:
            return cls._show(desk, " ".join(words))
        matters = mine(desk)
        if not matters:
            return Ask(cls.form(desk, {}, {}))
        return Say(listing(desk, matters, may_raise=bool(cls._procedures(desk))))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The form, one that was opened, or one's own."""
        if arguments.get("new"):
            return Ask(cls.form(desk, {}, {}))
        return cls.typed(desk, [arguments["concern"]] if arguments.get("concern") else [])

    @classmethod
    def _show(cls, desk: Desk, reference: str) -> Reply:
        found = matter(desk, reference)
        desk.note_down("concern_read", found.reference, {})
        return Say(card(desk, found, full=True))

    # --- the form -------------------------------------------------------------------------------------------------------

    @classmethod
    def _procedures(cls, desk: Desk) -> list[Procedure]:
        """Those under which the person may raise a private concern."""
        in_use = desk.procedures
        return [each for each in in_use if desk.holds(holding(each, "concern"))]

    @classmethod
    def _chosen(cls, desk: Desk, draft: Draft) -> tuple[Procedure, str]:
        """The procedure and the team chosen so far; the team is empty while several are possible."""
        if all(each.concern is None for each in desk.procedures):
            raise Refused("The procedure in use here has no private concerns. Speak to your manager.")
        found = cls._procedures(desk)
        if not found:
            able = dict.fromkeys(
                each.role_name(role)
                for each in desk.procedures
                if each.concern is not None
                for role in each.concern.by
            )
            raise Refused(
                f"Only a {' or '.join(able)} can raise a private concern here, and there is none in which you have a part."
            )
        procedure = next((each for each in found if each.id == draft.get("procedure")), found[0])
        units = teams(desk, rule_of(procedure))
        unit = draft.get("unit") or (next(iter(units)) if len(units) == 1 else "")
        return procedure, unit if unit in units else ""

    @classmethod
    def _route(cls, desk: Desk, draft: Draft) -> tuple[Procedure, str, str, Route | None]:
        """The procedure, the team, the coordinator and who will read it, as far as they are known."""
        procedure, unit = cls._chosen(desk, draft)
        about = draft.get("coordinator")
        if not unit or about not in coordinators(desk, procedure, unit):
            return procedure, unit, "", None
        return procedure, unit, about, route(desk, procedure, unit, desk.actor.email, about)

    @classmethod
    def form(cls, desk: Desk, context: Mapping[str, str], values: Mapping[str, Value]) -> Form:
        """The form; it carries what it shows of who will read the concern, so that nobody sends it to others unseen."""
        form = super().form(desk, context, values)
        found = cls._route(desk, Draft(context, values))[3]
        return replace(form, context={**form.context, "shown": _fingerprint(found)})

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Whom it is about, who will read it, then the writer's own words."""
        procedure, unit, about, way = cls._route(desk, draft)
        rule = rule_of(procedure)
        yield Paragraph(
            f"A private concern about {rule.about}. It is separate from challenges: it is in no list, digest or report of them, and on no child's file."
        )
        several = cls._procedures(desk)
        if len(several) > 1:
            options = tuple(Option(each.id, each.title) for each in several)
            yield replace(inputs["procedure"], options=options, required=True, initial=procedure.id)
        units = teams(desk, rule)
        if len(units) > 1:
            options = tuple(Option(id_, name) for id_, name in units.items())
            yield replace(inputs["unit"], options=options, required=True)
        if unit:
            others = coordinators(desk, procedure, unit)
            if not others:
                raise Refused(
                    f"Nobody else is recorded as {procedure.role_name(procedure.raising.by[0])} for your team. Ask an administrator to add them to people.csv."
                )
            options = tuple(Option(email, name[:75]) for email, name in others.items())
            yield replace(inputs["coordinator"], options=options)
        else:
            yield Small(
                "Choose your team first; then you choose the coordinator, and see who will read this."
            )
        yield from cls._readers(desk, procedure, about, way)
        yield inputs["concern"]
        yield inputs["tried"]

    @classmethod
    def _readers(cls, desk: Desk, procedure: Procedure, about: str, way: Route | None) -> Iterable[Part]:
        yield Heading("Who will read this")
        if way is None:
            yield Small("Choose the coordinator: then it stands here, by name.")
            return
        yield Bullets(tuple(audience(desk, procedure, way)))
        yield from (Small(words) for words in who_is_away(desk, dict.fromkeys((*way.asked, *way.with_))))
        yield Small(
            f"Nobody else, and nobody who covers for one of them. {desk.name(about)} is not told of it here. If a manager speaks to {desk.name(about)}, that happens outside this tool."
        )

    # --- sending it --------------------------------------------------------------------------------------------------------

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """As other forms; but first the writer must have seen who will read it."""
        found = cls._route(desk, Draft(filled.context, filled.values))[3]
        if found is not None and filled.context.get("shown") != _fingerprint(found):
            words = Paragraph(
                "Nothing has been sent yet. Look at who will read this, then send it again.", strong=True
            )
            form = cls.form(desk, filled.context, filled.values)
            return Ask(replace(form, parts=(words, *form.parts)))
        return super().submitted(desk, filled)

    def run(self, desk: Desk) -> Reply:
        """Send it to those who take it on."""
        draft = Draft({}, {"procedure": self.procedure, "unit": self.unit, "coordinator": self.coordinator})
        procedure, unit, about, way = self._route(desk, draft)
        if not unit:
            raise BadStep("unit", "Choose one of the teams listed.")
        if way is None:
            raise BadStep("coordinator", "Choose one of the people listed.")
        body = {"concern": self.concern, "tried": self.tried}
        found = begin(desk, procedure, unit=unit, about=about, body=body)
        lines = Bullets(tuple(audience(desk, procedure, way)))
        later = [Small(words) for words in (when_told(desk),) if words]
        sentence = "It goes to these people, and to nobody else. You find it in your messages, and with /challenge concern."
        return Say(plain(f"{found.reference} is sent", sentence, lines, *later))


def _fingerprint(way: Route | None) -> str:
    """Who will read a concern, as a short text that changes with them."""
    people = "" if way is None else repr((way.asked, way.with_, way.then))
    return hashlib.blake2b(people.encode(), digest_size=8).hexdigest()
