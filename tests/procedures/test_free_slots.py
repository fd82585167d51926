"""The search for free times, against one that tries every time with everybody."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.free_slots import Interval, Search, Seat, Slot, free, people, proposals
from procedures.workdays import Nation, OfficeHours, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
CALENDAR = WorkingCalendar(Nation.ENGLAND_AND_WALES, {date(2026, 12, 24): "Offices closed"})
OFFICE = OfficeHours(CALENDAR, LONDON, time(8, 30), time(17))
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
BUSY = Mapping[str, Sequence[Interval]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def taken(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


def shown(slots: Sequence[Slot]) -> list[str]:
    return [f"{slot.start.astimezone(LONDON):%a %d %H:%M}" for slot in slots]


def by_trying(search: Search, seats: Sequence[Seat], busy: BUSY) -> list[Slot]:
    """Every quarter of an hour of every day, each against every appointment of everybody."""
    found = []
    length = timedelta(minutes=search.minutes)
    moment = datetime.combine(search.hours.local_day(search.earliest), time(), LONDON).astimezone(UTC)
    while search.hours.local_day(moment) <= search.last:
        local = moment.astimezone(LONDON)
        day, opens = local.date(), search.hours.opens
        since = (local.hour - opens.hour) * 60 + local.minute - opens.minute
        there = [seat.instead.get(day, seat.person) for seat in seats]
        if (
            CALENDAR.is_working(day)
            and since >= 0
            and since % search.step == 0
            and moment >= search.earliest
            and moment + length <= search.hours.due_at(day)
            and None not in there
            and not any(
                each.start < moment + length and each.end > moment and each.start < each.end
                for person in there
                for each in busy.get(person or "", [])
            )
        ):
            working = [
                day + timedelta(days=number)
                for number in range(1, (search.last - day).days + 1)
                if CALENDAR.is_working(day + timedelta(days=number))
            ]
            found.append(Slot(moment, moment + length, day, len(working)))
        moment += timedelta(minutes=15)
    return found


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Search, list[Seat], dict[str, list[Interval]]]:
    """A fortnight around a change of the clocks, Christmas or nothing in particular, and some calendars."""
    first = draw(
        st.sampled_from([date(2026, 3, 26), date(2026, 10, 22), date(2026, 12, 21), date(2026, 6, 1)])
    )
    began = datetime.combine(first, time(), UTC)
    search = Search(
        OFFICE,
        began + timedelta(minutes=draw(st.integers(0, 2880))),
        first + timedelta(days=draw(st.integers(0, 9))),
        draw(st.sampled_from([15, 30, 45, 60, 90, 510])),
        draw(st.sampled_from([15, 30, 60])),
    )
    moments = st.integers(0, 10 * 24 * 12).map(lambda number: began + timedelta(minutes=5 * number))
    intervals = st.builds(
        lambda start, minutes: Interval(start, start + timedelta(minutes=minutes)),
        moments,
        st.integers(0, 600),
    )
    busy = draw(st.dictionaries(st.sampled_from("abcd"), st.lists(intervals, max_size=12), max_size=4))
    days = st.integers(0, 9).map(lambda number: first + timedelta(days=number))
    instead = st.dictionaries(days, st.sampled_from(["c", "d", None]), max_size=2)
    seats = draw(st.lists(st.builds(Seat, st.sampled_from("abe"), instead), min_size=1, max_size=3))
    return search, seats, busy


@settings(max_examples=60)
@given(weeks())
def test_it_finds_what_trying_everything_finds(
    week: tuple[Search, list[Seat], dict[str, list[Interval]]],
) -> None:
    assert list(free(*week)) == by_trying(*week)


@settings(max_examples=60)
@given(weeks())
def test_what_is_proposed_is_free_spread_and_as_much_as_there_is(
    week: tuple[Search, list[Seat], dict[str, list[Interval]]],
) -> None:
    every, chosen = by_trying(*week), proposals(*week)
    assert set(chosen) <= set(every)
    assert chosen == sorted(chosen, key=lambda slot: slot.start)
    assert all(one.end <= other.start for one, other in pairwise(chosen))
    days = {slot.day for slot in every}
    assert len({slot.day for slot in chosen}) == min(6, len(days))
    if len(chosen) < 6:  # then there is no other that would not overlap
        assert all(any(each.start < slot.end and each.end > slot.start for each in chosen) for slot in every)


def test_with_everybody_free_six_days_are_offered_mornings_and_afternoons_in_turn() -> None:
    search = Search(OFFICE, MONDAY, date(2026, 12, 11))
    assert shown(proposals(search, [Seat("ada")], {"ada": []})) == [
        "Mon 30 09:00",
        "Tue 01 12:30",
        "Wed 02 08:30",
        "Thu 03 12:30",
        "Fri 04 08:30",
        "Mon 07 12:30",
    ]


def test_one_day_alone_is_offered_several_times() -> None:
    search = Search(OFFICE, MONDAY, date(2026, 11, 30))
    slots = proposals(
        search, [Seat("ada"), Seat("bo")], {"ada": [], "bo": [taken("2026-11-30T09:00", "2026-11-30T15:00")]}
    )
    assert shown(slots) == ["Mon 30 15:00", "Mon 30 16:00"]
    assert [slot.left for slot in slots] == [0, 0]


def test_the_working_days_left_do_not_count_weekends_and_closures() -> None:
    search = Search(OFFICE, at("2026-12-23T16:00"), date(2026, 12, 30))
    slots = proposals(search, [Seat("ada")], {"ada": []})
    assert [(slot.day.day, slot.left) for slot in slots][:3] == [(23, 2), (29, 1), (29, 1)]


def test_whoever_covers_must_be_free_instead_of_who_is_away() -> None:
    tuesday = date(2026, 12, 1)
    search = Search(OFFICE, MONDAY, tuesday, minutes=480)
    busy = {
        "ada": [taken("2026-11-30T08:30", "2026-12-01T17:00")],
        "cem": [taken("2026-12-01T08:30", "2026-12-01T09:00")],
    }
    seat = Seat("ada", {tuesday: "cem"})
    assert people([seat]) == {"ada", "cem"}
    assert shown(proposals(search, [seat], busy)) == ["Tue 01 09:00"]
    assert proposals(search, [Seat("ada", {tuesday: None})], busy) == []


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change() -> None:
    """Friday 27 March 2026 is winter time, Monday 30 March summer time; somebody is busy until nine by the clock on both days."""
    search = Search(OFFICE, at("2026-03-27T08:00"), date(2026, 3, 30), minutes=480)
    busy = {
        "ada": [taken("2026-03-27T08:00", "2026-03-27T09:00"), taken("2026-03-30T08:00", "2026-03-30T09:00")]
    }
    slots = proposals(search, [Seat("ada")], busy)
    assert shown(slots) == ["Fri 27 09:00", "Mon 30 09:00"]
    assert [slot.start.hour for slot in slots] == [9, 8]


def test_an_office_open_all_night_offers_no_time_that_the_clocks_skip() -> None:
    """Were 29 March 2026 a working day: 01:00 to 02:00 is not there. The time after 00:30 is 02:00, which is 01:00 in UTC."""

    class EveryDay(WorkingCalendar):
        def is_working(self, day: date) -> bool:
            return True

        def next_working(self, day: date) -> date:
            return day

        def add(self, day: date, working_days: int) -> date:
            return day + timedelta(days=working_days)

    always = OfficeHours(EveryDay(Nation.ENGLAND_AND_WALES), LONDON, time(0), time(4))
    search = Search(always, at("2026-03-29T00:00"), date(2026, 3, 29), minutes=30)
    starts = [slot.start for slot in free(search, [Seat("ada")], {})]
    assert starts == sorted(set(starts))
    assert starts[0] == datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert starts[-1] == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)


def test_a_meeting_must_last() -> None:
    with pytest.raises(ValueError, match="lasts a minute at least"):
        Search(OFFICE, MONDAY, date(2026, 12, 1), minutes=0)
