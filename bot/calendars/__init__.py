"""People's calendars: what is asked of whatever brings meetings there, and of whatever reads them.

Microsoft Graph and e-mail both do the first, Graph alone the second. Problems are those of `bot.sending`: TryLater, CannotDeliver,
NotConnected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commands.diary import FreeBusy, Needed
from commands.meeting_events import MeetingChange


@dataclass(frozen=True)
class Placed:
    """Where an event stands: in whose calendar, by which id there, and the link to join online. All empty where nothing keeps it."""

    organiser: str = ""
    event_id: str = ""
    link: str = ""


@dataclass(frozen=True)
class Seen:
    """What a calendar shows of an event; aware UTC. `declined`: who said no, by e-mail address."""

    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    declined: tuple[str, ...] = ()


class Calendars(Protocol):
    """Brings meetings into calendars, or mailboxes."""

    @property
    def can_look(self) -> bool:
        """Whether `look` tells anything."""
        ...

    async def carry_out(self, change: MeetingChange, before: Placed | None, *, again: bool) -> Placed:
        """Bring a change about, once however often it is called with the same uid and sequence; where it stands from now on.

        before: where it stands so far; None for nowhere. again: an earlier try may have had effect. Raises TryLater, CannotDeliver or
        NotConnected.
        """
        ...

    async def look(self, placed: Placed) -> Seen | None:
        """What the calendar shows now; None where it is no longer there. Raises as `carry_out`."""
        ...


class ReadsDiaries(Protocol):
    """Reads when people are busy."""

    async def free_busy(self, needed: Needed) -> FreeBusy:
        """When those people are busy; whoever cannot be read is left out. Raises TryLater, CannotDeliver or NotConnected."""
        ...
