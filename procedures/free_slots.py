"""When everybody who must come to a meeting is free: a few times to choose from, before the window ends.

Pure: who is busy when is handed in. Moments are aware and in UTC, days and times of day local to the office.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

from procedures.workdays import OfficeHours

MIDDAY = time(12, 30)
"""Local; what begins before is in the morning."""
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to and not including `end`; aware. Empty where the end is not after the start."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at the meeting that must be taken: whose it is, and for the local days on which they are away who sits there instead.

    None: nobody does, so that no meeting can be on that day.
    """

    person: str
    instead: Mapping[date, str | None] = field(default_factory=dict)

    def on(self, day: date) -> str | None:
        """Who sits there on a day."""
        return self.instead.get(day, self.person)

    @property
    def people(self) -> frozenset[str]:
        """Everybody who may sit there on one day or another."""
        return frozenset({self.person, *(each for each in self.instead.values() if each is not None)})


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which all are free. `left`: how many working days of the window come after its day."""

    start: datetime
    end: datetime
    day: date
    left: int


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a meeting of `minutes` that begins not before `earliest` and ends by the close of business on `last`.

    It begins at the office's opening or a multiple of `step` minutes after it. Raises ValueError for a length or step below a minute.
    """

    hours: OfficeHours
    earliest: datetime
    last: date
    minutes: int = 60
    step: int = 30

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.step < 1:
            raise ValueError("A meeting lasts a minute at least, and so does the step between two times.")


def people(seats: Iterable[Seat]) -> frozenset[str]:
    """Everybody whose calendar must be read."""
    return frozenset().union(*(seat.people for seat in seats))


def proposals(
    search: Search,
    seats: Collection[Seat],
    busy: Mapping[str, Sequence[Interval]],
    most: int = 6,
) -> list[Slot]:
    """Up to `most` free times in their order, none overlapping another.

    As many days as there are come first, a time each, mornings and afternoons in turn; then second and third times of the same days.
    Whoever is not in `busy` counts as free: their calendar could not be read.
    """
    days = [list(slots) for _, slots in groupby(free(search, seats, busy), key=lambda slot: slot.day)]
    chosen: list[Slot] = []
    turn = 0
    while days and len(chosen) < most:
        begun, days = days, []
        for number, slots in enumerate(begun[: most - len(chosen)]):
            slot = _preferred(search, slots, afternoon=(number + turn) % 2 == 1)
            chosen.append(slot)
            if rest := [each for each in slots if each.end <= slot.start or each.start >= slot.end]:
                days.append(rest)
        turn += 1
    return sorted(chosen, key=lambda slot: slot.start)


def free(search: Search, seats: Collection[Seat], busy: Mapping[str, Sequence[Interval]]) -> Iterator[Slot]:
    """Every time at which all are free, in their order; times overlap where the step is shorter than the meeting."""
    ordered = {person: _merged(intervals) for person, intervals in busy.items()}
    for day in _days(search):
        yield from _free_on(search, day, seats, ordered)


def _preferred(search: Search, slots: Sequence[Slot], *, afternoon: bool) -> Slot:
    """The earliest in the wanted half of the day, or the earliest of all."""
    midday = search.hours.at(slots[0].day, MIDDAY)
    return next((slot for slot in slots if (slot.start >= midday) == afternoon), slots[0])


def _days(search: Search) -> Iterator[date]:
    calendar = search.hours.calendar
    day = calendar.next_working(search.hours.local_day(search.earliest))
    while day <= search.last:
        yield day
        day = calendar.add(day, 1)


def _free_on(
    search: Search, day: date, seats: Collection[Seat], busy: Mapping[str, list[Interval]]
) -> Iterator[Slot]:
    hours = search.hours
    there = {seat.on(day) for seat in seats}
    if None in there:
        return
    opens, closes = hours.at(day, hours.opens), hours.due_at(day)
    taken = _merged(
        each
        for person in there
        if person is not None
        for each in _within(busy.get(person, []), opens, closes)
    )
    left = hours.calendar.count(day, search.last)
    length = timedelta(minutes=search.minutes)
    at = 0
    for start in _starts(search, day):
        end = start + length
        if end > closes:
            return
        while at < len(taken) and taken[at].end <= start:
            at += 1
        if start >= search.earliest and (at == len(taken) or taken[at].start >= end):
            yield Slot(start, end, day, left)


def _starts(search: Search, day: date) -> Iterator[datetime]:
    """By the office's own clock, so that nine o'clock stays nine o'clock when the clocks change; what they skip is left out."""
    opens = search.hours.opens
    before: datetime | None = None
    for minute in range(opens.hour * 60 + opens.minute, 24 * 60, search.step):
        start = search.hours.at(day, time(minute // 60, minute % 60))
        if before is None or start > before:
            before = start
            yield start


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for each in sorted((each for each in intervals if each.start < each.end), key=_start):
        if found and each.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return found


def _within(intervals: Sequence[Interval], start: datetime, end: datetime) -> Iterator[Interval]:
    """Those that overlap a time; the intervals are merged, so their ends are in the order of their starts."""
    for each in intervals[bisect_left(intervals, start, key=lambda each: each.end) :]:
        if each.start >= end:
            return
        yield each
