"""The first sentence of each message about a challenge: why this person reads it; and what a locked phone shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from commands.desk import Desk
from commands.entries import action_label, sentence, shortened
from commands.next_step import (
    asked_of,
    due_words,
    end_words,
    forms_first,
    meeting_words,
    requests,
    sets_the_date,
)
from commands.record import Record
from procedures.dates import long_date
from procedures.engine import Status, tasks
from procedures.schema import FACT_REQUESTS, Fact
from procedures.steps import ActionAgreed, Entry, Escalated, Moved, Noted, Raised
from storage.outbox import CHAT

WINDOW_NOTICES = ("reminder", "lapsed")
ABOUT_ACTIONS = ("action_agreed", "action_due")
EVENTS = (
    "answered",
    "date_proposed",
    "date_confirmed",
    "meeting_cancelled",
    "meeting_held",
    "outcome",
    "decided",
    "form_recorded",
    "action_done",
    "clock",
    "side_opened",
    "side_closed",
    "noted",
    "ended",
    "reassigned",
)
"""Messages that tell what happened; it stays true whatever comes after."""


@dataclass(frozen=True)
class Notice:
    """What is to be said: the outbox row without its envelope. `email` is for whom it is meant, who may be away."""

    key: str
    email: str
    notice: str
    challenge_id: int | None
    stage_number: int | None
    body: Mapping[str, Any]
    due_at: datetime
    replaces: tuple[datetime, ...] = ()
    """When the earlier messages were due that this one stands for, after a time in which nothing could be sent."""
    channel: str = CHAT


@dataclass(frozen=True)
class Lead:
    """The first sentence, and what follows it with less weight; the numbers of the entries that it tells of; whether it
    says what is next, too."""

    text: str
    told: tuple[int, ...] = ()
    says_all: bool = False
    then: str = ""


def is_over(record: Record, notice: Notice) -> bool:
    """Whether the moment of a message has passed before it could be sent."""
    standing = record.standing
    if notice.notice in ABOUT_ACTIONS:
        return _action_over(record, notice)
    if standing.status is not Status.open:
        return notice.notice not in ("ended", "noted")
    if notice.notice in WINDOW_NOTICES:
        window = record.windows.get(notice.stage_number or 0)
        return window is None or not window.running
    if notice.notice == "outcome_due":
        run = standing.now
        return run.number != notice.stage_number or run.settled
    return False


def _action_over(record: Record, notice: Notice) -> bool:
    """Whether the action that a message is about is done; it may still be done after the challenge has ended."""
    action = record.standing.action(int(notice.body.get("action", notice.body.get("entry", 0))))
    return action is None or action.done is not None


def has_passed(record: Record, notice: Notice) -> bool:
    """Whether a message that stands in a chat asks for nothing any more: a few words are enough for it then."""
    standing = record.standing
    if notice.notice in ABOUT_ACTIONS:
        return _action_over(record, notice)
    if standing.status is not Status.open:
        return notice.notice != "ended"
    if notice.stage_number is not None and notice.stage_number != standing.now.number:
        return True
    # A confirmed date meets the window, but then the outcome of that very meeting is asked for.
    met = standing.now.window_met and notice.notice in WINDOW_NOTICES
    return met or (notice.notice in (*WINDOW_NOTICES, "outcome_due") and is_over(record, notice))


def lead(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    """Why the person at the desk reads this message, as things stand now. `entry` is what it is about, if it is about one."""
    over = _over(record, notice)
    if over is not None:
        return Lead(over)
    if notice.notice in EVENTS:
        return _what_happened(desk, record, entry)
    found = _LEADS[notice.notice](desk, record, notice, entry)
    opened = record.standing.now.opened
    if isinstance(opened.step, Raised | Escalated) and opened.step.immediate_risk:
        found = replace(found, text=f"A child is at immediate risk. {found.text}")
    return found


def _over(record: Record, notice: Notice) -> str | None:
    """What a message says whose moment has passed; None while it still holds. Once all is over, what is next says so."""
    standing = record.standing
    if notice.notice in ABOUT_ACTIONS:
        return "Thank you: this action is done." if _action_over(record, notice) else None
    if notice.notice in EVENTS:
        return "" if notice.notice == "ended" else None
    if standing.status is not Status.open:
        return ""
    if notice.stage_number is not None and notice.stage_number != standing.now.number:
        earlier = standing.runs[notice.stage_number - 1].stage.name
        return f"This message was about {earlier}. The challenge is now at {standing.now.stage.name}."
    done = standing.now.window_met or standing.now.settled
    if (done and notice.notice in (*WINDOW_NOTICES, "asked")) or is_over(record, notice):
        if standing.now.clock is not None:
            return "The clock stands still. You will be reminded once it runs again."
        return "Thank you: this has been answered." if done else "This is over."
    return None


def _asked(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    window, stage = record.window, record.standing.now.stage
    came = _came(desk, record, entry)
    if window is None:
        return _without_a_date(desk, record, notice, entry)
    others = [
        email for email in record.holders(tuple(stage.to)) if email not in (notice.email, desk.actor.email)
    ]
    each = stage.approval is not None or any(form.each for form in stage.form)
    enough = "." if each else "; one answer is enough."
    also = (
        f"{desk.name_all(others, 'and')} {'is' if len(others) == 1 else 'are'} asked too{enough}"
        if others
        else ""
    )
    asked = asked_of(record, notice.email)
    if window.stopped_at is not None:
        text = f"The clock stands still. Once it runs again, please {asked}."
    elif window.due_at <= desk.now:
        text = f"Overdue since {long_date(window.due_day)}: please {asked} now."
    else:
        text = f"{came}By {end_words(desk, window)}, please {asked}."
    return Lead(text, _opened(entry), True, also)


def _without_a_date(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    """What is asked for where no window runs: the request's own question, the meeting that comes first, and what is awaited of others."""
    run = record.standing.now
    stage, came = run.stage, _came(desk, record, entry)
    about = f"{stage.about} " if stage.about else ""
    asks, then = stage.asks, ""
    if stage.approval is not None and run.approved is None:
        waiting = tuple(role for role in stage.approval.by if role not in run.decisions)
        if notice.email not in record.holders(waiting):
            return Lead(f"{came}Thank you: your part of this has been answered.", _opened(entry))
        about += f"{stage.approval.question} "
    elif asks == FACT_REQUESTS[Fact.outcome_recorded]:
        asks += " once it is known"
        if notice.email in record.holders(sets_the_date(record)):
            asks = f"set the date of the meeting, and {asks}"
        forms = forms_first(run)
        then = f"Before that: {requests(desk, record, forms)}." if forms and stage.meeting is None else ""
    date = "its time begins with the meeting" if stage.window is not None else "the procedure sets no date"
    return Lead(f"{came}{about}Please {asks}; {date}.", _opened(entry), True, then)


def _opened(entry: Entry | None) -> tuple[int, ...]:
    return () if entry is None else (entry.number,)


def _raised(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    holders = record.holders(tuple(record.standing.now.stage.to))
    others = [email for email in holders if email != notice.email]
    asked = desk.name_all(others, "and") if others or not holders else "you"
    asked = f"you and {asked}" if others and len(others) < len(holders) else asked
    verb = (
        "raised this challenge"
        if notice.stage_number == 1
        else f"took this challenge to {record.standing.now.stage.name}"
    )
    if entry is not None and isinstance(entry.step, Moved):
        return Lead(f"{_escalated(desk, record, entry)}It went to {asked}.", _opened(entry))
    if notice.stage_number == 1 and record.raised.trigger:
        return Lead(f"{_by_itself(record)}You count as having raised it. It went to {asked}.", _opened(entry))
    who = "You" if entry is None or entry.by == desk.actor.email else desk.name(entry.by)
    if asked == desk.name(desk.actor.email):
        return Lead(f"{who} {verb}. The next step is yours.", _opened(entry))
    return Lead(f"{who} {verb}. It went to {asked}.", _opened(entry))


def _chair(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    return Lead(f"{_escalated(desk, record, entry)}You chair the meeting of this stage.", _opened(entry))


def _attends(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    return Lead(
        f"{_escalated(desk, record, entry)}You are asked to attend the meeting of this stage.", _opened(entry)
    )


def _copied(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    first = _escalated(desk, record, entry) or _by_itself(record)
    first = first or f"{desk.name(record.head.raiser)} raised this challenge. "
    return Lead(f"{first}This is for your information; others are asked to answer.", _opened(entry))


def _records(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    came = _escalated(desk, record, entry)
    waiting = tasks(record.procedure, record.standing, record.due_day, desk.circumstances(record))
    mine = [task.what for task in waiting if notice.email in (*record.holders(task.to), *task.emails)]
    if mine:
        what = " and ".join(f"{each[:1].lower()}{each[1:]}" for each in mine)
        by = f"By {end_words(desk, record.window)}, please" if record.window is not None else "Please"
        return Lead(f"{came}{by}: {what}.", _opened(entry), True)
    words = "you may record something at this stage."
    rule = record.standing.now.stage.outcome
    if rule is not None and {*_roles_of(record, notice.email)} & {*rule.by}:
        meeting = record.standing.now.stage.meeting
        later = "you will be asked to record the outcome after the meeting."
        words = later if meeting else "you may record the outcome of this stage."
    return Lead(f"{came}For your information: {words}", _opened(entry))


def _roles_of(record: Record, email: str) -> list[str]:
    return [party.role for party in record.parties() if party.email == email]


def _came(desk: Desk, record: Record, entry: Entry | None) -> str:
    """How a stage came about that opened by itself: whoever is asked there wants to know."""
    return _escalated(desk, record, entry) if entry is not None and isinstance(entry.step, Moved) else ""


def _by_itself(record: Record) -> str:
    """Why a challenge opened that nobody raised: "Third review, or 15 months: this opened by itself. "; else empty."""
    found = [each.title for each in record.procedure.trigger if each.id == record.raised.trigger]
    return f"{found[0]}: this opened by itself. " if found else ""


def _escalated(desk: Desk, record: Record, entry: Entry | None) -> str:
    """How a later stage began: "Hannah Okafor took this challenge to Stage 2 on Mon 16 Nov, 09:20. "; empty at the first."""
    if entry is None or not isinstance(entry.step, Escalated | Moved):
        return ""
    return f"{sentence(desk, record, entry)}. "


def _what_happened(desk: Desk, record: Record, entry: Entry | None) -> Lead:
    if entry is None or entry is record.standing.ended:
        return Lead("")
    same = [
        e
        for e in record.stored.entries
        if e.at == entry.at
        and e.by == entry.by
        and (isinstance(e.step, Noted) == isinstance(entry.step, Noted))
    ]
    return Lead(
        " ".join(f"{sentence(desk, record, each)}." for each in same), tuple(each.number for each in same)
    )


def _reminder(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    window = record.windows[notice.stage_number or 0]
    asked = asked_of(record, notice.email)
    if window.due_at <= desk.now:
        return Lead(f"Overdue since {long_date(window.due_day)}: please {asked} now.", says_all=True)
    left = desk.office.calendar.count(desk.today, window.due_day)
    if left == 0:
        closes = window.due_at.astimezone(desk.office.hours.zone)
        return Lead(f"Due today by {closes:%H:%M}: please {asked}.", says_all=True)
    days = "One working day" if left == 1 else f"{left} working days"
    return Lead(f"{days} left, until {end_words(desk, window)}: please {asked}.", says_all=True)


def _lapsed(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    window = record.windows[notice.stage_number or 0]
    who = requests(desk, record, record.standing.now.missing, still=True)
    return Lead(
        f"There was no full answer by {long_date(window.due_day)}: {who}.",
        says_all=True,
        then="You decide what happens next: take it further, resolve it or wait. Nothing goes further by itself.",
    )


def _outcome_due(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    meeting = record.standing.now.meeting
    day = long_date(meeting.day) if meeting is not None else "its day"
    if record.standing.now.held is not None:
        return Lead(f"The meeting was held on {day}. Please record its outcome.", says_all=True)
    return Lead(
        f"The meeting was set for {day}. Please record its outcome, or that it did not take place.",
        says_all=True,
    )


def _moved(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    return Lead(
        f"The due date has changed to {due_words(desk, record)}, because the council's working days have changed."
    )


def _invited(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    meeting = record.standing.now.meeting
    when = "Its date is still to be set."
    if meeting is not None and meeting.state in ("proposed", "confirmed"):
        when = f"It is {meeting_words(meeting)}."
    elif meeting is not None and meeting.state == "held":
        when = f"It was {meeting_words(meeting)}."
    return Lead(f"You are invited to the meeting of this stage. {when}", _opened(entry), True)


def _action_agreed(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    if entry is None or not isinstance(entry.step, ActionAgreed):
        return Lead("")
    who, day = desk.name(entry.by), long_date(entry.step.by_day)
    label = action_label(record.standing.runs[entry.stage_number - 1], entry.step)
    text = f"{who} has recorded an agreed {label} for you, by {day}: {shortened(entry.step.what)}"
    return Lead(text, _opened(entry), then="Press Done beside it once it is done. You will be reminded.")


def _action_due(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    action = record.standing.action(int(notice.body.get("action", 0)))
    if action is None:
        return Lead("")
    day, what = action.step.by_day, shortened(action.step.what)
    if day < desk.today:
        return Lead(f"This was to be done by {long_date(day)}: {what}")
    when = "today" if day == desk.today else f"by {long_date(day)}"
    return Lead(f"To be done {when}: {what}")


_LEADS: dict[str, Callable[[Desk, Record, Notice, Entry | None], Lead]] = {
    "raised": _raised,
    "asked": _asked,
    "chair": _chair,
    "attends": _attends,
    "copied": _copied,
    "records": _records,
    "reminder": _reminder,
    "lapsed": _lapsed,
    "outcome_due": _outcome_due,
    "moved": _moved,
    "invited": _invited,
    "action_agreed": _action_agreed,
    "action_due": _action_due,
}
