"""The messages: what each notice says, composed when it is sent and again whenever it is redrawn.

A notice holds no words of the case, only which entry it is about; so that it can never show less or more than the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from commands.cards import challenge_card, due_words, moment, own_words, sentence
from commands.desk import Desk
from commands.record import Record
from commands.todo import digest, digest_again
from commands.vocabulary import Button, Buttons, Card, Paragraph, Part, Quotation, Small, Style
from procedures.dates import long_date
from procedures.engine import Status
from procedures.schema import FACT_WORDS
from procedures.steps import Entry, Noted
from storage import challenges
from storage.tables import SecondOpinion

LATE = timedelta(minutes=30)
"""A message later than this says so."""


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


def compose(desk: Desk, notice: Notice, *, redraw: bool = False) -> Card | None:
    """The card for the person at the desk; None when there is nothing left to say. `redraw`: it has been sent before."""
    if notice.notice == "digest":
        card = digest_again(desk, date.fromisoformat(notice.body["day"])) if redraw else digest(desk)
    elif notice.challenge_id is not None:
        card = _about_challenge(desk, notice, redraw)
    else:
        card = _OTHERS[notice.notice](desk, notice)
    if card is None:
        return card
    around = _cover(desk, notice) if redraw else [*_cover(desk, notice), *_late(desk, notice)]
    return replace(card, parts=(*around, *card.parts))


def _cover(desk: Desk, notice: Notice) -> list[Part]:
    if notice.email not in desk.covered:
        return []
    return [Small(f"You get this because you cover for {desk.name(notice.email)}, who is away.")]


def _late(desk: Desk, notice: Notice) -> list[Part]:
    parts: list[Part] = []
    expected = desk.office.hours.next_open(notice.due_at)
    if desk.now - expected > LATE:
        words = f"This message was due on {moment(desk, expected)} and is {how_late(desk.now - expected)} late, because it could not be sent earlier."
        if notice.replaces:
            earlier = ", ".join(moment(desk, at) for at in notice.replaces)
            words += f" It also stands for the reminders of {earlier}."
        parts.append(Small(words))
    return parts


def how_late(by: timedelta) -> str:
    """A length of time in the largest unit that fits: "2 days", "3 hours", "40 minutes"."""
    minutes = int(by.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"


def _about_challenge(desk: Desk, notice: Notice, redraw: bool) -> Card | None:
    stored = challenges.load(desk.session, notice.challenge_id or 0)
    if stored is None:
        return None
    record = desk.with_procedure(stored)
    if not redraw and _is_over(record, notice):
        return None
    entry = next((each for each in stored.entries if each.number == notice.body.get("entry")), None)
    lead = _over(record, notice) or _LEADS[notice.notice](desk, record, notice, entry)
    extra: tuple[Part, ...] = ()
    if entry is not None and notice.notice in ("answered", "noted", "outcome", "ended", "reassigned"):
        extra = tuple(Quotation(label, text) for label, text in own_words(entry))
    if not desk.may_see(record):
        gone = "You no longer have a part in this challenge."
        words = f"{lead} {gone}" if notice.notice == "reassigned" else gone
        return Card(record.reference, (Paragraph(words),), record.reference)
    return challenge_card(desk, record, lead, extra=extra)


_WINDOW_NOTICES = ("reminder", "lapsed")
_EVENTS = ("answered", "date_proposed", "date_confirmed", "outcome", "noted", "ended", "reassigned")
"""Messages that tell what happened; it stays true whatever comes after."""


def _is_over(record: Record, notice: Notice) -> bool:
    """Whether the moment of a message has passed before it could be sent."""
    standing = record.standing
    if standing.status is not Status.open:
        return notice.notice not in ("ended", "noted")
    if notice.notice in _WINDOW_NOTICES:
        window = record.windows.get(notice.stage_number or 0)
        return window is None or window.closed_at is not None
    if notice.notice == "outcome_due":
        run = standing.now
        return run.number != notice.stage_number or run.settled
    return False


def _over(record: Record, notice: Notice) -> str:
    """What a message says whose moment has passed; empty while it still holds."""
    standing = record.standing
    if notice.notice in _EVENTS:
        return ""
    if standing.status is not Status.open:
        return "This is over; nothing more is asked of you."
    if notice.stage_number is not None and notice.stage_number != standing.now.number:
        earlier = standing.runs[notice.stage_number - 1].stage.name
        return f"This message was about {earlier}. The challenge is now at {standing.now.stage.name}."
    # A confirmed date meets the window, but then the outcome of that very meeting is asked for.
    met = standing.now.window_met and notice.notice in (*_WINDOW_NOTICES, "asked")
    if met or _is_over(record, notice):
        return (
            "This has been answered; thank you."
            if standing.now.window_met or standing.now.settled
            else "This is over."
        )
    return ""


_Lead = Callable[[Desk, Record, Notice, Entry | None], str]


def _asked(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    stage = record.standing.now.stage
    by = f" by {due_words(desk, record)}" if record.window is not None else ""
    return f"You are asked to see to it that {stage.asks}{by}."


def _raised(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    asked = desk.name_all(record.holders(tuple(record.standing.now.stage.to)))
    verb = (
        "raised this challenge"
        if notice.stage_number == 1
        else f"took this challenge to {record.standing.now.stage.name}"
    )
    who = "You" if entry is None or entry.by == desk.actor.email else desk.name(entry.by)
    return f"{who} {verb}. It went to {asked}."


def _words(text: str) -> _Lead:
    return lambda desk, record, notice, entry: text


def _what_happened(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    if entry is None:
        return ""
    same = [
        e
        for e in record.stored.entries
        if e.at == entry.at and e.by == entry.by and not isinstance(e.step, Noted)
    ]
    if len(same) > 1:
        return "; ".join(sentence(desk, each) for each in same) + "."
    return f"{sentence(desk, entry)}."


def _reminder(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    window = record.windows[notice.stage_number or 0]
    missing = " and ".join(FACT_WORDS[fact] for fact in record.standing.now.missing)
    if window.due_at <= desk.now:
        return f"Overdue: an answer was due by {due_words(desk, record)}. Please answer now."
    left = desk.office.calendar.count(desk.today, window.due_day)
    if left == 0:
        return f"Due today by {desk.office.authority.office_hours.closes:%H:%M}: please see to it that {missing}."
    days = "One working day" if left == 1 else f"{left} working days"
    return f"{days} left: please see to it that {missing}, by {due_words(desk, record)}."


def _lapsed(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    window = record.windows[notice.stage_number or 0]
    who = desk.name_all(record.holders((window.role,)))
    return (
        f"{who} did not answer in full by {long_date(window.due_day)}. You decide what happens next: take it further, "
        "resolve it, or wait. Nothing goes further by itself."
    )


def _outcome_due(desk: Desk, record: Record, notice: Notice, entry: Entry | None) -> str:
    meeting = record.standing.now.meeting
    day = long_date(meeting.day) if meeting is not None else "its day"
    return f"The meeting was set for {day}. Please record its outcome, or that it did not take place."


_LEADS: dict[str, _Lead] = {
    "raised": _raised,
    "asked": _asked,
    "chair": _words("You are named as the chair of this stage's meeting."),
    "attends": _words("You are named to attend this stage's meeting."),
    "copied": _words(
        "For your information: you have the case, or had a part before. Others are asked to answer."
    ),
    "records": _words("For your information: you record the outcome of this stage."),
    "answered": _what_happened,
    "date_proposed": _what_happened,
    "date_confirmed": _what_happened,
    "outcome": _what_happened,
    "noted": _what_happened,
    "ended": _what_happened,
    "reassigned": _what_happened,
    "reminder": _reminder,
    "lapsed": _lapsed,
    "outcome_due": _outcome_due,
    "moved": lambda desk, record, notice, entry: (
        f"The due date has changed to {due_words(desk, record)}, because the council's working days have changed."
    ),
}


def _problem(desk: Desk, notice: Notice) -> Card:
    parts: tuple[Part, ...] = (
        Paragraph(str(notice.body["sentence"])),
        Buttons((Button("See the list", "problems"),)),
    )
    shown = parts if desk.holds(["administrator"]) else parts[:1]
    return Card("Something needs attention", shown, "Something needs attention")


def _opinion(desk: Desk, notice: Notice) -> Card | None:
    row = desk.session.get(SecondOpinion, int(notice.body["opinion"]))
    if row is None:
        return None
    values = row.draft["values"]
    concern = Quotation("Concern", str(values.get("concern") or ""))
    case = str(values.get("case_reference") or "not given yet")
    if notice.notice == "opinion_asked":
        lead = (
            f"{desk.name(row.asker)} asks for your second opinion. Nothing has been recorded as a challenge."
        )
        button = Button("Give your opinion", "opinion", {"opinion": str(row.id)}, Style.PRIMARY)
        last: Part = Buttons((button,))
        if row.answered_by is not None and row.answered_at is not None:
            last = Small(f"{desk.name(row.answered_by)} answered on {moment(desk, row.answered_at)}.")
        return Card(
            "A second opinion",
            (Paragraph(lead, strong=True), Paragraph(f"Case: {case}"), concern, last),
            "A second opinion is asked for",
        )
    lead = f"{desk.name(row.answered_by or row.asked)} has given a second opinion."
    button = Button("Go on with the challenge", "raise", {"opinion": str(row.id)}, Style.PRIMARY)
    words = Quotation("Second opinion", row.answer or "")
    close = Small("If no challenge is needed, there is nothing to do: nothing was recorded.")
    return Card(
        "A second opinion",
        (Paragraph(lead, strong=True), words, concern, Buttons((button,)), close),
        "Your second opinion has come",
    )


_OTHERS: dict[str, Callable[[Desk, Notice], Card | None]] = {
    "problem": _problem,
    "opinion_asked": _opinion,
    "opinion_answered": _opinion,
}
