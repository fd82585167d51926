"""Statements that go to the driver itself behave as they would through SQLAlchemy, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage.database import Database
from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Outbox
from tests.storage.conftest import NINE

_OUTBOX = table(Outbox)
_COLUMNS = (_OUTBOX.c.key, _OUTBOX.c.body, _OUTBOX.c.urgent, _OUTBOX.c.due_at, _OUTBOX.c.claimed_until)
_FIND = select(*_COLUMNS).where(_OUTBOX.c.state == "waiting").order_by(_OUTBOX.c.key)


def _row(key: str) -> dict[str, object]:
    return {
        "key": key,
        "email": "ada@example.org",
        "notice": "asked",
        "body": {"entry": 3, "words": ["Straße", None]},
        "urgent": True,
        "channel": "chat",
        "state": "waiting",
        "due_at": NINE,
        "send_after": NINE,
        "queued_at": NINE,
        "attempts": 0,
        "maybe_sent": False,
        "outdated": False,
        "look": False,
    }


def _added(session: Session, *keys: str) -> int:
    return Prepared(insert(_OUTBOX).inline()).run_each(session, [_row(key) for key in keys])


@pytest.mark.parametrize("keys", [("one",), ("one", "two", "three")])
def test_values_come_back_as_sqlalchemy_gives_them(staffed: Database, keys: tuple[str, ...]) -> None:
    with staffed.write() as session:
        assert _added(session, *keys) == len(keys)
        found = Prepared(_FIND).rows(session)
        assert found == [tuple(row) for row in link(session).execute(_FIND)]
        assert [row[0] for row in found] == sorted(keys)
        assert found[0][1:] == ({"entry": 3, "words": ["Straße", None]}, True, NINE, None)


def test_a_change_says_how_many_rows_it_met(staffed: Database) -> None:
    later = datetime(2026, 11, 24, 9, tzinfo=UTC)
    change = Prepared(
        update(_OUTBOX).where(_OUTBOX.c.key == bindparam("which")).values(claimed_until=bindparam("until"))
    )
    with staffed.write() as session:
        _added(session, "one", "two")
        assert change.run(session, {"which": "two", "until": later}) == 1
        assert change.run(session, {"which": "six", "until": later}) == 0
        assert [row[4] for row in Prepared(_FIND).rows(session)] == [None, later]


def test_what_the_database_refuses_is_sqlalchemys_error_without_the_values(staffed: Database) -> None:
    def twice() -> None:
        with staffed.write() as session:
            _added(session, "one")
            _added(session, "one")

    with pytest.raises(IntegrityError) as refusal:
        twice()
    assert "Straße" not in str(refusal.value)
    with staffed.read() as session:
        assert Prepared(_FIND).rows(session) == []
