"""Free times for a meeting: 20 people over four weeks.

Method: 20 calendars with eight appointments of 30 to 90 minutes on every working day of four weeks (seed 1), all before half past three,
so that free times are few; four of the people are away for a week each and covered. Ours: `procedures.free_slots.proposals` for an hour's meeting by the half hour, 50 times.
Reported: the median and the slowest, in milliseconds; the slowest must be below the limit.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files

from procedures.authority import read_authority
from procedures.free_slots import Interval, Search, Seat, proposals

PEOPLE, DAYS, ROUNDS = 20, 28, 50
LIMIT = 50.0


def main() -> bool:
    """Measure and print; True when the limit is kept."""
    with as_file(files("bot.demo") / "authorities" / "bradford" / "authority.toml") as file:
        hours = read_authority(file).office()
    first = date(2026, 11, 30)
    chance = random.Random(1)  # noqa: S311  the same calendars each time
    names = [f"person-{number}" for number in range(PEOPLE)]
    busy = {name: _calendar(chance, first) for name in names}
    away = {first + timedelta(days=number): names[-1] for number in range(7)}
    seats = [Seat(name, away if number < 4 else {}) for number, name in enumerate(names)]
    search = Search(hours, datetime(2026, 11, 30, 9, tzinfo=UTC), first + timedelta(days=DAYS - 1))
    took = []
    found = 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = len(proposals(search, seats, busy))
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"free times of {PEOPLE} people over {DAYS} days ({sum(map(len, busy.values()))} appointments, {found} proposals): "
        f"median {statistics.median(took):.1f} ms, slowest {max(took):.1f} ms (at most {LIMIT:g})",
        flush=True,
    )
    return max(took) < LIMIT


def _calendar(chance: random.Random, first: date) -> list[Interval]:
    found = []
    for number in range(DAYS):
        day = datetime.combine(first + timedelta(days=number), datetime.min.time(), UTC)
        for _ in range(8 if day.weekday() < 5 else 0):
            start = day + timedelta(minutes=chance.randrange(8 * 60, 14 * 60 + 15, 15))
            found.append(Interval(start, start + timedelta(minutes=chance.choice((30, 60, 90)))))
    return found
