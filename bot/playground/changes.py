"""A revision number that rises with every change, and a way to wait for the next."""

from __future__ import annotations

import asyncio


class Changes:
    """Counts changes and wakes whoever waits for one."""

    def __init__(self) -> None:
        self.revision = 0
        self.closed = False
        self._waiting: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Something has changed."""
        self.revision += 1
        self._wake()

    def close(self) -> None:
        """Nothing will change any more: everybody stops waiting."""
        self.closed = True
        self._wake()

    async def after(self, revision: int, at_most: float) -> bool:
        """Wait until there is a later revision; False after at_most seconds, or when closed."""
        if self.revision == revision and not self.closed:
            event = asyncio.Event()
            self._waiting.add(event)
            try:
                await asyncio.wait_for(event.wait(), at_most)
            except TimeoutError:
                return False
            finally:
                self._waiting.discard(event)
        return self.revision != revision and not self.closed

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()
