"""What the app says in answer to an interaction: in the answer itself, or later at a response URL."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.chat_methods import TEXT_CHARACTERS, checked_blocks, rewrite
from bot.playground.errors import MethodError, PageError
from bot.playground.state import Json, Message, ResponseUrl
from bot.playground.workspace import BOT_USER, Workspace

_KNOWN = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "metadata",
    "unfurl_links",
    "unfurl_media",
    "mrkdwn",
}


def _content(body: Json) -> tuple[str | None, list[Json] | None]:
    unknown = sorted(set(body) - _KNOWN)
    if unknown:
        raise MethodError("invalid_arguments", [f"[ERROR] invalid additional property: {unknown[0]}"])
    text: Any = body.get("text")
    if text is not None and not isinstance(text, str):
        raise MethodError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if len(text or "") > TEXT_CHARACTERS:
        raise MethodError("msg_too_long")
    if not text and not body.get("blocks"):
        raise MethodError("no_text")
    return text, checked_blocks(body["blocks"]) if body.get("blocks") is not None else None


def say(workspace: Workspace, user: str, channel: str, body: Json) -> Message:
    """Put up what the app answered: for this person alone unless response_type is in_channel.

    Raises MethodError when Slack would refuse it.
    """
    kind = body.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise MethodError("invalid_arguments", ["[ERROR] must be one of: ephemeral, in_channel"])
    text, blocks = _content(body)
    only_for = user if kind == "ephemeral" else None
    return workspace.add(
        Message(workspace.next_ts(), channel, BOT_USER, text or "", blocks or [], only_for=only_for)
    )


def _original(workspace: Workspace, permit: ResponseUrl) -> Message | None:
    if permit.message_ts is None:
        return None
    try:
        return workspace.visible(permit.user, permit.message_ts)
    except PageError:
        return None


def respond(workspace: Workspace, permit: ResponseUrl, body: Json) -> None:
    """Carry out one POST to a response URL. Raises MethodError when Slack would refuse it."""
    original = _original(workspace, permit)
    if body.get("delete_original"):
        if original is None:
            raise MethodError("message_not_found")
        workspace.remove(original)
    elif body.get("replace_original") and original is not None:
        text, blocks = _content(body)
        # As in Slack, a replacement without blocks takes the old ones away.
        rewrite(workspace, original, text or "", blocks or [])
        original.edited = None if original.only_for else workspace.next_ts()
    else:
        message = say(workspace, permit.user, permit.channel, body)
        if permit.message_ts is None:
            permit.message_ts = message.ts


async def answer(workspace: Workspace, request: Request) -> Response:
    """Answer a POST to /response/<token>: "ok", or 404 for a spent permit and 400 for content that is
    wrong."""
    try:
        permit = workspace.use_response_url(request.path_params["token"])
    except MethodError as error:
        return JSONResponse({"ok": False, "error": error.code}, 404)
    try:
        body = await request.json()
        if not isinstance(body, dict):
            raise MethodError("invalid_payload")
        respond(workspace, permit, body)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
    except MethodError as error:
        refusal: Json = {"ok": False, "error": error.code}
        if error.messages:
            refusal["response_metadata"] = {"messages": error.messages}
        return JSONResponse(refusal, 400)
    return PlainTextResponse("ok")
