"""files.*: a file is announced, its bytes are brought to an address of their own, then it is shared in a conversation.

Slack's reference: docs.slack.dev/reference/methods/files.getUploadURLExternal and files.completeUploadExternal. An upload is
good for one use; one that was never completed is never seen.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground.arguments import Arguments
from bot.playground.errors import MethodError, PageError
from bot.playground.state import Json, Message, Upload
from bot.playground.workspace import BOT_USER, Workspace

LARGEST = 50_000_000
LIFE = timedelta(minutes=15)


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Json:
    """files.getUploadURLExternal: an address for the bytes and the file's id. `length` is their number."""
    name, length = arguments.needed("filename"), arguments.text("length", "0")
    if not length.isdecimal() or not int(length):
        raise MethodError("missing_argument")
    if int(length) > LARGEST:
        raise MethodError("file_upload_size_restricted")
    if "/" in name or "\\" in name:
        raise MethodError("invalid_arguments", ["[ERROR] filename must not hold a path"])
    token = secrets.token_urlsafe(18)
    file_id = f"F{secrets.token_hex(5).upper()}"
    workspace.uploads[token] = Upload(file_id, name, int(length), workspace.now())
    return {"upload_url": f"{workspace.address}/upload/{token}", "file_id": file_id}


async def take_bytes(workspace: Workspace, request: Request) -> Response:
    """A POST of the bytes to /upload/<token>: "OK - <length>", or 404 for an address that is not good (any more)."""
    fault = workspace.faults.take("upload")
    if fault is not None:
        return PlainTextResponse("upstream connect error", fault.status)
    upload = workspace.uploads.get(request.path_params["token"])
    if upload is None or upload.content is not None or workspace.now() - upload.issued > LIFE:
        return PlainTextResponse("not found", 404)
    content = await request.body()
    if len(content) != upload.length:
        return PlainTextResponse("the length is not the one that was announced", 400)
    upload.content = content
    return PlainTextResponse(f"OK - {len(content)}")


def complete_upload(workspace: Workspace, arguments: Arguments) -> Json:
    """files.completeUploadExternal: the files are there and, with a `channel_id`, shared in a message. Good for once."""
    wanted = arguments.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise MethodError("invalid_arguments", ["[ERROR] missing required field: files"])
    channel = workspace.channel(arguments.text("channel_id")) if "channel_id" in arguments else None
    by_id = {upload.file_id: (token, upload) for token, upload in workspace.uploads.items()}
    found = [by_id.get(str(one.get("id"))) for one in wanted]
    files: list[Json] = []
    for one, pair in zip(wanted, found, strict=True):
        if pair is None or pair[1].content is None or workspace.now() - pair[1].issued > LIFE:
            raise MethodError("file_not_found")
        files.append(_file(workspace, pair[1], str(one.get("title") or pair[1].name)))
    for pair in found:
        if pair is not None and pair[1].content is not None:
            workspace.files[pair[1].file_id] = (pair[1].name, pair[1].content)
            del workspace.uploads[pair[0]]
    if channel is not None:
        text = arguments.text("initial_comment")
        workspace.add(Message(workspace.next_ts(), channel.id, BOT_USER, text, files=files))
    return {"files": [{"id": one["id"], "title": one["title"]} for one in files]}


def _file(workspace: Workspace, upload: Upload, title: str) -> Json:
    """A file as it stands in messages (docs.slack.dev/reference/objects/file-object); its addresses need the reader's leave."""
    address = f"{workspace.address}/ui/file/{upload.file_id}"
    return {
        "id": upload.file_id,
        "created": workspace.seconds(),
        "timestamp": workspace.seconds(),
        "name": upload.name,
        "title": title,
        "filetype": upload.name.rpartition(".")[2],
        "size": upload.length,
        "user": BOT_USER,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
    }


def download(workspace: Workspace, user: str, file_id: str) -> tuple[str, bytes]:
    """A file's name and bytes, for somebody in a conversation in which it was shared. Raises PageError for everybody else."""
    if user in workspace.personas:
        for channel in workspace.channels_of(user):
            for message in channel.messages:
                if any(one["id"] == file_id for one in message.files):
                    return workspace.files[file_id]
    raise PageError("This file is not among those that were shared with you.", 404)
