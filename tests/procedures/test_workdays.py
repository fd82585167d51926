"""Working days and the sum behind a due date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.bank_holidays import bank_holidays
from procedures.workdays import DateRangeError, DayStep, Nation, WindowLengthError, WorkingCalendar, due

ENGLAND = WorkingCalendar(Nation.ENGLAND_AND_WALES)
CLOSURES = {date(2026, 12, 24): "Offices closed", date(2027, 3, 1): "Staff conference"}
WITH_CLOSURES = WorkingCalendar(Nation.SCOTLAND, CLOSURES)

days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
calendars = st.sampled_from([ENGLAND, WITH_CLOSURES, WorkingCalendar(Nation.NORTHERN_IRELAND)])


def naive_is_working(calendar: WorkingCalendar, day: date) -> bool:
    closures = CLOSURES if calendar is WITH_CLOSURES else {}
    return day.weekday() < 5 and day not in bank_holidays(calendar.nation, 2010, 2040) and day not in closures


def test_five_working_days_from_friday_18_december_2026() -> None:
    """The worked example of the procedures: 21 to 24 are days 1 to 4, day 5 is Tuesday 29 December."""
    window = due(ENGLAND, date(2026, 12, 18), 5)
    assert window.day == date(2026, 12, 29)
    assert window.sum == (
        "5 working days from Friday 18 December 2026; Friday 25 December is Christmas Day, "
        "Monday 28 December is the substitute for Boxing Day"
    )
    assert window.lines() == [
        "Fri 18 Dec 2026  not counted: the day it was opened",
        "Sat 19 Dec 2026  not counted: Saturday",
        "Sun 20 Dec 2026  not counted: Sunday",
        "Mon 21 Dec 2026  working day 1",
        "Tue 22 Dec 2026  working day 2",
        "Wed 23 Dec 2026  working day 3",
        "Thu 24 Dec 2026  working day 4",
        "Fri 25 Dec 2026  not counted: Christmas Day",
        "Sat 26 Dec 2026  not counted: Saturday",
        "Sun 27 Dec 2026  not counted: Sunday",
        "Mon 28 Dec 2026  not counted: Boxing Day (substitute)",
        "Tue 29 Dec 2026  working day 5, due",
    ]
    assert window.steps[2] == DayStep(date(2026, 12, 21), 1, None)


def test_the_authoritys_own_closure_moves_the_day_and_is_named() -> None:
    window = due(WorkingCalendar(Nation.ENGLAND_AND_WALES, CLOSURES), date(2026, 12, 18), 5)
    assert window.day == date(2026, 12, 30)
    assert (
        "Thursday 24 December is a closure day (Offices closed), Friday 25 December is Christmas Day"
        in window.sum
    )
    assert "Thu 24 Dec 2026  not counted: Offices closed" in window.lines()


def test_one_working_day_and_a_bank_holiday_with_an_article() -> None:
    assert due(ENGLAND, date(2026, 11, 23), 1).sum == "1 working day from Monday 23 November 2026"
    assert due(ENGLAND, date(2026, 5, 1), 1).sum == (
        "1 working day from Friday 1 May 2026; Monday 4 May is the Early May bank holiday"
    )


def test_a_window_opened_on_a_weekend_counts_from_the_next_working_day() -> None:
    assert due(ENGLAND, date(2026, 11, 21), 5).day == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("nation", "day"),
    [
        (Nation.ENGLAND_AND_WALES, date(2026, 12, 29)),
        (Nation.SCOTLAND, date(2026, 12, 29)),
        (Nation.NORTHERN_IRELAND, date(2026, 12, 29)),
    ],
)
def test_the_example_in_each_nation(nation: Nation, day: date) -> None:
    assert due(WorkingCalendar(nation), date(2026, 12, 18), 5).day == day


def test_new_year_in_scotland_and_in_england() -> None:
    assert due(WorkingCalendar(Nation.SCOTLAND), date(2026, 12, 31), 1).day == date(2027, 1, 5)
    assert due(ENGLAND, date(2026, 12, 31), 1).day == date(2027, 1, 4)


def test_why_a_day_is_closed() -> None:
    assert ENGLAND.reason_closed(date(2026, 12, 25)) == "Christmas Day"
    assert ENGLAND.reason_closed(date(2026, 12, 26)) == "Saturday"
    assert ENGLAND.reason_closed(date(2026, 12, 28)) == "Boxing Day (substitute)"
    assert ENGLAND.reason_closed(date(2026, 12, 29)) is None
    assert WITH_CLOSURES.reason_closed(date(2027, 3, 1)) == "Staff conference"


def test_a_closure_on_a_bank_holiday_or_a_weekend_changes_nothing() -> None:
    calendar = WorkingCalendar(
        Nation.ENGLAND_AND_WALES, {date(2026, 12, 25): "Closed", date(2026, 12, 26): "Closed"}
    )
    assert calendar.reason_closed(date(2026, 12, 25)) == "Christmas Day"
    assert calendar.reason_closed(date(2026, 12, 26)) == "Saturday"
    assert due(calendar, date(2026, 12, 18), 5).day == date(2026, 12, 29)


def test_reminders_around_the_due_day() -> None:
    day = date(2026, 12, 29)
    assert [ENGLAND.shift(day, offset) for offset in (-2, -1, 0, 1)] == [
        date(2026, 12, 23),
        date(2026, 12, 24),
        day,
        date(2026, 12, 30),
    ]
    assert ENGLAND.previous(day) == date(2026, 12, 24)
    assert ENGLAND.previous(day, 2) == date(2026, 12, 23)
    assert ENGLAND.previous(date(2026, 12, 27)) == date(2026, 12, 24)


@given(calendars, days, st.integers(1, 60))
def test_add_is_a_naive_count(calendar: WorkingCalendar, day: date, working_days: int) -> None:
    expected, left = day, working_days
    while left:
        expected += timedelta(days=1)
        left -= naive_is_working(calendar, expected)
    assert calendar.add(day, working_days) == expected
    assert due(calendar, day, working_days).day == expected


@given(calendars, days, st.integers(0, 120))
def test_count_is_a_naive_count(calendar: WorkingCalendar, after: date, length: int) -> None:
    until = after + timedelta(days=length)
    expected = sum(
        naive_is_working(calendar, after + timedelta(days=offset)) for offset in range(1, length + 1)
    )
    assert calendar.count(after, until) == expected
    assert calendar.count(until, after) == -expected


@given(calendars, days, st.integers(1, 60))
def test_shift_back_is_a_naive_count(calendar: WorkingCalendar, day: date, working_days: int) -> None:
    expected, left = day, working_days
    while left:
        expected -= timedelta(days=1)
        left -= naive_is_working(calendar, expected)
    assert calendar.shift(day, -working_days) == expected
    assert calendar.previous(day, working_days) == expected


@given(calendars, days, st.integers(-40, 40))
def test_from_a_working_day_a_shift_there_and_back_returns(
    calendar: WorkingCalendar, day: date, by: int
) -> None:
    start = calendar.next_working(day)
    assert calendar.shift(calendar.shift(start, by), -by) == start


@given(calendars, days)
def test_a_day_is_closed_for_a_reason_or_it_is_working(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.is_working(day) == naive_is_working(calendar, day)
    assert (calendar.reason_closed(day) is None) == calendar.is_working(day)
    following = calendar.next_working(day)
    assert calendar.is_working(following)
    assert calendar.count(day - timedelta(days=1), following) == 1


@given(calendars, days, st.integers(1, 30))
def test_the_sum_names_each_day_once_and_counts_up(calendar: WorkingCalendar, opened: date, n: int) -> None:
    window = due(calendar, opened, n)
    assert [step.day for step in window.steps] == [
        opened + timedelta(days=offset) for offset in range(1, (window.day - opened).days + 1)
    ]
    assert [step.counted for step in window.steps if step.counted] == list(range(1, n + 1))
    assert all((step.counted is None) == (step.reason is not None) for step in window.steps)
    assert window.steps[-1].counted == n


def test_outside_the_calendar_there_is_an_answer_in_words() -> None:
    reach = "the working calendar, which runs from Friday 1 January 2010 to Monday 31 December 2040."
    with pytest.raises(DateRangeError) as refused:
        ENGLAND.is_working(date(2009, 12, 31))
    assert str(refused.value) == f"Thursday 31 December 2009 is outside {reach}"
    with pytest.raises(DateRangeError) as refused:
        ENGLAND.add(date(2040, 12, 1), 100)
    assert str(refused.value) == f"The date asked for is outside {reach}"
    with pytest.raises(DateRangeError):
        ENGLAND.previous(date(2010, 1, 5), 3)
    with pytest.raises(DateRangeError):
        WorkingCalendar(Nation.SCOTLAND, {date(2041, 1, 2): "Closed"})


def test_both_ends_of_the_calendar() -> None:
    assert ENGLAND.is_working(date(2010, 1, 1)) is False
    assert ENGLAND.shift(date(2010, 1, 5), -1) == date(2010, 1, 4)
    assert ENGLAND.is_working(date(2040, 12, 31)) is True
    assert WorkingCalendar(Nation.ENGLAND_AND_WALES, first_year=2013, last_year=2013).is_working(
        date(2013, 1, 2)
    )


@pytest.mark.parametrize("working_days", [0, -5])
def test_a_window_is_a_day_or_more(working_days: int) -> None:
    with pytest.raises(WindowLengthError, match=rf"one working day or more; {working_days} was given"):
        due(ENGLAND, date(2026, 12, 18), working_days)


def test_a_moment_is_not_taken_for_a_date() -> None:
    with pytest.raises(TypeError, match="local date"):
        ENGLAND.is_working(datetime(2026, 12, 18, 23, 30, tzinfo=UTC))


def test_the_version_changes_with_what_changes_a_deadline_and_with_nothing_else() -> None:
    again = WorkingCalendar(Nation.ENGLAND_AND_WALES)
    assert again.version == ENGLAND.version
    others = [
        WorkingCalendar(Nation.ENGLAND_AND_WALES, {date(2026, 12, 24): "Closed"}),
        WorkingCalendar(Nation.ENGLAND_AND_WALES, {date(2026, 12, 24): "Closed early"}),
        WorkingCalendar(Nation.ENGLAND_AND_WALES, {date(2026, 12, 23): "Closed"}),
        WorkingCalendar(Nation.SCOTLAND),
        WorkingCalendar(Nation.NORTHERN_IRELAND),
    ]
    assert len({ENGLAND.version, *(other.version for other in others)}) == 6
    one, two = date(2026, 12, 23), date(2026, 12, 24)
    assert (
        WorkingCalendar(Nation.SCOTLAND, {one: "A", two: "B"}).version
        == WorkingCalendar(Nation.SCOTLAND, {two: "B", one: "A"}).version
    )


def test_how_far_the_bank_holidays_are_certain() -> None:
    assert ENGLAND.certain_until == date(2028, 12, 31)
    assert ENGLAND.is_certain(date(2028, 12, 31))
    assert not ENGLAND.is_certain(date(2029, 1, 1))
