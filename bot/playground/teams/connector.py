"""The Bot Framework's connector: what an app calls to make conversations, to post, to change and to delete, and to ask who is there.

The refusals are those of learn.microsoft.com/microsoftteams/platform/bots/build-notification-capability ("Status codes from bot
conversational APIs"). What is faulty on demand: conversations.create, activities.create, activities.update, activities.delete, members.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.playground.state import Json
from bot.playground.teams import cards, files
from bot.playground.teams.limits import LARGEST
from bot.playground.teams.state import Chat, Member, Post
from bot.playground.teams.tenant import Tenant

TYPES = ("message", "typing")
CONTENT = (cards.ADAPTIVE, files.CONSENT, files.INFO)


class Refusal(Exception):
    """A call that is answered with an error. code, sentence: as the connector says them."""

    def __init__(self, status: int, code: str, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.code, self.retry_after = status, code, retry_after

    def answer(self) -> Response:
        """The response."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse({"error": {"code": self.code, "message": str(self)}}, self.status, headers)


Act = Callable[[Tenant, Request, Json], Awaitable[Response]]


def routes(tenant: Tenant) -> list[Route]:
    """One route for each call, below the serviceUrl."""
    talk = "/v3/conversations/{conversation}"
    one = f"{talk}/activities/{{activity}}"
    table: list[tuple[str, str, str, Act]] = [
        ("POST", "/v3/conversations", "conversations.create", _create),
        ("POST", f"{talk}/activities", "activities.create", _post),
        ("POST", one, "activities.create", _post),
        ("PUT", one, "activities.update", _update),
        ("DELETE", one, "activities.delete", _delete),
        ("GET", f"{talk}/members", "members", _members),
        ("GET", f"{talk}/pagedmembers", "members", _paged),
        ("GET", f"{talk}/members/{{member}}", "members", _one_member),
        ("GET", f"{one}/members", "members", _members),
    ]
    return [Route(path, _guarded(tenant, name, act), methods=[method]) for method, path, name, act in table]


def _guarded(tenant: Tenant, name: str, act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        fault = tenant.faults.take(name)
        if fault is not None and not fault.cut:
            if fault.error is None:
                return PlainTextResponse("upstream connect error", fault.status)
            return Refusal(fault.status, fault.error, "On demand.", fault.retry_after).answer()
        try:
            problem = tenant.login.problem_with(request.headers.get("authorization", ""))
            if problem is not None:
                raise Refusal(401, "Unauthorized", problem)
            answer = await act(tenant, request, await _body(request))
        except Refusal as refusal:
            return refusal.answer()
        if fault is not None:
            raise ConnectionResetError("The connection breaks before the answer, on demand.")
        return answer

    return handle


async def _body(request: Request) -> Json:
    if request.method not in ("POST", "PUT"):
        return {}
    content = await request.body()
    if len(content) > LARGEST:
        raise Refusal(413, "MessageSizeTooBig", "Message size too large.")
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, "BadSyntax", "The request body is not a JSON object.")
    at = cards.nulls_in(found)
    if at is not None:
        raise Refusal(400, "BadArgument", f"Null at {at}: some clients cannot show this message.")
    return found


def _chat(tenant: Tenant, request: Request) -> Chat:
    wanted = request.path_params["conversation"].partition(";messageid=")[0]
    chat = tenant.chats.get(wanted)
    if chat is None:
        raise Refusal(404, "ConversationNotFound", "Conversation not found.")
    if not chat.has_bot:
        if chat.kind == "personal":
            raise Refusal(403, "MessageWritesBlocked", "Message writes are blocked for this user.")
        raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    return chat


async def _create(tenant: Tenant, _: Request, body: Json) -> Response:
    data = body.get("channelData", {})
    if body.get("tenantId", data.get("tenant", {}).get("id")) != tenant.id:
        raise Refusal(403, "ForbiddenOperationException", "The tenant is not this app's.")
    channel = data.get("channel", {}).get("id")
    if channel is not None:
        chat = tenant.chats.get(channel)
        if chat is None or not chat.has_bot:
            raise Refusal(
                403, "BotNotInConversationRoster", "The bot is not part of the conversation roster."
            )
        post = _add(tenant, chat, _checked(chat, body.get("activity", {})))
        return JSONResponse({"id": f"{chat.id};messageid={post.id}", "activityId": post.id}, 201)
    members = body.get("members")
    if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict):
        raise Refusal(400, "BadArgument", "A bot makes conversations with one member at a time.")
    member = tenant.find(members[0].get("id"))
    if member is None:
        raise Refusal(400, "BadArgument", "Failed to decrypt pairwise id.")
    chat = tenant.personal(member.user)
    if not chat.has_bot:
        raise Refusal(
            403, "ForbiddenOperationException", "The bot is not installed in user's personal scope."
        )
    return JSONResponse({"id": chat.id}, 201)


def _checked(chat: Chat, activity: Json) -> Json:
    """An activity that Teams would show. Raises Refusal."""
    if activity.get("type") not in TYPES:
        raise Refusal(400, "BadArgument", f"An activity's type is one of {', '.join(TYPES)}.")
    if activity["type"] == "typing":
        return activity
    attachments = activity.get("attachments", [])
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refusal(400, "BadArgument", "Attachments are a list of objects.")
    if not attachments and not str(activity.get("text", "")).strip():
        raise Refusal(400, "BadArgument", "Activity resulted into empty message.")
    for one in attachments:
        kind = one.get("contentType")
        if kind not in CONTENT:
            raise Refusal(400, "BadArgument", f"Unknown attachment type {kind!r}.")
        wrong = cards.faults_of(one.get("content")) if kind == cards.ADAPTIVE else files.faults_of(one, chat)
        if wrong:
            raise Refusal(400, "BadArgument", " ".join(wrong))
    if activity.get("textFormat", "markdown") not in ("markdown", "plain", "xml"):
        raise Refusal(400, "BadArgument", "textFormat is markdown, plain or xml.")
    return activity


def _add(tenant: Tenant, chat: Chat, activity: Json, only_for: str | None = None) -> Post:
    seconds = tenant.rates.too_fast(chat.id)
    if seconds is not None:
        raise Refusal(429, "Throttled", "Too many requests.", seconds)
    return tenant.post(chat, activity, from_bot=True, only_for=only_for)


async def _post(tenant: Tenant, request: Request, body: Json) -> Response:
    chat = _chat(tenant, request)
    activity = _checked(chat, body)
    if activity["type"] == "typing":
        return JSONResponse({}, 202)
    only_for = None
    if request.query_params.get("isTargetedActivity") == "true":
        member = tenant.find(activity.get("recipient", {}).get("id"))
        if member is None or member.user not in chat.members or chat.kind == "personal":
            raise Refusal(400, "BadArgument", "A targeted message is for a member of a team or group chat.")
        only_for = member.user
    post = _add(tenant, chat, activity, only_for)
    return JSONResponse({"id": post.id}, 201)


def _own_post(tenant: Tenant, request: Request) -> Post:
    chat, wanted = _chat(tenant, request), request.path_params["activity"]
    for post in chat.posts:
        if post.id == wanted and not post.deleted:
            if not post.from_bot:
                raise Refusal(
                    403, "ForbiddenOperationException", "Only the bot's own messages can be changed."
                )
            return post
    raise Refusal(404, "ActivityNotFoundInConversation", "The activity is not found in the conversation.")


async def _update(tenant: Tenant, request: Request, body: Json) -> Response:
    post = _own_post(tenant, request)
    post.activity = _checked(tenant.chats[post.chat], body)
    post.edited = True
    tenant.changes.tell()
    return JSONResponse({"id": post.id})


async def _delete(tenant: Tenant, request: Request, _: Json) -> Response:
    _own_post(tenant, request).deleted = True
    tenant.changes.tell()
    return Response(status_code=200)


def _account(tenant: Tenant, member: Member) -> Json:
    first, _, last = member.name.partition(" ")
    return {
        "id": member.account,
        "name": member.name,
        "givenName": first,
        "surname": last,
        "aadObjectId": member.object_id,
        "objectId": member.object_id,
        "email": member.email,
        "userPrincipalName": member.email,
        "tenantId": tenant.id,
        "userRole": "user",
    }


async def _members(tenant: Tenant, request: Request, _: Json) -> Response:
    chat = _chat(tenant, request)
    found: list[Any] = [_account(tenant, tenant.member(user)) for user in chat.members]
    return JSONResponse(found)


async def _paged(tenant: Tenant, request: Request, _: Json) -> Response:
    chat = _chat(tenant, request)
    return JSONResponse({"members": [_account(tenant, tenant.member(user)) for user in chat.members]})


async def _one_member(tenant: Tenant, request: Request, _: Json) -> Response:
    chat, member = _chat(tenant, request), tenant.find(request.path_params["member"])
    if member is None or member.user not in chat.members:
        raise Refusal(404, "MemberNotFoundInConversation", "Member not found in conversation.")
    return JSONResponse(_account(tenant, member))
