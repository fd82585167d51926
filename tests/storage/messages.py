"""What the tests of the outbox and of the postings share: short ways to put in, to claim and to look."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.outbox import Claimed, Note
from storage.postings import Place
from storage.tables import Outbox
from tests.storage.conftest import NINE

ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


def note(
    key: str, email: str = ADA, after: datetime = NINE, notice: str = "reminder", stage: int = 1
) -> Note:
    return Note(key, email, notice, after, after, challenge_id=1001, stage_number=stage, body={"days": 2})


def put(database: Database, *notes: Note) -> int:
    with database.write() as session:
        return outbox.put(session, notes)


def claim(database: Database, now: datetime = NINE, worker: str = "one", limit: int = 100) -> list[Claimed]:
    return outbox.claim(database, worker=worker, now=now, lease=LEASE, limit=limit)


def row(database: Database, key: str) -> Outbox:
    with database.read() as session:
        return session.exec(select(Outbox).where(Outbox.key == key)).one()


def place(number: int = 1) -> Place:
    return Place("slack", "D0ADA", f"1700000000.00000{number}")
