"""The bolt app: which of Slack's requests go to which handler, and what becomes of those that go to none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Run, notice
from bot.background import Background, fault
from bot.log import quiet_logger
from bot.sending import NotConnected, SendingProblem
from bot.slack import render
from bot.slack.body import read
from bot.slack.client import Installation
from bot.slack.downloads import Downloads
from bot.slack.errors import Refused, answered
from bot.slack.handlers import PATIENCE, Handlers, Outside, nobody_outside
from bot.slack.screen import Screen
from bot.slack.shape import is_shaped, unreadable
from commands.reception import Receives

_log = structlog.get_logger()

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGI = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

COMMAND = "/challenge"
EVENT = "app_home_opened"
IDENTIFY_PATIENCE = 2.0
"""Seconds for asking Slack who we are while a request waits; the person's three seconds run meanwhile."""

SOCKET_PATIENCE = 15.0
"""Seconds between two attempts to open Socket Mode."""

OTHER_COMMAND = "This bot answers to /challenge. Type /challenge help to see what it can do."
OLD_FORM = "This form belongs to an earlier version of the bot. Type /challenge to begin again."


def create_bolt(
    reception: Receives,
    run: Run,
    after: Callable[[], None],
    client: AsyncWebClient,
    *,
    installation: Installation | None = None,
    background: Background | None = None,
    outside: Outside = nobody_outside,
    patience: float = PATIENCE,
    alone: bool = True,
) -> AsyncApp:
    """The bolt app for HTTP and Socket Mode alike.

    run: `await run(function, *arguments)` carries out a synchronous function on the worker thread. after: called whenever
    something may have been written, to wake the delivery. client: with the bot's token, see `bot.slack.client.connect`.
    installation: whose `identify` was awaited at the start, so that no request has to. background: what is still to be shown
    after a request was answered; settle it before the program ends. outside: whether somebody must be shown nothing. patience:
    seconds for the reception's answer. alone: no other replica answers requests.

    Signatures are not verified here: the guard in front does, and in Socket Mode Slack vouches for the socket. Nor is the shape of a
    request looked at: `endpoint` does, and in Socket Mode the middleware `bot.slack.shape.shaped`.
    """
    known = installation or Installation(client)

    async def authorize() -> AuthorizeResult:
        async with asyncio.timeout(IDENTIFY_PATIENCE):
            return await known.identify()

    logger = quiet_logger("bot.slack.bolt")
    app = AsyncApp(
        name="challenge-bot",
        logger=logger,
        client=_without_token(client),
        authorize=authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    shown = background or Background()
    handlers = Handlers(
        reception, run, after, Screen(client), Downloads(client), shown, outside, patience, alone
    )
    # The most frequent first: bolt tries them in this order.
    app.action(re.compile(r"^press:"))(handlers.pressed)
    app.view(render.CALLBACK)(handlers.submitted)
    app.command(COMMAND)(handlers.typed)
    app.action({"block_id": re.compile(r"^in:")})(handlers.changed)
    app.event(EVENT)(handlers.home_opened)
    app.view_closed(render.CALLBACK)(handlers.closed)
    app.action(re.compile(""))(handlers.unknown_action)
    app.error(_answer_error)
    return app


def endpoint(app: AsyncApp) -> ASGI:
    """The ASGI application for requests whose signature was verified. A body that cannot be read gets 400.

    Bolt is handed what was read from the body, as it is in Socket Mode: its own reading takes a twentieth of a click.
    """

    async def answer(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        message = await receive()  # the guard in front has read it as a whole
        try:
            body = read(message.get("body", b""))
            request = AsyncBoltRequest(body=body, mode="socket_mode")
            response = await app.async_dispatch(request) if is_shaped(body) else unreadable()
        except Exception as error:  # noqa: BLE001  bolt catches all that handlers raise; what is left is the reading
            _log.warning("slack_request_unreadable", error=type(error).__name__)
            response = BoltResponse(status=400, body="This request cannot be read.")
        text = response.body.encode()
        headers = [(name.encode(), one.encode()) for name, each in response.headers.items() for one in each]
        headers.append((b"content-length", b"%d" % len(text)))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    return answer


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Ask Slack whether Socket Mode will work. Raises NotConnected when it refuses the app-level token, TryLater for no answer."""
    try:
        await answered(client.apps_connections_open(app_token=app_token))
    except (Refused, NotConnected):
        raise NotConnected(
            "Slack does not accept CHALLENGE_SLACK_APP_TOKEN. It must be an app-level token (xapp-…) with the scope "
            "connections:write, and Socket Mode must be switched on for the app."
        ) from None


async def run_socket(app: AsyncApp, app_token: str) -> None:
    """Take requests through Socket Mode until cancelled; broken connections are made again.

    Raises NotConnected at once when Slack refuses the app-level token, TryLater when Slack cannot be reached.
    """
    # Here, because a start that Slack calls by HTTP need not wait for it.
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    # The SDK's own first attempt would repeat itself for ever, however wrong the token.
    await check_app_token(app.client, app_token)
    handler = AsyncSocketModeHandler(app, app_token, logger=quiet_logger("bot.slack.socket"))
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def keep_socket(app: AsyncApp, app_token: str, patience: float = SOCKET_PATIENCE) -> None:
    """As `run_socket`, and begin again after `patience` seconds whenever it ends: a program that is deaf must not look alive."""
    while True:
        try:
            await run_socket(app, app_token)
        except Exception as error:  # noqa: BLE001  whatever it was, the next attempt may succeed
            _log.error("slack_socket_failed", **fault(error))
        await asyncio.sleep(patience)


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    """Bolt asks Slack who it is by itself, once for each start, when its client has a token; `authorize` knows already."""
    return AsyncWebClient(
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        logger=client.logger,
        retry_handlers=[],
    )


async def _answer_error(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """Whatever no handler took or a handler could not do. Never a body in the log, never a silent 200 for a fault."""
    kind = str(body.get("type") or ("command" if "command" in body else "unknown"))
    if isinstance(error, BoltUnhandledRequestError):
        _log.info("slack_request_unknown", kind=kind)
        return _answer_unknown(body)
    found = fault(error)
    if isinstance(error, AttributeError | KeyError | TypeError) and found["where"].startswith("slack_bolt."):
        return unreadable()  # bolt tripped over it before anybody could look at its shape
    _log.error("slack_request_failed", what=kind, **found)
    if isinstance(error, SendingProblem | TimeoutError):
        return BoltResponse(
            status=503, body="Slack does not answer the bot at present, or does not accept its token."
        )
    return BoltResponse(status=500, body="Something went wrong on our side.")


def _answer_unknown(body: Mapping[str, Any]) -> BoltResponse:
    if "command" in body:
        return BoltResponse(
            status=200, body={"response_type": "ephemeral", **render.message(notice(OTHER_COMMAND))}
        )
    if body.get("type") == "view_submission":
        return BoltResponse(
            status=200, body={"response_action": "update", "view": render.modal(notice(OLD_FORM))}
        )
    if body.get("type") == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    return BoltResponse(status=200, body="")
