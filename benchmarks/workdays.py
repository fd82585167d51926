"""Adding working days, against a look-up in a prepared list.

Method: 2,000 dates over ten years, each with 1 to 60 working days to add, with the working days of England and Wales and a closure. Ours:
`WorkingCalendar.add`, which also refuses what lies outside the calendar. The list: every working day of those years in order, `bisect_right` for
the day and an index so many further on. Each goes through all of them in turn, 40 times; both must agree on every one. Reported:
medians of a single addition, and the ratio.
"""

from __future__ import annotations

import random
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import as_file, files

from procedures.authority import read_authority

DATES, ROUNDS = 2000, 40
LIMIT = 2.0


def main() -> bool:
    """Measure and print; True when the limit is kept."""
    with as_file(files("bot.demo") / "authorities" / "bradford" / "authority.toml") as file:
        calendar = read_authority(file).calendar()
    first, span = date(2018, 1, 1), 3650
    prepared = [
        day
        for day in (first + timedelta(days=number) for number in range(span + 120))
        if calendar.is_working(day)
    ]
    chance = random.Random(1)  # noqa: S311  the same dates each time
    asked = [(first + timedelta(days=chance.randrange(span)), chance.randrange(1, 61)) for _ in range(DATES)]

    def looked_up(day: date, number: int) -> date:
        return prepared[bisect_right(prepared, day) + number - 1]

    assert all(calendar.add(*each) == looked_up(*each) for each in asked)
    took: dict[str, list[float]] = {"ours": [], "list": []}
    for number in range(ROUNDS):
        for which, work in sorted(
            {"ours": calendar.add, "list": looked_up}.items(), reverse=bool(number % 2)
        ):
            took[which].append(_timed(work, asked))
    ours, listed = (statistics.median(took[which]) for which in ("ours", "list"))
    print(
        f"add working days: ours {ours:.2f} µs, list look-up {listed:.2f} µs, ratio {ours / listed:.2f} (at most {LIMIT:g})",
        flush=True,
    )
    return ours / listed <= LIMIT


def _timed(work: Callable[[date, int], date], asked: list[tuple[date, int]]) -> float:
    """Microseconds for one."""
    began = time.perf_counter()
    for day, number in asked:
        work(day, number)
    return (time.perf_counter() - began) / len(asked) * 1e6
