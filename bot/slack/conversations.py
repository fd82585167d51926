"""The direct messages with each person: Slack is asked for their id once, and it is kept.

Slack lets an app ask for about fifty a minute (conversations.open, docs.slack.dev/apis/web-api/rate-limits), so that whoever starts
again with the day's digests due to thousands of people must not have to ask for each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from storage import memory
from storage.database import Database
from storage.troubles import DatabaseTrouble

Run = Callable[..., Awaitable[Any]]

PREFIX = "conversation:slack:"


class Conversations:
    """By the person's Slack user id; known for as long as the process lives."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    async def known(self, person: str) -> str | None:
        """The id of the conversation, as far as it is known."""
        return self._known.get(person)

    async def keep(self, person: str, channel: str) -> None:
        """This is the conversation from now on."""
        self._known[person] = channel

    def forget(self, person: str) -> bool:
        """It is no more. False when none was known."""
        return self._known.pop(person, None) is not None


class KeptConversations(Conversations):
    """The same, kept in the database. run: `await run(function, *arguments)` on a worker thread.

    What the database cannot say or take at the moment, Slack is asked for once more.
    """

    def __init__(self, database: Database, run: Run) -> None:
        super().__init__()
        self._database, self._run = database, run
        self._is_read = False

    async def known(self, person: str) -> str | None:
        """The id of the conversation, as far as it is known."""
        if not self._is_read:
            with suppress(DatabaseTrouble):
                self._known = {**await self._run(self._read), **self._known}
                self._is_read = True
        return await super().known(person)

    async def keep(self, person: str, channel: str) -> None:
        """This is the conversation from now on."""
        await super().keep(person, channel)
        with suppress(DatabaseTrouble):
            await self._run(self._write, person, channel)

    def _read(self) -> dict[str, str]:
        with self._database.read() as session:
            return memory.recall_all(session, PREFIX)

    def _write(self, person: str, channel: str) -> None:
        with self._database.write() as session:
            memory.remember(session, f"{PREFIX}{person}", channel)
