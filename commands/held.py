"""Recording that a stage's meeting was held: on which day, who was there, with which other meeting it was combined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pydantic import Field

from commands import invitations
from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft
from commands.desk import Desk
from commands.done import done
from commands.record import Record
from commands.vocabulary import Input, Option, Part, Reply, Small
from procedures.engine import check, warnings
from procedures.steps import MeetingHeld


class Held(Command):
    """Record that a stage's meeting was held, and who was there."""

    name = "held"
    title = "The meeting was held"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "meeting_held"

    challenge: ChallengeRef
    held_on: date = Field(title="On which day was it held?")
    present: tuple[str, ...] = Field(
        title="Who was there?", description="Tick everybody on the list who was there."
    )
    combined: tuple[str, ...] = Field((), title="Was it combined with another meeting?")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The day that was set, everybody invited as ticks, and the meetings that it may be combined with."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "meeting_held")
        probe = MeetingHeld(held_on=desk.today)
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        run = record.standing.now
        planned = run.meeting.day if run.meeting is not None and run.meeting.day <= desk.today else desk.today
        yield replace(inputs["held_on"], initial=planned.isoformat())
        expected = invitations.expected_lines(desk, record, run)
        options = tuple(Option(each, words[:75]) for each, words in expected)
        yield replace(inputs["present"], options=options)
        rule = run.stage.meeting
        if rule is None or not rule.combine:
            return
        options = tuple(
            Option(each.id, each.label, "Only when everybody on the list was there." * each.needs_everyone)
            for each in rule.combine
        )
        yield replace(inputs["combined"], options=options, required=False)
        yield Small("Somebody else was there? Add them first: /challenge invite.")

    def _step(self) -> MeetingHeld:
        return MeetingHeld(held_on=self.held_on, present=self.present, combined=self.combined)

    def doubts(self, desk: Desk) -> list[str]:
        """Preparation that has not been recorded."""
        record: Record = desk.record(self.challenge)
        circumstances = desk.circumstances(record)
        check(record.procedure, record.standing, self._step(), circumstances)
        return warnings(record.procedure, record.standing, self._step(), circumstances)

    def run(self, desk: Desk) -> Reply:
        """Record it."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, self._step()), "Meeting recorded as held")
