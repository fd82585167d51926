"""Memory over a simulated year.

Method: one process with the demo's council in a file of SQLite, and a clock that is put from hour to hour. Each working day three challenges (`memory=1`: one) are raised,
those of earlier days are acknowledged by whoever is asked, and sweeps at half past eight (the digests), at nine (the reminders) and at four; messages go to a platform
that takes everything at once. At the end of each month, after a collection of garbage: the resident memory of the process (VmRSS) and what Python has
allocated (tracemalloc). The first two months warm up caches; afterwards the last month may lie at most 8 MB above the third in resident memory, and 2 MB
in allocated memory: a leak of a kilobyte for each of the 700 challenges, or of 300 bytes a message, would show. tracemalloc itself takes memory for what is
allocated; it is part of the resident figure.
"""

from __future__ import annotations

import gc
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks import council, databases
from benchmarks.council import Council
from commands.reception import Reception
from commands.vocabulary import Identity, Press
from procedures.clock import SetClock

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
A_DAY = 3
WARM_UP = 2
RESIDENT, ALLOCATED = 8.0, 2.0
"""Megabytes."""


def main(a_day: int = A_DAY) -> bool:
    """Measure and print, month by month as they pass; True when the limits are kept."""
    with databases.folder() as place:
        clock = SetClock(council.NOW)
        each = Council(
            council.make(f"sqlite:///{place}/challenge.db", place, clock, teams=1),
            clock,
            council.NoPlatform(),
        )
        tracemalloc.start()
        figures = _year(each, a_day)
        tracemalloc.stop()
        with each.office.database.read() as session:
            raised = session.connection().execute(text("SELECT count(*) FROM challenge")).scalar()
            met = (
                session.connection()
                .execute(text("SELECT count(*) FROM entry WHERE kind = 'acknowledged'"))
                .scalar()
            )
        each.office.database.dispose()
    assert raised
    assert met
    print(
        f"memory over a year: {raised} challenges, {met} acknowledged, {each.platform.posted:,} messages; MB resident (allocated)"
    )
    grown = [last - first for first, last in zip(figures[WARM_UP], figures[-1], strict=True)]
    print(
        f"  grown since month {WARM_UP + 1}: {grown[0]:.1f} ({grown[1]:.1f}) MB, at most {RESIDENT:g} ({ALLOCATED:g})",
        flush=True,
    )
    return grown[0] <= RESIDENT and grown[1] <= ALLOCATED


def _year(each: Council, a_day: int) -> list[tuple[float, float]]:
    figures: list[tuple[float, float]] = []
    day, number = YEAR[0], 0
    while day <= YEAR[1]:
        if each.office.calendar.is_working(day):
            number = _day(each, day, number, a_day)
        following = day + timedelta(days=1)
        if following.month != day.month:
            gc.collect()
            figures.append((_resident(), tracemalloc.get_traced_memory()[0] / 1e6))
            print(f"  {day:%B}: {figures[-1][0]:.1f} ({figures[-1][1]:.1f})", flush=True)
        day = following
    return figures


def _day(each: Council, day: date, number: int, a_day: int) -> int:
    hours, authority = each.office.hours, each.office.authority
    each.clock.set(hours.at(day, authority.digest_at))
    each.settle()
    each.clock.set(hours.at(day, authority.remind_at))
    each.settle()
    for _ in range(a_day):
        council.raise_challenge(each.office, each.clock, number)
        number += 1
    reception = Reception(each.office)
    for reference in range(council.FIRST + number - 3 * a_day, council.FIRST + number - 2 * a_day):
        if reference >= council.FIRST and reference % 5:  # one in five is left to run out
            press = Press("acknowledge", {"challenge": f"CH-{reference}", "at_once": "yes"})
            reception.pressed(Identity("slack", "U0PRIYAN01"), press, f"press:{reference}")
    each.clock.advance(timedelta(hours=7))
    each.settle()
    return number


def _resident() -> float:
    """Megabytes of the process in memory, as Linux counts them."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000
