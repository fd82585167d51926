"""A click on Acknowledge, from the signed request to its answer with everything committed, against a bare bolt handler.

Method: two servers of the same kind (uvicorn, one process each, HTTP on 127.0.0.1, keep-alive). One is this program, as
`serve` runs it, with the guard, bolt, the worker thread and an SQLite file (WAL, synchronous=FULL). The other is a bolt AsyncApp with
`process_before_response=True` whose handler makes one INSERT into an SQLite file set up alike, and commits. The same signed
payload goes to each in turn (A B B A …), one at a time, every click of ours to a challenge of its own, so that each is a
real acknowledgement. The messages about the challenges were sent before; each click makes them outdated, and they are redrawn
after it.

It is measured twice. One click after the other: what follows from each click has to give way to the next. And after a pause of 0.3 s
before each click, of either side: in that time the program has sent what follows, and both meet a processor that has been
busy with something else, as a click in an office does. Slack's Web API is
played by a server in the client's process that answers at once. Reported: medians, 95th percentiles, and the median of the ratios
pair by pair; the limit holds for both. The target also names a time, about 4 ms on two cores; it is printed beside.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.office import make_office
from bot.settings import Settings
from bot.staff import take_in_rows
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Say
from procedures.clock import SystemClock
from procedures.people import read_people
from storage import outbox
from storage.postings import Place

SECRET, TOKEN = "benchmark-secret", "xoxb-benchmark"
CLICKS, WARM_UP = 150, 20
PAUSES = {"one after the other": 0.0, "each after a pause of 0.3 s": 0.3}
"""Seconds before each click."""
LIMIT = 1.5
ABOUT = 4.0
"""Milliseconds."""
HANNAH, PRIYA = "U0HANNAH01", "U0PRIYAN01"


async def main() -> bool:
    """Measure and print; True when the limit is kept."""
    return all([await _measured(how, pause) for how, pause in PAUSES.items()])


async def _measured(how: str, pause: float) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with _slack() as api:
            settings = _prepare(folder, api)
            async with (
                _server(_environment(settings), "-m", "bot", "serve") as ours,
                _server(dict(os.environ), "-m", "benchmarks.bare_bolt", str(folder / "bare.db")) as bare,
            ):
                pairs = await _measure(ours, bare, pause)
        _check(folder / "challenge.db")
    return _report(how, pairs)


@asynccontextmanager
async def _slack() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        moment = f"{time.time():.6f}"
        return web.json_response(
            {
                "ok": True,
                "team_id": "T0",
                "user_id": "U0BOT",
                "bot_id": "B0",
                "ts": moment,
                "channel": "D0" if "post" in request.path else {"id": "D0"},
            }
        )

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


def _prepare(folder: Path, api: str, count: int = CLICKS + WARM_UP) -> Settings:
    """An authority with a challenge for every click."""
    from pydantic import SecretStr

    source = files("bot.demo") / "authorities" / "bradford"
    (folder / "authority.toml").write_text(
        (source / "authority.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    settings = Settings(
        database_url=f"sqlite:///{folder}/challenge.db",
        authority=folder / "authority.toml",
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=api,
        tick_seconds=300,
    )
    office = make_office(settings, SystemClock())
    office.database.migrate()
    take_in_rows(
        office,
        read_people(
            (source / "people.csv").read_text(encoding="utf-8"), "people.csv", office.authority, office.roles
        ),
    )
    reception = Reception(office)
    spoken = (datetime.now(UTC)).date().isoformat()
    for number in range(count):
        values = {
            "procedure": "bradford",
            "immediate_risk": "no",
            "case_reference": f"WX-{number:06}",
            "unit": "north-1",
            "informal": "had",
            "talk_1_with": "social_worker",
            "talk_1_on": spoken,
            "talk_1_result": "Agreed.",
            "concern": "A concern.",
            "agreed_actions": "An action.",
            "chosen_social_worker": "tom.ellery@wexborough.example",
        }
        reply = reception.submitted(
            Identity("slack", HANNAH), Filled("raise", {"talks": "1"}, values), f"raise:{number}"
        )
        assert isinstance(reply, Say), reply
    _say(office)
    office.database.dispose()
    return settings


def _say(office: Office) -> None:
    """Note what the raising left to be said as sent, so that its sending does not run into the measurement."""
    now = office.hours.next_open(office.clock.now())
    while said := outbox.claim(
        office.database, worker="benchmark", now=now, lease=timedelta(minutes=1), limit=500
    ):
        with office.database.write() as session:
            for row in said:
                outbox.sent(session, row, at=now, posting=Place("slack", "D0", row.key))


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHALLENGE_")},
        "CHALLENGE_DATABASE_URL": settings.database_url,
        "CHALLENGE_AUTHORITY": str(settings.authority),
        "CHALLENGE_SLACK_BOT_TOKEN": TOKEN,
        "CHALLENGE_SLACK_SIGNING_SECRET": SECRET,
        "CHALLENGE_SLACK_API_URL": settings.slack_api_url,
        "CHALLENGE_TICK_SECONDS": "300",
        "CHALLENGE_LOG_LEVEL": "error",
    }


@asynccontextmanager
async def _server(environment: dict[str, str], *arguments: str) -> AsyncIterator[str]:
    port = _free_port()
    environment = {**environment, "CHALLENGE_PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[1])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, cwd=tempfile.gettempdir()
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as client:
            for _ in range(600):
                try:
                    async with client.get(f"{address}/healthz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _signed(reference: str, number: int) -> tuple[bytes, dict[str, str]]:
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": PRIYA, "team_id": "T0"},
        "team": {"id": "T0", "domain": "benchmark"},
        "api_app_id": "A0",
        "token": "unused",
        "trigger_id": f"{number}.{number}",
        "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0", "is_ephemeral": False},
        "channel": {"id": "D0", "name": "directmessage"},
        "message": {"ts": "1.1", "text": "", "blocks": []},
        "response_url": "http://127.0.0.1:9/none",
        "state": {"values": {}},
        "actions": [
            {
                "type": "button",
                "action_id": "press:acknowledge:0",
                "block_id": "b",
                "text": {"type": "plain_text", "text": "Acknowledge the concerns"},
                "value": json.dumps({"challenge": reference, "at_once": "yes"}),
                "action_ts": f"{number}.1",
            }
        ],
    }
    body = urllib.parse.urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    return body.encode(), headers


async def _measure(ours: str, bare: str, pause: float) -> list[tuple[float, float]]:
    pairs: list[tuple[float, float]] = []
    async with aiohttp.ClientSession() as client:

        async def click(address: str, number: int) -> float:
            body, headers = _signed(f"CH-{1001 + number}", number)
            began = time.perf_counter()
            async with client.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                text = await answer.read()
            took = time.perf_counter() - began
            assert answer.status == 200, (answer.status, text)
            return took * 1000

        for number in range(CLICKS + WARM_UP):
            took: dict[str, float] = {}
            for address in (ours, bare) if number % 2 else (bare, ours):
                await asyncio.sleep(pause)
                took[address] = await click(address, number)
            if number >= WARM_UP:
                pairs.append((took[ours], took[bare]))
    return pairs


def _check(database: Path) -> None:
    """Every click must have been carried out, or the figures mean nothing."""
    with sqlite3.connect(database) as connection:
        (done,) = connection.execute("SELECT count(*) FROM entry WHERE kind = 'acknowledged'").fetchone()
    assert done == CLICKS + WARM_UP, f"{done} of {CLICKS + WARM_UP} acknowledged"


def _report(how: str, pairs: list[tuple[float, float]]) -> bool:
    ours, bare = [a for a, _ in pairs], [b for _, b in pairs]
    ratio = statistics.median(ours) / statistics.median(bare)
    paired = statistics.median(a / b for a, b in pairs)
    print(f"click on Acknowledge over HTTP on 127.0.0.1, {len(pairs)} clicks each, {how}:")
    for name, values in (("challenge-bot", ours), ("bare bolt + one INSERT", bare)):
        print(
            f"  {name:24} median {statistics.median(values):6.2f} ms   95 % {statistics.quantiles(values, n=20)[18]:6.2f} ms"
        )
    print(
        f"  ratio of medians {ratio:.2f}, median of paired ratios {paired:.2f} (at most {LIMIT}; about {ABOUT:g} ms)"
    )
    return ratio <= LIMIT


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
