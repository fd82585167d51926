"""The page's interface to Teams, under /ui/teams/: what one person sees there, and one request for each thing that they can do."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.downloads import downloaded
from bot.playground.errors import NoAnswerError, PageError
from bot.playground.interactions import Outcome
from bot.playground.state import Json
from bot.playground.teams import cards, files, interactions
from bot.playground.teams.state import Chat, Post
from bot.playground.teams.tenant import Tenant
from bot.playground.wanted import Wanted

Act = Callable[[Wanted], Awaitable[Outcome]]
Posted = Callable[[Act], Callable[[Request], Awaitable[Response]]]


def _numbered(card: Json) -> Json:
    """The card with its actions numbered, so that the page can say which one was pressed."""
    shown = copy.deepcopy(card)
    for number, action in enumerate(cards.actions_of(shown)):
        action["id"] = f"action {number}"
    return shown


def _file(tenant: Tenant, attachment: Json) -> Json | None:
    kind, content = attachment.get("contentType"), attachment.get("content", {})
    if kind == files.CONSENT:
        return {
            "offered": True,
            "name": attachment["name"],
            "size": content["sizeInBytes"],
            "more": content.get("description", ""),
        }
    identity = {files.INFO: content.get("uniqueId"), files.DOWNLOAD: content.get("uniqueId")}.get(str(kind))
    stored = tenant.files.get(str(identity))
    if stored is None:
        return None
    return {
        "offered": False,
        "id": stored.id,
        "name": attachment.get("name", stored.name),
        "size": len(stored.content or b""),
    }


def _post(tenant: Tenant, post: Post) -> Json:
    attachments = [] if post.deleted else post.activity.get("attachments", [])
    shown = [one["content"] for one in attachments if one.get("contentType") == cards.ADAPTIVE]
    return {
        "id": post.id,
        "at": post.at.isoformat(),
        "user": post.user,
        "from_bot": post.from_bot,
        "text": "" if post.deleted else post.activity.get("text", ""),
        "format": post.activity.get("textFormat", "markdown" if post.from_bot else "plain"),
        "summary": post.activity.get("summary", ""),
        "cards": [_numbered(card) for card in shown],
        "files": [one for one in (_file(tenant, each) for each in attachments) if one is not None],
        "edited": post.edited,
        "deleted": post.deleted,
        "only": post.only_for is not None,
        "failure": post.failure,
    }


def _chat(tenant: Tenant, chat: Chat, user: str) -> Json:
    return {
        "id": chat.id,
        "kind": chat.kind,
        "name": chat.name,
        "has_bot": chat.has_bot,
        "unread": tenant.unread(chat, user),
        "posts": [_post(tenant, one) for one in tenant.seen(chat, user)],
    }


def unread(tenant: Tenant, user: str) -> int:
    """How many messages somebody has not read, in all their chats."""
    return sum(tenant.unread(chat, user) for chat in tenant.chats_of(user))


def _commands(tenant: Tenant) -> list[Json]:
    lists = [one for each in tenant.manifest.get("bots", []) for one in each.get("commandLists", [])]
    found = {one["title"]: one["description"] for each in lists for one in each.get("commands", [])}
    return [{"title": title, "description": description} for title, description in found.items()]


def state(tenant: Tenant, user: str) -> Json:
    """All that the page shows of Teams to this person."""
    dialog = tenant.dialogs.get(user)
    return {
        "bot": {"name": tenant.bot_name},
        "commands": _commands(tenant),
        "extension": [
            {"id": one["id"], "title": one["title"], "context": one.get("context", ["compose"])}
            for one in interactions.extension_commands(tenant)
        ],
        "chats": [_chat(tenant, chat, user) for chat in tenant.chats_of(user)],
        "dialog": None
        if dialog is None
        else {
            "id": dialog.id,
            "title": dialog.title,
            "card": _numbered(dialog.card) if dialog.card else None,
            "errors": dialog.errors,
        },
    }


class TeamsApi:
    """The handlers of /ui/teams."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self, posted: Posted) -> list[Route]:
        """One route for each address. posted: makes a handler of something that a person does."""
        acts: dict[str, Act] = {
            "say": self._say,
            "press": self._press,
            "dialog/submit": self._submit,
            "dialog/close": self._close,
            "extension": self._extension,
            "consent": self._consent,
            "install": self._install,
            "read": self._read,
            "redeliver": self._redeliver,
        }
        return [
            Route("/file/{file}", self._file, methods=["GET"]),
            Route("/attach", self._attach, methods=["POST"]),
            *(Route(f"/{name}", posted(act), methods=["POST"]) for name, act in acts.items()),
        ]

    def _number(self, wanted: Wanted, name: str) -> int:
        found = wanted.any(name)
        if not isinstance(found, int) or isinstance(found, bool):
            raise PageError(f"{name!r} must be a number.")
        return found

    def _inputs(self, wanted: Wanted) -> Json:
        found = wanted.any("inputs") or {}
        if not isinstance(found, dict):
            raise PageError("'inputs' must be an object: the input's id, its value.")
        return found

    async def _say(self, wanted: Wanted) -> Outcome:
        user = wanted.user()
        chat = wanted.text("chat", "") or self._tenant.personal(user).id
        given = wanted.any("files") or []
        file_ids = [str(one) for one in given] if isinstance(given, list) else []
        mention, slash = wanted.flag("mention"), wanted.flag("slash")
        text = wanted.text("text", "")
        return await interactions.say(
            self._tenant, user, chat, text, mention=mention, slash=slash, file_ids=file_ids
        )

    async def _press(self, wanted: Wanted) -> Outcome:
        number, inputs = self._number(wanted, "action"), self._inputs(wanted)
        card = self._number(wanted, "card") if wanted.any("card") is not None else 0
        return await interactions.press(
            self._tenant, wanted.user(), wanted.text("post"), number, inputs, card
        )

    async def _submit(self, wanted: Wanted) -> Outcome:
        number, inputs = self._number(wanted, "action"), self._inputs(wanted)
        return await interactions.submit(self._tenant, wanted.user(), number, inputs)

    async def _close(self, wanted: Wanted) -> Outcome:
        return interactions.close(self._tenant, wanted.user())

    async def _extension(self, wanted: Wanted) -> Outcome:
        user = wanted.user()
        chat = wanted.text("chat", "") or self._tenant.personal(user).id
        return await interactions.open_extension(
            self._tenant, user, chat, wanted.text("command"), wanted.text("post", "")
        )

    async def _consent(self, wanted: Wanted) -> Outcome:
        accepted = wanted.flag("accept")
        return await interactions.consent(self._tenant, wanted.user(), wanted.text("post"), accepted=accepted)

    async def _install(self, wanted: Wanted) -> Outcome:
        user = wanted.user()
        chat = wanted.text("chat", "") or self._tenant.personal(user).id
        return await interactions.install(self._tenant, user, chat, added=wanted.flag("added"))

    async def _read(self, wanted: Wanted) -> Outcome:
        user = wanted.user()
        chat = self._tenant.chat(user, wanted.text("chat"))
        last = chat.posts[-1].id if chat.posts else ""
        if chat.read.get(user, "") != last:
            chat.read[user] = last
            self._tenant.changes.tell()
        return Outcome()

    async def _redeliver(self, _: Wanted) -> Outcome:
        try:
            await self._tenant.courier.again()
        except NoAnswerError as error:
            return Outcome(f"The app did not answer ({error.code}).")
        return Outcome()

    async def _file(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        return downloaded(lambda: files.download(self._tenant, user, request.path_params["file"]))

    async def _attach(self, request: Request) -> Response:
        user, name = (request.query_params.get(key, "") for key in ("user", "name"))
        try:
            self._tenant.member(user)
            content = await request.body()
            if not name or len(content) > files.LARGEST:
                raise PageError("A file needs a name and at most 10 MB.")
        except PageError as error:
            return JSONResponse({"ok": False, "problem": str(error), "errors": {}}, error.status)
        stored = self._tenant.store(user, name, content)
        return JSONResponse({"ok": True, "file": {"id": stored.id, "name": stored.name}})
