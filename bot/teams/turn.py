"""One activity of Teams, as far as we read it, and whether it has the shape that Teams' have.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-activities and, for what Teams adds,
learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.words import clean
from commands.vocabulary import Identity
from storage.teams import Chat

PLATFORM = "teams"
DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
_CONVERSATION = re.compile(r"[A-Za-z0-9:@.;=_+|~%-]{1,400}")
_MENTION = re.compile(r"<at\b[^>]{0,300}>[^<]{0,300}</at>")
_NAME = re.compile(r"\s*/?\s*(?:challenge-bot|challenge)?\b[\s:,]*", re.IGNORECASE)
_TEXTS = ("type", "id", "serviceUrl", "channelId", "name", "text", "action", "replyToId")


@dataclass(frozen=True)
class Turn:
    """Who did what where. user: the person's id in Microsoft Entra; member: their id in the conversation."""

    activity: str
    user: str
    member: str
    chat: Chat
    personal: bool
    text: str = ""
    message: str = ""
    """The message in which a button stood."""
    value: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()
    """Name and address of what was attached."""

    @classmethod
    def of(cls, activity: Mapping[str, Any]) -> Turn:
        """From an activity of the right shape."""
        sender, conversation = activity.get("from") or {}, activity.get("conversation") or {}
        value = activity.get("value")
        return cls(
            activity=str(activity.get("id") or ""),
            user=str(sender.get("aadObjectId") or ""),
            member=str(sender.get("id") or ""),
            chat=Chat(str(conversation.get("id") or ""), str(activity.get("serviceUrl") or "")),
            personal=conversation.get("conversationType", "personal") == "personal"
            and not conversation.get("isGroup"),
            text=_typed(str(activity.get("text") or "")),
            message=str(activity.get("replyToId") or ""),
            value=value if isinstance(value, Mapping) else {},
            files=tuple(_attached(activity.get("attachments"))),
        )

    @property
    def who(self) -> Identity:
        """The person."""
        return Identity(PLATFORM, self.user)

    @property
    def data(self) -> Mapping[str, Any]:
        """What an action carries, with all that was put in."""
        action = self.value.get("action")
        data = action.get("data") if isinstance(action, Mapping) else self.value.get("data")
        return data if isinstance(data, Mapping) else {}


def is_shaped(activity: Any) -> bool:
    """Whether everything that is relied on is of its type, where it is there at all."""
    if not isinstance(activity, Mapping):
        return False
    sender, conversation = activity.get("from"), activity.get("conversation")
    value = activity.get("value")
    return (
        all(isinstance(activity.get(name), str | None) for name in _TEXTS)
        and bool(activity.get("type"))
        and _are_texts(sender, ("id", "aadObjectId"))
        and _are_texts(conversation, ("id", "conversationType", "tenantId"))
        and isinstance(conversation, Mapping)
        and _CONVERSATION.fullmatch(conversation.get("id") or "") is not None
        and _are_texts(_tenant_part(activity), ("id",))
        and (activity.get("type") != "invoke" or value is None or isinstance(value, Mapping))
        and (not isinstance(value, Mapping) or isinstance(value.get("data"), Mapping | str | None))
        and isinstance(activity.get("attachments"), list | None)
    )


def tenants(activity: Mapping[str, Any]) -> set[str]:
    """Every tenant that an activity names: of the conversation, of the channel data, of the sender."""
    named = (
        (activity.get("conversation") or {}).get("tenantId"),
        (_tenant_part(activity) or {}).get("id"),
        (activity.get("from") or {}).get("tenantId"),
    )
    return {str(each).lower() for each in named if each}


def _tenant_part(activity: Mapping[str, Any]) -> Any:
    channel = activity.get("channelData")
    return channel.get("tenant") if isinstance(channel, Mapping) else None


def _are_texts(found: Any, names: tuple[str, ...]) -> bool:
    return found is None or (
        isinstance(found, Mapping) and all(isinstance(found.get(name), str | None) for name in names)
    )


def _typed(text: str) -> str:
    """The words for us: without mentions, and without our own name, which people write out of habit before them."""
    words = clean(_MENTION.sub(" ", text).replace("\xa0", " ").replace("&nbsp;", " ")).strip()
    begun = _NAME.match(words)
    return words[begun.end() :].strip() if begun else words


def _attached(attachments: Any) -> list[tuple[str, str]]:
    found = []
    for each in attachments if isinstance(attachments, list) else ():
        content = each.get("content") if isinstance(each, Mapping) else None
        if not isinstance(content, Mapping) or each.get("contentType") != DOWNLOAD:
            continue
        if isinstance(content.get("downloadUrl"), str):
            found.append((clean(str(each.get("name") or ""))[:200], content["downloadUrl"]))
    return found
