"""Mailboxes with their calendars: what stands there, and what a person does there as if in Outlook."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.faults import Faults

JOIN = "https://teams.example/l/meetup-join/"


@dataclass
class Guest:
    """Somebody invited. `response` is none, accepted, tentativelyAccepted or declined."""

    email: str
    name: str
    response: str = "none"


@dataclass
class Appointment:
    """A meeting in somebody's calendar, who is its organiser, and in those of its guests. Moments are aware UTC."""

    id: str
    organiser: str
    subject: str
    body: str
    starts_at: datetime
    ends_at: datetime
    place: str
    guests: list[Guest]
    link: str
    transaction: str
    properties: dict[str, str] = field(default_factory=dict)
    cancelled: bool = False
    sent: int = 1
    """How often its guests were written to about it."""


@dataclass(frozen=True)
class Private:
    """Time that somebody keeps for something of their own. `status` as Graph has it: busy, tentative, oof, free, workingElsewhere."""

    starts_at: datetime
    ends_at: datetime
    status: str = "busy"


@dataclass(frozen=True)
class Asked:
    """A request that came in: for tests to look at."""

    method: str
    path: str
    body: dict[str, Any] | None


class FakeGraph:
    """Mailboxes by e-mail address, in lower case.

    accepts: whether a bearer token is the application's. `refused` are mailboxes that it may not use; `faults` the bad answers to come, by
    the names getSchedule, create, update, cancel, get and find; while `down`, every answer is a 503.
    """

    def __init__(
        self, mailboxes: Iterable[str] = (), *, accepts: Callable[[str], bool] = lambda token: bool(token)
    ) -> None:
        self.private: dict[str, list[Private]] = {each.lower(): [] for each in mailboxes}
        self.ids: dict[str, str] = {}
        """Entra's object ids by e-mail address, of those who have an account."""
        self.appointments: list[Appointment] = []
        self.accepts = accepts
        self.refused: set[str] = set()
        self.faults = Faults()
        self.down = False
        self.gives_items = True
        """Whether getSchedule gives appointments besides the view of free and busy."""
        self.asked: list[Asked] = []
        self.at_once: dict[str, int] = {}
        self.changed: Callable[[], None] = lambda: None
        """Called when something changes that a page would show."""
        self._numbers = itertools.count(1)

    # What people see

    def add(self, email: str) -> None:
        """Give somebody a mailbox."""
        self.private.setdefault(email.lower(), [])

    def has(self, email: str) -> bool:
        """Whether there is such a mailbox."""
        return email.lower() in self.private

    def calendar(self, email: str) -> list[Appointment]:
        """The meetings in somebody's calendar that are not cancelled, in their order."""
        mine = (each for each in self.appointments if not each.cancelled and self._is_in(each, email))
        return sorted(mine, key=lambda each: each.starts_at)

    def find(self, event_id: str) -> Appointment | None:
        """A meeting by its id, cancelled or not."""
        return next((each for each in self.appointments if each.id == event_id), None)

    # What people do

    def busy(self, email: str, starts_at: datetime, ends_at: datetime, status: str = "busy") -> None:
        """Somebody keeps a time for something of their own."""
        self.private[email.lower()].append(Private(starts_at, ends_at, status))
        self.changed()

    def move(self, event_id: str, starts_at: datetime) -> None:
        """The organiser moves a meeting in their calendar."""
        event = self._there(event_id)
        event.ends_at += starts_at - event.starts_at
        event.starts_at = starts_at
        event.sent += 1
        self.changed()

    def remove(self, event_id: str) -> None:
        """The organiser cancels a meeting in their calendar: Exchange deletes it there, and tells the guests."""
        self._there(event_id).cancelled = True
        self.changed()

    def answer(self, email: str, event_id: str, response: str) -> None:
        """A guest accepts or declines."""
        guest = next(each for each in self._there(event_id).guests if each.email == email.lower())
        guest.response = response
        self.changed()

    def _there(self, event_id: str) -> Appointment:
        event = self.find(event_id)
        if event is None or event.cancelled:
            raise LookupError("There is no such meeting in a calendar.")
        return event

    # What the server does

    def new_id(self) -> str:
        """An id for a new meeting."""
        return f"AAMk-event-{next(self._numbers)}"

    def taken(self, email: str, start: datetime, end: datetime) -> list[Private]:
        """What somebody's calendar shows as taken between two moments."""
        mine = [*self.private[email.lower()]]
        for each in self.calendar(email):
            declined = any(guest.email == email and guest.response == "declined" for guest in each.guests)
            status = "free" if declined else "busy" if each.organiser == email else self._shown(each, email)
            mine.append(Private(each.starts_at, each.ends_at, status))
        overlapping = (each for each in mine if each.starts_at < end and each.ends_at > start)
        return sorted(overlapping, key=lambda each: each.starts_at)

    @staticmethod
    def _shown(event: Appointment, email: str) -> str:
        accepted = any(guest.email == email and guest.response == "accepted" for guest in event.guests)
        return "busy" if accepted else "tentative"

    @staticmethod
    def _is_in(event: Appointment, email: str) -> bool:
        return email.lower() in (event.organiser, *(guest.email for guest in event.guests))
