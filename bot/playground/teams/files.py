"""Files in Teams: those that a person sends to the app, and those that the app asks to put into a person's OneDrive.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.playground.errors import PageError
from bot.playground.state import Json
from bot.playground.teams.state import Chat, Stored
from bot.playground.teams.tenant import Tenant

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
PLACE = "teams-files"
LARGEST = 10_000_000


def faults_of(attachment: Json, chat: Chat) -> list[str]:
    """What is wrong with a file consent or file info card."""
    if chat.kind != "personal":
        return ["Files go from bots to persons only."]
    if not isinstance(attachment.get("name"), str) or not attachment["name"]:
        return ["A file needs a name."]
    content = attachment.get("content")
    if not isinstance(content, dict):
        return ["The card has no content."]
    if attachment["contentType"] == CONSENT:
        size = content.get("sizeInBytes")
        return [] if isinstance(size, int) and size > 0 else ["sizeInBytes must be the number of bytes."]
    missing = [name for name in ("uniqueId", "fileType") if not content.get(name)]
    return [f"missing required field: {name}" for name in missing]


def as_attachment(tenant: Tenant, stored: Stored) -> Json:
    """A file that a person sends to the app: an address that is good without a token."""
    return {
        "contentType": DOWNLOAD,
        "contentUrl": f"{tenant.address}/{PLACE}/onedrive/{quote(stored.name)}",
        "name": stored.name,
        "content": {
            "downloadUrl": f"{tenant.address}/{PLACE}/{stored.id}",
            "uniqueId": stored.id,
            "fileType": ending(stored.name),
        },
    }


def upload_info(tenant: Tenant, stored: Stored) -> Json:
    """Where the app may put the file that somebody has agreed to."""
    return {
        "contentUrl": f"{tenant.address}/{PLACE}/onedrive/{quote(stored.name)}",
        "name": stored.name,
        "uploadUrl": f"{tenant.address}/{PLACE}/{stored.id}",
        "uniqueId": stored.id,
        "fileType": ending(stored.name),
    }


def ending(name: str) -> str:
    """The file's type: what follows its last dot."""
    return name.rpartition(".")[2] if "." in name else ""


def routes(tenant: Tenant) -> list[Route]:
    """What an app does with these addresses."""
    return [
        Route("/{file}", _with(tenant, _take), methods=["PUT"]),
        Route("/{file}", _with(tenant, _give), methods=["GET"]),
    ]


def _with(
    tenant: Tenant, act: Callable[[Tenant, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        fault = tenant.faults.take("files")
        if fault is not None:
            return PlainTextResponse("upstream connect error", fault.status)
        return await act(tenant, request)

    return handle


async def _take(tenant: Tenant, request: Request) -> Response:
    stored = tenant.files.get(request.path_params["file"])
    content = await request.body()
    if stored is None or stored.content is not None:
        return JSONResponse({"error": {"code": "itemNotFound"}}, 404)
    whole = re.fullmatch(r"bytes 0-(\d+)/(\d+)", request.headers.get("content-range", ""))
    if whole is None or int(whole[1]) + 1 != int(whole[2]) or int(whole[2]) != len(content):
        return JSONResponse({"error": {"code": "invalidRequest", "message": "Content-Range"}}, 400)
    stored.content = content
    tenant.changes.tell()
    return JSONResponse({"id": stored.id, "name": stored.name, "size": len(content)}, 201)


async def _give(tenant: Tenant, request: Request) -> Response:
    stored = tenant.files.get(request.path_params["file"])
    if stored is None or stored.content is None:
        return JSONResponse({"error": {"code": "itemNotFound"}}, 404)
    return Response(stored.content, media_type="application/octet-stream")


def download(tenant: Tenant, user: str, file_id: str) -> tuple[str, bytes]:
    """A file in one's own OneDrive: its name and bytes. Raises PageError."""
    stored = tenant.files.get(file_id)
    if stored is None or stored.user != user or stored.content is None:
        raise PageError("This file is not among yours.", 404)
    return stored.name, stored.content
