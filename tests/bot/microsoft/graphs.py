"""The embedded workspace's Graph behind a real server, and the program's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

from bot.microsoft.graph import Graph
from bot.playground.graph import FakeGraph
from bot.playground.graph.server import create_app
from commands.meeting_events import Attendee, MeetingChange
from tests.playground.serving import Served, address_of, free_socket, running

SCOPE = "https://graph.microsoft.com/.default"
ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


class Tokens:
    """Tokens that are good until somebody calls them back."""

    def __init__(self) -> None:
        self.number = 1
        self.asked: list[str] = []

    async def get(self, scope: str) -> str:
        self.asked.append(scope)
        return f"token-{self.number}"

    def forget(self, scope: str) -> None:
        self.number += 1


@contextmanager
def serving(graph: FakeGraph) -> Iterator[str]:
    """The address of a server that plays Graph."""
    place = free_socket()
    with running(Served(create_app(graph), place)):
        yield address_of(place)


@asynccontextmanager
async def client(address: str, tokens: Tokens | None = None, timeout: float = 5.0) -> AsyncIterator[Graph]:
    """The program's side."""
    graph = Graph(address, SCOPE, tokens or Tokens(), timeout=timeout)
    try:
        yield graph
    finally:
        await graph.close()


def change(**other: Any) -> MeetingChange:
    """An hour on Tuesday 1 December 2026, ten o'clock: Ada chairs, Ben and Cem come."""
    given: dict[str, Any] = {
        "kind": "request",
        "uid": "0123abcd@challenge-bot",
        "sequence": 0,
        "starts_at": TEN,
        "ends_at": TEN.replace(hour=11),
        "zone": "Europe/London",
        "chair": Attendee(ADA, "Ada"),
        "attendees": (Attendee(BEN, "Ben"), Attendee(CEM, "Cem")),
        "left": (),
        "title": "CH-1042: meeting",
        "text": "Everything about this meeting is in challenge-bot: /challenge show CH-1042",
        "place": "Room 2",
        "challenge_id": 1042,
    }
    return MeetingChange(**(given | other))
