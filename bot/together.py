"""What several messages want written down is written in one transaction: whatever has come together while the last one ran.

One message is written at once. Of many, those that ended meanwhile share the next transaction, and while others are on their way it waits
for them, for a moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Run = Callable[..., Awaitable[Any]]

MOST = 50
"""Written in one transaction: others wait for it."""
A_MOMENT = 0.05
"""Seconds for which it waits for those on their way."""


class Together(Generic[T]):
    """write: writes several in one transaction, or nothing; called by `run`, one call at a time. challenge_of: which one a thing is about.
    more: whether others are on their way.
    """

    def __init__(
        self,
        run: Run,
        write: Callable[[Sequence[T]], None],
        challenge_of: Callable[[T], int | None],
        more: Callable[[], bool] = lambda: False,
    ) -> None:
        self._run, self._write, self._challenge_of, self._more = run, write, challenge_of, more
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._going: asyncio.Task[None] | None = None
        self._enough: asyncio.Future[None] | None = None
        self._hurry = False

    async def do(self, thing: T, *, hurry: bool = False) -> None:
        """Return when it is written; raises what `write` raises when it is given this one alone. hurry: it must not wait for others."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, written))
        self._hurry = self._hurry or hurry
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        elif self._enough is not None and not self._enough.done() and self._are_enough():
            self._enough.set_result(None)
        await written

    async def settle(self) -> None:
        """Wait until all is written."""
        if self._going is not None:
            await self._going

    async def _go(self) -> None:
        while self._waiting:
            if not self._are_enough():
                self._enough = asyncio.get_running_loop().create_future()
                await asyncio.wait([self._enough], timeout=A_MOMENT)
                self._enough = None
            these, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._hurry = self._hurry and bool(self._waiting)
            for group in apart(these, lambda each: self._challenge_of(each[0])):
                await self._together(group)
        self._going = None

    def _are_enough(self) -> bool:
        return self._hurry or len(self._waiting) >= MOST or not self._more()

    async def _together(self, these: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        try:
            await self._run(self._write, [thing for thing, _ in these])
        except Exception as error:  # noqa: BLE001  raised where it is waited for
            if len(these) > 1:  # what is wrong with one must not undo the others
                for each in these:
                    await self._together([each])
            elif not these[0][1].done():
                these[0][1].set_exception(error)
            return
        for _, written in these:
            if not written.done():
                written.set_result(None)


def apart(things: Iterable[T], challenge_of: Callable[[T], int | None]) -> list[list[T]]:
    """In groups, in none of which a challenge comes twice: each group for one transaction.

    Whoever acts on a challenge locks its messages, on PostgreSQL one after the other. Who has one of them in a transaction and waits for
    another could wait for ever.
    """
    groups: list[dict[object, T]] = []
    for thing in things:
        own: object = challenge_of(thing) or object()
        group = next((group for group in groups if own not in group), None)
        if group is None:
            groups.append(group := {})
        group[own] = thing
    return [list(group.values()) for group in groups]
