"""The web side: the chat platform's requests, and what those who run the program ask of it.

    POST /slack/events     commands, clicks, forms and events, behind the guard
    POST /teams/messages   the same for Teams, behind a guard of its own
    GET  /healthz          the process is alive
    GET  /readyz           it can do its work: the database, the migrations, the chat
    GET  /metrics          counts and durations for Prometheus, of nobody in particular

Only /slack/events and /teams/messages need be reachable from outside.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.guard import ASGIApp, Message, NoSigningSecret, Receive, Scope, Send, SlackGuard
from bot.intake import Pace
from procedures.clock import Clock

SLACK_PATH = "/slack/events"
TEAMS_PATH = "/teams/messages"
SECONDS_FOR_A_CHECK = 2.0
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""On everything but the answers to the chat platform, which no browser and no proxy keeps."""
WORD = re.compile(r"[a-z][a-z_]{0,29}")

Check = Callable[[], Awaitable[bool | str]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

log = structlog.get_logger()
answered = Histogram(
    "challenge_request_seconds",
    "How long a request of the chat platform took, from its arrival to the whole answer.",
    ["status"],
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)


def create_web(
    *,
    slack_endpoint: ASGIApp | None,
    readiness: Mapping[str, Check],
    lifespan: Lifespan | None,
    clock: Clock,
    signing_secret: str | None,
    seconds_for_a_check: float = SECONDS_FOR_A_CHECK,
    pace: Pace | None = None,
    too_fast: Callable[[bytes], Awaitable[bytes]] | None = None,
    metrics_token: str | None = None,
    teams_endpoint: ASGIApp | None = None,
) -> Starlette:
    """The whole web side as one ASGI application.

    `slack_endpoint` gets the requests that passed the guard, as they came; None (Socket Mode) leaves the address unknown.
    `teams_endpoint` is behind its own guard already; None where Teams is not set up.
    `readiness` maps what is looked at ("database") to a check that gives True or "ok", or else False or one word of what is
    wrong ("behind"). Raises NoSigningSecret when there is an endpoint and no secret to guard it with.
    """
    app = Starlette(lifespan=lifespan)
    app.router.redirect_slashes = False
    app.add_exception_handler(HTTPException, _plainly)
    app.router.routes.append(Route("/healthz", _alive, methods=["GET"]))
    app.router.routes.append(
        Route("/readyz", _Readiness(readiness, seconds_for_a_check).answer, methods=["GET"])
    )
    app.router.routes.append(Route("/metrics", _Metrics(metrics_token).answer, methods=["GET"]))
    if slack_endpoint is not None:
        if not signing_secret:
            raise NoSigningSecret
        guarded = SlackGuard(
            slack_endpoint, signing_secret=signing_secret, clock=clock, pace=pace, too_fast=too_fast
        )
        # First, since it is the busiest; without `methods`, so that the guard answers the wrong ones too.
        app.router.routes.insert(0, Route(SLACK_PATH, _Timed(guarded)))
    if teams_endpoint is not None:
        app.router.routes.append(Route(TEAMS_PATH, _Timed(teams_endpoint)))
    return app


class _Timed:
    """Counts and times what passes. Plain ASGI, as the guard is, because every click goes through it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500  # what the server answers when the application fails

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, send_and_look)
        finally:
            answered.labels(str(status)).observe(time.perf_counter() - began)


class _Readiness:
    """Runs the checks side by side and tells of each in one word; what an exception says stays out of the answer."""

    def __init__(self, checks: Mapping[str, Check], seconds: float) -> None:
        self._checks = dict(checks)
        self._seconds = seconds

    async def answer(self, request: Request) -> Response:
        """200 when every check is well, 503 otherwise."""
        words = await asyncio.gather(*(self._word(name, check) for name, check in self._checks.items()))
        ready = all(word == "ok" for word in words)
        return JSONResponse(
            {
                "status": "ready" if ready else "not_ready",
                "checks": dict(zip(self._checks, words, strict=True)),
            },
            status_code=200 if ready else 503,
            headers=HEADERS,
        )

    async def _word(self, name: str, check: Check) -> str:
        try:
            async with asyncio.timeout(self._seconds):
                found = await check()
        except TimeoutError:
            found = "too_slow"
        except Exception as error:  # whatever is wrong with one, the others are still told
            log.warning("check_failed", check=name, exc_info=error)
            found = False
        if found is True:
            return "ok"
        return found if isinstance(found, str) and WORD.fullmatch(found) else "failed"


class _Metrics:
    """Counts and durations, for whoever has the token where one is asked for."""

    def __init__(self, token: str | None) -> None:
        self._wanted = None if token is None else f"Bearer {token}".encode()

    async def answer(self, request: Request) -> Response:
        """200, or 401 without the token."""
        given = request.headers.get("authorization", "").encode()
        if self._wanted is not None and not hmac.compare_digest(given, self._wanted):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers=HEADERS)


async def _alive(request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers=HEADERS)


async def _plainly(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = {
        401: "This address asks for a token.",
        404: "There is nothing at this address.",
        405: "This address only answers GET.",
    }.get(status, "That did not work.")
    headers = error.headers if isinstance(error, HTTPException) else None
    return PlainTextResponse(text, status_code=status, headers={**HEADERS, **(headers or {})})
