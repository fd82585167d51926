"""Everything of Teams, put together: for as long as the program runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.answering import TOO_FAST, Answering, Run, notice
from bot.background import Background
from bot.guard import ASGIApp
from bot.intake import Pace
from bot.microsoft.clouds import Cloud, cloud_of
from bot.microsoft.tokens import Tokens, tokens_of
from bot.redrawing import as_now, reader_of
from bot.sending import NotConnected, SendingProblem
from bot.settings import Settings
from bot.teams import render
from bot.teams.asking import Asking
from bot.teams.connector import Connector
from bot.teams.dialogs import Dialogs
from bot.teams.directory import Directory
from bot.teams.errors import TIMEOUT
from bot.teams.guard import TeamsGuard, TooFast
from bot.teams.handlers import Handlers
from bot.teams.library import TokenValidator
from bot.teams.listen import (
    LOCAL_ID,
    Adapter,
    create_app,
    endpoint,
    environment,
    register,
    unknown_as_bad,
)
from bot.teams.screen import Screen
from bot.teams.send import Chats, TeamsSender
from bot.teams.turn import PLATFORM, Turn
from bot.words import compact
from commands.office import Office
from commands.reception import Receives
from commands.vocabulary import Card
from storage import people, postings


class TeamsSide:
    """The program's side of Teams. Make it with `connect`, then `wire` it to a reception."""

    def __init__(
        self, settings: Settings, cloud: Cloud, tokens: Tokens | None, http: httpx.AsyncClient
    ) -> None:
        self._settings, self._cloud, self._tokens, self._http = settings, cloud, tokens, http
        self._tenant = settings.teams_tenant_id
        self._client_id = settings.teams_client_id or LOCAL_ID
        self._adapter = Adapter()
        self._app = create_app(self._client_id, self._tenant or "", cloud, self._token, self._adapter)
        self.connector = Connector(self._app.api, self._tenant or "", cloud.service, http)
        self._guard: TeamsGuard | None = None

    def wire(
        self,
        office: Office,
        reception: Receives,
        run: Run,
        receive: Run,
        after: Callable[[], None],
        background: Background,
    ) -> None:
        """Connect it to the office. run: on a worker thread; receive: the same for what is asked of the reception; after: wakes delivery."""
        chats = Chats(office.database, office.clock, run)
        graph = (str(self._settings.graph_url or self._cloud.graph).rstrip("/"), self._cloud.graph_scope)
        self.directory = Directory(
            self.connector, self._http, self._tokens, graph, self._tenant or "", background
        )
        inline = not self._settings.teams_dialogs
        self.sender = TeamsSender(self.connector, chats, self.directory, inline=inline)
        own_host = urlsplit(self._settings.teams_service_url or "").netloc
        self._screen = Screen(self.connector, chats, own_host=own_host, inline=inline)
        self._background = background
        asking = Asking(reception, Answering(PLATFORM, receive, after), self.directory)
        handlers = Handlers(asking, self._screen, background)
        redrawn = partial(_redrawn, office)
        redrawn.__name__ = "redrawn"  # type: ignore[attr-defined]
        register(self._app, handlers, Dialogs(asking, redrawn, self._screen, background))

    async def start(self) -> None:
        """Ready to take requests."""
        await self._app.initialize()
        unknown_as_bad(self._app)

    def endpoint(self, pace: Pace | None = None) -> ASGIApp:
        """The ASGI application for POST /teams/messages, behind its guard."""
        validator = None
        if not self._settings.teams_noauth:
            validator = TokenValidator.for_service(self._client_id, cloud=environment(self._cloud))
        self._guard = TeamsGuard(
            endpoint(self._adapter),
            validator=validator,
            tenant_id=self._tenant,
            pace=pace,
            too_fast=_teller(self._screen, self._background),
        )
        return self._guard

    async def check(self) -> None:
        """Ask Microsoft whether it knows the program. Raises NotConnected when it does not, TryLater when it cannot be reached."""
        if self._tokens is not None:
            await self._tokens.get(self._cloud.bot_scope)

    async def email_of(self, user_id: str) -> str | None:
        """The address of a colleague who has just written; None for anybody else, and where Teams does not say."""
        try:
            return await self.directory.email_of(user_id)
        except SendingProblem:
            return None

    async def reachable(self) -> bool:
        """Whether there is a token for Teams at this moment."""
        try:
            await self.check()
        except SendingProblem:
            return False
        return True

    async def close(self) -> None:
        """Give back connections and threads."""
        if self._guard is not None:
            self._guard.close()
        if self._tokens is not None:
            self._tokens.close()
        await self._app.http_client.http.aclose()
        await self._app.api.http.http.aclose()

    async def _token(self, scope: str) -> str | None:
        if self._settings.teams_noauth:
            return None
        if self._tokens is None:
            raise NotConnected("Teams is not set up: `challenge-bot settings` lists what is missing.")
        return await self._tokens.get(scope)


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[TeamsSide]:
    """The program's side of Teams for as long as the block lasts."""
    tokens = None if settings.teams_noauth else tokens_of(settings)
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as http:
        side = TeamsSide(settings, cloud_of(settings), tokens, http)
        try:
            yield side
        finally:
            await side.close()


def _redrawn(office: Office, key: str, user: str) -> Card | None:
    """The message with this key as it is now, if it stands in this very person's chat."""
    if not key:
        return None
    with office.database.read() as session:
        posted = postings.posted(session, key)
        person = people.by_platform_id(session, PLATFORM, user)
        if posted is None or person is None or person.email != reader_of(posted):
            return None
    return as_now(office, posted)


def _teller(screen: Screen, background: Background) -> TooFast:
    """What somebody is told, once, whose requests come faster than people send them."""

    async def tell(activity: Any) -> bytes:
        words = notice(TOO_FAST)
        turn = Turn.of(activity)
        match activity.get("name"):
            case "task/fetch" | "composeExtension/fetchTask":
                window = render.dialog(words, render.marked(turn.activity))
                return compact({"task": {"type": "continue", "value": window}}).encode()
            case "adaptiveCard/action":
                kind = "application/vnd.microsoft.activity.message"
                return compact({"statusCode": 200, "type": kind, "value": TOO_FAST}).encode()
        if activity.get("type") == "message":
            background.start(screen.say(turn.chat, words), "tell somebody to wait")
        return b""

    return tell
