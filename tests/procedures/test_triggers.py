"""When triggers fire: against a walk that goes through a plan's life day by day, and as the five papers say it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from procedures.plans import PlanRow
from procedures.schema.triggers import At, Before, PlanStatus, Trigger
from procedures.triggers import Done, Occurrence, next_on, occurrences, ordinal, sentence, undone, what
from procedures.workdays import Nation, WorkingCalendar

CALENDAR = WorkingCalendar(Nation.ENGLAND_AND_WALES)
A_DAY = timedelta(days=1)
NEVER = date(2026, 1, 5)


def trigger(*at: dict[str, Any], **more: Any) -> Trigger:
    """A trigger with these days."""
    said = {"id": "long", "title": "Long on a plan", "opens": "tier-1", "raiser": "chair", "source": "1"}
    return Trigger(at=[At(**each) for each in at], concern="The plan has run long.", **said, **more)


def plan(start: date, *reviews: date, status: PlanStatus = PlanStatus.on_plan) -> PlanRow:
    """A plan from that day with these reviews."""
    return PlanRow("BAR-2041", "east-1", start, reviews, None, None, status)


def fired(trigger: Trigger, plan: PlanRow, since: date = NEVER) -> list[Occurrence]:
    return occurrences(trigger, plan, since, CALENDAR)


THIRD_REVIEW = trigger({"review": 3}, {"months": 15}, each_later_review=True)
REVIEWS = (date(2025, 3, 3), date(2025, 9, 1), date(2026, 2, 23), date(2026, 8, 24))


# --- as the papers have it -----------------------------------------------------------------------------------------------


def test_nc_1_a_child_reaches_14_months() -> None:
    (only,) = fired(trigger({"months": 14}), plan(date(2025, 1, 6), *REVIEWS))
    assert (only.key, only.day, what(only.at)) == ("first", date(2026, 3, 6), "14 months on the plan")


def test_ct_1_the_third_review_comes_before_15_months() -> None:
    first, later = fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS))
    assert (first.key, first.day, first.review) == ("first", date(2026, 2, 23), 3)
    assert (later.key, later.day, later.review) == ("review-4", date(2026, 8, 24), 4)


def test_ct_1_15_months_come_before_a_late_third_review_which_then_counts_as_a_later_one() -> None:
    first, third, fourth = fired(THIRD_REVIEW, plan(date(2024, 10, 31), *REVIEWS))
    assert (first.day, first.review) == (date(2026, 1, 31), None)
    assert first.on == date(
        2026, 2, 2
    )  # Saturday 31 January: on the Monday, and the day named is the true one
    assert [third.key, fourth.key] == ["review-3", "review-4"]


def test_ca_1_each_review_from_the_third_on_and_no_other() -> None:
    found = fired(trigger({"review": 3}, each_later_review=True), plan(date(2024, 12, 9), *REVIEWS))
    assert [each.review for each in found] == [3, 4]


def test_bi_5_the_end_of_a_plan_fires_unless_the_child_is_looked_after_or_moved() -> None:
    follow_up = trigger({"status": "ended"}, unless=["looked_after", "moved"])
    seen = date(2026, 11, 23)
    assert [each.day for each in fired(follow_up, plan(date(2025, 1, 6), status=PlanStatus.ended), seen)] == [
        seen
    ]
    for status in (PlanStatus.on_plan, PlanStatus.looked_after, PlanStatus.moved):
        assert fired(follow_up, plan(date(2025, 1, 6), status=status), seen) == []


def test_a_plan_that_has_ended_reaches_nothing_any_more() -> None:
    assert fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS, status=PlanStatus.ended)) == []


def test_the_month_is_too_short_for_the_day() -> None:
    (only,) = fired(trigger({"months": 3}), plan(date(2025, 11, 30)))
    assert only.day == date(2026, 2, 28)


def test_so_long_before_the_day() -> None:
    good_friday_week = plan(date(2025, 4, 6))
    (days,) = fired(trigger({"months": 12}, before=Before(working_days=5)), good_friday_week)
    # Back from Easter Monday 6 April 2026: Thursday 2, Wednesday 1, Tuesday 31 and Monday 30 March, Friday 27.
    assert (days.day, days.on) == (date(2026, 4, 6), date(2026, 3, 27))
    (weeks,) = fired(trigger({"months": 12}, before=Before(weeks=2)), good_friday_week)
    assert weeks.on == date(2026, 3, 23)


# --- against a walk through every day ---------------------------------------------------------------------------------------

days = st.dates(date(2022, 1, 1), date(2027, 12, 31))
ats = st.one_of(
    st.builds(lambda n: At(review=n), st.integers(1, 5)),
    st.builds(lambda n: At(months=n), st.integers(1, 30)),
    st.builds(lambda n: At(weeks=n), st.integers(1, 130)),
    st.builds(lambda s: At(status=s), st.sampled_from(PlanStatus)),
)
befores = st.one_of(
    st.none(),
    st.builds(lambda n: Before(working_days=n), st.integers(1, 20)),
    st.builds(lambda n: Before(weeks=n), st.integers(1, 4)),
)


@st.composite
def plans(draw: st.DrawFn) -> PlanRow:
    start = draw(days)
    gaps = draw(st.lists(st.integers(1, 250), max_size=6))
    reviews = [start + timedelta(days=sum(gaps[: n + 1])) for n in range(len(gaps))]
    return plan(start, *reviews, status=draw(st.sampled_from(PlanStatus)))


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    return Trigger(
        id="long",
        title="Long on a plan",
        at=draw(st.lists(ats, min_size=1, max_size=3)),
        each_later_review=draw(st.booleans()),
        before=draw(befores),
        unless=draw(st.lists(st.sampled_from(PlanStatus), max_size=2, unique=True)),
        opens="tier-1",
        raiser="chair",
        concern="The plan has run long.",
        source="1",
    )


def walked(trigger: Trigger, plan: PlanRow, since: date) -> list[tuple[str, date]]:
    """The same by going through every day of six years after the plan's start and asking what is so on it."""
    if plan.status in trigger.unless:
        return []
    found: list[tuple[str, date]] = []
    months = weeks = reviews = 0
    for number in range(1, 6 * 366):
        day = plan.plan_start + number * A_DAY
        month_is_over = (day + A_DAY).day == 1
        a_month_more = day.day == plan.plan_start.day or (month_is_over and day.day < plan.plan_start.day)
        a_review = day in plan.reviews
        months, weeks, reviews = months + a_month_more, weeks + (number % 7 == 0), reviews + a_review
        running = plan.status is not PlanStatus.ended
        reached = any(
            (running and a_month_more and at.months == months)
            or (running and number % 7 == 0 and at.weeks == weeks)
            or (running and a_review and at.review == reviews)
            or (at.status is plan.status and day == since)
            for at in trigger.at
        )
        if not found and reached:
            found.append(("first", day))
        elif found and a_review and running and trigger.each_later_review:
            found.append((f"review-{reviews}", day))
    return found


def lead(day: date, before: Before | None) -> date:
    """The day on which it fires, found by going back or on one day at a time."""
    if before is not None and before.working_days is not None:
        left = before.working_days
        while left:
            day -= A_DAY
            left -= CALENDAR.is_working(day)
        return day
    day -= timedelta(weeks=before.weeks or 0) if before else timedelta(0)
    while not CALENDAR.is_working(day):
        day += A_DAY
    return day


@given(triggers(), plans(), st.integers(1, 1500))
def test_it_fires_on_the_days_that_a_walk_through_every_day_finds(
    trigger: Trigger, plan: PlanRow, later: int
) -> None:
    since = plan.plan_start + later * A_DAY
    found = fired(trigger, plan, since)
    assert [(each.key, each.day) for each in found] == walked(trigger, plan, since)
    assert [each.on for each in found] == [lead(each.day, trigger.before) for each in found]
    assert all(CALENDAR.is_working(each.on) for each in found)


# --- once each, whatever the next import says ----------------------------------------------------------------------------------


def done(*found: Occurrence) -> list[Done]:
    return [Done(each.key, each.day, each.review) for each in found]


def test_what_has_fired_does_not_fire_again() -> None:
    one = plan(date(2024, 12, 9), *REVIEWS)
    first, later = fired(THIRD_REVIEW, one)
    assert undone([first, later], [], one) == [first, later]
    assert undone([first, later], done(first), one) == [later]
    assert undone([first, later], done(first, later), one) == []


def test_a_review_that_fired_and_was_put_off_does_not_fire_again() -> None:
    first, later = fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS))
    put_off = plan(date(2024, 12, 9), *REVIEWS[:3], date(2026, 9, 14))
    assert undone(fired(THIRD_REVIEW, put_off), done(first, later), put_off) == []


def test_the_third_review_fired_and_is_put_off_beyond_15_months() -> None:
    (first, *_) = fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS))
    put_off = plan(date(2024, 12, 9), *REVIEWS[:2], date(2026, 3, 23), REVIEWS[3])
    assert [each.key for each in undone(fired(THIRD_REVIEW, put_off), done(first), put_off)] == ["review-4"]


def test_a_review_struck_out_of_the_file_leaves_its_number_to_the_next_which_fires() -> None:
    fired_before = done(*fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS)))
    struck = plan(date(2024, 12, 9), *REVIEWS[1:], date(2027, 2, 22))
    left = undone(fired(THIRD_REVIEW, struck), fired_before, struck)
    assert [(each.key, each.day) for each in left] == [("review-4:2027-02-22", date(2027, 2, 22))]


def test_a_forgotten_review_put_into_the_file_later_fires_nothing_twice() -> None:
    fired_before = done(*fired(THIRD_REVIEW, plan(date(2024, 12, 9), *REVIEWS)))
    completed = plan(date(2024, 12, 9), date(2025, 1, 6), *REVIEWS)
    left = undone(fired(THIRD_REVIEW, completed), fired_before, completed)
    assert left == []


@given(triggers(), plans(), st.integers(1, 1500), st.data())
def test_in_any_order_of_firing_each_comes_once(
    trigger: Trigger, plan: PlanRow, later: int, data: st.DataObject
) -> None:
    found = fired(trigger, plan, plan.plan_start + later * A_DAY)
    so_far: list[Done] = []
    while left := undone(found, so_far, plan):
        assert next_on(left) == min(each.on for each in left)
        so_far += done(data.draw(st.sampled_from(left)))
    assert sorted(each.key for each in so_far) == sorted(each.key for each in found)
    assert next_on([]) is None


# --- in words -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "today", "words"),
    [
        ({"months": 15}, date(2026, 3, 4), "15 months on the plan were reached on Tuesday 3 March 2026."),
        ({"months": 15}, date(2026, 3, 3), "15 months on the plan are reached on Tuesday 3 March 2026."),
        ({"weeks": 1}, date(2026, 3, 4), "1 week on the plan was reached on Tuesday 3 March 2026."),
        ({"months": 1}, date(2026, 3, 1), "1 month on the plan is reached on Tuesday 3 March 2026."),
        ({"review": 3}, date(2026, 3, 1), "The third review is on Tuesday 3 March 2026."),
        ({"review": 11}, date(2026, 3, 4), "The 11th review was on Tuesday 3 March 2026."),
        ({"status": "ended"}, date(2026, 3, 4), "The plan has ended, as the list of plans shows since Tuesday 3 March 2026."),
        ({"status": "moved"}, date(2026, 3, 4), "The child has moved away, as the list of plans shows since Tuesday 3 March 2026."),
    ],
)  # fmt: skip
def test_what_was_reached_is_said_with_its_true_day(at: dict[str, Any], today: date, words: str) -> None:
    day = date(2026, 3, 3)
    assert sentence(Occurrence("first", day, day, None, At(**at)), today) == words


def test_reviews_are_counted_in_words_and_then_in_figures() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 12, 13, 21, 22, 23, 24)] == [
        *("first", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "24th")
    ]


@pytest.mark.parametrize(
    "at", [{}, {"review": 3, "months": 15}, {"review": 0}, {"status": "gone"}, {"years": 1}]
)
def test_a_day_is_said_in_exactly_one_way(at: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        At(**at)


@pytest.mark.parametrize("before", [{}, {"weeks": 1, "working_days": 5}, {"weeks": 0}])
def test_so_long_before_is_said_in_exactly_one_way(before: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Before(**before)
