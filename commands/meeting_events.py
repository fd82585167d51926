"""The meetings that ought to stand in people's calendars: kept in step with the record, in the transaction of each step.

What is wanted is compared with what was wanted before, whatever the step was: a date confirmed or moved, somebody added, a part passed
on, the meeting cancelled, the stage left, the challenge ended. Whoever sees to the calendars gets a `MeetingChange`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from commands.attendance import on_the_day, required
from commands.desk import Desk
from commands.record import Record
from procedures.engine import StageRun, Status
from storage import meetings
from storage.meetings import Event


@dataclass(frozen=True)
class Attendee:
    """Somebody who is to come."""

    email: str
    name: str


@dataclass(frozen=True)
class MeetingChange:
    """How a meeting ought to stand in the calendars from now on. It holds no detail of the case.

    `uid` is the event's own for ever, `sequence` rises with every change. Moments are aware UTC; people read them in `zone`. `left`
    were asked to come before, and are no longer. `title` is the challenge's reference and nothing else.
    """

    kind: Literal["request", "cancel"]
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    chair: Attendee
    attendees: tuple[Attendee, ...]
    left: tuple[Attendee, ...]
    title: str
    text: str
    place: str
    challenge_id: int


def follow(desk: Desk, record: Record) -> None:
    """Write down how the challenge's meetings ought to stand in the calendars, after a step. Part of the step's own transaction."""
    if not desk.office.invites or all(run.meeting is None for run in record.standing.runs):
        return
    run = record.standing.now
    wanted = _wanted(desk, record, run)
    for event in meetings.live(desk.session, record.head.id):
        if wanted is not None and event.stage_number == run.number:
            _change(desk, event, wanted)
            wanted = None
        elif event.starts_at > desk.now:
            _call_off(desk, event)
    if wanted is not None and wanted["starts_at"] > desk.now:
        uid = f"{uuid.uuid4().hex}@challenge-bot"
        meetings.want(desk.session, record.head.id, run.number, uid, desk.now, wanted)


def _wanted(desk: Desk, record: Record, run: StageRun) -> dict[str, Any] | None:
    """How the present stage's meeting ought to stand in the calendars; None: not at all, or it is over."""
    meeting = run.meeting
    if record.standing.status is not Status.open or meeting is None or meeting.at is None:
        return None
    if meeting.state != "confirmed":
        return None
    chair, *others = required(record, run) or (meeting.entry.by,)
    there = on_the_day(desk, (chair, *others), meeting.day)
    starts_at = desk.office.hours.at(meeting.day, meeting.at)
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=desk.office.authority.meetings.minutes),
        "chair": there[0],
        "attendees": list(there[1:]),
        # A place is asked for without any detail of the case. The one that can be recognised stays here all the same.
        "place": "" if record.head.case_reference.lower() in meeting.place.lower() else meeting.place,
    }


def _change(desk: Desk, event: Event, wanted: dict[str, Any]) -> None:
    changed = {name: value for name, value in wanted.items() if getattr(event, name) != value}
    if changed:
        meetings.change(desk.session, event.id, desk.now, changed)


def _call_off(desk: Desk, event: Event) -> None:
    if event.done is None and event.attempts == 0:
        meetings.forget(desk.session, event.id)
    else:
        meetings.change(desk.session, event.id, desk.now, {"cancelled": True})


def change_of(desk: Desk, event: Event) -> MeetingChange:
    """What is to be brought about in the calendars for an event as it was claimed."""
    there = {event.chair, *event.attendees}
    reference = f"CH-{event.challenge_id}"
    return MeetingChange(
        kind="cancel" if event.cancelled else "request",
        uid=event.uid,
        sequence=event.sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=desk.office.hours.zone.key,
        chair=Attendee(event.chair, desk.name(event.chair)),
        attendees=_named(desk, event.attendees),
        left=_named(desk, (each for each in event.told if each not in there)),
        title=f"{reference}: meeting",
        text=f"Everything about this meeting is in challenge-bot: /challenge show {reference}",
        place=event.place,
        challenge_id=event.challenge_id,
    )


def _named(desk: Desk, emails: Iterable[str]) -> tuple[Attendee, ...]:
    return tuple(Attendee(email, desk.name(email)) for email in emails)
