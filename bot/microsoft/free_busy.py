"""When people are busy, by Graph's getSchedule: twenty people a question.

Source: learn.microsoft.com/graph/api/calendar-getschedule, learn.microsoft.com/graph/outlook-get-free-busy-schedule. Asked for is when somebody is busy; what with is
neither kept nor looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.microsoft.graph import Graph, reading
from bot.sending import CannotDeliver, Gone
from commands.diary import FreeBusy, Needed
from procedures.free_slots import Interval

AT_ONCE = 20
"""People in one question at most."""
LONGEST = timedelta(days=61)
"""A question spans less than 62 days."""
VIEW = 15
"""Minutes of one digit of the view that is given where the appointments are not."""
ASKED_FROM = 3
"""Mailboxes from which the question is tried: it needs one that may be used."""
FREE = frozenset({"free", "workingElsewhere"})
FREE_DIGITS = frozenset("04")


class GraphDiaries:
    """Reads when people are busy."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def free_busy(self, needed: Needed) -> FreeBusy:
        """When they are busy; whoever cannot be read is left out. Raises TryLater, NotConnected or CannotDeliver."""
        end = min(needed.end, needed.start + LONGEST)
        people = sorted(needed.people)
        groups = [people[at : at + AT_ONCE] for at in range(0, len(people), AT_ONCE)]
        answers = await asyncio.gather(*(self._ask(group, needed.start, end) for group in groups))
        with reading():
            busy = dict(each for answer in answers for each in read_schedules(answer, needed.start, people))
        return FreeBusy(busy, answered=bool(busy))

    async def _ask(self, group: Sequence[str], start: datetime, end: datetime) -> dict[str, Any]:
        body = {
            "schedules": list(group),
            "startTime": moment(start),
            "endTime": moment(end),
            "availabilityViewInterval": VIEW,
        }
        refused: CannotDeliver | None = None
        for mailbox in group[:ASKED_FROM]:
            try:
                return await self._graph.ask("POST", mailbox, "/calendar/getSchedule", body=body)
            except Gone:
                continue
            except CannotDeliver as problem:
                refused = problem
        raise refused or CannotDeliver("Exchange knows none of these mailboxes.", "no_mailbox")


def moment(at: datetime) -> dict[str, str]:
    """A moment as Graph takes it."""
    return {
        "dateTime": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        "timeZone": "UTC",
    }


def read_moment(given: Any) -> datetime:
    """A moment as Graph gives it. Raises ValueError for one that is in no zone that was asked for."""
    if not isinstance(given, Mapping) or given.get("timeZone") not in (
        "UTC",
        "Etc/UTC",
        "tzone://Microsoft/Utc",
    ):
        raise ValueError("A moment of Graph's in another zone than UTC.")
    return datetime.fromisoformat(str(given.get("dateTime"))).replace(tzinfo=UTC)


def read_schedules(
    answer: Mapping[str, Any], start: datetime, people: Sequence[str]
) -> Iterator[tuple[str, tuple[Interval, ...]]]:
    """Each person who could be read, of an answer to getSchedule. Graph gives the addresses back as they were asked for, but for their case perhaps."""
    known = set(people)
    for each in answer.get("value") or []:
        whose = str(each.get("scheduleId") or "").lower()
        if whose not in known or each.get("error"):
            continue
        if each.get("scheduleItems"):
            yield whose, tuple(_items(each["scheduleItems"]))
        else:
            yield whose, tuple(_view(str(each.get("availabilityView") or ""), start))


def _items(items: Sequence[Mapping[str, Any]]) -> Iterator[Interval]:
    for item in items:
        if item.get("status") not in FREE:
            yield Interval(read_moment(item.get("start")), read_moment(item.get("end")))


def _view(view: str, start: datetime) -> Iterator[Interval]:
    """One digit for each quarter of an hour from the start on."""
    length = timedelta(minutes=VIEW)
    for number, digit in enumerate(view):
        if digit not in FREE_DIGITS:
            yield Interval(start + number * length, start + (number + 1) * length)
