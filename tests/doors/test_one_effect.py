"""A request that is delivered again, replayed, doubled or carried out at the same moment by another process has one effect."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from bot.answering import request_key
from bot.app import slack_side
from procedures.authority import plans_template
from storage.database import Database
from storage.statements import table
from storage.tables import Audit, Entry, Handled, Outbox
from tests.doors.cast import STANDINGS, Cast
from tests.doors.front import Front

AGAIN = {"x_slack_retry_num": "1", "x_slack_retry_reason": "http_timeout"}
TYPE = "application/x-www-form-urlencoded"
Body = tuple[bytes, str]


@pytest.fixture
def full(database_url: str) -> Iterator[Database]:
    """A council with a challenge at its first stage, on a database that others can open too."""
    database = Database(database_url)
    Cast(database).come_to(STANDINGS[0])
    database.dispose()
    yield database
    database.dispose()


def requests(front: Front, cast: Cast) -> dict[str, Body]:
    """One request of each kind that changes something, as Slack would send it."""
    challenge = {"challenge": "CH-1001"}
    file = {
        "type": "file_input",
        "files": [
            {
                "id": "F1",
                "name": "plans.csv",
                "size": 900,
                "url_private_download": "https://files.slack.com/plans.csv",
            }
        ],
    }
    upload = front.submission(cast.user("nadia"), "plans", {"import": "yes"}, {})
    upload["view"]["state"]["values"]["in:file"] = {"file": file}
    payloads = {
        "button": front.press(cast.user("priya"), "acknowledge", {**challenge, "at_once": "yes"}),
        "form": front.submission(cast.user("tom"), "note", challenge, {"text": "One word more."}),
        "upload": upload,
    }
    bodies = {name: urlencode({"payload": json.dumps(body)}).encode() for name, body in payloads.items()}
    bodies["command"] = urlencode(front.slash(cast.user("hannah"), "document CH-1001 record")).encode()
    event = {"type": "app_home_opened", "user": cast.user("hannah"), "tab": "home", "channel": "D0"}
    opened = {"type": "event_callback", "team_id": "T0COUNCIL", "event_id": "Ev1", "event": event}
    return {
        **{name: (body, TYPE) for name, body in bodies.items()},
        "event": (json.dumps(opened).encode(), "application/json"),
    }


def serve(url: str, times: int) -> None:
    """One process of the program, to which each request comes so many times at once; the first as it was, the others marked as retries."""

    async def go() -> None:
        cast = Cast(Database(url), begins=False)
        front = Front(cast.office)
        front.slack.file = plans_template().encode()
        await slack_side(front.bot).installation.identify()
        bodies = requests(front, cast).values()
        deliveries = [
            front.deliver(body[0], body[1], **(AGAIN if again else {}))
            for again in range(times)
            for body in bodies
        ]
        answers = await asyncio.gather(*deliveries)
        await front.close()
        cast.office.database.dispose()
        assert [status for status, _ in answers] == [200] * len(answers)
        assert not any("went wrong" in text for _, text in answers)

    asyncio.run(go())


def count(database: Database) -> dict[str, Any]:
    """What has come of all of them."""
    found: dict[str, Any] = {}
    with database.read() as session:
        entries = table(Entry)
        for kind in ("acknowledged", "noted"):
            query = select(func.count()).where(entries.c.kind == kind)
            found[kind] = session.connection().execute(query).scalar_one()
        outbox = table(Outbox)
        for notice in ("document", "answered"):
            query = select(func.count()).where(outbox.c.notice == notice)
            found[notice] = session.connection().execute(query).scalar_one()
        for model in (Audit, Handled):
            found[model.__name__] = (
                session.connection().execute(select(func.count()).select_from(table(model))).scalar_one()
            )
    return found


def test_each_request_has_one_effect_however_often_and_wherever_it_arrives(
    full: Database, database_url: str
) -> None:
    """Two processes, each of which gets every request three times at once; then one of them all once more."""
    before = count(full)
    full.dispose()
    context = multiprocessing.get_context("fork")  # everything is loaded here already
    processes = [context.Process(target=serve, args=(database_url, 3)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    once = count(full)
    assert once["acknowledged"] == once["noted"] == once["document"] == 1
    assert once["Handled"] - before["Handled"] == 4
    full.dispose()
    serve(database_url, 1)
    again = count(full)
    assert {name: again[name] for name in again if name != "Audit"} == {
        name: once[name] for name in once if name != "Audit"
    }


def test_a_command_without_a_mark_of_slack_s_own_is_known_by_itself() -> None:
    one = {"user_id": "U1", "text": "away", "command": "/challenge"}
    assert request_key("command", "", one) == request_key("command", "", dict(reversed(one.items())))
    assert request_key("command", "", one) != request_key("command", "", {**one, "user_id": "U2"})
    assert request_key("command", "T1", one) == "command:T1"
