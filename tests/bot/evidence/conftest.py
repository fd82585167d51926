"""A council whose audit is signed and published: its folder has the key and the heads, as `serve` leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evidence.publishing import Publisher
from procedures.authority import AuditRule
from storage import people
from storage.database import Database
from tests.commands.conftest import MONDAY
from tests.commands.conftest import Council as FrontDesk


class Council(FrontDesk):
    """A council with its key and its heads."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database)
        self.database, self.folder = database, folder
        self.key, self.heads = folder / "audit-key.pem", folder / "audit-heads.jsonl"
        self.publisher = self.another()

    def another(self, folder: Path | None = None) -> Publisher:
        """A replica, newly started; in a folder of its own, or with the same files."""
        at = folder or self.folder
        return Publisher(self.office, at / self.key.name, at / self.heads.name)

    def publishes_to(self, channel: str) -> None:
        """A channel is named in authority.toml, and there is a head that is signed."""
        authority = self.office.authority.model_copy(update={"audit": AuditRule(channel=channel)})
        self.office = replace(self.office, authority=authority)
        self.raises()
        self.publisher = self.another()
        self.publisher.go()

    def next_day(self) -> None:
        """A day goes by, and the program makes a pass."""
        self.wait(days=1)
        self.publisher.go()

    def lines(self) -> list[str]:
        """The heads that are published."""
        return self.heads.read_text(encoding="utf-8").splitlines() if self.heads.exists() else []

    def problems(self) -> list[str]:
        """What the administrators are told."""
        from storage import problems

        with self.database.read() as session:
            return [each.sentence for each in problems.open_problems(session)]


@pytest.fixture
def council(database_url: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026 at ten, on SQLite and on PostgreSQL."""
    database = Database(database_url)
    database.migrate()
    council = Council(database, tmp_path)
    with database.write() as session:
        people.apply_people(session, council.rows, at=MONDAY)
    yield council
    database.dispose()
