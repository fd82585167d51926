"""A meeting's invitations where no calendar can be reached by itself: by e-mail, and as a file in the chat.

Each version of a meeting goes to each person as a message of its own, so that one whose mailbox is full holds up nobody else. What has
not been sent yet when the meeting changes again is replaced by the newer version; whoever has this very time and place already gets
nothing more, and whoever never heard of a meeting is not told that it is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from commands.calendar_file import Comer, Entry, Method, calendar_file
from commands.desk import Desk
from commands.email_copies import NOT_READ
from commands.identifying import find
from commands.leads import Notice
from commands.meeting_events import Attendee, MeetingChange
from commands.office import Office
from commands.vocabulary import Card, Paragraph, Part, Small
from procedures.dates import long_date
from storage import outbox
from storage.invitations import INVITATION, invitation_key, so_far
from storage.outbox import EMAIL, Note

SAME = ("kind", "starts_at", "ends_at", "place")
"""What a calendar's entry is about: whoever has the same already needs no newer version."""


def invite(office: Office, change: MeetingChange, channels: Iterable[str], organiser: str = "") -> int:
    """Put a message for everybody concerned on each channel, in one transaction; how many were put. Doing so twice changes nothing.

    organiser: the address that the invitation comes from; the chair's if empty.
    """
    made = 0
    with office.database.write() as session:
        for channel in channels:
            for person, kind in _concerned(change):
                body = _kept(change, person, kind, organiser or change.chair.email)
                made += _put(office, session, change, person.email, channel, body)
    return made


def _put(
    office: Office, session: Session, change: MeetingChange, email: str, channel: str, body: dict[str, Any]
) -> int:
    had = so_far(session, change.challenge_id, change.uid, email, channel, change.sequence)
    if had.latest is not None and all(had.latest[each] == body[each] for each in SAME):
        return 0
    key, now = invitation_key(change.uid, change.sequence, email, channel), office.clock.now()
    outbox.replace(session, had.waiting, key)
    if body["kind"] == "cancel" and not had.told:
        return 0
    note = Note(
        key=key,
        email=email,
        notice=INVITATION,
        due_at=now,
        send_after=office.hours.next_open(now),
        challenge_id=change.challenge_id,
        body={**body, "told": had.told},
        channel=channel,
    )
    return outbox.put(session, [note])


def _concerned(change: MeetingChange) -> Iterator[tuple[Attendee, str]]:
    for person in (change.chair, *change.attendees):
        yield person, change.kind
    for person in change.left:
        yield person, "cancel"


def _kept(change: MeetingChange, person: Attendee, kind: str, organiser: str) -> dict[str, Any]:
    """What the row keeps; it holds no detail of the case, as the change holds none."""
    left = person in change.left
    comers = (person,) if left else (change.chair, *change.attendees)
    return {
        "kind": kind,
        "left": left,
        "uid": change.uid,
        "sequence": change.sequence,
        "starts_at": change.starts_at.isoformat(),
        "ends_at": change.ends_at.isoformat(),
        "title": change.title,
        "text": change.text,
        "place": change.place,
        "organiser": organiser,
        "comers": [[each.email, each.name, each == change.chair] for each in comers],
    }


def compose(desk: Desk, notice: Notice) -> Card | None:
    """The invitation, or that a meeting is cancelled, with the calendar's file; None once the meeting has begun."""
    body, reference = notice.body, f"CH-{notice.challenge_id}"
    entry = _entry(desk, body)
    if entry.starts_at <= desk.now:
        return None
    cancels, by_email = body["kind"] == "cancel", notice.channel == EMAIL
    method: Method = "CANCEL" if cancels else "REQUEST" if by_email else "PUBLISH"
    file = calendar_file(f"{reference}-meeting", entry, method, desk.now)
    parts: list[Part] = [Paragraph(f"{reference}: {_what(body)} {_when(desk, entry)}.")]
    if by_email:
        parts.append(Small(f"Everything else is in the chat, under {reference}. {NOT_READ}"))
    else:
        does = "take it out of your calendar" if cancels else "put it into your calendar"
        parts.append(Small(f"Open the file to {does}."))
    ending = " cancelled" if cancels else " changed" if body["told"] else ""
    return Card(reference, tuple(parts), f"{reference}: meeting{ending}", file)


def _what(body: dict[str, Any] | Any) -> str:
    if body["left"]:
        return "You are no longer asked to the meeting on"
    if body["kind"] == "cancel":
        return "This meeting is cancelled:"
    return "The meeting has changed; it is on" if body["told"] else "The meeting is on"


def _when(desk: Desk, entry: Entry) -> str:
    """ "Wednesday 9 December 2026, 14:00 to 15:00, Room 3"."""
    zone = desk.office.hours.zone
    begins, ends = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    place = f", {entry.place}" if entry.place else ""
    return f"{long_date(begins.date())}, {begins:%H:%M} to {ends:%H:%M}{place}"


def _entry(desk: Desk, body: Any) -> Entry:
    return Entry(
        uid=body["uid"],
        sequence=body["sequence"],
        title=body["title"],
        text=body["text"],
        place=_place(desk, body["place"]),
        starts_at=datetime.fromisoformat(body["starts_at"]),
        ends_at=datetime.fromisoformat(body["ends_at"]),
        organiser=body["organiser"],
        comers=tuple(Comer(*each) for each in body["comers"]),
    )


def _place(desk: Desk, typed: str) -> str:
    """Where it is, as somebody typed it; left out where it holds what could identify a child: the chat has it."""
    own = desk.office.authority.case_reference.compiled
    return "" if own.search(typed) or find(typed, desk.today) else typed
