"""The due list of one unit among a million open challenges: the query behind `/challenge list unit`.

Method: 1,500 teams with 667 open challenges each (`benchmarks.council`). The program's own query, `open_in_units`, is asked
for one team after the other, each in a transaction of its own, beginning and end included. It gives the first 200, as everywhere in the program.
Reported: median and 95th percentile of 300 lists. PostgreSQL has been told to ANALYZE, as autovacuum does; SQLite has not, as in use.
"""

from __future__ import annotations

import statistics
import time

from benchmarks import council, databases
from commands.office import Office
from storage import challenges

OPEN = 1_000_000
LISTS = 300
LIMIT = 5.0
"""Milliseconds."""


def main(open_: int = OPEN) -> bool:
    """Measure and print; True when the limit is kept on both databases."""
    kept = []
    for kind in databases.KINDS:
        with databases.folder() as place, databases.servers(place, (kind,)) as new:
            large = council.founded(new(kind), place, open_)
            kept.append(report(kind, measured(large.office), open_))
            large.office.database.dispose()
    return all(kept)


def measured(office: Office) -> list[float]:
    """Milliseconds of each list."""
    took = []
    for number in range(LISTS + 20):
        unit = f"team-{1000 + number * 7 % council.TEAMS}"
        began = time.perf_counter()
        with office.database.read() as session:
            found = challenges.open_in_units(session, [unit])
        took.append((time.perf_counter() - began) * 1000)
        assert found
        assert {head.unit for head in found} == {unit}
    return took[20:]


def report(kind: str, took: list[float], open_: int) -> bool:
    """Print the figures; True when the limit is kept."""
    middle = statistics.median(took)
    print(
        f"due list of one unit of {council.TEAMS}, {open_:,} open challenges, {kind}: median {middle:.2f} ms, "
        f"95 % {statistics.quantiles(took, n=20)[18]:.2f} ms (at most {LIMIT:g} ms)",
        flush=True,
    )
    return middle <= LIMIT
