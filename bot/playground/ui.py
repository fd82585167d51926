"""The page's own interface under /ui/: one picture of the state, and one request for each thing a person
can do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from bot.playground import attachments, file_methods, interactions, values
from bot.playground.about import STEPS, About, TimeControls
from bot.playground.beside import Beside
from bot.playground.downloads import downloaded
from bot.playground.errors import MethodError, NoAnswerError, PageError
from bot.playground.state import Channel, Json, Message, Typed, View
from bot.playground.teams import ui as teams_ui
from bot.playground.teams.ui import TeamsApi
from bot.playground.wanted import Wanted
from bot.playground.workspace import BOT_USER, Workspace

QUIET_SECONDS = 15.0
Handler = Callable[[Request], Awaitable[Response]]


def _nested(typed: Typed) -> dict[str, dict[str, Any]]:
    result: dict[str, dict[str, Any]] = {}
    for (block_id, action_id), value in typed.items():
        result.setdefault(block_id, {})[action_id] = value
    return result


def _message(message: Message, user: str) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "from_bot": message.from_bot and not message.failure,
        "failure": message.failure,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [{name: one[name] for name in ("id", "name", "title", "size")} for one in message.files],
        "thread_ts": message.thread_ts,
        "edited": message.edited is not None,
        "ephemeral": message.only_for is not None,
        "typed": _nested(message.typed.get(user) or values.start(message.blocks)),
    }


def _channel(workspace: Workspace, channel: Channel, user: str) -> Json:
    mine = channel.messages + [one for one in channel.ephemerals if one.only_for == user]
    return {
        "id": channel.id,
        "name": channel.name,
        "direct": channel.person is not None,
        "unread": workspace.unread(channel, user),
        "messages": [_message(one, user) for one in sorted(mine, key=lambda one: one.ts)],
    }


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    body = {name: view.body.get(name) for name in ("type", "title", "submit", "close", "submit_disabled")}
    return body | {
        "id": view.id,
        "hash": view.hash,
        "blocks": view.blocks,
        "typed": _nested(view.typed),
        "errors": view.errors,
    }


def state(workspace: Workspace, beside: Beside, time: TimeControls, about: About, user: str) -> Json:
    """All that the page shows to this person. teams, mail, calendar: None where they have none."""
    teams = beside.teams if beside.teams is not None and user in beside.teams.members else None
    me, outlook = workspace.personas[user], beside.outlook
    return {
        "teams": None if teams is None else teams_ui.state(teams, user),
        "mail": None if outlook is None else outlook.mail(me),
        "calendar": None if outlook is None else outlook.calendar(me),
        "revision": workspace.changes.revision,
        "team": {"name": workspace.team_name},
        "bot": {"user_id": BOT_USER, "name": workspace.bot_name},
        "about": asdict(about),
        "time": {"now": time.now().isoformat(), "text": time.describe(), "zone": workspace.zone.key},
        "me": user,
        "people": [
            {
                "id": one.user_id,
                "name": one.name,
                "title": one.title,
                "initials": one.initials,
                "colour": one.colour,
                "view": one.view if beside.teams is not None else "slack",
                "unread": sum(
                    workspace.unread(channel, one.user_id) for channel in workspace.channels_of(one.user_id)
                ),
                "unread_in_teams": teams_ui.unread(beside.teams, one.user_id) if beside.teams else 0,
            }
            for one in workspace.personas.values()
        ],
        "channels": [_channel(workspace, channel, user) for channel in workspace.channels_of(user)],
        "home": _view(workspace.homes.get(user)),
        "modals": [_view(view) for view in workspace.modals[user]],
    }


class PageApi:
    """The handlers of /ui/."""

    def __init__(
        self,
        workspace: Workspace,
        time: TimeControls,
        about: About,
        choose: Callable[[str], None] | None = None,
        beside: Beside | None = None,
    ) -> None:
        self._workspace, self._time, self._about = workspace, time, about
        self._beside = beside or Beside()
        self._chosen = choose

    def routes(self) -> list[Route | Mount]:
        """One route for each address below /ui."""
        posts: dict[str, Callable[[Wanted], Awaitable[interactions.Outcome]]] = {
            "command": self._command,
            "action": self._action,
            "view/change": self._change,
            "view/submit": self._submit,
            "view/close": self._close,
            "home": self._home,
            "read": self._read,
            "redeliver": self._redeliver,
            "authority": self._choose,
        }
        routes: list[Route | Mount] = [
            Route(f"/{name}", self._posted(act), methods=["POST"]) for name, act in posts.items()
        ]
        if self._beside.teams is not None:
            routes.append(Mount("/teams", routes=TeamsApi(self._beside.teams).routes(self._posted)))
        if self._beside.outlook is not None:
            routes.append(Mount("/outlook", routes=self._beside.outlook.routes(self._posted)))
        return [
            Route("/state", self._state, methods=["GET"]),
            Route("/events", self._events, methods=["GET"]),
            Route("/file/{file}", self._file, methods=["GET"]),
            Route("/attach", self._attach, methods=["POST"]),
            Route("/time", self._move, methods=["POST"]),
            *routes,
        ]

    async def _wanted(self, request: Request) -> Wanted:
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError as error:
            raise PageError("The request is not JSON.") from error
        if not isinstance(body, dict):
            raise PageError("The request must be a JSON object.")
        return Wanted(body, self._workspace.personas)

    def _posted(self, act: Callable[[Wanted], Awaitable[interactions.Outcome]]) -> Handler:
        async def handle(request: Request) -> Response:
            try:
                outcome = await act(await self._wanted(request))
            except PageError as error:
                return JSONResponse({"ok": False, "problem": str(error), "errors": {}}, error.status)
            except MethodError as error:
                return JSONResponse({"ok": False, "problem": error.code, "errors": {}}, 404)
            return JSONResponse(outcome.as_json())

        return handle

    async def _state(self, request: Request) -> Response:
        user = request.query_params.get("user") or next(iter(self._workspace.personas))
        if user not in self._workspace.personas:
            return JSONResponse(
                {"ok": False, "problem": f"There is nobody with the user id {user!r} here."}, 404
            )
        return JSONResponse(state(self._workspace, self._beside, self._time, self._about, user))

    async def _file(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        return downloaded(lambda: file_methods.download(self._workspace, user, request.path_params["file"]))

    async def _attach(self, request: Request) -> Response:
        user, name = (request.query_params.get(key, "") for key in ("user", "name"))
        try:
            content = bytearray()
            async for piece in request.stream():
                content += piece
                if len(content) > attachments.MOST:
                    break
            found = attachments.put(self._workspace, user, name, bytes(content))
        except PageError as error:
            return JSONResponse({"ok": False, "problem": str(error), "errors": {}}, error.status)
        return JSONResponse({"ok": True, "file": {"id": found.id, "name": found.name}})

    async def _events(self, _: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        changes = self._workspace.changes
        revision = changes.revision
        yield f"retry: 1000\nevent: changed\ndata: {revision}\n\n"
        while not changes.closed:
            if await changes.after(revision, QUIET_SECONDS):
                revision = changes.revision
                yield f"event: changed\ndata: {revision}\n\n"
            else:
                yield ": still here\n\n"

    async def _move(self, request: Request) -> Response:
        try:
            step = (await self._wanted(request)).text("step")
            if step not in STEPS:
                raise PageError(f"Time moves by one of: {', '.join(STEPS)}.")
        except PageError as error:
            return JSONResponse({"ok": False, "problem": str(error)}, error.status)
        sentence = await self._time.move(step)
        self._workspace.changes.tell()
        return JSONResponse({"ok": True, "sentence": sentence, "text": self._time.describe()})

    async def _command(self, wanted: Wanted) -> interactions.Outcome:
        user, line = wanted.user(), wanted.text("text")
        channel = wanted.text("channel", "") or self._workspace.direct(user).id
        word = line.strip().split(" ")[0]
        known = {hint.text.split(" ")[0] for hint in self._about.commands}
        if word.startswith("/") and known and word not in known:
            sentence = f"{word} is not a valid command. There is: {', '.join(sorted(known))}."
            self._workspace.tell(user, self._workspace.channel(channel).id, sentence, failure=True)
            return interactions.Outcome(sentence)
        return await interactions.run_command(self._workspace, user, channel, line)

    async def _action(self, wanted: Wanted) -> interactions.Outcome:
        ids = wanted.text("surface"), wanted.text("block_id"), wanted.text("action_id")
        return await interactions.act(self._workspace, wanted.user(), *ids, wanted.any("value"))

    async def _change(self, wanted: Wanted) -> interactions.Outcome:
        ids = wanted.text("surface"), wanted.text("block_id"), wanted.text("action_id")
        value, enter = wanted.any("value"), wanted.flag("enter")
        return await interactions.change(self._workspace, wanted.user(), *ids, value, enter=enter)

    async def _submit(self, wanted: Wanted) -> interactions.Outcome:
        return await interactions.submit(
            self._workspace, wanted.user(), wanted.text("view_id"), wanted.entries("values")
        )

    async def _close(self, wanted: Wanted) -> interactions.Outcome:
        return await interactions.close(
            self._workspace, wanted.user(), wanted.text("view_id"), everything=wanted.flag("all")
        )

    async def _home(self, wanted: Wanted) -> interactions.Outcome:
        return await interactions.open_home(self._workspace, wanted.user())

    async def _read(self, wanted: Wanted) -> interactions.Outcome:
        channel = self._workspace.channel(wanted.text("channel"))
        user, last = wanted.user(), channel.messages[-1].ts if channel.messages else ""
        if channel.read.get(user, "") != last:
            channel.read[user] = last
            self._workspace.changes.tell()
        return interactions.Outcome()

    async def _choose(self, wanted: Wanted) -> interactions.Outcome:
        """Begin anew with another authority; the page finds it at the same address a moment later."""
        name = wanted.text("name")
        if self._chosen is None or name not in {each.name for each in self._about.authorities}:
            raise PageError("There is no such authority to choose here.", 404)
        self._chosen(name)
        return interactions.Outcome()

    async def _redeliver(self, _: Wanted) -> interactions.Outcome:
        try:
            await self._workspace.courier.again()
        except NoAnswerError as error:
            return interactions.Outcome(f"The app did not answer ({error.code}).")
        return interactions.Outcome()
