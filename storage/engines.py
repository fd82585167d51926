"""How the two databases are connected to: what SQLite must be told on each connection, and how long PostgreSQL may make us wait."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from storage.troubles import FileGone

BUSY_SECONDS = 5
"""How long a write waits for another process; a chat platform gives up on an answer after 3 to 15 seconds."""
IDLE_SECONDS = 60
"""After how long PostgreSQL ends a transaction whose program says nothing: one that hangs must not hold up the other replicas."""
POOL_SIZE = 5
PROGRAM = "challenge-bot"
"""The name under which PostgreSQL lists our connections (pg_stat_activity)."""

# A server that vanishes without a word (a failover, a cable) is noticed within half a minute instead of hours.
_KEEP_ALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def postgresql(url: URL) -> Engine:
    """An engine for PostgreSQL; options of the address itself win over ours."""
    ours = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
    given = url.query.get("options", "")
    # What it warns of, such as a failed row among many, is raised as well; its words name users, hosts and databases.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    options = f"{ours} {given if isinstance(given, str) else ' '.join(given)}".strip()
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "fallback_application_name": PROGRAM,
            **{name: value for name, value in _KEEP_ALIVE.items() if name not in url.query},
            "options": options,
        },
    )


def sqlite(url: URL, in_memory: bool) -> Engine:
    """An engine for a file of SQLite, or for a database in memory, which is one connection for all."""
    if in_memory:
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        # The connection used last comes first: its page cache is the one that is up to date.
        options = {"pool_size": POOL_SIZE, "max_overflow": POOL_SIZE, "pool_timeout": BUSY_SECONDS}
        engine = create_engine(url, pool_use_lifo=True, **options)
        file = _File(str(url.database))
        event.listen(engine, "do_connect", file.before_connecting)
        event.listen(engine, "connect", file.connected)
        event.listen(engine, "begin", file.beginning)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


class _File:
    """Sees to it that a program stays with the file that it opened.

    SQLite would go on writing to a file that was moved away or replaced, and begin an empty one in the place of one that has
    gone: what was saved then would be lost to everybody else.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._known = False

    def before_connecting(
        self, dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        """Refuse to make a file anew. At the first time make it readable by its owner only: it will hold what was said about children."""
        if self._known and self._identity() is None:
            raise FileGone
        path = Path(str(arguments[0]))
        if path.parent.is_dir():
            path.touch(mode=0o600)

    def connected(self, connection: sqlite3.Connection, record: Any) -> None:
        """Remember which file it is."""
        self._known = True
        record.info["file"] = self._identity()

    def beginning(self, connection: Connection) -> None:
        """Give up a connection whose file is no longer the one in its place. It costs a click two microseconds."""
        if connection.info.get("file") != self._identity():
            connection.invalidate()
            raise FileGone

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116  Path.stat takes twice as long
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own: `_begin` does
    for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    _keep_log(connection)


def _keep_log(connection: sqlite3.Connection, tries: int = 100) -> None:
    """Switch the file to its write-ahead log. SQLite does not wait here by itself for others who are at the same."""
    for left in reversed(range(tries)):
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(BUSY_SECONDS / tries)
        else:
            return


def _begin(connection: Connection) -> None:
    # Straight to the driver: through SQLAlchemy this would cost a twentieth of a click.
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    read_only = connection.get_execution_options().get("read_only", False)
    if connection.info.get("read_only") != read_only:
        driver.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info["read_only"] = read_only
    driver.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def loose_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying it, which its foreign keys would forbid; they are checked as a whole instead."""
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
