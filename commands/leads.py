"""The first sentence of each message about a challenge: why this person reads it; and what a locked phone shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from commands.cards import due_words, end_words, missing
from commands.desk import Desk
from commands.entries import sentence
from commands.record import Record
from procedures.dates import long_date, short_date
from procedures.engine import Status
from procedures.steps import Entry, Escalated, Noted, Raised

WINDOW_NOTICES = ("reminder", "lapsed")
EVENTS = ("answered", "date_proposed", "date_confirmed", "outcome", "noted", "ended", "reassigned")
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
    if standing.status is not Status.open:
        return notice.notice not in ("ended", "noted")
    if notice.notice in WINDOW_NOTICES:
        window = record.windows.get(notice.stage_number or 0)
        return window is None or window.closed_at is not None
    if notice.notice == "outcome_due":
        run = standing.now
        return run.number != notice.stage_number or run.settled
    return False


def has_passed(record: Record, notice: Notice) -> bool:
    """Whether a message that stands in a chat asks for nothing any more: a few words are enough for it then."""
    standing = record.standing
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
    if notice.notice in EVENTS:
        return "" if notice.notice == "ended" else None
    if standing.status is not Status.open:
        return ""
    if notice.stage_number is not None and notice.stage_number != standing.now.number:
        earlier = standing.runs[notice.stage_number - 1].stage.name
        return f"This message was about {earlier}. The challenge is now at {standing.now.stage.name}."
    done = standing.now.window_met or standing.now.settled
    if (done and notice.notice in (*WINDOW_NOTICES, "asked")) or is_over(record, notice):
        return "Thank you: this has been answered." if done else "This is over."
    return None


def _asked(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    window, stage = record.window, record.standing.now.stage
    if window is None:
        about = f"{stage.about} " if stage.about else ""
        return Lead(
            f"{about}Please {stage.asks} once it is known; the procedure sets no date.", _opened(entry), True
        )
    others = [
        email for email in record.holders(tuple(stage.to)) if email not in (notice.email, desk.actor.email)
    ]
    also = (
        f"{desk.name_all(others, 'and')} {'is' if len(others) == 1 else 'are'} asked too; one answer is enough."
        if others
        else ""
    )
    if window.due_at <= desk.now:
        text = f"Overdue since {long_date(window.due_day)}: please {missing(record)} now."
    else:
        text = f"By {end_words(desk, window)}, please {missing(record)}."
    return Lead(text, _opened(entry), True, also)


def _opened(entry: Entry | None) -> tuple[int, ...]:
    return () if entry is None else (entry.number,)


def _raised(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    asked = desk.name_all(record.holders(tuple(record.standing.now.stage.to)), "and")
    verb = (
        "raised this challenge"
        if notice.stage_number == 1
        else f"took this challenge to {record.standing.now.stage.name}"
    )
    if record.raised.trigger and notice.stage_number == 1:
        return Lead(f"{_by_itself(record)}You count as having raised it. It went to {asked}.", _opened(entry))
    who = "You" if entry is None or entry.by == desk.actor.email else desk.name(entry.by)
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
    told = (
        "You will be asked to record the outcome after the meeting."
        if record.standing.now.stage.meeting
        else ""
    )
    words = told or "You may record the outcome of this stage."
    return Lead(
        f"{_escalated(desk, record, entry)}For your information: {words[:1].lower()}{words[1:]}",
        _opened(entry),
    )


def _by_itself(record: Record) -> str:
    """Why a challenge opened that nobody raised: "Third review, or 15 months: this opened by itself. "; else empty."""
    found = [each.title for each in record.procedure.trigger if each.id == record.raised.trigger]
    return f"{found[0]}: this opened by itself. " if found else ""


def _escalated(desk: Desk, record: Record, entry: Entry | None) -> str:
    """How a later stage began: "Hannah Okafor took this challenge to Stage 2 on Mon 16 Nov, 09:20. "; empty at the first."""
    if entry is None or not isinstance(entry.step, Escalated):
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
    if window.due_at <= desk.now:
        return Lead(
            f"Overdue since {long_date(window.due_day)}: please {missing(record)} now.", says_all=True
        )
    left = desk.office.calendar.count(desk.today, window.due_day)
    if left == 0:
        closes = desk.office.authority.office_hours.closes
        return Lead(f"Due today by {closes:%H:%M}: please {missing(record)}.", says_all=True)
    days = "One working day" if left == 1 else f"{left} working days"
    return Lead(f"{days} left, until {end_words(desk, window)}: please {missing(record)}.", says_all=True)


def _lapsed(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    window = record.windows[notice.stage_number or 0]
    who = desk.name_all(record.holders((window.role,)))
    return Lead(
        f"There was no full answer by {long_date(window.due_day)}: {who} still to {missing(record)}.",
        says_all=True,
        then="You decide what happens next: take it further, resolve it or wait. Nothing goes further by itself.",
    )


def _outcome_due(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    meeting = record.standing.now.meeting
    day = long_date(meeting.day) if meeting is not None else "its day"
    return Lead(
        f"The meeting was set for {day}. Please record its outcome, or that it did not take place.",
        says_all=True,
    )


def _moved(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> Lead:
    return Lead(
        f"The due date has changed to {due_words(desk, record)}, because the council's working days have changed."
    )


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
}


def preview(desk: Desk, record: Record, notice: Notice) -> str:
    """All that a locked phone shows: the challenge's reference and what kind of message it is, nothing of the case."""
    reference, window = record.reference, record.windows.get(notice.stage_number or 0)
    opened = record.standing.now.opened.step
    urgent = isinstance(opened, Raised | Escalated) and opened.immediate_risk
    if urgent and notice.notice in ("asked", "chair", "attends", "copied", "records"):
        return f"{reference}: urgent, please read now"
    if notice.notice == "ended":
        return f"{reference} was {record.standing.status.value}"
    if notice.notice == "asked":
        return f"{reference}: please answer" + ("" if window is None else f" by {short_date(window.due_day)}")
    if notice.notice == "reminder" and window is not None:
        if window.due_at <= desk.now:
            return f"{reference}: overdue, please answer"
        if window.due_day == desk.today:
            return f"{reference}: due today, please answer"
        return f"{reference}: reminder, due {short_date(window.due_day)}"
    return f"{reference}: {_PREVIEWS[notice.notice]}"


_PREVIEWS = {
    "raised": "this is open now",
    "chair": "you chair a meeting",
    "attends": "you are asked to a meeting",
    "copied": "for your information",
    "records": "for your information",
    "answered": "there is an answer",
    "date_proposed": "a date is proposed",
    "date_confirmed": "the meeting's date is confirmed",
    "outcome": "an outcome is recorded",
    "noted": "a note was added",
    "reassigned": "a part was passed on",
    "reminder": "reminder",
    "lapsed": "no full answer in time",
    "outcome_due": "please record the outcome",
    "moved": "the due date has changed",
}
