"""The outbox: nothing is said twice, nothing is lost, and nothing that was called off is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from storage import outbox, postings
from storage.database import Database
from storage.outbox import Claimed, Note
from storage.tables import Person
from tests.storage.conftest import NINE
from tests.storage.messages import ADA, BEN, CEM, LEASE, MINUTE, claim, note, place, put, row

# Putting in and calling off


def test_a_note_is_put_in_once_however_often_it_is_made(staffed: Database) -> None:
    assert put(staffed, note("a"), note("b")) == 2
    assert put(staffed, note("b"), note("c")) == 1
    assert put(staffed, note("c")) == 0
    assert put(staffed) == 0


def test_what_was_sent_or_called_off_is_not_made_again(staffed: Database) -> None:
    put(staffed, note("a"))
    with staffed.write() as session:
        assert outbox.cancel(session, challenge_id=1001) == 1
    assert put(staffed, note("a")) == 0
    assert claim(staffed) == []


def test_a_note_for_a_challenge_that_comes_to_nothing_comes_to_nothing_too(staffed: Database) -> None:
    def interrupted() -> None:
        with staffed.write() as session:
            outbox.put(session, [note("a")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert claim(staffed) == []


@pytest.mark.parametrize(
    ("which", "left"),
    [
        ({}, set()),
        ({"stage_number": 1}, {"second"}),
        ({"notices": {"reminder"}}, {"told"}),
        ({"stage_number": 1, "notices": ["reminder"]}, {"told", "second"}),
        ({"email": BEN}, {"first", "second"}),
        ({"notices": ()}, {"first", "told", "second"}),
    ],
)
def test_calling_off_takes_a_stage_some_notices_or_one_person(
    staffed: Database, which: dict[str, object], left: set[str]
) -> None:
    put(staffed, note("first"), note("told", BEN, notice="raised"), note("second", CEM, stage=2))
    with staffed.write() as session:
        outbox.cancel(session, challenge_id=1001, **which)  # type: ignore[arg-type]
    assert {claimed.key for claimed in claim(staffed)} == left


def test_a_deadline_that_moves_takes_its_reminder_along(staffed: Database) -> None:
    put(staffed, note("a"))
    with staffed.write() as session:
        assert outbox.renew(session, [note("a", after=NINE + timedelta(days=1)), note("new")]) == 2
    assert [claimed.key for claimed in claim(staffed)] == ["new"]
    assert row(staffed, "a").due_at == NINE + timedelta(days=1)


def test_a_task_that_comes_back_to_a_person_brings_its_reminders_back(staffed: Database) -> None:
    put(staffed, note("a"))
    with staffed.write() as session:
        outbox.cancel(session, challenge_id=1001, email=ADA)
    with staffed.write() as session:
        assert outbox.renew(session, [note("a")]) == 1
    [again] = claim(staffed)
    assert not again.maybe_sent


def test_what_was_sent_is_not_brought_back(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        outbox.sent(session, claimed, at=NINE, posting=None)
    with staffed.write() as session:
        assert outbox.renew(session, [note("a")]) == 0


# Claiming


def test_a_claim_carries_the_row(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    assert (claimed.key, claimed.email, claimed.notice) == ("a", ADA, "reminder")
    assert (claimed.challenge_id, claimed.stage_number, claimed.body) == (1001, 1, {"days": 2})
    assert (claimed.due_at, claimed.claimed_by, claimed.claimed_until) == (NINE, "one", NINE + LEASE)
    assert (claimed.attempts, claimed.maybe_sent) == (1, False)


def test_nothing_is_claimed_before_its_time_or_twice(staffed: Database) -> None:
    put(staffed, note("a", after=NINE + MINUTE))
    assert claim(staffed) == []
    assert len(claim(staffed, NINE + MINUTE)) == 1
    assert claim(staffed, NINE + MINUTE, worker="two") == []


def test_everybody_reads_in_order_and_one_thing_at_a_time(staffed: Database) -> None:
    put(staffed, note("a2", after=NINE), note("a1", after=NINE - MINUTE), note("b1", BEN, NINE - 2 * MINUTE))
    first = claim(staffed)
    assert [claimed.key for claimed in first] == ["b1", "a1"]
    assert claim(staffed, worker="two") == []
    with staffed.write() as session:
        assert outbox.sent(session, first[1], at=NINE, posting=None)
    assert [claimed.key for claimed in claim(staffed, worker="two")] == ["a2"]


def test_even_what_is_due_earlier_waits_while_something_is_in_somebodys_hands(staffed: Database) -> None:
    put(staffed, note("a"))
    claim(staffed)
    put(staffed, note("urgent", after=NINE - MINUTE))
    assert claim(staffed, worker="two") == []
    assert [claimed.key for claimed in claim(staffed, NINE + LEASE, worker="two")] == ["urgent"]


def test_a_claim_takes_no_more_than_its_limit_the_earliest_first(staffed: Database) -> None:
    put(staffed, note("c", CEM), note("b", BEN, NINE - MINUTE), note("a", ADA, NINE - 2 * MINUTE))
    assert [claimed.key for claimed in claim(staffed, limit=2)] == ["a", "b"]


def test_who_claims_after_a_worker_died_is_told_to_look_first(staffed: Database) -> None:
    put(staffed, note("a"))
    [dead] = claim(staffed)
    [alive] = claim(staffed, NINE + LEASE, worker="two")
    assert alive.maybe_sent
    with staffed.write() as session:
        assert not outbox.hold(session, dead, now=NINE + LEASE, lease=LEASE)
        assert not outbox.sent(session, dead, at=NINE, posting=place())
        assert not outbox.failed(session, dead, trouble="channel_not_found")
        assert outbox.sent(session, alive, at=NINE + LEASE, posting=place())
        assert len(postings.of_challenge(session, 1001)) == 1


def test_a_worker_does_not_mistake_its_second_claim_for_its_first(staffed: Database) -> None:
    put(staffed, note("a"))
    [first] = claim(staffed)
    [second] = claim(staffed, NINE + LEASE)
    assert first.claimed_by == second.claimed_by
    with staffed.write() as session:
        assert not outbox.later(session, first, send_after=NINE + LEASE, trouble="timed out")
        assert outbox.hold(session, second, now=NINE + LEASE, lease=LEASE)


def test_after_a_timeout_the_next_try_looks_first_but_not_after_a_plain_no(staffed: Database) -> None:
    put(staffed, note("a"), note("b", BEN))
    timed_out, refused = claim(staffed)
    with staffed.write() as session:
        assert outbox.later(session, timed_out, send_after=NINE + MINUTE, trouble="timed out")
        assert outbox.later(
            session, refused, send_after=NINE + MINUTE, trouble="too many requests", maybe_sent=False
        )
    assert claim(staffed) == []
    again = claim(staffed, NINE + MINUTE)
    assert [(claimed.key, claimed.maybe_sent, claimed.trouble) for claimed in again] == [
        ("a", True, "timed out"),
        ("b", False, "too many requests"),
    ]


def test_what_failed_is_over_and_says_why(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        assert outbox.failed(session, claimed, trouble="user_not_found")
    assert claim(staffed, NINE + LEASE) == []
    assert (row(staffed, "a").state, row(staffed, "a").trouble) == ("failed", "user_not_found")


def test_what_is_called_off_in_a_workers_hands_is_not_sent(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        assert outbox.cancel(session, challenge_id=1001) == 1
    with staffed.write() as session:
        assert not outbox.hold(session, claimed, now=NINE, lease=LEASE)
    assert claim(staffed, NINE + LEASE) == []


def test_what_is_called_off_while_it_is_sent_is_recorded_as_sent_and_redrawn(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        outbox.cancel(session, challenge_id=1001)
    with staffed.write() as session:
        assert outbox.sent(session, claimed, at=NINE, posting=place())
    assert row(staffed, "a").state == "sent"
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a"]


def test_what_is_called_off_while_sent_and_then_wanted_again_is_looked_up_first(staffed: Database) -> None:
    put(staffed, note("a"))
    [sending] = claim(staffed)
    with staffed.write() as session:
        outbox.cancel(session, challenge_id=1001)
        assert outbox.renew(session, [note("a")]) == 1
    with staffed.write() as session:
        assert not outbox.sent(session, sending, at=NINE, posting=place())
    [again] = claim(staffed, worker="two")
    assert again.maybe_sent


def test_four_workers_never_get_the_same_row_or_the_same_person(database: Database) -> None:
    people = [f"person{number}@example.org" for number in range(60)]
    with database.write() as session:
        session.add_all(Person(email=email, name=email) for email in people)
        session.flush()
        notes = [Note(f"{email}:{n}", email, "digest", NINE, NINE) for email in people for n in (1, 2)]
        outbox.put(session, notes)

    def work(name: str) -> list[Claimed]:
        mine: list[Claimed] = []
        while found := outbox.claim(database, worker=name, now=NINE, lease=LEASE, limit=5):
            mine += found
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [claimed for batch in pool.map(work, "abcd") for claimed in batch]
    assert sorted(claimed.email for claimed in taken) == sorted(people)
    assert {claimed.key for claimed in taken} == {f"{email}:1" for email in people}


# Said by another


def test_replacing_leaves_what_is_in_somebodys_hands(staffed: Database) -> None:
    put(staffed, note("a"), note("b", after=NINE + MINUTE), note("digest", BEN, notice="digest"))
    claim(staffed)
    with staffed.write() as session:
        assert outbox.replace(session, ["a", "b", "digest", "unheard of"], "digest") == 1
    assert row(staffed, "b").trouble == "Said by digest instead."


# When to look next


def test_the_next_moment_is_that_of_the_first_waiting_row_or_expiring_claim(staffed: Database) -> None:
    def earliest() -> datetime | None:
        with staffed.read() as session:
            return outbox.earliest(session)

    assert earliest() is None
    put(staffed, note("a"), note("behind it"), note("b", BEN, NINE + timedelta(days=1)))
    assert earliest() == NINE
    [claimed] = claim(staffed)
    assert earliest() == NINE + LEASE
    with staffed.write() as session:
        outbox.sent(session, claimed, at=NINE, posting=None)
    assert earliest() == NINE
    [behind] = claim(staffed)
    with staffed.write() as session:
        outbox.sent(session, behind, at=NINE, posting=None)
    assert earliest() == NINE + timedelta(days=1)


def test_what_waits_for_a_person_is_listed_the_earliest_first(staffed: Database) -> None:
    put(
        staffed, note("later", after=NINE + MINUTE), note("now"), note("ben", BEN), note("d", notice="digest")
    )
    with staffed.read() as session:
        assert [row.key for row in outbox.waiting_for(session, ADA)] == ["now", "d", "later"]
        assert [row.key for row in outbox.waiting_for(session, ADA, ["digest"])] == ["d"]


# What a worker keeps for whoever comes after it


def test_what_is_kept_about_a_row_is_there_for_the_next_who_claims_it(staffed: Database) -> None:
    put(staffed, note("a"))
    [first] = claim(staffed)
    with staffed.write() as session:
        assert outbox.remember(session, first, {**first.body, "brought": "F1"})
    [second] = claim(staffed, NINE + LEASE, worker="two")
    assert second.body == {"days": 2, "brought": "F1"}
    assert second.maybe_sent
    with staffed.write() as session:
        assert not outbox.remember(session, first, {"brought": "F0"}), "The row has passed to somebody else."
    assert row(staffed, "a").body == {"days": 2, "brought": "F1"}
