"""A sweep with 1,000 due rows among 1,000,000 open challenges, against the same among 10,000.

Method: two councils of the same 1,500 teams and 4,600 people (`benchmarks.council`). A sweep is what the ticker does:
`commands.rounds.go`, `Delivery.deliver` to a platform that takes everything at once (so that nothing but the program's own time is measured), and
`rounds.next_moment`. Before each, 900 reminders, each to another person, are moved to that moment, and 100 windows run out. Three sweeps in
each council, in turn, after one that is not counted. Reported: the medians and their ratio; and the passes in which nothing is due. The day's digests have been made before.

With them comes the due list of one unit (`benchmarks.due_list`), which wants the same million.

The morning of the digests is a figure of its own: it looks at every open challenge, so that it grows with them, once a working day. It is
measured among the 10,000, without delivery.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

from sqlalchemy import bindparam, text

from benchmarks import council, databases, due_list
from benchmarks.council import NOW, Council
from commands import rounds
from storage.tables import Moment

SMALL, LARGE = 10_000, 1_000_000
REMINDERS, LAPSES = 900, 100
SWEEPS = 3
LIMIT = 1.2


def main(large: int = LARGE, kinds: tuple[str, ...] = databases.KINDS) -> bool:
    """Measure and print; True when the limits are kept on both databases."""
    kept = [_measured(kind, large) for kind in kinds]
    return all(kept)


def _measured(kind: str, large: int) -> bool:
    with databases.folder() as place, databases.servers(place, (kind,)) as new:
        councils = {open_: council.founded(new(kind), place, open_) for open_ in (SMALL, large)}
        took: dict[int, list[float]] = {open_: [] for open_ in councils}
        idle: dict[int, list[float]] = {open_: [] for open_ in councils}
        for number in range(SWEEPS + 1):
            for open_ in councils if number % 2 else reversed(councils):
                each = councils[open_]
                _make_due(each, number)
                began = time.perf_counter()
                sent = each.sweep()
                took[open_].append(time.perf_counter() - began)
                assert sent == REMINDERS, sent
                began = time.perf_counter()
                assert each.sweep() == 0
                idle[open_].append(time.perf_counter() - began)
        kept = [_report(kind, [list(each.values()) for each in (took, idle)], large)]
        kept.append(due_list.report(kind, due_list.measured(councils[large].office), large))
        _morning(kind, councils[SMALL])
        for each in councils.values():
            each.office.database.dispose()
    return all(kept)


def _make_due(each: Council, number: int) -> None:
    """A while later, the reminders and the ends of the windows of others are due now."""
    each.clock.advance(timedelta(minutes=5))
    now = each.clock.now()
    first = council.FIRST + 100 + number * council.TEAMS
    reminders = text(
        "UPDATE outbox SET due_at = :now, send_after = :now, queued_at = :now WHERE challenge_id >= :first AND challenge_id < :behind "
        "AND email LIKE 'manager%' AND key LIKE :which AND state = 'waiting'"
    ).bindparams(bindparam("now", type_=Moment()))
    lapses = text(
        'UPDATE "window" SET due_at = :now, lapsed_at = NULL WHERE challenge_id >= :first AND challenge_id < :behind'
    ).bindparams(bindparam("now", type_=Moment()))
    with each.office.database.write() as session:
        connection = session.connection()
        # Two of three copies have a reminder to come.
        behind = first + REMINDERS * len(council.RAISED) // 2
        this = {"now": now, "first": first, "behind": behind, "which": "%:due-2:%"}
        found = connection.execute(reminders, this).rowcount
        assert found == REMINDERS, found
        connection.execute(lapses, {"now": now, "first": first, "behind": first + LAPSES})


def _report(kind: str, figures: list[list[list[float]]], large: int) -> bool:
    ratio = 0.0
    for words, (few, many) in zip(("1,000 rows due", "nothing due"), figures, strict=True):
        small, big = statistics.median(few[1:]), statistics.median(many[1:])
        print(
            f"sweep, {words}, {kind}: among {SMALL:,} {small * 1000:.0f} ms, among {large:,} {big * 1000:.0f} ms, ratio {big / small:.2f}",
            flush=True,
        )
        ratio = ratio or big / small
    print(f"  ratio with rows due at most {LIMIT}", flush=True)
    return ratio <= LIMIT


def _morning(kind: str, each: Council) -> None:
    """The pass that makes the digests."""
    day = each.office.calendar.add(each.office.today(NOW), 1)
    each.clock.set(each.office.hours.at(day, each.office.authority.digest_at))
    began = time.perf_counter()
    made = rounds.go(each.office)
    took = time.perf_counter() - began
    print(
        f"digest morning, {kind}: {made:,} messages made among {SMALL:,} open challenges in {took:.1f} s",
        flush=True,
    )
