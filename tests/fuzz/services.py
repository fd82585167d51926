"""The answers of the other services outside: whoever gives tokens at Microsoft, and the mail server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from pydantic import SecretStr

from bot.mail.server import MailServer
from bot.mail.smtp import Post
from bot.microsoft.tokens import Tokens
from bot.sending import SendingProblem
from tests.bot.microsoft.entra import Answer
from tests.fuzz.requests import JSON_WORDS
from tests.fuzz.target import Finding, Target, check_sentence

BETWEEN = b"\x1e"
LOGIN = "https://login.microsoftonline.com"
TENANT, CLIENT = "99999999-8888-4777-8666-555555555555", "11111111-2222-4333-8444-555555555555"
LETTER = b"Subject: CH-1042\r\n\r\nSomething is due.\r\n"


def _said(work: Awaitable[object]) -> object:
    """What comes of it; what goes wrong must be a sentence."""

    async def run() -> object:
        return await work

    try:
        with structlog.testing.capture_logs():
            return asyncio.run(run())
    except SendingProblem as problem:
        check_sentence(str(problem))
        return None


# --- tokens -------------------------------------------------------------------------------------------------------------


class _Entra:
    """Stands in for msal's connection: one text for the addresses, one for the token."""

    def __init__(self, addresses: bytes, token: bytes) -> None:
        self._addresses, self._token = (each.decode("utf-8", "replace") for each in (addresses, token))

    def get(self, url: str, **named: Any) -> Answer:
        return Answer(self._addresses)

    def post(self, url: str, data: Mapping[str, Any] | None = None, **named: Any) -> Answer:
        return Answer(self._token, 200 if '"access_token"' in self._token else 401)

    def close(self) -> None:
        pass


def _tokens(data: bytes) -> None:
    addresses, _, token = data.partition(BETWEEN)
    tokens = Tokens(CLIENT, TENANT, "the-secret", LOGIN, _Entra(addresses, token))
    try:
        if _said(tokens.get("scope")) == "":
            raise Finding("An empty word was taken for a token.")
    finally:
        tokens.close()


# --- the mail server ----------------------------------------------------------------------------------------------------


def _mail(data: bytes) -> None:
    """The greeting, and an answer for each command after it; then the line goes dead."""

    talking: list[asyncio.Task[Any]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.extend(filter(None, [asyncio.current_task()]))
        with suppress(ConnectionError, asyncio.CancelledError, ValueError):
            for answer in data.split(BETWEEN):
                writer.write(answer)
                await writer.drain()
                with suppress(TimeoutError):  # an answer without its end: the program waits for more of it
                    await asyncio.wait_for(reader.readline(), 0.01)
        writer.close()

    async def hand_over() -> None:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            place = MailServer("127.0.0.1", port, "bot@example.org", "none", "ada", SecretStr("a-password"))
            try:
                await Post(place, before=0.3, after=0.3).hand_over("ada@example.org", LETTER)
            finally:
                for task in talking:
                    task.cancel()
                await asyncio.wait(talking or [asyncio.create_task(asyncio.sleep(0))])

    _said(hand_over())


ADDRESSES = {
    "issuer": f"{LOGIN}/{TENANT}/v2.0",
    "authorization_endpoint": f"{LOGIN}/{TENANT}/oauth2/v2.0/authorize",
    "token_endpoint": f"{LOGIN}/{TENANT}/oauth2/v2.0/token",
}
TOLD: tuple[Any, ...] = (
    {"token_type": "Bearer", "access_token": "token-1", "expires_in": 3600},
    {"error": "invalid_client", "error_codes": [7000215], "error_description": "AADSTS7000215: Invalid."},
    {"error": "temporarily_unavailable"},
)
TALKS = (
    "220 Here|250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME|235 2.7.0 Welcome|250 2.1.0 OK|250 2.1.5 OK|354 Go on|250 Taken|221 Bye",
    "220 Here|250-mail.example\r\n250 AUTH CRAM-MD5|334 PDE4OTYuNjk3QGV4YW1wbGU+|535 5.7.8 No",
    "220 Here|250-mail.example\r\n250-SIZE 9\r\n250 AUTH PLAIN|235 Well|250 OK|550-5.1.1 Nobody\r\n550 5.1.1 of that name",
    "220 Here|250-mail.example\r\n250 AUTH LOGIN|334 UGFzc3dvcmQ6|235 Well|250 OK|250 OK|354 Go on|452 4.3.1 Full",
    "421 4.3.2 Too busy",
)


def targets() -> list[Target]:
    """What is fuzzed here."""
    told = tuple(BETWEEN.join(json.dumps(each).encode() for each in (ADDRESSES, one)) for one in TOLD)
    talks = tuple(BETWEEN.join(f"{line}\r\n".encode() for line in talk.split("|")) for talk in TALKS)
    codes = (b"250 ", b"250-", b"334 ", b"354 ", b"421 ", b"4.7.0", b"550 5.7.1 ", b"999 ", b"-1 ", b"\r\n")
    return [
        Target("answers of Entra", _tokens, told, (), (*JSON_WORDS, BETWEEN, b"AADSTS90002", b"tenant")),
        Target("answers of the mail server", _mail, talks, (), (*codes, BETWEEN, b"AUTH ", b"x" * 9000)),
    ]
