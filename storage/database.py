"""The database: SQLite for one machine, PostgreSQL for several, the same code on both.

One thread holds one transaction at a time. On SQLite a writing transaction takes the write lock at its beginning: one that
begins as a reader and writes later loses other people's updates or fails as "locked".
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session

from storage import engines, narrative, troubles
from storage.engines import loose_keys
from storage.keys import Keys
from storage.migrations import HEAD, REVISIONS
from storage.troubles import DatabaseBusy, DatabaseReadOnly, DatabaseTrouble

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x6368616C
"""PostgreSQL's advisory lock that keeps two programs from migrating at once; any number nobody else uses."""
_ALEMBIC = threading.Lock()
"""Alembic keeps what it works on in its own modules, so that one thread at a time may use it."""
_POSTGRESQL_NAMES = ("postgres", "postgresql", "postgresql+psycopg")
_SQLITE_NAMES = ("sqlite", "sqlite+pysqlite")


class UnknownDatabase(ValueError):
    """The database's address must look like sqlite:///challenge.db or postgresql://user@host/name."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class DatabaseUnreachable(RuntimeError):
    """The database cannot be reached, or it refuses us."""

    def __init__(self, url: URL) -> None:
        self.url = url
        super().__init__(url)

    def __str__(self) -> str:
        return (
            f"The database {self.url.render_as_string(hide_password=True)} cannot be opened. Check that its address is "
            "right, that it is running, and that this program may read and write there."
        )


class DatabaseNewer(RuntimeError):
    """The database was made by a newer version of this program."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(revision)

    def __str__(self) -> str:
        return (
            f"The database is at revision {ascii(self.revision)[1:-1][:40]}, which this version of the program does not know. "
            "Install the version that made it, or a newer one; nothing was changed."
        )


class LooseEnd(RuntimeError):
    """A row refers to another that is not there."""

    def __init__(self, table: str, to: str) -> None:
        super().__init__(
            f"A row of the table {table} refers to one of the table {to} that is not there. Nothing was changed."
        )


class NestedTransaction(RuntimeError):
    """A transaction was begun inside another in the same thread. Pass the session on instead of beginning another."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Database:
    """A database and its connections. Safe to use from any number of threads, one transaction at a time in each.

    `url` is `sqlite:///file.db`, `sqlite://` (in memory, for tests) or `postgresql://…`. Nothing is opened yet. `keys` are those
    that narratives are sealed with; left out, they are gone with the process. Every transaction may raise storage.keys.WrongKeys.
    Raises UnknownDatabase for any other address.
    """

    def __init__(self, url: str, keys: Keys | None = None) -> None:
        self.url = _normalised(url)
        self.keys = keys or Keys(None)
        self.new_key: str | None = None
        """The id of the key that was made because the database held nothing sealed and there was no key file."""
        self._is_sqlite = self.url.drivername in _SQLITE_NAMES
        self._in_memory = self._is_sqlite and self.url.database in (None, "", ":memory:")
        self._engine = (
            engines.sqlite(self.url, self._in_memory) if self._is_sqlite else engines.postgresql(self.url)
        )
        # SQLite's readers have connections of their own: one that goes from reading to writing compiles all anew.
        apart = self._is_sqlite and not self._in_memory
        readers = engines.sqlite(self.url, self._in_memory) if apart else self._engine
        for engine in {self._engine, readers}:
            narrative.give(engine, self.keys.ring)
        self._reader = readers.execution_options(read_only=True, postgresql_readonly=not self._is_sqlite)
        self._last_trouble: DatabaseTrouble | None = None
        self._kept: Connection | None = None
        self._here = threading.local()
        self._one_writer: AbstractContextManager[Any] = threading.Lock() if self._is_sqlite else nullcontext()
        # A database in memory is one connection, so that its readers take turns as well.
        self._readers: AbstractContextManager[Any] = self._one_writer if self._in_memory else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of SQLite, or what is committed on PostgreSQL; the database refuses writes in it.

        Raises NestedTransaction inside another transaction of this thread, DatabaseTrouble when the database cannot.
        """
        if self.keys.are_due():
            self._look_at_keys()
        with (
            self._alone(self._readers),
            troubles.named(),
            self._reader.connect() as connection,
            _session(connection) as session,
        ):
            connection.begin()
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `read`, and on PostgreSQL too all that is read is of one moment, however long it takes. Writers go on meanwhile."""
        options = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            self._alone(self._readers),
            troubles.named(),
            self._reader.connect() as connection,
            _session(connection.execution_options(**options)) as session,
        ):
            connection.begin()
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back when the block raises.

        On SQLite nobody else writes meanwhile. On PostgreSQL a row that is read to be changed needs
        `with_for_update(key_share=True)`: the plain form would collide with the foreign keys of other people's rows.
        Raises NestedTransaction inside another transaction of this thread, DatabaseTrouble when the database cannot.
        """
        try:
            self.settle_keys()
            with (
                self._alone(self._one_writer),
                troubles.named(),
                self._writer() as connection,
                connection.begin(),
                _session(connection) as session,
            ):
                yield session
                session.flush()
        except DatabaseTrouble as trouble:
            # On PostgreSQL somebody else's lock holds up one change and no other.
            if self._is_sqlite or not isinstance(trouble, DatabaseBusy):
                self._last_trouble = trouble
            raise
        self._last_trouble = None

    @contextmanager
    def whole(self, *, afresh: bool = False) -> Iterator[Session]:
        """As `write`, for reading or filling all tables as a whole: in any order on SQLite, and for as long as it takes.

        `afresh`, on PostgreSQL: all that is there is taken away first, tables and rows, and comes back when the block raises.
        """
        with (
            self._alone(self._one_writer),
            troubles.named(),
            self._engine.connect() as connection,
            loose_keys(connection),
            connection.begin(),
            _session(connection) as session,
        ):
            if not self._is_sqlite:
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            if afresh:
                self._migrate(connection, "base")
                self._migrate(connection, HEAD)
            yield session
            session.flush()
            if self._is_sqlite and (loose := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise LooseEnd(loose[0], loose[2])

    def settle_keys(self) -> None:
        """Look at the keys if it is time to, and begin with one where nothing is sealed yet. Every transaction that writes does so.

        Raises storage.keys.WrongKeys.
        """
        if self.keys.are_due() and not self._look_at_keys():
            self._begin_keys()

    def reachable(self) -> bool:
        """Whether the database answers. Raises storage.keys.WrongKeys when what is in it cannot be read."""
        try:
            with self.read() as session:
                session.connection().exec_driver_sql("SELECT 1")
        except (DBAPIError, DatabaseTrouble):
            return False
        return True

    def state(self) -> str:
        """ "ok", or in a word what is wrong: away, busy, full, read_only.

        It only reads while all is well. After a change that failed it is not well before a change succeeds.
        """
        try:
            with self.read() as session:
                if not self._is_sqlite and session.connection().exec_driver_sql(_TAKES_NO_CHANGES).scalar():
                    raise DatabaseReadOnly
            if isinstance(self._last_trouble, DatabaseBusy):  # to try would be to wait as long as a tick does
                raise self._last_trouble
            if self._last_trouble is not None:
                with self.write() as session:
                    session.connection().execute(_TRY_TO_CHANGE)
        except DatabaseTrouble as trouble:
            return trouble.word
        return "ok"

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite, or SQLite in memory."""
        return self._is_sqlite

    def revision(self) -> str | None:
        """The revision that the tables are at; None when there are none. Raises DatabaseUnreachable or DatabaseNewer."""
        try:
            with self.read() as session:
                connection = session.connection()
                there = connection.dialect.has_table(connection, "alembic_version")
                at = _revision(connection) if there else None
        except DatabaseTrouble as fault:
            raise DatabaseUnreachable(self.url) from fault
        if at is not None and at not in REVISIONS:
            raise DatabaseNewer(at)
        return at

    def check_revision(self) -> None:
        """Raises DatabaseNewer when a newer program has changed the tables, and only then. One SELECT."""
        with self.read() as session:
            at = _revision(session.connection())
        if at is not None and at not in REVISIONS:
            raise DatabaseNewer(at)

    def revision_is_current(self) -> bool:
        """Whether the tables are those this code expects; False too when there are none or the database is out of reach.

        `migrate` says which. It is one SELECT, because a start should not wait for alembic.
        """
        try:
            with self.read() as session:
                return _revision(session.connection()) == HEAD
        except (DBAPIError, DatabaseTrouble):
            return False

    def migrate(self, to: str = HEAD) -> None:
        """Bring the tables up to date, all or nothing; two programs doing it at once take turns.

        `to` may name another revision of REVISIONS, or "base": no tables at all, and everything in them gone.
        Raises DatabaseNewer when the tables are newer than this code, DatabaseUnreachable when they cannot be had.
        """
        try:
            with (
                self._alone(self._one_writer),
                self._engine.connect() as connection,
                loose_keys(connection),
                connection.begin(),
            ):
                self._migrate(connection, to)
        except sqlite3.OperationalError as fault:  # raised by the beginning itself: somebody holds the file
            raise DatabaseUnreachable(self.url) from fault
        except DatabaseError as fault:
            if type(fault) not in (DatabaseError, OperationalError):  # those below them are faults of ours
                raise
            raise DatabaseUnreachable(self.url) from fault

    def compact(self) -> None:
        """Write an SQLite file anew without what was deleted in it, and empty its log; nobody else writes meanwhile.

        PostgreSQL does so by itself in its own time (autovacuum).
        """
        if not self._is_sqlite:
            return
        with self._alone(self._one_writer), self._writer() as connection:
            driver = connection.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def dispose(self) -> None:
        """Close every connection. The object can be used again afterwards and opens new ones."""
        self._let_go()
        self._engine.dispose()
        self._reader.dispose()

    def _look_at_keys(self) -> bool:
        """Whether the database knows its keys, which then are taken over; so does one without any tables. Raises WrongKeys."""
        with self._alone(self._readers), troubles.named(), self._reader.connect() as connection:
            if not connection.dialect.has_table(connection, "narrativekey"):
                return True
            return self.keys.look(connection)

    def _begin_keys(self) -> None:
        """Nothing is sealed yet: let the database know the first key. Of two programs at once the second takes the first's."""
        made = None
        with (
            suppress(IntegrityError),
            self._alone(self._one_writer),
            troubles.named(),
            self._writer() as connection,
            connection.begin(),
        ):
            if not self.keys.look(connection):
                made = self.keys.register(connection)
        self._look_at_keys()
        self.new_key = self.new_key or made

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        """SQLite's one writer keeps its connection: a click need not fetch it from the pool, and its page cache is up to date."""
        if not self._is_sqlite:
            with self._engine.connect() as connection:
                yield connection
            return
        if self._kept is None:
            self._kept = self._engine.connect()
        try:
            yield self._kept
        except BaseException:
            # A COMMIT that SQLite refuses leaves the transaction open; the pool undoes what it gets back.
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _migrate(self, connection: Connection, to: str) -> None:
        from alembic import command  # here, because it takes longer to load than all the rest of a start
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        with _ALEMBIC:
            if not self._is_sqlite:
                # Whoever migrates may take minutes over it, and the others wait for as long.
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            at = (
                _revision(connection) if connection.dialect.has_table(connection, "alembic_version") else None
            )
            if at is not None and at not in REVISIONS:
                raise DatabaseNewer(at)
            if at is None or (to != "base" and REVISIONS.index(to) >= REVISIONS.index(at)):
                command.upgrade(config, to)
            else:
                command.downgrade(config, to)

    @contextmanager
    def _alone(self, lock: AbstractContextManager[Any]) -> Iterator[None]:
        """Refuse a second transaction in this thread, then wait for the lock."""
        if getattr(self._here, "busy", False):
            raise NestedTransaction
        self._here.busy = True
        try:
            with lock:
                yield
        finally:
            self._here.busy = False


_TAKES_NO_CHANGES = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
_TRY_TO_CHANGE = text(
    "INSERT INTO setting (name, value) VALUES ('tried', '') ON CONFLICT (name) DO UPDATE SET value = ''"
)


def _session(connection: Connection) -> Session:
    """What is written through the session or through the connection belongs to the connection's transaction."""
    return Session(connection, expire_on_commit=False)


def _normalised(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise UnknownDatabase from None  # the address may hold a password
    if url.drivername in _POSTGRESQL_NAMES:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in _SQLITE_NAMES:
        return url
    raise UnknownDatabase


def _revision(connection: Connection) -> str | None:
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])
