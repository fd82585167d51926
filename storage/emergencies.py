"""Readings of a record in an emergency, by somebody who had no part in it: who, when, and the reason given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from storage.statements import link, table
from storage.tables_besides import EmergencyReading

_READING = table(EmergencyReading)


@dataclass(frozen=True)
class Reading:
    """One reading; `by` is the reader's e-mail address, `at` an aware moment."""

    id: int
    challenge_id: int
    by: str
    at: datetime
    reason: str


_COLUMNS = [_READING.c[name] for name in Reading.__dataclass_fields__]


def note(session: Session, challenge_id: int, by: str, at: datetime, reason: str) -> int:
    """Note a reading, in the transaction that shows the record; its number."""
    values = {"challenge_id": challenge_id, "by": by, "at": at, "reason": reason}
    return int(link(session).execute(insert(_READING).values(**values).returning(_READING.c.id)).scalar_one())


def find(session: Session, number: int) -> Reading | None:
    """One reading, or None."""
    row = link(session).execute(select(*_COLUMNS).where(_READING.c.id == number)).first()
    return None if row is None else Reading(*row)


def since(session: Session, moment: datetime) -> list[Reading]:
    """All readings since then, the earliest first."""
    query = select(*_COLUMNS).where(_READING.c.at >= moment).order_by(_READING.c.id)
    return [Reading(*row) for row in link(session).execute(query)]
