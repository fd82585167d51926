"""One person's flood is slowed for that person alone, before anything is done for it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import intake
from bot.answering import TOO_FAST
from bot.app import slack_side
from bot.intake import Pace, fault, is_form, user_of
from tests.doors.cast import STANDINGS, Cast
from tests.doors.front import Front, driver

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The council, with a challenge at its first stage."""
    cast = Cast()
    cast.come_to(STANDINGS[0])
    yield cast
    cast.office.database.dispose()


class Watch:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# The pace


def test_people_are_never_slowed_and_a_script_is() -> None:
    watch = Watch()
    pace = Pace(burst=5, rate=1, now=watch)
    assert [pace.takes("U1") for _ in range(7)] == ["go"] * 5 + ["tell", "silence"]
    assert pace.takes("U2") == "go"
    watch.now = 2
    assert [pace.takes("U1") for _ in range(3)] == ["go", "go", "silence"]
    watch.now = 12
    assert [pace.takes("U1") for _ in range(6)] == ["go"] * 5 + ["tell"]


def test_who_was_heard_of_longest_ago_is_forgotten() -> None:
    pace = Pace(burst=1, rate=1, now=Watch(), most=2)
    assert [pace.takes(user) for user in ("U1", "U2", "U3", "U2", "U1")] == ["go", "go", "go", "tell", "go"]


# What is seen of a request before it is parsed


def payload(**more: object) -> bytes:
    """An interaction as Slack sends it: no spaces in its JSON."""
    body = {"type": "block_actions", "user": {"id": "U0ADA", "team_id": "T1"}, **more}
    return urlencode({"payload": json.dumps(body, separators=(",", ":"))}).encode()


def test_whose_request_it_is_stands_in_the_body_and_nobody_can_write_another_name_into_it() -> None:
    trick = '"user":{"id":"U0BEN"} &user_id=U0BEN& "type":"view_submission"'
    assert user_of(payload(actions=[{"value": trick}])) == "U0ADA"
    typed = urlencode({"text": trick, "user_id": "U0ADA", "command": "/challenge"}).encode()
    assert user_of(typed) == "U0ADA"
    event = json.dumps({"event": {"type": "app_home_opened", "text": trick, "user": "U0ADA"}}).encode()
    assert user_of(event) == "U0ADA"
    assert user_of(b"nonsense") == ""
    assert not is_form(payload(actions=[{"value": trick}]))
    assert is_form(payload().replace(b"block_actions", b"view_submission"))


WRONG = "fine type identity gzip multipart fields pieces deep deepest unclosed lists typed lowercase".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("kind", "encoding", "body", "wrong"),
    [
        (FORM, b"", payload(), ""),
        (b"", b"", payload(), ""),
        (FORM + b"; charset=utf-8", b"identity", payload(), ""),
        (FORM, b"gzip", payload(), "encoded"),
        (b"multipart/form-data", b"", payload(), "wrong_type"),
        (FORM, b"", b"a=1&" * intake.MOST_FIELDS, "too_many_fields"),
        (JSON, b"", b"[" + b"0," * (intake.MOST_PIECES + 1) + b"0]", "too_many_pieces"),
        (JSON, b"", b'{"a":' * 65 + b"1" + b"}" * 65, "too_deep"),
        (JSON, b"", b'{"a":' * 64 + b"1" + b"}" * 64, ""),
        (JSON, b"", b"[" * 900_000, "too_deep"),
        (FORM, b"", payload(deep=[[[[[[[[[[]]]]]]]]]]), ""),
        (FORM, b"", payload(text='He wrote "[[[' + "[{" * 1400), ""),
        (FORM, b"", payload().replace(b"%7B", b"%7b" * 70), "too_deep"),
    ],
    ids=WRONG,
)
def test_only_what_a_chat_platform_sends_is_parsed(
    kind: bytes, encoding: bytes, body: bytes, wrong: str
) -> None:
    assert fault(kind, encoding, body) == wrong


# Through the front door


def test_a_refused_kind_of_request_is_answered_plainly(cast: Cast) -> None:
    async def go() -> list[int]:
        front = Front(cast.office)
        deep = b'{"a":' * 100 + b"1" + b"}" * 100
        answers = [
            await front.deliver(deep, "application/json"),
            await front.deliver(b"a=b", "application/x-www-form-urlencoded", content_encoding="gzip"),
            await front.deliver(b"a=b", "text/xml"),
        ]
        await front.close()
        assert front.slack.calls == []
        return [status for status, _ in answers]

    assert asyncio.run(go()) == [400, 415, 415]


def test_one_person_s_flood_is_told_once_and_then_met_with_silence(cast: Cast) -> None:
    async def go() -> tuple[list[tuple[int, str]], tuple[int, str], bool]:
        front = Front(cast.office, pace=Pace(burst=3, rate=0.001))
        before = driver(cast.office.database).total_changes
        tom, priya = cast.user("tom"), cast.user("priya")
        answers = [await front.deliver(*typed(front, tom)) for _ in range(6)]
        form = front.submission(tom, "note", {"challenge": "CH-1001"}, {"text": "One word more."})
        body = urlencode({"payload": json.dumps(form)}).encode()
        answers.append(await front.deliver(body, "application/x-www-form-urlencoded"))
        other = await front.deliver(*typed(front, priya))
        await front.close()
        return answers, other, driver(cast.office.database).total_changes == before

    answers, other, untouched = asyncio.run(go())
    assert [TOO_FAST in text for _, text in answers] == [False] * 3 + [True, False, False, False]
    assert [status for status, _ in answers] == [200] * 6 + [429], "a form stays open with what was typed"
    assert [text for _, text in answers[4:6]] == ["", ""]
    assert other[0] == 200
    assert "What you can do" in other[1]
    assert untouched


def test_a_button_pressed_too_fast_is_answered_beneath_it(cast: Cast) -> None:
    async def go() -> list[bool]:
        front = Front(cast.office, pace=Pace(burst=1, rate=0.001))
        seen = [await front.presses(cast.user("tom"), "help", {}) for _ in range(3)]
        await front.close()
        return [TOO_FAST in each.text for each in seen]

    assert asyncio.run(go()) == [False, True, False]


def test_others_are_served_as_fast_while_one_sends_two_hundred_a_second(cast: Cast) -> None:
    """What Priya waits for while two requests of Tom's come with each of hers, against what she waits for without: in one run."""

    async def go() -> float:
        front = Front(cast.office, pace=Pace(burst=500, rate=0.001))
        priya, tom = cast.user("priya"), cast.user("tom")
        for _ in range(501):
            front.pace.takes(tom)

        async def waits(*beside: str) -> float:
            others = [asyncio.create_task(front.deliver(*typed(front, user))) for user in beside]
            began = time.perf_counter()
            status, text = await front.deliver(*typed(front, priya))
            took = time.perf_counter() - began
            assert (status, TOO_FAST in text) == (200, False)
            await asyncio.gather(*others)
            return took

        alone, flooded = [], []
        for _ in range(60):
            alone.append(await waits())
            flooded.append(await waits(tom, tom))
        await front.close()
        return median(flooded) / median(alone)

    assert asyncio.run(go()) < 1.5


def typed(front: Front, user: str) -> tuple[bytes, str]:
    """The body of a slash command, and its type."""
    return urlencode(front.slash(user, "help")).encode(), "application/x-www-form-urlencoded"


def test_socket_mode_slows_one_person_as_well(cast: Cast) -> None:
    """Without the guard: requests go straight to bolt, as those do that come by the socket."""

    async def go() -> list[tuple[int, bool]]:
        front = Front(cast.office, pace=Pace(burst=1, rate=0.001), socket_mode=True)
        tom = cast.user("tom")
        form = front.submission(tom, "note", {"challenge": "CH-1001"}, {"text": "One word more."})
        bodies: list[dict[str, Any]] = [front.slash(tom, "help") for _ in range(3)]
        bodies += [{"payload": json.dumps(form)}, front.slash(cast.user("priya"), "help")]
        answers = []
        for body in bodies:
            answer = await slack_side(front.bot).bolt.async_dispatch(AsyncBoltRequest(body=urlencode(body)))
            answers.append((answer.status, TOO_FAST in str(answer.body)))
        press = front.press(tom, "help", {})
        await slack_side(front.bot).bolt.async_dispatch(
            AsyncBoltRequest(body=urlencode({"payload": json.dumps(press)}))
        )
        await front.close()
        return answers

    assert asyncio.run(go()) == [(200, False), (200, True), (200, False), (429, False), (200, False)]
