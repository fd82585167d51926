"""What people read about a challenge: where it stands, who must do what by when, and what has happened."""

from __future__ import annotations

from collections.abc import Collection

from commands.actions import buttons, reading
from commands.desk import Desk
from commands.entries import moment, own_words, sentence
from commands.record import Record
from commands.vocabulary import (
    Bullets,
    Card,
    Divider,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Part,
    Quotation,
    Small,
)
from commands.windows import worked_out
from procedures.dates import long_date, short_date
from procedures.engine import Meeting, Status, who_may
from procedures.schema import RAISER
from procedures.steps import (
    Escalated,
    Raised,
)
from storage.challenges import Window


def plain(title: str, sentence: str, *more: Part) -> Card:
    """A card of one sentence."""
    return Card(title, (Paragraph(sentence), *more), title)


def challenge_card(
    desk: Desk,
    record: Record,
    lead: str = "",
    *,
    told: Collection[int] = (),
    says_all: bool = False,
    extra: tuple[Part, ...] = (),
    full: bool = False,
) -> Card:
    """The challenge as the person at the desk may see it, with the buttons that would work for them.

    `lead` says why they are reading it, and `extra` follows it; without one the card says where the challenge stands. `told` are the entries that
    the lead tells of already; `says_all`: it says what is next too. `full` tells every stage.
    """
    run = record.standing.now
    parts: list[Part] = []
    if lead:
        parts.append(Paragraph(lead, strong=True))
    parts += extra
    if not says_all:
        parts.append(Paragraph(what_is_next(desk, record), strong=not lead))
    if not full:
        parts += _recent(desk, record, told)
    parts.append(Facts(tuple(_facts(desk, record))))
    if record.standing.status is Status.open and (words := sum_words(desk, record)):
        parts.append(Small(words))
    raised = record.raised
    parts.append(Quotation("Concern", raised.concern))
    if raised.agreed_actions:
        parts.append(Quotation("Agreed actions", raised.agreed_actions))
    opened = run.opened.step
    if isinstance(opened, Escalated):
        parts.append(Quotation(f"Why it was taken to {run.stage.name}", opened.outline))
    if isinstance(opened, Raised | Escalated) and opened.immediate_risk:
        parts.append(Quotation("Immediate risk: why this stage was opened directly", opened.risk_reason))
    if full:
        parts += [Divider(), Heading("What has happened")]
        parts += _history(desk, record)
    parts.append(buttons(desk, record, opened=full))
    return Card(_title(record), tuple(parts), f"{record.reference}: {_preview(desk, record)}")


def brief_card(desk: Desk, record: Record, lead: str) -> Card:
    """A message whose moment has passed: why, where the challenge stands now, and the way to its record."""
    parts: list[Part] = [Paragraph(lead, strong=True)] if lead else []
    parts.append(Paragraph(what_is_next(desk, record), strong=not lead))
    if record.standing.status is Status.open:
        parts += _recent(desk, record)
    parts.append(reading(record))
    return Card(_title(record), tuple(parts), f"{record.reference}: {_preview(desk, record)}")


def _title(record: Record) -> str:
    standing = record.standing
    ended = "" if standing.status is Status.open else f", {standing.status.value}"
    return f"{record.reference} · {standing.now.stage.name}{ended}"


def _facts(desk: Desk, record: Record) -> list[Fact]:
    head, run = record.head, record.standing.now
    facts = [
        Fact("Case", head.case_reference),
        Fact("Team", desk.office.authority.unit_name(head.unit)),
        Fact(
            "Opened by itself, for" if record.raised.trigger else "Raised by",
            f"{desk.name(head.raiser)}, {moment(desk, head.opened_at)}",
        ),
    ]
    for role in run.stage.to:
        emails = record.holders((role,)) if role != RAISER else [head.raiser]
        facts.append(Fact("Asked", f"{desk.name_all(emails, 'and')} ({record.procedure.role_name(role)})"))
    if record.standing.status is Status.open:
        facts.append(Fact("Due", due_words(desk, record)))
    if run.meeting is not None:
        facts.append(Fact("Meeting", _capital(meeting_words(run.meeting))))
    if run.stage.meeting is not None:
        facts.append(Fact("Chair", desk.name_all(record.holders((run.stage.meeting.chair,)))))
    if run.stage.outcome is not None and run.stage.outcome.with_:
        facts.append(
            Fact(
                "Discussion with",
                " and ".join(record.procedure.role_title(role) for role in run.stage.outcome.with_),
            )
        )
    if run.outcome is not None:
        facts.append(Fact("Outcome", run.outcome.label))
    return facts


def due_words(desk: Desk, record: Record) -> str:
    """By when, as people read it; says so where the procedure sets no date, or the window is over."""
    window = record.window
    if window is None:
        return "The procedure sets no date"
    words = end_words(desk, window)
    if window.closed_at is not None:
        how = (
            "not answered"
            if not window.met
            else "answered in time"
            if window.closed_at <= window.due_at
            else "answered late"
        )
        return f"{words} ({how})"
    return f"{words} (overdue)" if window.due_at <= desk.now else words


def end_words(desk: Desk, window: Window) -> str:
    """The end of a window: "Tuesday 29 December 2026, 17:00"."""
    return f"{long_date(window.due_day)}, {window.due_at.astimezone(desk.office.hours.zone):%H:%M}"


def due_sum(desk: Desk, record: Record) -> str:
    """The sum behind the present stage's date."""
    window = record.window
    return "" if window is None else worked_out(desk, window).sum


def sum_words(desk: Desk, record: Record) -> str:
    """The same as a sentence of its own, for the small print; empty where no date is set."""
    words = due_sum(desk, record)
    return f"How the date is counted: {words}" if words else ""


def meeting_words(meeting: Meeting) -> str:
    """A meeting in one line."""
    words = {
        "proposed": "proposed for",
        "confirmed": "confirmed for",
        "held": "held on",
        "not_held": "did not take place on",
        "cancelled": "cancelled; it was set for",
    }
    at = f", {meeting.at:%H:%M}" if meeting.at is not None else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{words[meeting.state]} {long_date(meeting.day)}{at}{place}"


def where_it_stands(desk: Desk, record: Record) -> str:
    """What was answered at this stage, and what is next."""
    ended = record.standing.ended
    done = (
        []
        if ended is not None
        else [f"{sentence(desk, record, entry)}." for entry in record.standing.now.facts.values()]
    )
    return " ".join([*done, what_is_next(desk, record)])


def what_is_next(desk: Desk, record: Record) -> str:
    """Who must do what by when; or how it ended."""
    ended, run, window = record.standing.ended, record.standing.now, record.window
    if ended is not None:
        return f"{sentence(desk, record, ended)}. Nothing more needs to be done."
    if run.settled and run.outcome is not None:
        if run.outcome.resolves:
            return f"Next: {_raiser(desk, record, 'resolve')} the challenge."
        return f"Next: {_raiser(desk, record, 'decide')} whether to take it further."
    if run.missing and window is not None and window.closed_at is None:
        return _waiting(desk, record, window)
    if run.meeting is not None and run.meeting.state == "confirmed":
        who = desk.name_all(record.holders(who_may(record.procedure, record.standing, "outcome_recorded")))
        return f"The meeting is {meeting_words(run.meeting)}. Next: {who} to record its outcome afterwards."
    if run.stage.meeting is not None:
        who = desk.name_all(record.holders(who_may(record.procedure, record.standing, "date_confirmed")))
        if run.meeting is None:
            return f"Next: {who} to set the date of the meeting."
        if run.meeting.state == "proposed":
            return f"The meeting is {meeting_words(run.meeting)}. Next: {who} to confirm the date or set another."
        return f"Next: {who} to set a new date, unless {_raiser(desk, record, 'take')} it further."
    if run.window_met:
        return f"Next: {_raiser(desk, record, 'decide')} whether this resolves it."
    return f"Next: {desk.name_all(record.holders(tuple(run.stage.to)))} to record the outcome."


def _raiser(desk: Desk, record: Record, verb: str) -> str:
    """The raiser as the reader knows them, and what they do: "you decide", "Hannah Okafor decides"."""
    raiser = record.head.raiser
    return f"you {verb}" if raiser == desk.actor.email else f"{desk.name(raiser)} {verb}s"


def _waiting(desk: Desk, record: Record, window: Window) -> str:
    who = desk.name_all(record.holders((window.role,)))
    if window.due_at <= desk.now:
        return (
            f"Overdue since {long_date(window.due_day)}: {who} to {missing(record)}. "
            f"{_capital(_raiser(desk, record, 'decide'))} whether to take it further."
        )
    return f"Next, by {end_words(desk, window)}: {who} to {missing(record)}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def missing(record: Record) -> str:
    """What the present stage still waits for, as the end of "Please …"."""
    run = record.standing.now
    return " and ".join(run.stage.request(fact) for fact in run.missing)


def _preview(desk: Desk, record: Record) -> str:
    if record.standing.status is not Status.open:
        return record.standing.status.value
    day = record.due_day
    return f"{record.standing.now.stage.name}" + (f", due {short_date(day)}" if day is not None else "")


def _recent(desk: Desk, record: Record, told: Collection[int] = ()) -> list[Part]:
    """What has happened at the present stage, each in a line; what people wrote is shortened, the record has it whole.

    Left out are how it began, how it ended, and the entries that are `told` elsewhere.
    """
    lines = []
    number = record.standing.now.number
    entries = [
        entry
        for entry in record.stored.entries
        if entry.stage_number == number
        and entry.number not in (1, *told)
        and entry is not record.standing.ended
    ]
    if len(entries) > 8:
        lines.append(f"{len(entries) - 8} earlier entries: open the record to see them")
    for entry in entries[-8:]:
        words = (
            "; ".join(_short(text) for _, text in own_words(entry))
            if not isinstance(entry.step, Escalated)
            else ""
        )
        lines.append(sentence(desk, record, entry) + (f": {words}" if words else ""))
    return [Bullets(tuple(lines))] if lines else []


def _short(text: str, limit: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rsplit(' ', 1)[0]}…"


def _history(desk: Desk, record: Record) -> list[Part]:
    parts: list[Part] = []
    for run in record.standing.runs:
        parts.append(Paragraph(run.stage.name, strong=True))
        for entry in record.stored.entries:
            if entry.stage_number != run.number:
                continue
            parts.append(Small(sentence(desk, record, entry, in_full=True)))
            parts += [Quotation(label, text) for label, text in own_words(entry)]
    return parts
