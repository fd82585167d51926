"""What the outbox sends: direct messages that can be found again by their key, and updated in place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sending import CannotDeliver, Gone, SendingProblem, TryLater
from bot.slack import render
from bot.slack.client import Installation
from bot.slack.conversations import Conversations
from bot.slack.errors import Refused, answered, next_cursor, text_in, undeliverable
from commands.vocabulary import Card, File

PAGE = 200
CLOCK_SKEW = timedelta(minutes=5)
"""How far Slack's clock may be from ours: a search begins that much earlier."""

CHANNELS = ("C", "G")
"""How the ids of channels begin; those of people begin with U or W."""
UNKNOWN_PERSON = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


@dataclass(frozen=True)
class Posted:
    """Where a message stands: the conversation's id and Slack's timestamp of the message, which together name it."""

    channel: str
    ts: str


class SlackSender:
    """Sends to people by their Slack user id. Every call ends within the client's time-out. What it sent can be looked for, since Slack
    shows an app its own messages with the metadata that it gave them.

    All methods may raise TryLater (nothing is lost, come back) and NotConnected (an administrator is needed).
    """

    def __init__(
        self,
        client: AsyncWebClient,
        installation: Installation | None = None,
        check: Callable[[str], Awaitable[None]] | None = None,
        conversations: Conversations | None = None,
    ) -> None:
        self._client = client
        self._check = check
        self._installation = installation or Installation(client)
        self._conversations = conversations or Conversations()

    async def post(self, person_platform_id: str, card: Card, key: str) -> Posted:
        """Post a card to a person; `key` is kept in the message's metadata (event_type challenge_notice).

        Raises CannotDeliver when no later attempt would succeed, among them to a guest.
        """
        await self._is_colleague(person_platform_id)
        try:
            return await self._post(person_platform_id, card, key)
        except CannotDeliver as refusal:
            # The conversation may have been another one since we last asked, after a migration for instance.
            if refusal.code != "channel_not_found" or not self._conversations.forget(person_platform_id):
                raise
        return await self._post(person_platform_id, card, key)

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        """Put another card in a message's place; it keeps its key. Raises Gone when the message was deleted, CannotDeliver."""
        try:
            payload = render.message(card, key=key)
            await answered(self._client.chat_update(channel=channel, ts=ts, **payload), sends=True)
        except Refused as refusal:
            problem: SendingProblem = (
                Gone() if refusal.code == "message_not_found" else undeliverable(refusal.code)
            )
        else:
            return
        raise problem

    async def find(self, person_platform_id: str, key: str, since: datetime) -> Posted | None:
        """The message with this key among those posted to the person since then (aware), or None where there is none.

        Asked before anything is sent again. Raises CannotDeliver.
        """
        channel = await self._channel(person_platform_id)
        async for message in self._history(channel, since):
            metadata = message.get("metadata")
            if not isinstance(metadata, Mapping) or metadata.get("event_type") != render.EVENT_TYPE:
                continue
            payload = metadata.get("event_payload")
            if isinstance(payload, Mapping) and payload.get("key") == key:
                return Posted(channel, text_in(message, "ts"))
        return None

    async def bring(self, file: File) -> str:
        """Bring a file to Slack, seen by nobody yet; its id. Raises CannotDeliver where the workspace takes no such file."""
        try:
            upload = await answered(
                self._client.files_getUploadURLExternal(filename=file.name, length=len(file.content))
            )
        except Refused as refusal:
            raise undeliverable(refusal.code) from None
        await self._carry(text_in(upload, "upload_url"), file)
        return text_in(upload, "file_id")

    async def _carry(self, address: str, file: File) -> None:
        """POST the bytes to the address that Slack gave for them. Nothing is shared by it, so it may be done again."""
        session = self._client.session
        if session is None:
            raise TryLater
        arrived = False
        try:
            headers = {"Content-Type": file.media_type}
            async with session.post(address, data=file.content, headers=headers) as answer:
                arrived = answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            arrived = False
        if not arrived:
            raise TryLater

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        """Show a person a file that was brought, with the card's sentences. Raises Gone where Slack no longer has the upload: it is
        good for one use; CannotDeliver."""
        await self._is_colleague(person_platform_id)
        channel = await self._channel(person_platform_id)
        try:
            await answered(
                self._client.files_completeUploadExternal(
                    files=[{"id": file_id, "title": card.file.name if card.file else file_id}],
                    channel_id=channel,
                    initial_comment=render.comment(card),
                ),
                sends=True,
            )
        except Refused as refusal:
            if refusal.code == "file_not_found":
                raise Gone from None
            raise undeliverable(refusal.code) from None

    async def has_file(self, person_platform_id: str, file_id: str, since: datetime) -> bool:
        """Whether a file stands in the direct messages with a person. Asked before anything is shared again."""
        channel = await self._channel(person_platform_id)
        async for message in self._history(channel, since):
            if any(file.get("id") == file_id for file in message.get("files") or ()):
                return True
        return False

    async def _history(self, channel: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """The messages of a conversation since then, the newest first. Raises CannotDeliver."""
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        cursor: str | None = None
        while True:
            try:
                page = await answered(
                    self._client.conversations_history(
                        channel=channel, oldest=oldest, include_all_metadata=True, limit=PAGE, cursor=cursor
                    )
                )
            except Refused as refusal:
                raise undeliverable(refusal.code) from None
            messages = page.get("messages")
            if not isinstance(messages, list) or not all(isinstance(each, Mapping) for each in messages):
                raise TryLater  # an answer of another shape must not be taken for an empty conversation
            for message in messages:
                yield message
            following = next_cursor(page)
            if not following:
                if page.get("has_more"):
                    raise TryLater
                return
            if following == cursor:
                raise TryLater  # the same page for ever
            cursor = following

    async def lookup_user(self, email: str) -> str | None:
        """The Slack user id of the colleague with this address; None for nobody, a guest or another organisation's."""
        await self._installation.identify()
        try:
            user = (await answered(self._client.users_lookupByEmail(email=email))).get("user", {})
        except Refused as refusal:
            _unless_unknown(refusal)
            return None
        return user.get("id") if self._installation.is_ours(user) else None

    async def email_of(self, user_id: str) -> str | None:
        """The address of a colleague; None for nobody, for a guest, an app, or somebody of another organisation."""
        await self._installation.identify()
        try:
            user = (await answered(self._client.users_info(user=user_id))).get("user", {})
        except Refused as refusal:
            _unless_unknown(refusal)
            return None
        return user.get("profile", {}).get("email") if self._installation.is_ours(user) else None

    async def reachable(self) -> bool:
        """Whether Slack answers and accepts the token at this moment."""
        try:
            await self._installation.check()
        except SendingProblem:
            return False
        return True

    async def _post(self, person: str, card: Card, key: str) -> Posted:
        channel = await self._channel(person)
        payload = render.message(card, key=key)
        try:
            answer = await answered(
                self._client.chat_postMessage(
                    channel=channel, unfurl_links=False, unfurl_media=False, **payload
                ),
                sends=True,
            )
        except Refused as refusal:
            raise undeliverable(refusal.code) from None
        return Posted(channel, text_in(answer, "ts", maybe_sent=True))

    async def _is_colleague(self, person: str) -> None:
        if self._check is not None and not person.startswith(CHANNELS):
            await self._check(person)

    async def _channel(self, person: str) -> str:
        """The direct messages with a person, asked for once; of a channel its own id."""
        if person.startswith(CHANNELS):
            return person
        known = await self._conversations.known(person)
        if known is not None:
            return known
        try:
            answer = await answered(self._client.conversations_open(users=person))
        except Refused as refusal:
            raise undeliverable(refusal.code) from None
        channel = text_in(answer, "channel", "id")
        await self._conversations.keep(person, channel)
        return channel


def _unless_unknown(refusal: Refused) -> None:
    if refusal.code not in UNKNOWN_PERSON:
        raise undeliverable(refusal.code) from None
