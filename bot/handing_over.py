"""A file on its way to a person, once, wherever the way breaks off.

A file goes in two steps: it is brought to the platform, which gives it an id, and then it is shared. The id is kept with the outbox
row before it is shared; so whoever takes the row up after a crash looks for that very file, and shares the same one again, which the
platform refuses if it has been shared already. A second one is brought only when a later look has not found the first either.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.sending import Gone, Searchable, Sender, TryLater
from commands.vocabulary import Card, File

BROUGHT, SPENT = "brought", "spent"

Keep = Callable[[Mapping[str, object]], Awaitable[bool]]
"""Keeps a row's body; False when the row has passed to somebody else."""


@dataclass(frozen=True)
class Handover:
    """One file for one person. `body` is the outbox row's; `since`: not shared before."""

    sender: Sender
    address: str
    card: Card
    body: Mapping[str, object]
    since: datetime
    keep: Keep

    async def go(self, file: File, *, look: bool) -> bool:
        """Bring and share it; False when the row has passed to somebody else. `look`: an earlier try may have shared it.

        Raises any SendingProblem but Gone.
        """
        brought = str(self.body.get(BROUGHT) or "")
        if brought and look and await self._shared(brought):
            return True
        if not brought or self.body.get(SPENT):
            brought = await self.sender.bring(file)
            if not await self.keep({**self.body, BROUGHT: brought, SPENT: False}):
                return False
        try:
            await self.sender.share(self.address, brought, self.card)
        except Gone:
            # Shared a moment ago and not to be seen yet, or thrown away: the next try looks once more before it brings another.
            await self.keep({**self.body, BROUGHT: brought, SPENT: True})
        else:
            return True
        raise TryLater(maybe_sent=True)

    async def _shared(self, brought: str) -> bool:
        """Whether it is known to have been shared; nobody knows where the platform cannot be asked."""
        if not isinstance(self.sender, Searchable):
            return False
        return await self.sender.has_file(self.address, brought, self.since)
