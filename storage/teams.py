"""Where people's own chats with the bot are in Teams, and the files that wait there for a person's word."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from storage.statements import for_each_database, link, pick, table
from storage.teams_tables import TeamsConversation, TeamsFile

_CONVERSATION = table(TeamsConversation)
_FILE = table(TeamsFile)


@dataclass(frozen=True)
class Chat:
    """A person's own chat with the bot: Teams' id of the conversation, and the address at which Teams takes messages for it."""

    conversation: str
    service_url: str


@dataclass(frozen=True)
class Waiting:
    """A file that waits for a person's word."""

    name: str
    media_type: str
    content: bytes


def _noting(insert: Callable[..., Any]) -> Any:
    new = insert(_CONVERSATION)
    return new.on_conflict_do_update(
        index_elements=["user_id"],
        set_={name: new.excluded[name] for name in ("conversation", "service_url", "noted_at")},
    )


_NOTE = for_each_database(_noting)
_FIND = select(_CONVERSATION.c.conversation, _CONVERSATION.c.service_url).where(
    _CONVERSATION.c.user_id == bindparam("user")
)
_WELCOME = (
    update(_CONVERSATION)
    .where(_CONVERSATION.c.user_id == bindparam("user"), _CONVERSATION.c.welcomed_at.is_(None))
    .values(welcomed_at=bindparam("at"))
)


def note_chat(session: Session, user_id: str, chat: Chat, at: datetime) -> None:
    """Remember where a person's chat is; a former one is forgotten."""
    row = {"user_id": user_id, "noted_at": at, "welcomed_at": None, **vars(chat)}
    connection = link(session)
    connection.execute(pick(_NOTE, connection), row)


def chat_of(session: Session, user_id: str) -> Chat | None:
    """Where a person's chat is, or None."""
    row = link(session).execute(_FIND, {"user": user_id}).first()
    return None if row is None else Chat(*row)


def forget_chat(session: Session, user_id: str) -> None:
    """The person has taken the app away, or the conversation is no more."""
    link(session).execute(delete(_CONVERSATION).where(_CONVERSATION.c.user_id == user_id))


def first_welcome(session: Session, user_id: str, at: datetime) -> bool:
    """Whether the person has not been welcomed yet; from now on they have."""
    return link(session).execute(_WELCOME, {"user": user_id, "at": at}).rowcount == 1


def bring(session: Session, id_: str, file: Waiting, at: datetime) -> None:
    """Keep a file until the person has said where it may be put."""
    body = {
        "name": file.name,
        "media_type": file.media_type,
        "content": base64.b64encode(file.content).decode("ascii"),
    }
    session.add(TeamsFile(id=id_, body=body, brought_at=at))
    session.flush()


def claim(session: Session, id_: str, user_id: str) -> bool:
    """Say whose file it is, before they are asked; False where it is somebody's already or no more."""
    mine = update(_FILE).where(_FILE.c.id == id_, _FILE.c.user_id.is_(None)).values(user_id=user_id)
    return link(session).execute(mine).rowcount == 1


def waiting(session: Session, id_: str, user_id: str) -> Waiting | None:
    """A person's file, or None for somebody else's and for what is no more."""
    row = session.get(TeamsFile, id_)
    if row is None or row.user_id != user_id:
        return None
    return Waiting(row.body["name"], row.body["media_type"], base64.b64decode(row.body["content"]))


def drop(session: Session, id_: str, user_id: str) -> None:
    """The person has it, or does not want it."""
    link(session).execute(delete(_FILE).where(_FILE.c.id == id_, _FILE.c.user_id == user_id))


def drop_before(session: Session, moment: datetime) -> int:
    """Nobody said anything for so long: these files are gone. Returns how many."""
    return link(session).execute(delete(_FILE).where(_FILE.c.brought_at < moment)).rowcount
