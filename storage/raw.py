"""Every table as it lies in the database, the same for SQLite and PostgreSQL: for moving, backing up and restoring.

A value is what the column holds, before the program makes anything of it: JSON stays the text that was written, and what is
encrypted stays encrypted. A row is a list of what JSON can say, in the order of the table's columns, so that two databases
hold the same when their rows are the same.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Float,
    Integer,
    LargeBinary,
    String,
    bindparam,
    inspect,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session, SQLModel

import storage
from storage.statements import link

PAGE = 500
"""How many rows are read, or written, at once."""
NOT_OURS = {"alembic_version"}

Row = list[Any]


class UnknownTables(RuntimeError):
    """The database has tables that this program does not know, or lacks some: it was made by another version, or it is not ours."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True)
class _Kind:
    """How a value is read and written. `on_postgresql`: what a text must be cast to there when it is written."""

    type: TypeEngine[Any]
    shown: Callable[[Any], Any]
    stored: Callable[[Any], Any]
    on_postgresql: str = ""


def _moment(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def _same(value: Any) -> Any:
    return value


# The first that fits: a text is a String and a JSON column is not.
_KINDS: tuple[tuple[type[TypeEngine[Any]], _Kind], ...] = (
    (JSON, _Kind(String(), _same, _same, "JSON")),
    (LargeBinary, _Kind(LargeBinary(), lambda value: b64encode(value).decode(), b64decode)),
    (Boolean, _Kind(Boolean(), _same, _same)),
    (DateTime, _Kind(DateTime(timezone=True), _moment, datetime.fromisoformat)),
    (Date, _Kind(Date(), date.isoformat, date.fromisoformat)),
    (Integer, _Kind(Integer(), _same, _same)),
    (Float, _Kind(Float(), _same, _same)),
    (String, _Kind(String(), _same, _same)),
)


@dataclass(frozen=True)
class Sheet:
    """One table: its columns with how each is kept, those of the key, and the column that the database counts, if there is one."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[_Kind, ...]
    key: tuple[str, ...]
    counted: str | None


@dataclass(frozen=True)
class Tally:
    """How many rows a table has, and SHA-256 (hex) of them all in the order of the key."""

    rows: int
    sha256: str


class Counting:
    """Counts rows that pass, and works out their digest."""

    def __init__(self) -> None:
        self._rows, self._hash = 0, sha256()

    def add(self, row: Row) -> None:
        """One row more."""
        self._rows += 1
        self._hash.update(line(row))

    @property
    def tally(self) -> Tally:
        """What passed so far."""
        return Tally(self._rows, self._hash.hexdigest())

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted as they pass."""
        for row in rows:
            self.add(row)
            yield row


def line(content: Any) -> bytes:
    """One line of JSON, always the same for the same content."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every table of the program, each after those that it refers to."""
    for module in pkgutil.iter_modules(storage.__path__):
        if "tables" in module.name:
            importlib.import_module(f"storage.{module.name}")
    return tuple(
        Sheet(
            table.name,
            tuple(column.name for column in table.columns),
            tuple(_kind(column) for column in table.columns),
            tuple(column.name for column in table.primary_key),
            None if table.autoincrement_column is None else table.autoincrement_column.name,
        )
        for table in SQLModel.metadata.sorted_tables
    )


def _kind(column: Column[Any]) -> _Kind:
    kept: TypeEngine[Any] | type[TypeEngine[Any]] = column.type
    while isinstance(kept, TypeDecorator):
        kept = kept.impl
    for known, kind in _KINDS:
        if isinstance(kept, known):
            return kind
    raise TypeError(f"{column} is of a kind that cannot be carried over: {kept!r}.")


def check_tables(session: Session) -> None:
    """Raises UnknownTables unless the database has just the tables of this program."""
    there = set(inspect(link(session)).get_table_names()) - NOT_OURS
    if there != {sheet.name for sheet in sheets()}:
        raise UnknownTables


def rows(session: Session, sheet: Sheet) -> Iterator[Row]:
    """The rows of a table in the order of its key, read page by page."""
    connection = link(session)
    quote, postgresql = connection.dialect.identifier_preparer.quote, _is_postgresql(connection)
    wanted = ", ".join(
        f"CAST({quote(name)} AS TEXT)" if postgresql and kind.on_postgresql else quote(name)
        for name, kind in zip(sheet.columns, sheet.kinds, strict=True)
    )
    texts = {
        name for name, kind in zip(sheet.columns, sheet.kinds, strict=True) if isinstance(kind.type, String)
    }
    # SQLite compares texts byte by byte; a PostgreSQL server by the rules of some language unless it is told not to.
    order = ", ".join(
        f'{quote(name)} COLLATE "C"' if postgresql and name in texts else quote(name) for name in sheet.key
    )
    query = text(f"SELECT {wanted} FROM {quote(sheet.name)} ORDER BY {order}").columns(  # noqa: S608  names of ours
        *(Column(name, kind.type) for name, kind in zip(sheet.columns, sheet.kinds, strict=True))
    )
    with connection.execute(query, execution_options={"yield_per": PAGE}) as result:
        for found in result:
            yield [
                None if value is None else kind.shown(value)
                for value, kind in zip(found, sheet.kinds, strict=True)
            ]


def tally(session: Session, sheet: Sheet) -> Tally:
    """Count a table's rows and work out their digest."""
    counting = Counting()
    for row in rows(session, sheet):
        counting.add(row)
    return counting.tally


def tallies(session: Session) -> dict[str, Tally]:
    """The same for every table, by its name."""
    return {sheet.name: tally(session, sheet) for sheet in sheets()}


def fill(session: Session, sheet: Sheet, given: Iterable[Row]) -> None:
    """Write rows into a table that is as new. A row that a new table has already, by its key, is overwritten."""
    connection = link(session)
    places = [sheet.columns.index(name) for name in sheet.key]
    there = {tuple(row[place] for place in places) for row in islice(rows(session, sheet), PAGE)}
    remaining = iter(given)
    while page := list(islice(remaining, PAGE)):
        known = [row for row in page if tuple(row[place] for place in places) in there]
        new = [row for row in page if tuple(row[place] for place in places) not in there] if known else page
        if new:
            connection.execute(_insert(connection.dialect, sheet), _values(sheet, new))
        if known:
            connection.execute(_update(connection.dialect, sheet), _values(sheet, known))


def _values(sheet: Sheet, page: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {
            f"v{number}": None if value is None else kind.stored(value)
            for number, (value, kind) in enumerate(zip(row, sheet.kinds, strict=True))
        }
        for row in page
    ]


def _insert(dialect: Dialect, sheet: Sheet) -> Any:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in sheet.columns)
    values = ", ".join(_places(dialect, sheet))
    return _bound(f"INSERT INTO {quote(sheet.name)} ({names}) VALUES ({values})", sheet)  # noqa: S608


def _update(dialect: Dialect, sheet: Sheet) -> Any:
    quote = dialect.identifier_preparer.quote
    given = dict(zip(sheet.columns, _places(dialect, sheet), strict=True))
    which = " AND ".join(f"{quote(name)} = {given[name]}" for name in sheet.key)
    # The key as well: a table may have no other column.
    values = ", ".join(f"{quote(name)} = {place}" for name, place in given.items())
    return _bound(f"UPDATE {quote(sheet.name)} SET {values} WHERE {which}", sheet)  # noqa: S608


def _places(dialect: Dialect, sheet: Sheet) -> list[str]:
    postgresql = dialect.name == "postgresql"
    return [
        f"CAST(:v{number} AS {kind.on_postgresql})" if postgresql and kind.on_postgresql else f":v{number}"
        for number, kind in enumerate(sheet.kinds)
    ]


def _bound(statement: str, sheet: Sheet) -> Any:
    return text(statement).bindparams(
        *(bindparam(f"v{number}", type_=kind.type) for number, kind in enumerate(sheet.kinds))
    )


# --- what the databases count ----------------------------------------------------------------------------------------


def counters(session: Session) -> dict[str, int]:
    """For each table whose rows the database numbers, the last number that it gave; 0 for none."""
    connection = link(session)
    counted = [(sheet, sheet.counted) for sheet in sheets() if sheet.counted is not None]
    if _is_postgresql(connection):
        return {sheet.name: _last_of_sequence(connection, sheet, column) for sheet, column in counted}
    quote = connection.dialect.identifier_preparer.quote
    given = {
        str(name): int(last)
        for name, last in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    }
    return {
        sheet.name: given[sheet.name]
        if sheet.name in given
        else int(
            connection.exec_driver_sql(
                f"SELECT coalesce(max({quote(column)}), 0) FROM {quote(sheet.name)}"  # noqa: S608
            ).scalar_one()
        )
        for sheet, column in counted
    }


def _sequence(connection: Connection, sheet: Sheet, column: str) -> str:
    quoted = connection.dialect.identifier_preparer.quote(sheet.name)
    return str(
        connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": quoted, "column": column}
        ).scalar_one()
    )


def _last_of_sequence(connection: Connection, sheet: Sheet, column: str) -> int:
    name = _sequence(connection, sheet, column)
    last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {name}").one()  # noqa: S608
    return int(last) if called else int(last) - 1


def count_on(session: Session, last: dict[str, int]) -> None:
    """Let the database number new rows from the one after these; never from an earlier one than it would have."""
    connection = link(session)
    before = counters(session)
    for sheet in sheets():
        number = last.get(sheet.name, 0)
        if sheet.counted is None or number <= before[sheet.name]:
            continue
        if _is_postgresql(connection):
            sequence = _sequence(connection, sheet, sheet.counted)
            connection.execute(
                text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": number}
            )
        else:
            _count_on_sqlite(connection, sheet, number)


def _count_on_sqlite(connection: Connection, sheet: Sheet, last: int) -> None:
    """Only tables with AUTOINCREMENT remember numbers; the others count from the last row there is."""
    if SQLModel.metadata.tables[sheet.name].dialect_options["sqlite"]["autoincrement"]:
        this = {"last": last, "table": sheet.name}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), this)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), this)


def _is_postgresql(connection: Connection) -> bool:
    return bool(connection.dialect.name == "postgresql")
