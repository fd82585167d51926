"""A pass in which nothing is due reads neither all challenges nor all messages, however many there are."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from commands import rounds
from storage import outbox
from tests.commands.conftest import MONDAY, Council

LARGE = ("challenge", "entry", "party", "window", "outbox", "posting", "overalllimit", "audit")
"""Tables that grow with the work. A list that an index keeps may be begun at its first row, which SQLite calls a scan, too."""


def test_a_pass_reads_what_is_due_and_no_table_as_a_whole(council: Council) -> None:
    council.raises()
    rounds.go(council.office)  # the digests of the day look at every challenge, once
    said: list[str] = []
    with council.office.database.write() as session:
        driver = session.connection().connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(said.append)
    rounds.go(council.office)
    rounds.next_moment(council.office)
    outbox.claim(council.office.database, worker="w", now=MONDAY, lease=timedelta(minutes=1))
    driver.set_trace_callback(None)
    asked = [each for each in said if each.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))]
    assert len(asked) > 10
    whole = {
        step[3]
        for each in asked
        for step in driver.execute(f"EXPLAIN QUERY PLAN {each}")
        if step[3].startswith("SCAN ") and step[3].split()[1] in LARGE and " USING " not in step[3]
    }
    assert whole == set()
