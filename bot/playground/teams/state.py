"""What the played Teams keeps: people, chats, messages, dialogs and files. Plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.playground.state import Json


@dataclass(frozen=True)
class Member:
    """Somebody with an account in the tenant. user: the persona's id, by which the page knows them. account: "29:…". object_id: Entra's GUID."""

    user: str
    account: str
    object_id: str
    name: str
    email: str


@dataclass
class Post:
    """One message. activity: as the bot gave it, or as it was sent to the bot. user: the persona who wrote it, "" for the bot and for Teams itself."""

    id: str
    chat: str
    at: datetime
    activity: Json
    user: str = ""
    from_bot: bool = False
    edited: bool = False
    deleted: bool = False
    only_for: str | None = None
    failure: bool = False

    @property
    def cards(self) -> list[Json]:
        """The Adaptive Cards on it."""
        return [one["content"] for one in self.activity.get("attachments", []) if "content" in one]


@dataclass
class Chat:
    """A conversation. thread: for a channel, whether what is posted to its id begins a new thread is left out: it is one list."""

    id: str
    kind: Literal["personal", "groupChat", "channel"]
    name: str
    members: list[str]
    team: str = ""
    posts: list[Post] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    has_bot: bool = True


@dataclass
class Dialog:
    """A dialog (task module) that somebody has open. command: the message extension's that opened it, "" for one opened by a button."""

    id: str
    user: str
    chat: str
    title: str
    card: Json
    command: str = ""
    about: Json | None = None
    reply_to: str | None = None
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Stored:
    """A file in somebody's OneDrive. content: None while its bytes are still to come."""

    id: str
    name: str
    user: str
    content: bytes | None = None
    length: int = 0
