"""Carrying the record over to another database: all of it, to the byte, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage import audit, moving, raw
from storage.database import Database, DatabaseNewer
from storage.moving import InUse, NotEmpty, NotThere, NotWhole, OtherRevision, Refusal
from storage.tables import Challenge, Person
from tests.storage.attacker import without_triggers
from tests.storage.conftest import NINE
from tests.storage.filled import fill, same

WAYS = [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite")]


@pytest.fixture(params=WAYS[:1], ids=lambda way: " to ".join(way))
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """A database with something in every table, and where to move it."""
    found = []
    for number, kind in enumerate(request.param):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        found.append(Database(request.getfixturevalue("empty_postgres_url") if kind == "postgres" else url))
    fill(found[0])
    yield found[0], found[1]
    for database in found:
        database.dispose()


every_way = pytest.mark.parametrize("both", WAYS, ids=" to ".join, indirect=True)
there_and_back = pytest.mark.parametrize("both", WAYS[:2], ids=" to ".join, indirect=True)


def change(database: Database, statement: str) -> None:
    with database.write() as session:
        session.connection().execute(text(statement))


@every_way
def test_everything_arrives_and_the_next_reference_is_the_one_after(both: tuple[Database, Database]) -> None:
    source, target = both
    with source.read() as session:
        before, head = raw.tallies(session), audit.head(session)
    done = moving.move(source, target)
    assert same(source, target)
    assert done.rows == {name: tally.rows for name, tally in before.items()}
    assert {name for name, rows in done.rows.items() if not rows} == {
        "auditkey",
        "auditsigned",
        "narrativekey",
    }
    assert (done.head, done.last_reference) == (head, 5000)
    assert "The next challenge will be CH-5001." in done.lines()
    for database in both:
        with database.write() as session:
            session.add(Person(email="new@example.org", name="New"))
            session.flush()
            session.add(_challenge())
            session.flush()
            assert session.connection().scalar(text("SELECT max(id) FROM challenge")) == 5001


def _challenge() -> Challenge:
    return Challenge(
        procedure="bradford",
        version="1",
        case_reference="LCS-204518",
        unit="keighley",
        raiser="new@example.org",
        stage="stage-1",
        opened_at=NINE,
    )


def test_a_target_with_a_record_is_refused_and_left_alone(both: tuple[Database, Database]) -> None:
    source, target = both
    target.migrate()
    change(target, "INSERT INTO person (email, name, active, language) VALUES ('a@b', 'A', true, 'en')")
    with target.read() as session:
        before = raw.tallies(session)
    with pytest.raises(NotEmpty, match="holds a record already, and nothing was changed"):
        moving.move(source, target)
    with target.read() as session:
        assert raw.tallies(session) == before


def test_a_target_with_tables_of_something_else_is_refused(both: tuple[Database, Database]) -> None:
    source, target = both
    change(target, "CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(NotEmpty):
        moving.move(source, target)


def test_new_tables_without_a_row_are_as_good_as_none(both: tuple[Database, Database]) -> None:
    source, target = both
    target.migrate()
    moving.move(source, target)
    assert same(source, target)


@there_and_back
def test_a_source_in_use_is_refused(both: tuple[Database, Database]) -> None:
    source, target = both
    running = Database(source.url.render_as_string(hide_password=False))
    with running.read() as session:
        session.connection().execute(text("SELECT 1"))
    with pytest.raises(InUse, match="End every challenge-bot that works with it"):
        moving.move(source, target)
    running.dispose()
    moving.move(source, target)


def test_a_source_of_another_revision_is_refused(both: tuple[Database, Database]) -> None:
    source, target = both
    change(source, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(DatabaseNewer):
        moving.move(source, target)
    change(source, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "REVISIONS", ("0001", "0002"))
        patch.setattr(moving, "HEAD", "0002")
        with pytest.raises(OtherRevision, match="Bring it up to date first"):
            moving.move(source, target)


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    nowhere, target = (Database(f"sqlite:///{tmp_path / name}") for name in ("no.db", "b.db"))
    with pytest.raises(NotThere, match="Check the address"):
        moving.move(nowhere, target)
    assert list(tmp_path.iterdir()) == []


@there_and_back
def test_what_arrives_otherwise_is_undone(both: tuple[Database, Database]) -> None:
    source, target = both
    target.migrate()
    change(target, "CREATE INDEX longer ON person (name)")
    if target.is_sqlite:
        change(target, "CREATE TRIGGER t AFTER INSERT ON person BEGIN UPDATE person SET name = 'X'; END")
    else:
        change(
            target,
            "CREATE FUNCTION x() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name = ''X''; RETURN NEW; END'",
        )
        change(target, "CREATE TRIGGER t BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION x()")
    with pytest.raises(NotWhole, match="The table person did not arrive as it was sent"):
        moving.move(source, target)
    assert moving.holds_nothing(target)


def test_an_audit_that_was_tampered_with_is_not_carried_over(both: tuple[Database, Database]) -> None:
    source, target = both
    with source.whole() as session:
        _tamper(session)
    with pytest.raises(Refusal, match="The audit does not hold at row 2"):
        moving.move(source, target)
    assert moving.holds_nothing(target)


def _tamper(session: Session) -> None:
    without_triggers(session)
    session.connection().execute(text("UPDATE audit SET actor = 'eve@example.org' WHERE number = 2"))
