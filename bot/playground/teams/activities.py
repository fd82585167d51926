"""The activities that Teams sends to an app, with the fields that Teams sends.

Source: learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability and …/task-modules-and-cards; names as the platform has them.
"""

from __future__ import annotations

from datetime import UTC
from html import escape

from bot.playground.state import Json
from bot.playground.teams.state import Chat, Member, Post
from bot.playground.teams.tenant import Tenant


def _envelope(tenant: Tenant, chat: Chat, member: Member, kind: str, identity: str) -> Json:
    now = tenant.clock.now()
    conversation: Json = {"conversationType": chat.kind, "tenantId": tenant.id, "id": chat.id}
    data: Json = {"tenant": {"id": tenant.id}}
    if chat.kind != "personal":
        conversation["isGroup"] = True
    if chat.kind == "channel":
        data |= {
            "teamsChannelId": chat.id,
            "teamsTeamId": chat.team,
            "channel": {"id": chat.id},
            "team": {"id": chat.team},
        }
    return {
        "type": kind,
        "id": identity,
        "timestamp": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
        "channelId": "msteams",
        "serviceUrl": tenant.service_url,
        "from": {"id": member.account, "name": member.name, "aadObjectId": member.object_id},
        "conversation": conversation,
        "recipient": {"id": tenant.bot_id, "name": tenant.bot_name},
        "entities": [
            {
                "locale": "en-GB",
                "country": "GB",
                "platform": "Web",
                "timezone": "Europe/London",
                "type": "clientInfo",
            }
        ],
        "channelData": data,
        "locale": "en-GB",
        "localTimezone": "Europe/London",
    }


def message(
    tenant: Tenant, chat: Chat, member: Member, post: Post, text: str, *, mention: bool, slash: bool
) -> Json:
    """What somebody has written. mention: the app by name in front of it; slash: chosen in the menu behind "/", which only the app sees."""
    activity = _envelope(tenant, chat, member, "message", post.id)
    activity["textFormat"] = "plain"
    if mention:
        at = f"<at>{tenant.bot_name}</at>"
        mentioned = {"id": tenant.bot_id, "name": tenant.bot_name}
        activity["text"] = f"{at} {text}"
        activity["entities"].append({"mentioned": mentioned, "text": at, "type": "mention"})
    else:
        activity["text"] = text
    if slash:
        activity["recipient"]["isTargeted"] = True
    if chat.kind == "channel":
        activity["conversation"]["id"] = f"{chat.id};messageid={post.id}"
    activity["attachments"] = [
        *post.activity.get("attachments", []),
        {"contentType": "text/html", "content": f"<p>{escape(text)}</p>"},
    ]
    return activity


def submitted(tenant: Tenant, chat: Chat, member: Member, post: Post, data: object) -> Json:
    """Action.Submit on a message: a message without words."""
    activity = _envelope(tenant, chat, member, "message", tenant.next_id())
    return activity | {"value": data, "replyToId": post.id}


def invoke(
    tenant: Tenant, chat: Chat, member: Member, name: str, value: Json, *, reply_to: str | None = None
) -> Json:
    """Something that waits for an answer."""
    activity = _envelope(tenant, chat, member, "invoke", f"f:{tenant.next_id()}")
    activity |= {"name": name, "value": value}
    if reply_to is not None:
        activity["replyToId"] = reply_to
    if name.startswith(("task/", "composeExtension/")):
        activity["channelData"]["source"] = {"name": "message" if reply_to else "compose"}
    return activity


def installed(tenant: Tenant, chat: Chat, member: Member, *, added: bool) -> list[Json]:
    """The app is added to a chat by somebody, or taken out of it: both of Teams' activities about that."""
    update = _envelope(tenant, chat, member, "installationUpdate", f"f:{tenant.next_id()}")
    update["action"] = "add" if added else "remove"
    changed = _envelope(tenant, chat, member, "conversationUpdate", f"f:{tenant.next_id()}")
    changed["membersAdded" if added else "membersRemoved"] = [{"id": tenant.bot_id}]
    if chat.kind == "channel":
        changed["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
    return [changed, update] if added else [update]
