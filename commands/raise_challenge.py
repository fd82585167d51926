"""Raising a challenge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from commands import opening
from commands.cards import due_words, plain, sum_words
from commands.carry_out import begin
from commands.command import Command, Draft, Line, ListChoice, LongText, Widget, YesNo, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.told import when_told
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Divider,
    Filled,
    Heading,
    Input,
    Kind,
    Option,
    Part,
    Reply,
    Say,
    Small,
    Value,
)
from procedures.dates import parse_date
from procedures.engine import BadStep
from procedures.schema import RAISER, Procedure, Stage
from procedures.steps import Conversation, Raised
from storage import people
from storage.tables import SecondOpinion

TALKS = 3
"""Informal conversations that one form can hold."""


class RaiseChallenge(Command):
    """Raise a challenge about a case."""

    name = "raise"
    title = "Raise a challenge"
    submit = "Raise"
    usage = "[case reference]"

    procedure: ListChoice | None = Field(None, title="Under which procedure?")
    immediate_risk: Annotated[YesNo, Widget(Kind.CHOICE, redraws=True)] = Field(
        "no", title="Is a child at immediate risk?"
    )
    stage: Annotated[str, Widget(Kind.LIST, redraws=True)] | None = Field(None, title="Which stage?")
    risk_reason: LongText | None = Field(None, title="Why is this stage opened directly?")
    case_reference: Line = Field(title="Case reference")
    unit: Annotated[str, Widget(Kind.LIST, redraws=True)] = Field(title="Team that has the case")
    informal: Annotated[str, Widget(Kind.CHOICE, redraws=True)] | None = Field(
        None, title="Informal conversations"
    )
    no_informal_reason: LongText | None = Field(None, title="Why has there been none yet?")
    concern: LongText = Field(title="What concerns you?")
    agreed_actions: LongText = Field(
        title="What actions were agreed?",
        description="With whom, and by when. If none could be agreed, say so.",
    )
    more: dict[str, str] = Field(default_factory=dict)
    MANY: ClassVar[tuple[Option, ...]] = (Option("had", "Yes, there have been"), Option("none", "None yet"))

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """A case reference may stand behind `raise`."""
        return Ask(cls.form(desk, {}, {"case_reference": " ".join(words)} if words else {}))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """From a button: a new form, one conversation more on the form, or a draft that a second opinion was asked on."""
        if arguments.get("talks") and form is not None:
            return Ask(cls.form(desk, {**form.context, "talks": arguments["talks"]}, form.values))
        if arguments.get("opinion"):
            row = desk.session.get(SecondOpinion, whole_number(arguments["opinion"]))
            if row is None or row.asker not in (desk.actor.email, *desk.covered):
                raise Refused("That draft is not yours. /challenge raise begins a new one.")
            values: dict[str, Value] = {
                name: tuple(v) if isinstance(v, list) else v for name, v in row.draft["values"].items()
            }
            return Ask(cls.form(desk, row.draft["context"], values))
        return Ask(cls.form(desk, {}, {}))

    @classmethod
    def procedures(cls, desk: Desk) -> list[Procedure]:
        """The procedures under which the person may raise a challenge. Raises Refused when there is none."""
        found = [procedure for procedure in desk.office.library.in_use if desk.holds(procedure.raising.by)]
        if not found:
            names = dict.fromkeys(
                p.role[role].name.lower() for p in desk.office.library.in_use for role in p.raising.by
            )
            raise Refused(
                f"Only a {' or '.join(names)} can raise a challenge here. If that is you, ask an administrator to add the role."
            )
        return found

    @classmethod
    def chosen_procedure(cls, desk: Desk, draft: Draft) -> Procedure:
        """The procedure chosen so far, or the first."""
        found = cls.procedures(desk)
        return next((procedure for procedure in found if procedure.id == draft.get("procedure")), found[0])

    @classmethod
    def reminder(cls, desk: Desk, draft: Draft) -> str:
        """What stands under every free text."""
        return cls.chosen_procedure(desk, draft).record.reminder

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Immediate risk first, then the case, the informal conversations and the concern."""
        procedure = cls.chosen_procedure(desk, draft)
        several = cls.procedures(desk)
        if len(several) > 1:
            options = tuple(Option(each.id, each.title) for each in several)
            yield replace(
                inputs["procedure"], options=options, redraws=True, required=True, initial=procedure.id
            )
        yield from opening.risk_parts(procedure, draft, inputs["immediate_risk"])
        risk = draft.get("immediate_risk") == "yes"
        if risk:
            yield replace(opening.stage_input(procedure.stage), initial=procedure.first.id)
            yield replace(inputs["risk_reason"], required=True)
            yield Divider()
        case = desk.office.authority.case_reference
        yield replace(inputs["case_reference"], hint=f"For example {case.example}. Never a name.")
        yield from cls._unit_parts(desk, draft, procedure, inputs)
        yield from cls._informal_parts(draft, procedure, inputs)
        yield inputs["concern"]
        yield inputs["agreed_actions"]
        stage = procedure.stages.get(draft.get("stage")) if risk else None
        yield from opening.stage_parts(procedure, stage or procedure.first)
        yield from cls._opinion_parts(desk, draft, procedure)

    @classmethod
    def units(cls, desk: Desk, procedure: Procedure) -> dict[str, str]:
        """The teams for which the person may raise: those of their role, and all below."""
        authority = desk.office.authority
        found: dict[str, str] = {}
        for role, unit in desk.roles:
            if role in procedure.raising.by:
                found |= {id_: authority.unit_name(id_) for id_ in sorted(authority.within(unit))}
        parents = {each.parent for each in authority.unit}
        lowest = {id_: name for id_, name in found.items() if id_ not in parents}
        return lowest or found

    @classmethod
    def _unit_parts(
        cls, desk: Desk, draft: Draft, procedure: Procedure, inputs: dict[str, Input]
    ) -> Iterable[Input | Part]:
        units = cls.units(desk, procedure)
        options = tuple(Option(id_, name) for id_, name in units.items())
        initial = options[0].value if len(options) == 1 else None
        yield replace(inputs["unit"], options=options, initial=initial)
        unit = draft.get("unit") or (initial or "")
        if unit not in units:
            return
        for role, data in procedure.role.items():
            if not data.chosen:
                continue
            holders = people.holders(desk.session, role, desk.office.authority.upwards(unit))
            if len(holders) > 1:
                choices = tuple(Option(person.email, person.name) for person in holders)
                yield Input(f"chosen_{role}", data.name, Kind.LIST, options=choices)
            elif holders:
                yield Small(f"{data.name}: {holders[0].name}")

    @classmethod
    def _informal_parts(
        cls, draft: Draft, procedure: Procedure, inputs: dict[str, Input]
    ) -> Iterable[Input | Part]:
        rule = procedure.informal
        if rule is None:
            return
        yield replace(
            inputs["informal"],
            options=cls.MANY,
            required=True,
            hint="Challenges are resolved at the lowest level that can resolve them.",
        )
        if draft.get("informal") == "none":
            yield replace(inputs["no_informal_reason"], required=True)
        if draft.get("informal") != "had":
            return
        count = max(1, min(TALKS, whole_number(draft.context.get("talks", ""))))
        options = tuple(Option(role, procedure.role_title(role)) for role in rule.with_)
        for number in range(1, count + 1):
            yield Heading("The conversation" if count == 1 else f"Conversation {number}")
            yield Input(f"talk_{number}_with", "With whom?", Kind.CHOICE, options=options)
            yield Input(f"talk_{number}_on", "On which day?", Kind.DATE)
            yield Input(
                f"talk_{number}_result",
                "What came of it?",
                Kind.TEXT,
                hint=procedure.record.reminder,
                max_length=1000,
            )
        if count < TALKS:
            yield Buttons((Button("Add another conversation", cls.name, {"talks": str(count + 1)}),))

    @classmethod
    def _opinion_parts(cls, desk: Desk, draft: Draft, procedure: Procedure) -> Iterable[Input | Part]:
        if procedure.second_opinion is None or draft.context.get("asked"):
            return
        yield Divider()
        yield Small(
            f"Not sure? The {procedure.role_name(procedure.second_opinion.from_)} can give a second opinion before anything is recorded as a challenge. What you have typed is kept."
        )
        yield Buttons((Button("Ask for a second opinion", "opinion", {"ask": "yes"}),))

    def run(self, desk: Desk) -> Reply:
        """Raise it, and say to whom it went and by when an answer is due."""
        draft = Draft({}, {"procedure": self.procedure})
        procedure = self.chosen_procedure(desk, draft)
        stage = self._stage(procedure)
        if not desk.office.authority.fits(self.case_reference):
            raise BadStep("case_reference", desk.office.authority.case_reference_hint())
        if self.unit not in self.units(desk, procedure):
            raise BadStep("unit", "Choose one of the teams listed.")
        step = Raised(
            stage=stage.id,
            concern=self.concern,
            agreed_actions=self.agreed_actions,
            immediate_risk=self.immediate_risk == "yes",
            risk_reason=self.risk_reason or "",
            informal=self._talks(desk, procedure),
            no_informal_reason=(self.no_informal_reason or "") if self.informal == "none" else "",
            fields=opening.own_fields(stage, self.more),
            consulted=opening.consulted(stage, self.more),
        )
        chosen = self._chosen(desk, procedure)
        record = begin(
            desk, procedure, step, case_reference=self.case_reference, unit=self.unit, chosen=chosen
        )
        asked = desk.name_all(record.holders(tuple(stage.to)), "and")
        due = f" An answer is due by {due_words(desk, record)}." if record.window is not None else ""
        later = "" if step.immediate_risk else when_told(desk)
        more = tuple(Small(words) for words in (sum_words(desk, record), later) if words)
        return Say(
            plain(
                f"{record.reference} is raised",
                f"{stage.name} goes to {asked}.{due} You will find the challenge in your messages and on your home page.",
                *more,
            )
        )

    def _stage(self, procedure: Procedure) -> Stage:
        if self.immediate_risk != "yes":
            return procedure.first
        stage = procedure.stages.get(self.stage or "")
        if stage is None:
            raise BadStep("stage", "Choose the stage that fits.")
        return stage

    def _talks(self, desk: Desk, procedure: Procedure) -> tuple[Conversation, ...]:
        if procedure.informal is None or self.informal != "had":
            return ()
        talks: list[Conversation] = []
        for number in range(1, TALKS + 1):
            with_role = self.more.get(f"talk_{number}_with")
            if not with_role:
                continue
            if with_role not in procedure.informal.with_:
                raise BadStep(f"talk_{number}_with", "Choose one of the people listed.")
            try:
                on = parse_date(self.more.get(f"talk_{number}_on", ""))
            except ValueError as error:
                raise BadStep(f"talk_{number}_on", str(error)) from None
            if on > desk.today:
                raise BadStep(
                    f"talk_{number}_on", "This day is still to come. Enter the day on which you spoke."
                )
            talks.append(
                Conversation(
                    with_role=with_role, on=on, result=self.more.get(f"talk_{number}_result", "").strip()
                )
            )
        return tuple(talks)

    def _chosen(self, desk: Desk, procedure: Procedure) -> dict[str, str]:
        chosen: dict[str, str] = {}
        for role, data in procedure.role.items():
            if not data.chosen or role == RAISER:
                continue
            holders = [
                person.email
                for person in people.holders(desk.session, role, desk.office.authority.upwards(self.unit))
            ]
            picked = self.more.get(f"chosen_{role}") or (holders[0] if len(holders) == 1 else "")
            if picked and picked not in holders:
                raise BadStep(f"chosen_{role}", f"Choose one of the people listed: {data.name.lower()}.")
            if picked:
                chosen[role] = picked
        return chosen
