"""What delivery asks of a chat platform, and what can go wrong there in the terms in which delivery decides what to do next.

No exception carries the text of a message: they may be logged, stored and shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable

from commands.vocabulary import Card, File


class SendingProblem(Exception):
    """Something went wrong between challenge-bot and a chat platform."""


class TryLater(SendingProblem):
    """The platform could not be reached, or asked for patience.

    retry_after: seconds that it asked for, or None. maybe_sent: the request may have been carried out although no answer
    came, so look before sending again. reason: one sentence for an administrator, where the platform has one of its own.
    """

    def __init__(
        self, retry_after: float | None = None, *, maybe_sent: bool = False, reason: str = ""
    ) -> None:
        self.retry_after = retry_after
        self.maybe_sent = maybe_sent
        self.reason = reason
        super().__init__(
            reason or "The chat platform did not answer as it should. The bot will try again by itself."
        )


class NotConnected(SendingProblem):
    """The platform does not accept the bot's token or permissions, until an administrator puts that right."""


class CannotDeliver(SendingProblem):
    """The platform will never take this message for this person; a person must be told.

    reason: one sentence for an administrator. code: the platform's own word for it.
    """

    def __init__(self, reason: str, code: str) -> None:
        self.reason = reason
        self.code = code
        super().__init__(reason)


class Gone(SendingProblem):
    """The message that should be updated, or the file that should be shared, no longer exists."""

    def __init__(self) -> None:
        super().__init__("What should be updated or shared no longer exists.")


LONGEST_WAIT = 3600.0
"""Seconds; a platform that asks for more is asked again all the same."""


def seconds_asked(header: str | None) -> float | None:
    """What a Retry-After header asks for, an hour at most; None where it asks for nothing that could be understood."""
    try:
        seconds = float(header) if header else -1.0
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


class Standing(Protocol):
    """Where a message stands: the conversation's id and the message's id in it."""

    @property
    def channel(self) -> str:
        """The platform's id of the conversation."""
        ...

    @property
    def ts(self) -> str:
        """The platform's id of the message in the conversation."""
        ...


class Sender(Protocol):
    """One chat platform. Every call ends within a time-out that is shorter than delivery's lease."""

    async def post(self, person_platform_id: str, card: Card, key: str) -> Standing | None:
        """Send a card to a person; the key is kept with the message. None where nothing stands that could be updated (an e-mail). Raises
        any SendingProblem."""
        ...

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        """Put another card in a message's place. Raises Gone, TryLater, NotConnected or CannotDeliver."""
        ...

    async def bring(self, file: File) -> str:
        """Bring a file to the platform, seen by nobody yet; the platform's id of it. Raises any SendingProblem but Gone."""
        ...

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        """Show a person a file that was brought, with the card's words. A file can be shared once: Raises Gone where it has been
        already, or is kept no longer; else any SendingProblem."""
        ...

    async def lookup_user(self, email: str) -> str | None:
        """The platform's id of the person with this address, or None."""
        ...


@runtime_checkable
class Searchable(Sender, Protocol):
    """A chat platform that can be asked what it has: what may have been sent is looked for before it is sent again."""

    async def find(self, person_platform_id: str, key: str, since: datetime) -> Standing | None:
        """The message with this key that was sent to the person since then, or None."""
        ...

    async def has_file(self, person_platform_id: str, file_id: str, since: datetime) -> bool:
        """Whether a file has been shared with the person since then."""
        ...
