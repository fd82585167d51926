"""Microsoft's app object for Teams: which activities go to which handler.

What is known to be wrong with microsoft-teams-apps 2.1, and designed around here and in bot.teams.library: it answers 500 to a card that is drawn anew by itself (trigger "automatic") and to every
activity that its types do not know; its typed copy of an activity lacks what those types lack. So each activity is handed to the handlers
as it came, and the library decides which handler that is.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from pydantic import ValidationError

from bot.background import fault
from bot.guard import Receive, Scope, Send
from bot.log import quiet_logger
from bot.microsoft.clouds import Cloud
from bot.teams.dialogs import Dialogs
from bot.teams.guard import ACTIVITY
from bot.teams.handlers import Handlers
from bot.teams.library import (
    App,
    ClientOptions,
    CloudEnvironment,
    HttpMethod,
    HttpRequest,
    HttpResponse,
    HttpRouteHandler,
    InvokeResponse,
    from_name,
    undisturbed,
    with_overrides,
)
from bot.teams.turn import Turn
from bot.web import TEAMS_PATH
from bot.words import Json

TIMEOUT = 10.0
"""Seconds for each phase of a call to Teams; the library would wait for ever."""
LOCAL_ID = "challenge-bot"
"""The application's id where there is none: on this machine alone."""
_log = structlog.get_logger()
_came: ContextVar[Json] = ContextVar("teams_activity")

Token = Callable[[str], Awaitable[str | None]]


class Adapter:
    """Takes the place of the library's web server: keeps the one handler that it registers, for the address that is ours to serve."""

    def __init__(self) -> None:
        self.handler: HttpRouteHandler | None = None

    def register_route(self, method: HttpMethod, path: str, handler: HttpRouteHandler) -> None:
        """Keep it."""
        self.handler = handler

    def serve_static(self, path: str, directory: str) -> None:
        """No pages are served."""

    async def start(self, port: int) -> None:
        """We serve ourselves."""

    async def stop(self) -> None:
        """We end ourselves."""


def environment(cloud: Cloud) -> CloudEnvironment:
    """The library's own description of the cloud, with our addresses."""
    return with_overrides(
        from_name(cloud.name),
        login_endpoint=cloud.login,
        openid_metadata_url=cloud.metadata,
        bot_scope=cloud.bot_scope,
    )


def create_app(client_id: str, tenant_id: str, cloud: Cloud, token: Token, adapter: Adapter) -> App:
    """The library's app, with our tokens and time-outs. The guard in front checks who asks, so that the library need not do it again."""
    quiet_logger("microsoft_teams")

    async def provide(scope: str | list[str], tenant: str | None) -> str | None:
        return await token(scope if isinstance(scope, str) else scope[0])

    with undisturbed():
        return App(
            client_id=client_id,
            tenant_id=tenant_id,
            token=provide,
            client=ClientOptions(timeout=TIMEOUT),
            cloud=environment(cloud),
            service_url=cloud.service or "https://service.invalid",
            http_server_adapter=adapter,
            messaging_endpoint=TEAMS_PATH,
            dangerously_allow_unauthenticated_requests=True,
            state=False,
            fetch_user_token=False,
            telemetry={"agent365": False},
        )


def register(app: App, handlers: Handlers, dialogs: Dialogs) -> None:
    """Say which activity goes to which handler. Call `app.initialize` afterwards."""

    def turn() -> Turn:
        return Turn.of(_came.get())

    def telling(handle: Callable[[Turn], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        async def told(_: Any) -> None:
            await handle(turn())

        return told

    def answering(handle: Callable[[Turn], Awaitable[Json | None]]) -> Callable[[Any], Awaitable[Any]]:
        async def answered(_: Any) -> Any:
            return InvokeResponse(status=200, body=await handle(turn()))

        return answered

    app.on_message(telling(handlers.message))
    app.on_card_action(answering(dialogs.execute))
    app.on_dialog_open(answering(dialogs.fetch))
    app.on_dialog_submit(answering(dialogs.submit))
    app.on_message_ext_open(answering(dialogs.extension))
    app.on_message_ext_submit(answering(dialogs.submit))
    app.on_file_consent(telling(handlers.file_consent))
    app.on_install_add(telling(handlers.added))
    app.on_install_remove(telling(handlers.removed))


def endpoint(adapter: Adapter) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application behind the guard: hands the activity to the library, and its answer back."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        activity = as_known(scope[ACTIVITY])
        mark = _came.set(activity)
        try:
            status, body = await _ask(adapter, activity)
        finally:
            _came.reset(mark)
        content = b"" if body is None else json.dumps(body).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return answer


async def _ask(adapter: Adapter, activity: Json) -> tuple[int, object]:
    if adapter.handler is None:
        return 503, None
    try:
        found: HttpResponse = await adapter.handler(HttpRequest(body=activity, headers={}))
    except Exception as error:  # noqa: BLE001  the library catches what handlers raise; what is left is its own
        _log.error("teams_request_failed", **fault(error))
        return 500, None
    return found["status"], found.get("body")


def as_known(activity: Mapping[str, Any]) -> Json:
    """The activity with what the library knows: a card that is drawn anew by itself is told by a word of our own."""
    value = activity.get("value")
    if not isinstance(value, Mapping) or value.get("trigger") in (None, "manual"):
        return dict(activity)
    return {**activity, "value": {**value, "trigger": "manual", "refresh": True}}


def unknown_as_bad(app: App) -> None:
    """Have what the library's types do not know answered with 400 and one line in the log, instead of 500 and a long trace."""
    inner = app.server.on_request

    async def outer(event: Any) -> Any:
        if inner is None:
            return InvokeResponse(status=503)
        try:
            return await inner(event)
        except ValidationError:
            _log.warning("teams_request_misshapen")
            return InvokeResponse(status=400)

    app.server.on_request = outer
