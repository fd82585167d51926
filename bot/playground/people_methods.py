"""users.* and conversations.*: who is here, which channels there are, what was said in them."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from bot.playground.arguments import Arguments
from bot.playground.chat_methods import as_json
from bot.playground.errors import MethodError
from bot.playground.people import TEAM_ID, Persona
from bot.playground.state import Channel, Json, Message
from bot.playground.workspace import APP_ID, BOT_ID, BOT_USER, Workspace


def _user(workspace: Workspace, persona: Persona) -> Json:
    return {
        "id": persona.user_id,
        "team_id": persona.team,
        "name": persona.handle,
        "deleted": False,
        "real_name": persona.name,
        **_zone(workspace.now(), workspace),
        "profile": {
            "real_name": persona.name,
            "display_name": persona.name,
            "title": persona.title,
            "email": persona.email,
            "team": persona.team,
        },
        **_standing(bot=False),
        "is_restricted": persona.standing in ("guest", "single_channel_guest"),
        "is_ultra_restricted": persona.standing == "single_channel_guest",
        **({"is_stranger": True} if persona.standing == "stranger" else {}),
    }


def _bot(workspace: Workspace) -> Json:
    profile = {
        "real_name": workspace.bot_name,
        "display_name": workspace.bot_name,
        "bot_id": BOT_ID,
        "api_app_id": APP_ID,
    }
    return {
        "id": BOT_USER,
        "team_id": TEAM_ID,
        "name": workspace.bot_name.lower().replace(" ", "_"),
        "deleted": False,
        "real_name": workspace.bot_name,
        **_zone(workspace.now(), workspace),
        "profile": profile,
        **_standing(bot=True),
    }


def _zone(now: datetime, workspace: Workspace) -> Json:
    offset = now.astimezone(workspace.zone).utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    return {"tz": workspace.zone.key, "tz_label": workspace.zone.key, "tz_offset": seconds}


def _standing(*, bot: bool) -> Json:
    no = ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted", "is_app_user")
    return dict.fromkeys(no, False) | {"is_bot": bot}


def users_info(workspace: Workspace, arguments: Arguments) -> Json:
    """users.info"""
    user = arguments.needed("user")
    return {"user": _bot(workspace) if user == BOT_USER else _user(workspace, workspace.persona(user))}


def users_list(workspace: Workspace, arguments: Arguments) -> Json:
    """users.list, in pages."""
    here = [one for one in workspace.personas.values() if one.standing != "stranger"]
    members = [_user(workspace, persona) for persona in here] + [_bot(workspace)]
    page, cursor = _page(members, arguments)
    return {"members": page, "cache_ts": workspace.seconds(), "response_metadata": {"next_cursor": cursor}}


def users_by_email(workspace: Workspace, arguments: Arguments) -> Json:
    """users.lookupByEmail, whatever the case of the letters."""
    email = arguments.needed("email").casefold()
    for persona in workspace.personas.values():
        if persona.email.casefold() == email:
            return {"user": _user(workspace, persona)}
    raise MethodError("users_not_found")


def _conversation(channel: Channel) -> Json:
    common = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_ext_shared": channel.shared,
    }
    if channel.person is not None:
        return common | {
            "is_im": True,
            "is_channel": False,
            "user": channel.person,
            "is_user_deleted": False,
            "is_open": True,
        }
    return common | {
        "name": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_member": True,
        "is_shared": channel.shared,
        "num_members": len(channel.members) + 1,
    }


def conversations_open(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.open: the direct messages with one person. Raises MethodError for several people."""
    if "channel" in arguments:
        channel = workspace.channel(arguments.text("channel"))
    else:
        users = arguments.needed("users").split(",")
        if len(users) > 1:
            raise MethodError(
                "invalid_arguments",
                ["[ERROR] this workspace opens direct messages with one person at a time"],
            )
        channel = workspace.direct(users[0])
    shown = _conversation(channel) if arguments.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": shown}


def conversations_info(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.info"""
    return {"channel": _conversation(workspace.channel(arguments.needed("channel")))}


def conversations_list(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.list, in pages; `types` is a comma-separated list, public_channel unless told."""
    types = set(arguments.text("types", "public_channel").replace(" ", "").split(","))
    if types - {"public_channel", "private_channel", "im", "mpim"}:
        raise MethodError("invalid_types")
    found = [
        _conversation(channel)
        for channel in workspace.channels.values()
        if ("im" if channel.person else "public_channel") in types
    ]
    page, cursor = _page(found, arguments)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def conversations_history(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.history: newest first, without replies in threads.

    oldest and latest are exclusive unless `inclusive`; metadata comes with include_all_metadata only.
    """
    channel = workspace.channel(arguments.needed("channel"))
    hidden = workspace.faults.hides_shares()
    found = [one for one in channel.messages if not one.thread_ts or one.thread_ts == one.ts]
    return _messages([one for one in found if not (hidden and one.files)], arguments)


def conversations_replies(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.replies: a message and its replies. Raises MethodError thread_not_found."""
    channel, ts = workspace.channel(arguments.needed("channel")), arguments.needed("ts")
    if all(message.ts != ts for message in channel.messages):
        raise MethodError("thread_not_found")
    answer = _messages([one for one in channel.messages if ts in (one.ts, one.thread_ts)], arguments)
    answer["messages"].reverse()
    return answer


def _messages(candidates: list[Message], arguments: Arguments) -> Json:
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    found = [
        as_json(message, metadata=arguments.flag("include_all_metadata"))
        for message in reversed(candidates)
        if (not oldest or _after(message.ts, oldest, inclusive))
        and (not latest or _after(latest, message.ts, inclusive))
    ]
    page, cursor = _page(found, arguments)
    answer: Json = {"messages": page, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _after(ts: str, other: str, inclusive: bool) -> bool:
    try:
        one, two = float(ts), float(other)
    except ValueError as error:
        raise MethodError("invalid_ts_oldest") from error
    return one >= two if inclusive else one > two


def _page(found: list[Json], arguments: Arguments) -> tuple[list[Json], str]:
    """One page and the cursor of the next, "" at the end. The cursor names the first item of the next
    page."""
    limit, start = arguments.number("limit", 100, 1000), 0
    if arguments.text("cursor"):
        wanted = _decoded(arguments.text("cursor"))
        places = [number for number, item in enumerate(found) if _name(item) == wanted]
        if not places:
            raise MethodError("invalid_cursor")
        start = places[0]
    rest = found[start + limit :]
    cursor = base64.b64encode(f"next:{_name(rest[0])}".encode()).decode() if rest else ""
    return found[start : start + limit], cursor


def _name(item: Json) -> str:
    return str(item.get("id") or item["ts"])


def _decoded(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("next:")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise MethodError("invalid_cursor") from error
