"""Recording the outcome of a meeting or discussion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, LongText, Widget
from commands.desk import Desk
from commands.done import done
from commands.opening import opens_words
from commands.record import Record
from commands.vocabulary import Input, Kind, Option, Paragraph, Part, Reply
from procedures.dates import long_date
from procedures.engine import BadStep, before_outcome, check, warnings
from procedures.schema import OutcomeChoice, OutcomeRule
from procedures.steps import OutcomeRecorded


class Outcome(Command):
    """Record the outcome of a meeting or discussion, with its summary."""

    name = "outcome"
    title = "The outcome"
    submit = "Record"
    usage = "CH-1042"
    about_challenge = "outcome_recorded"

    challenge: ChallengeRef
    choice: Annotated[str, Widget(Kind.CHOICE, redraws=True)] = Field(title="Outcome")
    held_on: date = Field(title="On which day was it?")
    summary: LongText = Field(title="Summary", description="What was agreed, by whom and by when.")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The outcomes that the procedure knows for this stage, and what follows from the one that is chosen."""
        record = desk.record(draft.context["challenge"])
        run = record.standing.now
        rule = run.stage.outcome
        if rule is None:
            probe = OutcomeRecorded(choice="none", held_on=desk.today, summary="")
            check(record.procedure, record.standing, probe, desk.circumstances(record))
            return
        desk.on_behalf(record, "outcome_recorded")
        left = cls._still_needed(desk, record, rule)
        options = tuple(
            Option(choice.id, choice.label, cls._known_from(record, choice)) for choice in rule.choices
        )
        leads = any(choice.opens or choice.ends for choice in rule.choices)
        yield replace(inputs["choice"], title=rule.title, options=options, redraws=leads)
        chosen = next((choice for choice in rule.choices if choice.id == draft.get("choice")), None)
        if chosen is not None and chosen.opens:
            yield Paragraph(opens_words(desk, record, chosen.opens))
        elif chosen is not None and chosen.ends:
            yield Paragraph(f"This closes {record.reference}. Everyone concerned is told.")
        if left:
            but = " or ".join(f"“{choice.label}”" for choice in rule.choices if choice.again)
            yield Paragraph(
                f"Any outcome but {but} can be recorded only afterwards: please {left}.", strong=True
            )
        planned = run.meeting.day if run.meeting is not None and run.meeting.day <= desk.today else desk.today
        yield replace(inputs["held_on"], initial=planned.isoformat())
        yield inputs["summary"]

    @classmethod
    def _still_needed(cls, desk: Desk, record: Record, rule: OutcomeRule) -> str:
        """What must be recorded before an outcome that decides something. Raises what says why none can be recorded at all."""
        standing, circumstances = record.standing, desk.circumstances(record)
        left = " and ".join(before_outcome(standing))
        not_held = [choice for choice in rule.choices if choice.again and standing.now.held is None]
        choice = not_held[0] if left and not_held else rule.choices[0]
        probe = OutcomeRecorded(choice=choice.id, held_on=desk.today, summary="")
        try:
            check(record.procedure, standing, probe, circumstances)
        except BadStep:
            if left and not not_held:
                raise
        return left

    @classmethod
    def _known_from(cls, record: Record, choice: OutcomeChoice) -> str:
        day = record.due_day
        return f"Not before {long_date(day)}." if choice.not_before_due and day is not None else ""

    def _step(self) -> OutcomeRecorded:
        return OutcomeRecorded(choice=self.choice, held_on=self.held_on, summary=self.summary)

    def doubts(self, desk: Desk) -> list[str]:
        """Preparation of the meeting that has not been recorded."""
        record = desk.record(self.challenge)
        circumstances = desk.circumstances(record)
        check(record.procedure, record.standing, self._step(), circumstances)
        return warnings(record.procedure, record.standing, self._step(), circumstances)

    def run(self, desk: Desk) -> Reply:
        """Record it; everyone concerned is told."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, self._step()), "Outcome recorded")
