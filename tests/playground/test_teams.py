"""What people do in the played Teams reaches an app on the real SDK, and what the app does is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from procedures.clock import SetClock
from tests.playground.conftest import MONDAY
from tests.playground.teams_shed import BEN_ID, TeamsShed, open_teams_shed


@pytest.fixture(scope="module")
def served() -> Iterator[TeamsShed]:
    with open_teams_shed(SetClock(MONDAY)) as found:
        yield found


@pytest.fixture
def shed(served: TeamsShed) -> Iterator[TeamsShed]:
    """The same servers for all, with nothing said yet."""
    client, patience = served.tenant.login.client_id, dict(served.tenant.courier.patience)
    yield served
    served.tenant.login.client_id = client
    served.tenant.courier.patience = patience
    served.clear()


def wanted(shed: TeamsShed, user: str = "U0ADA") -> dict[str, Any]:
    """The message with the buttons."""
    assert shed.say("card", user)["ok"]
    return shed.last(user)


def opened(shed: TeamsShed) -> dict[str, Any]:
    """The dialog behind "Ask for a tool"."""
    assert shed.post("press", post=wanted(shed)["id"], action=0)["ok"]
    return shed.dialog()


def send(shed: TeamsShed, **inputs: Any) -> dict[str, Any]:
    return shed.post("dialog/submit", action=0, inputs=inputs)


def test_what_ada_writes_reaches_the_app_and_its_answer_is_unread_until_she_looks(shed: TeamsShed) -> None:
    assert shed.say("hello")["ok"]
    assert shed.last()["text"] == "You said 'hello'"
    assert shed.tiny.heard[0]["from"]["aadObjectId"].endswith("0001")
    assert shed.chat()["unread"] == 1
    people = shed.http.get("/ui/state", params={"user": "U0BEN"}).json()["people"]
    assert [one["unread_in_teams"] for one in people] == [1, 0]
    shed.post("read", chat=shed.chat()["id"])
    assert shed.chat()["unread"] == 0
    assert shed.chat("U0BEN")["posts"] == []


def test_in_a_team_the_app_hears_only_its_name_and_the_slash_and_only_ada_sees_the_slash(
    shed: TeamsShed,
) -> None:
    workshop = shed.chat(name="Workshop")["id"]
    assert shed.say("nobody listens", chat=workshop)["ok"]
    assert shed.tiny.heard == []
    assert shed.say("hello", chat=workshop, mention=True)["ok"]
    assert shed.last("U0BEN", "Workshop")["text"] == "You said 'hello'"
    assert shed.say("secret", chat=workshop, slash=True)["ok"]
    assert shed.tiny.heard[-1]["recipient"]["isTargeted"] is True
    assert "secret" not in [one["text"] for one in shed.chat("U0BEN", "Workshop")["posts"]]
    assert shed.tiny.heard[0]["conversation"]["id"].startswith(f"{workshop};messageid=")


def test_a_card_is_executed_and_takes_the_place_of_the_old_one(shed: TeamsShed) -> None:
    post = wanted(shed)
    assert shed.post("press", post=post["id"], action=1)["ok"]
    heard = shed.tiny.heard[-1]
    assert heard["value"]["action"]["data"] == {"tool": "saw"}
    assert heard["replyToId"] == post["id"]
    assert shed.last()["cards"][0]["body"][0]["text"] == "Lent by Ada"
    ben = wanted(shed, "U0BEN")
    assert shed.post("press", "U0BEN", post=ben["id"], action=1)["ok"]
    assert shed.last("U0BEN")["text"] == "Only Ada lends tools."
    assert shed.last("U0BEN")["only"]
    assert shed.post("press", post=ben["id"], action=1)["problem"] == "That message is no longer there."


def test_a_dialog_asks_for_what_it_requires_shows_the_form_again_and_closes(shed: TeamsShed) -> None:
    assert opened(shed)["title"] == "Ask for a tool"
    heard = len(shed.tiny.heard)
    assert send(shed, tool=" ")["errors"] == {"tool": "Name a tool."}
    assert len(shed.tiny.heard) == heard
    assert shed.dialog()["errors"] == {"tool": "Name a tool."}
    assert send(shed, tool="axe", when="2026-11-27", size="s")["ok"]
    assert shed.tiny.heard[-1]["value"]["data"] == {
        "form": "tool",
        "tool": "axe",
        "when": "2026-11-27",
        "size": "s",
    }
    assert shed.dialog()["card"]["body"][0]["text"] == "No axes, please."
    assert send(shed, tool="saw")["ok"]
    assert shed.dialog() == shed.dialog() | {"title": "Noted: saw", "card": None}
    assert shed.post("dialog/close")["ok"]
    assert shed.state()["dialog"] is None
    assert opened(shed)["errors"] == {}
    assert send(shed, tool="nothing")["ok"]
    assert shed.state()["dialog"] is None


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"tool": 5.5, "size": "x"}, "'x' is not among the choices of 'size'."),
        ({"tool": ["a"]}, "'tool' must be a text."),
        ({"tool": "saw", "when": "tomorrow"}, {"when": "This must be a date."}),
    ],
)
def test_a_dialog_takes_only_what_its_inputs_can_hold(shed: TeamsShed, inputs: Any, problem: Any) -> None:
    opened(shed)
    outcome = send(shed, **inputs)
    assert problem in (outcome["problem"], outcome["errors"])


def test_the_message_extension_opens_a_dialog_about_a_message(shed: TeamsShed) -> None:
    shed.say("my hedge")
    mine = shed.chat()["posts"][-2]
    assert shed.post("extension", command="ask", post=mine["id"])["ok"]
    assert shed.tiny.heard[-1]["value"]["messagePayload"]["body"]["content"] == "my hedge"
    assert shed.dialog()["card"]["body"][0]["text"] == "From a message"
    assert send(shed, tool="saw")["ok"]
    assert shed.tiny.heard[-1]["name"] == "composeExtension/submitAction"
    assert shed.tiny.heard[-1]["value"]["commandId"] == "ask"
    assert shed.state()["dialog"] is None
    assert shed.post("extension", command="other")["problem"] == "The app has no such command here."


def test_the_app_writes_first_and_changes_its_message_in_place(shed: TeamsShed) -> None:
    conversation, activity = shed.tiny.greets(BEN_ID, shed.tenant.id)
    assert shed.last("U0BEN")["cards"][0]["body"][0]["text"] == "A saw is wanted."
    shed.tiny.changes(conversation, activity, "The saw is back.")
    assert shed.last("U0BEN")["cards"][0]["body"][0]["text"] == "The saw is back."
    assert shed.last("U0BEN")["edited"]
    assert len(shed.chat("U0BEN")["posts"]) == 1


def test_a_message_that_is_not_answered_in_time_comes_again_with_the_same_id(shed: TeamsShed) -> None:
    shed.tenant.courier.patience["message"] = 0.2
    shed.tiny.hold = 1
    assert shed.say("hello")["ok"]
    shed.tiny.release.set()
    assert [one["id"] for one in shed.tiny.heard] == [shed.tiny.heard[0]["id"]] * 2
    assert shed.post("redeliver")["ok"]
    assert [one["id"] for one in shed.tiny.heard] == [shed.tiny.heard[0]["id"]] * 3


def test_an_app_that_is_slow_twice_is_said_not_to_be_reached(shed: TeamsShed) -> None:
    post = wanted(shed)
    shed.tenant.courier.patience["invoke"] = 0.2
    shed.tiny.hold = 2
    outcome = shed.post("press", post=post["id"], action=1)
    shed.tiny.release.set()
    assert outcome["problem"] == "Unable to reach app. Please try again. (timeout)"


def test_an_installed_app_greets_and_one_that_is_taken_out_cannot_write(shed: TeamsShed) -> None:
    assert shed.post("install", added=True)["ok"]
    assert shed.last()["text"] == "Hello, I lend tools."
    assert shed.post("install", added=False)["ok"]
    refused = shed.call(
        "POST", f"conversations/{shed.chat()['id']}/activities", json={"type": "message", "text": "Hi"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "MessageWritesBlocked")


def test_a_token_of_anybody_else_does_not_reach_the_app(shed: TeamsShed) -> None:
    login = shed.tenant.login
    login.client_id = "another-app"
    assert shed.say("hello")["problem"] == "Unable to reach app. Please try again. (refused)"
    assert shed.tiny.heard == []
