"""chat.*: posting, updating and deleting, with the checks and error codes of Slack's Web API reference."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.playground import blockkit, values
from bot.playground.arguments import Arguments
from bot.playground.errors import MethodError
from bot.playground.people import TEAM_ID
from bot.playground.state import Channel, Json, Message
from bot.playground.workspace import APP_ID, BOT_ID, BOT_USER, Workspace

TEXT_CHARACTERS = 40_000
ATTACHMENTS = 100
BETWEEN_POSTS = timedelta(seconds=1)


def checked_blocks(blocks: Any) -> list[Json]:
    """Blocks of a message, completed with ids.

    Raises MethodError invalid_blocks_format, invalid_blocks (with what is wrong) or msg_blocks_too_long.
    """
    if not isinstance(blocks, list):
        raise MethodError("invalid_blocks_format")
    wrong = blockkit.check_message(blocks)
    if wrong:
        raise MethodError("invalid_blocks", wrong, errors=[one.removeprefix("[ERROR] ") for one in wrong])
    if blockkit.too_long(blocks):
        raise MethodError("msg_blocks_too_long")
    return blockkit.complete(blocks)


def _checked_metadata(metadata: Any) -> Json:
    right = (
        isinstance(metadata, dict)
        and set(metadata) == {"event_type", "event_payload"}
        and isinstance(metadata["event_type"], str)
        and metadata["event_type"]
        and isinstance(metadata["event_payload"], dict)
    )
    if not right:
        raise MethodError("invalid_metadata_format")
    return dict(metadata)


class _Content:
    """What a call says: text, blocks, attachments, metadata, each None where it was not given."""

    def __init__(self, arguments: Arguments) -> None:
        blocks = arguments.structure("blocks", "invalid_blocks_format")
        attachments = arguments.structure("attachments", "invalid_attachments")
        metadata = arguments.structure("metadata", "invalid_metadata_format")
        self.text = arguments.text("text") if "text" in arguments else None
        if attachments is not None and not isinstance(attachments, list):
            raise MethodError("invalid_attachments")
        if len(attachments or []) > ATTACHMENTS:
            raise MethodError("too_many_attachments")
        if len(self.text or "") > TEXT_CHARACTERS:
            raise MethodError("msg_too_long")
        if not (self.text or blocks or attachments):
            raise MethodError("no_text")
        self.attachments = attachments
        self.blocks = None if blocks is None else checked_blocks(blocks)
        self.metadata = None if metadata is None else _checked_metadata(metadata)

    def message(self, workspace: Workspace, channel: Channel, **more: Any) -> Message:
        """A new message of the bot with this content."""
        return Message(
            workspace.next_ts(),
            channel.id,
            BOT_USER,
            self.text or "",
            self.blocks or [],
            self.attachments or [],
            metadata=self.metadata,
            **more,
        )


def as_json(message: Message, *, metadata: bool = False) -> Json:
    """A message as Slack returns it; with its metadata only where that was asked for."""
    result: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM_ID,
    }
    if message.from_bot:
        result |= {"bot_id": BOT_ID, "app_id": APP_ID, "blocks": message.blocks}
    if message.attachments:
        result["attachments"] = message.attachments
    if message.files:
        result |= {"subtype": "file_share", "files": message.files, "upload": True}
    if message.thread_ts:
        result["thread_ts"] = message.thread_ts
    if message.edited:
        result["edited"] = {"user": message.user, "ts": message.edited}
    if metadata and message.metadata:
        result["metadata"] = message.metadata
    return result


def post_message(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.postMessage. At most one a second in each channel; a user id posts to that person's direct
    messages."""
    channel = workspace.channel(arguments.needed("channel"))
    content = _Content(arguments)
    now = workspace.now()
    if channel.last_post is not None and now - channel.last_post < BETWEEN_POSTS:
        raise MethodError("ratelimited")
    channel.last_post = now
    thread = arguments.text("thread_ts") or None
    message = workspace.add(content.message(workspace, channel, thread_ts=thread))
    return {"channel": channel.id, "ts": message.ts, "message": as_json(message, metadata=True)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.postEphemeral: seen by one member of the channel, kept out of the history."""
    channel = workspace.channel(arguments.needed("channel"))
    user = workspace.persona(arguments.needed("user")).user_id
    if user not in channel.members:
        raise MethodError("user_not_in_channel")
    message = workspace.add(_Content(arguments).message(workspace, channel, only_for=user))
    return {"message_ts": message.ts}


def rewrite(workspace: Workspace, message: Message, text: str | None, blocks: list[Json] | None) -> None:
    """Change a message in place. What was chosen on it stays, as on a view."""
    if blocks is not None:
        message.typed = {
            user: values.carry(message.blocks, typed, blocks) for user, typed in message.typed.items()
        }
        message.blocks = blocks
    if text is not None:
        message.text = text
    workspace.changes.tell()


def update(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.update: only the bot's own messages; what is not given stays as it was."""
    channel = workspace.channel(arguments.needed("channel"))
    message = workspace.message(channel, arguments.needed("ts"))
    if not message.from_bot:
        raise MethodError("cant_update_message")
    content = _Content(arguments)
    rewrite(workspace, message, content.text, content.blocks)
    message.attachments = message.attachments if content.attachments is None else content.attachments
    message.metadata = message.metadata if content.metadata is None else content.metadata
    message.edited = workspace.next_ts()
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": as_json(message, metadata=True),
    }


def delete(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.delete: only the bot's own messages."""
    channel = workspace.channel(arguments.needed("channel"))
    message = workspace.message(channel, arguments.needed("ts"))
    if not message.from_bot:
        raise MethodError("cant_delete_message")
    workspace.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.getPermalink: an address of the page which opens the channel at the message."""
    channel = workspace.channel(arguments.needed("channel"))
    message = workspace.message(channel, arguments.needed("message_ts"))
    return {
        "channel": channel.id,
        "permalink": f"{workspace.address}/#view={channel.id}&message={message.ts}",
    }
