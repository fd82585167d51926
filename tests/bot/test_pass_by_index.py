"""A pass with nothing due asks indexes: it costs the database as much among ten times as many open challenges.

SQLite counts the steps of its virtual machine, which are the same on every machine; `benchmarks.sweep` measures the time, and PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks import council
from benchmarks.council import Council

EVERY = 10


@contextmanager
def counting() -> Iterator[list[int]]:
    """The steps of all connections that are opened in this block, in tens."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    def watch(connection: Any, record: object) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.set_progress_handler(step, EVERY)

    event.listen(Engine, "connect", watch)
    try:
        yield steps
    finally:
        event.remove(Engine, "connect", watch)


def steps_of_a_pass(folder: Path, open_: int) -> int:
    """The steps of a pass in which nothing is due, among so many open challenges."""
    folder.mkdir()
    with counting() as steps:
        each: Council = council.founded(f"sqlite:///{folder}/challenge.db", folder, open_)
        assert each.sweep() == 0
        steps[0] = 0
        assert each.sweep() == 0
        each.office.database.dispose()
    return steps[0]


def test_a_pass_with_nothing_due_costs_the_same_among_ten_times_as_many_challenges(tmp_path: Path) -> None:
    few, many = steps_of_a_pass(tmp_path / "few", 200), steps_of_a_pass(tmp_path / "many", 2_000)
    assert few > 0
    assert many < 1.1 * few
