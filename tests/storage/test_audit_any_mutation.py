"""Whatever one thing an attacker does to the audit, who owns the database and takes its triggers away: it is found, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from storage import audit
from storage.audit import Event, Head
from storage.audit_hash import hash_of
from storage.database import Database
from storage.statements import link, table
from storage.tables import Audit, AuditHead
from tests.storage.attacker import without_triggers
from tests.storage.conftest import NINE

AUDIT, HEAD = table(Audit), table(AuditHead)
SIZE, PUBLISHED = 14, (6, 14)
ROWS = st.integers(1, SIZE)
VALUES: dict[str, Any] = {
    "number": -3,
    "at": NINE - timedelta(microseconds=1),
    "body": {"words": "Nothing was said."},
    **dict.fromkeys(("actor", "action", "subject", "salt", "digest", "previous", "hash"), "forged"),
}
Mutation = Callable[[Session], None]


class Undone(Exception):
    """Ends a transaction that shall leave nothing."""


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A transaction in which all may be done, and nothing of it stays."""
    try:
        with database.write() as session:
            yield session
            raise Undone
    except Undone:
        pass


def write(database: Database) -> list[Head]:
    """Rows about two challenges, the bodies of one erased on the way; the heads that were published meanwhile."""
    published = []
    for number in range(1, SIZE + 1):
        with database.write() as session:
            if number == 9:
                audit.erase(session, at=NINE, actor="bot", subject="CH-1001", reason="schedule 7")
            else:
                body = {"words": f"That is {number}."}
                subject = f"CH-{1001 + number % 2}"
                audit.append_many(session, [Event(NINE, "ada@example.org", "noted", subject, body)])
            if number in PUBLISHED:
                published.append(audit.head(session))
    with database.write() as session:
        without_triggers(session)
    return published


def columns_of(session: Session, number: int) -> dict[str, Any]:
    return dict(link(session).execute(select(AUDIT).where(AUDIT.c.number == number)).one()._mapping)


def change(session: Session, row: int, /, **columns: Any) -> None:
    link(session).execute(update(AUDIT).where(AUDIT.c.number == row).values(**columns))


def end_at(session: Session, number: int) -> None:
    """Let the head say that the chain ends at this row."""
    hash_ = columns_of(session, number)["hash"] if number else ""
    link(session).execute(update(HEAD).values(number=number, hash=hash_))


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, set[int], Mutation]:
    """One thing that is done, what it is, and the numbers either of which names it."""
    what = draw(st.sampled_from(["change", "empty", "delete", "swap", "truncate", "insert", "rewrite"]))
    number = draw(ROWS)
    match what:
        case "change":
            name = draw(st.sampled_from(sorted(VALUES)))
            found = {number, VALUES["number"]} if name == "number" else {number}
            return (
                f"{name} of {number}",
                found,
                lambda session: change(session, number, **{name: VALUES[name]}),
            )
        case "empty":
            kept = draw(st.integers(1, SIZE).filter(lambda each: each >= 9 or each % 2))
            return f"body of {kept}", {kept}, lambda session: change(session, kept, body=None, salt=None)
        case "delete":
            gone = delete(AUDIT).where(AUDIT.c.number == number)
            return f"row {number}", {number}, lambda session: void(link(session).execute(gone))
        case "swap":
            other = draw(ROWS.filter(lambda each: each != number))
            return f"{number} for {other}", {min(number, other)}, lambda session: swap(session, number, other)
        case "truncate":
            head_too = draw(st.booleans())
            return f"after {number - 1}", {number}, lambda session: truncate(session, number, head_too)
        case "insert":
            at = draw(st.sampled_from([-7, 0, SIZE + 1, SIZE + 5]))
            named = {at, SIZE + 1} if at > SIZE else {at}
            return f"{number} as {at}", named, lambda session: copy(session, number, at)
        case _:
            # Nothing but the published heads shows it, and they say between which of them it was.
            first = 1 if number <= PUBLISHED[0] else PUBLISHED[0] + 1
            return f"all from {number}", {first}, lambda session: rewrite(session, number)


def void(_: object) -> None:
    """For a lambda that has to return nothing."""


def swap(session: Session, one: int, other: int) -> None:
    mine, theirs = columns_of(session, one), columns_of(session, other)
    change(session, one, **{**theirs, "number": one})
    change(session, other, **{**mine, "number": other})


def truncate(session: Session, first: int, head_too: bool) -> None:
    link(session).execute(delete(AUDIT).where(AUDIT.c.number >= first))
    if head_too:
        end_at(session, first - 1)


def copy(session: Session, number: int, at: int) -> None:
    link(session).execute(insert(AUDIT), {**columns_of(session, number), "number": at})


def rewrite(session: Session, first: int) -> None:
    """Another author for a row, and every hash from there on as it would have been."""
    previous = ""
    for number in range(1, SIZE + 1):
        row = columns_of(session, number)
        if number == first:
            row["actor"] = "mallory@example.org"
        row["previous"] = previous
        previous = row["hash"] = hash_of(row)
        if number >= first:
            change(session, number, **row)
    end_at(session, SIZE)


def test_any_one_mutation_is_found_and_the_right_row_named(database: Database) -> None:
    published = write(database)

    @given(mutation=mutations())
    @settings(
        max_examples=100,
        database=None,
        suppress_health_check=[HealthCheck.differing_executors],
        deadline=None,
    )
    def found(mutation: tuple[str, set[int], Mutation]) -> None:
        _, numbers, mutate = mutation
        with undone(database) as session:
            assert audit.verify(session, published) is None
            mutate(session)
            broken = audit.verify(session, published)
            assert broken is not None
            assert broken.number in numbers

    found()
