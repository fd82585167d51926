"""What the bolt app does with requests that are not as they should be, and what it writes in the log."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog

from bot.sending import NotConnected, TryLater
from bot.slack.handlers import OLD_BUTTON
from bot.slack.listen import OLD_FORM, OTHER_COMMAND, create_bolt, endpoint, keep_socket, run_socket
from commands.vocabulary import Say
from tests.bot.slack.office import ADA, Office
from tests.bot.slack.test_listen import CHALLENGE, SEEN

FORM = "application/x-www-form-urlencoded"
SECRET_WORDS = "BR-20931 Ada Okafor"


def _send(office: Office, body: str, content_type: str = "application/json") -> tuple[int, str]:
    """One request past the guard, straight to the bolt app."""
    return office.do(_call(office, body, content_type))


async def _call(office: Office, body: str, content_type: str) -> tuple[int, str]:
    client = office.sender._client
    app = create_bolt(
        office.reception,
        asyncio.to_thread,
        lambda: None,
        client,
        installation=office.installation,
        background=office.background,
    )
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "query_string": b""}
    await endpoint(app)(scope | {"headers": [(b"content-type", content_type.encode())]}, receive, send)
    await office.background.settle()
    return sent[0]["status"], sent[1]["body"].decode()


def _interaction(kind: str, **more: Any) -> str:
    user = {"id": ADA, "name": SECRET_WORDS, "team_id": "T0DEMO0TEAM"}
    payload = {"type": kind, "team": {"id": "T0DEMO0TEAM"}, "user": user, "api_app_id": "A1", **more}
    return urlencode({"payload": json.dumps(payload)})


def _event(kind: str, **more: Any) -> str:
    event = {"type": kind, "user": ADA, **more}
    return json.dumps(
        {"type": "event_callback", "team_id": "T0DEMO0TEAM", "api_app_id": "A1", "event": event}
    )


def test_slack_checks_the_address_while_the_app_is_set_up(office: Office) -> None:
    assert _send(office, '{"type":"url_verification","challenge":"abc"}') == (200, '{"challenge": "abc"}')


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (urlencode({"command": "/tools", "text": SECRET_WORDS, "user_id": ADA}), FORM, OTHER_COMMAND),
        (
            _interaction("view_submission", view={"id": "V1", "type": "modal", "callback_id": "old"}),
            FORM,
            OLD_FORM,
        ),
        (_interaction("view_closed", view={"id": "V1", "type": "modal", "callback_id": "old"}), FORM, ""),
        (
            _interaction("view_closed", view={"id": "V1", "type": "modal", "callback_id": "challenge"}),
            FORM,
            "",
        ),
        (_interaction("shortcut", callback_id="old"), FORM, ""),
        (_interaction("message_action", callback_id="old"), FORM, ""),
        (_interaction("block_suggestion", action_id="old", block_id="b", value="x"), FORM, '{"options": []}'),
        (_event("message", text=SECRET_WORDS, channel="D1"), "application/json", ""),
        (_event("app_home_opened", tab="messages"), "application/json", ""),
        (json.dumps({"type": "something", "text": SECRET_WORDS}), "application/json", ""),
    ],
)
def test_what_nobody_here_knows_gets_a_plain_answer(
    office: Office, body: str, content_type: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        status, answer = _send(office, body, content_type)
    assert status == 200
    assert words in answer if words else answer == ""
    assert office.reception.heard == []
    assert SECRET_WORDS not in caplog.text + json.dumps(logs)


def test_an_old_button_without_a_way_to_answer_is_still_acknowledged(office: Office) -> None:
    body = _interaction("block_actions", actions=[{"action_id": "old", "block_id": "b"}], trigger_id="1")
    assert _send(office, body, FORM) == (200, "")
    assert OLD_BUTTON not in json.dumps(office.messages())


def test_an_old_form_is_acknowledged(office: Office) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "challenge", "private_metadata": "", "blocks": []}
    assert _send(office, _interaction("view_submission", view=view), FORM) == (200, "")


@pytest.mark.parametrize("body", ["payload=no", "payload=%5B%5D", "payload=1"])
def test_a_body_that_cannot_be_read_is_refused_without_a_word_of_it_in_the_log(
    office: Office, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert _send(office, body, FORM)[0] == 400
    assert caplog.text == ""


def test_no_words_of_a_request_or_an_answer_reach_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        office.reception.answer = Say(SEEN)
        office.command(f"/challenge show {SECRET_WORDS}")
        office.do(office.sender.post(ADA, CHALLENGE, "key"))
        office.reception.answer = RuntimeError(SECRET_WORDS)
        office.press(office.messages()[-1], "Acknowledge")
        office.command(f"/challenge {SECRET_WORDS}")
        office.workspace.faults.answer("views.publish", error="internal_error")
        office.ui("home")
    everything = caplog.text + json.dumps(logs)
    for words in (SECRET_WORDS, "BR-20931", "A concern.", "You have acknowledged", "Okafor"):
        assert words not in everything
    assert [entry["event"] for entry in logs] == [
        "slack_request_failed",
        "slack_request_failed",
        "background_failed",
    ]
    assert logs[0]["error"] == "RuntimeError"
    assert logs[2] == {
        "event": "background_failed",
        "log_level": "error",
        "what": "publish_a_home_page",
        "error": "TryLater",
        "where": logs[2]["where"],
    }


@pytest.mark.parametrize("fault", [{"error": "invalid_auth"}, {"status": 503}])
def test_a_bot_that_slack_does_not_know_fails_loudly_and_recovers(
    office: Office, fault: dict[str, Any]
) -> None:
    office.workspace.faults.answer("auth.test", **fault)
    outcome = office.command("/challenge")
    assert outcome["problem"] == '/challenge failed with the error "dispatch_failed"'
    assert office.reception.heard == []
    assert office.command("/challenge")["ok"]


def test_the_start_tells_a_refused_token_from_a_slack_that_is_down(office: Office) -> None:
    office.workspace.faults.answer("auth.test", error="token_revoked")
    with pytest.raises(NotConnected, match="CHALLENGE_SLACK_BOT_TOKEN"):
        office.do(office.installation.identify())
    office.workspace.faults.answer("auth.test", status=500)
    with pytest.raises(TryLater):
        office.do(office.installation.identify())
    assert office.do(office.installation.identify()).bot_user_id == "U0DEMO0BOT"


def test_socket_mode_with_a_token_that_slack_refuses_ends_at_once(office: Office) -> None:
    async def start() -> None:
        app = create_bolt(office.reception, asyncio.to_thread, lambda: None, office.sender._client)
        await run_socket(app, "xapp-wrong")

    with pytest.raises(NotConnected, match="CHALLENGE_SLACK_APP_TOKEN"):
        office.do(start())


def test_socket_mode_is_tried_again_and_never_silently_given_up(office: Office) -> None:
    async def attempts() -> int:
        app = create_bolt(office.reception, asyncio.to_thread, lambda: None, office.sender._client)
        begun = asyncio.create_task(keep_socket(app, "xapp-wrong", patience=0.0))
        with structlog.testing.capture_logs() as log:
            while len(log) < 3:
                await asyncio.sleep(0)
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)
        assert {(line["event"], line["error"]) for line in log} == {("slack_socket_failed", "NotConnected")}
        return len(log)

    assert office.do(attempts()) >= 3
