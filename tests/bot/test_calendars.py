"""Calendars beside the rest of the program: forms wait for a moment only, and trouble in one event holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.calendars import Placed, Seen
from bot.calendars.carrying_out import CarryingOut
from bot.calendars.diary import FRESH, UNANSWERED, Diary
from bot.sending import NotConnected, SendingProblem, TryLater
from commands.diary import FreeBusy, Needed
from commands.meeting_events import MeetingChange
from commands.office import Office
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import load
from storage import meetings
from storage.database import Database
from storage.tables import Challenge, Person

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
NEEDED = Needed(frozenset({"ada@example.org"}), NINE, NINE + WEEK)
READ = FreeBusy({"ada@example.org": ()})


class Source:
    """Calendars that answer when a test says so."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.may_answer = asyncio.Event()
        self.problem = problem
        self.asked = 0

    async def free_busy(self, needed: Needed) -> FreeBusy:
        self.asked += 1
        await self.may_answer.wait()
        if self.problem is not None:
            raise self.problem
        return READ


async def test_what_takes_long_is_there_for_whoever_asks_next_and_is_asked_for_once() -> None:
    clock, source = SetClock(NINE), Source()
    diary = Diary(clock)
    diary.reads_from(source)
    assert not await diary.fetch(NEEDED, 0)
    assert not await diary.fetch(NEEDED, 0)
    assert diary.known(NEEDED) is None
    source.may_answer.set()
    assert await diary.fetch(NEEDED, 5)
    assert diary.known(NEEDED) == READ
    assert source.asked == 1
    clock.advance(FRESH)
    assert diary.known(NEEDED) is None
    await diary.stop()


@pytest.mark.parametrize("problem", [TryLater(), NotConnected("no"), ValueError("damaged")])
async def test_calendars_that_cannot_be_read_are_not_asked_again_at_once(problem: Exception) -> None:
    clock, source = SetClock(NINE), Source(problem)
    source.may_answer.set()
    diary = Diary(clock)
    diary.reads_from(source)
    assert await diary.fetch(NEEDED, 5)
    assert diary.known(NEEDED) == FreeBusy({}, answered=False)
    assert await diary.fetch(NEEDED, 5)
    assert source.asked == 1
    clock.advance(UNANSWERED)
    assert diary.known(NEEDED) is None


class Calendars:
    """Calendars in which what a test says happens to each event, by its uid."""

    can_look = True

    def __init__(self) -> None:
        self.problems: dict[str, Exception] = {}
        self.changes: list[tuple[str, int, bool]] = []
        self.seen: dict[str, Seen | SendingProblem | None] = {}

    async def carry_out(self, change: MeetingChange, before: Placed | None, *, again: bool) -> Placed:
        self.changes.append((change.uid, change.sequence, again))
        if change.uid in self.problems:
            raise self.problems[change.uid]
        return Placed(change.chair.email, f"id-{change.uid}", "")

    async def look(self, placed: Placed) -> Seen | None:
        found = self.seen[placed.event_id]
        if isinstance(found, SendingProblem):
            raise found
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three challenges, each with a meeting in a week that waits for its calendar."""
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    database.migrate()
    with database.write() as session:
        session.add(Person(email="ada@example.org", name="Ada"))
        session.flush()
        for number in range(3):
            session.add(
                Challenge(
                    procedure="bradford",
                    version="1",
                    case_reference=f"LCS-20451{number}",
                    unit="east-1",
                    raiser="ada@example.org",
                    stage="stage-1",
                    opened_at=NINE,
                )
            )
        session.flush()
        for number in range(3):
            how = {"starts_at": NINE + WEEK, "ends_at": NINE + WEEK, "chair": "ada@example.org"}
            more: dict[str, Any] = {"attendees": [], "place": ""}
            meetings.want(session, 1001 + number, 1, f"uid-{number}", NINE, how | more)
    library = load(["bradford"])
    yield Office(parse_authority(template()), library, database, SetClock(NINE), invites=True)
    database.dispose()


async def at_once(function: Any, *arguments: Any) -> Any:
    return function(*arguments)


async def test_an_event_that_makes_trouble_holds_up_no_other(office: Office) -> None:
    calendars, done = Calendars(), []
    calendars.problems["uid-1"] = RuntimeError("damaged")
    work = CarryingOut(office, calendars, at_once, "one", lambda: done.append(1))
    assert await work.go()
    with office.database.read() as session:
        states = [event.is_done for number in range(3) for event in meetings.live(session, 1001 + number)]
    assert states == [True, False, True]
    assert len(done) == 3
    assert not await work.go(), "What failed waits for its time."


async def test_the_next_try_is_told_that_the_last_may_have_had_effect(office: Office) -> None:
    calendars = Calendars()
    calendars.problems["uid-0"] = TryLater(3, maybe_sent=True)
    work = CarryingOut(office, calendars, at_once, "one", lambda: None)
    await work.go()
    calendars.problems.clear()
    assert isinstance(office.clock, SetClock)
    office.clock.advance(timedelta(seconds=3))
    assert await work.go()
    assert calendars.changes[0] == ("uid-0", 0, False)
    assert calendars.changes[-1] == ("uid-0", 0, True)


async def test_a_meeting_that_has_begun_is_invited_to_no_more(office: Office) -> None:
    calendars = Calendars()
    assert isinstance(office.clock, SetClock)
    office.clock.advance(WEEK)
    work = CarryingOut(office, calendars, at_once, "one", lambda: None)
    assert await work.go()
    assert calendars.changes == []
    assert not await work.go()


async def test_after_a_change_to_e_mail_nothing_stays_due(office: Office) -> None:
    """Otherwise the program would look for what is due without a pause."""
    calendars = Calendars()
    await CarryingOut(office, calendars, at_once, "one", lambda: None).go()
    calendars.can_look = False
    assert isinstance(office.clock, SetClock)
    office.clock.advance(timedelta(minutes=30))
    await CarryingOut(office, calendars, at_once, "two", lambda: None).go()
    with office.database.read() as session:
        due = meetings.next_moment(session)
    assert due is not None
    assert due > office.clock.now()


async def test_trouble_with_a_look_tells_nobody_and_is_looked_at_again(office: Office) -> None:
    calendars = Calendars()
    work = CarryingOut(office, calendars, at_once, "one", lambda: None)
    await work.go()
    as_wanted = Seen(NINE + WEEK, NINE + WEEK, cancelled=False)
    calendars.seen = {"id-uid-0": TryLater(), "id-uid-1": as_wanted, "id-uid-2": as_wanted}
    assert isinstance(office.clock, SetClock)
    for _ in range(2):
        office.clock.advance(timedelta(minutes=30))
        assert await work.go()
    with office.database.read() as session:
        assert [event.seen for number in range(3) for event in meetings.live(session, 1001 + number)] == [
            "",
            "",
            "",
        ]
