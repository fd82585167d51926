"""One process that delivers to a platform which may misbehave; its clock stands still until it is moved."""

from __future__ import annotations

import io
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot import log
from bot.delivery import Delivery
from bot.demo import choices
from bot.office import make_office
from bot.sending import Sender
from bot.settings import Settings
from bot.slack.client import connect
from bot.slack.send import SlackSender
from bot.worker import Worker
from commands.office import Office
from procedures.clock import SetClock
from storage import outbox
from storage.outbox import Note
from storage.tables import Outbox, Person
from tests import logs
from tests.faults import law
from tests.faults.platform import Platform, serving

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NARRATIVE = "The safety plan was never shared with the school; see WX-204815."


@dataclass
class Station:
    """An office with people whose ids are U1, U2 …, and what they are to be told."""

    office: Office
    clock: SetClock
    platform: Platform
    log: io.StringIO
    stack: AsyncExitStack
    timeout: float
    worker: Worker = field(default_factory=Worker)
    replicas: int = 0

    async def replica(self, kind: Callable[[AsyncWebClient], Sender] = SlackSender) -> Delivery:
        """One more process that delivers."""
        client = await self.stack.enter_async_context(
            connect("xoxb-test", self.platform.address, timeout=self.timeout)
        )
        senders: Mapping[str, Sender] = {"slack": kind(client)}
        self.replicas += 1
        return Delivery(self.office, senders, self.worker.run, f"replica {self.replicas}")

    def people(self, *numbers: int) -> None:
        """People who work here, those first who are told of problems."""
        with self.office.database.write() as session:
            for number in numbers:
                session.add(Person(email=email(number), name=f"Ada {number}", slack_user_id=f"U{number}"))

    def tell(self, number: int, *keys: str, after: timedelta = timedelta()) -> None:
        """Something to say to one of them, for each key; due now, or later."""
        at = self.clock.now() + after
        notes = [Note(key, email(number), "problem", at, at, body={"sentence": NARRATIVE}) for key in keys]
        with self.office.database.write() as session:
            assert outbox.put(session, notes) == len(keys)

    def row(self, key: str) -> Outbox:
        """A row of the outbox."""
        with self.office.database.read() as session:
            return session.exec(select(Outbox).where(Outbox.key == key)).one()

    async def until(
        self, delivery: Delivery, moment: datetime, step: timedelta = timedelta(milliseconds=1)
    ) -> None:
        """Let time pass, stopping wherever something is due; a step at least."""
        for _ in range(2000):
            await delivery.deliver()
            with self.office.database.read() as session:
                due = outbox.earliest(session)
            due = None if due is None else max(due, self.clock.now() + timedelta(seconds=delivery.shut()))
            if due is None or due > moment:
                self.clock.set(max(moment, self.clock.now()))
                return
            self.clock.set(min(moment, max(due, self.clock.now() + step)))
        raise AssertionError("It never comes to rest.")

    async def a_day(self, delivery: Delivery) -> None:
        """Until this time tomorrow."""
        await self.until(delivery, self.clock.now() + timedelta(days=1), timedelta(minutes=2))

    def law_holds(self) -> None:
        """Everything has been said, once, and the log says nothing of it."""
        law.holds(
            self.office.database,
            self.platform.keys,
            log=self.log.getvalue(),
            unsaid=[NARRATIVE, "WX-204815", email(1), "Ada 1"],
        )

    def events(self) -> list[str]:
        """What the log tells of, in order."""
        return log_events(self.log.getvalue())


def log_events(text: str) -> list[str]:
    """The names of the events in a log."""
    import json

    return [str(json.loads(line)["event"]) for line in text.splitlines()]


def email(number: int) -> str:
    """Somebody's address."""
    return f"ada.{number}@example.org"


@asynccontextmanager
async def station(database_url: str, folder: Path, *, timeout: float = 10) -> AsyncIterator[Station]:
    """A station on Monday 23 November 2026 at 10:00."""
    clock, since = SetClock(MONDAY), time.monotonic()
    choices.put_into(folder, choices.names()[0])
    settings: dict[str, Any] = {
        "database_url": database_url,
        "authority": folder / "authority.toml",
        "slack_bot_token": SecretStr("xoxb-test"),
        "slack_signing_secret": SecretStr("0" * 32),
    }
    office = make_office(Settings(**settings), clock)
    office.database.migrate()
    stream = io.StringIO()
    now = lambda: MONDAY.timestamp() + time.monotonic() - since  # noqa: E731
    with logs.put_back():
        log.configure(log_format="json", log_level="info", clock=clock, stream=stream)
        async with AsyncExitStack() as stack, serving(Platform(now=now)) as platform:
            made = Station(office, clock, platform, stream, stack, timeout)
            try:
                yield made
            finally:
                await stack.aclose()
                made.worker.close()
                office.database.dispose()
