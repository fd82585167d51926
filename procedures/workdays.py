"""Working days: Monday to Friday, less the nation's bank holidays, less the authority's own closure days.

A window of N working days opened on day D ends at the close of business of the N-th working day strictly
after D; D itself never counts, whatever the hour. Nothing here asks what day it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from procedures.bank_holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    PUBLISHED_UNTIL,
    BankHoliday,
    Nation,
    bank_holidays,
)
from procedures.dates import (
    DateFormatError,
    day_and_month,
    long_date,
    parse_date,
    short_date,
    short_month,
    short_weekday,
    weekday_name,
)

__all__ = [
    "DateFormatError",
    "DateRangeError",
    "DayStep",
    "DueDate",
    "NaiveMomentError",
    "Nation",
    "OfficeHours",
    "OfficeHoursError",
    "WindowLengthError",
    "WorkingCalendar",
    "day_and_month",
    "due",
    "long_date",
    "parse_date",
    "short_date",
]

_DAY = timedelta(days=1)


class DateRangeError(ValueError):
    """The working calendar does not reach that date."""

    def __init__(self, first: date, last: date, day: date | None = None) -> None:
        asked = f"{long_date(day)} is outside" if day else "The date asked for is outside"
        super().__init__(
            f"{asked} the working calendar, which runs from {long_date(first)} to {long_date(last)}."
        )
        self.first, self.last, self.day = first, last, day


class WindowLengthError(ValueError):
    """A window is one working day or more."""

    def __init__(self, working_days: int) -> None:
        super().__init__(f"A window is one working day or more; {working_days} was given.")
        self.working_days = working_days


class NaiveMomentError(ValueError):
    """A moment needs its time zone, for example 2026-12-29T17:00+00:00."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"{moment.isoformat(timespec='minutes')} has no time zone; a moment needs one, "
            "for example 2026-12-29T17:00+00:00."
        )


class OfficeHoursError(ValueError):
    """The office must open before it closes."""

    def __init__(self, opens: time, closes: time) -> None:
        super().__init__(
            f"The office must open before it closes: it opens at {opens:%H:%M} and closes at {closes:%H:%M}."
        )


class WorkingCalendar:
    """The working days of one nation and one authority, compiled once to lists.

    closures: the authority's own closure days, each with its reason. A closure at a weekend or on a bank
    holiday changes nothing. Every method raises DateRangeError for a date, asked for or arrived at, outside
    1 January of first_year to 31 December of last_year.
    """

    __slots__ = ("_closures", "_counted", "_first", "_holidays", "_last", "_working", "nation", "version")

    def __init__(
        self,
        nation: Nation,
        closures: Mapping[date, str] | None = None,
        *,
        first_year: int = FIRST_YEAR,
        last_year: int = LAST_YEAR,
    ) -> None:
        self.nation = Nation(nation)
        self._first, self._last = date(first_year, 1, 1), date(last_year, 12, 31)
        self._holidays = bank_holidays(self.nation, first_year, last_year)
        self._closures = dict(sorted((closures or {}).items()))
        for day in self._closures:
            self._index(day)
        closed = self._holidays.keys() | self._closures.keys()
        self._working: list[date] = []
        self._counted: list[int] = []  # working days from the first day up to and including each day
        for offset in range((self._last - self._first).days + 1):
            day = self._first + offset * _DAY
            if day.weekday() < 5 and day not in closed:
                self._working.append(day)
            self._counted.append(len(self._working))
        self.version = self._fingerprint()

    def _fingerprint(self) -> str:
        text = [self.nation.value, self._first.isoformat(), self._last.isoformat()]
        text += [f"{day} {holiday.title}" for day, holiday in self._holidays.items()]
        text += [f"{day} closed: {reason}" for day, reason in self._closures.items()]
        return hashlib.sha256("\n".join(text).encode()).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.nation.value}, {len(self._closures)} closures, version {self.version})"

    @property
    def certain_until(self) -> date:
        """The last day whose bank holidays are published; later ones follow from the rules and may change."""
        return min(PUBLISHED_UNTIL, self._last)

    def is_certain(self, day: date) -> bool:
        """Whether the bank holidays up to that day are published."""
        return day <= self.certain_until

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day."""
        return self._working_at(self._index(day))

    def reason_closed(self, day: date) -> str | None:
        """Why it does not count: "Saturday", "Boxing Day (substitute)", a closure's own reason; else None."""
        if self.is_working(day):
            return None
        if day.weekday() >= 5:
            return weekday_name(day)
        holiday = self._holidays.get(day)
        return holiday.title if holiday else self._closures[day]

    def add(self, day: date, working_days: int) -> date:
        """The N-th working day strictly after the day: the last day of a window opened on it.

        Raises WindowLengthError below one working day.
        """
        if working_days < 1:
            raise WindowLengthError(working_days)
        return self._nth(self._counted[self._index(day)] + working_days - 1)

    def count(self, after: date, until: date) -> int:
        """How many working days lie strictly after the one date and up to and including the other.

        Negative when `until` is the earlier one: the working days gone by since.
        """
        return self._counted[self._index(until)] - self._counted[self._index(after)]

    def shift(self, day: date, working_days: int) -> date:
        """The N-th working day after the day, before it when N is negative, the day itself when N is 0."""
        if working_days > 0:
            return self.add(day, working_days)
        index = self._index(day)
        if working_days == 0:
            return day
        before = self._counted[index] - self._working_at(index)  # working days strictly before the day
        return self._nth(before + working_days)

    def previous(self, day: date, working_days: int = 1) -> date:
        """The N-th working day strictly before the day."""
        return self.shift(day, -working_days)

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def wording_closed(self, day: date) -> str | None:
        """What follows "is" for a weekday that does not count: "the substitute for Boxing Day"; else None."""
        if day.weekday() >= 5 or self.is_working(day):
            return None
        holiday: BankHoliday | None = self._holidays.get(day)
        return holiday.wording if holiday else f"a closure day ({self._closures[day]})"

    def _index(self, day: date) -> int:
        if isinstance(day, datetime):
            raise TypeError("A working day is a date; turn the moment into a local date first.")
        if not self._first <= day <= self._last:
            raise DateRangeError(self._first, self._last, day)
        return day.toordinal() - self._first.toordinal()

    def _working_at(self, index: int) -> bool:
        return self._counted[index] > (self._counted[index - 1] if index else 0)

    def _nth(self, position: int) -> date:
        if not 0 <= position < len(self._working):
            raise DateRangeError(self._first, self._last)
        return self._working[position]


@dataclass(frozen=True, slots=True)
class DayStep:
    """One day of the sum: its number among the working days, or the reason why it does not count.

    wording is what to say after "is" of a weekday that does not count; None for the others.
    """

    day: date
    counted: int | None
    reason: str | None
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a window, with the sum behind it: one step for each day after `opened` up to `day`."""

    opened: date
    working_days: int
    day: date
    steps: tuple[DayStep, ...]

    @property
    def sum(self) -> str:
        """The sum in one line; weekends are left unsaid.

        "5 working days from Friday 18 December 2026; Friday 25 December is Christmas Day, Monday 28 December
        is the substitute for Boxing Day".
        """
        days = "1 working day" if self.working_days == 1 else f"{self.working_days} working days"
        closed = [f"{day_and_month(step.day)} is {step.wording}" for step in self.steps if step.wording]
        return f"{days} from {long_date(self.opened)}" + (f"; {', '.join(closed)}" if closed else "")

    def lines(self) -> list[str]:
        """The sum day by day, the day of opening first: "Mon 21 Dec 2026  working day 1"."""
        first = f"{_short_with_year(self.opened)}  not counted: the day it was opened"
        return [first, *(self._line(step) for step in self.steps)]

    def _line(self, step: DayStep) -> str:
        said = f"not counted: {step.reason}" if step.counted is None else f"working day {step.counted}"
        return f"{_short_with_year(step.day)}  {said}{', due' if step.day == self.day else ''}"


def due(calendar: WorkingCalendar, opened: date, n: int) -> DueDate:
    """The last day of a window of n working days opened on that date, with the sum.

    Raises WindowLengthError below one working day and DateRangeError where the calendar does not reach.
    """
    day = calendar.add(opened, n)
    steps: list[DayStep] = []
    counted = 0
    for offset in range(1, (day - opened).days + 1):
        each = opened + offset * _DAY
        reason = calendar.reason_closed(each)
        counted += reason is None
        wording = calendar.wording_closed(each)
        steps.append(DayStep(each, counted if reason is None else None, reason, wording))
    return DueDate(opened, n, day, tuple(steps))


def _short_with_year(day: date) -> str:
    return f"{short_weekday(day)} {day.day:>2} {short_month(day)} {day.year}"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When people may be written to: on working days, from opening up to but not including the close.

    Moments given must be aware, else NaiveMomentError; moments returned are in UTC. A local time that the
    clocks skip is read with the offset from before the change, one that comes twice as the first of the two
    (RFC 5545, 3.3.5). Raises OfficeHoursError when closes is not after opens.
    """

    calendar: WorkingCalendar
    zone: ZoneInfo
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise OfficeHoursError(self.opens, self.closes)

    def at(self, day: date, local: time) -> datetime:
        """The moment, in UTC, at which clocks in the office's zone show that time on that day."""
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def due_at(self, day: date) -> datetime:
        """The close of business on that day, in UTC: a window that ends on the day ends then."""
        return self.at(day, self.closes)

    def local_day(self, moment: datetime) -> date:
        """The date on the office's wall at that moment: the day on which a window opens."""
        if moment.tzinfo is None:
            raise NaiveMomentError(moment)
        return moment.astimezone(self.zone).date()

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at that moment."""
        day = self.local_day(moment)
        return self.calendar.is_working(day) and self.at(day, self.opens) <= moment < self.due_at(day)

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if the office is open then, else when it next opens; in UTC."""
        day = self.local_day(moment)
        if self.is_open(moment):
            return moment.astimezone(UTC)
        if not self.calendar.is_working(day) or moment >= self.at(day, self.opens):
            day = self.calendar.add(day, 1)
        return self.at(day, self.opens)
