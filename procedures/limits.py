"""The limit on the whole, across the stages: its day, and how much time is left, in words (CA-7)."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Mapping
from datetime import date, timedelta

from procedures.schema import Limit
from procedures.workdays import WorkingCalendar


def starts(limit: Limit, raised_on: date, dates: Mapping[str, date]) -> date | None:
    """The day from which a limit counts; None when it counts from the start of the plan and that is not known."""
    return raised_on if limit.from_ == "raised" else dates.get(limit.from_)


def ends(limit: Limit, start: date, calendar: WorkingCalendar) -> date:
    """The last day within a limit that counts from `start`.

    Months end on the same day of the month, or on its last day where it is shorter; working days are those of the
    calendar; hours count as whole days, because a limit is a day. Raises DateRangeError beyond the calendar.
    """
    unit, n = limit.length
    if unit == "months":
        return months_later(start, n)
    if unit == "working_days":
        return calendar.shift(start, n)
    days = {"calendar_days": n, "weeks": 7 * n, "hours": -(-n // 24)}
    return start + timedelta(days=days[unit])


def months_later(day: date, n: int) -> date:
    """The same day of the month n months later (earlier for a negative n), or that month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


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
    if months_later(first, months) > last:
        months -= 1
    days = (last - months_later(first, months)).days
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}"
        for count, unit in ((months // 12, "year"), (months % 12, "month"), (days, "day"))
        if count
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
