"""The manifest asks Slack for what the program uses: no more, no less, and in a form that Slack takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import listen

ROOT = Path(__file__).parent.parent
SLACK = sorted((ROOT / "bot" / "slack").glob("*.py"))

# The bot scopes that a method needs, as its page docs.slack.dev/reference/methods/<method> says.
SCOPES: dict[str, set[str]] = {
    "apps.connections.open": set(),  # connections:write belongs to the app-level token of Socket Mode
    "auth.test": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"im:history", "files:read"},  # of direct messages alone, with the files in them
    "conversations.open": {"im:write"},  # for one person at a time
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}


def _text(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


BOOLEAN = {"type": "boolean"}
URL = {"type": "string", "pattern": "^https://[^ ]+$", "maxLength": 2000}
# Written from docs.slack.dev/reference/app-manifest: the parts that an app like this one has, and their lengths.
SCHEMA = _object(
    {
        "display_information": _object(
            {
                "name": _text(35),
                "description": _text(140),
                "long_description": _text(4000, 174),
                "background_color": {"type": "string", "pattern": "^#([0-9a-f]{3}|[0-9a-f]{6})$"},
            }
        ),
        "features": _object(
            {
                "app_home": _object(
                    {
                        "home_tab_enabled": BOOLEAN,
                        "messages_tab_enabled": BOOLEAN,
                        "messages_tab_read_only_enabled": BOOLEAN,
                    }
                ),
                "bot_user": _object(
                    {"display_name": {"type": "string", "pattern": "^[a-z0-9._-]{1,80}$"}},
                    {"always_online": BOOLEAN},
                ),
                "slash_commands": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 50,
                    "items": _object(
                        {
                            "command": {"type": "string", "pattern": "^/[a-z0-9_-]{1,31}$"},
                            "url": URL,
                            "description": _text(2000),
                            "usage_hint": _text(1000),
                            "should_escape": BOOLEAN,
                        }
                    ),
                },
            }
        ),
        "oauth_config": _object(
            {
                "scopes": _object(
                    {"bot": {"type": "array", "items": _text(100), "uniqueItems": True, "maxItems": 255}}
                )
            }
        ),
        "settings": _object(
            {
                "event_subscriptions": _object(
                    {
                        "request_url": URL,
                        "bot_events": {
                            "type": "array",
                            "items": _text(100),
                            "uniqueItems": True,
                            "maxItems": 100,
                        },
                    }
                ),
                "interactivity": _object({"is_enabled": BOOLEAN, "request_url": URL}),
                "org_deploy_enabled": BOOLEAN,
                "socket_mode_enabled": BOOLEAN,
                "token_rotation_enabled": BOOLEAN,
            }
        ),
    }
)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    return found


def test_the_manifest_has_the_form_and_lengths_that_slack_takes(manifest: dict[str, Any]) -> None:
    jsonschema.validate(manifest, SCHEMA)


def test_the_scopes_are_those_of_the_methods_in_use(manifest: dict[str, Any]) -> None:
    used = set(_methods())
    assert used == set(SCOPES), "the table of scopes names exactly the methods that bot/slack calls"
    # The inputs of forms include files, which the element file_input needs files:read for.
    needed = {"commands", "files:read"}.union(*(SCOPES[method] for method in used))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_the_commands_and_events_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    commands = [entry["command"] for entry in manifest["features"]["slash_commands"]]
    assert commands == list(_registered("command"))
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(_registered("event"))


def test_all_requests_come_to_one_address(manifest: dict[str, Any]) -> None:
    settings = manifest["settings"]
    addresses = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        *(entry["url"] for entry in manifest["features"]["slash_commands"]),
    }
    assert addresses == {"https://challenge-bot.example.org/slack/events"}


def test_buttons_home_page_and_organisations_are_switched_on(manifest: dict[str, Any]) -> None:
    settings, home = manifest["settings"], manifest["features"]["app_home"]
    assert settings["interactivity"]["is_enabled"]
    assert settings["org_deploy_enabled"]
    assert not settings["socket_mode_enabled"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def _methods() -> Iterator[str]:
    """The methods of the Web API which bot/slack calls, by the names that Slack gives them."""
    family = re.compile(r"(?!api_)[a-z]+(_[a-z]+)*_[a-zA-Z]+")
    for call in _calls():
        if isinstance(call.func, ast.Attribute):
            name = call.func.attr
            if family.fullmatch(name) and hasattr(AsyncWebClient, name):
                yield name.replace("_", ".")
            assert name != "api_call", "a method called by its text would escape this test"


def _registered(kind: str) -> Iterator[str]:
    """What `app.<kind>(...)` is called with in listen.py: a text or the name of a constant."""
    for call in _calls():
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=attr), args=[ast.Name(id=name)]):
                if attr == kind:
                    yield getattr(listen, name)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="app"), attr=attr), args=[ast.Constant(value=text)]
            ):
                if attr == kind:
                    yield text


def _calls() -> Iterator[ast.Call]:
    for path in SLACK:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node
