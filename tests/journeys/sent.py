"""What the bot has sent by itself, on every platform: messages by their keys, and files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.playground.state import Message
from bot.playground.teams.files import CONSENT, INFO
from bot.playground.teams.state import Post
from commands.office import digest_key
from storage.database import Database
from storage.statements import link, table
from storage.tables import Posting
from tests.journeys.papers import read
from tests.journeys.reading import Shown, everything
from tests.journeys.teams_reading import Carded

if TYPE_CHECKING:
    from tests.journeys.driver import Council

_POSTING = table(Posting)


@dataclass(frozen=True)
class Sent:
    """One message. text: what a notification shows of it."""

    shown: Shown | Carded
    text: str


def sent_messages(council: Council) -> dict[str, list[Sent]]:
    """Every message that the bot has sent by itself, by its key; those with a file left out."""
    found: dict[str, list[Sent]] = {}
    for key, one in [*_in_slack(council), *_in_teams(council)]:
        found.setdefault(key, []).append(one)
    return found


def sent_files(council: Council) -> dict[str, list[Sent]]:
    """Every message with a file, by the file's id; each goes to one person alone."""
    found: dict[str, list[Sent]] = {}
    for channel in council.demo.workspace.channels.values():
        for message in channel.messages:
            for file in message.files:
                assert channel.person is not None, "A file was shared in a channel of many."
                found.setdefault(file["id"], []).append(_of_message(message))
    for post in _posts(council):
        for one in post.activity.get("attachments", []):
            if one["contentType"] == CONSENT:
                found.setdefault(one["content"]["acceptContext"]["file"], []).append(_of_post(post))
    return found


def screen(council: Council, user: str) -> Iterator[str]:
    """Every text that somebody can read anywhere."""
    workspace, tenant = council.demo.workspace, council.demo.tenant
    for channel in workspace.channels_of(user):
        for message in [*channel.messages, *channel.ephemerals]:
            if message.only_for in (None, user):
                yield from everything(message.blocks)
                for file in message.files:
                    name, content = workspace.files[file["id"]]
                    yield from (name, *_words(name, content))
    for view in [*workspace.modals[user], *([workspace.homes[user]] if user in workspace.homes else [])]:
        yield from everything(view.body)
    if tenant is None:
        return
    for chat in tenant.chats_of(user):
        for post in tenant.seen(chat, user):
            yield from everything(post.activity)
    if user in tenant.dialogs:
        yield from everything(tenant.dialogs[user].card)
    for stored in tenant.files.values():
        if stored.user == user and stored.content is not None:
            yield from (stored.name, *_words(stored.name, stored.content))


def _words(name: str, content: bytes) -> list[str]:
    return list(read(content)) if name.endswith(".docx") else [content.decode()]


def _in_slack(council: Council) -> Iterator[tuple[str, Sent]]:
    for channel in council.demo.workspace.channels.values():
        for message in channel.messages:
            if message.files:
                continue
            assert message.metadata is not None, f"A message without its key: {message.text}"
            assert message.metadata["event_type"] == "challenge_notice"
            assert channel.person is not None, "Something was posted to a channel of many."
            yield message.metadata["event_payload"]["key"], _of_message(message)


def _in_teams(council: Council) -> Iterator[tuple[str, Sent]]:
    """In Teams a message has no key of its own: what the bot has noted of it is looked up. Answers are no messages of the outbox."""
    if council.demo.tenant is None:
        return
    bot = council.demo.bot
    noted: dict[str, str] = council.portal.call(bot.worker.run, _noted, bot.office.database)
    for post in _posts(council):
        kinds = {one["contentType"] for one in post.activity.get("attachments", [])}
        if not kinds & {CONSENT, INFO}:
            yield noted.get(post.id) or _digest(council, post), _of_post(post)


def _digest(council: Council, post: Post) -> str:
    """The key of a digest of a day gone by, of which the bot need not know any more where it stands."""
    tenant, office = council.demo.tenant, council.demo.bot.office
    assert tenant is not None
    (user,) = tenant.chats[post.chat].members
    return digest_key(office.digest_day(post.at), tenant.member(user).email)


def _noted(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = link(session).execute(select(_POSTING).where(_POSTING.c.platform == "teams"))
        return {row.message: row.key for row in rows}


def _posts(council: Council) -> Iterator[Post]:
    tenant = council.demo.tenant
    for chat in [] if tenant is None else tenant.chats.values():
        for post in chat.posts:
            if post.from_bot and not post.deleted and post.id not in council.answers:
                assert chat.kind == "personal", "Something was posted to a channel of many."
                yield post


def _of_message(message: Message) -> Sent:
    return Sent(Shown(message.ts, message.blocks, message.text), message.text)


def _of_post(post: Post) -> Sent:
    return Sent(Carded(post.id, post.cards), str(post.activity.get("summary", "")))
