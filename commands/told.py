"""Who is told what, and when: the messages that follow from a step, the reminders of a window, what needs an administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from commands.desk import Desk
from commands.record import Record
from procedures.dates import long_date
from procedures.engine import ActionChanged, StageRun, waits_for
from procedures.schema import RAISER
from procedures.steps import Entry, Escalated, Raised, Reassigned
from procedures.workdays import WorkingCalendar
from storage import outbox
from storage.challenges import Window
from storage.outbox import Note

ABOUT_THE_WINDOW = ("reminder", "lapsed")
ABOUT_THE_STAGE = (*ABOUT_THE_WINDOW, "outcome_due")


class Told:
    """Collects what must be said because of one step: one message a person, the actor left out unless it is theirs to keep."""

    def __init__(self, desk: Desk, record: Record, entry: Entry) -> None:
        self.desk, self.record, self.entry = desk, record, entry
        self.notes: list[Note] = []
        step = entry.step
        self.urgent = isinstance(step, Raised | Escalated) and step.immediate_risk
        self._have: set[str] = set()

    def tell(self, notice: str, emails: Iterable[str]) -> None:
        """Say `notice` to these people, once office hours allow it; to the actor and where a child is at risk, at once."""
        for email in dict.fromkeys(emails):
            mine = email == self.entry.by
            if email in self._have or (mine and notice not in ("raised", "asked", "chair")):
                continue
            self._have.add(email)
            urgent = self.urgent or mine
            hours = self.desk.office.hours
            key = f"{self.record.reference}:{self.entry.number}:{notice}:{email}"
            self.add(
                key,
                email,
                notice,
                self.desk.now,
                urgent=urgent,
                send_after=self.desk.now if urgent else hours.next_open(self.desk.now),
            )

    def add(
        self,
        key: str,
        email: str,
        notice: str,
        due_at: datetime,
        *,
        urgent: bool = False,
        send_after: datetime | None = None,
        channel: str = outbox.CHAT,
        **body: object,
    ) -> None:
        """Put one message with the key that makes it unique."""
        self.notes.append(
            Note(
                key=key,
                email=email,
                notice=notice,
                due_at=due_at,
                send_after=send_after or due_at,
                challenge_id=self.record.head.id,
                stage_number=self.entry.stage_number,
                body={"entry": self.entry.number, **body},
                urgent=urgent,
                channel=channel,
            )
        )

    def copy_by_email(self, emails: Iterable[str]) -> None:
        """Where the authority wants it, a copy of a stage goes by e-mail as well, whatever they are told in the chat (BR-4, BR-6)."""
        if not self.desk.office.authority.mail.copies:
            return
        hours, now = self.desk.office.hours, self.desk.now
        at = now if self.urgent else hours.next_open(now)
        for email in dict.fromkeys(emails):
            if email != self.entry.by:
                key = f"{self.record.reference}:{self.entry.number}:copied:{email}:email"
                self.add(key, email, "copied", now, urgent=self.urgent, send_after=at, channel=outbox.EMAIL)

    def ask_for_outcome(self, run: StageRun) -> None:
        """On the working day after the meeting, those who record its outcome are asked for it (a moved date moves the question)."""
        meeting, rule = run.meeting, run.stage.outcome
        outbox.cancel(
            self.desk.session,
            challenge_id=self.record.head.id,
            stage_number=run.number,
            notices=("outcome_due",),
        )
        if meeting is None or rule is None or meeting.state not in ("confirmed", "held"):
            return
        hours = self.desk.office.hours
        day: date = self.desk.office.calendar.add(meeting.day, 1)
        at = hours.next_open(hours.at(day, self.desk.office.authority.remind_at))
        roles = tuple(role for role in rule.by if role != RAISER) or (RAISER,)
        for email in self.record.holders(roles):
            key = f"{self.record.reference}:{run.stage.id}:outcome:{meeting.day}:{self.entry.number}:{email}"
            self.add(key, email, "outcome_due", at)

    def about_action(self, change: ActionChanged) -> None:
        """Reminders of an action to its owner, or, once it is done, none any more."""
        action = self.record.standing.action(change.number)
        if action is None:
            return
        step, hours, calendar = action.step, self.desk.office.hours, self.desk.office.calendar
        rule = self.record.standing.runs[action.entry.stage_number - 1].stage.actions
        keys = {
            offset: f"{self.record.reference}:action:{change.number}:{offset:+d}:{step.owner}"
            for offset in (rule.remind if rule is not None else [])
        }
        if change.step is None:
            outbox.cancel_keys(self.desk.session, keys.values())
            return
        for offset, key in keys.items():
            day = near(calendar, step.by_day, offset)
            at = hours.next_open(hours.at(day, self.desk.office.authority.remind_at))
            if at > self.desk.now:
                self.add(key, step.owner, "action_due", at, action=change.number, offset=offset)

    def move_reminders(self, step: Reassigned) -> None:
        """What is still to be sent about the window goes to the person who has the part now, under keys of its own."""
        record, run, window = self.record, self.record.standing.now, self.record.window
        if window is None or window.closed_at is not None or step.role not in (RAISER, window.role):
            return
        is_asked, raiser = step.role == window.role, record.head.raiser
        moved = {
            notice for notice, moves in (("lapsed", step.role == RAISER), ("reminder", is_asked)) if moves
        }
        if step.joins == raiser:  # whoever is asked now is reminded, and not told of the lapse as well
            self._cancel(run, ("lapsed",), raiser)
        self._cancel(run, moved, step.leaves or None)
        emails = [step.joins] if is_asked else record.holders(waits_for(run))
        notes = reminders(self.desk, record, run, window, emails, suffix=f":{self.entry.number}")
        if step.leaves == raiser:  # they were reminded, and now hear of the lapse instead
            moved.add("lapsed")
        self.notes += [note for note in notes if note.notice in moved]

    def _cancel(self, run: StageRun, notices: Collection[str], email: str | None) -> None:
        outbox.cancel(
            self.desk.session,
            challenge_id=self.record.head.id,
            stage_number=run.number,
            notices=notices,
            email=email,
        )


def reminders(
    desk: Desk, record: Record, run: StageRun, window: Window, emails: Iterable[str], suffix: str = ""
) -> list[Note]:
    """The reminders of a window: to those asked, and after the due day to the raiser, unless they are asked themselves. Days before
    the window are left out.

    The key names the challenge, the stage, the offset from the due day and the person, so that none can be made twice.
    """
    rule = run.stage.window
    if rule is None:
        return []
    before = [
        each for each in record.standing.runs if each.stage.id == run.stage.id and each.number < run.number
    ]
    stage = f"{run.stage.id}~{run.number}" if before else run.stage.id
    asked = list(dict.fromkeys(emails))
    notes: list[Note] = []
    for offset, at in _moments(desk, rule.remind, window):
        to = [("reminder", email) for email in asked]
        if offset > 0 and record.head.raiser not in asked:
            to.append(("lapsed", record.head.raiser))
        for notice, email in to:
            label = f"{offset:+d}" if offset else "-0"
            notes.append(
                Note(
                    key=f"{record.reference}:{stage}:due{label}:{email}{suffix}",
                    email=email,
                    notice=notice,
                    due_at=at,
                    send_after=at,
                    challenge_id=record.head.id,
                    stage_number=run.number,
                    body={"offset": offset},
                )
            )
    return notes


def _moments(desk: Desk, offsets: Iterable[int], window: Window) -> Iterator[tuple[int, datetime]]:
    """When a window's reminders come: on working days from its due day; in a window of hours, half-way and once it has ended."""
    calendar, hours = desk.office.calendar, desk.office.hours
    if window.unit == "hours":
        half = window.began_at + (window.due_at - window.began_at) / 2
        moments = {0: half} if any(offset <= 0 for offset in offsets) else {}
        moments |= {1: hours.next_open(window.due_at)} if any(offset > 0 for offset in offsets) else {}
        yield from ((offset, at) for offset, at in moments.items() if at > desk.now)
        return
    for offset in offsets:
        day = near(calendar, window.due_day, offset)
        at = hours.next_open(hours.at(day, desk.office.authority.remind_at))
        if day > window.opened_on and at > desk.now:
            yield offset, at


def near(calendar: WorkingCalendar, day: date, offset: int) -> date:
    """So many working days from a day that need not be one; the day itself is then the working day before it."""
    base = day if calendar.is_working(day) or offset > 0 else calendar.previous(day)
    return calendar.shift(base, offset)


def when_told(desk: Desk) -> str:
    """A sentence for the actor when others will be written to only later; empty in office hours."""
    opens = desk.office.hours.next_open(desk.now)
    if opens <= desk.now:
        return ""
    local = opens.astimezone(desk.office.hours.zone)
    return f"It is outside office hours: people are written to on {long_date(local.date())} at {local:%H:%M}."
