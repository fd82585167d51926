"""Meetings in calendars through Graph, by real requests to a server that checks and answers as Graph is documented to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.calendars import Placed, Seen
from bot.microsoft.calendars import GraphCalendars
from bot.playground.graph import FakeGraph
from bot.sending import CannotDeliver, NotConnected, TryLater
from commands.meeting_events import Attendee
from tests.bot.microsoft.graphs import ADA, BEN, CEM, SCOPE, TEN, Tokens, change, client, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def graph() -> FakeGraph:
    return FakeGraph([ADA, BEN, CEM], accepts=lambda token: token == "token-1")


@pytest.fixture
def address(graph: FakeGraph) -> Iterator[str]:
    with serving(graph) as at:
        yield at


async def test_an_event_is_made_in_the_chairs_calendar_with_a_link_to_join(
    graph: FakeGraph, address: str
) -> None:
    tokens = Tokens()
    async with client(address, tokens) as ours:
        placed = await GraphCalendars(ours).carry_out(change(), None, again=False)
    (event,) = graph.calendar(BEN)
    assert graph.calendar(ADA) == graph.calendar(CEM) == [event]
    assert placed == Placed(ADA, event.id, event.link)
    assert event.link.startswith("https://teams.")
    assert (event.organiser, event.subject, event.place) == (ADA, "CH-1042: meeting", "Room 2")
    assert (event.starts_at, event.ends_at) == (TEN, TEN + timedelta(hours=1))
    assert tokens.asked == [SCOPE]
    (asked,) = graph.asked
    assert asked.path == f"/v1.0/users/{ADA}/events"
    assert asked.body is not None
    assert asked.body["transactionId"] == "0123abcd@challenge-bot:0"
    assert (asked.body["isOnlineMeeting"], asked.body["onlineMeetingProvider"]) == (True, "teamsForBusiness")


async def test_the_same_once_more_makes_no_second_event(graph: FakeGraph, address: str) -> None:
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        first = await calendars.carry_out(change(), None, again=False)
        assert await calendars.carry_out(change(), None, again=False) == first
        assert await calendars.carry_out(change(), None, again=True) == first
    assert len(graph.appointments) == 1


async def test_after_a_broken_answer_the_event_is_found_and_not_made_twice(
    graph: FakeGraph, address: str
) -> None:
    """The meeting was moved meanwhile, so that Graph would not know the second request for the first one's."""
    graph.faults.cut_after_accepting("create")
    later = change(sequence=1, starts_at=TEN + timedelta(days=1), ends_at=TEN + timedelta(days=1, hours=1))
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        with pytest.raises(TryLater) as trouble:
            await calendars.carry_out(change(), None, again=False)
        assert trouble.value.maybe_sent
        placed = await calendars.carry_out(later, None, again=True)
    (event,) = graph.calendar(ADA)
    assert (placed.event_id, event.starts_at) == (event.id, TEN + timedelta(days=1))


async def test_a_move_changes_the_same_event_and_keeps_its_link(graph: FakeGraph, address: str) -> None:
    moved = change(
        sequence=1,
        starts_at=TEN + timedelta(hours=3),
        ends_at=TEN + timedelta(hours=4),
        attendees=(Attendee(BEN, "Ben"),),
        left=(Attendee(CEM, "Cem"),),
        place="",
    )
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        before = await calendars.carry_out(change(), None, again=False)
        assert await calendars.carry_out(moved, before, again=False) == before
    (event,) = graph.calendar(BEN)
    assert (event.starts_at, event.place, event.sent) == (TEN + timedelta(hours=3), "", 2)
    assert graph.calendar(CEM) == []


async def test_cancelling_takes_it_out_of_every_calendar_and_may_be_repeated(
    graph: FakeGraph, address: str
) -> None:
    off = change(kind="cancel", sequence=1)
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        before = await calendars.carry_out(change(), None, again=False)
        for _ in range(2):
            await calendars.carry_out(off, before, again=False)
        assert await calendars.look(before) is None
        await calendars.carry_out(change(kind="cancel", uid="never-made", sequence=1), None, again=True)
    assert graph.calendar(BEN) == []
    assert graph.appointments[0].sent == 2


async def test_a_new_chair_holds_the_event_and_the_old_one_is_cancelled(
    graph: FakeGraph, address: str
) -> None:
    passed_on = change(sequence=1, chair=Attendee(BEN, "Ben"), attendees=(Attendee(CEM, "Cem"),))
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        before = await calendars.carry_out(change(), None, again=False)
        placed = await calendars.carry_out(passed_on, before, again=False)
    assert placed.organiser == BEN
    assert graph.calendar(ADA) == []
    assert [event.id for event in graph.calendar(CEM)] == [placed.event_id]


async def test_what_somebody_deleted_in_their_calendar_is_made_anew(graph: FakeGraph, address: str) -> None:
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        before = await calendars.carry_out(change(), None, again=False)
        graph.remove(before.event_id)
        placed = await calendars.carry_out(change(sequence=1), before, again=False)
    assert [event.id for event in graph.calendar(BEN)] == [placed.event_id] != [before.event_id]


async def test_a_look_tells_of_a_move_and_of_who_declined(graph: FakeGraph, address: str) -> None:
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        placed = await calendars.carry_out(change(), None, again=False)
        assert await calendars.look(placed) == Seen(TEN, TEN + timedelta(hours=1), cancelled=False)
        graph.move(placed.event_id, TEN + timedelta(days=7))
        graph.answer(CEM, placed.event_id, "declined")
        seen = await calendars.look(placed)
    assert seen == Seen(TEN + timedelta(days=7), TEN + timedelta(days=7, hours=1), False, (CEM,))


async def test_what_a_refusal_means(graph: FakeGraph, address: str) -> None:
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        graph.faults.answer("create", status=429, error="ApplicationThrottled", retry_after=7)
        with pytest.raises(TryLater) as throttled:
            await calendars.carry_out(change(), None, again=False)
        assert (throttled.value.retry_after, throttled.value.maybe_sent) == (7, False)
        graph.faults.answer("create", status=504, error="gatewayTimeout")
        with pytest.raises(TryLater) as perhaps:
            await calendars.carry_out(change(), None, again=False)
        assert perhaps.value.maybe_sent
        graph.down = True
        with pytest.raises(TryLater) as down:
            await calendars.carry_out(change(), None, again=False)
        assert not down.value.maybe_sent
        graph.down = False
        graph.refused.add(ADA)
        with pytest.raises(
            CannotDeliver, match=r"does not let the program use the calendar of ada@example\.org"
        ):
            await calendars.carry_out(change(), None, again=False)
        with pytest.raises(CannotDeliver, match=r"no mailbox of zoe@example\.org"):
            await calendars.carry_out(change(chair=Attendee("zoe@example.org", "Zoe")), None, again=False)
    assert graph.appointments == []


async def test_a_token_that_was_called_back_is_asked_for_anew_once(graph: FakeGraph, address: str) -> None:
    graph.accepts = lambda token: token == "token-2"
    async with client(address) as ours:
        await GraphCalendars(ours).carry_out(change(), None, again=False)
        graph.accepts = lambda token: False
        with pytest.raises(NotConnected, match="does not accept the application's token"):
            await GraphCalendars(ours).carry_out(change(), None, again=False)
    assert len(graph.appointments) == 1


async def test_a_server_that_is_not_there_is_tried_later() -> None:
    async with client("http://127.0.0.1:9") as ours:
        with pytest.raises(TryLater) as trouble:
            await GraphCalendars(ours).carry_out(change(), None, again=False)
    assert not trouble.value.maybe_sent


async def test_a_mailbox_is_asked_four_things_at_once_at_most(graph: FakeGraph, address: str) -> None:
    """The server answers a fifth at the same time with 429."""
    async with client(address) as ours:
        calendars = GraphCalendars(ours)
        changes = [change(uid=f"uid-{number}@challenge-bot") for number in range(12)]
        await asyncio.gather(*(calendars.carry_out(each, None, again=False) for each in changes))
    assert len(graph.appointments) == 12
