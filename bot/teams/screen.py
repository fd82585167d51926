"""Puts words into chats in Teams, and fetches what people attached there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.sending import SendingProblem
from bot.teams import render
from bot.teams.connector import MOST, Connector, file_info, message
from bot.teams.errors import Refused
from bot.teams.render import Attached
from bot.teams.send import Chats, fresh_mark
from bot.words import Json
from commands.vocabulary import Card, File, Upload
from storage.teams import Chat

_log = structlog.get_logger()

NOT_HANDED_OVER = (
    "Teams did not hand over the file, and nothing was changed. Attach it to a new message and begin again."
)
TOO_LARGE = f"The file is too large: {MOST // 1_000_000} MB are possible. Nothing was changed."
OPEN = "Open"
OPEN_ALONE = "Open it for me alone"
TO_OPEN = "Press the button to go on."
NOT_HERE = (
    "Others read along here, so nothing is shown here. Press the button: what opens is for whoever pressed it, and for nobody else. Or write to "
    "challenge-bot in your own chat with it."
)
NOT_HERE_EITHER = (
    "Others read along here, so nothing is shown here. Write to challenge-bot in your own chat with it."
)
FILES = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn")
"""Where Teams keeps people's files: nothing is fetched from or put anywhere else."""


class Screen:
    """What people see in their chats. Raises the exceptions of bot.teams.errors."""

    def __init__(
        self, connector: Connector, chats: Chats, *, own_host: str = "", inline: bool = False
    ) -> None:
        """own_host: a host besides Microsoft's that is trusted with files, for the embedded workspace and tests. inline: see
        `bot.teams.elements.Acting`."""
        self.inline = inline
        self._connector, self.chats = connector, chats
        self._own_host = own_host

    async def say(self, chat: Chat, card: Card) -> None:
        """Say something in a chat."""
        await self._connector.post(
            chat, message(render.message(card, fresh_mark(), inline=self.inline), render.summary(card))
        )

    async def offer(self, chat: Chat, card: Json, summary: str) -> None:
        """Post a card that is drawn already."""
        await self._connector.post(chat, message(card, summary))

    async def fetch(self, attached: Attached) -> Upload:
        """A file that somebody attached; where it could not be had, the sentence that says so."""
        if not self._is_trusted(attached.address):
            return Upload(attached.name, problem=NOT_HANDED_OVER)
        try:
            content = await self._connector.fetch(attached.address)
        except SendingProblem as problem:
            _log.warning("teams_file_failed", error=type(problem).__name__)
            return Upload(attached.name, problem=NOT_HANDED_OVER)
        return (
            Upload(attached.name, content)
            if len(content) <= MOST
            else Upload(attached.name, problem=TOO_LARGE)
        )

    async def put(self, chat: Chat, file: File, info: Mapping[str, Any]) -> bool:
        """Put a file where its reader said, and show it there; False where that is no place of Microsoft's."""
        address = str(info.get("uploadUrl") or "")
        if not self._is_trusted(address):
            return False
        try:
            await self._connector.put(address, file)
        except Refused as refusal:
            _log.warning("teams_upload_refused", status=refusal.status)
            return False
        await self._connector.post(chat, file_info(file.name, info))
        return True

    def _is_trusted(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
            netloc = parts.netloc
        except ValueError:
            return False
        return (parts.scheme == "https" and host.endswith(FILES)) or (
            bool(self._own_host) and netloc == self._own_host
        )
