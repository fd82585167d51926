"""Memory over a simulated year.

Method: one process with the demo's council in a file of SQLite, and a clock that is put from hour to hour. Each working day three challenges (`memory=1`: one) are raised,
those of two days before are acknowledged by whoever is asked (four of five), those of a fortnight before resolved, so that about as many are open in December as
in February, and sweeps at half past eight (the digests), at nine (the reminders) and at four; messages go to a platform
that takes everything at once. At the end of each month, after a collection of garbage: the resident memory of the process (VmRSS), and how many
pieces of memory Python's own objects take (sys.getallocatedblocks). The first two months warm up caches; SQLite keeps up to 2 MB of the file in memory for each
connection, and fills that as the file grows. Afterwards the last month may lie at most 8 MB above the third in resident memory, and 3,000 in pieces: a leak of
10 kB or of five pieces for each of the 700 challenges would show. tracemalloc, which measured this before, made the year take twice as long and the process
12 MB larger.
"""

from __future__ import annotations

import gc
import sys
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks import council, databases
from benchmarks.council import Council
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Press
from procedures.clock import SetClock

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
A_DAY = 3
WARM_UP = 2
OPEN_FOR = 10
"""Working days after which a challenge is resolved."""
RESIDENT, PIECES = 8.0, 3_000
"""Megabytes; pieces of memory that Python holds."""


def main(a_day: int = A_DAY) -> bool:
    """Measure and print, month by month as they pass; True when the limits are kept."""
    with databases.folder() as place:
        clock = SetClock(council.NOW)
        each = Council(
            council.make(f"sqlite:///{place}/challenge.db", place, clock, teams=1),
            clock,
            council.NoPlatform(),
        )
        figures = _year(each, a_day)
        with each.office.database.read() as session:
            raised = session.connection().execute(text("SELECT count(*) FROM challenge")).scalar()
            done: dict[str, int] = dict(
                session.connection().execute(text("SELECT kind, count(*) FROM entry GROUP BY kind")).all()
            )
        each.office.database.dispose()
    assert raised
    assert {"acknowledged", "resolved"} <= set(done), done
    print(
        f"memory over a year: {raised} challenges, {done['acknowledged']} acknowledged, {done['resolved']} resolved, {each.platform.posted:,} messages; MB resident, pieces that Python holds"
    )
    (resident_first, pieces_first), (resident_last, pieces_last) = figures[WARM_UP], figures[-1]
    grown, more = resident_last - resident_first, pieces_last - pieces_first
    print(
        f"  grown since month {WARM_UP + 1}: {grown:.1f} MB, {more:,} pieces; at most {RESIDENT:g} and {PIECES:,}",
        flush=True,
    )
    return grown <= RESIDENT and more <= PIECES


def _year(each: Council, a_day: int) -> list[tuple[float, int]]:
    figures: list[tuple[float, int]] = []
    day, number = YEAR[0], 0
    while day <= YEAR[1]:
        if each.office.calendar.is_working(day):
            number = _day(each, day, number, a_day)
        following = day + timedelta(days=1)
        if following.month != day.month:
            gc.collect()
            figures.append((_resident(), sys.getallocatedblocks()))
            print(f"  {day:%B}: {figures[-1][0]:.1f} MB, {figures[-1][1]:,}", flush=True)
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
    for reference in _raised(number - 3 * a_day, a_day):
        if reference % 5:  # one in five runs out
            press = Press("acknowledge", {"challenge": f"CH-{reference}", "at_once": "yes"})
            reception.pressed(Identity("slack", "U0PRIYAN01"), press, f"press:{reference}")
    for reference in _raised(number - OPEN_FOR * a_day, a_day):
        outcome = Filled("resolve", {"challenge": f"CH-{reference}"}, {"outcome": "It has been done."})
        reception.submitted(Identity("slack", "U0HANNAH01"), outcome, f"resolve:{reference}")
    each.clock.advance(timedelta(hours=7))
    each.settle()
    return number


def _raised(first: int, count: int) -> range:
    """The numbers of so many challenges from the one that was raised as the `first`."""
    begin = council.FIRST + first
    return range(max(begin, council.FIRST), max(begin + count, council.FIRST))


def _resident() -> float:
    """Megabytes of the process in memory, as Linux counts them."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000
