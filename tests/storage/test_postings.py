"""The messages that stand in people's chats: each ends up showing what is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

from storage import outbox, postings
from storage.database import Database
from tests.storage.conftest import NINE
from tests.storage.messages import BEN, LEASE, MINUTE, claim, note, place, put


def test_a_change_marks_every_message_of_the_challenge_for_redrawing_once(staffed: Database) -> None:
    put(staffed, note("a"), note("b", BEN))
    for number, claimed in enumerate(claim(staffed)):
        with staffed.write() as session:
            outbox.sent(session, claimed, at=NINE, posting=place(number))
    assert postings.take_stale(staffed, NINE) == []
    with staffed.write() as session:
        assert postings.mark_stale(session, 1001) == 2
    first, second = postings.take_stale(staffed, NINE)
    assert (first.key, first.channel, first.message, first.body) == (
        "a",
        "D0ADA",
        "1700000000.000000",
        {"days": 2},
    )
    assert postings.take_stale(staffed, NINE) == []
    with staffed.write() as session:
        assert postings.redrawn(session, first)
        assert postings.retry(session, second, NINE + timedelta(hours=1))
    assert postings.take_stale(staffed, NINE + postings.LEASE) == []
    assert [posted.key for posted in postings.take_stale(staffed, NINE + timedelta(hours=1))] == ["b"]


def test_a_change_during_the_redrawing_is_drawn_as_well(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        outbox.sent(session, claimed, at=NINE, posting=place())
        postings.mark_stale(session, 1001)
    [taken] = postings.take_stale(staffed, NINE)
    with staffed.write() as session:
        postings.mark_stale(session, 1001)
    with staffed.write() as session:
        assert not postings.redrawn(session, taken)
    assert len(postings.take_stale(staffed, NINE)) == 1


def test_a_message_that_is_gone_is_forgotten(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)
    with staffed.write() as session:
        outbox.sent(session, claimed, at=NINE, posting=place())
        assert postings.forget(session, "a")
        assert not postings.forget(session, "a")
        assert postings.mark_stale(session, 1001) == 0


def test_a_change_between_claim_and_sending_is_redrawn_but_not_one_before_the_claim(
    staffed: Database,
) -> None:
    put(staffed, note("a"), note("b", BEN, NINE + MINUTE))
    [early] = claim(staffed)
    with staffed.write() as session:
        postings.mark_stale(session, 1001)
    [late] = claim(staffed, NINE + MINUTE)
    for claimed in (early, late):
        with staffed.write() as session:
            outbox.sent(session, claimed, at=NINE, posting=place())
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a"]


def test_what_a_worker_before_may_have_sent_is_redrawn_because_that_one_knew_less(staffed: Database) -> None:
    put(staffed, note("a"))
    claim(staffed)
    with staffed.write() as session:
        postings.mark_stale(session, 1001)
    [again] = claim(staffed, NINE + LEASE)
    with staffed.write() as session:
        outbox.sent(session, again, at=NINE + LEASE, posting=place())
    assert [posted.key for posted in postings.take_stale(staffed, NINE + LEASE)] == ["a"]


def test_a_change_at_the_very_moment_of_recording_a_message_is_redrawn(staffed: Database) -> None:
    put(staffed, note("a"))
    [claimed] = claim(staffed)

    def change() -> None:
        with staffed.write() as session:
            postings.mark_stale(session, 1001)

    with ThreadPoolExecutor(1) as pool:
        with staffed.write() as session:
            outbox.sent(session, claimed, at=NINE, posting=place())
            changing = pool.submit(change)
            assert not wait([changing], timeout=0.2).done  # it waits for what is being recorded
        changing.result()
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a"]


def test_one_message_more_and_all_of_a_kind_can_be_marked(staffed: Database) -> None:
    put(staffed, note("a"), replace(note("b", BEN, notice="digest"), challenge_id=None))
    for number, claimed in enumerate(claim(staffed)):
        with staffed.write() as session:
            outbox.sent(session, claimed, at=NINE, posting=place(number))
    with staffed.write() as session:
        assert postings.mark_stale(session, 1001, also="b") == 2
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a", "b"]
    with staffed.write() as session:
        assert postings.mark_stale(session, 1001, also="c") == 1
        assert postings.mark_all(session, "digest") == 1
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a", "b"]
