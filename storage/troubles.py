"""What can be wrong with a database for a while, in sentences for whoever was waiting for it.

The drivers' own words name tables, rows and addresses; nobody is shown them, and they reach no log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class DatabaseTrouble(RuntimeError):
    """The database cannot do its work at present. Please try again in a moment; nothing is saved twice."""

    word = "failed"
    """What /readyz and the log call it."""
    again = False
    """Whether the same transaction, begun anew at once, may well succeed."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class DatabaseAway(DatabaseTrouble):
    """The database cannot be reached at present, so this may not have been saved. Please try again in a moment; nothing is saved twice."""

    word = "away"


class DatabaseBusy(DatabaseTrouble):
    """The database was held by somebody else's change for too long, so this was not saved. Please try again in a moment."""

    word = "busy"


class DatabaseCrossed(DatabaseBusy):
    """The database was held by somebody else's change for too long, so this was not saved. Please try again in a moment."""

    again = True


class DatabaseFull(DatabaseTrouble):
    """The database has no room left, so this was not saved. Whoever looks after challenge-bot has to make room; then try again."""

    word = "full"


class DatabaseReadOnly(DatabaseTrouble):
    """The database takes no changes at present, so this was not saved. Please try again in a few minutes."""

    word = "read_only"


_OF_SQLITE: dict[int, type[DatabaseTrouble]] = {
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseAway,
    sqlite3.SQLITE_IOERR: DatabaseAway,
    sqlite3.SQLITE_CANTOPEN: DatabaseAway,
    sqlite3.SQLITE_CORRUPT: DatabaseAway,
    sqlite3.SQLITE_NOTADB: DatabaseAway,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html; a class of errors is its first two characters.
_OF_POSTGRESQL: dict[str, type[DatabaseTrouble]] = {
    "40P01": DatabaseCrossed,  # deadlock_detected
    "40001": DatabaseCrossed,  # serialization_failure
    "55P03": DatabaseBusy,  # lock_not_available
    "57014": DatabaseBusy,  # query_canceled, as by an administrator's statement_timeout
    "25006": DatabaseReadOnly,  # read_only_sql_transaction: a standby, or a server that is being switched over
    "53100": DatabaseFull,  # disk_full
    "53300": DatabaseBusy,  # too_many_connections
    "08": DatabaseAway,
    "25P": DatabaseAway,  # idle_in_transaction_session_timeout: the connection has been ended
    "53": DatabaseAway,
    "57P": DatabaseAway,
    "58": DatabaseAway,
}


def of(error: BaseException) -> DatabaseTrouble | None:
    """What a driver's error means for whoever waits; None for a fault of the program's own."""
    if isinstance(error, DatabaseTrouble):
        return error
    if isinstance(error, PoolTimeout):
        return DatabaseBusy()
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        return _of_sqlite(error)
    if not isinstance(error, DBAPIError) or isinstance(error, IntegrityError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state:
        kind = next(
            (_OF_POSTGRESQL[key] for key in (state, state[:3], state[:2]) if key in _OF_POSTGRESQL), None
        )
        return None if kind is None else kind()
    # Without a state the server did not say it: the connection broke, or there is none to be had.
    lost = error.connection_invalidated or not isinstance(error, ProgrammingError)
    return DatabaseAway() if lost else None


def _of_sqlite(error: sqlite3.Error) -> DatabaseTrouble | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return DatabaseAway() if isinstance(error, FileGone) else None
    kind = _OF_SQLITE.get(code & 0xFF)
    return None if kind is None else kind()


class FileGone(sqlite3.OperationalError):
    """The database's file is not where it was: it was moved, removed or replaced."""


@contextmanager
def named() -> Iterator[None]:
    """Raise a DatabaseTrouble in place of the driver's error, where it is one."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        trouble = of(error)
        if trouble is None:
            raise
        raise trouble from error
