"""What is written down, and who is told, when a meeting has been brought into the calendars, or could not be; and how that reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commands.attendance import required
from commands.desk import Desk
from commands.entries import moment
from commands.problem_notes import report_problem, solved
from commands.record import Record
from commands.vocabulary import Fact, Facts, Link, Part
from procedures.engine import StageRun
from storage import meetings, outbox, postings
from storage.meetings import Event
from storage.outbox import Note

LATE, CHANGED = "invitation_late", "calendar_changed"
"""The notices: an invitation is late; something was changed in the calendar."""


# --- written down ---------------------------------------------------------------------------------------------------------


def brought_about(desk: Desk, event: Event) -> None:
    """The calendars show it: the messages about the challenge are redrawn, and what was said of trouble is over."""
    postings.mark_stale(desk.session, event.challenge_id)
    solved(desk, _problem(event), "The calendars are as they ought to be now.")
    what = "meeting_taken_out" if event.cancelled else "meeting_in_calendars"
    body = {"uid": event.uid, "sequence": event.sequence, "stage_number": event.stage_number}
    desk.note_down(what, f"CH-{event.challenge_id}", body)


def put_off(desk: Desk, event: Event) -> None:
    """It is tried again: whoever set the date, and the chair, are told once, unless it has worked by the time they are."""
    postings.mark_stale(desk.session, event.challenge_id)
    record = desk.office_record(event.challenge_id)
    if record is None or event.cancelled:
        return
    _tell(desk, record, event, LATE, f"{event.sequence}", {})


def cannot(desk: Desk, event: Event, reason: str) -> None:
    """It cannot be brought about until somebody puts something right: it is listed, and those concerned are told."""
    postings.mark_stale(desk.session, event.challenge_id)
    record = desk.office_record(event.challenge_id)
    if record is None:
        return
    what = "taken out of the calendars" if event.cancelled else "put into the calendars"
    sentence = (
        f"The meeting of {record.reference} cannot be {what}. {reason} It is tried again every hour until the meeting begins; "
        "the date itself is recorded. Until then please tell those concerned yourself."
    )
    report_problem(desk, _problem(event), sentence, record, also=_concerned(record, event))


def too_late(desk: Desk, event: Event) -> None:
    """The meeting has begun, and the calendars never had it as it ought to be: nothing more is tried."""
    postings.mark_stale(desk.session, event.challenge_id)
    solved(desk, _problem(event), "The meeting has begun; nothing more is tried.")


def looked_at(desk: Desk, event: Event, found: Mapping[str, Any]) -> None:
    """Somebody changed the event in the calendar: the chair is told, once for each change. `found` is empty when all is as it ought to be."""
    what = json.dumps(found, sort_keys=True) if found else ""
    if not meetings.seen(desk.session, event, what) or not found:
        return
    record = desk.office_record(event.challenge_id)
    if record is not None:
        mark = hashlib.sha256(what.encode()).hexdigest()[:12]
        _tell(desk, record, event, CHANGED, f"{event.sequence}:{mark}", {"found": dict(found)})


def _tell(desk: Desk, record: Record, event: Event, notice: str, mark: str, body: Mapping[str, Any]) -> None:
    outbox.put(
        desk.session,
        [
            Note(
                key=f"{record.reference}:{notice}:{event.uid}:{mark}:{email}",
                email=email,
                notice=notice,
                due_at=desk.now,
                send_after=desk.office.hours.next_open(desk.now),
                challenge_id=record.head.id,
                stage_number=event.stage_number,
                body={"event": event.id, "sequence": event.sequence, **body},
            )
            for email in _concerned(record, event)
        ],
    )


def _concerned(record: Record, event: Event) -> list[str]:
    """The chair, and whoever set the date."""
    run = record.standing.runs[event.stage_number - 1]
    set_by = [] if run.meeting is None else [run.meeting.entry.by]
    return list(dict.fromkeys([*(required(record, run)[:1] or (event.chair,)), *set_by]))


def _problem(event: Event) -> str:
    return f"calendar:{event.id}"


# --- how it reads -----------------------------------------------------------------------------------------------------------


def parts(desk: Desk, record: Record, run: StageRun) -> list[Part]:
    """What a card says of the invitations to the stage's meeting, and the way to join it online."""
    event = meetings.latest(desk.session, record.head.id, run.number) if desk.office.invites else None
    if event is None or run.meeting is None or (event.cancelled and event.done is None):
        return []
    found: list[Part] = [Facts((Fact("Invitations", _words(desk, event)),))]
    if event.link and not event.cancelled and run.meeting.state == "confirmed":
        found.append(Link("Join the meeting online", event.link))
    return found


def _words(desk: Desk, event: Event) -> str:
    what = "taken back" if event.cancelled else "sent"
    if event.is_done and event.done_at is not None:
        opens = desk.office.hours.next_open(event.done_at)
        if not event.organiser and opens > desk.now:  # messages of their own, which wait for office hours
            return f"To be {what} on {moment(desk, opens)}"
        return f"{what} on {moment(desk, event.done_at)}".capitalize()
    if event.state == "failed":
        return f"Not {what}: the calendars could not be reached before the meeting began"
    if event.trouble is not None:
        return f"Not {what} yet ({event.trouble}). The date is recorded, and this follows by itself"
    return f"Being {what}"


def is_over(desk: Desk, body: Mapping[str, Any]) -> bool:
    """Whether the moment of a message about an event has passed: it was brought about, or changed again, or its time has come."""
    event = meetings.find(desk.session, int(body["event"]))
    if event is None or event.cancelled or event.starts_at <= desk.now or event.sequence != body["sequence"]:
        return True
    return not event.seen if "found" in body else event.is_done


def lead_words(desk: Desk, body: Mapping[str, Any]) -> tuple[str, str]:
    """The first sentence of a message about an event, and what can be done."""
    found = body.get("found")
    if found is None:
        return (
            "The meeting is recorded, and the invitations are not out yet: the calendars do not answer.",
            "They follow by themselves as soon as they can. If the meeting is soon, please tell those concerned yourself.",
        )
    return _found_words(desk, found), (
        "The record still has the date as it was. If the meeting has a new date, record it with “The meeting” below or "
        "/challenge schedule; the calendars are then put in step. If it does not take place, say so with /challenge cancel."
    )


def _found_words(desk: Desk, found: Mapping[str, Any]) -> str:
    words = []
    if found.get("gone"):
        words.append("the meeting was cancelled or deleted in the calendar")
    if found.get("starts_at"):
        words.append(
            f"the meeting was moved in the calendar to {moment(desk, datetime.fromisoformat(found['starts_at']))}"
        )
    if found.get("declined"):
        words.append(f"{desk.name_all(found['declined'], 'and')} declined the invitation to the meeting")
    return f"{'; '.join(words)}.".capitalize() if len(words) > 1 else f"{words[0][:1].upper()}{words[0][1:]}."
