"""The connection to Teams' own interface for bots, through Microsoft's library: conversations, messages, members, and files put where
people said.

Source:
learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from bot.sending import NotConnected, TryLater
from bot.teams.errors import UNKNOWN_PERSON, Refused, answered
from bot.teams.library import Account, ApiClient, Attachment, CreateConversationParams, MessageActivityInput
from bot.teams.render import CONTENT_TYPE
from bot.words import Json
from commands.vocabulary import File
from storage.teams import Chat

FILE_CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"
MOST = 5_000_000
"""Bytes of a file that are fetched at most."""

Token = Callable[[str], Awaitable[str]]


class Connector:
    """Teams' interface for bots in one tenant. Every call ends within a time-out; raises the exceptions of bot.teams.errors.

    api: the library's client, with its time-out and tokens. service_url: where conversations are begun, "" for nowhere. http: for files and
    Graph, which carry no token of the bot's. sleep: between two attempts.
    """

    def __init__(
        self,
        api: ApiClient,
        tenant_id: str,
        service_url: str,
        http: httpx.AsyncClient,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api, self._tenant_id, self._service_url = api, tenant_id, service_url
        self._http = http
        self._scoped: dict[str, ApiClient] = {}
        self._sleep = sleep

    async def create(self, user_id: str) -> Chat:
        """The chat with a person, by their id in Microsoft Entra; made where there was none. Raises Refused."""
        if not self._service_url:
            raise NotConnected(
                "Set CHALLENGE_TEAMS_SERVICE_URL: in this cloud nobody can be written to first without it."
            )
        about = CreateConversationParams(
            members=[Account(id=user_id)],
            tenant_id=self._tenant_id,
            channel_data={"tenant": {"id": self._tenant_id}},
        )
        try:
            found = await answered(
                lambda: self._at(self._service_url).conversations.create(about), sleep=self._sleep
            )
        except Refused as refusal:
            if (refusal.status, refusal.code) == (400, "BadArgument"):  # "Failed to decrypt pairwise id"
                raise Refused(400, UNKNOWN_PERSON) from None
            raise
        if not found.id:
            raise TryLater
        return Chat(found.id, found.service_url or self._service_url)

    async def post(self, chat: Chat, message: MessageActivityInput) -> str:
        """Post a message; its id. Raises Refused."""
        conversations = self._at(chat.service_url).conversations
        sent = await answered(
            lambda: conversations.create_activity(chat.conversation, message), sends=True, sleep=self._sleep
        )
        if not sent.id or sent.id == "DO_NOT_USE_PLACEHOLDER_ID":
            raise TryLater(maybe_sent=True)
        return sent.id

    async def update(self, chat: Chat, message_id: str, message: MessageActivityInput) -> None:
        """Put another message in its place. Raises Refused."""
        conversations = self._at(chat.service_url).conversations

        async def put() -> None:
            try:
                await conversations.update_activity(chat.conversation, message_id, message)
            except KeyError:
                return  # the library insists on an id in the answer, which says nothing new

        await answered(put, sleep=self._sleep)

    async def member(self, chat: Chat, member_id: str) -> Mapping[str, Any]:
        """What Teams tells of somebody in a conversation. Raises Refused."""
        conversations = self._at(chat.service_url).conversations
        found = await answered(
            lambda: conversations.get_member_by_id(chat.conversation, member_id), sleep=self._sleep
        )
        told: dict[str, Any] = found.model_dump(by_alias=True, exclude_none=True)
        return told

    async def put(self, address: str, file: File) -> None:
        """Put a file where its reader said. It may be done again. Raises Refused."""
        size = len(file.content)
        headers = {"Content-Type": file.media_type, "Content-Range": f"bytes 0-{size - 1}/{size}"}

        async def put() -> None:
            (await self._http.put(address, content=file.content, headers=headers)).raise_for_status()

        await answered(put, sleep=self._sleep)

    async def fetch(self, address: str) -> bytes:
        """A file that somebody attached; one byte more than MOST where there is more of it. Raises Refused."""

        async def get() -> bytes:
            async with self._http.stream("GET", address) as answer:
                answer.raise_for_status()
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > MOST:
                        return bytes(content[: MOST + 1])
                return bytes(content)

        return await answered(get, sleep=self._sleep)

    def _at(self, service_url: str) -> ApiClient:
        """The client for one of Teams' addresses; there are a handful of them, one a region."""
        url = service_url.rstrip("/")
        if url not in self._scoped:
            if len(self._scoped) > 100:
                self._scoped.clear()
            self._scoped[url] = self._api.clone(service_url=url)
        return self._scoped[url]


def message(card: Json, summary: str) -> MessageActivityInput:
    """A message of one Adaptive Card. `summary` is all that a notification shows."""
    attachment = Attachment(content_type=CONTENT_TYPE, content=card)
    return MessageActivityInput(attachments=[attachment], summary=summary)


def consent(file: File, id_: str, words: str) -> MessageActivityInput:
    """The question where a file may be put."""
    content = {
        "description": words,
        "sizeInBytes": len(file.content),
        "acceptContext": {"file": id_},
        "declineContext": {"file": id_},
    }
    attachment = Attachment(content_type=FILE_CONSENT, content=content, name=file.name)
    return MessageActivityInput(attachments=[attachment], summary=file.name)


def file_info(name: str, info: Mapping[str, Any]) -> MessageActivityInput:
    """A file that was put where its reader said, to be opened."""
    content = {"uniqueId": info.get("uniqueId"), "fileType": info.get("fileType")}
    attachment = Attachment(
        content_type=FILE_INFO,
        content={key: value for key, value in content.items() if value},
        content_url=str(info.get("contentUrl") or ""),
        name=name,
    )
    return MessageActivityInput(attachments=[attachment], summary=name)
