"""Databases with something in every table, and comparing two of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel

from storage import audit, moving, raw
from storage.audit import Event
from storage.database import Database
from tests.storage.conftest import NINE

ODD = 'Zoë said: "ŵy’n iawn"\n\t\\u0000 😀 {"not": json}'
"""What people type: accents, quotes, line ends, what looks like JSON."""


def fill(database: Database, rows: int = 3) -> None:
    """Some rows in every table but the program's own, each referring to the row of the same number in others; and an audit of as many."""
    database.migrate()
    with database.whole() as session:
        for sheet in raw.sheets():
            if sheet.name.startswith(("audit", "narrativekey")) or next(raw.rows(session, sheet), None):
                continue  # what the program itself must write, and what a new database has already
            raw.fill(session, sheet, [_row(sheet, number) for number in range(rows)])
        counted = [sheet.name for sheet in raw.sheets() if sheet.counted is not None]
        numbers = {name: 1999 + rows for name in counted if not name.startswith("audit")}
        raw.count_on(session, {**numbers, **dict.fromkeys(moving.REFERENCES, 5000)})
    with database.write() as session:
        events = [
            Event(
                NINE + timedelta(microseconds=number),
                "ada@example.org",
                "noted",
                f"CH-{number}",
                {"words": ODD},
            )
            for number in range(rows)
        ]
        audit.append_many(session, events)


def _row(sheet: raw.Sheet, number: int) -> raw.Row:
    return [_value(sheet.name, name, number) for name in sheet.columns]


def _value(table: str, name: str, number: int) -> Any:
    column = SQLModel.metadata.tables[table].c[name]
    for key in column.foreign_keys:
        return _value(key.column.table.name, key.column.name, number)
    kind = raw._kind(column)
    if column.nullable and number == 1:
        return None
    match type(kind.type).__name__:
        case "String" if kind.on_postgresql:
            # As SQLAlchemy would not write it: two blanks, another order, and an escape.
            return f'{{"b":  {number},"a": ["\\u00eb", null, true]}}'
        case "String":
            return f"{name}-{number} {ODD}".replace("\\u0000", "")
        case "LargeBinary":
            return raw.b64encode(bytes([0, 255, number])).decode()
        case "Boolean":
            return number % 2 == 0
        case "DateTime":
            return (NINE + timedelta(days=number, microseconds=123456)).isoformat(timespec="microseconds")
        case "Date":
            return (NINE + timedelta(days=number)).date().isoformat()
        case _:
            return 2000 + number


def same(one: Database, other: Database) -> bool:
    """Whether both hold the same rows, the same numbers to come, and a whole audit that ends at the same row."""
    found = []
    for database in (one, other):
        with database.read() as session:
            assert audit.verify(session) is None
            found.append((raw.tallies(session), raw.counters(session), audit.head(session)))
    return found[0] == found[1]
