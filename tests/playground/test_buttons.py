"""Buttons and menus on messages; the Home tab, unread counts and time."""

from __future__ import annotations

from tests.playground.conftest import Shed
from tests.playground.doing import press, wanted
from tests.playground.tiny import card


def test_a_button_tells_the_app_all_about_its_message_which_is_then_updated_in_place(shed: Shed) -> None:
    message = wanted(shed)
    assert press(shed, message["ts"], "lend")["ok"]
    (body,) = shed.heard("block_actions")
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == (
        "lend",
        "answers",
        "saw",
        "button",
    )
    assert action["action_ts"] > message["ts"]
    assert action["style"] == "primary"
    container = {"type": "message", "message_ts": message["ts"], "channel_id": "D0ADA", "is_ephemeral": False}
    assert body["container"] == container
    assert body["message"]["blocks"] == message["blocks"]
    assert body["state"] == {"values": {}}
    assert body["channel"] == {"id": "D0ADA", "name": "directmessage"}
    after = shed.messages()
    assert len(after) == 1
    assert after[0]["blocks"][1]["text"]["text"] == "Lent by <@U0ADA>"


def test_a_button_that_has_gone_cannot_be_pressed(shed: Shed) -> None:
    message = wanted(shed)
    press(shed, message["ts"], "lend")
    assert "no 'lend' in block 'answers' here any more" in press(shed, message["ts"], "lend")["problem"]
    assert "no longer there" in press(shed, "1.000000", "lend")["problem"]


def test_nobody_presses_a_button_in_anothers_direct_messages(shed: Shed) -> None:
    message = wanted(shed)
    assert "no longer there" in press(shed, message["ts"], "lend", user="U0BEN")["problem"]


def test_an_ephemeral_messages_button_says_so_and_sends_no_message(shed: Shed) -> None:
    shed.api("chat.postEphemeral", channel="D0ADA", user="U0ADA", text="x", blocks=card("saw", "Waiting"))
    press(shed, shed.messages()[-1]["ts"], "more")
    body = shed.heard("block_actions")[-1]
    assert body["container"]["is_ephemeral"]
    assert "message" not in body


def test_a_choice_on_a_message_is_told_with_the_state_of_all_of_it(shed: Shed) -> None:
    assert shed.command("/tool everything")["ok"]
    ts = shed.messages()[-1]["ts"]
    chosen = shed.post(
        "action", user="U0ADA", surface=ts, block_id="s-static_select", action_id="act", value="value-2"
    )
    assert chosen["ok"]
    body = shed.heard("block_actions")[-1]
    assert body["actions"][0]["selected_option"]["value"] == "value-2"
    values = body["state"]["values"]
    assert values["s-static_select"]["act"]["selected_option"]["value"] == "value-2"
    assert values["s-datepicker"]["act"] == {"type": "datepicker", "selected_date": "2028-02-29"}
    wrong = shed.post(
        "action", user="U0ADA", surface=ts, block_id="s-static_select", action_id="act", value="none"
    )
    assert "not among the choices" in wrong["problem"]
    menu = shed.post(
        "action", user="U0ADA", surface=ts, block_id="s-overflow", action_id="act", value="value-1"
    )
    assert menu["ok"]
    assert shed.heard("block_actions")[-1]["actions"][0]["selected_option"]["value"] == "value-1"


def test_opening_home_tells_the_app_which_fills_it(shed: Shed) -> None:
    assert shed.state()["home"] is None
    assert shed.post("home", user="U0ADA")["ok"]
    assert shed.state()["home"]["blocks"][0]["text"]["text"] == "Your tools"
    (envelope,) = shed.heard("event_callback")
    assert envelope["event"]["type"] == "app_home_opened"
    assert envelope["event"]["tab"] == "home"
    assert "view" not in envelope["event"]
    shed.post("home", user="U0ADA")
    assert shed.heard("event_callback")[-1]["event"]["view"]["type"] == "home"


def test_unread_messages_are_counted_until_they_are_read(shed: Shed) -> None:
    shed.api("chat.postMessage", channel="U0BEN", text="one")
    shed.api("chat.postMessage", channel="#workshop", text="two")
    unread = {one["id"]: one["unread"] for one in shed.state("U0BEN")["people"]}
    assert unread == {"U0ADA": 1, "U0BEN": 2}
    shed.post("read", user="U0BEN", channel="D0BEN")
    assert [one["unread"] for one in shed.state("U0BEN")["channels"]] == [0, 1]


def test_time_moves_by_the_three_steps_only(shed: Shed) -> None:
    moved = shed.post("time", step="plus-one-day")
    assert moved["sentence"] == "It is now Tuesday 24 November 2026, 10:04."
    assert shed.state()["time"]["text"] == "Tuesday 24 November 2026, 10:04"
    assert (
        "one of: next-working-day, next-reminder, plus-one-day" in shed.post("time", step="back")["problem"]
    )


def test_a_change_wakes_the_page(shed: Shed) -> None:
    with shed.http.stream("GET", "/ui/events") as events:
        lines = events.iter_lines()
        first = next(line for line in lines if line.startswith("data: "))
        shed.api("chat.postMessage", channel="U0ADA", text="one")
        second = next(line for line in lines if line.startswith("data: "))
    assert int(second.removeprefix("data: ")) > int(first.removeprefix("data: "))
