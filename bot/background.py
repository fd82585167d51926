"""What is done just after a request was answered: showing a form, a word to the person, the home page.

Nothing that must not be lost belongs here; the record and the outbox were committed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

_log = structlog.get_logger()


class Background:
    """Tasks that nobody waits for, kept until they end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Carry out `work`; a failure is logged under the name `what`, with the exception's class alone."""
        task = asyncio.create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def settle(self, timeout: float = 5.0) -> None:
        """Wait until nothing is left to do, `timeout` seconds at most; what is still running then is given up."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout)
            for task in late:
                task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # The log leaves out what has blanks, as people's words have.
            what = task.get_name().replace(" ", "_")
            _log.error("background_failed", what=what, **fault(error))


def fault(error: BaseException) -> dict[str, str]:
    """What may be logged of an exception: its class and the line that raised it, never its words."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}" if frame else ""
    return {"error": type(error).__name__, "where": where}
