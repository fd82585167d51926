"""Work side by side, of which a part may hang: what takes long goes on beside the rest, and holds up nobody.

So many pieces run at once. One that has run for longer than the patience leaves its place to the next and goes on; there may be many
of those, since all they do is wait for somebody's answer. A piece may also leave its place by itself, when little of it is left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any

import structlog

_log = structlog.get_logger()

Work = Callable[[], Coroutine[Any, Any, None]]


class Lanes:
    """at_once: pieces that run side by side. beside: pieces that may go on beside them.

    patience: seconds until a piece leaves its place. late: called when one that left its place has ended.
    """

    def __init__(self, at_once: int, beside: int, patience: float, late: Callable[[], None]) -> None:
        self._at_once, self._beside, self._patience, self._late = at_once, beside, patience, late
        self._waiting: deque[tuple[str, Work]] = deque()
        self._quick: dict[asyncio.Task[None], float] = {}
        self._left: set[asyncio.Task[None]] = set()
        """Those of the quick ones that have left their place by themselves."""
        self._slow: set[asyncio.Task[None]] = set()
        self._last: dict[str, asyncio.Task[None]] = {}
        self._called: asyncio.Future[None] | None = None

    @property
    def few(self) -> bool:
        """Whether no more pieces wait for a place than there are places."""
        return len(self._waiting) <= self._at_once

    @property
    def placed(self) -> bool:
        """Whether any piece has a place, or waits for one."""
        return bool(self._waiting) or len(self._quick) > len(self._left)

    @property
    def busy(self) -> bool:
        """Whether anything is under way but what has left its place."""
        return bool(self._quick or self._waiting)

    def start(self, whose: str, work: Work) -> None:
        """Begin this when there is a place; after whatever runs for the same person."""
        self._waiting.append((whose, work))
        self._fill()

    def leave(self) -> None:
        """Called by a piece that needs its place no longer. What is left of it still counts as under way; `beside` may do so at once."""
        task = asyncio.current_task()
        if task in self._quick and len(self._left) < self._beside:
            self._left.add(task)
            self._fill()

    async def next(self) -> None:
        """Wait until a piece has ended and few wait for a place, until one hangs, or until nothing is under way any more."""
        if not self._quick:
            return
        wait = None
        if len(self._slow) < self._beside:
            wait = max(0.0, min(self._quick.values()) + self._patience - monotonic())
        self._called = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._called], timeout=wait)
        self._called = None
        for task, began in list(self._quick.items()):
            if not task.done() and monotonic() - began >= self._patience and len(self._slow) < self._beside:
                del self._quick[task]
                self._left.discard(task)
                self._slow.add(task)
                task.add_done_callback(self._ended_late)
        self._fill()

    async def drained(self) -> None:
        """Wait until nothing is under way but what has left its place."""
        while self.busy:
            await self.next()

    async def rest(self) -> bool:
        """Wait until everything has ended; False when nothing had left its place."""
        await self.drained()
        if not self._slow:
            return False
        await asyncio.wait(self._slow)
        return True

    async def stop(self, within: float) -> None:
        """Let what is under way end, begin nothing more, and break off what takes longer than so many seconds."""
        self._waiting.clear()
        tasks = [*self._quick, *self._slow]
        if tasks:
            _, hanging = await asyncio.wait(tasks, timeout=within)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    def _fill(self) -> None:
        while self._waiting and len(self._quick) - len(self._left) < self._at_once:
            whose, work = self._waiting.popleft()
            task = asyncio.create_task(self._run(self._last.get(whose), work))
            self._last[whose] = task
            task.add_done_callback(lambda done, whose=whose: self._ended(whose, done))  # type: ignore[misc]
            self._quick[task] = monotonic()

    @staticmethod
    async def _run(before: asyncio.Task[None] | None, work: Work) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        try:
            await work()
        except Exception as error:  # noqa: BLE001  the others go on; the truth is in the tables
            _log.error("delivery_failed", error=type(error).__name__)

    def _ended(self, whose: str, task: asyncio.Task[None]) -> None:
        if self._last.get(whose) is task:
            del self._last[whose]
        self._quick.pop(task, None)
        self._left.discard(task)
        self._fill()
        if self._called is not None and self.few and not self._called.done():
            self._called.set_result(None)

    def _ended_late(self, task: asyncio.Task[None]) -> None:
        self._slow.discard(task)
        self._late()
