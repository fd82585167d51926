"""What people read about a challenge: where it stands, who must do what by when, and what has happened."""

from __future__ import annotations

from datetime import datetime

from commands.actions import buttons, saying_so
from commands.desk import Desk
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
from procedures.dates import long_date, short_date
from procedures.engine import Meeting, StageRun, Status
from procedures.schema import FACT_WORDS, RAISER
from procedures.steps import (
    Acknowledged,
    ActionsCompleted,
    DateConfirmed,
    DateProposed,
    Entry,
    Escalated,
    Noted,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Resolved,
    Withdrawn,
)
from procedures.workdays import due
from storage.challenges import Window


def moment(desk: Desk, at: datetime) -> str:
    """A moment as people read it: "Mon 23 Nov, 10:04"."""
    local = at.astimezone(desk.office.hours.zone)
    return f"{short_date(local.date())}, {local:%H:%M}"


def plain(title: str, sentence: str, *more: Part) -> Card:
    """A card of one sentence."""
    return Card(title, (Paragraph(sentence), *more), title)


def challenge_card(
    desk: Desk, record: Record, lead: str = "", *, extra: tuple[Part, ...] = (), full: bool = False
) -> Card:
    """The challenge as the person at the desk may see it, with the buttons that would work for them.

    `lead` says why they are reading it; without one the card says where the challenge stands. `full` tells every stage.
    """
    run = record.standing.now
    parts: list[Part] = []
    if lead:
        parts.append(Paragraph(lead, strong=True))
    parts.append(Paragraph(what_is_next(desk, record), strong=not lead))
    if not full:
        parts += _recent(desk, record)
    parts += extra
    parts.append(Facts(tuple(_facts(desk, record))))
    sum_ = due_sum(desk, record)
    if sum_:
        parts.append(Small(f"How the date is counted: {sum_}"))
    raised = record.raised
    parts.append(Quotation("Concern", raised.concern))
    parts.append(Quotation("Agreed actions", raised.agreed_actions))
    opened = run.opened.step
    if isinstance(opened, Escalated):
        parts.append(Quotation(f"Why it was taken to {run.stage.name}", opened.outline))
    if isinstance(opened, Raised | Escalated) and opened.immediate_risk:
        parts.append(Quotation("Immediate risk: why this stage was opened directly", opened.risk_reason))
    if full:
        parts += [Divider(), Heading("What has happened")]
        parts += _history(desk, record)
    offered = buttons(desk, record)
    parts.append(saying_so(offered) if full else offered)  # the full card is an answer, which nothing redraws
    return Card(
        f"{record.reference} · {run.stage.name}",
        tuple(parts),
        f"{record.reference}: {_preview(desk, record)}",
    )


def _facts(desk: Desk, record: Record) -> list[Fact]:
    head, run = record.head, record.standing.now
    facts = [
        Fact("Case", head.case_reference),
        Fact("Team", desk.office.authority.unit_name(head.unit)),
        Fact("Raised by", f"{desk.name(head.raiser)}, {moment(desk, head.opened_at)}"),
    ]
    for role in run.stage.to:
        emails = record.holders((role,)) if role != RAISER else [head.raiser]
        facts.append(Fact(f"Asked: {record.procedure.role_title(role)}", desk.name_all(emails)))
    if record.standing.status is Status.open:
        facts.append(Fact("Due", due_words(desk, record)))
    if run.meeting is not None:
        facts.append(Fact("Meeting", meeting_words(run.meeting)))
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
    words = f"{long_date(window.due_day)}, {desk.office.authority.office_hours.closes:%H:%M}"
    if window.closed_at is not None:
        return f"{words} ({'met' if window.met else 'closed'})"
    return f"{words} (overdue)" if window.due_at <= desk.now else words


def due_sum(desk: Desk, record: Record) -> str:
    """The sum behind the present stage's date."""
    window = record.window
    return "" if window is None else due(desk.office.calendar, window.opened_on, window.working_days).sum


def meeting_words(meeting: Meeting) -> str:
    """A meeting in one line."""
    words = {
        "proposed": "proposed for",
        "confirmed": "confirmed for",
        "held": "held on",
        "not_held": "did not take place on",
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
        else [f"{sentence(desk, entry)}." for entry in record.standing.now.facts.values()]
    )
    return " ".join([*done, what_is_next(desk, record)])


def what_is_next(desk: Desk, record: Record) -> str:
    """Who must do what by when; or how it ended."""
    ended, run, window = record.standing.ended, record.standing.now, record.window
    if ended is not None:
        how = "resolved" if record.standing.status is Status.resolved else "withdrawn"
        return f"This challenge was {how} by {desk.name(ended.by)} on {moment(desk, ended.at)}. Nothing more is to be done."
    raiser = desk.name(record.head.raiser)
    if run.settled and run.outcome is not None:
        if run.outcome.resolves:
            return f"The outcome is recorded. Next: {raiser} resolves the challenge."
        return f"No resolution was reached. Next: {raiser} decides whether to take it further."
    if run.missing and window is not None and window.closed_at is None:
        return _waiting(desk, record, window)
    if run.meeting is not None and run.meeting.state == "confirmed":
        return f"The meeting is {meeting_words(run.meeting)}. Next: its outcome is recorded afterwards."
    if run.meeting is not None and run.meeting.state == "not_held":
        return "The meeting did not take place. Next: a new date is set, or the challenge is taken further."
    if run.window_met:
        return f"Everything asked for has been answered. Next: {raiser} decides whether this resolves it."
    return f"Next: {desk.name_all(record.holders(tuple(run.stage.to)))} records the outcome."


def _waiting(desk: Desk, record: Record, window: Window) -> str:
    who = desk.name_all(record.holders((window.role,)))
    missing = " and ".join(FACT_WORDS[fact] for fact in record.standing.now.missing)
    if window.due_at <= desk.now:
        raiser = desk.name(record.head.raiser)
        return f"Overdue since {long_date(window.due_day)}: {who} had to see to it that {missing}. {raiser} may take it further."
    closes = desk.office.authority.office_hours.closes
    return f"Next: {who} sees to it that {missing}, by {long_date(window.due_day)}, {closes:%H:%M}."


def _preview(desk: Desk, record: Record) -> str:
    if record.standing.status is not Status.open:
        return record.standing.status.value
    day = record.due_day
    return f"{record.standing.now.stage.name}" + (f", due {short_date(day)}" if day is not None else "")


def sentence(desk: Desk, entry: Entry) -> str:
    """What somebody did, in one line without their own words and without a full stop."""
    step = entry.step
    who = desk.name(entry.by)
    if entry.on_behalf_of:
        who += f", covering for {desk.name(entry.on_behalf_of)},"
    words = {
        "raised": "raised the challenge",
        "acknowledged": "acknowledged the concerns",
        "actions_completed": "confirmed that the agreed actions are completed",
        "noted": "added a note",
        "resolved": "resolved the challenge",
        "withdrawn": "withdrew the challenge",
        "escalated": "took the challenge further",
        "outcome_recorded": "recorded the outcome",
    }
    what = words.get(step.kind, "")
    if isinstance(step, DateProposed | DateConfirmed):
        place = f", {step.place}" if step.place else ""
        verb = "confirmed" if isinstance(step, DateConfirmed) else "proposed"
        what = f"{verb} the meeting for {long_date(step.day)}, {step.at:%H:%M}{place}"
    if isinstance(step, Reassigned):
        what = (
            f"passed a part from {desk.name(step.leaves)} to {desk.name(step.joins)}"
            if step.leaves
            else f"gave a part to {desk.name(step.joins)}"
        )
    return f"{who} {what} on {moment(desk, entry.at)}"


def own_words(entry: Entry, run: StageRun | None = None) -> list[tuple[str, str]]:
    """The free texts of an entry, each with its label; empty ones are left out."""
    step = entry.step
    texts: list[tuple[str, str]] = []
    if isinstance(step, Acknowledged | ActionsCompleted):
        texts = [("Comment", step.comment)]
    elif isinstance(step, OutcomeRecorded):
        texts = [("Summary", step.summary)]
    elif isinstance(step, Escalated):
        texts = [("What is unresolved", step.outline), ("Immediate risk", step.risk_reason)]
    elif isinstance(step, Resolved):
        texts = [("Outcome", step.outcome)]
    elif isinstance(step, Withdrawn | Reassigned):
        texts = [("Reason", step.reason)]
    elif isinstance(step, Noted):
        texts = [("Note", step.text)]
    return [(label, text) for label, text in texts if text]


def _recent(desk: Desk, record: Record) -> list[Part]:
    """What has happened at the present stage, each in a line; what people wrote is shortened, the record has it whole."""
    lines = []
    number = record.standing.now.number
    entries = [entry for entry in record.stored.entries if entry.stage_number == number and entry.number > 1]
    if len(entries) > 8:
        lines.append(f"{len(entries) - 8} earlier entries: open the record to see them")
    for entry in entries[-8:]:
        words = (
            "; ".join(_short(text) for _, text in own_words(entry))
            if not isinstance(entry.step, Escalated)
            else ""
        )
        lines.append(sentence(desk, entry) + (f": {words}" if words else ""))
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
            parts.append(Small(sentence(desk, entry)))
            parts += [Quotation(label, text) for label, text in own_words(entry)]
    return parts


def conversations(record: Record) -> list[str]:
    """The informal conversations that came first, a line each (BR-1)."""
    raised = record.raised
    lines = [
        f"{record.procedure.role_title(talk.with_role)}, {long_date(talk.on)}: {talk.result}"
        for talk in raised.informal
    ]
    if raised.no_informal_reason:
        lines.append(f"None yet: {raised.no_informal_reason}")
    return lines
