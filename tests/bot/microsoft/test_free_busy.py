"""When people are busy, by Graph's getSchedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.microsoft.free_busy import GraphDiaries
from bot.microsoft.graph import Graph
from bot.playground.graph import FakeGraph
from bot.sending import CannotDeliver, TryLater
from commands.diary import FreeBusy, Needed
from procedures.free_slots import Interval
from tests.bot.microsoft.graphs import ADA, BEN, CEM, SCOPE, TEN, Tokens, client, serving

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
WEEK = (datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 12, 7, 17, tzinfo=UTC))


def needed(*people: str) -> Needed:
    return Needed(frozenset(people), *WEEK)


@pytest.fixture
def graph() -> FakeGraph:
    return FakeGraph([ADA, BEN, CEM])


@pytest.fixture
def address(graph: FakeGraph) -> Iterator[str]:
    with serving(graph) as at:
        yield at


async def test_busy_tentative_and_away_count_and_what_is_free_does_not(
    graph: FakeGraph, address: str
) -> None:
    for number, status in enumerate(("busy", "tentative", "oof", "free", "workingElsewhere")):
        graph.busy(ADA, TEN + number * HOUR, TEN + (number + 1) * HOUR, status)
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(needed(ADA, BEN))
    assert found == FreeBusy(
        {ADA: tuple(Interval(TEN + n * HOUR, TEN + (n + 1) * HOUR) for n in range(3)), BEN: ()}
    )


async def test_whoever_cannot_be_read_is_left_out_and_the_others_are_read(
    graph: FakeGraph, address: str
) -> None:
    graph.refused.add(CEM)
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(needed(ADA, CEM, "zoe@example.org"))
    assert set(found.busy) == {ADA}
    assert found.answered


async def test_the_question_is_asked_from_another_mailbox_where_the_first_may_not_be_used(
    graph: FakeGraph, address: str
) -> None:
    graph.refused.add(ADA)
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(needed(ADA, BEN))
    assert set(found.busy) == {BEN}
    graph.refused |= {BEN, CEM}
    async with client(address) as ours:
        with pytest.raises(CannotDeliver, match="does not let the program use the calendar"):
            await GraphDiaries(ours).free_busy(needed(ADA, BEN, CEM))


async def test_more_than_twenty_people_are_asked_for_in_several_questions(
    graph: FakeGraph, address: str
) -> None:
    many = [f"person{number:02}@example.org" for number in range(45)]
    for each in many:
        graph.add(each)
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(needed(*many))
    assert set(found.busy) == set(many)
    assert sorted(len((asked.body or {})["schedules"]) for asked in graph.asked) == [5, 20, 20]


async def test_a_time_of_more_than_62_days_is_cut(graph: FakeGraph, address: str) -> None:
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(
            Needed(frozenset({ADA}), WEEK[0], WEEK[0] + 90 * 24 * HOUR)
        )
    assert found.answered


async def test_where_the_appointments_are_not_given_the_view_is_read(graph: FakeGraph, address: str) -> None:
    graph.gives_items = False
    graph.busy(ADA, TEN, TEN + HOUR)
    graph.busy(ADA, TEN + 2 * HOUR, TEN + 3 * HOUR, "workingElsewhere")
    async with client(address) as ours:
        found = await GraphDiaries(ours).free_busy(needed(ADA))
    quarter = timedelta(minutes=15)
    assert found.busy[ADA] == tuple(Interval(TEN + n * quarter, TEN + (n + 1) * quarter) for n in range(4))


@pytest.mark.parametrize(
    "damaged",
    [{"value": 1}, {"value": [1]}, {"value": [{"scheduleId": ADA, "scheduleItems": [{"status": "busy"}]}]}],
)
async def test_an_answer_of_another_shape_is_told_as_such(damaged: dict[str, object]) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=damaged))
    ours = Graph("http://127.0.0.1:9", SCOPE, Tokens(), transport=lambda: transport)
    with pytest.raises(CannotDeliver, match="an answer that cannot be read"):
        await GraphDiaries(ours).free_busy(needed(ADA))
    await ours.close()


async def test_trouble_is_told_as_what_it_is(graph: FakeGraph, address: str) -> None:
    graph.faults.answer("getSchedule", status=429, error="ApplicationThrottled", retry_after=30)
    async with client(address) as ours:
        with pytest.raises(TryLater) as trouble:
            await GraphDiaries(ours).free_busy(needed(ADA))
    assert trouble.value.retry_after == 30
