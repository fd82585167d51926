"""The outbox once something has gone wrong: who goes first, what is looked for, whose claim binds nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import outbox, postings
from storage.database import Database
from storage.outbox import Claimed
from tests.storage.conftest import NINE
from tests.storage.messages import BEN, LEASE, MINUTE, claim, note, place, put, row


def test_what_is_tried_again_holds_back_what_comes_after_it_to_the_same_person(staffed: Database) -> None:
    put(staffed, note("first"), note("second", after=NINE + MINUTE), note("ben", BEN, NINE + MINUTE))
    [first] = claim(staffed)
    with staffed.write() as session:
        assert outbox.later(session, first, send_after=NINE + 9 * MINUTE, trouble="429", maybe_sent=False)
    [ben] = claim(staffed, NINE + 2 * MINUTE, worker="two")
    with staffed.read() as session:
        assert outbox.earliest(session) == NINE + 2 * MINUTE + LEASE, "Ben's claim; Ada's second waits."
    with staffed.write() as session:
        assert ben.key == "ben"
        assert outbox.sent(session, ben, at=NINE, posting=None)
    [again] = claim(staffed, NINE + 9 * MINUTE, worker="two", limit=1)
    assert again.key == "first"
    with staffed.write() as session:
        assert outbox.sent(session, again, at=NINE, posting=None)
    assert "second" in {claimed.key for claimed in claim(staffed, NINE + 9 * MINUTE)}


def test_what_gives_up_its_place_lets_others_go_first(staffed: Database) -> None:
    put(staffed, note("first"), note("second", after=NINE + MINUTE))
    [first] = claim(staffed)
    with staffed.write() as session:
        outbox.later(session, first, send_after=NINE + 9 * MINUTE, trouble="office hours", keeps_place=False)
    assert [claimed.key for claimed in claim(staffed, NINE + 9 * MINUTE)] == ["second"]


def test_what_was_called_off_in_dead_hands_is_looked_for_once_the_lease_is_over(staffed: Database) -> None:
    put(staffed, note("a"), note("b", BEN))
    claim(staffed)
    with staffed.write() as session:
        assert outbox.cancel(session, challenge_id=1001) == 2

    def look(now: datetime) -> list[Claimed]:
        return outbox.take_looked_for(staffed, worker="looks", now=now, lease=LEASE)

    assert look(NINE) == []
    with staffed.read() as session:
        assert outbox.earliest(session) == NINE + LEASE
    found, missing = look(NINE + LEASE)
    assert look(NINE + LEASE) == [], "It is in somebody's hands."
    with staffed.write() as session:
        assert outbox.sent(session, found, at=NINE, posting=place())
        assert outbox.look_later(session, missing, NINE + 2 * LEASE)
    [missing] = look(NINE + 2 * LEASE)
    with staffed.write() as session:
        assert outbox.not_there(session, missing)
    assert look(NINE + 9 * LEASE) == []
    assert (row(staffed, "a").state, row(staffed, "b").state) == ("sent", "cancelled")
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["a"], "It says what holds now."


def test_a_lease_that_ends_too_far_ahead_was_made_by_a_wrong_clock(staffed: Database) -> None:
    put(staffed, note("a", after=NINE - timedelta(days=1)))
    claim(staffed, NINE + timedelta(days=1))
    [again] = claim(staffed, NINE, worker="two")
    assert again.maybe_sent
