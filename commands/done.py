"""What a form says once it has been carried out."""

from __future__ import annotations

from commands.desk import Desk
from commands.next_step import where_it_stands
from commands.record import Record
from commands.told import when_told
from commands.vocabulary import Card, Paragraph, Part, Reply, Say, Small


def done(desk: Desk, record: Record, what: str, *more: Part) -> Reply:
    """The step was carried out: what it was, where the challenge stands now, `more`, and when others hear of it."""
    later = when_told(desk)
    parts: list[Part] = [Paragraph(where_it_stands(desk, record)), *more]
    if later:
        parts.append(Small(later))
    return Say(Card(f"{what}: {record.reference}", tuple(parts), f"{record.reference}: saved"))
