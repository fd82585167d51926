"""Replicas to be killed: a process that has imported everything, forks one for each line it reads, and says its process id.

Run as `python -m tests.faults.replica` with a JSON object as its one argument. It delivers what is there, so that all is loaded and
every statement compiled, and says "ready". A forked replica then begins at once, without the second that a start of Python takes.
When the input ends, so does everything.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import log
from bot.delivery import Delivery
from bot.office import make_office
from bot.settings import Settings
from bot.slack.client import Installation, connect
from bot.slack.send import SlackSender
from bot.ticker import Ticker
from bot.worker import Worker
from commands.office import Office
from procedures.clock import RunningClock
from storage import outbox


def clock_at(moment: float, since: float) -> RunningClock:
    """A clock that all processes of this machine read alike: it stood at `moment` when the monotonic clock stood at `since`."""
    clock = RunningClock(datetime.fromtimestamp(moment, UTC))
    clock._since = since
    return clock


@asynccontextmanager
async def delivering(office: Office, given: dict[str, Any]) -> AsyncIterator[tuple[Delivery, Worker]]:
    """What delivers, for as long as the block lasts."""
    worker = Worker()
    async with connect("xoxb-test", given["api"], timeout=given["timeout"]) as client:
        senders = {"slack": SlackSender(client, Installation(client))}
        lease, name = timedelta(seconds=given["lease"]), f"replica:{os.getpid()}"
        yield Delivery(office, senders, worker.run, name, lease=lease, pace=timedelta(0)), worker
    worker.close()


async def warm_up(office: Office, given: dict[str, Any]) -> None:
    """Deliver what is there, and leave nothing open that a fork could not bear."""
    async with delivering(office, given) as (delivery, _):
        await delivery.deliver()
        await delivery.deliver()
    office.database.dispose()


async def replicate(office: Office, given: dict[str, Any]) -> None:
    """Deliver until killed."""
    async with delivering(office, given) as (delivery, worker):

        def earliest() -> float | None:
            with office.database.read() as session:
                moment = outbox.earliest(session)
            return None if moment is None else (moment - office.clock.now()).total_seconds()

        async def soon() -> float | None:
            found: float | None = await worker.run(earliest)
            return found

        ticker = Ticker(delivery.deliver_promptly, delivery.deliver_promptly, soon, 1.0)
        ticker.start()
        await asyncio.Event().wait()


def main() -> None:
    """Fork a replica for each line of the input."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    settings = Settings(
        database_url=given["database"],
        authority=Path(given["authority"]),
        slack_bot_token=SecretStr("xoxb-test"),
        slack_signing_secret=SecretStr("0" * 32),
    )
    office = make_office(settings, clock_at(given["moment"], given["since"]))
    asyncio.run(warm_up(office, given))
    print("ready", flush=True)  # noqa: T201
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    children: list[int] = []
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            with Path(given["log"]).open("a", encoding="utf-8", buffering=1) as stream:
                log.configure(log_format="json", log_level="info", clock=office.clock, stream=stream)
                asyncio.run(replicate(office, given))
        children.append(child)
        print(child, flush=True)  # noqa: T201
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
