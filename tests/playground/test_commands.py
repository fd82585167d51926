"""Slash commands and response URLs: the signed requests, and what the answers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from tests.playground.conftest import Shed
from tests.playground.doing import press, wanted
from tests.playground.tiny import SECRET


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


def test_a_guest_and_a_stranger_are_told_apart_as_slack_tells_them(shed: Shed) -> None:
    people = shed.workspace.personas
    people["U0ADA"] = replace(people["U0ADA"], standing="single_channel_guest")
    people["U0BEN"] = replace(people["U0BEN"], standing="stranger")
    guest, stranger = (shed.api("users.info", user=user)["user"] for user in ("U0ADA", "U0BEN"))
    assert (guest["is_restricted"], guest["is_ultra_restricted"], guest.get("is_stranger")) == (
        True,
        True,
        None,
    )
    assert (stranger["is_restricted"], stranger["is_stranger"]) == (False, True)
    assert stranger["team_id"] != guest["team_id"]
    assert [each["id"] for each in shed.api("users.list")["members"] if not each["is_bot"]] == ["U0ADA"]
    for user in ("U0ADA", "U0BEN"):
        shed.command("/tool hello", user)
    assert [body["team_id"] for body in shed.heard("/tool")] == [guest["team_id"], stranger["team_id"]]
