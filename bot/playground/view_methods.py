"""views.*: modals and the Home tab, with the checks and error codes of Slack's Web API reference."""

from __future__ import annotations

from typing import Any

from bot.playground import blockkit, values
from bot.playground.arguments import Arguments
from bot.playground.errors import MethodError
from bot.playground.people import TEAM_ID
from bot.playground.state import Json, View
from bot.playground.workspace import APP_ID, BOT_ID, Workspace


def checked_view(view: Any, kind: str) -> Json:
    """A view, completed with ids. Raises MethodError invalid_arguments (with what is wrong) or
    view_too_large."""
    if isinstance(view, dict) and blockkit.too_large(view):
        raise MethodError("view_too_large")
    wrong = blockkit.check_view(view, kind)
    if wrong:
        raise MethodError("invalid_arguments", wrong)
    return dict(view) | {"blocks": blockkit.complete(view["blocks"])}


def as_json(view: View) -> Json:
    """A view as Slack sends it, with what has been typed in state.values."""
    body = view.body
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": body["type"],
        "blocks": view.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": values.values(view.blocks, view.typed)},
        "hash": view.hash,
        "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def _given_view(
    workspace: Workspace, arguments: Arguments, kind: str, instead_of: View | None = None
) -> Json:
    view = arguments.structure("view", "invalid_arguments")
    if view is None:
        raise MethodError("invalid_arguments", ["[ERROR] missing required field: view"])
    body = checked_view(view, kind)
    external = body.get("external_id")
    if external:
        try:
            taken = workspace.view(None, external)
        except MethodError:
            taken = None
        if taken not in (None, instead_of):
            raise MethodError("duplicate_external_id")
    return body


def open_view(workspace: Workspace, arguments: Arguments) -> Json:
    """views.open: a new modal, alone on the screen. The trigger is spent only by a view that is right."""
    trigger = arguments.needed("trigger_id")
    body = _given_view(workspace, arguments, "modal")
    user = workspace.use_trigger(trigger).user
    view = workspace.new_view(user, body)
    workspace.modals[user].clear()
    workspace.push(view)
    return {"view": as_json(view)}


def push_view(workspace: Workspace, arguments: Arguments) -> Json:
    """views.push: a modal above the one whose button was pressed; at most three in all."""
    given = arguments.needed("trigger_id")
    body = _given_view(workspace, arguments, "modal")
    trigger = workspace.use_trigger(given)
    stack = workspace.modals[trigger.user]
    if not stack or trigger.from_view is None:
        raise MethodError("not_found")
    view = workspace.new_view(trigger.user, body, stack[-1])
    workspace.push(view)
    return {"view": as_json(view)}


def update_view(workspace: Workspace, arguments: Arguments) -> Json:
    """views.update: by view_id or external_id, guarded by hash where one is given."""
    view = workspace.view(arguments.text("view_id"), arguments.text("external_id"))
    body = _given_view(workspace, arguments, str(view.body["type"]), view)
    if "hash" in arguments and arguments.text("hash") != view.hash:
        raise MethodError("hash_conflict")
    workspace.replace(view, body)
    return {"view": as_json(view)}


def publish_view(workspace: Workspace, arguments: Arguments) -> Json:
    """views.publish: one person's Home tab."""
    user = workspace.persona(arguments.needed("user_id")).user_id
    home = workspace.homes.get(user)
    body = _given_view(workspace, arguments, "home", home)
    if "hash" in arguments and home is not None and arguments.text("hash") != home.hash:
        raise MethodError("hash_conflict")
    if home is None:
        home = workspace.homes[user] = workspace.new_view(user, body)
        workspace.changes.tell()
    else:
        workspace.replace(home, body)
    return {"view": as_json(home)}
