"""Signed requests to the app, and what its answers do: commands, buttons, forms, Home, response URLs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from tests.playground.conftest import Shed
from tests.playground.samples import modal
from tests.playground.tiny import SECRET, card, form, plain


def ask(shed: Shed) -> dict[str, Any]:
    """Open the form that asks for a tool."""
    assert shed.command("/tool ask")["ok"]
    return shed.modal()


def change(shed: Shed, view: dict[str, Any], block: str, value: Any, **more: Any) -> dict[str, Any]:
    return shed.post(
        "view/change",
        user="U0ADA",
        surface=view["id"],
        block_id=block,
        action_id="value",
        value=value,
        **more,
    )


def submit(shed: Shed, view: dict[str, Any], **values: Any) -> dict[str, Any]:
    given = {block: {"value": value} for block, value in values.items()}
    return shed.post("view/submit", user="U0ADA", view_id=view["id"], values=given)


def press(shed: Shed, ts: str, action: str, user: str = "U0ADA") -> dict[str, Any]:
    return shed.post("action", user=user, surface=ts, block_id="answers", action_id=action)


def wanted(shed: Shed) -> dict[str, Any]:
    """A message about a saw, with its buttons."""
    assert submit(shed, ask(shed), tool="saw", size="small")["ok"]
    return shed.messages()[-1]


# Commands


def test_a_command_has_all_of_slacks_fields(shed: Shed) -> None:
    shed.command("/tool   two words ")
    (body,) = shed.heard("/tool")
    assert body["text"] == "two words"
    assert body["user_name"] == "ada"
    assert body["channel_name"] == "directmessage"
    assert body["is_enterprise_install"] == "false"
    expected = "token team_id team_domain channel_id user_id command api_app_id response_url trigger_id"
    assert set(expected.split()) <= set(body)


def test_the_signature_holds_by_the_workspaces_clock_and_by_no_other(shed: Shed) -> None:
    shed.command("/tool hello")
    headers = {name: value[0] for name, value in shed.tiny.headers[-1].items()}

    class At(SignatureClock):
        def __init__(self, late: float) -> None:
            self.late = late

        def now(self) -> float:
            return shed.clock.now().timestamp() + self.late

    body, stamp = shed.workspace.courier.last_body(), headers["x-slack-request-timestamp"]
    assert stamp == str(int(shed.clock.now().timestamp()))
    right = SignatureVerifier(SECRET, At(0))
    assert right.is_valid(body, stamp, headers["x-slack-signature"])
    assert not right.is_valid(body + b"x", stamp, headers["x-slack-signature"])
    assert not SignatureVerifier(SECRET, At(301)).is_valid(body, stamp, headers["x-slack-signature"])
    assert not SignatureVerifier("other").is_valid(body, stamp, headers["x-slack-signature"])


def test_the_last_request_can_be_sent_again_byte_for_byte(shed: Shed) -> None:
    shed.command("/tool hello")
    shed.clock.advance(timedelta(minutes=4))
    assert shed.post("redeliver")["ok"]
    assert shed.post("redeliver")["ok"]
    first, second, third = shed.tiny.headers
    assert first["x-slack-signature"] == second["x-slack-signature"]
    assert ("x-slack-retry-num" in first, second["x-slack-retry-num"], third["x-slack-retry-num"]) == (
        False,
        ["1"],
        ["2"],
    )
    assert shed.tiny.seen[0] == shed.tiny.seen[1]
    shed.clock.advance(timedelta(minutes=2))
    assert "dispatch_failed" in shed.post("redeliver")["problem"]


def test_nothing_can_be_sent_again_before_something_was_sent(shed: Shed) -> None:
    assert "nothing to send again" in shed.post("redeliver")["problem"]


def test_an_answer_is_for_the_asker_alone_unless_it_is_for_the_channel(shed: Shed) -> None:
    channel = next(one["id"] for one in shed.state()["channels"] if not one["direct"])
    for line in ("/tool hello", "/tool public"):
        shed.post("command", user="U0ADA", channel=channel, text=line)
    seen = {
        user: [m["text"] for c in shed.state(user)["channels"] if c["id"] == channel for m in c["messages"]]
        for user in ("U0ADA", "U0BEN")
    }
    assert seen == {"U0ADA": ["You said 'hello'.", "For everyone"], "U0BEN": ["For everyone"]}


def test_an_app_that_takes_too_long_has_failed(shed: Shed) -> None:
    assert shed.workspace.courier.patience == 3.0
    shed.workspace.courier.patience = 0.3
    outcome = shed.command("/tool slow")
    assert outcome["problem"] == '/tool failed with the error "operation_timeout"'
    assert shed.messages()[-1]["failure"]
    shed.tiny.release.set()


def test_an_answer_that_slack_would_refuse_is_shown_as_a_failure(shed: Shed) -> None:
    assert "invalid_blocks" in shed.command("/tool wrong")["problem"]
    assert "less than 151" in shed.messages()[-1]["text"]


def test_a_command_that_nobody_registered_is_not_sent(shed: Shed) -> None:
    assert "/spade is not a valid command" in shed.command("/spade dig")["problem"]
    assert shed.tiny.seen == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"user": "U0ADA", "text": "hello"}, "begin with a slash"),
        ({"user": "U0NOBODY", "text": "/tool"}, "nobody with the user id"),
        ({"user": "U0ADA"}, "'text' is missing"),
        ({"user": "U0ADA", "channel": "D0BEN", "text": "/tool"}, "not in that channel"),
        ({"user": "U0ADA", "channel": "C404", "text": "/tool"}, "channel_not_found"),
    ],
)
def test_a_command_that_cannot_be_typed_is_refused_with_a_sentence(
    shed: Shed, body: dict[str, Any], says: str
) -> None:
    assert says in shed.post("command", **body)["problem"]
    assert shed.tiny.seen == []


# Response URLs


def test_a_response_url_is_good_for_five_uses_and_thirty_minutes(shed: Shed) -> None:
    shed.command("/tool later")
    assert shed.messages()[-1]["text"] == "In a moment"
    (body,) = shed.heard("/tool")
    answers = [shed.http.post(body["response_url"], json={"text": str(number)}) for number in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 404]
    assert answers[-1].json()["error"] == "used_url"
    shed.command("/tool hello")
    url = shed.heard("/tool")[-1]["response_url"]
    shed.clock.advance(timedelta(minutes=30, seconds=1))
    assert shed.http.post(url, json={"text": "late"}).json()["error"] == "expired_url"
    assert shed.http.post("/response/none", json={"text": "x"}).json()["error"] == "invalid_url"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"json": {}}, "no_text"),
        ({"json": {"text": "x", "colour": "red"}}, "invalid_arguments"),
        ({"json": {"text": "x", "response_type": "loud"}}, "invalid_arguments"),
        ({"json": {"blocks": [{"type": "banner"}]}}, "invalid_blocks"),
        ({"json": {"text": "x" * 40_001}}, "msg_too_long"),
        ({"json": {"text": 7}}, "invalid_arguments"),
        ({"json": [1]}, "invalid_payload"),
        ({"content": b"{"}, "invalid_payload"),
    ],
)
def test_a_response_that_slack_would_refuse_is_refused(
    shed: Shed, content: dict[str, Any], error: str
) -> None:
    shed.command("/tool hello")
    response = shed.http.post(shed.heard("/tool")[-1]["response_url"], **content)
    assert (response.status_code, response.json()["error"]) == (400, error)


def test_a_response_url_replaces_and_deletes_the_message_it_came_with(shed: Shed) -> None:
    message = wanted(shed)
    press(shed, message["ts"], "more")
    assert shed.messages()[-1]["text"] == "What for?"
    url = shed.heard("block_actions")[-1]["response_url"]
    assert shed.http.post(url, json={"replace_original": True, "text": "Done"}).text == "ok"
    replaced = next(one for one in shed.messages() if one["ts"] == message["ts"])
    assert (replaced["text"], replaced["blocks"]) == ("Done", [])
    assert shed.http.post(url, json={"delete_original": True}).text == "ok"
    assert message["ts"] not in [one["ts"] for one in shed.messages()]
    assert shed.http.post(url, json={"delete_original": True}).json()["error"] == "message_not_found"


# Buttons on messages


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


# Forms


def test_a_trigger_lives_three_seconds_and_opens_one_form(shed: Shed) -> None:
    shed.command("/tool hello")
    trigger = shed.heard("/tool")[-1]["trigger_id"]
    wrong = shed.api("views.open", trigger_id=trigger, view=modal(title=plain("x" * 25)))
    assert wrong["error"] == "invalid_arguments"
    shed.clock.advance(timedelta(seconds=3))
    assert shed.api("views.open", trigger_id=trigger, view=form())["ok"]
    assert shed.api("views.open", trigger_id=trigger, view=form())["error"] == "exchanged_trigger_id"
    shed.command("/tool hello")
    late = shed.heard("/tool")[-1]["trigger_id"]
    shed.clock.advance(timedelta(seconds=3, milliseconds=1))
    assert shed.api("views.open", trigger_id=late, view=form())["error"] == "expired_trigger_id"


def test_a_form_is_not_sent_before_it_is_complete(shed: Shed) -> None:
    view = ask(shed)
    outcome = submit(shed, view, tool="  ")
    assert outcome["errors"] == {
        "tool": "Please complete this required field.",
        "size": "Please complete this required field.",
    }
    assert shed.modal()["errors"] == outcome["errors"]
    outcome = submit(shed, view, tool="ab", size="small", why="x" * 201)
    assert outcome["errors"]["tool"] == "Please write at least 3 characters; there are 2."
    assert outcome["errors"]["why"] == "Please shorten this to 200 characters; there are 201."
    assert shed.heard("view_submission") == []
    change(shed, view, "tool", "abc")
    assert set(shed.modal()["errors"]) == {"why"}


def test_a_sent_form_carries_its_state_and_closes(shed: Shed) -> None:
    view = ask(shed)
    change(shed, view, "when", "2026-12-01")
    assert submit(shed, view, tool="saw", size="small")["ok"]
    (body,) = shed.heard("view_submission")
    values = body["view"]["state"]["values"]
    assert values["tool"]["value"] == {"type": "plain_text_input", "value": "saw"}
    assert values["size"]["value"]["selected_option"] == {"text": plain("Small"), "value": "small"}
    assert values["when"]["value"] == {"type": "datepicker", "selected_date": "2026-12-01"}
    assert values["why"]["value"] == {"type": "plain_text_input", "value": None}
    assert (body["view"]["private_metadata"], body["view"]["callback_id"]) == ("kept", "ask")
    assert shed.state()["modals"] == []


def test_the_apps_errors_stand_at_their_fields_and_nothing_typed_is_lost(shed: Shed) -> None:
    view = ask(shed)
    outcome = submit(shed, view, tool="hammer", size="small", why="nails")
    assert outcome["errors"] == {"tool": "All hammers are out."}
    after = shed.modal()
    assert after["errors"] == {"tool": "All hammers are out."}
    assert (after["typed"]["tool"]["value"], after["typed"]["why"]["value"]) == ("hammer", "nails")


def test_a_choice_that_dispatches_changes_the_form_and_keeps_what_was_typed(shed: Shed) -> None:
    view = ask(shed)
    change(shed, view, "tool", "ladder")
    assert shed.heard("block_actions") == []
    change(shed, view, "size", "large")
    (body,) = shed.heard("block_actions")
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["tool"]["value"]["value"] == "ladder"
    assert "channel" not in body
    after = shed.modal()
    assert [block["block_id"] for block in after["blocks"]][-1] == "reach"
    assert (after["typed"]["tool"]["value"], after["typed"]["size"]["value"]) == ("ladder", "large")
    assert submit(shed, after)["errors"] == {"reach": "Please complete this required field."}
    assert submit(shed, after, reach="2.5")["errors"] == {"reach": "Please enter a whole number."}
    assert submit(shed, after, reach="many")["errors"] == {"reach": "Please enter a number."}
    assert submit(shed, after, reach="2")["ok"]


def test_an_update_with_an_old_hash_is_refused(shed: Shed) -> None:
    view = ask(shed)
    assert shed.api("views.update", view_id=view["id"], hash=view["hash"], view=form("new"))["ok"]
    again = shed.api("views.update", view_id=view["id"], hash=view["hash"], view=form("newer"))
    assert again["error"] == "hash_conflict"


def test_an_answer_can_update_push_and_clear(shed: Shed) -> None:
    view = ask(shed)
    assert submit(shed, view, tool="other", size="small")["ok"]
    assert shed.modal()["blocks"][0]["text"]["text"] == "Say *more*."
    assert submit(shed, view, tool="pushed")["ok"]
    upper = shed.modal()
    assert upper["title"]["text"] == "And further"
    assert len(shed.state()["modals"]) == 2
    assert submit(shed, upper, tool="anything", size="small")["ok"]
    pushed = shed.heard("view_submission")[-1]["view"]
    assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], view["id"])
    assert shed.state()["modals"] == []


def test_at_most_three_forms_lie_on_each_other(shed: Shed) -> None:
    view = ask(shed)
    for _ in range(2):
        change(shed, view, "size", "large")
        view = shed.api("views.push", trigger_id=shed.heard("block_actions")[-1]["trigger_id"], view=form())[
            "view"
        ]
    change(shed, view, "size", "large")
    refused = shed.api("views.push", trigger_id=shed.heard("block_actions")[-1]["trigger_id"], view=form())
    assert refused["error"] == "push_limit_reached"


def test_closing_tells_the_app_and_leaves_the_form_below(shed: Shed) -> None:
    view = ask(shed)
    submit(shed, view, tool="pushed", size="small")
    upper = shed.modal()
    assert shed.post("view/close", user="U0ADA", view_id=upper["id"])["ok"]
    assert shed.modal()["id"] == view["id"]
    shed.post("view/close", user="U0ADA", view_id=view["id"], all=True)
    assert [body["is_cleared"] for body in shed.heard("view_closed")] == [False, True]
    assert shed.state()["modals"] == []
    assert "closed. Open it again" in submit(shed, view)["problem"]


def test_typing_dispatches_as_the_element_asks(shed: Shed) -> None:
    def typing(*when: str) -> dict[str, Any]:
        element: dict[str, Any] = {"type": "plain_text_input", "action_id": "act"}
        if when:
            element["dispatch_action_config"] = {"trigger_actions_on": list(when)}
        return {
            "type": "input",
            "block_id": "b",
            "label": plain("Find"),
            "element": element,
            "dispatch_action": True,
        }

    heard = []
    for block in (
        typing(),
        typing("on_character_entered"),
        typing("on_enter_pressed", "on_character_entered"),
    ):
        shed.command("/tool hello")
        trigger = shed.heard("/tool")[-1]["trigger_id"]
        view = shed.api("views.open", trigger_id=trigger, view=modal(block, external_id=""))["view"]
        for enter in (False, True):
            before = len(shed.heard("block_actions"))
            typed = {"surface": view["id"], "block_id": "b", "action_id": "act", "value": "word"}
            assert shed.post("view/change", user="U0ADA", enter=enter, **typed)["ok"]
            heard.append(len(shed.heard("block_actions")) - before)
    assert heard == [0, 1, 1, 0, 1, 1]


@pytest.mark.parametrize(
    ("block", "value", "says"),
    [
        ("size", "medium", "not among the choices"),
        ("when", "2026-02-30", "not a date"),
        ("tool", 7, "not text"),
        ("nowhere", "x", "any more"),
    ],
)
def test_what_an_input_could_not_hold_is_refused(shed: Shed, block: str, value: Any, says: str) -> None:
    view = ask(shed)
    assert says in change(shed, view, block, value)["problem"]
    assert shed.modal()["typed"] == view["typed"]


# Home, unread, time


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
