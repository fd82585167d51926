"""What comes from the chat platform: requests before and behind the guard, and the answers of its Web API."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import intake
from bot.answering import notice
from bot.background import Background
from bot.guard import SlackGuard
from bot.log import quiet_logger
from bot.sending import SendingProblem
from bot.slack import render
from bot.slack.client import Installation
from bot.slack.colleagues import Colleagues
from bot.slack.flood import teller
from bot.slack.listen import ASGI, create_bolt, endpoint
from bot.slack.screen import Screen
from bot.slack.send import SlackSender
from commands.vocabulary import File, Form
from tests.commands.conftest import MONDAY, Council
from tests.fuzz.records import council
from tests.fuzz.target import Finding, Target, check_sentence

SECRET = "a-signing-secret"
NOW = int(MONDAY.timestamp())
TEAM, HANNAH = "T01", "U01HANNAH"
MOST_CALLS = 40
"""Calls of the Web API for one thing that is wanted; more means that they never end."""

Answer = tuple[int, str, str, bytes]
"""Status, media type, Retry-After ("" for none) and body of an answer to one call."""


class _Response:
    """One answer as aiohttp gives it, as far as it is used."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.content_type, wait, self._body = answer
        self.headers = {"Retry-After": wait} if wait else {}
        self.content = asyncio.StreamReader()
        self.content.feed_data(self._body)
        self.content.feed_eof()

    async def read(self) -> bytes:
        return self._body

    async def text(self) -> str:
        return self._body.decode("utf-8")

    async def json(self) -> Any:
        if "json" not in self.content_type:
            raise aiohttp.ContentTypeError(None, ())  # type: ignore[arg-type]
        return json.loads(await self.text()) if self._body.strip() else None


class _Session:
    """Gives the answers in turn, the last one again and again."""

    closed = False

    def __init__(self, answers: list[Answer]) -> None:
        self._answers = answers
        self.calls = 0

    @asynccontextmanager
    async def request(self, method: str, url: str, **more: Any) -> Any:
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise EndlessCalls(f"{url} was asked more than {MOST_CALLS} times.")
        yield _Response(self._answers[min(self.calls, len(self._answers)) - 1])

    def get(self, url: str, **more: Any) -> Any:
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> Any:
        return self.request("POST", url, **more)


class EndlessCalls(BaseException):
    """Passes through whatever looks after faults of the platform."""


def client_of(answers: list[Answer]) -> AsyncWebClient:
    """Slack's own client, whose session gives these answers."""
    session: Any = _Session(answers)
    return AsyncWebClient(token="xoxb-fuzz", session=session, logger=quiet_logger("fuzz"), retry_handlers=[])


WELL: Answer = (
    200,
    "application/json",
    "",
    json.dumps(
        {
            "ok": True,
            "team_id": TEAM,
            "user_id": "U0BOT",
            "bot_id": "B0BOT",
            "channel": {"id": "D01"},
            "ts": "1700000000.000100",
            "view": {"id": "V1", "hash": "1.a"},
            "user": {"id": HANNAH, "team_id": TEAM, "profile": {"email": "hannah.price@barsetshire.example"}},
            "messages": [],
        }
    ).encode(),
)


class Door:
    """The program's web side, from the guard to the record, with a platform that answers everything well."""

    def __init__(self, council: Council) -> None:
        self._loop = asyncio.new_event_loop()
        self._client = client_of([WELL])
        self._background = Background()
        installation = Installation(self._client)
        self._loop.run_until_complete(installation.identify())
        app = create_bolt(
            council.reception,
            _at_once,
            lambda: None,
            self._client,
            installation=installation,
            background=self._background,
        )
        self._guarded = SlackGuard(
            endpoint(app),
            signing_secret=SECRET,
            clock=council.clock,
            too_fast=teller(Screen(self._client), self._background),
        )

    def sends(
        self, headers: list[tuple[bytes, bytes]], body: bytes, method: str = "POST"
    ) -> tuple[int, bytes]:
        """One request; status and text of the answer. Raises Finding for a fault on our side, whoever caught it."""
        self._client.session.calls = 0  # type: ignore[union-attr]
        scope = {
            "type": "http",
            "method": method,
            "path": "/slack/events",
            "headers": headers,
            "query_string": b"",
        }
        with structlog.testing.capture_logs() as logged:
            status, text = self._loop.run_until_complete(self._asked(self._guarded, scope, body))
        for line in logged:
            if line["event"] in ("slack_request_failed", "background_failed", "slack_answer_late"):
                raise Finding(f"{line['event']}: {line.get('error')} at {line.get('where')}")
        if status >= 500:
            raise Finding(f"The answer was {status}.")
        return status, text

    async def _asked(self, app: ASGI, scope: MutableMapping[str, Any], body: bytes) -> tuple[int, bytes]:
        sent: list[MutableMapping[str, Any]] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await app(scope, receive, send)
        await self._background.settle()
        return (sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])) if sent else (0, b"")


async def _at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


@cache
def _door() -> Door:
    return Door(council())


def signed(body: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a request as Slack signs it."""
    signature = "v0=" + hmac.new(SECRET.encode(), b"v0:%d:%b" % (NOW, body), "sha256").hexdigest()
    return [
        (b"x-slack-request-timestamp", str(NOW).encode()),
        (b"x-slack-signature", signature.encode()),
        (b"content-type", kind),
    ]


def _at_the_guard(data: bytes) -> None:
    """Lines of headers, an empty line, the body; nothing is signed but what the corpus signs."""
    head, _, body = data.partition(b"\n\n")
    lines = [line.partition(b": ") for line in head.split(b"\n")[1:]]
    headers = [(name.lower(), value) for name, _, value in lines]
    method = head.split(b" ")[0].decode("latin-1")
    _door().sends(headers, body, method)


def _raw_body(data: bytes) -> None:
    kind = intake.JSON if data.startswith(b"{") else intake.FORM
    intake.user_of(data)
    intake.is_form(data)
    _door().sends(signed(data, kind), data)


def _payload(data: bytes) -> None:
    body = b"payload=" + urlencode({"": data}).encode()[1:]
    _, text = _door().sends(signed(body, intake.FORM), body)
    _told(text)


def _command(data: bytes) -> None:
    fields = {
        "command": "/challenge",
        "team_id": TEAM,
        "channel_id": "D01",
        "user_id": _hannah(),
        "text": data,
    }
    body = urlencode(
        {**fields, "trigger_id": f"1.{hash(data)}", "response_url": "https://hooks.slack.com/x"}
    ).encode()
    _, text = _door().sends(signed(body, intake.FORM), body)
    _told(text)


def _told(text: bytes) -> None:
    """What is answered is text, or JSON with words that are fit to be shown."""
    if text.startswith(b"{"):
        answer = json.loads(text)
        for sentence in answer.get("errors", {}).values():
            check_sentence(sentence)


def _view_state(data: bytes) -> None:
    """Block state → what was filled in, without the way there."""
    try:
        view = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(view, dict):
        form = render.filled(view)
        render.inputs_on(view)
        if form is not None:
            check_values(form.values)


def check_values(values: Any) -> None:
    """What was filled in is text, a list of texts, or nothing; never anything that no database carries."""
    for value in values.values():
        for text in value if isinstance(value, tuple) else (value,):
            if text is not None and (not isinstance(text, str) or "\0" in text):
                raise Finding(f"An input gave {value!r}.")


SINCE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SMALL_FILE = File("CH-1004.docx", "application/octet-stream", b"PK")
CARD = notice("Something is due.")


def _api(data: bytes) -> None:
    """The answers of the Web API, parted by the record separator; before each a line `status media-type retry-after`."""
    answers = [_answer(part) for part in data.split(b"\x1e")]
    calls: list[Callable[[SlackSender], Awaitable[object]]] = [
        lambda sender: sender.find("U01", "key", SINCE),
        lambda sender: sender.has_file("U01", "F01", SINCE),
        lambda sender: sender.lookup_user("ada@example.org"),
        lambda sender: sender.email_of("U01"),
        lambda sender: sender.post("U01", CARD, "key"),
        lambda sender: sender.update("D01", "1.2", CARD, "key"),
        lambda sender: sender.bring(SMALL_FILE),
        lambda sender: sender.share("U01", "F01", CARD),
        lambda sender: sender.reachable(),
    ]
    for call in calls:
        client = client_of(answers)
        sender = SlackSender(client, Installation(client))
        _run(call(sender))
    for colleague in (Colleagues.learn, lambda each: each.check("U01")):
        client = client_of([(status, kind, "", body) for status, kind, _, body in answers])
        _run(colleague(Colleagues(client, Installation(client), Background())))


def _run(work: Awaitable[object]) -> None:
    async def run() -> object:
        return await work

    try:
        with structlog.testing.capture_logs():
            found = _loop().run_until_complete(run())
        if isinstance(found, str) and not found:
            raise Finding("An empty word was taken for an answer.")
    except SendingProblem as problem:
        check_sentence(str(problem))
    except EndlessCalls as endless:
        raise Finding(str(endless)) from None


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _answer(part: bytes) -> Answer:
    line, _, body = part.partition(b"\n")
    words = [*line.decode("latin-1").split(" "), "", "", ""]
    status = int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) == 3 else 200
    return status, words[1] or "application/json", words[2], body


@cache
def _hannah() -> str:
    return str(council().who("hannah").user_id)


def _views() -> list[dict[str, Any]]:
    """Forms as people have them on the screen, with something in every input."""
    found = []
    for command, context in (
        ("raise", {}),
        ("away", {}),
        ("note", {"challenge": "CH-1001"}),
        ("plan-import", {}),
    ):
        form = council().form("hannah", command, context)
        view = render.modal(form) if isinstance(form, Form) else {}
        found.append(view | {"id": "V01", "hash": "1.b", "type": "modal", "state": {"values": _typed(view)}})
    return found


def _typed(view: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for block in view.get("blocks", ()):
        if block["type"] != "input":
            continue
        element = block["element"]
        kind, options = element["type"], element.get("options") or [{"value": "none"}]
        held: dict[str, Any] = {
            "plain_text_input": {"value": "LCS-204815"},
            "datepicker": {"selected_date": "2026-11-20"},
            "timepicker": {"selected_time": "14:30"},
            "radio_buttons": {"selected_option": options[0]},
            "static_select": {"selected_option": options[0]},
            "checkboxes": {"selected_options": options[:1]},
            "multi_static_select": {"selected_options": options[:1]},
            "file_input": {
                "files": [
                    {"id": "F01", "name": "plans.csv", "size": 10, "url_private": "https://files.slack.com/f"}
                ]
            },
        }.get(kind, {})
        values[block["block_id"]] = {element["action_id"]: {"type": kind, **held}}
    return values


def interactions() -> list[dict[str, Any]]:
    """Presses, forms and their neighbours as Slack sends them."""
    who = {
        "type": "",
        "team": {"id": TEAM},
        "user": {"id": _hannah(), "team_id": TEAM},
        "trigger_id": "1.2.3",
    }
    views = _views()
    press = {
        "type": "button",
        "action_id": "press:show:0",
        "value": '{"challenge":"CH-1001"}',
        "block_id": "b",
    }
    more = {
        "type": "overflow",
        "action_id": "press:more:1",
        "selected_option": {"value": '["note",{"challenge":"CH-1001"}]'},
        "block_id": "b",
    }
    changed = {"type": "radio_buttons", "action_id": "immediate_risk", "block_id": "in:immediate_risk"}
    place = {"channel": {"id": "D01"}, "response_url": "https://hooks.slack.com/actions/1"}
    return [
        *(who | {"type": "view_submission", "view": view} for view in views),
        who | {"type": "block_actions", "actions": [press]} | place,
        who | {"type": "block_actions", "actions": [more]} | place,
        who | {"type": "block_actions", "actions": [changed], "view": views[0]},
        who | {"type": "view_closed", "view": views[0]},
        who | {"type": "block_suggestion", "action_id": "x", "block_id": "in:x", "value": "a"},
        who | {"type": "shortcut", "callback_id": "x"},
    ]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


HISTORY = {
    "ok": True,
    "messages": [
        {"ts": "1.2", "metadata": {"event_type": "challenge_notice", "event_payload": {"key": "key"}}},
        {"ts": "1.3", "files": [{"id": "F01"}]},
    ],
    "response_metadata": {"next_cursor": "c2"},
}
API = (
    b"\x1e".join(
        b"200 application/json \n" + each
        for each in (WELL[3], _json(HISTORY), _json({"ok": True, "messages": []}))
    ),
    b"429 application/json 3\n" + _json({"ok": False, "error": "ratelimited"}),
    b"200 application/json \n"
    + _json(
        {"ok": True, "members": [{"id": "U1", "team_id": TEAM}], "response_metadata": {"next_cursor": ""}}
    ),
    b"502 text/html \n<html>Bad gateway</html>",
    b"200 application/json \n" + _json({"ok": False, "error": "invalid_auth"}),
    b"200 application/json \n"
    + _json({"ok": True, "upload_url": "https://files.slack.com/u", "file_id": "F01"}),
)
JSON_WORDS = (
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"-1",
    b"9" * 30,
    b"1e999",
    b'"\\ud800"',
    b'"\\u0000"',
    b"[" * 70,
    b'"next_cursor": "c"',
    b'"ok": true',
)


def targets() -> list[Target]:
    """Made when asked for: a council gets its front door first."""
    event = _json(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "event": {"type": "app_home_opened", "user": _hannah(), "tab": "home"},
        }
    )
    slash = urlencode(
        {"command": "/challenge", "text": "help", "user_id": _hannah(), "team_id": TEAM, "channel_id": "D01"}
    ).encode()
    payloads = tuple(_json(each) for each in interactions())
    requests = tuple(
        b"POST\n" + b"\n".join(name + b": " + value for name, value in signed(body, kind)) + b"\n\n" + body
        for body, kind in ((slash, intake.FORM), (event, intake.JSON))
    )
    return [
        Target(
            "guard: headers, timestamp",
            _at_the_guard,
            requests,
            (),
            (
                b"content-length: ",
                b"content-encoding: gzip",
                b"content-type: ",
                b"99999999999999",
                b"v0=",
                b"-1",
                b"\n\n",
                b"GET",
                b"PUT",
            ),
        ),
        Target(
            "request body",
            _raw_body,
            (
                slash,
                event,
                b"payload=%7B%7D",
                b"ssl_check=1",
                _json({"type": "url_verification", "challenge": "x"}),
            ),
            (),
            (
                b"payload=",
                b"%7B",
                b"%22",
                b"&",
                b"%00",
                b"%ff",
                b"user_id=",
                b"command=%2Fchallenge",
                b"[" * 70,
            ),
        ),
        Target("interaction payload", _payload, payloads, (), JSON_WORDS),
        Target(
            "block state",
            _view_state,
            tuple(_json(each["view"]) for each in interactions() if "view" in each),
            (),
            JSON_WORDS,
        ),
        Target(
            "slash command",
            _command,
            (
                b"help",
                b"show CH-1001",
                b"raise",
                b"note ch1001 Somebody came.",
                b"list",
                b"due",
                b"report",
                b"rota",
                b"away 2026-12-01 2026-12-05",
            ),
            (),
            (b"CH-", b"\0", b"\xff", "\u202e".encode(), b"9" * 40, b"2026-02-30", b" "),
        ),
        Target(
            "answers of the Web API",
            _api,
            API,
            (),
            (
                *JSON_WORDS,
                b"\x1e",
                b"200 ",
                b"429 ",
                b"500 ",
                b"text/plain",
                b"application/gzip",
                b"inf",
                b"nan",
                b"1e9",
            ),
        ),
    ]
