"""The overall limit: its day, and the time that is left, in words (CA-7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.limits import ends, left, length, starts
from procedures.schema import Limit
from procedures.spans import add_months
from procedures.workdays import Nation, WorkingCalendar

CALENDAR = WorkingCalendar(Nation("england-and-wales"))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def limit(**of: Any) -> Limit:
    return Limit.model_validate({"tell": ["manager"], "source": "CA-7", **of})


def test_ca_7_two_years_from_the_start_of_the_plan() -> None:
    rule = limit(months=24, **{"from": "plan_start"})
    start = starts(rule, date(2026, 11, 23), {"plan_start": date(2025, 5, 14)})
    assert start == date(2025, 5, 14)
    end = ends(rule, start, CALENDAR)
    assert end == date(2027, 5, 14)
    assert left(date(2026, 12, 11), end) == "5 months and 3 days left"


def test_a_limit_from_the_plan_is_not_known_without_its_start() -> None:
    assert starts(limit(months=24, **{"from": "plan_start"}), date(2026, 11, 23), {}) is None
    assert starts(limit(months=6), date(2026, 11, 23), {}) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("span", "end"),
    [
        ({"months": 3}, "2027-02-28"),
        ({"weeks": 6}, "2027-01-11"),
        ({"calendar_days": 10}, "2026-12-10"),
        ({"working_days": 20}, "2026-12-30"),
        ({"hours": 48}, "2026-12-02"),
        ({"hours": 49}, "2026-12-03"),
    ],
)
def test_the_day_for_each_unit_of_time(span: dict[str, int], end: str) -> None:
    """From Monday 30 November 2026; Friday 25 and Monday 28 December are bank holidays."""
    assert ends(limit(**span), date(2026, 11, 30), CALENDAR) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-05-14", "1 year left"),
        ("2025-05-14", "2 years left"),
        ("2026-02-28", "1 year, 2 months and 16 days left"),
        ("2027-04-14", "1 month left"),
        ("2027-04-30", "14 days left"),
        ("2027-05-13", "1 day left"),
        ("2027-05-14", "ends today"),
        ("2027-05-15", "over for 1 day"),
        ("2027-06-16", "over for 1 month and 2 days"),
    ],
)
def test_how_much_is_left_until_friday_14_may_2027(today: str, words: str) -> None:
    assert left(date.fromisoformat(today), date(2027, 5, 14)) == words


@given(first=DAYS, days=st.integers(1, 2000))
def test_the_words_add_up(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    count = {"year": 0, "month": 0, "day": 0}
    for part in length(first, last).replace(" and ", ", ").split(", "):
        number, unit = part.split()
        count[unit.removesuffix("s")] = int(number)
    assert add_months(first, 12 * count["year"] + count["month"]) + timedelta(days=count["day"]) == last
    assert count["month"] < 12
    assert count["day"] < 31
