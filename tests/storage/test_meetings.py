"""What ought to stand in calendars: claimed by one worker at a time, and a change that comes meanwhile is not lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import meetings
from storage.database import Database
from storage.meetings import Event
from tests.storage.conftest import NINE

LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"


def wanted(database: Database, uid: str = "one") -> None:
    how = {"starts_at": NINE + WEEK, "ends_at": NINE + WEEK + 60 * MINUTE, "chair": ADA}
    with database.write() as session:
        meetings.want(session, 1001, 1, uid, NINE, how | {"attendees": [BEN, CEM], "place": "Room 4"})


def claims(database: Database, worker: str = "one", now: datetime = NINE) -> list[Event]:
    with database.write() as session:
        return meetings.claim(
            session, worker=worker, now=now, until=now + LEASE, beyond=now + 2 * LEASE, limit=8
        )


def done(database: Database, event: Event, look_at: datetime | None = None) -> bool:
    with database.write() as session:
        return meetings.done(
            session, event, at=NINE, organiser=ADA, calendar_id="AAMk", join="https://x/", look_at=look_at
        )


def the_event(database: Database) -> Event:
    with database.read() as session:
        found = meetings.latest(session, 1001, 1)
    assert found is not None
    return found


def test_what_is_claimed_is_one_workers_and_is_done_once(staffed: Database) -> None:
    wanted(staffed)
    (event,) = claims(staffed)
    assert (event.attendees, event.place, event.maybe_done) == ([BEN, CEM], "Room 4", False)
    assert claims(staffed, "two") == []
    assert done(staffed, event)
    after = the_event(staffed)
    assert (after.is_done, after.told, after.organiser, after.state) == (True, [ADA, BEN, CEM], ADA, "done")
    assert not done(staffed, event)
    assert claims(staffed, now=NINE + WEEK) == []


def test_an_expired_claim_passes_on_and_its_first_worker_changes_nothing_more(staffed: Database) -> None:
    wanted(staffed)
    (first,) = claims(staffed)
    (second,) = claims(staffed, "two", NINE + LEASE)
    assert second.maybe_done
    assert not done(staffed, first)
    with staffed.write() as session:
        assert not meetings.later(session, first, at=NINE, maybe_done=False, trouble="no answer")
    assert done(staffed, second)


def test_a_claim_of_a_clock_that_was_wrong_does_not_hold_for_days(staffed: Database) -> None:
    wanted(staffed)
    claims(staffed, now=NINE + WEEK)
    assert len(claims(staffed, "two", NINE)) == 1


def test_a_change_while_it_is_in_somebodys_hands_is_brought_about_afterwards(staffed: Database) -> None:
    wanted(staffed)
    (event,) = claims(staffed)
    with staffed.write() as session:
        meetings.change(session, event.id, NINE, {"starts_at": NINE + 2 * WEEK})
    assert claims(staffed, "two") == []
    assert done(staffed, event, NINE + MINUTE)
    (again,) = claims(staffed, "two")
    assert (again.sequence, again.starts_at, again.done) == (1, NINE + 2 * WEEK, 0)
    with staffed.read() as session:
        assert not meetings.looks_wait(session, NINE + WEEK), "It is looked at once it is as it ought to be."


def test_what_did_not_work_comes_back_at_its_time_and_counts_its_tries(staffed: Database) -> None:
    wanted(staffed)
    (event,) = claims(staffed)
    with staffed.write() as session:
        assert meetings.later(session, event, at=NINE + MINUTE, maybe_done=True, trouble="no answer")
    assert claims(staffed) == []
    with staffed.read() as session:
        assert meetings.next_moment(session) == NINE + MINUTE
    (again,) = claims(staffed, now=NINE + MINUTE)
    assert (again.tries, again.maybe_done, again.trouble) == (2, True, "no answer")
    with staffed.write() as session:
        assert meetings.failed(session, again, trouble="too late")
        assert meetings.next_moment(session) is None


def test_a_stage_has_one_meeting_at_a_time(staffed: Database) -> None:
    wanted(staffed)
    with pytest.raises(IntegrityError):
        wanted(staffed, "two")
    first = the_event(staffed)
    with staffed.write() as session:
        meetings.change(session, first.id, NINE, {"cancelled": True})
    wanted(staffed, "two")
    with staffed.read() as session:
        assert [event.uid for event in meetings.live(session, 1001)] == ["two"]


def test_it_is_looked_at_until_the_meeting_begins_by_one_at_a_time(staffed: Database) -> None:
    wanted(staffed)
    (event,) = claims(staffed)
    done(staffed, event, NINE + MINUTE)
    with staffed.write() as session:
        assert meetings.take_looked_at(session, now=NINE, again=NINE + MINUTE, limit=5) == []
        at = NINE + MINUTE
        assert len(meetings.take_looked_at(session, now=at, again=at + MINUTE, limit=5)) == 1
        assert meetings.take_looked_at(session, now=at, again=at + MINUTE, limit=5) == []
        assert meetings.seen(session, event, "moved")
        assert not meetings.seen(session, event, "moved")
        late = NINE + WEEK + MINUTE
        assert meetings.take_looked_at(session, now=late, again=late + MINUTE, limit=5) == []
        assert meetings.next_moment(session) is None
