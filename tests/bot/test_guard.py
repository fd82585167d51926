"""Only what Slack signed, lately, gets through; the rest is turned away with one line in the log and nothing of the body."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.guard import MOST_BYTES, Message, NoSigningSecret, Receive, Scope, Send, SlackGuard
from procedures.clock import SetClock
from tests.bot.conftest import NOON

SECRET = "a-signing-secret"
NOW = int(NOON.timestamp())
BODY = b"command=%2Fchallenge&text=raise+DETAIL"
Headers = dict[bytes, bytes]
Lines = Callable[[], list[dict[str, Any]]]


class Behind:
    """What stands behind the guard: keeps what it got, and whether the line was cut afterwards."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.afterwards: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert message["more_body"] is False
        self.got.append(message["body"])
        self.afterwards.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def signed(body: bytes = BODY, timestamp: int = NOW, secret: str = SECRET) -> Headers:
    """The headers that Slack's own library makes for the body."""
    signature = SignatureVerifier(secret, SlackClock()).generate_signature(
        timestamp=str(timestamp), body=body
    )
    assert signature is not None
    return {b"x-slack-request-timestamp": str(timestamp).encode(), b"x-slack-signature": signature.encode()}


def ask(
    headers: Headers,
    pieces: Iterable[bytes] = (BODY,),
    *,
    method: str = "POST",
    behind: Behind | None = None,
    end: str = "finished",
) -> tuple[int | None, bytes]:
    """Send a request to a guard; the answer's status and text (None when there was no answer)."""
    guard = SlackGuard(
        behind if behind is not None else Behind(),
        signing_secret=SECRET,
        clock=SetClock(NOON),
        seconds_of_body=0.01,
    )
    parts = list(pieces)
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": end != "finished" or place < len(parts)}
        for place, part in enumerate(parts, 1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if end == "stalled":
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": "/slack/events", "headers": list(headers.items())}
    asyncio.run(guard(scope, receive, send))
    if not sent:
        return None, b""
    return sent[0]["status"], sent[1]["body"]


def test_what_slack_signed_gets_through_with_its_body() -> None:
    behind = Behind()
    assert ask(signed(), behind=behind) == (200, b"")
    assert behind.got == [BODY]
    assert behind.afterwards == ["http.disconnect"]


def test_a_body_that_comes_in_pieces_is_passed_on_whole() -> None:
    behind = Behind()
    assert ask(signed(), [BODY[:7], b"", BODY[7:]], behind=behind)[0] == 200
    assert behind.got == [BODY]


@pytest.mark.parametrize("late", [-300, -299, 0, 299, 300])
def test_five_minutes_apart_is_still_recent(late: int) -> None:
    assert ask(signed(timestamp=NOW + late))[0] == 200


NOT_VERIFIED: list[tuple[str, Headers, str]] = [
    ("no_signature", {b"x-slack-request-timestamp": b"%d" % NOW}, "POST"),
    ("no_signature", signed() | {b"x-slack-signature": b""}, "POST"),
    ("no_timestamp", {b"x-slack-signature": signed()[b"x-slack-signature"]}, "POST"),
    ("wrong_timestamp", signed() | {b"x-slack-request-timestamp": b"yesterday"}, "POST"),
    ("wrong_timestamp", signed() | {b"x-slack-request-timestamp": b"-1"}, "POST"),
    ("wrong_timestamp", signed() | {b"x-slack-request-timestamp": b"1e9"}, "POST"),
    ("wrong_timestamp", signed() | {b"x-slack-request-timestamp": "²".encode()}, "POST"),
    ("wrong_timestamp", signed() | {b"x-slack-request-timestamp": b"9" * 5000}, "POST"),
    ("old_timestamp", signed(timestamp=NOW - 301), "POST"),
    ("old_timestamp", signed(timestamp=NOW + 301), "POST"),
    ("old_timestamp", signed(timestamp=999999999999), "POST"),
    ("old_timestamp", signed(timestamp=0), "POST"),
    ("wrong_signature", signed(secret="another-secret"), "POST"),
    ("wrong_signature", signed(body=b"another body"), "POST"),
    ("wrong_signature", signed() | {b"x-slack-request-timestamp": b"%d" % (NOW - 1)}, "POST"),
    ("wrong_signature", signed() | {b"x-slack-signature": b"v0=" + b"0" * 64}, "POST"),
    ("wrong_signature", signed() | {b"x-slack-signature": signed()[b"x-slack-signature"].upper()}, "POST"),
    ("wrong_signature", signed() | {b"x-slack-signature": b"\xff\xfe"}, "POST"),
    ("wrong_method", signed(), "GET"),
    ("wrong_method", signed(), "PUT"),
]


@pytest.mark.parametrize(("reason", "headers", "method"), NOT_VERIFIED)
def test_what_is_not_verified_is_turned_away(
    log_lines: Lines, written: io.StringIO, reason: str, headers: Headers, method: str
) -> None:
    behind = Behind()
    before = REGISTRY.get_sample_value("challenge_requests_refused_total", {"reason": reason}) or 0
    assert ask(headers, method=method, behind=behind) == (401, b"This request could not be verified.")
    assert behind.got == []
    assert log_lines() == [{"level": "warning", "event": "request_refused", "reason": reason}]
    assert "DETAIL" not in written.getvalue()
    assert REGISTRY.get_sample_value("challenge_requests_refused_total", {"reason": reason}) == before + 1


def test_the_largest_body_is_one_mebibyte(log_lines: Lines) -> None:
    largest = b"x" * MOST_BYTES
    assert ask(signed(largest), [largest])[0] == 200
    assert ask(signed(largest + b"x"), [largest, b"x"]) == (413, b"This request is too large.")
    assert [line["reason"] for line in log_lines()] == ["too_large"]


@pytest.mark.parametrize("length", [b"%d" % (MOST_BYTES + 1), b"9" * 5000])
def test_a_body_announced_too_large_is_not_even_read(length: bytes) -> None:
    assert ask(signed() | {b"content-length": length}, [], end="stalled")[0] == 413


def test_a_body_that_never_ends_is_not_waited_for(log_lines: Lines) -> None:
    assert ask(signed(), [BODY[:7]], end="stalled")[0] == 401
    assert [line["reason"] for line in log_lines()] == ["slow_body"]


def test_who_hangs_up_halfway_gets_no_answer(log_lines: Lines) -> None:
    behind = Behind()
    assert ask(signed(), [BODY[:7]], behind=behind, end="cut") == (None, b"")
    assert behind.got == []
    assert [line["reason"] for line in log_lines()] == ["hung_up"]


def test_a_websocket_is_closed() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    guard = SlackGuard(Behind(), signing_secret=SECRET, clock=SetClock(NOON))
    asyncio.run(guard({"type": "websocket", "path": "/slack/events", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_time_is_the_clock_s_that_was_passed_in() -> None:
    clock = SetClock(NOON + timedelta(days=30))
    guard = SlackGuard(Behind(), signing_secret=SECRET, clock=clock)
    assert guard._recent(b"%d" % clock.now().timestamp())


@pytest.mark.parametrize("secret", ["", "  "])
def test_there_is_no_guard_without_a_secret(secret: str) -> None:
    with pytest.raises(NoSigningSecret, match="CHALLENGE_SLACK_SIGNING_SECRET"):
        SlackGuard(Behind(), signing_secret=secret, clock=SetClock(NOON))


@given(body=st.binary(max_size=300), timestamp=st.binary(max_size=20), signature=st.binary(max_size=80))
def test_whatever_is_sent_is_answered(body: bytes, timestamp: bytes, signature: bytes) -> None:
    headers = {b"x-slack-request-timestamp": timestamp, b"x-slack-signature": signature}
    assert ask(headers, [body])[0] == 401


@given(body=st.text(max_size=300), late=st.integers(-300, 300), cut=st.integers(0, 300))
def test_whatever_slack_signs_gets_through(body: str, late: int, cut: int) -> None:
    raw = body.encode()
    assert ask(signed(raw, NOW + late), [raw[:cut], raw[cut:]])[0] == 200
