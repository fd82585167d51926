"""Claiming and marking messages of the outbox, against the same by the driver alone.

Method: 20,000 due messages, each to another person (a claim takes one message for each person), in a file of SQLite and on PostgreSQL, both with
the program's tables and indexes, both durable. Ours: `storage.outbox.claim` a hundred at a time, then `sent_together`, with their postings, for all hundred in one
transaction. Raw: sqlite3 or psycopg, with the same two commits for each hundred: one UPDATE … RETURNING that claims the first hundred due and
guards against other workers (FOR UPDATE SKIP LOCKED on PostgreSQL), then an UPDATE that marks each row and an INSERT of its posting. What the raw
side leaves out is what ours is for: one message for each person and in order, fences, types, sealed bodies. Each takes every second batch of the same
tables, in turn. Reported: messages a second by the median batch, and the ratio.

Delivery itself marks what has ended meanwhile, eight or so at a time, in a transaction: whatever waited for the rest of a batch would have to
be looked up at the platform after a crash. At the other end is a commit a message, ours or raw; so that is measured as well, without a limit: the limit
is for batches.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from benchmarks import databases
from storage import outbox
from storage.database import Database
from storage.outbox import Note
from storage.postings import Place

PEOPLE = 20_000
BATCH = 100
PAIRS = 60
LIMIT = 0.5
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
AS_SQLITE = "%Y-%m-%d %H:%M:%S.%f"


def main() -> bool:
    """Measure and print; True when the limit is kept on both databases."""
    kept = []
    with databases.folder() as place, databases.servers(place) as new:
        for kind in databases.KINDS:
            database = Database(new(kind))
            database.migrate()
            _fill(database)
            for how, at_once in (("each hundred marked at once", BATCH), ("each marked alone", 1)):
                ratio = _compare(kind, database, how, at_once)
                if at_once == BATCH:
                    kept.append(ratio >= LIMIT)
            database.dispose()
    return all(kept)


def _fill(database: Database) -> None:
    with database.write() as session:
        people = [{"email": f"p{number}@x.example", "name": f"P {number}"} for number in range(PEOPLE)]
        session.connection().execute(
            text("INSERT INTO person (email, name, active, language) VALUES (:email, :name, true, 'en')"),
            people,
        )
        for begin in range(0, PEOPLE, 1000):
            outbox.put(
                session,
                [
                    Note(
                        f"digest:{number}",
                        f"p{number}@x.example",
                        "digest",
                        NOW,
                        NOW,
                        body={"day": "2026-11-24"},
                    )
                    for number in range(begin, begin + 1000)
                ],
            )
    if not database.is_sqlite:
        with database.whole() as session:
            session.connection().exec_driver_sql("ANALYZE")


def _compare(kind: str, database: Database, how: str, at_once: int) -> float:
    raw = _RawSqlite(database) if database.is_sqlite else _RawPostgres(database)
    pairs = PAIRS if at_once > 1 else PAIRS // 4
    took: dict[str, list[float]] = {"ours": [], "raw": []}
    for number in range(pairs + 2):
        order = ("ours", "raw") if number % 2 else ("raw", "ours")
        for which in order:
            work: Callable[[int], int] = raw.go if which == "raw" else lambda n: _ours(database, n)
            began = time.perf_counter()
            done = work(at_once)
            took[which].append(time.perf_counter() - began)
            assert done == BATCH, (which, done)
    ours, bare = (BATCH / statistics.median(took[which][2:]) for which in ("ours", "raw"))
    print(
        f"claim and mark, {kind}, batches of {BATCH}, {how}: ours {ours:,.0f} a second, raw {bare:,.0f}, ratio {ours / bare:.2f}{f' (at least {LIMIT})' if at_once > 1 else ''}",
        flush=True,
    )
    raw.close()
    return ours / bare


def _ours(database: Database, at_once: int) -> int:
    claimed = outbox.claim(database, worker="ours", now=NOW, lease=LEASE, limit=BATCH)
    for begin in range(0, len(claimed), at_once):
        these = claimed[begin : begin + at_once]
        with database.write() as session:
            places = [Place("slack", "D0", row.key) for row in these]
            assert all(outbox.sent_together(session, list(zip(these, places, strict=True)), at=NOW))
    return len(claimed)


_CLAIM = (
    "UPDATE outbox SET state = 'claimed', claimed_by = 'raw', claimed_until = {until}, attempts = attempts + 1, maybe_sent = false, outdated = false "
    "WHERE id IN (SELECT id FROM outbox WHERE state IN ('waiting', 'claimed') AND send_after <= {now} AND (state = 'waiting' OR claimed_until <= {now}) "
    "ORDER BY send_after, id LIMIT 100 {lock}) RETURNING id, key, email, notice, body, due_at, send_after, attempts"
)
_MARK = "UPDATE outbox SET state = 'sent', sent_at = {now}, maybe_sent = true WHERE id = {id} AND claimed_by = 'raw' AND state = 'claimed'"
_POST = (
    "INSERT INTO posting (key, email, platform, channel, message, notice, body, stale, changes) "
    "VALUES ({key}, {email}, 'slack', 'D0', {key}, {notice}, {body}, false, 0)"
)


class _RawSqlite:
    """The sqlite3 module, with the program's own pragmas."""

    def __init__(self, database: Database) -> None:
        self._connection = sqlite3.connect(str(database.url.database), isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def go(self, at_once: int) -> int:
        run, now, until = self._connection.execute, NOW.strftime(AS_SQLITE), (NOW + LEASE).strftime(AS_SQLITE)
        run("BEGIN IMMEDIATE")
        rows = run(
            _CLAIM.format(until=":until", now=":now", lock=""), {"until": until, "now": now}
        ).fetchall()
        run("COMMIT")
        for begin in range(0, len(rows), at_once):
            run("BEGIN IMMEDIATE")
            for id_, key, email, notice, body, *_ in rows[begin : begin + at_once]:
                run(_MARK.format(now=":now", id=":id"), {"now": now, "id": id_})
                these = {"key": key, "email": email, "notice": notice, "body": body}
                run(_POST.format(key=":key", email=":email", notice=":notice", body=":body"), these)
            run("COMMIT")
        return len(rows)

    def close(self) -> None:
        self._connection.close()


class _RawPostgres:
    """psycopg, which prepares what it is asked often."""

    def __init__(self, database: Database) -> None:
        plain = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain)

    def go(self, at_once: int) -> int:
        run: Callable[..., Any] = self._connection.execute
        claim = _CLAIM.format(until="%(until)s", now="%(now)s", lock="FOR UPDATE SKIP LOCKED")
        rows = run(claim, {"until": NOW + LEASE, "now": NOW}).fetchall()
        self._connection.commit()
        for begin in range(0, len(rows), at_once):
            for id_, key, email, notice, body, *_ in rows[begin : begin + at_once]:
                run(_MARK.format(now="%(now)s", id="%(id)s"), {"now": NOW, "id": id_})
                these = {"key": key, "email": email, "notice": notice, "body": body}
                run(
                    _POST.format(key="%(key)s", email="%(email)s", notice="%(notice)s", body="%(body)s"),
                    these,
                )
            self._connection.commit()
        return len(rows)

    def close(self) -> None:
        self._connection.close()
