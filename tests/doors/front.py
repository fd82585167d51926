"""The front door: signed requests through the whole program, answered by a Slack that only writes down what it was told.

The database is in memory, and put back as it was by SQLite's own copy, so that thousands of requests find the same state.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlencode

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Bot, web_of
from bot.intake import Pace
from bot.settings import Settings
from bot.slack import render
from commands.office import Office
from commands.vocabulary import Value
from storage.database import Database

SECRET, TOKEN = "a-signing-secret", "xoxb-front-door"
TEAM, BOT = "T0COUNCIL", "U0THEBOT"
NOT_THE_STATE = ("audit", "audithead", "handled")
"""What a refused request may add to: that something was read, and nothing else."""


class _Answer:
    """One answer of Slack's, as aiohttp gives it."""

    status, content_type = 200, "application/json"
    headers: Mapping[str, str] = {}

    def __init__(self, body: Mapping[str, Any], content: bytes = b"") -> None:
        self._body = body
        self._left = content
        self.content = self

    async def __aenter__(self) -> _Answer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def read(self, most: int) -> bytes:
        """A piece of a file."""
        piece, self._left = self._left[:most], self._left[most:]
        return piece

    async def json(self) -> Mapping[str, Any]:
        """The body."""
        return self._body

    async def text(self) -> str:
        """The body of an answer to a response_url."""
        return "ok"


class Slack:
    """Takes the place of the session with Slack: writes down every call, and knows who its users are."""

    closed = False

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.users: dict[str, dict[str, Any]] = {}
        self.silent: set[str] = set()
        """Methods that are not answered."""
        self.file = b""
        """What is in the file that somebody has put into a form."""

    def request(self, verb: str, url: str, **more: Any) -> _Answer:
        """One call of the Web API, or of a response_url."""
        method = url.rsplit("/", 1)[1]
        given = more.get("json") or more.get("params") or more.get("data") or {}
        body: dict[str, Any] = json.loads(given) if isinstance(given, str) else dict(given)
        self.calls.append((method, body))
        if method in self.silent:
            raise TimeoutError
        return _Answer({"ok": True, **self._answer(method, body)})

    def get(self, url: str, **more: Any) -> _Answer:
        """A file that somebody has put into a form."""
        self.calls.append(("file", {"url": url}))
        return _Answer({}, self.file)

    def _answer(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if method == "auth.test":
            return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0THEBOT", "enterprise_id": None}
        if method == "users.info":
            user = str(body.get("user"))
            return {"user": {"id": user, "team_id": TEAM, "profile": {}, **self.users.get(user, {})}}
        if method == "users.list":
            return {"members": [{"id": user, "team_id": TEAM, **known} for user, known in self.users.items()]}
        if method == "conversations.open":
            return {"channel": {"id": f"D{body.get('users')}"}}
        if method.startswith("views."):
            return {"view": {"id": "V0NEW", "hash": "1"}}
        return {"ts": "1.1", "channel": "D0"}


@dataclass(frozen=True)
class Seen:
    """What came of a request: the status, all that anybody was shown, and who was shown something."""

    status: int
    text: str
    methods: tuple[str, ...]
    addressed: frozenset[str]


class Front:
    """The program behind its front door. Make it inside an event loop, and `close` it."""

    def __init__(self, office: Office, pace: Pace | None = None, *, socket_mode: bool = False) -> None:
        self.office = office
        self.slack = Slack()
        self.pace = pace or Pace(burst=1_000_000)
        client = AsyncWebClient(
            token=TOKEN,
            base_url="https://slack.example/api/",
            session=cast("Any", self.slack),
            retry_handlers=[],
        )
        self.bot = Bot(office, client, tick_seconds=60)
        settings = Settings(slack_bot_token=SecretStr(TOKEN), slack_signing_secret=SecretStr(SECRET))
        if socket_mode:
            settings = settings.model_copy(update={"slack_app_token": SecretStr("xapp-front-door")})
        self.app = web_of(self.bot, settings, ticking=False, pace=self.pace)
        self._number = 0

    async def close(self) -> None:
        """End, but leave the database open."""
        await self.bot.background.settle()
        self.bot.worker.close()

    # What people do

    async def types(self, user: str, text: str, **more: str) -> Seen:
        """A slash command in the direct messages with the bot."""
        return await self.form(self.slash(user, text, **more))

    async def presses(self, user: str, command: str, arguments: Mapping[str, str], **more: Any) -> Seen:
        """A button of a message."""
        return await self.payload(self.press(user, command, arguments, **more))

    async def submits(
        self, user: str, command: str, context: Mapping[str, str], values: Mapping[str, Value]
    ) -> Seen:
        """A form that was filled in and sent."""
        return await self.payload(self.submission(user, command, context, values))

    async def opens_home(self, user: str) -> Seen:
        """The Home tab."""
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": f"Ev{self._next()}",
            "event": {"type": "app_home_opened", "user": user, "tab": "home", "channel": f"D{user}"},
        }
        return await self.send(json.dumps(body).encode(), "application/json")

    # Slack's payloads

    def slash(self, user: str, text: str, **more: str) -> dict[str, str]:
        """The fields of a slash command."""
        return {
            "team_id": TEAM,
            "channel_id": f"D{user}",
            "channel_name": "directmessage",
            "user_id": user,
            "command": "/challenge",
            "text": text,
            "response_url": f"https://slack.example/response/{user}",
            "trigger_id": f"trigger.{self._next()}",
        } | more

    def press(self, user: str, command: str, arguments: Mapping[str, str], **more: Any) -> dict[str, Any]:
        """A block_actions payload."""
        action = {
            "type": "button",
            "block_id": "b",
            "action_id": f"press:{command}:0",
            "value": json.dumps(dict(arguments)),
            "action_ts": f"{self._next()}.0",
        }
        return {
            **self._interaction("block_actions", user),
            "channel": {"id": f"D{user}", "name": "directmessage"},
            "response_url": f"https://slack.example/response/{user}",
            "actions": [action],
        } | more

    def submission(
        self, user: str, command: str, context: Mapping[str, str], values: Mapping[str, Value]
    ) -> dict[str, Any]:
        """A view_submission payload."""
        view = {
            "id": f"V{self._next()}",
            "type": "modal",
            "callback_id": render.CALLBACK,
            "private_metadata": json.dumps({"command": command, "context": dict(context)}),
            "blocks": [],
            "state": {"values": {f"in:{name}": {name: _element(value)} for name, value in values.items()}},
        }
        return {**self._interaction("view_submission", user), "view": view}

    def _interaction(self, kind: str, user: str) -> dict[str, Any]:
        return {
            "type": kind,
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": f"trigger.{self._next()}",
        }

    # The way in

    async def form(self, fields: Mapping[str, str]) -> Seen:
        """Send a form."""
        return await self.send(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def payload(self, payload: Mapping[str, Any]) -> Seen:
        """Send an interaction."""
        return await self.form({"payload": json.dumps(payload)})

    async def send(self, body: bytes, content_type: str, **headers: str) -> Seen:
        """Send a body with Slack's signature; returns once all is shown that follows from it."""
        before = len(self.slack.calls)
        status, answer = await self.deliver(body, content_type, **headers)
        await self.bot.background.settle()
        calls = self.slack.calls[before:]
        texts = [answer, *(json.dumps(call, ensure_ascii=False) for call in calls)]
        addressed = {str(given[name]) for _, given in calls for name in ("user", "user_id") if name in given}
        addressed |= {method for method, _ in calls if method.startswith(("U", "W")) and method.isupper()}
        return Seen(status, "\n".join(texts), tuple(method for method, _ in calls), frozenset(addressed))

    async def deliver(self, body: bytes, content_type: str, **headers: str) -> tuple[int, str]:
        """The HTTP answer alone: status and text."""
        stamp = str(int(self.office.clock.now().timestamp()))
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        given = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={digest}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/slack/events",
            "raw_path": b"/slack/events",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:
            return waiting.pop() if waiting else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return sent[0]["status"], _readable(text)

    def _next(self) -> int:
        self._number += 1
        return self._number


def _readable(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _element(value: Value) -> dict[str, Any]:
    if isinstance(value, tuple):
        return {"type": "checkboxes", "selected_options": [{"value": each} for each in value]}
    return {"type": "plain_text_input", "value": value}


# The state


def driver(database: Database) -> sqlite3.Connection:
    """SQLite's own connection of a database in memory."""
    with database.read() as session:
        return cast("sqlite3.Connection", session.connection().connection.dbapi_connection)


_MIGRATED: list[bytes] = []


def in_memory() -> Database:
    """A database in memory with all its tables; the migrations are run once, and copied after that."""
    database = Database("sqlite://")
    if _MIGRATED:
        driver(database).deserialize(_MIGRATED[0])
    else:
        database.migrate()
        _MIGRATED.append(driver(database).serialize())
    return database


def dump(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """Every table with its rows, but those that a refused request may add to."""
    names = [
        row[0]
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return {
        name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
        for name in names
        if name not in NOT_THE_STATE and not name.startswith("sqlite_")
    }
