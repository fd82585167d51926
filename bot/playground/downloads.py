"""A file that somebody saves from the page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from bot.playground.errors import PageError


def downloaded(find: Callable[[], tuple[str, bytes]]) -> Response:
    """The answer with the file that is found, by name and content; what PageError says where it is not for this person."""
    try:
        name, content = find()
    except PageError as error:
        return JSONResponse({"ok": False, "problem": str(error), "errors": {}}, error.status)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
