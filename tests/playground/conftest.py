"""A workspace with a tiny bolt app behind it, both on free ports of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.playground import About, CommandHint, Persona, StartStep, Workspace, create_app
from procedures.clock import SetClock
from tests.playground.serving import Served, address_of, free_socket, running
from tests.playground.tiny import SECRET, TOKEN, Tiny

ADA = Persona("U0ADA", "Ada Okafor", "Workshop lead", "ada@example.org")
BEN = Persona("U0BEN", "Ben Hughes", "Gardener", "ben@example.org")
MONDAY = datetime(2026, 11, 23, 10, 4, tzinfo=UTC)
PAGE = {"X-Playground": "1"}
ABOUT = About(
    title="Tool shed",
    introduction="A shed to try things in. Nothing leaves this computer.",
    commands=(
        CommandHint("/tool ask", "Ask for a tool"),
        CommandHint("/tool later", "Hear later"),
        CommandHint("/tool help", "What you can ask"),
    ),
    start_here=(
        StartStep("U0ADA", "Ask for a tool", "/tool ask"),
        StartStep("U0BEN", "See what Ben sees"),
    ),
)


class Steps:
    """Moves a set clock: each step is a day."""

    def __init__(self, clock: SetClock) -> None:
        self.clock = clock

    def now(self) -> datetime:
        return self.clock.now()

    async def move(self, step: str) -> str:
        self.clock.advance(timedelta(days=1))
        return f"It is now {self.describe()}."

    def describe(self) -> str:
        return f"{self.clock.now():%A} {self.clock.now().day} {self.clock.now():%B %Y, %H:%M}"


@dataclass
class Shed:
    """All that a test needs: the parts, and short ways to use them."""

    workspace: Workspace
    tiny: Tiny
    clock: SetClock
    address: str
    http: httpx.Client

    def state(self, user: str = "U0ADA") -> dict[str, Any]:
        """What the page shows to this person."""
        found: dict[str, Any] = self.http.get("/ui/state", params={"user": user}).json()
        return found

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Do something as the page does it."""
        found: dict[str, Any] = self.http.post(f"/ui/{path}", json=body).json()
        return found

    def api(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call the Web API with the right token."""
        found: dict[str, Any] = self.call(method, **arguments).json()
        return found

    def call(self, method: str, **arguments: Any) -> httpx.Response:
        """Call the Web API with the right token; the whole response."""
        return self.http.post(f"/api/{method}", json=arguments, headers={"Authorization": f"Bearer {TOKEN}"})

    def command(self, line: str, user: str = "U0ADA") -> dict[str, Any]:
        """Type a slash command into the direct messages."""
        return self.post("command", user=user, channel=f"D{user[1:]}", text=line)

    def messages(self, user: str = "U0ADA") -> list[dict[str, Any]]:
        """The direct messages, ephemeral ones too, oldest first."""
        direct = next(channel for channel in self.state(user)["channels"] if channel["direct"])
        found: list[dict[str, Any]] = direct["messages"]
        return found

    def modal(self, user: str = "U0ADA") -> dict[str, Any]:
        """The modal on top."""
        found: dict[str, Any] = self.state(user)["modals"][-1]
        return found

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of this kind which the app has received."""
        return [body for found, body in self.tiny.seen if found == kind]


@contextmanager
def open_shed(clock: SetClock) -> Iterator[Shed]:
    """Start both servers."""
    here, there = free_socket(), free_socket()
    tiny = Tiny(address_of(here), clock)
    workspace = Workspace(
        personas=[ADA, BEN],
        clock=clock,
        request_url=f"{address_of(there)}/slack/events",
        address=address_of(here),
        signing_secret=SECRET,
        bot_token=TOKEN,
        team_name="The shed",
        bot_name="Tool shed",
        channels={"workshop": ["U0ADA", "U0BEN"]},
    )
    app = create_app(workspace, Steps(clock), ABOUT)
    with (
        running(Served(app, here, workspace.changes.close), Served(tiny.asgi, there)),
        httpx.Client(
            base_url=workspace.address, headers={"X-Playground": "1"}, timeout=10, trust_env=False
        ) as http,
    ):
        yield Shed(workspace, tiny, clock, workspace.address, http)


@pytest.fixture
def clock() -> SetClock:
    """Monday 23 November 2026, 10:04."""
    return SetClock(MONDAY)


@pytest.fixture
def shed(clock: SetClock) -> Iterator[Shed]:
    """A workspace with a tiny bolt app behind it."""
    with open_shed(clock) as found:
        yield found
