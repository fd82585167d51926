"""The database itself: transactions, the migrations, and what happens when it is not as it should be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel, select

from storage.database import (
    MIGRATIONS,
    Database,
    DatabaseNewer,
    DatabaseUnreachable,
    NestedTransaction,
    UnknownDatabase,
)
from storage.migrations import HEAD, REVISIONS
from storage.tables import Challenge, Entry, Holding, Person, Setting
from tests.storage.conftest import NINE


def test_the_revisions_named_without_alembic_are_those_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS
    assert scripts.get_current_head() == HEAD


def test_migrating_from_nothing_makes_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_indexes_of_some_rows_alone_have_the_conditions_that_the_tables_name(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    database.migrate()
    with database.read() as session:
        made = session.connection().exec_driver_sql(
            "SELECT name, substr(sql, instr(sql, ' WHERE ') + 7) FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        )
        found = {row[0]: row[1] for row in made}
    database.dispose()
    named = {
        str(index.name): index.info["where"]
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if "where" in index.info
    }
    assert found == named
    assert len(named) > 10


def test_migrating_twice_changes_nothing_and_the_way_back_leaves_nothing(database: Database) -> None:
    assert database.revision_is_current()
    database.migrate()
    assert database.revision_is_current()
    database.migrate("base")
    assert not database.revision_is_current()
    with database.read() as session:
        assert set(inspect(session.connection()).get_table_names()) <= {"alembic_version"}
    database.migrate()
    assert database.revision_is_current()


def test_two_programs_that_migrate_at_once_take_turns(database_url: str) -> None:
    programs = [Database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        for started in [pool.submit(program.migrate) for program in programs]:
            started.result()
    assert all(program.revision_is_current() for program in programs)
    for program in programs:
        program.dispose()


def test_an_empty_database_is_not_current(database_url: str) -> None:
    empty = Database(database_url)
    assert empty.reachable()
    assert not empty.revision_is_current()
    empty.dispose()


def test_a_database_newer_than_the_program_is_refused_and_left_alone(database: Database) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '0999'"))
    assert not database.revision_is_current()
    with pytest.raises(DatabaseNewer, match="revision 0999, which this version of the program does not know"):
        database.migrate()
    with database.read() as session:
        assert session.connection().scalar(text("SELECT version_num FROM alembic_version")) == "0999"


def test_a_database_out_of_reach_says_so_without_its_password() -> None:
    for url in ("sqlite:////no/such/folder/challenge.db", "postgresql://bot:hunter2@127.0.0.1:1/challenge"):
        unreachable = Database(url)
        assert not unreachable.reachable()
        assert not unreachable.revision_is_current()
        with pytest.raises(DatabaseUnreachable) as told:
            unreachable.migrate()
        assert "cannot be opened" in str(told.value)
        assert "hunter2" not in str(told.value)
        unreachable.dispose()


@pytest.mark.parametrize("address", ["mysql://bot:hunter2@host/challenge", "challenge.db", ""])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UnknownDatabase, match="must look like") as told:
        Database(address)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_through_psycopg_3_however_it_is_written(scheme: str) -> None:
    assert Database(f"{scheme}://bot@host/challenge").url.drivername == "postgresql+psycopg"


def test_a_new_sqlite_file_is_private_and_as_safe_as_sqlite_can_be(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    database.migrate()
    assert (tmp_path / "challenge.db").stat().st_mode & 0o777 == 0o600
    with database.write() as session:
        pragma = session.connection().exec_driver_sql
        assert pragma("PRAGMA journal_mode").scalar() == "wal"
        assert pragma("PRAGMA synchronous").scalar() == 2  # FULL
        assert pragma("PRAGMA foreign_keys").scalar() == 1
    database.dispose()


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    def interrupted() -> None:
        with database.write() as session:
            session.add(Setting(name="calendar", value="1"))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.read() as session:
        assert session.get(Setting, "calendar") is None


def test_what_was_written_can_still_be_read_after_the_block(database: Database) -> None:
    with database.write() as session:
        kept = Setting(name="calendar", value="1")
        session.add(kept)
    assert kept.value == "1"


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.read() as session:
        session.add(Setting(name="calendar", value="1"))
        with pytest.raises(DBAPIError):
            session.flush()
    with database.write() as session:
        session.add(Setting(name="calendar", value="2"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_shared_by_all_threads(url: str) -> None:
    database = Database(url)
    database.migrate()

    def note(number: int) -> None:
        with database.write() as session:
            session.add(Setting(name=str(number), value="noted"))
        with database.read() as session:
            assert session.get(Setting, str(number)) is not None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(40)))
    with database.read() as session:
        assert len(session.exec(select(Setting)).all()) == 40
    database.dispose()


def test_a_transaction_inside_another_is_refused_in_the_same_thread_only(database: Database) -> None:
    with database.write(), pytest.raises(NestedTransaction, match="Pass the session on"), database.read():
        pass
    with database.read():
        other = threading.Thread(target=lambda: database.reachable())
        other.start()
        other.join()
    assert database.reachable()


def test_forty_people_who_change_the_same_row_at_once_are_all_counted(database: Database) -> None:
    with database.write() as session:
        session.add(Setting(name="count", value="0"))

    def add_one(_: int) -> None:
        with database.write() as session:
            row = session.exec(
                select(Setting).where(Setting.name == "count").with_for_update(key_share=True)
            ).one()
            row.value = str(int(row.value) + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(40)))
    with database.read() as session:
        assert session.get_one(Setting, "count").value == "40"


def test_challenges_are_counted_from_1001(staffed: Database) -> None:
    with staffed.read() as session:
        assert session.exec(select(Challenge.id)).all() == [1001]


def _entry(by: str, at_hour: int = 0) -> Entry:
    return Entry(
        challenge_id=1001, number=1, stage_number=1, kind="raised", by=by, at=NINE + timedelta(hours=at_hour)
    )


@pytest.mark.parametrize(
    "wrong",
    [lambda: _entry("nobody@example.org"), lambda: Person(email="ada@example.org", name="Another Ada")],
    ids=["somebody unknown", "somebody twice"],
)
def test_the_database_itself_refuses_what_cannot_be(staffed: Database, wrong: Callable[[], SQLModel]) -> None:
    with pytest.raises(IntegrityError), staffed.write() as session:
        session.add(wrong())


def test_a_moment_comes_back_in_utc_and_one_without_a_zone_is_refused(staffed: Database) -> None:
    with staffed.read() as session:
        opened_at = session.exec(select(Challenge.opened_at)).one()
    assert opened_at == NINE
    assert opened_at.utcoffset() == timedelta(0)
    naive = _entry("ada@example.org")
    naive.at = NINE.replace(tzinfo=None)
    with pytest.raises(Exception, match="without a time zone"), staffed.write() as session:
        session.add(naive)


def test_a_commit_that_fails_leaves_nothing_open(tmp_path: Path) -> None:
    """SQLite itself leaves the transaction open when it refuses a COMMIT; the next writer must not find it so."""
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    database.migrate()

    def refused_at_the_end() -> None:
        with database.write() as session:
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            session.add(Holding(email="nobody@example.org", role="team_manager", unit="north"))

    with pytest.raises(IntegrityError):
        refused_at_the_end()
    with database.write() as session:
        session.add(Setting(name="calendar", value="1"))
    with database.read() as session:
        assert session.get(Setting, "calendar") is not None
        assert session.exec(select(Holding)).all() == []
    database.dispose()
