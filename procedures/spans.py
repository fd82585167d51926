"""Lengths of time: working days of the authority, calendar time, and hours by the clock."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from procedures.dates import long_date
from procedures.languages import translate_number
from procedures.schema.parts import Span
from procedures.workdays import OfficeHours, WorkingCalendar, due


@dataclass(frozen=True)
class Due:
    """When a length of time ends: the local day, the moment (UTC), and the sum in one line."""

    day: date
    at: datetime
    sum: str


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(day: date, unit: str, number: int) -> date:
    """A day so much calendar time later (earlier for a negative number): `calendar_days`, `weeks` or `months`."""
    if unit == "months":
        return add_months(day, number)
    return day + timedelta(days=number * (7 if unit == "weeks" else 1))


def before(day: date, span: Span) -> date:
    """The day that lies this span back by the calendar; working days and hours are counted as days."""
    unit, number = span.length
    return later(day, unit if unit in ("weeks", "months") else "calendar_days", -number)


UNITS = {
    "working_days": ("{n} working day", "{n} working days"),
    "calendar_days": ("{n} calendar day", "{n} calendar days"),
    "weeks": ("{n} week", "{n} weeks"),
    "months": ("{n} month", "{n} months"),
    "hours": ("{n} hour", "{n} hours"),
}
"""One and several of each unit."""


def words(unit: str, number: int) -> str:
    """ "5 working days", "1 month", in the reader's language."""
    return translate_number(*UNITS[unit], number).format(n=number)


def due_of(
    hours: OfficeHours, start: date, unit: str, number: int, *, paused: int = 0, since: datetime | None = None
) -> Due:
    """When a window ends that began on the day `start` (for hours: at the moment `since`).

    It ends at the close of business of its last day; one in hours ends to the minute. `paused` is for how long its clock stood: in
    working days for working days, in minutes for hours, else in days. Raises DateRangeError where the calendar does not reach.
    """
    calendar = hours.calendar
    if unit == "hours":
        began = since or hours.at(start, hours.opens)
        at = began + timedelta(hours=number, minutes=paused)
        return Due(
            hours.local_day(at),
            at,
            f"{words(unit, number)} from {began.astimezone(hours.zone):%H:%M} on {long_date(start)}",
        )
    if unit == "working_days":
        return _working(hours, calendar, start, number, paused)
    day = later(start, unit, number) + timedelta(days=paused)
    stood = f", and {words('calendar_days', paused)} during which the clock stood" if paused else ""
    return Due(day, hours.due_at(day), f"{words(unit, number)} from {long_date(start)}{stood}")


def _working(hours: OfficeHours, calendar: WorkingCalendar, start: date, number: int, paused: int) -> Due:
    if number + paused == 0:
        day = calendar.next_working(start)
        return Due(
            day,
            hours.due_at(day),
            f"on {long_date(start)}" if day == start else f"the first working day from {long_date(start)}",
        )
    answer = due(calendar, start, number + paused)
    if not paused:
        return Due(answer.day, hours.due_at(answer.day), answer.sum)
    stood = (
        f"{words('working_days', number)} and {words('working_days', paused)} during which the clock stood: "
    )
    return Due(answer.day, hours.due_at(answer.day), stood + answer.sum)
