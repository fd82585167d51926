"""Who waits for an answer goes first: sending and redrawing messages wait for a gap between the requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

GAP = 0.02
"""Seconds without a request that count as a gap: about five clicks would fit into it."""
PATIENCE = 0.5
"""Seconds that a message waits for a gap at most, so that it goes out however many requests there are."""


class Requests:
    """The requests under way in one event loop, and how long ago the last one ended. gap, patience: seconds."""

    def __init__(self, *, gap: float = GAP, patience: float = PATIENCE) -> None:
        self._gap, self._patience = gap, patience
        self._under_way = 0
        self._ended = float("-inf")

    @contextmanager
    def one(self) -> Iterator[None]:
        """A request, from its arrival to its answer."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended = asyncio.get_running_loop().time()

    async def gap(self) -> None:
        """Return in the next gap, or when the patience is at its end."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while (now := loop.time()) < until and (self._under_way or now - self._ended < self._gap):
            await asyncio.sleep(min(self._gap, until - now))


def after(requests: Requests, run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`run`, each time in a gap between the requests."""

    async def wait_and_run(function: Callable[..., Any], *arguments: Any) -> Any:
        await requests.gap()
        return await run(function, *arguments)

    return wait_and_run
