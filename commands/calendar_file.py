"""A meeting as a file that calendars read, for an e-mail or to be handed over in the chat (RFC 5545, RFC 5546).

All versions of one meeting have the same UID, and each a higher SEQUENCE, so that a calendar moves the entry that it has. Times are in
UTC: what a time zone's own rules are is then the reader's calendar's to know. The entry is marked as private, and holds nothing but
the challenge's reference and when and where to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from commands.vocabulary import File

if TYPE_CHECKING:
    from icalendar import vCalAddress

MEDIA_TYPE = "text/calendar"
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
"""REQUEST and CANCEL are between people and go by e-mail. PUBLISH is for whoever opens the file."""


@dataclass(frozen=True)
class Comer:
    """Somebody who is to come."""

    email: str
    name: str
    chairs: bool = False


@dataclass(frozen=True)
class Entry:
    """What a calendar shows of a meeting. `starts_at` and `ends_at` are aware; `organiser` is the address that the invitation comes from."""

    uid: str
    sequence: int
    title: str
    text: str
    place: str
    starts_at: datetime
    ends_at: datetime
    organiser: str
    comers: tuple[Comer, ...]


def calendar_file(name: str, entry: Entry, method: Method, at: datetime) -> File:
    """The file. `at`: when it is made. A published one names nobody, as the RFC has it."""
    return File(f"{name}.ics", f"{MEDIA_TYPE}; method={method}", _bytes(entry, method, at))


def method_of(file: File) -> str:
    """The method of a calendar's file, as `calendar_file` has put it down."""
    return file.media_type.rpartition("=")[2]


def _bytes(entry: Entry, method: Method, at: datetime) -> bytes:
    from icalendar import Calendar, Event

    calendar, event = Calendar(), Event()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//challenge-bot//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("description", entry.text)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    event.add("organizer", _address(entry.organiser, "challenge-bot"), encode=False)
    if method != "PUBLISH":
        for comer in entry.comers:
            attendee = _address(comer.email, comer.name)
            attendee.params["ROLE"] = "CHAIR" if comer.chairs else "REQ-PARTICIPANT"
            attendee.params["PARTSTAT"] = "NEEDS-ACTION"
            attendee.params["RSVP"] = "FALSE"
            event.add("attendee", attendee, encode=False)
    # Outlook would else offer to propose another time, to somebody who cannot read it.
    event.add("x-microsoft-disallow-counter", "TRUE")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _address(email: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address
