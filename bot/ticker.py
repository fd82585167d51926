"""What runs when. APScheduler only ticks: the truth is in the tables, so a tick that is missed or doubled does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.troubles import DatabaseTrouble

_log = structlog.get_logger()

LEAST = 0.02
"""Seconds before a pass at least, so that an answer that is being given comes first, however much is due."""

PATIENCE = 15.0
"""Seconds for the last pass to end in: one call of the platform may take ten."""


class Ticker:
    """Calls `sweep` at every tick and when `soon` says that something is due before the next; `deliver` when it is woken.

    sweep: one pass of everything due. deliver: the messages alone, which is all that a click can make due. soon: seconds
    until something is due, or None. seconds: between ticks.
    """

    def __init__(
        self,
        sweep: Callable[[], Awaitable[int]],
        deliver: Callable[[], Awaitable[int]],
        soon: Callable[[], Awaitable[float | None]],
        seconds: float,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._sweep, self._deliver, self._soon = sweep, deliver, soon
        self._seconds, self._patience = seconds, patience
        self._wake = asyncio.Event()
        self._time_has_come = True
        self._loop: asyncio.Task[None] | None = None
        self._pass: asyncio.Future[int] | None = None
        # coalesce and misfire_grace_time: a tick missed while the machine slept is made up for once, not dropped.
        # The executor, whatever its name, calls `_tick` there and then in the event loop. The usual one would queue it behind all
        # that waits for a thread, set an event of the loop's from outside, and log a tick that the end of the program overtakes.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            executors={"default": DebugExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def wake(self) -> None:
        """There may be something to send; it begins once whoever was answered has their answer."""
        asyncio.get_running_loop().call_later(LEAST, self._wake.set)

    def _tick(self) -> None:
        self._time_has_come = True
        self._wake.set()

    def start(self) -> None:
        """Begin, inside the event loop, with a pass at once: what fell due while the program was down goes out now."""
        self._scheduler.add_job(self._tick, "interval", seconds=self._seconds, id="tick")
        self._scheduler.start()
        self._loop = asyncio.create_task(self._run(), name="ticker")
        self._tick()

    async def stop(self) -> None:
        """End after the pass that is under way, which what it works with must outlive; too slow a one is broken off.

        Its claims then expire, and whoever claims them next looks at the platform before sending.
        """
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
        if self._pass is not None and not self._pass.done():
            await asyncio.wait([self._pass], timeout=self._patience)
            self._pass.cancel()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                work = self._sweep if self._time_has_come else self._deliver
                self._time_has_come = False
                self._pass = asyncio.ensure_future(work())
                await asyncio.shield(self._pass)
                wait = await self._soon()
            except DatabaseTrouble as trouble:
                _log.error("sweep_failed", error=type(trouble).__name__, trouble=trouble.word)
                continue
            except Exception as error:  # noqa: BLE001  the next tick tries again; the truth is in the tables
                _log.error("sweep_failed", error=type(error).__name__)
                continue
            if wait is not None and wait < self._seconds:
                asyncio.get_running_loop().call_later(max(LEAST, wait), self._tick)
