"""Recording the outcome of a meeting or discussion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Input, Option, Part, Reply
from procedures.engine import check
from procedures.steps import OutcomeRecorded


class Outcome(Command):
    """Record the outcome of a meeting or discussion, with its summary."""

    name = "outcome"
    title = "The outcome"
    submit = "Record"
    usage = "CH-1042"
    about_challenge = "outcome_recorded"

    challenge: ChallengeRef
    choice: Choice = Field(title="Outcome")
    held_on: date = Field(title="On which day was it?")
    summary: LongText = Field(title="Summary", description="What was agreed, by whom and by when.")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The outcomes that the procedure knows for this stage."""
        record = desk.record(draft.context["challenge"])
        run = record.standing.now
        rule = run.stage.outcome
        if rule is None:
            probe = OutcomeRecorded(choice="none", held_on=desk.today, summary="")
            check(record.procedure, record.standing, probe, desk.circumstances(record))
            return
        desk.on_behalf(record, "outcome_recorded")
        probe = OutcomeRecorded(choice=rule.choices[0].id, held_on=desk.today, summary="")
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        options = tuple(Option(choice.id, choice.label) for choice in rule.choices)
        yield replace(inputs["choice"], title=rule.title, options=options)
        planned = run.meeting.day if run.meeting is not None and run.meeting.day <= desk.today else desk.today
        yield replace(inputs["held_on"], initial=planned.isoformat())
        yield inputs["summary"]

    def run(self, desk: Desk) -> Reply:
        """Record it; everyone concerned is told."""
        record = desk.record(self.challenge, for_change=True)
        step = OutcomeRecorded(choice=self.choice, held_on=self.held_on, summary=self.summary)
        return done(desk, take(desk, record, step), "Outcome recorded")
