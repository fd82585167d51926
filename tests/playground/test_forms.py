"""Modals: opened, filled in, refused, updated, pushed, sent and closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.playground.conftest import Shed
from tests.playground.doing import ask, change, submit
from tests.playground.samples import modal
from tests.playground.tiny import form, plain


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
