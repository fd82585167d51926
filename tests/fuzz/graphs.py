"""The answers of Microsoft Graph, as the program's client reads them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.calendars import Placed
from bot.microsoft.calendars import GraphCalendars
from bot.microsoft.free_busy import GraphDiaries
from bot.microsoft.graph import Graph
from bot.sending import SendingProblem
from commands.diary import Needed
from commands.meeting_events import Attendee, MeetingChange
from tests.fuzz.requests import JSON_WORDS
from tests.fuzz.target import Target, check_sentence

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
ADA = "ada@example.org"
CHANGE = MeetingChange(
    kind="request",
    uid="0123@challenge-bot",
    sequence=1,
    starts_at=TEN,
    ends_at=TEN.replace(hour=11),
    zone="Europe/London",
    chair=Attendee(ADA, "Ada"),
    attendees=(),
    left=(),
    title="CH-1042: meeting",
    text="",
    place="",
    challenge_id=1042,
)
CALLS: list[Callable[[Graph], Awaitable[object]]] = [
    lambda graph: GraphDiaries(graph).free_busy(Needed(frozenset({ADA}), TEN, TEN.replace(hour=12))),
    lambda graph: GraphCalendars(graph).look(Placed(ADA, "AAMk", "")),
    lambda graph: GraphCalendars(graph).carry_out(CHANGE, None, again=True),
]


class Tokens:
    """A token for whoever asks."""

    async def get(self, scope: str) -> str:
        return "token"

    def forget(self, scope: str) -> None:
        pass


def _answers(data: bytes) -> None:
    """A line `status retry-after`, then the body: the same for every request."""
    head, _, body = data.partition(b"\n")
    words = head.split()
    status = int(words[0]) if words and words[0].isdigit() and 100 <= int(words[0][:9]) < 600 else 200
    headers = {"Retry-After": words[1].decode("latin-1")} if len(words) > 1 and words[1].isalnum() else {}
    transport = httpx.MockTransport(lambda request: httpx.Response(status, headers=headers, content=body))

    async def go() -> None:
        graph = Graph("http://127.0.0.1:9", "scope", Tokens(), transport=lambda: transport)
        for call in CALLS:
            try:
                await call(graph)
            except SendingProblem as problem:
                check_sentence(str(problem))
        await graph.close()

    with suppress(UnicodeEncodeError):  # httpx refuses such a header before anything of ours sees it
        asyncio.run(go())


def _body(found: Any, head: bytes = b"200") -> bytes:
    return head + b"\n" + json.dumps(found).encode()


MOMENT = {"dateTime": "2026-12-01T10:00:00.0000000", "timeZone": "UTC"}
BUSY = {"status": "busy", "start": MOMENT, "end": MOMENT}
EVENT = {
    "id": "AAMk",
    "start": MOMENT,
    "end": MOMENT,
    "isCancelled": False,
    "attendees": [{"emailAddress": {"address": ADA}, "status": {"response": "declined"}}],
    "onlineMeeting": {"joinUrl": "https://teams.example/l/1"},
}
CORPUS = (
    _body({"value": [{"scheduleId": ADA, "availabilityView": "0120", "scheduleItems": [BUSY]}]}),
    _body({"value": [{"scheduleId": ADA, "error": {"responseCode": "ErrorMailRecipientNotFound"}}]}),
    _body(EVENT),
    _body({"value": [EVENT]}),
    _body({"error": {"code": "ApplicationThrottled", "message": "Later."}}, b"429 7"),
    _body({"error": {"code": "ErrorItemNotFound"}}, b"404"),
    b"202\n",
    b"200\n" + b"[" * 20_000,
)


def targets() -> list[Target]:
    """What is fuzzed here."""
    words = (*JSON_WORDS, b"404", b"503", b"429 99999999999", b'"timeZone"', b'"dateTime"', b"0001-01-01")
    return [Target("answers of Graph", _answers, CORPUS, (), words)]
