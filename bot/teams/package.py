"""The app package that an administrator uploads to Teams: manifest.json and two icons.

The manifest's form: Microsoft's schema of version 1.29, the first with slash commands
(learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema). Clients that know no slash commands show the same ones
after a mention, and anybody may simply type them.
"""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from bot.teams import icons
from bot.words import Json, cut
from commands.command import Command
from commands.registry import ALL

VERSION = "1.29"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
NAME = "Challenges"
SHORT = "Child protection challenges answered in time, from raise to resolve."
FULL = (
    "challenge-bot carries a child protection coordinator's challenge to the manager who must answer it, counts the working days that the "
    "authority's own procedure allows, reminds before they are over, and shows who answered, when, and what comes next. It keeps a lightweight "
    "record of each challenge and is no second case file: cases appear by the authority's case reference alone, never by a name. What concerns a "
    "case is shown to the people concerned, never to a channel."
)
LISTS, IN_LIST = 3, 12
"""Lists of commands, and commands in each, that a manifest may have."""
EVERYWHERE = ["personal", "team", "groupChat"]
LEFT_OUT = ("due", "problems", "undelivered")
"""Commands for which the lists have no room: a sum that every message shows by itself, and what administrators are told of anyway. They can
be typed all the same."""
FROM_MESSAGE = ("raise", "list", "help")
"""Commands that the message extension offers, which open a dialog."""
MOMENT = (2026, 1, 1, 0, 0, 0)
"""Of the files in the package: the same settings give the same package."""


def manifest(client_id: str, authority: str, address: str, version: str, about: str = "") -> Json:
    """The manifest. client_id: of the app registration; authority: the council's name; address: the program's, https://…; about: a page of the
    council's on how it treats personal data, else the address."""
    page = about or address
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": str(uuid5(NAMESPACE_URL, f"challenge-bot:{client_id}")),
        "developer": {
            "name": cut(authority, 32),
            "websiteUrl": page,
            "privacyUrl": page,
            "termsOfUseUrl": page,
        },
        "name": {"short": NAME, "full": "challenge-bot: child protection challenges"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#" + "".join(f"{part:02X}" for part in icons.BACKGROUND),
        "bots": [
            {
                "botId": client_id,
                "scopes": EVERYWHERE,
                "supportsFiles": True,
                "supportsTargetedMessages": True,
                "commandLists": command_lists(),
            }
        ],
        "composeExtensions": [{"botId": client_id, "commands": [_opening(name) for name in FROM_MESSAGE]}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(address).hostname or ""],
        "defaultInstallScope": "personal",
    }


def offered() -> list[type[Command]]:
    """The commands that lists name, in the order in which help shows them."""
    return [command for command in ALL if not command.from_button and command.name not in LEFT_OUT]


def command_lists() -> list[Json]:
    """The lists of commands. Their titles are what is sent when one is chosen, so that no example of a reference is in them."""
    commands = offered()
    return [
        {
            "scopes": EVERYWHERE,
            "triggers": ["mention", "slash"],
            "commands": [
                {"title": command.name, "description": command.help()}
                for command in commands[start : start + IN_LIST]
            ],
        }
        for start in range(0, len(commands), IN_LIST)
    ]


def package(made: Json) -> bytes:
    """The zip file."""
    files = {
        "manifest.json": json.dumps(made, indent=2, ensure_ascii=False).encode(),
        "color.png": icons.colour(),
        "outline.png": icons.outline(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _opening(name: str) -> Json:
    command = next(each for each in ALL if each.name == name)
    return {
        "id": name,
        "type": "action",
        "title": cut(command.title, 32),
        "description": cut(command.help(), 128),
        "context": ["compose", "commandBox", "message"],
        "fetchTask": True,
    }
