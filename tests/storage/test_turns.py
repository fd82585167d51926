"""Replicas on one PostgreSQL take turns; on SQLite whoever writes has the turn."""

from __future__ import annotations

import pytest

from storage import turns
from storage.database import Database


def _wait_briefly(database: Database) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        turns.for_rounds(session)


def test_one_looks_for_what_is_due_at_a_time_and_nobody_waits_for_ever(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    with database.write() as session:
        turns.for_rounds(session)
        if not database.is_sqlite:
            with pytest.raises(turns.NotYourTurn, match="held by somebody else"):
                _wait_briefly(other)
    with other.write() as second:
        turns.for_rounds(second)
    assert other.state() == "ok"
    other.dispose()
