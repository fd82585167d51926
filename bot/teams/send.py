"""What the outbox sends in Teams: messages in a person's own chat with the bot, updated in place."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.answering import Run
from bot.sending import CannotDeliver, Gone, SendingProblem
from bot.teams import render
from bot.teams.connector import Connector, consent, message
from bot.teams.directory import Directory
from bot.teams.errors import Refused, undeliverable
from bot.teams.library import MessageActivityInput
from bot.words import cut
from commands.vocabulary import Card, File, Paragraph, Small
from procedures.clock import Clock
from storage import teams
from storage.database import Database
from storage.teams import Chat, Waiting

KEPT = timedelta(days=3)
"""For how long a file waits for its reader's word."""
COMMENT = 2000
Mark = Callable[[], str]


def fresh_mark() -> str:
    """Of one drawing of a card."""
    return secrets.token_hex(6)


@dataclass(frozen=True)
class Posted:
    """Where a message stands: the conversation, with the address at which Teams takes messages for it, and the message's id."""

    channel: str
    ts: str


class Chats:
    """Where people's own chats are, kept in the database. run: `await run(function, *arguments)` on a worker thread."""

    def __init__(self, database: Database, clock: Clock, run: Run) -> None:
        self._database, self._clock, self._run = database, clock, run

    async def of(self, user_id: str) -> Chat | None:
        """A person's chat, or None."""
        found: Chat | None = await self._run(self._read, teams.chat_of, user_id)
        return found

    async def note(self, user_id: str, chat: Chat) -> None:
        """Remember a person's chat."""
        await self._run(self._write, teams.note_chat, user_id, chat, self._clock.now())

    async def forget(self, user_id: str) -> None:
        """It is no more."""
        await self._run(self._write, teams.forget_chat, user_id)

    async def first_welcome(self, user_id: str) -> bool:
        """Whether the person has not been welcomed yet; from now on they have."""
        return bool(await self._run(self._write, teams.first_welcome, user_id, self._clock.now()))

    async def bring(self, file: File) -> str:
        """Keep a file until its reader has said where it may be put; its id."""
        id_, now = secrets.token_urlsafe(18), self._clock.now()
        await self._run(self._write, teams.drop_before, now - KEPT)
        waiting = Waiting(file.name, file.media_type, file.content)
        await self._run(self._write, teams.bring, id_, waiting, now)
        return id_

    async def claim(self, id_: str, user_id: str) -> bool:
        """Say whose file it is; False where it is somebody's already, or gone."""
        return bool(await self._run(self._write, teams.claim, id_, user_id))

    async def waiting(self, id_: str, user_id: str) -> File | None:
        """A person's file, or None."""
        found: Waiting | None = await self._run(self._read, teams.waiting, id_, user_id)
        return None if found is None else File(found.name, found.media_type, found.content)

    async def drop(self, id_: str, user_id: str) -> None:
        """The person has it, or does not want it."""
        await self._run(self._write, teams.drop, id_, user_id)

    def _read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        with self._database.read() as session:
            return function(session, *arguments)

    def _write(self, function: Callable[..., Any], *arguments: Any) -> Any:
        with self._database.write() as session:
            return function(session, *arguments)


class TeamsSender:
    """Sends to people by their id in Microsoft Entra. Every call ends within the connector's time-outs.

    All methods may raise TryLater (nothing is lost, come back) and NotConnected (an administrator is needed). None looks for anything,
    since Teams shows an app no conversation: what may have been sent is sent once more, and says so (`bot.preparing`).
    """

    def __init__(
        self,
        connector: Connector,
        chats: Chats,
        directory: Directory,
        mark: Mark = fresh_mark,
        *,
        inline: bool = False,
    ) -> None:
        """inline: see `bot.teams.elements.Acting`."""
        self._connector, self._chats, self._directory = connector, chats, directory
        self._mark, self._inline = mark, inline

    async def post(self, person_platform_id: str, card: Card, key: str) -> Posted:
        """Post a card to a person; their chat is made where there is none yet. Raises CannotDeliver, among them to a guest."""
        self._directory.check(person_platform_id)
        payload = self._drawn(card, key)
        chat, id_ = await self._in_chat(person_platform_id, lambda chat: self._connector.post(chat, payload))
        return Posted(f"{chat.service_url} {chat.conversation}", id_)

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        """Put another card in a message's place. Raises Gone when the message or its chat is no more, CannotDeliver."""
        service_url, _, conversation = channel.partition(" ")
        payload = self._drawn(card, key)
        try:
            await self._connector.update(Chat(conversation, service_url), ts, payload)
        except Refused as refusal:
            problem: SendingProblem = Gone() if refusal.status in (403, 404) else undeliverable(refusal)
        else:
            return
        raise problem

    async def bring(self, file: File) -> str:
        """Keep a file until the person has said where it may be put. In Teams nothing can be put anywhere before."""
        return await self._chats.bring(file)

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        """Ask a person where the file may be put; once they say so, it is. Raises Gone where they were asked already, CannotDeliver."""
        self._directory.check(person_platform_id)
        if card.file is None or not await self._chats.claim(file_id, person_platform_id):
            raise Gone
        question = consent(card.file, file_id, comment(card))
        await self._in_chat(person_platform_id, lambda chat: self._connector.post(chat, question))

    async def lookup_user(self, email: str) -> str | None:
        """The id in Microsoft Entra of the colleague with this address, asked of Graph; None for nobody and for a guest. Raises
        CannotDeliver where the app may not ask."""
        return await self._directory.lookup(email)

    def _drawn(self, card: Card, key: str) -> MessageActivityInput:
        return message(render.message(card, self._mark(), key, inline=self._inline), render.summary(card))

    async def _in_chat(self, person: str, send: Callable[[Chat], Any]) -> tuple[Chat, str]:
        """Send in a person's chat; once more in a new one where the one that was known is no more."""
        known = await self._chats.of(person)
        if known is not None:
            try:
                return known, await send(known)
            except Refused as refusal:
                if refusal.status != 404:
                    raise undeliverable(refusal) from None
            await self._chats.forget(person)
        try:
            chat = await self._connector.create(person)
            await self._chats.note(person, chat)
            return chat, await send(chat)
        except Refused as refusal:
            problem: CannotDeliver = undeliverable(refusal)
        raise problem


def comment(card: Card) -> str:
    """The words that go along with a file: those of the card's sentences."""
    return cut("\n".join(part.text for part in card.parts if isinstance(part, Paragraph | Small)), COMMENT)
