"""Files that a person puts into a form: taken from the page, described as Slack describes them, handed to whoever has the bot's token.

Source: docs.slack.dev/reference/block-kit/block-elements/file-input-element, docs.slack.dev/reference/objects/file-object.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.playground.errors import PageError
from bot.playground.state import Json

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

MOST = 10_000_000
"""Bytes of one file in a form; Slack takes no more."""
METHOD = "files-pri"
"""The name under which `Workspace.faults` knows the fetching of a file, which is no method of the Web API."""


@dataclass(frozen=True)
class Attachment:
    """A file on its way into a form. created: seconds since 1970."""

    id: str
    user: str
    name: str
    content: bytes
    created: int


def put(workspace: Workspace, user: str, name: str, content: bytes) -> Attachment:
    """Keep a file that somebody has chosen. Raises PageError for one that Slack would not take."""
    if user not in workspace.personas:
        raise PageError(f"There is nobody with the user id {user!r} here.", 404)
    if not name:
        raise PageError("A file needs a name.")
    if len(content) > MOST:
        raise PageError("This file is too large: 10 MB are possible.", 413)
    number = f"F0DEMO{len(workspace.attachments) + 1:04}"
    found = Attachment(number, user, name, content, workspace.seconds())
    workspace.attachments[number] = found
    return found


def accept(workspace: Workspace, user: str, element: Json, value: Any) -> list[Json]:
    """What a file input holds: Slack's objects of these files. Raises PageError for what the input could not hold."""
    ids = [
        one.get("id") if isinstance(one, dict) else one for one in (value if isinstance(value, list) else [])
    ]
    most = element.get("max_files", 10)
    if len(ids) > most:
        raise PageError(f"At most {most} file{'' if most == 1 else 's'} can be chosen.")
    found = [workspace.attachments.get(str(one)) for one in ids]
    endings = element.get("filetypes")
    for each in found:
        if each is None or each.user != user:
            raise PageError("This file is not here any more. Choose it again.", 404)
        if endings and each.name.rpartition(".")[2].lower() not in endings:
            raise PageError(f"{each.name} has the wrong type. Possible: {', '.join(endings)}.")
    return [_object(workspace, each) for each in found if each is not None]


def _object(workspace: Workspace, one: Attachment) -> Json:
    kind = one.name.rpartition(".")[2].lower() if "." in one.name else "text"
    address = f"{workspace.address}/files-pri/T0DEMO-{one.id}"
    return {
        "id": one.id,
        "created": one.created,
        "timestamp": one.created,
        "name": one.name,
        "title": one.name,
        "mimetype": "text/csv" if kind == "csv" else "application/octet-stream",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": one.user,
        "user_team": "T0DEMO",
        "editable": False,
        "size": len(one.content),
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"{address}/{quote(one.name)}",
        "url_private_download": f"{address}/download/{quote(one.name)}",
    }


async def hand_over(workspace: Workspace, request: Request) -> Response:
    """Answer GET /files-pri/…: the file for the bot's token; for anybody else the way to sign in, as Slack has it."""
    fault = workspace.faults.take(METHOD)
    if fault is not None:
        return PlainTextResponse("upstream connect error", fault.status)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(token.encode(), workspace.bot_token.encode()):
        return RedirectResponse(f"{workspace.address}/?redir={quote(request.url.path)}", 302)
    found = workspace.attachments.get(request.path_params["file"].partition("-")[2])
    if found is None:
        return PlainTextResponse("file_not_found", 404)
    return Response(found.content, media_type="application/octet-stream")
