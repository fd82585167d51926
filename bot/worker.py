"""Threads for work that waits for the database."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 4
"""Threads for the database's work; on SQLite they take turns in writing."""


class Worker:
    """Carries out synchronous work on threads, so that the event loop never waits for the database."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="work")

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """`function(*arguments)` on a thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, functools.partial(function, *arguments)
        )

    def close(self) -> None:
        """Wait for what is under way."""
        self._threads.shutdown(wait=True)
