"""A card as an e-mail: plain words, and for a meeting the calendar's own part, which Outlook and others put into the calendar.

An e-mail leaves the chat, so nothing that people wrote ever goes into one: a card with a quotation is refused, and the subject is
the card's preview, which holds nothing but the challenge's reference. RFC 5322 for the message, RFC 6047 for the calendar's part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from commands.calendar_file import MEDIA_TYPE, method_of
from commands.vocabulary import Bullets, Card, Facts, File, Heading, Paragraph, Part, Small

NAME = "challenge-bot"


def letter(card: Card, *, sender: str, to: str, key: str, at: datetime) -> bytes:
    """The e-mail for one person. `key` is the outbox row's: the same message sent again has the same Message-ID.

    Raises ValueError for a card with parts that no e-mail may have.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{NAME} <{sender}>"
    message["To"] = to
    message["Subject"] = card.preview
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(key, sender)
    # Nobody reads what comes back: no answers by themselves, please. What cannot be delivered is still reported.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply, RN, NRN"
    message.set_content(words(card), cte="quoted-printable")
    if card.file is not None:
        _add_calendar(message, card.file)
    return message.as_bytes()


def message_id(key: str, sender: str) -> str:
    """What the mail systems on the way know the message by; the key is not to be read in it."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def words(card: Card) -> str:
    """The card's words alone, a paragraph a part. Raises ValueError for parts that no e-mail may have."""
    return "\n\n".join(text for part in card.parts for text in _text(part)) + "\n"


def _text(part: Part) -> Iterator[str]:
    match part:
        case Heading(text) | Paragraph(text) | Small(text):
            yield text
        case Facts(items):
            yield "\n".join(f"{fact.label}: {fact.value}" for fact in items)
        case Bullets(items):
            yield "\n".join(f"- {item}" for item in items)
        case _:
            raise ValueError(f"A {type(part).__name__} does not leave the chat.")


def _add_calendar(message: EmailMessage, file: File) -> None:
    """The calendar's part beside the words, not attached: Outlook takes only that for an invitation."""
    if not file.media_type.startswith(MEDIA_TYPE):
        raise ValueError("No file but a calendar's goes by e-mail.")
    text = file.content.decode()
    message.add_alternative(text, subtype="calendar", cte="base64", params={"method": method_of(file)})
    # Older versions of Exchange look at this instead of the part's own type.
    message["Content-Class"] = "urn:content-classes:calendarmessage"
