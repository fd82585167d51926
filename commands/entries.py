"""What has happened to a challenge, told entry by entry: who did what and when, and their own words."""

from __future__ import annotations

from datetime import datetime

from commands.desk import Desk
from commands.record import Record
from procedures.dates import long_date, short_date
from procedures.schema import RAISER
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


def moment(desk: Desk, at: datetime) -> str:
    """A moment as people read it: "Mon 23 Nov, 10:04"."""
    local = at.astimezone(desk.office.hours.zone)
    return f"{short_date(local.date())}, {local:%H:%M}"


def full_moment(desk: Desk, at: datetime) -> str:
    """A moment for the file, which is read years later: "Monday 23 November 2026, 10:04"."""
    local = at.astimezone(desk.office.hours.zone)
    return f"{long_date(local.date())}, {local:%H:%M}"


def sentence(desk: Desk, record: Record, entry: Entry, *, in_full: bool = False) -> str:
    """What somebody did, in one line without their own words and without a full stop; `in_full`: with the year."""
    step, procedure = entry.step, record.procedure
    who = desk.name(entry.by)
    if entry.on_behalf_of:
        who += f", covering for {desk.name(entry.on_behalf_of)},"
    at = f"on {full_moment(desk, entry.at) if in_full else moment(desk, entry.at)}"
    words = {
        "raised": f"raised the challenge {at}",
        "acknowledged": f"acknowledged the concerns {at}",
        "actions_completed": f"confirmed {at} that the agreed actions are completed",
        "noted": f"added a note {at}",
        "resolved": f"resolved the challenge {at}",
        "withdrawn": f"withdrew the challenge {at}",
    }
    what = words.get(step.kind, "")
    if isinstance(step, Raised) and step.trigger:
        what = f"counts as having raised the challenge, which opened by itself {at}"
    if isinstance(step, Escalated):
        what = f"took the challenge to {procedure.stages[step.stage].name} {at}"
    if isinstance(step, OutcomeRecorded):
        what = f"recorded the outcome {at}: {_outcome(record, entry, step)}"
    if isinstance(step, DateProposed | DateConfirmed):
        place = f", {step.place}" if step.place else ""
        day = f"{long_date(step.day)}, {step.at:%H:%M}{place}"
        confirmed = isinstance(step, DateConfirmed)
        what = (
            f"confirmed the date of the meeting {at}: {day}"
            if confirmed
            else f"proposed a date for the meeting {at}: {day}"
        )
    if isinstance(step, Reassigned):
        part = "raiser" if step.role == RAISER else procedure.role_name(step.role)
        came = f" from {desk.name(step.leaves)}" if step.leaves else ""
        what = f"passed the part of {part}{came} to {desk.name(step.joins)} {at}"
    return f"{who} {what}"


def _outcome(record: Record, entry: Entry, step: OutcomeRecorded) -> str:
    rule = record.standing.runs[entry.stage_number - 1].stage.outcome
    label = (
        next((each.label for each in rule.choices if each.id == step.choice), "") if rule is not None else ""
    )
    return label[:1].lower() + label[1:]


def own_words(entry: Entry) -> list[tuple[str, str]]:
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
