"""Asking for a second opinion before anything is recorded as a challenge, and giving one (BR-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands import raising
from commands.cards import plain
from commands.command import Command, Draft, LongText, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.office import digest_key
from commands.raise_challenge import RaiseChallenge
from commands.told import when_told
from commands.vocabulary import Ask, Divider, Filled, Form, Input, Paragraph, Part, Quotation, Reply, Say
from storage import outbox, people, postings
from storage.outbox import Note
from storage.tables import SecondOpinion


class Opinion(Command):
    """Give the second opinion that you were asked for."""

    name = "opinion"
    title = "Second opinion"
    submit = "Send"
    from_button = True

    opinion: str = ""
    answer: LongText = Field(
        title="Your opinion", description="Only the person who asked reads it; it is not part of any record."
    )

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """It is given from the message that asks for it."""
        raise Refused(
            "A second opinion is asked for on the form of /challenge raise, and given with the button of the message that asks for it."
        )

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """Ask, from the form of a challenge; or open the form for the answer."""
        if arguments.get("ask") and form is not None:
            return cls._ask(desk, form)
        _asked(desk, arguments.get("opinion", ""))
        return Ask(cls.form(desk, {"opinion": arguments["opinion"]}, {}))

    @classmethod
    def _ask(cls, desk: Desk, form: Filled) -> Reply:
        draft = Draft(form.context, form.values)
        if not draft.get("concern").strip():
            return Ask(
                _with_words(
                    RaiseChallenge.form(desk, form.context, form.values),
                    "To ask for a second opinion, first write what concerns you.",
                )
            )
        procedure = raising.chosen_procedure(desk, draft)
        unit = draft.get("unit")
        if unit not in raising.units(desk, raising.chosen_way(desk, procedure, draft).by):
            return Ask(
                _with_words(
                    RaiseChallenge.form(desk, form.context, form.values),
                    "To ask for a second opinion, first choose the team that has the case.",
                )
            )
        rule = procedure.second_opinion
        if rule is None:
            raise Refused("This procedure has no second opinion.")
        asked = people.holders(desk.session, rule.from_, desk.office.authority.upwards(unit))
        asked = [person for person in asked if person.email != desk.actor.email]
        if not asked:
            return Ask(
                _with_words(
                    RaiseChallenge.form(desk, form.context, form.values),
                    f"Nobody else is recorded as {procedure.role_name(rule.from_)} for this team. Ask an administrator to add them.",
                )
            )
        desk.once()
        values = {
            name: list(value) if isinstance(value, tuple) else value for name, value in form.values.items()
        }
        row = SecondOpinion(
            asker=desk.actor.email,
            asked=asked[0].email,
            asked_at=desk.now,
            draft={"context": dict(form.context), "values": values},
        )
        desk.session.add(row)
        desk.session.flush()
        _tell(desk, f"opinion:{row.id}:asked", asked[0].email, "opinion_asked", row)
        desk.note_down("opinion_asked", f"opinion {row.id}", {"asked": asked[0].email})
        words = f"{asked[0].name} has been asked. You can close this form: what you have typed is kept, and comes back with the answer. Or raise the challenge now. {when_told(desk)}".strip()
        return Ask(
            _with_words(RaiseChallenge.form(desk, {**form.context, "asked": "yes"}, form.values), words)
        )

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """What was asked, and the answer."""
        row = _asked(desk, draft.context.get("opinion", ""))
        yield Quotation(f"What concerns {desk.name(row.asker)}", str(row.draft["values"].get("concern", "")))
        yield inputs["answer"]

    @classmethod
    def reminder(cls, desk: Desk, draft: Draft) -> str:
        """A second opinion is no part of the child's file."""
        return ""

    def run(self, desk: Desk) -> Reply:
        """Send it to whoever asked, with their draft."""
        row = _asked(desk, self.opinion)
        desk.once()
        row.answer, row.answered_by, row.answered_at = self.answer, desk.actor.email, desk.now
        desk.session.add(row)
        desk.session.flush()
        _tell(desk, f"opinion:{row.id}:answered", row.asker, "opinion_answered", row)
        digest = digest_key(desk.office.digest_day(desk.now), desk.actor.email)
        postings.mark_keys_stale(desk.session, [f"opinion:{row.id}:asked:{row.asked}", digest])
        desk.note_down("opinion_given", f"opinion {row.id}", {})
        return Say(plain("Sent", f"{desk.name(row.asker)} gets your opinion. {when_told(desk)}".strip()))


def _asked(desk: Desk, number: str) -> SecondOpinion:
    row = desk.session.get(SecondOpinion, whole_number(number))
    if row is None or row.asked not in (desk.actor.email, *desk.covered):
        raise Refused("This second opinion was not asked of you.")
    if row.answered_by is not None:
        raise Refused(f"{desk.name(row.answered_by)} has answered this already. Nothing was sent.")
    return row


def _tell(desk: Desk, key: str, email: str, notice: str, row: SecondOpinion) -> None:
    sends = desk.office.hours.next_open(desk.now)
    outbox.put(
        desk.session,
        [
            Note(
                key=f"{key}:{email}",
                email=email,
                notice=notice,
                due_at=desk.now,
                send_after=sends,
                body={"opinion": row.id},
            )
        ],
    )


def _with_words(form: Form, words: str) -> Form:
    """The form with words where the button stands or stood, for that is where the writer looks."""
    parts = list(form.parts)
    last = max((place for place, part in enumerate(parts) if isinstance(part, Divider)), default=len(parts))
    asked = form.context.get("asked")
    parts.insert(len(parts) if asked else last, Paragraph(words, strong=True))
    return replace(form, parts=tuple(parts))
