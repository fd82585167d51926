"""What the statements of this package share. They are SQLAlchemy Core, compiled once: a click must not wait for the ORM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, literal_column
from sqlalchemy.sql import Executable
from sqlmodel import Session, SQLModel

PerDatabase = Mapping[str, Executable]
"""One statement for each database, by SQLAlchemy's name of it."""


class _WhenAskedFor(dict[str, Executable]):
    """Builds each statement when it is asked for: what SQLAlchemy knows of PostgreSQL takes 2 MB, which a program on SQLite need not load."""

    def __init__(self, build: Callable[[Any], Any]) -> None:
        super().__init__()
        self._build = build

    def __missing__(self, name: str) -> Executable:
        insert = import_module(f"sqlalchemy.dialects.{name}").insert
        built: Executable = self._build(insert).execution_options(preserve_rowcount=True)
        self[name] = built
        return built


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def link(session: Session) -> Connection:
    """The session's connection, after what the session itself still had to write."""
    session.flush()
    return cast(
        "Connection", session.bind
    )  # `storage.database` binds each session to the connection of its transaction


def for_each_database(build: Callable[[Any], Any]) -> PerDatabase:
    """Build an INSERT … ON CONFLICT for both databases: `build` gets the `insert` function of each.

    The result's `rowcount` counts the rows that were inserted or updated.
    """
    return _WhenAskedFor(build)


def pick(statements: PerDatabase, connection: Connection) -> Executable:
    """The statement for the database of this connection."""
    return statements[connection.dialect.name]


def is_literally(column: ColumnElement[Any], *values: str) -> ColumnElement[bool]:
    """`column IN ('a', 'b')`, written out: with parameters SQLite, and PostgreSQL once it keeps a plan, pass over a partial index.

    `values` are words of this program, never of its users.
    """
    return column.in_([literal_column(f"'{value}'") for value in values])
