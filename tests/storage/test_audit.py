"""The audit: a chain that nobody can change, shorten or reorder unseen, whoever writes to it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from storage import audit
from storage.audit import Broken, Event, Head
from storage.audit_hash import digest_of, hash_of
from storage.database import Database
from storage.tables import Audit
from tests.storage.attacker import without_triggers
from tests.storage.conftest import NINE


def append(database: Database, *actions: str) -> None:
    for action in actions:
        with database.write() as session:
            audit.append(
                session,
                at=NINE,
                actor="ada@example.org",
                action=action,
                subject="CH-1001",
                body={"said": action},
            )


def verify(database: Database, anchor: Head | None = None) -> Broken | None:
    with database.read() as session:
        return audit.verify(session, [anchor] if anchor else [])


def head(database: Database) -> Head:
    with database.read() as session:
        return audit.head(session)


@pytest.fixture
def written(database: Database) -> Database:
    append(database, "raised", "read", "acknowledged", "resolved")
    return database


def test_an_audit_without_rows_holds(database: Database) -> None:
    assert verify(database) is None
    assert head(database) == Head(0, "")


def test_rows_follow_from_one_another(written: Database) -> None:
    assert verify(written) is None
    with written.read() as session:
        rows = session.exec(select(Audit).order_by("number")).all()
    assert [(row.number, row.action) for row in rows] == [
        (1, "raised"),
        (2, "read"),
        (3, "acknowledged"),
        (4, "resolved"),
    ]
    assert [row.previous for row in rows] == ["", *(row.hash for row in rows[:-1])]
    assert head(written) == Head(4, rows[-1].hash)


def test_several_rows_at_once_are_the_same_chain(written: Database) -> None:
    with written.write() as session:
        audit.append_many(
            session, [Event(NINE, "ada@example.org", "read", f"CH-{n}", {}) for n in range(1001, 1006)]
        )
        audit.append_many(session, [])
    assert verify(written) is None
    assert head(written).number == 9


def test_digest_and_hash_are_those_of_the_documented_texts() -> None:
    """Worked out by hand with sha256sum, so that an auditor can do it without this program."""
    # printf '%s' '000102030405060708090a0b0c0d0e0f{"\u00e9":[1,2.5]}' | sha256sum
    digest = digest_of("000102030405060708090a0b0c0d0e0f", {"é": [1, 2.5]})
    assert digest == "d112f43f6473dc440cfabf7842e650ba502f3b6070bc1a5531f399bf1046e2cd"
    # printf '%s' '{"action":"raised","actor":"ada@example.org","at":"2026-11-23T09:00:00.000000+00:00","digest":"d112f43f…",
    #   "number":1,"previous":"","subject":"CH-1001"}' | sha256sum
    at = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    row = {"number": 1, "at": at, "actor": "ada@example.org", "action": "raised", "subject": "CH-1001"}
    assert (
        hash_of({**row, "digest": digest, "previous": ""})
        == "bcf375b45682f6a1aeada46e021d3aa4bb88653a82c8071645a9f30e70a67729"
    )


@pytest.mark.parametrize(
    ("tampering", "number", "reason"),
    [
        ("UPDATE audit SET action = 'withdrawn' WHERE number = 3", 3, "not as it was written"),
        (
            "UPDATE audit SET body = (SELECT body FROM audit WHERE number = 3) WHERE number = 2",
            2,
            "its body is not as it was written",
        ),
        ("UPDATE audit SET salt = '00' WHERE number = 2", 2, "its body is not as it was written"),
        ("UPDATE audit SET salt = NULL WHERE number = 4", 4, "its body is not as it was written"),
        ("UPDATE audit SET body = NULL, salt = NULL WHERE number = 2", 2, "no later row says that it was"),
        ("UPDATE audit SET digest = salt WHERE number = 2", 2, "not as it was written"),
        ("UPDATE audit SET at = '2026-11-23 09:00:01.000000' WHERE number = 1", 1, "not as it was written"),
        ("DELETE FROM audit WHERE number = 1", 1, "row 1 is missing; row 2 comes instead"),
        ("DELETE FROM audit WHERE number = 2", 2, "row 2 is missing; row 3 comes instead"),
        ("DELETE FROM audit WHERE number > 2", 3, "should end at row 4, but it ends at row 2"),
        ("DELETE FROM audit", 1, "should end at row 4, but it ends at row 0"),
        ("UPDATE audithead SET number = 3", 4, "should end at row 3, but it ends at row 4"),
        ("UPDATE audithead SET hash = ''", 4, "the head of the chain names another row in its place"),
        ("DELETE FROM audithead", 1, "head of the chain is missing"),
        (
            "UPDATE audit SET number = 9 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3; "
            "UPDATE audit SET number = 3 WHERE number = 9",
            2,
            "does not follow from the row before it",
        ),
        (
            "INSERT INTO audit SELECT 0, at, actor, action, subject, body, salt, digest, previous, hash FROM audit WHERE number = 1",
            0,
            "row 1 is missing; row 0 comes instead",
        ),
    ],
)
def test_tampering_is_found_at_its_number(
    written: Database, tampering: str, number: int, reason: str
) -> None:
    with written.write() as session:
        without_triggers(session)
        for statement in tampering.split("; "):
            session.connection().execute(text(statement))
    found = verify(written)
    assert found is not None
    assert found.number == number
    assert reason in found.reason
    assert str(found).startswith(f"The audit does not hold at row {number}: ")


def test_a_row_that_cannot_be_read_any_more_is_found() -> None:
    database = Database("sqlite://")  # PostgreSQL would not let it be written
    database.migrate()
    append(database, "raised", "read", "acknowledged")
    with database.write() as session:
        without_triggers(session)
        session.connection().execute(text("UPDATE audit SET body = '{' WHERE number = 2"))
    assert verify(database) == Broken(2, "it cannot be read any more.")
    database.dispose()


def test_a_chain_that_was_shortened_or_forged_as_a_whole_is_found_by_a_head_kept_elsewhere(
    written: Database,
) -> None:
    kept = head(written)
    assert verify(written, kept) is None
    with written.write() as session:
        without_triggers(session)
        session.connection().execute(text("DELETE FROM audit"))
        session.connection().execute(text("UPDATE audithead SET number = 0, hash = ''"))
    append(written, "raised", "read")
    assert verify(written) is None
    shortened = verify(written, kept)
    assert shortened is not None
    assert shortened.number == 3
    append(written, "acknowledged", "forged", "resolved")
    forged = verify(written, kept)
    assert forged is not None
    assert str(forged).endswith(
        "at row 1: rows 1 to 4 are not what the kept head of row 4 names: the chain was written anew."
    )


def test_what_comes_to_nothing_leaves_no_row(written: Database) -> None:
    def interrupted() -> None:
        with written.write() as session:
            audit.append(session, at=NINE, actor="a", action="b", subject="c", body={})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert head(written).number == 4
    assert verify(written) is None


@pytest.mark.parametrize("body", [{"at": NINE}, {"n": float("nan")}, {"s": {1}}])
def test_a_body_that_could_not_be_checked_again_is_refused(database: Database, body: dict[str, Any]) -> None:
    with pytest.raises(audit.UnfitBody, match="must consist of texts, numbers"), database.write() as session:
        audit.append(session, at=NINE, actor="a", action="b", subject="c", body=body)
    assert head(database).number == 0


def test_people_who_write_at_once_make_one_chain(database: Database) -> None:
    def work(name: str) -> None:
        append(database, *(f"{name}{number}" for number in range(15)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    assert head(database).number == 60
    assert verify(database) is None


BODIES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # PostgreSQL keeps no text with a NUL or half a surrogate pair
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abé") | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(bodies=st.lists(st.dictionaries(st.text("abcé", max_size=3), BODIES, max_size=3), max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_can_be_checked_again(database: Database, bodies: list[dict[str, Any]]) -> None:
    with database.write() as session:
        audit.append_many(
            session, [Event(NINE, "ada@example.org", "read", "CH-1001", body) for body in bodies]
        )
    assert verify(database) is None
