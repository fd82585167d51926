"""Opening a challenge's record."""

from __future__ import annotations

from commands.cards import challenge_card
from commands.desk import Desk
from commands.entries import conversations
from commands.reading import Reading
from commands.vocabulary import Bullets, Paragraph, Part, Reply, Say


class Show(Reading):
    """Open a challenge's record: where it stands and all that has happened."""

    name = "show"
    title = "Challenge"
    submit = "Open"

    @classmethod
    def opened(cls, desk: Desk, reference: str) -> Reply:
        """The whole record; that it was read is written down."""
        record = desk.record(reference)
        desk.read(record, "show")
        talks = conversations(record)
        extra: tuple[Part, ...] = (
            (Paragraph("Informal conversations first", strong=True), Bullets(tuple(talks))) if talks else ()
        )
        return Say(challenge_card(desk, record, extra=extra, full=True))
