"""What was read of people's calendars in the last minutes, so that forms can be made from it without waiting."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.calendars import ReadsDiaries
from bot.sending import SendingProblem
from commands.diary import FreeBusy, Needed
from procedures.clock import Clock

_log = structlog.get_logger()

FRESH = timedelta(minutes=2)
"""How long an answer is used. Somebody may book the time meanwhile; the invitation shows that then."""
UNANSWERED = timedelta(seconds=20)
"""How long nobody asks again after calendars could not be read."""
MOST = 200
"""Answers that are kept at most."""


class Diary:
    """Keeps what was read. `known` is called on worker threads, the rest inside the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reads: ReadsDiaries | None = None
        self._known: dict[Needed, tuple[datetime, FreeBusy]] = {}
        self._asking: dict[Needed, asyncio.Task[None]] = {}

    def reads_from(self, source: ReadsDiaries) -> None:
        """Where calendars are read. Until it is told, nothing can be."""
        self._reads = source

    def known(self, needed: Needed) -> FreeBusy | None:
        """What was read lately; None where the answer is still to come."""
        found = self._known.get(needed)
        return found[1] if found is not None and self._clock.now() < found[0] else None

    async def fetch(self, needed: Needed, within: float) -> bool:
        """Have it read, for so many seconds at most; what takes longer goes on, for whoever asks next. Whether it is known now."""
        if self.known(needed) is None:
            if needed not in self._asking:
                task = asyncio.create_task(self._ask(needed), name="read calendars")
                self._asking[needed] = task
                task.add_done_callback(lambda _: self._asking.pop(needed, None))
            await asyncio.wait([self._asking[needed]], timeout=within)
        return self.known(needed) is not None

    async def stop(self) -> None:
        """Break off what is under way."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, needed: Needed) -> None:
        found, kept = FreeBusy({}, answered=False), UNANSWERED
        try:
            if self._reads is not None:
                found, kept = await self._reads.free_busy(needed), FRESH
        except SendingProblem as problem:
            _log.warning("calendars_not_read", reason=type(problem).__name__)
        except Exception as error:  # noqa: BLE001  the form works by date all the same
            _log.error("calendars_not_read", reason=type(error).__name__)
        now = self._clock.now()
        self._known = {each: kept_ for each, kept_ in self._known.items() if kept_[0] > now}
        while len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)))
        self._known[needed] = (now + kept, found)
