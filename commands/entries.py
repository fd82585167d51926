"""What has happened to a challenge, told entry by entry: who did what and when, and their own words."""

from __future__ import annotations

from datetime import datetime

from commands import own_fields
from commands.desk import Desk
from commands.record import Record
from procedures.dates import long_date, short_date
from procedures.engine import StageRun
from procedures.schema import RAISER
from procedures.steps import (
    Acknowledged,
    ActionAgreed,
    ActionDone,
    ActionsCompleted,
    ClockStopped,
    Closed,
    Considered,
    DateConfirmed,
    DateProposed,
    Decided,
    Entry,
    Escalated,
    FormRecorded,
    Invited,
    MeetingCancelled,
    MeetingHeld,
    Moved,
    Noted,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Resolved,
    SideClosed,
    SideOpened,
    Step,
    Withdrawn,
)


def moment(desk: Desk, at: datetime) -> str:
    """A moment as people read it: "Mon 23 Nov, 10:04"."""
    local = at.astimezone(desk.office.hours.zone)
    return f"{short_date(local.date())}, {local:%H:%M}"


def full_moment(desk: Desk, at: datetime) -> str:
    """A moment for the file, which is read years later: "Monday 23 November 2026, 10:04"."""
    local = at.astimezone(desk.office.hours.zone)
    return f"{long_date(local.date())}, {local:%H:%M}"


def shortened(text: str, limit: int = 200) -> str:
    """A text in one line of so many characters at most; the record has it whole."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rsplit(' ', 1)[0]}…"


def sentence(desk: Desk, record: Record, entry: Entry, *, in_full: bool = False) -> str:
    """What somebody did, in one line without their own words and without a full stop; `in_full`: with the year."""
    step = entry.step
    at = f"on {full_moment(desk, entry.at) if in_full else moment(desk, entry.at)}"
    if isinstance(step, Moved):
        return (
            f"The challenge went on to {record.procedure.stages[step.stage].name} {at}, as the procedure says"
        )
    if isinstance(step, Closed):
        return f"The challenge was closed {at}, as the procedure says: {shortened(step.outcome).rstrip('.')}"
    who = desk.name(entry.by)
    if entry.on_behalf_of:
        who += f", covering for {desk.name(entry.on_behalf_of)},"
    if isinstance(step, Raised) and step.trigger:
        return f"{who} counts as having raised the challenge, which opened by itself {at}"
    if step.kind in _PLAIN:
        return f"{who} {_PLAIN[step.kind]} {at}"
    run = record.standing.runs[entry.stage_number - 1]
    return f"{who} {_of_meeting(desk, record, run, step, at) or _of_others(desk, record, run, step, at)}"


_PLAIN = {
    "raised": "raised the challenge",
    "acknowledged": "acknowledged the concerns",
    "meeting_cancelled": "cancelled the meeting",
    "clock_started": "started the clock again",
    "noted": "added a note",
    "resolved": "resolved the challenge",
    "withdrawn": "withdrew the challenge",
}


def _of_meeting(desk: Desk, record: Record, run: StageRun, step: Step, at: str) -> str:
    """What was done about a meeting or discussion, after the name of whoever did it; empty for anything else."""
    match step:
        case DateProposed() | DateConfirmed():
            place = f", {step.place}" if step.place else ""
            verb = "confirmed the date of" if isinstance(step, DateConfirmed) else "proposed a date for"
            return f"{verb} the meeting {at}: {long_date(step.day)}, {step.at:%H:%M}{place}"
        case MeetingHeld():
            return f"recorded {at} that the meeting was held on {long_date(step.held_on)}"
        case Considered():
            name = record.procedure.role_name(step.role)
            invited = "invited the" if step.invited else "decided not to invite the"
            return f"{invited} {name} to the meeting {at}"
        case Invited():
            return f"added {desk.name(step.email) if step.email else step.function} to the meeting {at}"
        case OutcomeRecorded():
            rule = run.stage.outcome
            label = next((each.label for each in rule.choices if each.id == step.choice), "") if rule else ""
            return f"recorded the outcome {at}: {label[:1].lower()}{label[1:]}"
    return ""


def _of_others(desk: Desk, record: Record, run: StageRun, step: Step, at: str) -> str:
    """The same for all other steps that are told in words of their own."""
    procedure = record.procedure
    match step:
        case ActionsCompleted():
            return f"confirmed {at} that the agreed actions are completed"
        case Escalated():
            return f"took the challenge to {procedure.stages[step.stage].name} {at}"
        case Decided():
            return f"{'agreed' if step.agrees else 'declined'} {at}, as {procedure.role_name(step.role)}"
        case FormRecorded():
            part = f", as {procedure.role_name(step.role)}" if step.role else ""
            return f"filled in “{run.stage.forms[step.form].title}” {at}{part}"
        case ActionAgreed():
            label = action_label(run, step)
            return f"recorded {_a(label)} for {desk.name(step.owner)} {at}, by {long_date(step.by_day)}"
        case ActionDone():
            return f"recorded {at} that an action is done"
        case ClockStopped():
            return f"stopped the clock {at}: {_reason(run, step)}"
        case SideOpened():
            return f"began “{procedure.sides[step.side].name}” {at}"
        case SideClosed():
            return f"recorded the result of “{_route(record, step)}” {at}"
        case Reassigned():
            part = "raiser" if step.role == RAISER else procedure.role_name(step.role)
            came = f" from {desk.name(step.leaves)}" if step.leaves else ""
            return f"passed the part of {part}{came} to {desk.name(step.joins)} {at}"
    raise TypeError(f"Nobody has said how a {step.kind} is told.")


def action_label(run: StageRun, step: ActionAgreed) -> str:
    """What an agreed action is called where it was agreed: action, review point and so on, in lower case."""
    kinds = [] if run.stage.actions is None else run.stage.actions.kinds
    label = next((kind.label for kind in kinds if kind.id == step.of), "Action")
    return label[:1].lower() + label[1:]


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _reason(run: StageRun, step: ClockStopped) -> str:
    window = run.stage.window
    reasons = [] if window is None or window.stop_clock is None else window.stop_clock.reasons
    label = next((each.label for each in reasons if each.id == step.reason), step.reason)
    return label[:1].lower() + label[1:]


def _route(record: Record, step: SideClosed) -> str:
    routes = record.standing.sides
    return next((each.side.name for each in routes if each.entry.number == step.opened), "")


def own_words(entry: Entry) -> list[tuple[str, str]]:
    """The free texts of an entry, each with its label; empty ones are left out."""
    step = entry.step
    texts: list[tuple[str, str]] = []
    match step:
        case Acknowledged() | ActionsCompleted():
            texts = [("Comment", step.comment)]
        case OutcomeRecorded():
            texts = [("Summary", step.summary)]
        case Escalated():
            texts = [
                ("What is unresolved", step.outline),
                ("Immediate risk", step.risk_reason),
                ("Why stages were left out", step.skip_reason),
            ]
        case Resolved():
            texts = [("Outcome", step.outcome)]
        case Withdrawn() | Reassigned() | Considered() | MeetingCancelled():
            texts = [("Reason", step.reason)]
        case Decided():
            texts = [("Comment" if step.agrees else "Reason", step.reason)]
        case ActionAgreed():
            texts = [("What is to be done", step.what)]
        case Noted():
            texts = [("Note", step.text)]
        case ActionDone() | ClockStopped():
            texts = [("Note", step.note)]
        case SideOpened():
            texts = [("Why", step.outline)]
        case SideClosed():
            texts = [("What came of it", step.result)]
    return [(label, text) for label, text in texts if text]


def details(desk: Desk, record: Record, entry: Entry) -> list[tuple[str, str]]:
    """All that an entry holds beside its sentence, each with its label: free texts, answers, who was there."""
    step, run = entry.step, record.standing.runs[entry.stage_number - 1]
    found = own_words(entry)
    match step:
        case Raised() | Escalated():
            found += discussions(record, step)
            found += own_fields.told(run.stage.field, step.fields)
        case FormRecorded():
            found = own_fields.told(run.stage.forms[step.form].field, step.values)
        case SideOpened():
            found += own_fields.told(record.procedure.sides[step.side].field, step.fields)
        case MeetingHeld():
            found += _held(desk, record, run, step)
        case ActionDone():
            action = record.standing.action(step.action)
            found = found if action is None else [("Action", action.step.what), *found]
    return found


def _held(desk: Desk, record: Record, run: StageRun, step: MeetingHeld) -> list[tuple[str, str]]:
    rule = run.stage.meeting
    with_ = [each.label for each in rule.combine if each.id in step.combined] if rule else []
    lines = [("Present", "; ".join(attendee(desk, record, each, run.number) for each in step.present))]
    lines.append(("Combined with", "; ".join(with_)))
    return [(label, words) for label, words in lines if words]


def attendee(desk: Desk, record: Record, who: str, stage_number: int | None = None) -> str:
    """One attendee in words: a role with its holders at the stage, a colleague's name, or a function as it was entered."""
    procedure = record.procedure
    if who != RAISER and who not in procedure.role:
        return desk.name(who)
    people = [record.head.raiser] if who == RAISER else []
    people += [party.email for party in record.parties(stage_number) if party.role == who]
    names = desk.name_all(dict.fromkeys(people), "and") if people else ""
    title = "Person who raised it" if who == RAISER else procedure.role_title(who)
    return f"{title}: {names}" if names else title


def discussions(record: Record, step: Raised | Escalated) -> list[tuple[str, str]]:
    """The discussions that had to come before a stage, each with its day and what was said (BR-9)."""
    return [
        (
            f"Discussed with the {record.procedure.role_name(each.role)}",
            f"{long_date(each.on)}{f': {each.note}' if each.note else ''}",
        )
        for each in step.consulted
    ]


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
