"""Office hours: the close of business, and when people may be written to."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.workdays import NaiveMomentError, Nation, OfficeHours, OfficeHoursError, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
OFFICE = OfficeHours(WorkingCalendar(Nation.ENGLAND_AND_WALES), LONDON, time(8, 30), time(17))

moments = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_a_window_ends_at_the_close_of_business_by_the_clock_on_the_wall() -> None:
    assert OFFICE.due_at(date(2026, 12, 29)) == datetime(2026, 12, 29, 17, tzinfo=UTC)
    assert OFFICE.due_at(date(2026, 7, 1)) == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert OFFICE.due_at(date(2026, 7, 1)).tzinfo is UTC


def test_over_the_night_on_which_the_clocks_go_forward() -> None:
    """Friday 27 March 2026 is winter time, Monday 30 March summer time."""
    assert OFFICE.due_at(date(2026, 3, 27)) == datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert OFFICE.due_at(date(2026, 3, 30)) == datetime(2026, 3, 30, 16, tzinfo=UTC)
    assert OFFICE.next_open(london("2026-03-27T17:00")) == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)


def test_over_the_night_on_which_the_clocks_go_back() -> None:
    assert OFFICE.due_at(date(2026, 10, 23)) == datetime(2026, 10, 23, 16, tzinfo=UTC)
    assert OFFICE.next_open(london("2026-10-24T12:00")) == datetime(2026, 10, 26, 8, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_or_show_twice() -> None:
    assert OFFICE.at(date(2026, 3, 29), time(1, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert OFFICE.at(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_day_is_the_one_on_the_offices_wall() -> None:
    assert OFFICE.local_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert OFFICE.local_day(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-18T08:29:59", False),
        ("2026-12-18T08:30", True),
        ("2026-12-18T16:59:59", True),
        ("2026-12-18T17:00", False),
        ("2026-12-19T12:00", False),
        ("2026-12-25T12:00", False),
        ("2026-12-28T12:00", False),
        ("2026-07-01T16:30", True),
    ],
)
def test_open_on_working_days_from_opening_up_to_the_close(moment: str, *, is_open: bool) -> None:
    assert OFFICE.is_open(london(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-12-18T06:00", "2026-12-18T08:30"),
        ("2026-12-18T12:00", "2026-12-18T12:00"),
        ("2026-12-18T17:00", "2026-12-21T08:30"),
        ("2026-12-24T23:00", "2026-12-29T08:30"),
        ("2026-12-25T03:00", "2026-12-29T08:30"),
    ],
)
def test_when_the_office_next_opens(moment: str, opens: str) -> None:
    assert OFFICE.next_open(london(moment)) == london(opens)
    assert OFFICE.next_open(london(moment)).tzinfo is UTC


@given(moments)
def test_the_next_opening_is_open_and_the_first_moment_that_is(moment: datetime) -> None:
    opening = OFFICE.next_open(moment)
    assert opening >= moment
    assert OFFICE.is_open(opening)
    assert OFFICE.next_open(opening) == opening
    if opening > moment:
        assert not OFFICE.is_open(moment)
        assert not OFFICE.is_open(opening - timedelta(microseconds=1))
        assert OFFICE.calendar.count(OFFICE.local_day(moment), OFFICE.local_day(opening)) <= 1


@given(moments)
def test_office_hours_are_those_of_the_wall(moment: datetime) -> None:
    wall = moment.astimezone(LONDON)
    working = OFFICE.calendar.is_working(wall.date())
    assert OFFICE.is_open(moment) == (working and time(8, 30) <= wall.time() < time(17))


@pytest.mark.parametrize("ask", [OFFICE.is_open, OFFICE.next_open, OFFICE.local_day])
def test_a_moment_without_a_zone_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(NaiveMomentError) as refused:
        ask(datetime(2026, 12, 29, 17))  # noqa: DTZ001
    assert str(refused.value) == (
        "2026-12-29T17:00 has no time zone; a moment needs one, for example 2026-12-29T17:00+00:00."
    )


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(OfficeHoursError) as refused:
        OfficeHours(OFFICE.calendar, LONDON, time(17), time(8, 30))
    assert (
        str(refused.value) == "The office must open before it closes: it opens at 17:00 and closes at 08:30."
    )
