"""Carrying a whole database over into another one, and making sure that it arrived."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from storage import audit, raw
from storage.database import Database, DatabaseNewer
from storage.engines import PROGRAM
from storage.migrations import HEAD, REVISIONS
from storage.statements import link


class Refusal(RuntimeError):
    """Nothing was changed; the message is the sentence that says why."""


class NotEmpty(Refusal):
    """There is a record in this database already."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            f"{named(database)} holds a record already, and nothing was changed. Name an empty database, or a file that does not exist yet."
        )


class InUse(Refusal):
    """A running program has this database open."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            f"{named(database)} is in use, and nothing was changed. End every challenge-bot that works with it, then try again."
        )


class NotThere(Refusal):
    """There is no such database."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            f"{named(database)} holds no tables of challenge-bot. Check the address; nothing was changed."
        )


class OtherRevision(Refusal):
    """A database or backup of an older version of the program."""

    def __init__(self, what: str, revision: str) -> None:
        super().__init__(
            f"{what} is at revision {revision}, and this version of the program carries over revision {HEAD} alone. "
            "Bring it up to date first (challenge-bot migrate); nothing was changed."
        )


class NotWhole(Refusal):
    """What arrived is not what was sent. It was undone."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Nothing was changed.")


@dataclass(frozen=True)
class Carried:
    """What was carried over: rows by table, the end of the audit's chain, and the last reference given."""

    rows: dict[str, int]
    head: audit.Head
    last_reference: int

    def lines(self) -> list[str]:
        """For people: tables with something in them, and what was checked."""
        told = [f"{name}: {count}" for name, count in sorted(self.rows.items()) if count]
        total = sum(self.rows.values())
        return [
            *told,
            f"{total} rows in {len(self.rows)} tables. Read back, every table has the same rows, to the byte.",
            f"The audit is whole up to row {self.head.number}, {self.head.hash[:16] or 'empty'}.",
            f"The next challenge will be CH-{self.last_reference + 1}.",
        ]


def named(database: Database) -> str:
    """The database's address without its password, at the beginning of a sentence."""
    return f"The database {database.url.render_as_string(hide_password=True)}"


def move(source: Database, target: Database) -> Carried:
    """Carry everything over into an empty database, in one transaction; the source is only read, and nobody may change it meanwhile.

    Raises Refusal, DatabaseNewer, DatabaseUnreachable, DatabaseTrouble; then the target has at most its empty tables.
    """
    _must_hold_a_record(source)
    if in_use(source):
        raise InUse(source)
    must_be_empty(target)
    target.migrate()
    with source.whole() as reading, target.whole() as writing:
        keep_still(reading)
        raw.check_tables(reading)
        sent: dict[str, raw.Tally] = {}
        for sheet in raw.sheets():
            counting = raw.Counting()
            raw.fill(writing, sheet, counting.over(raw.rows(reading, sheet)))
            sent[sheet.name] = counting.tally
        raw.count_on(writing, raw.counters(reading))
        return check(writing, sent, audit.head(reading), raw.counters(reading))


def check(target: Session, sent: dict[str, raw.Tally], head: audit.Head, counters: dict[str, int]) -> Carried:
    """Read everything back. Raises NotWhole where anything is not as it was sent."""
    target.flush()
    raw.check_tables(target)
    for name, tally in raw.tallies(target).items():
        if tally != sent[name]:
            raise NotWhole(f"The table {name} did not arrive as it was sent.")
    for name, last in raw.counters(target).items():
        if name in REFERENCES and last < counters[name]:
            raise NotWhole(f"The numbers of the table {name} would be given a second time.")
    broken = audit.verify(target, [head])
    if broken is not None:
        raise NotWhole(f"{broken}")
    rows = {name: tally.rows for name, tally in sent.items()}
    return Carried(rows, head, raw.counters(target)["challenge"])


REFERENCES = ("challenge", "privateconcern")
"""The tables whose numbers people know."""


# --- whether a database may be read from, or written to ----------------------------------------------------------------


def _must_hold_a_record(database: Database) -> None:
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        raise NotThere(database)
    must_be_current(named(database), database.revision())


def must_be_current(what: str, revision: str | None) -> None:
    """Raises Refusal or DatabaseNewer unless `revision`, of the database or file that `what` names, is this program's."""
    if revision is None:
        raise Refusal(f"{what} holds no tables of challenge-bot. Check the address; nothing was changed.")
    if revision not in REVISIONS:
        raise DatabaseNewer(revision)
    if revision != HEAD:
        raise OtherRevision(what, revision)


def must_be_empty(database: Database) -> None:
    """Raises NotEmpty, InUse where a running program has it open, or a Refusal where the tables are not those of this version."""
    if holds_nothing(database):
        if in_use(database):
            raise InUse(database)
        return
    raise NotEmpty(database)


def holds_nothing(database: Database) -> bool:
    """Whether the database has no tables, or nothing more in them than new ones have."""
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        return True
    revision = database.revision()
    if revision is None:
        with database.read() as session:
            others = link(session).dialect.get_table_names(link(session))
        return not set(others) - raw.NOT_OURS
    must_be_current(named(database), revision)
    with database.snapshot() as session:
        raw.check_tables(session)
        return raw.tallies(session) == _as_new()


@cache
def _as_new() -> dict[str, raw.Tally]:
    new = Database("sqlite://")
    new.migrate()
    with new.read() as session:
        found = raw.tallies(session)
    new.dispose()
    return found


def in_use(database: Database) -> bool:
    """Whether another program has the database open. Its own connections are closed for that."""
    database.dispose()
    if database.is_sqlite:
        path = Path(str(database.url.database))
        return path.exists() and _file_in_use(path)
    with database.read() as session:
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name IN (:program, current_setting('application_name')) AND pid <> pg_backend_pid()"
        )
        return bool(link(session).execute(others, {"program": PROGRAM}).scalar_one())


def _file_in_use(path: Path) -> bool:
    """SQLite gives up its write-ahead log only for whoever is alone with the file; that also puts all that is in it into the file."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return True
            raise
    return False


def keep_still(session: Session) -> None:
    """Let nobody change anything until the transaction ends. SQLite's own transaction sees to it already."""
    connection = link(session)
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        names = ", ".join(quote(sheet.name) for sheet in raw.sheets())
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")
