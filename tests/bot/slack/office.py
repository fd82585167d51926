"""An office to try the Slack side in: the embedded workspace, our bolt app behind it, and a reception that says what a
test tells it to say."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from bot.background import Background
from bot.playground import Persona, Workspace, create_app
from bot.slack.client import Installation, connect
from bot.slack.listen import ASGI, Receive, Send, create_bolt, endpoint
from bot.slack.send import SlackSender
from commands.vocabulary import Card, Filled, Form, Identity, Paragraph, Press, Quiet, Reply
from procedures.clock import SetClock
from tests.playground.serving import Served, address_of, running

T = TypeVar("T")
ADA, BEN = "U0ADA", "U0BEN"
PEOPLE = [
    Persona(ADA, "Ada Okafor", "Coordinator", "ada@example.org"),
    Persona(BEN, "Ben Hughes", "Team manager", "ben@example.org"),
]
MONDAY = datetime(2026, 11, 23, 10, 4, tzinfo=UTC)
TOKEN, SECRET = "xoxb-demo-office", "demo-signing-secret"
Answer = Reply | Exception | Callable[[], Reply]


@dataclass
class Reception:
    """Says what the test has put into `answer`, and remembers what it was asked."""

    answer: Answer = field(default_factory=Quiet)
    form: Form | Callable[[], Form] | None = None
    page: Card = field(default_factory=lambda: Card("Home", (Paragraph("Nothing to do."),), "Home"))
    heard: list[tuple[Any, ...]] = field(default_factory=list)
    homes_opened: int = 0
    """How often somebody opened their home page, which is a reading; that it is drawn anew is none."""

    def typed(self, who: Identity, text: str, key: str) -> Reply:
        return self._say("typed", who, text, key)

    def pressed(self, who: Identity, press: Press, key: str) -> Reply:
        return self._say("pressed", who, press, key)

    def changed(self, who: Identity, filled: Filled) -> Form:
        self.heard.append(("changed", who, filled))
        assert self.form is not None
        return self.form() if callable(self.form) else self.form

    def submitted(self, who: Identity, filled: Filled, key: str) -> Reply:
        return self._say("submitted", who, filled, key)

    def home(self, who: Identity, *, opened: bool = False) -> Card:
        self.heard.append(("home", who))
        self.homes_opened += opened
        return self.page

    def _say(self, *heard: Any) -> Reply:
        self.heard.append(heard)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer() if callable(self.answer) else self.answer


class Office:
    """All that a test needs, and short ways to use it."""

    def __init__(self, clock: SetClock, patience: float) -> None:
        self.clock = clock
        self.place = _listening_place()
        self.reception = Reception()
        self.background = Background()
        self.woken = 0
        self.patience = patience
        self.workspace = Workspace(
            personas=PEOPLE,
            clock=clock,
            request_url=f"{address_of(self.place)}/slack/events",
            address=address_of(self.place),
            signing_secret=SECRET,
            bot_token=TOKEN,
            channels={"team": [ADA]},
        )
        self.http = httpx.Client(
            base_url=self.workspace.address, headers={"X-Playground": "1"}, timeout=10, trust_env=False
        )
        self.sender: SlackSender
        self.installation: Installation
        self.loop: asyncio.AbstractEventLoop

    def served(self) -> Starlette:
        """Slack's side and ours on one server; they speak to each other by HTTP all the same."""

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            async with connect(TOKEN, f"{self.workspace.address}/api/", timeout=2) as client:
                self.loop = asyncio.get_running_loop()
                self.installation = Installation(client)
                self.sender = SlackSender(client, self.installation)
                bolt = create_bolt(
                    self.reception,
                    asyncio.to_thread,
                    self._wake,
                    client,
                    installation=self.installation,
                    background=self.background,
                    patience=self.patience,
                )
                app.mount("/slack", guarded(endpoint(bolt), self.clock))
                app.mount("/", create_app(self.workspace, _NoSteps(self.clock)))
                yield
                await self.background.settle()
            await self.workspace.aclose()

        return Starlette(lifespan=lifespan)

    def _wake(self) -> None:
        self.woken += 1

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out a coroutine where the bot runs, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def settle(self) -> None:
        """Wait until the bot has shown all that it was to show."""
        self.do(self.background.settle())

    def ui(self, path: str, **body: Any) -> dict[str, Any]:
        """Do something as the page does, and wait until all is shown."""
        found: dict[str, Any] = self.http.post(f"/ui/{path}", json={"user": ADA} | body).json()
        self.settle()
        return found

    def command(self, text: str = "/challenge", **more: Any) -> dict[str, Any]:
        return self.ui("command", text=text, **more)

    def state(self, user: str = ADA) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/ui/state", params={"user": user}).json()
        return found

    def messages(self, user: str = ADA) -> list[dict[str, Any]]:
        channels = self.state(user)["channels"]
        return [message for channel in channels for message in channel["messages"]]

    def modals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.state()["modals"]
        return found

    def home(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state()["home"]
        return found

    def press(self, surface: dict[str, Any], label: str, **more: Any) -> dict[str, Any]:
        """Press the button with this label on a message, a modal or the home page."""
        for block in surface["blocks"]:
            for element in block["elements"] if block["type"] == "actions" else ():
                if element.get("text", {}).get("text") == label:
                    ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    return self.ui("action", surface=surface.get("id") or surface["ts"], **ids, **more)
        raise AssertionError(f"There is no button {label!r}.")

    def submit(self, **values: Any) -> dict[str, Any]:
        """Fill in the form on top and send it."""
        typed = {f"in:{name}": {name: value} for name, value in values.items()}
        return self.ui("view/submit", view_id=self.modals()[-1]["id"], values=typed)

    def change(self, name: str, value: Any) -> dict[str, Any]:
        """Put something into an input of the form on top."""
        top = self.modals()[-1]["id"]
        return self.ui("view/change", surface=top, block_id=f"in:{name}", action_id=name, value=value)

    def late(self, reply: Reply) -> Callable[[], Reply]:
        """An answer that comes when Slack's three seconds for opening a window are over."""

        def answer() -> Reply:
            self.clock.advance(timedelta(seconds=4))
            return reply

        return answer


@contextmanager
def open_office(patience: float = 2.4) -> Iterator[Office]:
    """Start the server."""
    office = Office(SetClock(MONDAY), patience)
    with running(Served(office.served(), office.place, office.workspace.changes.close)), office.http:
        yield office


def guarded(app: ASGI, clock: SetClock) -> ASGI:
    """Lets through what Slack has signed, as the guard in front of the bot does."""
    verifier = SignatureVerifier(SECRET, _VerifierClock(clock))

    async def check(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if not verifier.is_valid_request(body, headers):
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return

        async def again() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        await app(scope, again, send)

    return check


class Gate:
    """Holds the reception up until it is opened."""

    def __init__(self, reply: Reply | Exception) -> None:
        self._reply, self._open = reply, threading.Event()

    def __call__(self) -> Reply:
        assert self._open.wait(10)
        if isinstance(self._reply, Exception):
            raise self._reply
        return self._reply

    def open(self) -> None:
        self._open.set()


def _listening_place() -> socket.socket:
    # With the protocol named, asyncio switches Nagle's algorithm off, which else costs 40 ms a request.
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    place.bind(("127.0.0.1", 0))
    return place


class _VerifierClock(SignatureClock):
    def __init__(self, clock: SetClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class _NoSteps:
    def __init__(self, clock: SetClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, step: str) -> str:
        return f"The clock stands still, whatever {step} says."

    def describe(self) -> str:
        return self._clock.now().isoformat()
