"""The workspace as an ASGI application: /api (Slack's Web API), /response, /upload, /files-pri, /ui and the page itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.playground import attachments, file_methods, responses, teams, web_api
from bot.playground.about import About, TimeControls
from bot.playground.beside import Beside
from bot.playground.teams import connector
from bot.playground.teams import files as teams_files
from bot.playground.ui import PageApi
from bot.playground.workspace import Workspace

PAGE = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(
    workspace: Workspace,
    time: TimeControls,
    about: About | None = None,
    choose: Callable[[str], None] | None = None,
    beside: Beside | None = None,
) -> Starlette:
    """The application, for the root path of its server or for a Mount.

    choose: called with the name of the authority that is chosen on the page, one of `about.authorities`.
    beside: what people have beside Slack; nothing unless told.
    Its lifespan ends the workspace; where it is mounted, and so has no lifespan, call `workspace.aclose()`
    instead.
    Event streams stay open until then: call `workspace.changes.close()` when a server begins to shut down.
    """

    beside = beside or Beside()
    ending = beside.aclose

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await workspace.aclose()
        await ending()

    routes: list[Route | Mount] = [
        Route("/api/{method}", _with(workspace, web_api.answer), methods=["GET", "POST"]),
        Route("/response/{token}", _with(workspace, responses.answer), methods=["POST"]),
        Route("/upload/{token}", _with(workspace, file_methods.take_bytes), methods=["POST"]),
        Route("/files-pri/{file}/{rest:path}", _with(workspace, attachments.hand_over), methods=["GET"]),
        Mount("/ui", routes=PageApi(workspace, time, about or About(), choose, beside).routes()),
    ]
    if beside.teams is not None:
        routes.append(Mount(f"/{teams.CONNECTOR}", routes=connector.routes(beside.teams)))
        routes.append(Mount(f"/{teams_files.PLACE}", routes=teams_files.routes(beside.teams)))
    routes.append(Mount("/", StaticFiles(directory=PAGE, html=True)))
    app = Starlette(routes=routes, lifespan=lifespan)
    app.add_middleware(Guard)
    return app


def _with(
    workspace: Workspace, answer: Callable[[Workspace, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        return await answer(workspace, request)

    return handle


class Guard:
    """Keeps other web pages out, and adds the security headers.

    Host must be this computer's own name, or a page elsewhere could reach us by DNS rebinding. A POST of
    the page carries X-Playground: 1, which a foreign page cannot send without our leave.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refused(scope)
        if refusal is not None:
            await JSONResponse({"ok": False, "problem": refusal, "errors": {}}, 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _refused(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        host = None
    if host not in {"127.0.0.1", "localhost"}:
        return "Open this page by its own address, http://127.0.0.1 with the port."
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if scope["method"] == "POST" and path.startswith("/ui/") and headers.get("x-playground") != "1":
        return "A request to change something needs the header X-Playground: 1."
    return None
