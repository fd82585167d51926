"""The part of Slack's Web API that this workspace speaks: one function a method, one way in."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.playground import chat_methods, file_methods, people_methods, view_methods
from bot.playground.arguments import Arguments, read
from bot.playground.errors import MethodError
from bot.playground.faults import Fault
from bot.playground.people import TEAM_ID
from bot.playground.state import Json
from bot.playground.workspace import BOT_ID, BOT_USER, Workspace

RETRY_AFTER = 1


def _auth_test(workspace: Workspace, _: Arguments) -> Json:
    return {
        "url": f"{workspace.address}/",
        "team": workspace.team_name,
        "user": workspace.bot_name.lower().replace(" ", "_"),
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _api_test(_: Workspace, arguments: Arguments) -> Json:
    if "error" in arguments:
        raise MethodError(arguments.text("error"))
    return {"args": {}}


METHODS: dict[str, Callable[[Workspace, Arguments], Json]] = {
    "api.test": _api_test,
    "auth.test": _auth_test,
    "chat.delete": chat_methods.delete,
    "chat.getPermalink": chat_methods.permalink,
    "chat.postEphemeral": chat_methods.post_ephemeral,
    "chat.postMessage": chat_methods.post_message,
    "chat.update": chat_methods.update,
    "conversations.history": people_methods.conversations_history,
    "conversations.info": people_methods.conversations_info,
    "conversations.list": people_methods.conversations_list,
    "conversations.open": people_methods.conversations_open,
    "conversations.replies": people_methods.conversations_replies,
    "files.completeUploadExternal": file_methods.complete_upload,
    "files.getUploadURLExternal": file_methods.get_upload_url,
    "users.info": people_methods.users_info,
    "users.list": people_methods.users_list,
    "users.lookupByEmail": people_methods.users_by_email,
    "views.open": view_methods.open_view,
    "views.publish": view_methods.publish_view,
    "views.push": view_methods.push_view,
    "views.update": view_methods.update_view,
}


async def answer(workspace: Workspace, request: Request) -> Response:
    """Answer one call of /api/<method>."""
    method = request.path_params["method"]
    try:
        arguments = await read(request)
        fault = workspace.faults.take(method, arguments.text("channel"))
        if fault is not None and not fault.cut:
            return _faulty(fault)
        if method not in METHODS:
            raise MethodError("unknown_method")
        if method != "api.test":
            _authorise(workspace, request, arguments)
        body = {"ok": True} | METHODS[method](workspace, arguments)
    except MethodError as error:
        return refusal(error)
    return _Cut() if fault is not None else _answered(body)


def _authorise(workspace: Workspace, request: Request, arguments: Arguments) -> None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.text("token")
    if not token:
        raise MethodError("not_authed")
    if not secrets.compare_digest(token.encode(), workspace.bot_token.encode()):
        raise MethodError("invalid_auth")


def refusal(error: MethodError) -> Response:
    """The answer for a call that was refused: HTTP 200 and ok=false, or 429 with Retry-After for
    ratelimited."""
    body: Json = {"ok": False, "error": error.code, **error.extra}
    if error.messages:
        body["response_metadata"] = {"messages": error.messages}
    if error.code == "ratelimited":
        return _answered(body, 429, {"Retry-After": str(RETRY_AFTER)})
    return _answered(body)


def _answered(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body, status, {"X-Slack-Req-Id": secrets.token_hex(16)} | (headers or {}))


def _faulty(fault: Fault) -> Response:
    headers = {"Retry-After": str(fault.retry_after or RETRY_AFTER)} if fault.status == 429 else {}
    if fault.error is None and fault.status >= 500:
        return PlainTextResponse("upstream connect error", fault.status, headers)
    error = fault.error or ("ratelimited" if fault.status == 429 else "internal_error")
    return _answered({"ok": False, "error": error}, fault.status, headers)


class _Cut(Response):
    """An answer that breaks off: it promises bytes that never come, so the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"65536")]})
