"""Microsoft Graph over HTTP: one request, its answer or what is to be made of its refusal.

Source: learn.microsoft.com/graph/errors, learn.microsoft.com/graph/throttling, learn.microsoft.com/graph/throttling-limits (Outlook: four requests at
once to a mailbox). httpx is loaded with the first request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import structlog

from bot.sending import CannotDeliver, Gone, NotConnected, TryLater

if TYPE_CHECKING:
    import httpx

_log = structlog.get_logger()

TIMEOUT = 10.0
"""Seconds for one request."""
AT_ONCE = 4
"""Requests to one mailbox at the same time, which is what Graph allows an application."""
LONGEST = 3600.0
"""Seconds that we wait at most, whatever is asked for."""

NOT_ACCEPTED = (
    "Microsoft Graph does not accept the application's token. Compare CHALLENGE_TEAMS_CLIENT_ID and CHALLENGE_TEAMS_CLOUD with the app "
    "registration."
)
_BEFORE = frozenset({429, 503, 509})
"""Answers that say that nothing was done, and that one may come back."""
_PERHAPS = frozenset({408, 500, 502, 504})
"""Answers that leave open whether it was."""


class TokenSource(Protocol):
    """Whoever has the application's tokens; see `bot.microsoft.tokens.Tokens`."""

    def get(self, scope: str) -> Awaitable[str]:
        """An access token. Raises NotConnected or TryLater."""
        ...

    def forget(self, scope: str) -> None:
        """It was not accepted."""
        ...


class Graph:
    """Microsoft Graph for one application. Make it inside the event loop, and `close` it.

    base: without a slash at its end, `https://graph.microsoft.com`. transport: for tests.
    """

    def __init__(
        self,
        base: str,
        scope: str,
        tokens: TokenSource,
        *,
        timeout: float = TIMEOUT,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self._base, self._scope, self._tokens = base.rstrip("/"), scope, tokens
        self._timeout, self._transport = timeout, transport
        self._client: httpx.AsyncClient | None = None
        self._mailboxes: dict[str, asyncio.Semaphore] = {}

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()

    async def ask(
        self,
        method: str,
        mailbox: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Ask about one mailbox, an e-mail address; `path` is what follows `/v1.0/users/{mailbox}`. Returns the answer, {} for none.

        Raises TryLater, NotConnected, Gone for what is no longer there, and CannotDeliver with a sentence for what can never work.
        """
        address = f"{self._base}/v1.0/users/{quote(mailbox, safe='@')}{path}"
        async with self._mailboxes.setdefault(mailbox, asyncio.Semaphore(AT_ONCE)):
            answer = await self._send(method, address, body, query)
            if answer.status_code == 401:  # the token was called back before its time, perhaps
                self._tokens.forget(self._scope)
                answer = await self._send(method, address, body, query)
        return _judged(answer, mailbox, method)

    async def _send(
        self, method: str, address: str, body: Mapping[str, Any] | None, query: Mapping[str, str] | None
    ) -> httpx.Response:
        import httpx

        token = await self._tokens.get(self._scope)
        if self._client is None:
            transport = None if self._transport is None else self._transport()
            # trust_env: the tokens of a council go to Graph alone, through the proxy that its machines use.
            self._client = httpx.AsyncClient(timeout=self._timeout, transport=transport)
        headers = {
            "Authorization": f"Bearer {token}",
            "Prefer": 'outlook.timezone="UTC", IdType="ImmutableId"',
        }
        try:
            return await self._client.request(
                method, address, json=body, params=dict(query or {}), headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater from None
        except httpx.HTTPError:
            raise TryLater(maybe_sent=True) from None


@contextmanager
def reading() -> Iterator[None]:
    """While an answer is read: one of another shape than is documented is told as such. Raises CannotDeliver."""
    try:
        yield
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise CannotDeliver("Microsoft Graph gives an answer that cannot be read.", "bad_answer") from None


def _judged(answer: httpx.Response, mailbox: str, method: str) -> dict[str, Any]:
    status = answer.status_code
    if status < 300:
        return _json(answer)
    error = _json(answer).get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    _log.warning("graph_refused", status=status, code=code[:60], method=method)
    if status in _BEFORE:
        raise TryLater(_asked_for(answer))
    if status in _PERHAPS:
        raise TryLater(_asked_for(answer), maybe_sent=True)
    if status == 401:
        raise NotConnected(NOT_ACCEPTED)
    if status == 403:
        raise CannotDeliver(
            f"Microsoft Graph does not let the program use the calendar of {mailbox}: give the application Calendars.ReadWrite for that mailbox (docs/calendars.md).",
            code or "forbidden",
        )
    if status == 404 and code in ("ErrorItemNotFound", "itemNotFound"):
        raise Gone
    if status == 404:
        raise CannotDeliver(
            f"Exchange knows no mailbox of {mailbox}: correct the address in people.csv, or give them one.",
            code or "no_mailbox",
        )
    raise CannotDeliver(
        f"Microsoft Graph refuses the request ({status} {code or 'without a reason'}).", code or str(status)
    )


def _json(answer: httpx.Response) -> dict[str, Any]:
    if not answer.content:
        return {}
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _asked_for(answer: httpx.Response) -> float | None:
    """The seconds of Retry-After; None where there is none that is a number."""
    text = answer.headers.get("Retry-After", "").strip()
    return min(float(text), LONGEST) if text.isascii() and text.isdigit() and len(text) < 9 else None
