"""The requests that Slack sends, field for field: slash commands, block actions, views, events."""

from __future__ import annotations

import secrets

from bot.playground import chat_methods, values, view_methods
from bot.playground.people import TEAM_ID
from bot.playground.state import Channel, Json, Message, View
from bot.playground.workspace import APP_ID, BOT_USER, Workspace

# Deprecated by Slack and still sent; it proves nothing.
VERIFICATION_TOKEN = "demo-verification-token"  # noqa: S105
DOMAIN = "demo-workspace"


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.person else channel.name


def slash(workspace: Workspace, user: str, channel: Channel, command: str, text: str) -> dict[str, str]:
    """The form of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.personas[user].team,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user,
        "user_name": workspace.personas[user].handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(user, channel.id),
        "trigger_id": workspace.new_trigger(user),
    }


def _interaction(workspace: Workspace, kind: str, user: str) -> Json:
    handle, team = workspace.personas[user].handle, workspace.personas[user].team
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": DOMAIN},
        "user": {"id": user, "username": handle, "name": handle, "team_id": team},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_action(
    workspace: Workspace, user: str, surface: Message | View, one: values.Placed, held: Json
) -> Json:
    """A block_actions payload; held: what the action carries beyond its ids, as Slack names it."""
    action: Json = {
        "action_id": one.key[1],
        "block_id": one.key[0],
        "type": one.kind,
        "action_ts": workspace.next_ts(),
    }
    if one.kind == "button":
        told = ("text", "value", "style", "url")
        action |= {name: one.element[name] for name in told if name in one.element}
    action |= held
    payload = _interaction(workspace, "block_actions", user) | {"actions": [action]}
    if isinstance(surface, View):
        modal = surface.id if surface.body["type"] == "modal" else None
        return payload | {
            "container": {"type": "view", "view_id": surface.id},
            "trigger_id": workspace.new_trigger(user, modal),
            "view": view_methods.as_json(surface),
        }
    return payload | _on_message(workspace, user, surface)


def _on_message(workspace: Workspace, user: str, message: Message) -> Json:
    channel = workspace.channels[message.channel]
    found: Json = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        },
        "trigger_id": workspace.new_trigger(user),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": values.values(message.blocks, message.typed.get(user, {}))},
        "response_url": workspace.new_response_url(user, channel.id, message.ts),
    }
    return found if message.only_for else found | {"message": chat_methods.as_json(message)}


def view_submission(workspace: Workspace, view: View) -> Json:
    """A view_submission payload."""
    return _interaction(workspace, "view_submission", view.user) | {
        "trigger_id": workspace.new_trigger(view.user, view.id),
        "view": view_methods.as_json(view),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, view: View, *, cleared: bool) -> Json:
    """A view_closed payload; cleared: the whole stack was closed."""
    return _interaction(workspace, "view_closed", view.user) | {
        "view": view_methods.as_json(view),
        "is_cleared": cleared,
    }


def home_opened(workspace: Workspace, user: str) -> Json:
    """An app_home_opened event, with the view that is shown, if any."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.direct(user).id,
        "tab": "home",
        "event_ts": workspace.next_ts(),
    }
    home = workspace.homes.get(user)
    if home is not None:
        event["view"] = view_methods.as_json(home)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": workspace.seconds(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": workspace.direct(user).shared,
    }
