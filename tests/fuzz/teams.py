"""What comes from Teams: tokens and activities, whatever the program's side of Teams makes of them, and the answers of its interface for bots."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, cast

import httpx
import jwt
import pytest
import structlog
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr

from bot.answering import notice
from bot.background import Background
from bot.intake import Pace
from bot.microsoft.clouds import cloud_of
from bot.microsoft.tokens import Tokens
from bot.sending import SendingProblem
from bot.settings import Settings
from bot.teams.directory import Directory
from bot.teams.elements import OURS
from bot.teams.errors import answered
from bot.teams.guard import TeamsGuard
from bot.teams.library import TokenValidator
from bot.teams.listen import environment
from bot.teams.render import Attached
from bot.teams.side import TeamsSide
from commands.vocabulary import File
from storage import people
from storage.teams import Chat
from tests.bot.teams.microsoft import CLIENT, TENANT, Microsoft, key
from tests.bot.teams.world import actions, entra_id, inputs_of
from tests.commands.conftest import Council
from tests.fuzz.graphs import Tokens as TokensOfGraph
from tests.fuzz.records import council
from tests.fuzz.requests import JSON_WORDS
from tests.fuzz.target import Finding, Target, check_sentence

SERVICE, FILES = "https://smba.teams.example", "files.teams.example"
ADA = entra_id("ada")
CHAT = Chat("a:hannah", SERVICE)
CARD = notice("Something is due.")
SMALL_FILE = File("CH-1004.docx", "application/octet-stream", b"PK")
NOT_OURS = ("TryLater", "NotConnected", "CannotDeliver", "Refused")
"""What is answered in the background comes to nothing where an activity names an address at which nobody is."""
NEVER_SLOW = Pace(burst=10**9)
WELL = {"id": "m1", "email": "hannah.price@barsetshire.example", "tenantId": TENANT, "userRole": "user"}
Json = dict[str, Any]


class Door:
    """The program's side of Teams, with everybody of a council in it. `answer`: what every call out of it is answered."""

    def __init__(self, council: Council) -> None:
        self._loop = asyncio.new_event_loop()
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda request: httpx.Response(
            200, json=WELL
        )
        transport = httpx.MockTransport(lambda request: self.answer(request))
        settings = Settings(
            teams_client_id=CLIENT,
            teams_tenant_id=TENANT,
            teams_client_secret=SecretStr("the-secret"),
            teams_service_url=f"https://{FILES}",
            teams_noauth=True,
        )
        self.http = httpx.AsyncClient(transport=transport)
        self.side = TeamsSide(settings, cloud_of(settings), None, self.http)
        self.side._app.api.http.http._transport = transport
        self.background = Background()
        office = council.office
        self.side.wire(office, council.reception, _at_once, _at_once, lambda: None, self.background)
        self.graph = Directory(
            self.side.connector,
            self.http,
            cast("Tokens", TokensOfGraph()),
            (f"https://{FILES}", "scope"),
            TENANT,
            self.background,
        )
        self.guard = self.side.endpoint(NEVER_SLOW)
        with office.database.write() as session:
            for row in council.rows:
                people.remember_platform_id(session, row.email, "teams", _id_of(row.name))
        self.wait(self.side.start())

    def wait(self, work: Awaitable[Any]) -> Any:
        """Carry out something that waits, and what has begun beside it."""

        async def waited() -> Any:
            found = await work
            await self.background.settle()
            return found

        return self._loop.run_until_complete(waited())

    def sends(self, body: bytes, guard: Any = None, token: bytes = b"") -> tuple[int, bytes]:
        """One activity; status and text of the answer. Raises Finding for a fault on our side, whoever caught it."""
        sent: list[Json] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Json:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json"), (b"authorization", token)]
        scope = {"type": "http", "method": "POST", "path": "/teams/messages", "headers": headers}
        with structlog.testing.capture_logs() as logged:
            self.wait((guard or self.guard)(scope, receive, send))
        for line in logged:
            if (
                line["event"] == "library_message"
            ):  # heard where another test has set the log up: Microsoft's library refuses a token
                continue
            if line["log_level"] in ("error", "critical") and line.get("error") not in NOT_OURS:
                raise Finding(f"{line['event']}: {line.get('error')} at {line.get('where')}")
        status = int(sent[0]["status"])
        if status >= 500 and status != 503:
            raise Finding(f"The answer was {status}.")
        return status, b"".join(each.get("body", b"") for each in sent[1:])


async def _at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def _nobody_waits(seconds: float) -> None:
    return None


def _id_of(name: str) -> str:
    return entra_id(name.split()[0].lower())


@cache
def _door() -> Door:
    return Door(council())


# --- activities -----------------------------------------------------------------------------------------------------------


def _activity(data: bytes) -> None:
    _, text = _door().sends(data)
    if text.startswith(b"{"):
        json.loads(text)


def activity(**more: Any) -> Json:
    """An activity of Hannah's, as Teams sends it."""
    return {
        "id": "1:1",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "timestamp": "2026-11-23T10:00:00.000Z",
        "from": {"id": "29:hannah", "name": "Hannah", "aadObjectId": entra_id("hannah")},
        "recipient": {"id": f"28:{CLIENT}", "name": "Challenges"},
        "conversation": {"id": CHAT.conversation, "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-GB",
        **more,
    }


def _invoke(name: str, value: Json) -> Json:
    return activity(type="invoke", name=name, value=value)


def _forms() -> list[Json]:
    """What is sent from the form of a note, of a challenge to be raised and of a list of plans: each of its buttons, with something in every input."""
    found = []
    for text in ("note CH-1001", "raise", "plans import"):
        asked = _invoke("task/fetch", {"data": {"type": "task/fetch", OURS: {"do": "typed", "t": text}}})
        _, answer = _door().sends(json.dumps(asked).encode())
        card = json.loads(answer)["task"]["value"]["card"]["content"]
        inputs = {name: given or "A word more." for name, given in inputs_of(card).items()}
        found += [{"data": {**each["data"], **inputs}} for each in actions(card) if each.get("data")]
    return found


def activities() -> list[Json]:
    """What people write, press, fill in and take up in Teams, one of each kind."""
    mentioned = {"conversationType": "channel", "id": "19:team@thread.tacv2", "tenantId": TENANT}
    attached = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": "plans.csv",
        "content": {"downloadUrl": f"https://{FILES}/plans.csv", "uniqueId": "1", "fileType": "csv"},
    }
    press = {OURS: {"do": "press", "c": "show", "a": {"challenge": "CH-1001"}, "m": "a1", "k": "x"}}
    execute = {"action": {"type": "Action.Execute", "verb": "press", "data": press}, "trigger": "manual"}
    upload = {"uploadUrl": f"https://{FILES}/up", "contentUrl": f"https://{FILES}/c", "uniqueId": "1"}
    extension = {"commandId": "raise", "commandContext": "compose"}
    forms = _forms()
    return [
        activity(type="message", text="show CH-1001"),
        activity(type="message", text="<at>Challenges</at> list&nbsp;mine", conversation=mentioned),
        activity(type="message", text="plans import", attachments=[attached]),
        _invoke("task/fetch", {"data": {"type": "task/fetch", **press}}),
        *(_invoke("task/submit", form) for form in forms),
        _invoke("composeExtension/fetchTask", extension),
        _invoke("composeExtension/submitAction", {**extension, **forms[0]}),
        _invoke("adaptiveCard/action", execute),
        _invoke("adaptiveCard/action", {**execute, "trigger": "automatic"}),
        _invoke("fileConsent/invoke", {"action": "accept", "context": {"file": "f1"}, "uploadInfo": upload}),
        activity(type="installationUpdate", action="add"),
        activity(type="installationUpdate", action="remove"),
        activity(type="conversationUpdate", membersAdded=[{"id": f"28:{CLIENT}"}]),
        activity(type="typing"),
    ]


# --- tokens -------------------------------------------------------------------------------------------------------------


@cache
def _guard() -> TeamsGuard:
    """The guard, which has Microsoft's keys already."""

    async def let_in(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})

    settings = Settings(teams_client_id=CLIENT, teams_tenant_id=TENANT)
    validator = TokenValidator.for_service(CLIENT, cloud=environment(cloud_of(settings)))
    public = json.loads(RSAAlgorithm.to_jwk(key("ours").public_key()))
    keys = {"keys": [{**public, "kid": "ours", "use": "sig", "alg": "RS256"}]}
    validator._jwks_client.fetch_data = lambda: keys  # type: ignore[method-assign]
    guard = TeamsGuard(let_in, validator=validator, tenant_id=TENANT, pace=NEVER_SLOW)
    guard._strangers = NEVER_SLOW
    return guard


def _token(data: bytes) -> None:
    """The header that carries the token; the activity is well. Whoever is let in has one that is signed, ours and of this time."""
    status, _ = _door().sends(json.dumps(activity(type="message", text="help")).encode(), _guard(), data)
    if status == 200:
        public = key("ours").public_key()
        token = data.removeprefix(b"Bearer ").strip()
        claims = jwt.decode(token, public, algorithms=["RS256"], audience=CLIENT, leeway=300)
        if claims.get("serviceurl") != SERVICE:
            raise Finding("Somebody came in with the token of another address.")


def _tokens() -> tuple[bytes, ...]:
    microsoft = Microsoft(SERVICE)
    right = {"serviceurl": SERVICE, "exp": 4_000_000_000}
    claims: list[Json] = [
        {},
        {"aud": "another"},
        {"serviceurl": ["x"]},
        {"iss": None},
        {"exp": "soon"},
        {"key": "another"},
        {"algorithm": "none"},
    ]
    return tuple(b"Bearer " + microsoft.token(**{**right, **each}).encode() for each in claims)


# --- answers of Teams -----------------------------------------------------------------------------------------------------


def _answers(data: bytes) -> None:
    """A line `status retry-after`, then the body: the same for every call."""
    head, _, body = data.partition(b"\n")
    words = head.split()
    status = int(words[0]) if words and words[0].isdigit() and 100 <= int(words[0][:9]) < 600 else 200
    headers = {"Retry-After": words[1].decode("latin-1")} if len(words) > 1 and words[1].isalnum() else {}
    door = _door()
    side, screen, graph = door.side, door.side._screen, door.graph
    graph.met(ADA, CHAT, "29:ada")
    file = Attached("plans.csv", f"https://{FILES}/plans.csv")
    put = {"uploadUrl": f"https://{FILES}/up", "contentUrl": f"https://{FILES}/c"}
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: side.sender.post(ADA, CARD, "key"),
        lambda: side.sender.update(f"{SERVICE} {CHAT.conversation}", "1", CARD, "key"),
        lambda: screen.say(CHAT, CARD),
        lambda: screen.fetch(file),
        lambda: screen.put(CHAT, SMALL_FILE, put),
        lambda: graph.email_of(ADA),
        lambda: graph.lookup("ada@example.org"),
    ]
    with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs():
        patch.setitem(cast("dict[str, object]", answered.__kwdefaults__), "sleep", _nobody_waits)
        patch.setattr(side.connector, "_sleep", _nobody_waits)
        patch.setattr(door, "answer", lambda request: httpx.Response(status, headers=headers, content=body))
        for call in calls:
            try:
                found = door.wait(call())
            except SendingProblem as problem:
                check_sentence(str(problem))
            else:
                if isinstance(found, str) and not found:
                    raise Finding("An empty word was taken for an answer.")


def _body(found: Any, head: bytes = b"200") -> bytes:
    return head + b"\n" + json.dumps(found).encode()


ANSWERS = (
    _body(WELL),
    _body({"id": ADA, "userType": "Member", "accountEnabled": True}),
    _body({"id": "a:1", "serviceUrl": SERVICE}, b"201"),
    _body({"error": {"code": "BotNotInConversationRoster", "message": "Not there."}}, b"403"),
    _body({"error": {"code": "MemberNotFoundInConversation"}}, b"404"),
    _body({"error": {"code": "BadArgument", "message": "Failed to decrypt pairwise id"}}, b"400"),
    b"429 7\n{}",
    b"503\n<html>Bad gateway</html>",
    b"200\n" + b"[" * 20_000,
)


def targets() -> list[Target]:
    """What is fuzzed here."""
    known = (b"personal", b"task/submit", b'"aadObjectId"', b'"tenantId"', TENANT.encode(), b'"do": "redraw"')
    heads = (b"401", b"403", b"404", b"413", b"429 99999999999", b"204\n", b'"userRole": "guest"', b"#EXT#")
    parts = (b".", b"Bearer ", b"eyJhbGciOiJub25lIn0", b"eyJ", b"=", b"A" * 9000)
    corpus = tuple(json.dumps(each).encode() for each in activities())
    return [
        Target("Teams: tokens", _token, _tokens(), (), parts),
        Target("Teams: activities", _activity, corpus, (), (*JSON_WORDS, *known)),
        Target("answers of Teams", _answers, ANSWERS, (), (*JSON_WORDS, *heads)),
    ]
