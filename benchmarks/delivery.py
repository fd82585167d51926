"""Delivering a digest to thousands of people, against a bare loop of slack_sdk.

Method: one Slack, played by an aiohttp server on 127.0.0.1 in a process of its own that answers at once. Each of the people has one open
challenge to answer and gets a digest of it. Ours: the program's own `Bot` and its `Delivery` with SQLite (WAL, synchronous=FULL), from the made
digests to the last marked as sent: claimed, composed, posted, marked and written into the audit. Bare: `AsyncWebClient.chat_postMessage`
with blocks of the same kind, as rendered for one of the digests, through the program's own client settings, in as many coroutines side by side as the
program has (`bot.delivery.AT_ONCE`). Conversations are opened beforehand on neither side; ours opens each (conversations.open), which a bare loop need not when
it is given user ids, so the server's answers to that are counted in ours. By default 2,000 teams with two people
each, because 20,000 people take over two minutes; `delivery=10000` measures those.

Reported: messages a second of both, and the ratio.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import web

from benchmarks import council, databases
from bot.app import Bot, slack_side
from bot.delivery import AT_ONCE
from bot.slack import render
from bot.slack.client import connect
from commands import rounds
from commands.desk import Desk
from commands.todo import digest
from procedures.clock import SetClock
from storage import people

PEOPLE = 2_000
"""Teams; each has two managers who get a digest."""
LIMIT = 0.8
TOKEN = "xoxb-benchmark"


async def main(count: int = PEOPLE) -> bool:
    """Measure and print; True when the limit is kept."""
    with databases.folder() as place:
        clock = SetClock(council.NOW)
        office = council.make(f"sqlite:///{place}/challenge.db", place, clock, teams=count)
        each = council.Council(office, clock, council.NoPlatform())
        each.no_digest_today()
        council.raise_challenge(office, clock, 0)
        await each.settle_here()
        council.copy(office.database, count, templates=1, teams=count)
        day = office.calendar.add(office.today(clock.now()), 1)
        clock.set(office.hours.at(day, office.authority.digest_at))
        async with _slack() as api, connect(TOKEN, api) as client:
            bot = Bot(office, client, tick_seconds=300)
            await slack_side(bot).installation.identify()
            rounds.go(office)
            clock.advance(timedelta(seconds=1))
            with office.database.read() as session:
                person = people.person(session, "manager-1000@wexborough.example")
                assert person is not None
                card = digest(Desk(office, session, person))
                assert card is not None
            blocks = render.message(card, key="digest")
            began = time.perf_counter()
            sent = await bot.delivery.deliver()
            ours = sent / (time.perf_counter() - began)
            assert sent >= count, sent

            async def post(numbers: list[int]) -> None:
                for number in numbers:
                    await client.chat_postMessage(
                        channel=f"D{number}", unfurl_links=False, unfurl_media=False, **blocks
                    )

            began = time.perf_counter()
            await asyncio.gather(*(post(list(range(lane, sent, AT_ONCE))) for lane in range(AT_ONCE)))
            bare = sent / (time.perf_counter() - began)
            await bot.stop()
    print(
        f"digest to {sent:,} people: ours {ours:,.0f} a second, bare slack_sdk {bare:,.0f}, ratio {ours / bare:.2f} (at least {LIMIT})",
        flush=True,
    )
    return ours / bare >= LIMIT


@asynccontextmanager
async def _slack() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.delivery", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def _serve() -> None:
    """The Slack of the measurement."""

    async def answer(request: web.Request) -> web.Response:
        form = await request.post() if request.content_type != "application/json" else await request.json()
        user = str(form.get("user") or form.get("users") or "")
        return web.json_response(
            {
                "ok": True,
                "team_id": "T0",
                "user_id": "U0BOT",
                "bot_id": "B0",
                "ts": f"{time.time():.6f}",
                "channel": "D0" if "post" in request.path else {"id": f"D{user}"},
                "user": {"id": user, "team_id": "T0", "is_bot": False, "profile": {}},
            }
        )

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/api/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
