"""Brings signed requests to the app, as Slack does (signature version v0), and waits three seconds for the
answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.playground.errors import NoAnswerError, PageError
from procedures.clock import Clock

PATIENCE = 3.0
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Answer:
    """What the app answered: always a 2xx status."""

    status: int
    content_type: str
    text: str

    def as_json(self) -> dict[str, Any] | None:
        """The answer as a JSON object, or None where it is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


class Courier:
    """Signs with the workspace's clock and sends. Keeps the last request, so that it can be sent again.

    patience: the real seconds that the app has for its answer.
    """

    def __init__(self, url: str, signing_secret: str, clock: Clock) -> None:
        self._url, self._secret, self._clock = url, signing_secret.encode(), clock
        self._session: ClientSession | None = None
        self._last: tuple[bytes, dict[str, str]] | None = None
        self._retries = 0
        self.patience = PATIENCE

    async def form(self, fields: Mapping[str, str]) -> Answer:
        """Send a form: a slash command, or an interaction under `payload`. Raises NoAnswerError."""
        return await self._send(urlencode(fields).encode(), FORM)

    async def payload(self, payload: Mapping[str, Any]) -> Answer:
        """Send an interaction. Raises NoAnswerError."""
        return await self.form({"payload": json.dumps(payload, ensure_ascii=False)})

    async def event(self, envelope: Mapping[str, Any]) -> Answer:
        """Send an event of the Events API. Raises NoAnswerError."""
        return await self._send(json.dumps(envelope, ensure_ascii=False).encode(), JSON)

    async def again(self) -> Answer:
        """Send the last request once more, byte for byte, marked as Slack marks a retry. Raises
        NoAnswerError."""
        if self._last is None:
            raise PageError("Nothing has been sent to the app yet, so there is nothing to send again.")
        body, headers = self._last
        self._retries += 1
        retry = {"X-Slack-Retry-Num": str(self._retries), "X-Slack-Retry-Reason": "http_timeout"}
        return await self._deliver(body, headers | retry)

    def last_body(self) -> bytes:
        """The body of the last request; empty before the first."""
        return self._last[0] if self._last else b""

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send(self, body: bytes, content_type: str) -> Answer:
        timestamp = str(int(self._clock.now().timestamp()))
        digest = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (embedded workspace)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        self._last, self._retries = (body, headers), 0
        return await self._deliver(body, headers)

    async def _deliver(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._session is None:
            # A fresh connection each time: a kept one may close in the very moment it is used again.
            connector = TCPConnector(force_close=True)
            self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=None))
        try:
            async with (
                asyncio.timeout(self.patience),
                self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                text = await response.text()
                if not 200 <= response.status < 300:
                    raise NoAnswerError("dispatch_failed")
                return Answer(response.status, response.content_type, text)
        except TimeoutError as error:
            raise NoAnswerError("operation_timeout") from error
        except (ClientError, OSError, UnicodeDecodeError) as error:
            raise NoAnswerError("dispatch_failed") from error
