"""Meetings as invitations: the outbox gets a message for each person, by e-mail and with a file in the chat, or the file alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.calendars import Placed, Seen
from commands.meeting_events import MeetingChange
from commands.meeting_invitations import invite
from commands.office import Office


class Invitations:
    """What brings meetings to people where no calendar can be reached. What becomes of each message is the outbox's matter.

    run: `await run(function, *arguments)` on a worker thread. channels: of the outbox. organiser: the address that invitations come from.
    """

    can_look = False

    def __init__(
        self, office: Office, run: Callable[..., Awaitable[Any]], channels: Iterable[str], organiser: str = ""
    ) -> None:
        self._office, self._run = office, run
        self._channels, self._organiser = tuple(channels), organiser

    async def carry_out(self, change: MeetingChange, before: Placed | None, *, again: bool) -> Placed:
        """Put the messages, once however often it is asked for; they stand in no calendar that we know of."""
        await self._run(invite, self._office, change, self._channels, self._organiser)
        return Placed()

    async def look(self, placed: Placed) -> Seen | None:
        """Nobody can look: `can_look` says so."""
        return None
