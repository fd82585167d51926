"""What somebody is told, once, whose requests come faster than people send them; and Socket Mode, where no guard stands in front."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.response import BoltResponse

from bot.answering import TOO_FAST, notice
from bot.background import Background
from bot.intake import Pace
from bot.slack import render
from bot.slack.screen import Place, Screen


def teller(screen: Screen, background: Background) -> Callable[[bytes], Awaitable[bytes]]:
    """Gives the answer to the first request of somebody that is not carried out: to a command in the answer itself, to a button
    beneath it."""

    async def tell(body: bytes) -> bytes:
        if body.startswith(b"payload="):
            place = Place.of(json.loads(parse_qs(body.decode())["payload"][0]))
            background.start(screen.whisper(place, notice(TOO_FAST)), "tell somebody to wait")
            return b""
        if body.startswith(b"{"):
            return b""
        return json.dumps({"response_type": "ephemeral", **render.message(notice(TOO_FAST))}).encode()

    return tell


Slowing = Callable[[Mapping[str, Any], Callable[[], Awaitable[BoltResponse]]], Awaitable[BoltResponse | None]]


def slowing(pace: Pace, screen: Screen, background: Background) -> Slowing:
    """The same as a middleware of bolt's, for Socket Mode. What is not taken of a form gets no answer there, so that it stays open."""

    async def slow(
        body: Mapping[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        place = Place.of(body)
        answer = pace.takes(place.user or str((body.get("event") or {}).get("user") or ""))
        if answer == "go":
            await next_()
            return None
        if body.get("type") == "view_submission":
            return BoltResponse(status=429)
        if answer == "tell" and "command" in body:
            return BoltResponse(
                status=200, body={"response_type": "ephemeral", **render.message(notice(TOO_FAST))}
            )
        if answer == "tell":
            background.start(screen.whisper(place, notice(TOO_FAST)), "tell somebody to wait")
        return BoltResponse(status=200)

    return slow
