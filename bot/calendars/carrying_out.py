"""Bringing meetings into calendars, and looking at them there while they are still to come: claim, bring about, write down.

What ought to stand there was written in the transaction that made it true. It runs beside the delivery of messages, which must never wait
for a calendar; a crash at any point leaves a claim that expires, and whoever claims the row then is told that it may have had effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.calendars import Calendars, Placed, Seen
from bot.marking import back_off
from bot.sending import CannotDeliver, NotConnected, SendingProblem, TryLater
from commands import calendar_notes
from commands.desk import SYSTEM, Desk
from commands.meeting_events import MeetingChange, change_of
from commands.office import Office
from storage import meetings
from storage.meetings import Event

_log = structlog.get_logger()

LEASE = timedelta(seconds=120)
"""Longer than every time-out of one event together, which `SHARE` of it sees to."""
SHARE = 2 / 3
"""The part of a lease after which bringing one event about is broken off."""
AT_ONCE = 8
"""Events brought about side by side."""
LOOK = timedelta(minutes=30)
"""Between two looks at the same event, in office hours."""
LOOKED_AT = 20
"""Events that are looked at in one pass at most."""
PUT_RIGHT = timedelta(hours=1)
"""Until the next try where somebody has to put something right first."""
TOLD_AFTER = 2
"""Tries without success after which those concerned are told; the first may have met a moment's trouble."""
BUSY = "the calendars do not answer"
REFUSED = "an administrator has to put something right first"

Run = Callable[..., Awaitable[Any]]


class CarryingOut:
    """Brings about what waits, for one process. Several processes may do so from one database.

    run: `await run(function, *arguments)` on a worker thread. worker: unique to this process. done: called when something was brought about,
    so that the messages about it are redrawn.
    """

    def __init__(
        self, office: Office, calendars: Calendars, run: Run, worker: str, done: Callable[[], None]
    ) -> None:
        self._office, self._calendars, self._run, self._worker = office, calendars, run, worker
        self._done = done
        self._pass: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin a pass, unless one is under way."""
        if self._pass is None or self._pass.done():
            self._pass = asyncio.create_task(self._in_background(), name="calendars")

    @property
    def busy(self) -> bool:
        """Whether a pass is under way beside the delivery."""
        return self._pass is not None and not self._pass.done()

    async def go(self) -> bool:
        """One pass: all that waits is brought about, and what it is time to look at is looked at. Whether there was anything."""
        await self._finished()
        return await self._go()

    async def stop(self, within: float) -> None:
        """Let what is under way end, for so many seconds at most."""
        if self._pass is not None and not self._pass.done():
            await asyncio.wait([self._pass], timeout=within)
            self._pass.cancel()
            await asyncio.gather(self._pass, return_exceptions=True)

    async def _finished(self) -> None:
        if self._pass is not None:
            await asyncio.gather(self._pass, return_exceptions=True)

    async def _in_background(self) -> None:
        try:
            await self._go()
        except Exception as error:  # noqa: BLE001  the next pass tries again; the truth is in the tables
            _log.error("calendars_failed", error=type(error).__name__)

    async def _go(self) -> bool:
        any_due = False
        while claimed := await self._run(self._claim):
            any_due = True
            await asyncio.gather(*(self._one(event) for event in claimed))
        # Taken even where nothing can be seen, as after a change from Graph to e-mail: what is due must not stay so.
        looked_at = await self._run(self._take_looked_at)
        if self._calendars.can_look:
            await asyncio.gather(*(self._look(event) for event in looked_at))
        return any_due or bool(looked_at)

    # --- bringing about ------------------------------------------------------------------------------------------------

    def _claim(self) -> list[Event]:
        now, database = self._office.clock.now(), self._office.database
        beyond = now + 2 * LEASE
        with database.read() as session:
            if not meetings.waits(session, now, beyond):
                return []
        with database.write() as session:
            return meetings.claim(
                session, worker=self._worker, now=now, until=now + LEASE, beyond=beyond, limit=AT_ONCE
            )

    async def _one(self, event: Event) -> None:
        if event.starts_at <= self._office.clock.now():
            await self._run(self._too_late, event)
            return
        before = Placed(event.organiser, event.event, event.link) if event.organiser else None
        try:
            change: MeetingChange = await self._run(self._change, event)
            async with asyncio.timeout(LEASE.total_seconds() * SHARE):
                placed = await self._calendars.carry_out(change, before, again=event.maybe_done)
        except TimeoutError:
            await self._run(self._later, event, TryLater(maybe_sent=True))
        except TryLater as problem:
            await self._run(self._later, event, problem)
        except (CannotDeliver, NotConnected) as problem:
            await self._run(self._cannot, event, str(problem))
        except SendingProblem:
            await self._run(self._later, event, TryLater())
        except Exception as error:  # noqa: BLE001  one event that cannot be brought about must not hold up the others
            _log.error("calendar_failed", meeting=event.id, error=type(error).__name__)
            await self._run(self._later, event, TryLater(maybe_sent=True))
        else:
            await self._run(self._brought_about, event, placed)
            _log.info("meeting_brought_about", meeting=event.id, cancelled=event.cancelled)
        self._done()

    def _change(self, event: Event) -> MeetingChange:
        with self._office.database.read() as session:
            return change_of(Desk(self._office, session, SYSTEM), event)

    def _brought_about(self, event: Event, placed: Placed) -> None:
        now = self._office.clock.now()
        look_at = self._next_look(now) if self._calendars.can_look and not event.cancelled else None
        with self._office.database.write() as session:
            meetings.lock_challenge(session, event)
            kept = meetings.done(
                session,
                event,
                at=now,
                organiser=placed.organiser,
                calendar_id=placed.event_id,
                join=placed.link,
                look_at=look_at,
            )
            if kept:
                desk = Desk(self._office, session, SYSTEM, now=now)
                calendar_notes.brought_about(desk, event)
                desk.close()

    def _later(self, event: Event, problem: TryLater) -> None:
        now = self._office.clock.now()
        asked = problem.retry_after
        wait = back_off(event.tries) if asked is None else timedelta(seconds=max(1.0, asked))
        with self._office.database.write() as session:
            meetings.lock_challenge(session, event)
            maybe = problem.maybe_sent or event.maybe_done
            if not meetings.later(session, event, at=now + wait, maybe_done=maybe, trouble=BUSY):
                return
            if event.tries >= TOLD_AFTER:
                calendar_notes.put_off(Desk(self._office, session, SYSTEM, now=now), event)

    def _cannot(self, event: Event, reason: str) -> None:
        now = self._office.clock.now()
        with self._office.database.write() as session:
            meetings.lock_challenge(session, event)
            again = now + PUT_RIGHT
            if meetings.later(session, event, at=again, maybe_done=event.maybe_done, trouble=REFUSED):
                calendar_notes.cannot(Desk(self._office, session, SYSTEM, now=now), event, reason)

    def _too_late(self, event: Event) -> None:
        """The meeting has begun: an invitation would only confuse."""
        now = self._office.clock.now()
        with self._office.database.write() as session:
            meetings.lock_challenge(session, event)
            if meetings.failed(session, event, trouble=event.trouble or BUSY):
                calendar_notes.too_late(Desk(self._office, session, SYSTEM, now=now), event)

    # --- looking ----------------------------------------------------------------------------------------------------------

    def _take_looked_at(self) -> list[Event]:
        now, database = self._office.clock.now(), self._office.database
        with database.read() as session:
            if not meetings.looks_wait(session, now):
                return []
        with database.write() as session:
            return meetings.take_looked_at(session, now=now, again=self._next_look(now), limit=LOOKED_AT)

    def _next_look(self, now: datetime) -> datetime:
        return self._office.hours.next_open(now + LOOK)

    async def _look(self, event: Event) -> None:
        """Trouble here is left for the next look: nothing is known to be wrong."""
        try:
            seen = await self._calendars.look(Placed(event.organiser, event.event, event.link))
        except SendingProblem as problem:
            _log.warning("calendar_not_looked_at", meeting=event.id, reason=type(problem).__name__)
        except Exception as error:  # noqa: BLE001  as above
            _log.error("calendar_not_looked_at", meeting=event.id, reason=type(error).__name__)
        else:
            await self._run(self._looked_at, event, seen)
            self._done()

    def _looked_at(self, event: Event, seen: Seen | None) -> None:
        with self._office.database.write() as session:
            meetings.lock_challenge(session, event)
            calendar_notes.looked_at(Desk(self._office, session, SYSTEM), event, _found(event, seen))


def _found(event: Event, seen: Seen | None) -> dict[str, Any]:
    """What the calendar shows that is not as it ought to be."""
    if seen is None or seen.cancelled:
        return {"gone": True}
    found: dict[str, Any] = {}
    if (seen.starts_at, seen.ends_at) != (event.starts_at, event.ends_at):
        found["starts_at"] = seen.starts_at.isoformat()
    if seen.declined:
        found["declined"] = [each for each in seen.declined if each in event.attendees]
    return {name: value for name, value in found.items() if value}
