"""Delivering a digest to thousands of people, against a bare loop of slack_sdk.

Method: one Slack, played by an aiohttp server on 127.0.0.1 in a process of its own that answers at once. Each of the people has one open
challenge to answer and gets a digest of it. Ours: the program's own `Bot` and its `Delivery` with SQLite (WAL, synchronous=FULL), from the made
digests to the last marked as sent: claimed, composed, posted, marked and written into the audit. As a program that serves does when it starts, it has asked
Slack beforehand for everybody it lists (`Colleagues.learn`), so that it need not ask for each whether they are a guest. Everybody has been
written to on a day before, about the challenge: their conversation's id is in the database, as the bare loop is given it too.

Bare: what somebody writes who has 20,000 people to tell and has read slack_sdk's documentation, `for person in people: client.chat_postMessage(…)`, with the blocks
of one of these digests as rendered. That is the loop of which the target speaks. slack_sdk by itself opens a connection for each call; its `WebClient` is the
faster of its two clients so. Two more are reported, for information: the same loop through the program's own settings, which keep the connection open, and that with as
many coroutines side by side as the program has (`bot.delivery.AT_ONCE`). The last is a sender with lanes of its own, as ours is, which composes nothing, keeps
nothing and could not say after a crash whom it has written to.

The people are 2,000 teams with two people each by default, because 20,000 people take some minutes to make; `delivery=10000` measures those.

Reported: messages a second of all four, and the ratios.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiohttp import web
from slack_sdk import WebClient

from benchmarks import council, databases
from bot.app import Bot, slack_side
from bot.delivery import AT_ONCE
from bot.slack import render
from bot.slack.client import connect
from bot.slack.conversations import PREFIX
from commands import rounds
from commands.desk import Desk
from commands.todo import digest
from procedures.clock import SetClock
from storage import memory, people

PEOPLE = 2_000
"""Teams; each has two managers who get a digest."""
LIMIT = 0.8
PAGE = 1_000
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
        async with _slack(count) as api, connect(TOKEN, api) as client:
            with office.database.write() as session:
                for user in _users(count):
                    memory.remember(session, f"{PREFIX}{user}", f"D{user}")
            bot = Bot(office, client, tick_seconds=300)
            await slack_side(bot).colleagues.learn()
            rounds.go(office)
            clock.advance(timedelta(seconds=1))
            with office.database.read() as session:
                person = people.person(session, "manager-1000@wexborough.example")
                assert person is not None
                card = digest(Desk(office, session, person))
                assert card is not None
            blocks, users = render.message(card, key="digest"), _users(count)
            began = time.perf_counter()
            sent = await bot.delivery.deliver()
            ours = sent / (time.perf_counter() - began)
            assert sent >= count, sent

            def message(number: int) -> dict[str, Any]:
                channel = f"D{users[number % len(users)]}"
                return {"channel": channel, "unfurl_links": False, "unfurl_media": False, **blocks}

            async def post(numbers: Iterable[int]) -> None:
                for number in numbers:
                    await client.chat_postMessage(**message(number))

            def bare_loop() -> None:
                plain = WebClient(token=TOKEN, base_url=api)
                for number in range(sent):
                    plain.chat_postMessage(**message(number))

            began = time.perf_counter()
            await asyncio.to_thread(bare_loop)
            bare = sent / (time.perf_counter() - began)
            began = time.perf_counter()
            await post(range(sent))
            kept_open = sent / (time.perf_counter() - began)
            began = time.perf_counter()
            await asyncio.gather(*(post(range(lane, sent, AT_ONCE)) for lane in range(AT_ONCE)))
            lanes = sent / (time.perf_counter() - began)
            await bot.stop()
    print(
        f"digest to {sent:,} people: ours {ours:,.0f} a second, bare slack_sdk {bare:,.0f}, ratio {ours / bare:.2f} (at least {LIMIT}); "
        f"bare with its connection kept open {kept_open:,.0f}, ratio {ours / kept_open:.2f}; "
        f"the same in {AT_ONCE} lanes {lanes:,.0f}, ratio {ours / lanes:.2f}",
        flush=True,
    )
    return ours / bare >= LIMIT


@asynccontextmanager
async def _slack(teams: int) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.delivery", str(teams), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


def _users(teams: int) -> list[str]:
    """The Slack user ids of those who get a digest."""
    return [f"U{word}{1000 + number}" for word in ("MANAGER", "DEPUTY") for number in range(teams)]


def _colleague(user: str) -> dict[str, object]:
    return {"id": user, "team_id": "T0", "is_bot": False, "profile": {}}


async def _serve(teams: int) -> None:
    """The Slack of the measurement."""
    users = _users(teams)

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
                "user": _colleague(user),
            }
        )

    async def everybody(request: web.Request) -> web.Response:
        begin = int(request.query.get("cursor") or 0)
        members = [_colleague(user) for user in users[begin : begin + PAGE]]
        following = str(begin + PAGE) if begin + PAGE < len(users) else ""
        return web.json_response(
            {"ok": True, "members": members, "response_metadata": {"next_cursor": following}}
        )

    app = web.Application()
    app.router.add_route("*", "/api/users.list", everybody)
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/api/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
