"""Three replicas, three thousand messages, and somebody who kills the replicas at random moments."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import insert, select

from bot.demo import choices
from storage import outbox
from storage.database import Database
from storage.keys import Keys
from storage.outbox import Note
from storage.statements import table
from storage.tables import Outbox, Person
from tests.faults import law
from tests.faults.platform import Json, Platform, serving

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MESSAGES, KILLS, REPLICAS = 3000, 200, 3
WARM = 3
"""Messages that are sent before any replica is forked."""
NARRATIVE = "The safety plan was never shared with the school."


class Killer:
    """Keeps three replicas alive, and kills one of them after a random number of calls and a random moment more."""

    def __init__(self, zygote: Process, chance: random.Random) -> None:
        self._zygote, self._chance = zygote, chance
        self._alive: list[int] = []
        self._killed = asyncio.Event()
        self.kills = 0

    async def fork(self) -> None:
        """Begin one more replica."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(b"\n")
        self._alive.append(int(await self._zygote.stdout.readline()))

    def behind(self, platform: Platform) -> bool:
        """Whether more has been sent than goes with so many kills."""
        return self.kills < KILLS and platform.calls["chat.postMessage"] * KILLS > self.kills * MESSAGES

    async def hold(self, platform: Platform, request: web.Request, given: Json) -> None:
        """Let no call through while the killing is behind: a quick machine must not be done before the last kill."""
        while self.behind(platform):
            await self._killed.wait()

    async def kill_one(self, platform: Platform) -> None:
        """Kill one at a random moment, and begin another."""
        until = platform.calls.total() + self._chance.randint(1, 5 * MESSAGES // KILLS)
        while platform.calls.total() < until and not self.behind(platform):
            platform.called.clear()
            await asyncio.wait_for(platform.called.wait(), 60)
        await asyncio.sleep(self._chance.uniform(0, 0.03))
        os.kill(self._alive.pop(self._chance.randrange(REPLICAS)), signal.SIGKILL)
        self.kills += 1
        self._killed.set()
        self._killed = asyncio.Event()
        await self.fork()


@pytest.mark.anyio
async def test_killed_two_hundred_times(database_url: str, tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)  # noqa: S311
    choices.put_into(tmp_path, choices.names()[0])
    database = Database(database_url, Keys(tmp_path / "challenge.keys"))
    database.migrate()
    database.settle_keys()
    emails = put_in(database, range(WARM))
    since = time.monotonic()
    log = tmp_path / "log"
    async with serving(Platform(now=lambda: MONDAY.timestamp() + time.monotonic() - since)) as platform:
        given: dict[str, Any] = {
            "database": database_url,
            "authority": str(tmp_path / "authority.toml"),
            "api": platform.address,
            "moment": MONDAY.timestamp(),
            "since": since,
            "lease": 5.0,
            "timeout": 3.0,
            "log": str(log),
        }
        arguments = (sys.executable, "-m", "tests.faults.replica", json.dumps(given))
        zygote = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE)
        killer = Killer(zygote, chance)
        platform.faults.append(killer.hold)
        try:
            assert zygote.stdout is not None
            assert await zygote.stdout.readline() == b"ready\n"
            emails += put_in(database, range(WARM, WARM + MESSAGES))
            for _ in range(REPLICAS):
                await killer.fork()
            while len(platform.keys) < WARM + MESSAGES or killer.kills < KILLS:
                await killer.kill_one(platform)
            async with asyncio.timeout(120):
                while left(database):
                    await asyncio.sleep(0.2)
        finally:
            assert zygote.stdin is not None
            zygote.stdin.close()
            await zygote.wait()
    assert killer.kills >= KILLS, f"Only {killer.kills} kills before all was sent."
    assert len(platform.keys) == WARM + MESSAGES
    law.holds(database, platform.keys, log=log.read_text(), unsaid=[NARRATIVE, *emails[:20]])
    print(f"{killer.kills} kills, {dict(platform.calls)}, {time.monotonic() - since:.0f} s")  # noqa: T201
    database.dispose()


def put_in(database: Database, numbers: range) -> list[str]:
    """So many people, and a message for each that has just become due."""
    emails = [f"worker.{number}@example.org" for number in numbers]
    with database.write() as session:
        session.connection().execute(
            insert(table(Person)),
            [
                {"email": email, "name": f"Worker {number}", "slack_user_id": f"U{number:05}", "active": True}
                for number, email in zip(numbers, emails, strict=True)
            ],
        )
    with database.write() as session:
        notes = [
            Note(f"due:{email}", email, "problem", MONDAY, MONDAY, body={"sentence": NARRATIVE})
            for email in emails
        ]
        assert outbox.put(session, notes) == len(numbers)
    return emails


def left(database: Database) -> bool:
    """Whether anything waits or is in somebody's hands."""
    states = table(Outbox).c.state
    with database.read() as session:
        query = select(states).where(states.in_(["waiting", "claimed"])).limit(1)
        return session.connection().execute(query).first() is not None
