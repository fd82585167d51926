"""Statements that every click needs, run without SQLAlchemy's work around each execution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Dialect, Select, UpdateBase
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from storage.statements import PerDatabase, link

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


class Prepared:
    """A statement of SQLAlchemy Core, compiled once for each kind of database and then handed to the driver itself.

    Transaction, types and errors are SQLAlchemy's as ever; what is left out is what it does around each execution, several times
    as long as SQLite needs for the statement itself. Values have the same names at every call; lists (`expanding`) are not for this.
    """

    def __init__(self, statement: Executable | PerDatabase) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[SQLCompiler, Executable, frozenset[str]]] = {}

    def rows(self, session: Session, values: Values = {}) -> list[tuple[Any, ...]]:  # noqa: B006  never written to
        """What a SELECT finds, or a change with RETURNING has met."""
        connection = link(session)
        compiled = self._for(connection, values)
        return compiled.converted(_run(connection, compiled.sql, compiled.arguments(values)).fetchall())

    def run(self, session: Session, values: Values) -> int:
        """Carry out a change; returns how many rows it met. Raises sqlalchemy.exc.IntegrityError and its kind."""
        connection = link(session)
        compiled = self._for(connection, values)
        return _run(connection, compiled.sql, compiled.arguments(values)).rowcount

    def run_each(self, session: Session, many: Sequence[Values], same: Values = {}) -> int:  # noqa: B006  never written to
        """Carry out a change for each of these, one at least; returns how many rows were met in all. `same`: values that all share."""
        if len(many) == 1:
            return self.run(session, {**many[0], **same})
        connection = link(session)
        compiled = self._for(connection, {**many[0], **same}).filled(same)
        return _run(connection, compiled.sql, [compiled.arguments(each) for each in many], many=True).rowcount

    def _for(self, connection: Connection, values: Values) -> _Compiled:
        # How values are converted is a matter of each engine's dialect: it carries the keys of its own database.
        dialect = connection.dialect
        ready: dict[Prepared, _Compiled] = dialect.__dict__.setdefault("prepared", {})
        found = ready.get(self)
        if found is None:
            if dialect.name not in self._compiled:
                one = self._statement
                statement = one[dialect.name] if isinstance(one, Mapping) else one
                self._compiled[dialect.name] = (
                    _compile(statement, dialect, values),
                    statement,
                    frozenset(values),
                )
            found = ready[self] = _fit(*self._compiled[dialect.name], dialect)
        return found


@dataclass(frozen=True)
class _Compiled:
    """SQL in the driver's words, and how values and columns are converted: None as they are."""

    sql: str
    places: tuple[tuple[str, str | None, _Convert | None, Any], ...]
    """For each place its name in the statement, the name of its value, how that is converted; or, without a name, what always stands there."""
    counted: bool
    """Whether the driver counts the places instead of naming them."""
    columns: tuple[tuple[int, _Convert], ...]
    """The columns that are converted, by their number."""

    def arguments(self, values: Values) -> Any:
        """The values as the driver wants them."""
        if self.counted:
            return [
                fixed if name is None else values[name] if convert is None else convert(values[name])
                for _, name, convert, fixed in self.places
            ]
        return {
            place: fixed if name is None else values[name] if convert is None else convert(values[name])
            for place, name, convert, fixed in self.places
        }

    def filled(self, values: Values) -> _Compiled:
        """With these values, converted once, always in their places."""
        places = [
            (place, None, None, values[name] if convert is None else convert(values[name]))
            if name is not None and name in values
            else (place, name, convert, fixed)
            for place, name, convert, fixed in self.places
        ]
        return replace(self, places=tuple(places)) if values else self

    def converted(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """The rows as the program wants them."""
        found = []
        for each in rows:
            row = list(each)
            for number, convert in self.columns:
                row[number] = convert(row[number])
            found.append(tuple(row))
        return found


def _compile(statement: Executable, dialect: Dialect, values: Values) -> SQLCompiler:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=sorted(values))  # type: ignore[attr-defined]
    return compiled


def _fit(compiled: SQLCompiler, statement: Executable, given: frozenset[str], dialect: Dialect) -> _Compiled:
    places: dict[str, tuple[str, str | None, _Convert | None, Any]] = {}
    for name, bind in compiled.binds.items():
        convert = _adapted(bind.type, dialect).bind_processor(dialect)
        if name in given:
            places[name] = name, name, convert, None
        else:
            fixed = bind.effective_value if convert is None else convert(bind.effective_value)
            places[name] = name, None, None, fixed
    columns = statement.exported_columns if isinstance(statement, Select | UpdateBase) else ()
    converts = [_adapted(column.type, dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        str(compiled),
        tuple(places[name] for name in (compiled.positiontup or () if compiled.positional else places)),
        compiled.positional,
        tuple((number, convert) for number, convert in enumerate(converts) if convert is not None),
    )


def _adapted(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)


def _run(connection: Connection, sql: str, arguments: Any, many: bool = False) -> DBAPICursor:
    dialect, fairy = connection.dialect, connection.connection
    cursor = fairy.cursor()
    try:
        if many:
            cursor.executemany(sql, arguments)
        else:
            cursor.execute(sql, arguments)
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, fairy.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        # Without the values: they may be case detail.
        raise DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
    return cursor
