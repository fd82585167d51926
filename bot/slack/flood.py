"""What somebody is told, once, whose requests come faster than people send them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from bot.slack import render
from bot.slack.background import Background
from bot.slack.screen import Place, Screen, notice

TOO_FAST = (
    "That was very many requests in a short time, so the last ones were not carried out. Wait a moment, then go on; nothing is lost of what "
    "was saved before."
)


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
