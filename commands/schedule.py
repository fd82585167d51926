"""Setting the date of a stage's meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Annotated

from pydantic import Field

from commands import invitations, meeting_times
from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, Line, More, Widget
from commands.desk import Desk
from commands.diary import Needed
from commands.done import done
from commands.errors import Refused
from commands.meeting_times import OTHER
from commands.next_step import due_words, meeting_words
from commands.possible import may
from commands.record import Record
from commands.vocabulary import Bullets, Input, Kind, Option, Part, Reply, Small
from procedures.engine import AlreadyDone, BadStep, Meeting, Status, check, warnings
from procedures.schema import Fact, MeetingRule
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
    slot: Annotated[str, Widget(Kind.CHOICE, redraws=True)] | None = Field(None, title="When?")
    day: date | None = Field(None, title="Day")
    at: time | None = Field(None, title="Time")
    place: Line | None = Field(
        None, title="Place", description="A room or “online”. No names and no details of the case."
    )
    decision: Choice | None = Field(None, title="What is this date?")
    more: More = Field(default_factory=dict)

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The date so far, if there is one; whoever may confirm chooses between confirming and proposing, and says who comes."""
        record = desk.record(draft.context["challenge"])
        run = record.standing.now
        confirms = cls._confirms(desk, record)
        if run.held is not None:
            raise AlreadyDone(run.held, "the meeting was recorded as held")
        meeting, rule = run.meeting, run.stage.meeting
        known = meeting is not None and meeting.state in ("proposed", "confirmed")
        if meeting is not None:
            yield Small(f"So far: {meeting_words(meeting)}.")
        yield from cls._when(desk, record, draft, inputs, meeting if known else None)
        if confirms:
            yield replace(inputs["decision"], options=CONFIRM, initial="confirm", required=True)
        if rule is None:
            return
        yield Small(cls._what_is_asked(desk, record, rule, confirms))
        if may(desk, record, "invited"):
            yield from cls._who_comes(desk, record, draft, rule)
        yield from invitations.heard(rule)

    @classmethod
    def needs(cls, desk: Desk, draft: Draft) -> Needed | None:
        """The calendars of those who are to come."""
        found = meeting_times.times(desk, desk.record(draft.context["challenge"]))
        return found.needed if found is not None and found.read is None else None

    @classmethod
    def _when(
        cls, desk: Desk, record: Record, draft: Draft, inputs: dict[str, Input], before: Meeting | None
    ) -> Iterable[Input | Part]:
        """Times at which all are free, where calendars can be read; a day and a time of one's own; the place."""
        found = meeting_times.times(desk, record)
        chosen = draft.get("slot") or (OTHER if before is not None else "")
        slots = [] if found is None else found.slots
        if found is not None:
            yield from meeting_times.told(desk, record, found, slots)
        offers = found is not None and (bool(slots) or chosen not in ("", OTHER))
        if found is not None and offers:
            options = meeting_times.options(found, slots, chosen)
            yield replace(inputs["slot"], options=options, initial=chosen or None, required=True)
        if not offers or chosen == OTHER:
            at = None if before is None or before.at is None else f"{before.at:%H:%M}"
            day = None if before is None else before.day.isoformat()
            yield replace(inputs["day"], initial=day, required=True)
            yield replace(inputs["at"], initial=at, required=True)
        yield replace(inputs["place"], initial=(before.place or None) if before is not None else None)

    @classmethod
    def _who_comes(
        cls, desk: Desk, record: Record, draft: Draft, rule: MeetingRule
    ) -> Iterable[Input | Part]:
        """Where the procedure has people to be considered or from outside, the whole list; and who was added so far."""
        run = record.standing.now
        if rule.consider is not None or rule.invited or run.invited:
            yield Bullets(tuple(invitations.summary(desk, record, run)))
        yield from invitations.considered_parts(record, draft, run, required=False)
        if rule.consider is not None or rule.invited:
            yield from invitations.added_parts(desk, record)

    @classmethod
    def _what_is_asked(cls, desk: Desk, record: Record, rule: MeetingRule, confirms: bool) -> str:
        """Who meets, who confirms the date, and by when; where the date alone is asked for, the meeting may be later (BR-5)."""
        window, on = record.window, record.standing.now.stage.window
        attend = desk.name_all(record.holders(tuple(rule.attend)), "and")
        words = f"Chair: {desk.name_all(record.holders((rule.chair,)))}. To attend: {attend}."
        if not confirms:
            asked = (on.on,) if on is not None and Fact.date_confirmed in on.until else tuple(rule.by)
            who = desk.name_all(record.holders(asked or (rule.chair,)))
            words += f" You propose a date; {who} is asked to confirm it."
        if on is None or window is None or window.closed_at is not None:
            return words
        if Fact.meeting_held in on.until:
            words += f" The meeting is to be held by {due_words(desk, record)}."
        elif Fact.date_confirmed in on.until:
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

    def _date(self, desk: Desk, record: Record) -> DateConfirmed | DateProposed:
        confirms = self._confirms(desk, record) and self.decision != "propose"
        kind = DateConfirmed if confirms else DateProposed
        if self.slot and self.slot != OTHER:
            day, at = meeting_times.read_value(self.slot)
        elif self.day is None or self.at is None:
            raise BadStep("day" if self.day is None else "at", "Please fill this in.")
        else:
            day, at = self.day, self.at
        place = self.place or ""
        if desk.office.invites and record.head.case_reference.lower() in place.lower():
            raise BadStep("place", "The place stands in people’s calendars. Leave the case reference out.")
        return kind(day=day, at=at, place=place)

    def _same_date(self, record: Record, step: DateConfirmed | DateProposed) -> bool:
        meeting = record.standing.now.meeting
        if meeting is None or (meeting.day, meeting.at, meeting.place) != (step.day, step.at, step.place):
            return False
        return meeting.state == ("confirmed" if isinstance(step, DateConfirmed) else "proposed")

    def doubts(self, desk: Desk) -> list[str]:
        """A date beyond the window, or one on which something will be too old (CT-3, CA-4)."""
        record = desk.record(self.challenge)
        step, circumstances = self._date(desk, record), desk.circumstances(record)
        if self._same_date(record, step) and invitations.steps(desk, record, self.more):
            return []
        check(record.procedure, record.standing, step, circumstances)
        return warnings(record.procedure, record.standing, step, circumstances)

    def run(self, desk: Desk) -> Reply:
        """Record the date, proposed or confirmed, and who comes; where the date is the same as before, only who comes."""
        record = desk.record(self.challenge, for_change=True)
        step, people = self._date(desk, record), invitations.steps(desk, record, self.more)
        same = self._same_date(record, step)
        if not (same and people):
            record = take(desk, record, step)
        for each in people:
            record = take(desk, record, each)
        confirmed = isinstance(step, DateConfirmed)
        what = "Invitations saved" if same and people else f"Date {'confirmed' if confirmed else 'proposed'}"
        invites = confirmed and desk.office.invites
        follow = (Small("The invitations follow in a moment; the messages about it say when they went out."),)
        return done(desk, record, what, *(follow if invites else ()))
