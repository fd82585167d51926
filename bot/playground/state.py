"""What the workspace keeps: channels, messages, views, and the short-lived permits. Plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
# What somebody has typed or chosen on a surface: (block_id, action_id) → text, option value, list of
# values, or None.
Typed = dict[tuple[str, str], Any]


@dataclass
class Message:
    """One message. only_for: the one user who sees it, for an ephemeral message."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited: str | None = None
    only_for: str | None = None
    from_bot: bool = True
    failure: bool = False
    typed: dict[str, Typed] = field(default_factory=dict)


@dataclass
class Channel:
    """A channel, or the direct messages between the bot and one person (`person` is set)."""

    id: str
    name: str
    members: frozenset[str]
    created: int
    person: str | None = None
    messages: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    last_post: datetime | None = None
    shared: bool = False
    """With another organisation (Slack Connect)."""


@dataclass
class View:
    """A modal or a Home tab as one user sees it. body: the view as the app gave it, with every block_id
    filled in."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks, in order."""
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass
class Upload:
    """A file that was announced and is not shared yet. content: None until the bytes have come."""

    file_id: str
    name: str
    length: int
    issued: datetime
    content: bytes | None = None


@dataclass
class Trigger:
    """A permit to open one modal: good for three seconds and one use."""

    user: str
    issued: datetime
    from_view: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """A permit to answer an interaction: good for thirty minutes and five uses."""

    user: str
    channel: str
    issued: datetime
    message_ts: str | None = None
    uses: int = 0
