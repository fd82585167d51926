"""Dates as people read and write them: in the reader's language, whatever the computer's; ISO on the way in."""

from __future__ import annotations

import calendar as _months
import re
from datetime import date

from procedures.languages import spoken

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WELSH_DAYS = (
    "Dydd Llun", "Dydd Mawrth", "Dydd Mercher", "Dydd Iau", "Dydd Gwener", "Dydd Sadwrn", "Dydd Sul",
)  # fmt: skip
_WELSH_SHORT_DAYS = ("Llun", "Maw", "Mer", "Iau", "Gwen", "Sad", "Sul")
_WELSH_MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
    "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip
_WELSH_SHORT_MONTHS = (
    "Ion", "Chwef", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag",
)  # fmt: skip
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")


class DateFormatError(ValueError):
    """A date is written year-month-day, for example 2026-12-18."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f'"{text}" {why}' if len(text) <= 40 and text.isprintable() else f"This {why}")
        self.text = text


def weekday_name(day: date) -> str:
    """The day's name: "Tuesday"; in Welsh "Dydd Mawrth"."""
    return _WELSH_DAYS[day.weekday()] if spoken() == "cy" else _DAYS[day.weekday()]


def month_name(month: int) -> str:
    """The month's name, from 1: "December", "Rhagfyr"."""
    return (_WELSH_MONTHS if spoken() == "cy" else _MONTHS)[month - 1]


def long_date(day: date) -> str:
    """The date in full: "Tuesday 29 December 2026"."""
    return f"{day_and_month(day)} {day.year}"


def day_and_month(day: date) -> str:
    """The date without its year: "Tuesday 29 December"."""
    return f"{weekday_name(day)} {day.day} {month_name(day.month)}"


def short_weekday(day: date) -> str:
    """The day's name where room is short: "Tue", "Maw"."""
    return _WELSH_SHORT_DAYS[day.weekday()] if spoken() == "cy" else _DAYS[day.weekday()][:3]


def short_month(day: date) -> str:
    """The month's name where room is short: "Dec", "Rhag"."""
    return _WELSH_SHORT_MONTHS[day.month - 1] if spoken() == "cy" else _MONTHS[day.month - 1][:3]


def short_date(day: date) -> str:
    """The date where room is short: "Tue 29 Dec", "Maw 29 Rhag"."""
    return f"{short_weekday(day)} {day.day} {short_month(day)}"


def near_date(day: date, today: date) -> str:
    """The date where room is short, with its year where it could be mistaken for another year's: "Wed 2 Apr 2025"."""
    return short_date(day) if abs((day - today).days) < 180 else f"{short_date(day)} {day.year}"


def parse_date(text: str) -> date:
    """Read a date written year-month-day (ISO 8601, extended form only); spaces around it are allowed.

    Raises DateFormatError, whose sentence says what is wrong and gives an example.
    """
    text = text.strip()
    written = _ISO.fullmatch(text)
    if written is None:
        raise DateFormatError(
            text, f"is not a date written year-month-day, for example 2026-12-18.{_meant(text)}"
        )
    year, month, day = (int(part) for part in written.groups())
    if year < 1:
        raise DateFormatError(text, "is not a date: there is no year 0.")
    if not 1 <= month <= 12:
        raise DateFormatError(text, f"is not a date: there is no month {month}.")
    length = _months.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise DateFormatError(text, f"is not a date: {_MONTHS[month - 1]} {year} has {length} days.")
    return date(year, month, day)


def _meant(text: str) -> str:
    """What somebody meant who wrote the day first, as is usual in the United Kingdom."""
    written = _DAY_FIRST.fullmatch(text)
    if written is None:
        return ""
    day, month, year = (int(part) for part in written.groups())
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= _months.monthrange(year, month)[1]:
        return ""
    return f" Did you mean {date(year, month, day).isoformat()}?"
