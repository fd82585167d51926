"""The audit's rows stay as they were written: the database itself refuses, and what is erased leaves the chain whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from storage import audit
from storage.audit import Event
from storage.database import Database
from storage.statements import table
from storage.tables import Audit
from tests.storage.attacker import without_triggers
from tests.storage.conftest import NINE

MINE, OTHER = "CH-1001", "CH-1002"


@pytest.fixture
def written(database: Database) -> Database:
    """Five rows: three about CH-1001, with the words of its case, and two about CH-1002."""
    with database.write() as session:
        subjects = (MINE, OTHER, MINE, MINE, OTHER)
        audit.append_many(
            session,
            [Event(NINE, "ada@example.org", "noted", about, {"words": f"of {about}"}) for about in subjects],
        )
    return database


def erase(session: Session, subject: str = MINE) -> int:
    return audit.erase(
        session, at=NINE + timedelta(days=1), actor="challenge-bot", subject=subject, reason="schedule 7"
    )


def run(database: Database, statement: str) -> None:
    with database.write() as session:
        session.connection().execute(text(statement))


def refused(database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"neither changed nor removed|only moves forward"):
        run(database, statement)


def test_the_database_refuses_to_change_or_remove_what_is_written(written: Database) -> None:
    texts = ("actor", "action", "subject", "digest", "previous", "hash", "salt")
    changes = [f"{name} = 'x'" for name in texts]
    changes += ["number = 7", "at = '2026-11-23 09:00:01.000000'", "body = NULL", "salt = NULL"]
    for change in changes:
        refused(written, f"UPDATE audit SET {change} WHERE number = 2")  # noqa: S608
    refused(written, "DELETE FROM audit")
    refused(written, "DELETE FROM audit WHERE number = 5")
    for change in ("number = 4", "hash = ''", "id = 2, number = 6"):
        refused(written, f"UPDATE audithead SET {change}")  # noqa: S608
    refused(written, "DELETE FROM audithead")
    with written.read() as session:
        assert audit.verify(session) is None
        assert audit.head(session).number == 5


def test_sqlite_refuses_to_replace_and_postgresql_to_truncate(written: Database) -> None:
    if written.url.drivername == "sqlite":
        columns = "at, actor, action, subject, body, salt, digest, previous, hash"
        for word in ("INSERT OR REPLACE", "REPLACE"):
            first = f"{word} INTO audit (number, {columns}) SELECT 5, {columns} FROM audit WHERE number = 1"  # noqa: S608
            refused(written, first)
        refused(written, "UPDATE OR REPLACE audit SET number = 5 WHERE number = 1")
        refused(written, "INSERT OR REPLACE INTO audithead VALUES (1, 0, '')")
    else:
        for names in ("audit", "audithead", "audit, audithead CASCADE"):
            refused(written, f"TRUNCATE {names}")


def test_an_empty_head_can_be_replaced_so_that_a_copy_can_be_loaded(database: Database) -> None:
    run(database, "DELETE FROM audithead")
    run(database, "INSERT INTO audithead (id, number, hash) VALUES (1, 0, '')")
    run(database, "UPDATE audithead SET number = 3, hash = 'abc'")


def test_what_is_erased_is_gone_and_the_chain_holds(written: Database) -> None:
    with written.read() as session:
        before = audit.head(session)
    with written.write() as session:
        assert erase(session) == 3
    with written.read() as session:
        rows = session.exec(select(Audit).order_by("number")).all()
        assert [(row.number, row.body, row.salt is None) for row in rows] == [
            (1, None, True),
            (2, {"words": "of CH-1002"}, False),
            (3, None, True),
            (4, None, True),
            (5, {"words": "of CH-1002"}, False),
            (6, {"reason": "schedule 7", "rows": [[1, 1], [3, 4]]}, False),
        ]
        assert (rows[5].action, rows[5].subject, rows[5].actor) == ("erased", MINE, "challenge-bot")
        assert audit.verify(session, [before]) is None


def test_erasing_twice_writes_nothing_and_what_came_since_is_erased_as_well(written: Database) -> None:
    with written.write() as session:
        assert erase(session) == 3
        assert erase(session) == 0
        audit.append(
            session, at=NINE, actor="ada@example.org", action="read", subject=MINE, body={"how": "show"}
        )
        assert erase(session) == 1
    with written.read() as session:
        assert audit.verify(session) is None
        assert audit.head(session).number == 8


def test_an_erasure_that_comes_to_nothing_leaves_everything(written: Database) -> None:
    def interrupted() -> None:
        with written.write() as session:
            erase(session)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with written.read() as session:
        assert all(row.body for row in session.exec(select(Audit)))
        assert audit.verify(session) is None


def test_who_erases_without_saying_so_is_found(written: Database) -> None:
    with written.write() as session, audit.gate(session):
        session.connection().execute(text("UPDATE audit SET body = NULL, salt = NULL WHERE number = 3"))
    with written.read() as session:
        found = audit.verify(session)
    assert found == audit.Broken(3, "its body is gone, and no later row says that it was erased.")
    with written.write() as session:
        erase(session)  # of the same subject, but row 3 had no body any more
    with written.read() as session:
        assert audit.verify(session) == found


def test_an_erasure_is_not_erased(written: Database) -> None:
    with written.write() as session:
        erase(session)
        without_triggers(session)
        session.connection().execute(text("UPDATE audit SET body = NULL, salt = NULL WHERE number = 6"))
    with written.read() as session:
        found = audit.verify(session)
    assert found == audit.Broken(6, "it says what was erased, and what it said is gone.")


def test_even_through_the_gate_nothing_changes_but_the_body(written: Database) -> None:
    for change in ("actor = 'x'", "hash = 'x'", "salt = 'x'", "number = 9"):
        with (
            pytest.raises(IntegrityError, match="neither changed nor removed"),
            written.write() as session,
            audit.gate(session),
        ):
            session.connection().execute(text(f"UPDATE audit SET {change} WHERE number = 2"))  # noqa: S608


def test_through_the_gate_a_body_can_be_written_in_another_form(written: Database) -> None:
    with written.write() as session, audit.gate(session):
        rows = table(Audit)
        body = session.connection().execute(select(rows.c.body).where(rows.c.number == 2)).scalar()
        session.connection().execute(update(rows).where(rows.c.number == 2).values(body=body))  # sealed anew
    with written.read() as session:
        assert audit.verify(session) is None


def test_the_gate_is_closed_behind_whoever_went_through_and_cannot_be_left_open(written: Database) -> None:
    def left_open() -> None:
        with written.write() as session:
            session.connection().execute(text("UPDATE auditgate SET opened = 0"))

    with written.write() as session:
        with audit.gate(session):
            pass
        with pytest.raises(IntegrityError, match="neither"), session.begin_nested():
            session.connection().execute(text("UPDATE audit SET body = NULL, salt = NULL"))
    with pytest.raises(DBAPIError):
        left_open()
    with pytest.raises(IntegrityError):
        run(written, "INSERT INTO auditgate (id) VALUES (0)")
    with written.read() as session:
        assert session.connection().scalar(text("SELECT opened FROM auditgate")) is None
