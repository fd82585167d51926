"""Setting the date of a stage's meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

from pydantic import Field

from commands.actions import may
from commands.cards import due_words, meeting_words
from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, Line
from commands.desk import Desk
from commands.done import done
from commands.errors import Refused
from commands.record import Record
from commands.vocabulary import Input, Option, Part, Reply, Small
from procedures.engine import Status
from procedures.steps import DateConfirmed, DateProposed

CONFIRM = (
    Option("confirm", "Confirm this date", "Everyone concerned is told."),
    Option("propose", "Propose it for now", "It still has to be confirmed."),
)


class Schedule(Command):
    """Propose or confirm the date of a stage's meeting."""

    name = "schedule"
    title = "The meeting"
    submit = "Save the date"
    usage = "CH-1042"
    about_challenge = "date_proposed"

    challenge: ChallengeRef
    day: date = Field(title="Day")
    at: time = Field(title="Time")
    place: Line | None = Field(
        None, title="Place", description="A room or “online”. No names and no details of the case."
    )
    decision: Choice | None = Field(None, title="What is this date?")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The date so far, if there is one; whoever may confirm chooses between confirming and proposing."""
        record = desk.record(draft.context["challenge"])
        meeting = record.standing.now.meeting
        confirms = cls._confirms(desk, record)
        known = meeting is not None and meeting.state in ("proposed", "confirmed")
        if meeting is not None:
            yield Small(f"So far: {meeting_words(meeting)}.")
        if meeting is not None and known and meeting.at is not None:
            yield replace(inputs["day"], initial=meeting.day.isoformat())
            yield replace(inputs["at"], initial=f"{meeting.at:%H:%M}")
            yield replace(inputs["place"], initial=meeting.place or None)
        else:
            yield from (inputs["day"], inputs["at"], inputs["place"])
        if confirms:
            yield replace(inputs["decision"], options=CONFIRM, initial="confirm", required=True)
        yield Small(cls._what_is_asked(desk, record, confirms))

    @classmethod
    def _what_is_asked(cls, desk: Desk, record: Record, confirms: bool) -> str:
        """Who meets, who confirms the date, and by when; the meeting itself may be later (BR-5)."""
        rule, window = record.standing.now.stage.meeting, record.window
        if rule is None:
            return ""
        attend = desk.name_all(record.holders(tuple(rule.attend)), "and")
        words = f"Chair: {desk.name_all(record.holders((rule.chair,)))}. To attend: {attend}."
        if not confirms:
            on = record.standing.now.stage.window
            who = desk.name_all(record.holders((on.on if on is not None else rule.chair,)))
            words += f" You propose a date; {who} is asked to confirm it."
        if window is not None and window.closed_at is None:
            words += (
                f" The date is to be confirmed by {due_words(desk, record)}; the meeting itself may be later."
            )
        return words

    @classmethod
    def _confirms(cls, desk: Desk, record: Record) -> bool:
        """Whether the person confirms, rather than proposes. Raises what says why they can do neither."""
        if record.standing.status is not Status.open:
            raise Refused(
                f"{record.reference} is {record.standing.status.value}; its meeting can no longer be set."
            )
        if record.standing.now.stage.meeting is None:
            stage = record.standing.now.stage
            raise Refused(f"{stage.name} has no meeting. At this stage the request is to {stage.asks}.")
        if may(desk, record, "date_confirmed"):
            return True
        desk.on_behalf(record, "date_proposed")
        return False

    def run(self, desk: Desk) -> Reply:
        """Record the date, proposed or confirmed."""
        record = desk.record(self.challenge, for_change=True)
        confirms = self._confirms(desk, record) and self.decision != "propose"
        kind = DateConfirmed if confirms else DateProposed
        record = take(desk, record, kind(day=self.day, at=self.at, place=self.place or ""))
        return done(desk, record, "Date confirmed" if confirms else "Date proposed")
