"""When triggers fire: the days in the life of a plan at which a record opens by itself. Pure; who opens it is `commands.plans_due`.

A trigger has a first occurrence, on the earliest of its days, and perhaps one for each review after that. What has fired is remembered
by whoever calls, as `Done`. Dates change from one import to the next, and a review that fired must not fire again because it was put
off: `undone` knows a review by its day and, where that day is no longer in the file, by its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from procedures.dates import long_date
from procedures.plans import PlanRow
from procedures.schema.triggers import At, Before, PlanStatus, Trigger
from procedures.spans import add_months
from procedures.workdays import DateRangeError, WorkingCalendar

FIRST = "first"

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SHOWN = {
    PlanStatus.on_plan: ("the child on a plan", "The child is on a plan"),
    PlanStatus.ended: ("the end of the plan", "The plan has ended"),
    PlanStatus.looked_after: ("the child looked after", "The child has become looked after"),
    PlanStatus.moved: ("the child moved away", "The child has moved away"),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a trigger fires for a plan.

    key: `first`, or `review-4`; what makes it one of its kind for this trigger and plan. day: the day itself. on: the working day on
    which it fires, `before` it or the next after it. review: the number of the review on that day, None for none. at: what was reached.
    """

    key: str
    day: date
    on: date
    review: int | None
    at: At


class Done(NamedTuple):
    """An occurrence that has fired, or was passed over: its key, its day then, and the number of its review then."""

    key: str
    day: date
    review: int | None


def occurrences(trigger: Trigger, plan: PlanRow, since: date, calendar: WorkingCalendar) -> list[Occurrence]:
    """All of a trigger's occurrences for a plan as its dates are known now, the earliest first; [] where it does not apply.

    since: the day on which the plan's present status was first seen.
    """
    if plan.status in trigger.unless:
        return []
    days = [(day, at) for at in trigger.at if (day := _day_of(at, plan, since)) is not None]
    if not days:
        return []
    day, at = min(days, key=lambda each: each[0])
    numbers = {review: number for number, review in enumerate(plan.reviews, 1)}
    found = [Occurrence(FIRST, day, _fires_on(day, trigger.before, calendar), numbers.get(day), at)]
    if trigger.each_later_review and plan.status is not PlanStatus.ended:
        found += [
            Occurrence(
                f"review-{number}",
                later,
                _fires_on(later, trigger.before, calendar),
                number,
                At(review=number),
            )
            for later, number in numbers.items()
            if later > day
        ]
    return found


def undone(found: Iterable[Occurrence], done: Sequence[Done], plan: PlanRow) -> list[Occurrence]:
    """Those that have not fired yet, each with a key that none of the others had."""
    keys = {each.key for each in done}
    days = {each.day for each in done}
    moved = {each.review for each in done if each.review is not None and each.day not in plan.reviews}
    left = []
    for each in found:
        fired = FIRST in keys if each.key == FIRST else each.day in days or each.review in moved
        if not fired:
            # A review that was struck out of the file leaves its number to the next.
            left.append(replace(each, key=f"{each.key}:{each.day}") if each.key in keys else each)
    return left


def next_on(left: Iterable[Occurrence]) -> date | None:
    """The day on which the earliest of these fires; None when there is none."""
    return min((each.on for each in left), default=None)


def what(at: At) -> str:
    """What is reached, as a list has it: "third review", "15 months on the plan"."""
    if at.review is not None:
        return f"{ordinal(at.review)} review"
    if at.status is not None:
        return _SHOWN[at.status][0]
    number, unit = (at.months, "month") if at.months is not None else (at.weeks, "week")
    return f"{number} {unit}{'' if number == 1 else 's'} on the plan"


def sentence(occurrence: Occurrence, today: date) -> str:
    """What was reached and when, for the record: "15 months on the plan were reached on Tuesday 3 March 2026."."""
    at, day = occurrence.at, long_date(occurrence.day)
    past = occurrence.day < today
    if at.status is not None:
        return f"{_SHOWN[at.status][1]}, as the list of plans shows since {day}."
    if at.review is not None:
        return f"The {what(at)} {'was' if past else 'is'} on {day}."
    one = 1 in (at.months, at.weeks)
    verb = ("was" if one else "were") if past else ("is" if one else "are")
    return f"{what(at)} {verb} reached on {day}."


def ordinal(number: int) -> str:
    """ "third", "11th"; in words up to the tenth."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _day_of(at: At, plan: PlanRow, since: date) -> date | None:
    """The day, or None while it is not known or does not count."""
    if at.status is not None:
        return since if plan.status is at.status else None
    if plan.status is PlanStatus.ended:
        return None
    if at.review is not None:
        return plan.reviews[at.review - 1] if at.review <= len(plan.reviews) else None
    if at.months is not None:
        return add_months(plan.plan_start, at.months)
    return plan.plan_start + timedelta(weeks=at.weeks or 0)


def _fires_on(day: date, before: Before | None, calendar: WorkingCalendar) -> date:
    """The working day: so long before, and where nobody works then, the next. Beyond the calendar, the day as it is."""
    try:
        if before is not None and before.working_days is not None:
            return calendar.shift(day, -before.working_days)
        return calendar.next_working(day - timedelta(weeks=(before.weeks or 0) if before else 0))
    except DateRangeError:
        return day
