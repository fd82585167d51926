"""What the storage tests share: an up-to-date database, and a few people in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.tables import Challenge, Person

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 23 November 2026, 9:00 in London."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with all its tables; a test that asks for it runs on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.dispose()


@pytest.fixture
def staffed(database: Database) -> Database:
    """The same with three people, and one challenge, CH-1001, that Ada raised."""
    with database.write() as session:
        for email in ("ada@example.org", "ben@example.org", "cem@example.org"):
            session.add(Person(email=email, name=email.split("@")[0].title()))
        session.flush()
        session.add(
            Challenge(
                procedure="bradford",
                version="1",
                case_reference="LCS-204518",
                unit="keighley",
                raiser="ada@example.org",
                stage="stage-1",
                opened_at=NINE,
            )
        )
    return database
