"""Who stands in front of /slack/events: only requests that Slack signed, lately, get through.

Slack's page "Verifying requests from Slack", scheme v0: HMAC-SHA256 of `v0:<timestamp>:<body>` with the signing secret, at most
five minutes old. Written as plain ASGI because every click goes through here (measured: 0.015 ms with a body of 4 kB).

A signed request that is sent again within five minutes is let through, as Slack's own repeats must be: what is behind
this must have its effect once only. Whoever sends more than people do is slowed here, before anything else is done for them.
"""

from __future__ import annotations

import asyncio
import hmac
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter

from bot import intake
from bot.intake import Pace
from procedures.clock import Clock

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_SECONDS_APART = 300
MOST_BYTES = 1024 * 1024
MOST_SECONDS_OF_BODY = 3.0  # Slack itself gives up after 3 s

log = structlog.get_logger()
refused = Counter(
    "challenge_requests_refused", "Requests to the chat platform's address that were turned away.", ["reason"]
)


class NoSigningSecret(ValueError):
    """Requests cannot be checked without Slack's signing secret: set CHALLENGE_SLACK_SIGNING_SECRET."""

    def __str__(self) -> str:
        return str(self.__doc__)


class Refusal(Exception):
    """A request that does not get through; `reason` is the word in the log."""

    def __init__(self, reason: str, status: int = 401, *, body: bytes | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.body = body
        """What is answered instead of the usual words, as JSON."""


class HungUp(Exception):
    """Whoever asked has hung up."""


class Guard(ABC):
    """An ASGI application that passes on what is what it says it is, body already read, and answers the rest itself: one line in the log
    with the reason, never the body or a header.

    seconds_of_body: for the whole body to arrive. pace: slows one person's flood.
    """

    def __init__(self, app: ASGIApp, *, seconds_of_body: float, pace: Pace | None) -> None:
        self._app = app
        self._seconds_of_body = seconds_of_body
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of ASGI."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            body = await self._verified_body(scope, receive)
        except HungUp:
            note("hung_up")
        except Refusal as refusal:
            note(refusal.reason)
            await answer(send, refusal)
        else:
            await self._app(scope, replay(body, receive), send)

    @abstractmethod
    async def _verified_body(self, scope: Scope, receive: Receive) -> bytes:
        """The body, once everything about the request is right. Raises Refusal, HungUp."""

    async def _read_body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The body, of the size and in the time that are allowed. Raises Refusal, HungUp."""
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and (len(length) > 9 or int(length) > MOST_BYTES):
            raise Refusal("too_large", 413)
        try:
            async with asyncio.timeout(self._seconds_of_body):
                return await read(receive)
        except TimeoutError:
            raise Refusal("slow_body") from None


class SlackGuard(Guard):
    """ASGI application that passes on what Slack signed, body already read, and answers the rest itself.

    401 for what is not verified, 413 for a body over 1 MiB, 415 and 400 for what `intake.fault` finds; each leaves one line in the log with
    the reason, never the body or a header. pace: slows one person's flood; the first request that is not carried out gets what `too_fast`
    answers, those after it an empty 200. A form that was filled in gets 429, so that it stays open with all that was typed.

    Raises NoSigningSecret when made without a secret.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        signing_secret: str,
        clock: Clock,
        seconds_of_body: float = MOST_SECONDS_OF_BODY,
        pace: Pace | None = None,
        too_fast: Callable[[bytes], Awaitable[bytes]] | None = None,
    ) -> None:
        if not signing_secret.strip():
            raise NoSigningSecret
        super().__init__(app, seconds_of_body=seconds_of_body, pace=pace)
        self._secret = signing_secret.encode()
        self._clock = clock
        self._too_fast = too_fast

    async def _verified_body(self, scope: Scope, receive: Receive) -> bytes:
        """The body, once method, timestamp, size and signature are right."""
        if scope["method"] != "POST":
            raise Refusal("wrong_method")
        headers: dict[bytes, bytes] = dict(scope["headers"])
        signature = headers.get(b"x-slack-signature")
        if not signature:
            raise Refusal("no_signature")
        timestamp = self._recent(headers.get(b"x-slack-request-timestamp"))
        body = await self._read_body(headers, receive)
        expected = (
            b"v0=" + hmac.digest(self._secret, b"v0:%b:%b" % (timestamp, body), "sha256").hex().encode()
        )
        if not hmac.compare_digest(expected, signature):
            raise Refusal("wrong_signature")
        wrong = intake.fault(headers.get(b"content-type", b""), headers.get(b"content-encoding", b""), body)
        if wrong:
            raise Refusal(wrong, 415 if wrong in ("encoded", "wrong_type") else 400)
        await self._keep_pace(body)
        return body

    async def _keep_pace(self, body: bytes) -> None:
        answer = "go" if self._pace is None else self._pace.takes(intake.user_of(body))
        if answer == "go":
            return
        if intake.is_form(body):
            raise Refusal("too_fast", 429)
        told = await self._too_fast(body) if answer == "tell" and self._too_fast is not None else b""
        raise Refusal("too_fast", 200, body=told)

    def _recent(self, timestamp: bytes | None) -> bytes:
        """The timestamp, if it is a number of seconds near the clock's."""
        if not timestamp:
            raise Refusal("no_timestamp")
        if not timestamp.isdigit() or len(timestamp) > 12:
            raise Refusal("wrong_timestamp")
        if abs(self._clock.now().timestamp() - int(timestamp)) > MOST_SECONDS_APART:
            raise Refusal("old_timestamp")
        return timestamp


async def read(receive: Receive) -> bytes:
    """The whole body. Raises Refusal for more than MOST_BYTES, HungUp."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            raise Refusal("too_large", 413)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the whole body first and then what comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def note(reason: str) -> None:
    """Count a request that was turned away, and leave its one line in the log."""
    refused.labels(reason).inc()
    log.warning("request_refused", reason=reason)


WORDS = {
    400: b"This request cannot be read.",
    413: b"This request is too large.",
    415: b"This request is of an unknown kind.",
    429: b"These are too many requests in a short time.",
}


async def answer(send: Send, refusal: Refusal) -> None:
    """Refuse, and close: what is left of the body is not read."""
    status = refusal.status
    text = WORDS.get(status, b"This request could not be verified.") if refusal.body is None else refusal.body
    kind = b"text/plain; charset=utf-8" if refusal.body is None else b"application/json"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
