"""What people see in their calendars in the workspace, and do there as in Outlook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.playground import Workspace, create_app
from bot.playground.beside import Beside
from bot.playground.graph import Appointment, FakeGraph, Guest
from bot.playground.graph.server import create_app as create_graph
from bot.playground.outlook import Outlook
from bot.playground.post_office import Letter, PostOffice
from procedures.clock import SetClock
from tests.playground.conftest import ABOUT, ADA, BEN, MONDAY, Steps
from tests.playground.serving import Served, address_of, free_socket, running
from tests.playground.tiny import SECRET, TOKEN


@dataclass
class Desk:
    """The page's interface, and the calendars behind it."""

    http: httpx.Client
    graph: FakeGraph
    post: PostOffice

    def entries(self, user: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/ui/state", params={"user": user}).json()["calendar"][
            "entries"
        ]
        return found

    def does(self, what: str, user: str, **more: Any) -> str | None:
        """What is said against it; None for nothing."""
        problem: str | None = self.http.post(
            f"/ui/outlook/calendar/{what}", json={"user": user, **more}
        ).json()["problem"]
        return problem


@pytest.fixture
def desk(clock: SetClock) -> Iterator[Desk]:
    workspace = Workspace(
        personas=[ADA, BEN],
        clock=clock,
        request_url="http://127.0.0.1:1/slack/events",
        address="http://127.0.0.1:1",
        signing_secret=SECRET,
        bot_token=TOKEN,
    )
    graph = FakeGraph([ADA.email, BEN.email])
    post = PostOffice(clock.now)
    graph.changed = workspace.changes.tell
    hour = MONDAY + timedelta(days=1)
    guests = [Guest(BEN.email, "Ben")]
    graph.appointments.append(
        Appointment(
            "E1", ADA.email, "CH-1: meeting", "", hour, hour + timedelta(hours=1), "Room 1", guests, "", "t"
        )
    )
    app = create_app(workspace, Steps(clock), ABOUT, beside=Beside(outlook=Outlook(workspace, graph, post)))
    place = free_socket()
    with (
        running(Served(app, place, workspace.changes.close)),
        httpx.Client(base_url=address_of(place), headers={"X-Playground": "1"}, trust_env=False) as http,
    ):
        yield Desk(http, graph, post)


def test_each_sees_the_meeting_from_their_own_side(desk: Desk) -> None:
    ada, ben = desk.entries("U0ADA")[0], desk.entries("U0BEN")[0]
    assert (ada["title"], ada["mine"], ada["guests"]) == (
        "CH-1: meeting",
        True,
        [{"name": "Ben Hughes", "answer": "No answer yet"}],
    )
    assert (ben["organiser"], ben["mine"], ben["answer"]) == ("Ada Okafor", False, "No answer yet")


def test_a_guest_declines_and_only_the_organiser_moves_or_cancels(desk: Desk) -> None:
    assert desk.does("answer", "U0BEN", meeting="E1", answer="declined") is None
    assert desk.entries("U0ADA")[0]["guests"][0]["answer"] == "Declined"
    assert (
        desk.does("move", "U0BEN", meeting="E1", starts="2026-11-25T09:00")
        == "Only the organiser can do this."
    )
    assert desk.does("move", "U0ADA", meeting="E1", starts="soon") == "Give a day and a time."
    assert desk.does("move", "U0ADA", meeting="E1", starts="2026-11-25T09:00") is None
    assert desk.entries("U0BEN")[0]["starts"] == "2026-11-25T09:00:00+00:00"
    assert desk.does("answer", "U0ADA", meeting="E1", answer="declined") is not None
    assert desk.does("cancel", "U0ADA", meeting="E1") is None
    assert desk.entries("U0BEN") == []
    assert desk.does("cancel", "U0ADA", meeting="E1") == "This meeting is no longer in the calendar."


def test_a_time_kept_for_oneself_stands_there_and_counts_as_taken(desk: Desk) -> None:
    assert desk.does("keep", "U0BEN", starts="2026-11-24T14:00", minutes=60) is None
    assert desk.does("keep", "U0BEN", starts="2026-11-24T14:00", minutes=1) is not None
    assert [one["kind"] for one in desk.entries("U0BEN")] == ["meeting", "private"]
    day = MONDAY.replace(hour=0)
    taken = desk.graph.taken(BEN.email, day + timedelta(days=1), day + timedelta(days=2))
    assert [one.status for one in taken] == ["tentative", "busy"]


def test_letters_are_new_until_they_are_looked_at_and_an_invitation_can_be_saved(desk: Desk) -> None:
    letter = Letter(
        MONDAY,
        "bot@example.org",
        BEN.email,
        "CH-1: meeting",
        "Please come.",
        "REQUEST",
        "BEGIN:VCALENDAR",
        "<1>",
    )
    desk.post._letters[BEN.email].append(letter)
    mail = desk.http.get("/ui/state", params={"user": "U0BEN"}).json()["mail"]
    assert (mail["unread"], mail["letters"][0]["subject"]) == (1, "CH-1: meeting")
    assert desk.http.post("/ui/outlook/mail/read", json={"user": "U0BEN"}).json()["ok"]
    assert desk.http.get("/ui/state", params={"user": "U0BEN"}).json()["mail"]["unread"] == 0
    file = desk.http.get("/ui/outlook/invitation/0", params={"user": "U0BEN"})
    assert (file.text, file.headers["content-type"]) == ("BEGIN:VCALENDAR", "text/calendar; charset=utf-8")
    assert desk.http.get("/ui/outlook/invitation/0", params={"user": "U0ADA"}).status_code == 404


def test_graph_knows_a_colleague_by_their_address(desk: Desk) -> None:
    desk.graph.ids[ADA.email] = "11111111-aaaa-4bbb-8ccc-000000000001"
    with running(Served(create_graph(desk.graph), place := free_socket())):
        address = f"{address_of(place)}/v1.0/users"
        headers = {"Authorization": "Bearer any"}
        found = desk.http.get(f"{address}/{ADA.email}?$select=id,userType", headers=headers).json()
        assert found == {"id": desk.graph.ids[ADA.email], "userType": "Member"}
        assert desk.http.get(f"{address}/{BEN.email}", headers=headers).status_code == 404
