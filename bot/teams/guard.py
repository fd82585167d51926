"""Who stands in front of /teams/messages: only activities that Teams signed for us, of our own tenant, get through.

The token is checked by Microsoft's library (signature, audience, issuer, end, service URL), on a thread of its own, because it fetches
the keys while it checks; the tenant, which the library does not look at, is checked here. Source:
learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt

from bot import intake
from bot.guard import MOST_SECONDS_OF_BODY, ASGIApp, Guard, Receive, Refusal, Scope
from bot.intake import Pace
from bot.teams.library import TokenValidator
from bot.teams.turn import is_shaped, tenants
from bot.words import cleaned

ACTIVITY = "teams.activity"
"""The scope's name for the activity, already parsed."""
SECONDS_FOR_A_TOKEN = 3.0
STRANGERS = 20
"""Tokens under keys that were not met before, which are looked up at once; then one a second. Each costs a request to Microsoft."""
SUBMISSIONS = frozenset({"task/submit", "composeExtension/submitAction"})

TooFast = Callable[[Mapping[str, Any]], Awaitable[bytes]]


class TeamsGuard(Guard):
    """Passes on the activities that are meant for us; the scope holds each one parsed, under ACTIVITY.

    401 for a token that is missing or wrong, 403 for another tenant, 503 where Microsoft's keys cannot be had, 400, 413 and 415 as the guard of
    Slack does. validator: None takes requests from anybody, for this machine alone. tenant_id: None for any, which only goes without a
    validator. too_fast: what the first activity of somebody is answered that is not carried out.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        validator: TokenValidator | None,
        tenant_id: str | None,
        pace: Pace | None = None,
        too_fast: TooFast | None = None,
        seconds_of_body: float = MOST_SECONDS_OF_BODY,
    ) -> None:
        super().__init__(app, seconds_of_body=seconds_of_body, pace=pace)
        if validator is not None and tenant_id is None:
            raise ValueError("Tokens say nothing of the tenant: name the one whose people may come in.")
        self._validator, self._tenant_id, self._too_fast = validator, tenant_id, too_fast
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="teams-tokens")
        self._keys: set[str] = set()
        self._strangers = Pace(burst=STRANGERS, rate=1.0)

    def close(self) -> None:
        """Give the threads back."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _verified_body(self, scope: Scope, receive: Receive) -> bytes:
        """The body, once method, token, shape and tenant are right."""
        if scope["method"] != "POST":
            raise Refusal("wrong_method")
        headers: dict[bytes, bytes] = dict(scope["headers"])
        token = self._token(headers.get(b"authorization", b""))
        body = await self._read_body(headers, receive)
        wrong = intake.fault(
            headers.get(b"content-type", b""),
            headers.get(b"content-encoding", b""),
            body,
        )
        if wrong:
            raise Refusal(wrong, 415 if wrong in ("encoded", "wrong_type") else 400)
        try:
            activity = cleaned(json.loads(body))
        except (ValueError, RecursionError):
            raise Refusal("not_json", 400) from None
        if not is_shaped(activity):
            raise Refusal("wrong_shape", 400)
        if self._validator is not None:
            await self._check(self._validator, token, activity.get("serviceUrl"))
        if self._tenant_id is not None and tenants(activity) != {self._tenant_id}:
            raise Refusal("wrong_tenant", 403)
        await self._keep_pace(activity)
        scope[ACTIVITY] = activity
        return body

    def _token(self, header: bytes) -> str:
        if self._validator is None:
            return ""
        if not header.startswith(b"Bearer ") or len(header) > 16_000:
            raise Refusal("no_token")
        return header.removeprefix(b"Bearer ").decode("latin-1").strip()

    async def _check(self, validator: TokenValidator, token: str, service_url: str | None) -> None:
        if not service_url:  # the library would then not compare it with the token's
            raise Refusal("no_service_url", 400)
        key = _key_of(token)
        if key not in self._keys and self._strangers.takes("") != "go":
            raise Refusal("too_many_keys", 503)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SECONDS_FOR_A_TOKEN):
                wrong = await loop.run_in_executor(self._threads, _fault, validator, token, service_url)
        except TimeoutError:
            raise Refusal("keys_unreachable", 503) from None
        if wrong:
            raise Refusal(wrong, 503 if wrong == "keys_unreachable" else 401)
        self._keys.add(key)

    async def _keep_pace(self, activity: Mapping[str, Any]) -> None:
        user = str((activity.get("from") or {}).get("aadObjectId") or "")
        told = "go" if self._pace is None else self._pace.takes(user)
        if told == "go":
            return
        if activity.get("name") in SUBMISSIONS:
            raise Refusal("too_fast", 429)  # the dialog stays open, with all that was typed
        if told == "silence" or self._too_fast is None:
            raise Refusal("too_fast", 200, body=b"")
        raise Refusal("too_fast", 200, body=await self._too_fast(activity))


def _key_of(token: str) -> str:
    """The id of the key with which a token says that it was signed. Raises Refusal for what is no token."""
    try:
        return str(jwt.get_unverified_header(token).get("kid") or "")
    except (jwt.PyJWTError, ValueError):
        raise Refusal("wrong_token") from None


def _fault(validator: TokenValidator, token: str, service_url: str) -> str:
    """The word for what is wrong with a token, "" for nothing. On a thread: the keys are fetched with a request that waits."""
    try:
        _finish(validator.validate_token(token, service_url))
    except jwt.PyJWKClientConnectionError:
        return "keys_unreachable"
    except (
        jwt.PyJWTError,
        ValueError,
        TypeError,
        AttributeError,
    ):  # the last three: claims of the wrong type
        return "wrong_token"
    return ""


def _finish(work: Coroutine[Any, Any, Any]) -> None:
    """Carry out a coroutine that waits for nothing of the event loop's."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("The library waits for something while it checks a token.")
