"""The embedded workspace's time: it stops at everything that becomes due on the way, so that each message arrives at its own hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from commands import rounds
from commands.office import Office
from procedures.clock import Clock
from procedures.dates import long_date
from storage import outbox

STOPS = 5000
"""Moments at which one journey may stop; more would mean that something never comes to rest."""


class MovableClock(Clock, Protocol):
    """A clock that can be put at another moment."""

    def set(self, moment: datetime) -> None:
        """Put it there."""
        ...


class TimeMachine:
    """Moves the workspace's clock and lets everything happen that is due on the way.

    sweep: one pass of everything due, returning how many messages it sent. run: on a worker thread.
    """

    def __init__(
        self,
        office: Office,
        clock: MovableClock,
        sweep: Callable[[], Awaitable[int]],
        run: Callable[..., Awaitable[object]],
    ) -> None:
        self._office, self._clock, self._sweep, self._run = office, clock, sweep, run
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        """The workspace's present moment."""
        return self._clock.now()

    def describe(self) -> str:
        """The present moment in words."""
        local = self.now().astimezone(self._office.hours.zone)
        return f"{long_date(local.date())}, {local:%H:%M}"

    async def move(self, step: str) -> str:
        """Move on by one of the page's steps; returns a sentence that says when it is now and what arrived."""
        async with self._moving:
            target = await self._target(step)
            if target is None:
                return f"No reminder is waiting to be sent. It is still {self.describe()}."
            count = await self.travel(target)
        arrived = (
            "nothing arrived or changed"
            if not count
            else f"{count} message{' was' if count == 1 else 's were'} sent or changed"
        )
        return f"It is now {self.describe()}; {arrived}."

    async def travel(self, target: datetime) -> int:
        """Go there, stopping wherever something is due. Returns how many messages were sent or changed."""
        count = await self._sweep()
        for _ in range(STOPS):
            due = await self._run(rounds.next_moment, self._office)
            if not isinstance(due, datetime) or due > target:
                break
            self._clock.set(max(due, self.now()))
            count += await self._sweep()
        if self.now() < target:
            self._clock.set(target)
            count += await self._sweep()
        return count

    async def _target(self, step: str) -> datetime | None:
        office, now = self._office, self.now()
        if step == "plus-one-day":
            return now + timedelta(days=1)
        if step == "next-working-day":
            day = office.calendar.add(office.today(now), 1)
            return office.hours.at(day, office.authority.remind_at)
        return await self._run(self._next_reminder)  # type: ignore[return-value]

    def _next_reminder(self) -> datetime | None:
        with self._office.database.read() as session:
            return outbox.earliest_of(session, ("reminder", "lapsed", "outcome_due"))
