"""Slack is asked once for the direct messages with somebody, whatever becomes of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.slack.conversations import KeptConversations
from storage import memory
from storage.database import Database


async def run(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def test_a_conversation_is_known_after_a_start() -> None:
    database = Database("sqlite://")
    database.migrate()
    with database.write() as session:
        memory.remember(session, "digest_day", "2026-11-23")

    async def story() -> None:
        before = KeptConversations(database, run)
        assert await before.known("U1") is None
        await before.keep("U1", "D1")
        await before.keep("U2", "D2")
        assert await KeptConversations(database, run).known("U1") == "D1"
        assert before.forget("U1")
        assert await before.known("U1") is None, "It was another one; Slack is asked."
        assert not before.forget("U1")
        await before.keep("U1", "D9")
        after = KeptConversations(database, run)
        assert [await after.known(user) for user in ("U1", "U2", "digest_day")] == ["D9", "D2", None]

    asyncio.run(story())
    database.dispose()


def test_a_database_out_of_reach_costs_a_question_and_no_message(tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path}/nowhere/challenge.db")

    async def story() -> None:
        conversations = KeptConversations(database, run)
        assert await conversations.known("U1") is None
        await conversations.keep("U1", "D1")
        assert await conversations.known("U1") == "D1"

    asyncio.run(story())
