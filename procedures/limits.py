"""The limit on the whole, across the stages: its day, and how much time is left, in words (CA-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from procedures.schema import Limit
from procedures.spans import add_months, later
from procedures.workdays import WorkingCalendar


def starts(limit: Limit, raised_on: date, dates: Mapping[str, date]) -> date | None:
    """The day from which a limit counts; None when it counts from the start of the plan and that is not known."""
    return raised_on if limit.from_ == "raised" else dates.get(limit.from_)


def ends(limit: Limit, start: date, calendar: WorkingCalendar) -> date:
    """The last day within a limit that counts from `start`.

    Months end on the same day of the month, or on its last day where it is shorter; working days are those of the
    calendar; hours count as whole days, because a limit is a day. Raises DateRangeError beyond the calendar.
    """
    unit, number = limit.length
    if unit == "working_days":
        return calendar.shift(start, number)
    if unit == "hours":
        return later(start, "calendar_days", -(-number // 24))
    return later(start, unit, number)


def left(today: date, end: date) -> str:
    """How much time is left: "5 months and 3 days left", "ends today", "over for 2 days".

    Years, months and the days that remain.
    """
    if today == end:
        return "ends today"
    return f"{length(today, end)} left" if today < end else f"over for {length(end, today)}"


def length(first: date, last: date) -> str:
    """The time between two days, the earlier first: "1 year, 2 months and 3 days"."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if add_months(first, months) > last:
        months -= 1
    days = (last - add_months(first, months)).days
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}"
        for count, unit in ((months // 12, "year"), (months % 12, "month"), (days, "day"))
        if count
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
