"""Brings activities to the app, each with a token that Teams has signed, and waits as long as Teams waits.

A message that is not answered in time, and an invoke that is answered badly, is sent once more with the same id.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.playground.errors import NoAnswerError, PageError
from bot.playground.state import Json
from bot.playground.teams.limits import EXTENSION_SUBMIT, INVOKE, MESSAGE
from bot.playground.teams.login import Login


@dataclass(frozen=True)
class Answer:
    """What the app answered. body: the JSON object in it, or None for an empty answer."""

    status: int
    body: Json | None


class Courier:
    """Sends to one app. patience: the real seconds for an answer, by kind of activity."""

    def __init__(self, url: str, login: Login, service_url: str) -> None:
        self._url, self._login, self._service_url = url, login, service_url
        self._session: ClientSession | None = None
        self._last: tuple[bytes, float] | None = None
        self.patience = {
            "message": MESSAGE,
            "invoke": INVOKE,
            "composeExtension/submitAction": EXTENSION_SUBMIT,
        }

    async def message(self, activity: Json) -> None:
        """Bring a message, or something that happened; nothing is expected back. Raises NoAnswerError."""
        body, patience = self._written(activity, "message")
        try:
            await self._deliver(body, patience)
        except NoAnswerError as first:
            if first.code == "refused":
                raise
            await self._deliver(body, patience)

    async def invoke(self, activity: Json, *, empty_is_fine: bool = False) -> Answer:
        """Bring an invoke, which waits for an answer. Raises NoAnswerError after a second try."""
        body, patience = self._written(activity, str(activity["name"]))
        try:
            answer = await self._deliver(body, patience)
            if answer.body is not None or empty_is_fine:
                return answer
        except NoAnswerError as first:
            if first.code == "refused":
                raise
        answer = await self._deliver(body, patience)
        if answer.body is None and not empty_is_fine:
            raise NoAnswerError("empty")
        return answer

    async def again(self) -> Answer:
        """Send the last activity once more, byte for byte. Raises NoAnswerError, PageError when there is none."""
        if self._last is None:
            raise PageError("Nothing has been sent to the app yet, so there is nothing to send again.")
        return await self._deliver(*self._last)

    def last(self) -> Json:
        """The last activity that was sent."""
        found: Json = json.loads(self._last[0]) if self._last else {}
        return found

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _written(self, activity: Json, kind: str) -> tuple[bytes, float]:
        patience = self.patience.get(kind, self.patience["invoke"])
        self._last = json.dumps(activity, ensure_ascii=False).encode(), patience
        return self._last

    async def _deliver(self, body: bytes, patience: float) -> Answer:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(force_close=True), timeout=ClientTimeout(total=None)
            )
        token = self._login.key.sign(self._login.claims(self._service_url))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": f"Bearer {token}",
            "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
        }
        try:
            async with (
                asyncio.timeout(patience),
                self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                text = await response.text()
                if 400 <= response.status < 500:
                    raise NoAnswerError("refused")
                if not 200 <= response.status < 300:
                    raise NoAnswerError("failed")
                return Answer(response.status, _object(text))
        except TimeoutError as error:
            raise NoAnswerError("timeout") from error
        except (ClientError, OSError, UnicodeDecodeError) as error:
            raise NoAnswerError("unreachable") from error


def _object(text: str) -> Json | None:
    if not text.strip():
        return None
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise NoAnswerError("malformed") from error
    if found is not None and not isinstance(found, dict):
        raise NoAnswerError("malformed")
    return found or None
