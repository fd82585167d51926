"""The platform is down, slow, overrun, talks nonsense, or hangs up: nothing is lost, nothing comes twice, nobody waits for somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.send import SlackSender
from storage import outbox, problems
from storage.undelivered import listed, send_again
from tests.faults.platform import Fault, Json, Platform
from tests.faults.station import MONDAY, Station, email, station

pytestmark = pytest.mark.anyio
Answer = Callable[[Platform, web.Request, str, Json], Awaitable[web.StreamResponse]]

GARBAGE = (
    ("text/html", "<html><title>502 Bad Gateway</title></html>"),
    ("application/json", ""),
    ("application/json", '{"ok": true, "chann'),
    ("application/json", "null"),
    ("application/json", "[]"),
    ("application/json", "7"),
    ("application/json", "{}"),
    ("application/json", '{"ok": true}'),
    ("application/json", '{"ok": "yes", "channel": 5, "ts": {}, "messages": "none"}'),
    ("application/json", '{"ok": true, "channel": {"id": null}, "ts": 0, "messages": [5]}'),
    ("application/json", '{"ok": true, "channel": [], "ts": "", "messages": [], "has_more": true}'),
    ("application/gzip", "\x1f\x8b nonsense"),
)


def whose(given: Json) -> str:
    """The id of whoever a call is about."""
    return str(given.get("users") or f"U{str(given.get('channel', 'D'))[1:]}")


def at(method: str, users: Iterable[str], answer: Answer, times: int = 1) -> Fault:
    """A fault for these people: the first calls of one method are answered otherwise."""
    left = dict.fromkeys(users, times)

    async def fault(platform: Platform, request: web.Request, given: Json) -> web.StreamResponse | None:
        user = whose(given)
        if request.match_info["method"] != method or left.get(user, 0) <= 0:
            return None
        left[user] -= 1
        return await answer(platform, request, method, given)

    return fault


def saying(media_type: str, body: str, *, accepting: bool = False) -> Answer:
    """An answer of this content; `accepting`: what was asked for is done all the same."""

    async def answer(platform: Platform, request: web.Request, method: str, given: Json) -> web.Response:
        if accepting:
            platform.usual(method, given)
        return web.Response(body=body.encode("latin-1"), headers={"Content-Type": media_type})

    return answer


def status(number: int, headers: dict[str, str] | None = None) -> Answer:
    """A refusal."""

    async def answer(platform: Platform, request: web.Request, method: str, given: Json) -> web.Response:
        return web.Response(status=number, text="upstream connect error", headers=headers)

    return answer


async def cut(
    platform: Platform, request: web.Request, method: str, given: Json, *, accepting: bool = False
) -> web.StreamResponse:
    """The line goes dead."""
    if accepting:
        platform.usual(method, given)
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_after_accepting(
    platform: Platform, request: web.Request, method: str, given: Json
) -> web.StreamResponse:
    """The line goes dead once all is done."""
    return await cut(platform, request, method, given, accepting=True)


async def test_nonsense_is_neither_an_answer_nor_an_empty_conversation(
    database_url: str, tmp_path: Path
) -> None:
    async with station(database_url, tmp_path) as here:
        kinds = [
            ("conversations.open", False),
            ("chat.postMessage", False),
            ("chat.postMessage", True),
            ("conversations.history", False),
        ]
        number = 0
        for media_type, body in GARBAGE:
            for method, accepting in kinds:
                number += 1
                here.people(number)
                here.tell(number, f"{number}:{method}:{accepting}")
                user = f"U{number}"
                if method == "conversations.history":  # it is asked only when something may have been sent
                    here.platform.faults.append(at("chat.postMessage", [user], cut_after_accepting))
                here.platform.faults.append(
                    at(method, [user], saying(media_type, body, accepting=accepting), 2)
                )
        await here.a_day(await here.replica())
        assert len(here.platform.keys) == number
        here.law_holds()
        assert {"message_failed", "delivery_failed"}.isdisjoint(here.events())


async def test_down_for_a_day(database_url: str, tmp_path: Path) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(*range(1, 9))
        for number in range(1, 9):
            here.tell(number, f"{number}:first", f"{number}:second")
        delivery, users = await here.replica(), [f"U{number}" for number in range(1, 9)]
        down = [
            at("conversations.open", users[:2], status(503), 10_000),
            at("chat.postMessage", users[2:4], status(500), 10_000),
            at("chat.postMessage", users[4:], cut, 10_000),
            at("conversations.history", users[4:], status(504), 10_000),
        ]
        here.platform.faults += down
        await here.until(delivery, MONDAY + timedelta(hours=24), timedelta(minutes=5))
        assert not here.platform.keys
        assert here.platform.calls.total() < 8 * 60, "It goes easy on a platform in trouble."
        here.platform.faults.clear()
        await here.until(delivery, MONDAY + timedelta(hours=25))
        assert [here.platform.of(user) for user in users] == [
            [f"{number}:first", f"{number}:second"] for number in range(1, 9)
        ]
        here.law_holds()


async def test_the_line_goes_dead_before_and_after_a_message_was_taken(
    database_url: str, tmp_path: Path
) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(*range(1, 13))
        for number in range(1, 13):
            here.tell(number, f"{number}:a", f"{number}:b")
        here.platform.faults.append(at("chat.postMessage", ["U1", "U2", "U3", "U4"], cut, 2))
        here.platform.faults.append(at("chat.postMessage", ["U5", "U6", "U7", "U8"], cut_after_accepting, 2))
        here.platform.faults.append(at("conversations.history", ["U7", "U8"], cut, 2))
        await here.a_day(await here.replica())
        assert here.platform.of("U8") == ["8:a", "8:b"]
        here.law_holds()


async def test_one_conversation_is_overrun(database_url: str, tmp_path: Path) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(*range(1, 9))
        for number in range(1, 9):
            here.tell(number, f"{number}:a", f"{number}:b")
        asked = {"U1": "30", "U2": "nonsense", "U3": "nan", "U4": "inf", "U5": "-7", "U6": "1e300"}
        for user, seconds in asked.items():
            fault = at("chat.postMessage", [user], status(429, {"Retry-After": seconds}))
            here.platform.faults.append(fault)
        here.platform.faults.append(at("chat.postMessage", ["U7"], status(429)))
        delivery = await here.replica()
        await here.until(delivery, MONDAY + timedelta(seconds=3))
        assert here.platform.of("U8") == ["8:a", "8:b"], "Nobody else waits."
        assert len(here.platform.keys) == 2
        await here.until(delivery, MONDAY + timedelta(seconds=29))
        assert not here.platform.of("U1")
        await here.until(delivery, MONDAY + timedelta(seconds=35))
        assert here.platform.of("U1") == ["1:a", "1:b"]
        assert here.platform.of("U7") == ["7:a", "7:b"], "It is tried again where no time was given."
        await here.a_day(delivery)
        here.law_holds()


async def test_those_who_do_not_answer_hold_up_nobody(database_url: str, tmp_path: Path) -> None:
    async with station(database_url, tmp_path, timeout=20) as here:
        here.people(*range(1, 81))
        for number in range(1, 81):
            here.tell(number, f"{number}:a", f"{number}:b")
        answers = asyncio.Event()

        async def hang(
            platform: Platform, request: web.Request, method: str, given: Json
        ) -> web.StreamResponse:
            await answers.wait()
            return platform.usual(method, given)

        dead = [f"U{number}" for number in range(1, 21)]
        here.platform.faults.append(at("chat.postMessage", dead, hang))
        delivery = await here.replica()
        async with asyncio.timeout(15):  # one after the other they would take twenty times twenty seconds
            for second in range(3):
                here.clock.set(MONDAY + timedelta(seconds=2 * second))
                await delivery.deliver_promptly()
            assert len(here.platform.keys) == 120, "Sixty people have both of theirs."
        answers.set()
        await here.a_day(delivery)
        assert here.platform.of("U1") == ["1:a", "1:b"]
        here.law_holds()


async def test_the_app_is_removed_and_comes_back(database_url: str, tmp_path: Path) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(*range(1, 41))
        for number in range(1, 41):
            here.tell(number, f"{number}:a")
        here.platform.token_is_good = False
        delivery = await here.replica()
        await here.until(delivery, MONDAY + timedelta(hours=1))
        assert here.platform.calls.total() < 150, "One message asks now and then; the others wait."
        assert here.events().count("platform_refuses") == 1
        with here.office.database.read() as session:
            [told] = problems.open_problems(session)
            assert "token_revoked" in told.sentence
            assert not listed(session)
        here.platform.token_is_good = True
        await here.until(delivery, MONDAY + timedelta(hours=1, minutes=5))
        assert len(here.platform.keys) == 40
        with here.office.database.read() as session:
            assert not problems.open_problems(session)
        here.law_holds()


async def _dies_after_sending(here: Station, key: str) -> None:
    """A replica sends this, and is gone before it hears that it was taken."""
    taken = asyncio.Event()

    async def never(platform: Platform, request: web.Request, method: str, given: Json) -> web.StreamResponse:
        platform.usual(method, given)
        taken.set()
        await asyncio.Event().wait()
        return web.Response()

    fault = at("chat.postMessage", ["U1"], never)
    here.platform.faults.append(fault)
    replica = await here.replica()
    work = asyncio.create_task(replica.deliver_promptly())
    async with asyncio.timeout(10):
        await taken.wait()
    work.cancel()
    await replica.stop(0)
    here.platform.faults.remove(fault)
    assert here.row(key).state == "claimed"


async def test_what_was_called_off_after_its_sender_died_is_found_and_redrawn(
    database_url: str, tmp_path: Path
) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(1)
        here.tell(1, "1:a")
        await _dies_after_sending(here, "1:a")
        with here.office.database.write() as session:
            assert outbox.cancel_keys(session, ["1:a"]) == 1
        delivery = await here.replica()
        await delivery.deliver()
        assert here.row("1:a").state == "cancelled", "The dead one's time is not up yet."
        await here.a_day(delivery)
        assert here.row("1:a").state == "sent"
        assert [each.updates for each in here.platform.chats["D1"]] == [1]
        here.law_holds()


async def test_what_was_called_off_and_never_sent_is_looked_for_once(
    database_url: str, tmp_path: Path
) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(1)
        here.tell(1, "1:a")
        here.platform.faults.append(at("chat.postMessage", ["U1"], cut))
        delivery = await here.replica()
        await delivery.deliver()
        with here.office.database.write() as session:
            assert outbox.cancel_keys(session, ["1:a"]) == 1
        await here.a_day(delivery)
        assert here.platform.calls["conversations.history"] == 1
        assert here.row("1:a").state == "cancelled"
        here.law_holds()


class CannotBeAsked:
    """A platform that shows a program nothing of what it has sent."""

    def __init__(self, client: AsyncWebClient) -> None:
        slack = SlackSender(client)
        self.post, self.update, self.lookup_user = slack.post, slack.update, slack.lookup_user
        self.bring, self.share = slack.bring, slack.share


async def test_where_the_platform_cannot_be_asked_one_message_may_come_twice_and_says_so(
    database_url: str, tmp_path: Path
) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(1, 2)
        here.tell(1, "1:a")
        here.tell(2, "2:a")
        here.platform.faults.append(at("chat.postMessage", ["U1"], cut_after_accepting, 1))
        here.platform.faults.append(at("chat.postMessage", ["U2"], cut_after_accepting, 9))
        await here.a_day(await here.replica(CannotBeAsked))
        assert here.platform.calls["conversations.history"] == 0
        assert here.platform.keys == {"1:a": 2, "2:a": 2}, "Never a third time."
        assert here.row("1:a").state == "sent"
        with here.office.database.read() as session:
            [(row, _)] = listed(session)
        assert row.email == email(2)
        here.platform.faults.clear()
        with here.office.database.write() as session:
            assert send_again(session, row, here.clock.now())
        await here.a_day(await here.replica(CannotBeAsked))
        assert here.platform.keys["2:a"] == 3, "Unless a person has decided so."
        assert here.row("2:a").state == "sent"
        assert "may have arrived" in (row.trouble or "")
