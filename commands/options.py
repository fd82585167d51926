"""All that somebody can do on a challenge now, where a message has no room for all of it."""

from __future__ import annotations

from commands.actions import Offered, saying
from commands.desk import Desk
from commands.next_step import what_is_next
from commands.reading import Reading
from commands.vocabulary import Buttons, Card, Paragraph, Reply, Say


class Options(Reading):
    """Show all that you can do on a challenge now."""

    name = "options"
    title = "What you can do"
    submit = "Show"

    @classmethod
    def opened(cls, desk: Desk, reference: str) -> Reply:
        """Where the challenge stands, and every button that would work for the person."""
        record = desk.record(reference)
        offered = Offered(desk, record)
        parts = (
            Paragraph(what_is_next(desk, record)),
            Buttons(tuple(saying(button) for button in (*offered.likely, *offered.rarer))),
        )
        return Say(Card(f"{record.reference}: what you can do", parts, record.reference))
