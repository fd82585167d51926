"""The council with sessions, on both databases, on Monday 23 November 2026 at ten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.commands.turns.council import Council


@pytest.fixture
def council(database_url: str) -> Iterator[Council]:
    """A test that asks for it runs on SQLite and on PostgreSQL."""
    database = Database(database_url)
    database.migrate()
    made = Council(database)
    made.lists()
    yield made
    database.dispose()
