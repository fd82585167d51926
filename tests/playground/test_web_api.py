"""The Web API: what each method answers, and with which of Slack's error codes it refuses."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.conftest import Shed
from tests.playground.samples import home, marked, modal, section
from tests.playground.tiny import TOKEN, card, plain

DIRECT = "D0ADA"
LONG_HEADER = [{"type": "header", "text": plain("x" * 151)}]


def client(shed: Shed) -> AsyncWebClient:
    return AsyncWebClient(token=TOKEN, base_url=f"{shed.address}/api/", proxy="", timeout=5)


def post(shed: Shed, **arguments: Any) -> dict[str, Any]:
    """chat.postMessage, a second after the one before."""
    shed.clock.advance(timedelta(seconds=1))
    return shed.api("chat.postMessage", **{"channel": DIRECT, "text": "Hello", **arguments})


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postSmoke", {}, "unknown_method"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": DIRECT}, "no_text"),
    ("chat.postMessage", {"channel": DIRECT, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": DIRECT, "blocks": "not json"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": DIRECT, "blocks": {"type": "divider"}}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": DIRECT, "blocks": LONG_HEADER}, "invalid_blocks"),
    ("chat.postMessage", {"channel": DIRECT, "blocks": [section("x" * 2990)] * 5}, "msg_blocks_too_long"),
    ("chat.postMessage", {"channel": DIRECT, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ("chat.postMessage", {"channel": DIRECT, "text": "x", "attachments": {}}, "invalid_attachments"),
    ("chat.postMessage", {"channel": DIRECT, "text": "x", "metadata": {"key": 1}}, "invalid_metadata_format"),
    ("chat.update", {"channel": DIRECT, "ts": "1.0", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": DIRECT, "ts": "1.0"}, "message_not_found"),
    ("chat.getPermalink", {"channel": DIRECT, "message_ts": "1.0"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": DIRECT, "user": "U0NOBODY", "text": "x"}, "user_not_found"),
    ("chat.postEphemeral", {"channel": DIRECT, "user": "U0BEN", "text": "x"}, "user_not_in_channel"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.open", {"users": "U0ADA,U0BEN"}, "invalid_arguments"),
    ("conversations.info", {"channel": "C404"}, "channel_not_found"),
    ("conversations.list", {"types": "rooms"}, "invalid_types"),
    ("conversations.history", {"channel": DIRECT, "limit": 0}, "invalid_limit"),
    ("conversations.history", {"channel": DIRECT, "cursor": "bm9uc2Vuc2U="}, "invalid_cursor"),
    ("conversations.replies", {"channel": DIRECT, "ts": "1.0"}, "thread_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.org"}, "users_not_found"),
    ("views.open", {"trigger_id": "1.2.x", "view": modal()}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1.2.x", "view": home()}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.x"}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.x", "view": "{"}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.x", "view": modal(*[section("é" * 2900)] * 45)}, "view_too_large"),
    ("views.update", {"view_id": "V404", "view": modal()}, "not_found"),
    ("views.push", {"trigger_id": "1.2.x", "view": modal()}, "invalid_trigger_id"),
    ("views.publish", {"user_id": "U0NOBODY", "view": home()}, "user_not_found"),
    ("views.publish", {"user_id": "U0ADA", "view": modal()}, "invalid_arguments"),
    ("api.test", {"error": "my_error"}, "my_error"),
]


def test_each_refusal_has_slacks_code_and_http_200(shed: Shed) -> None:
    for method, arguments, code in REFUSALS:
        response = shed.call(method, **arguments)
        assert (method, response.status_code, response.json()["ok"]) == (method, 200, False)
        assert (method, response.json()["error"]) == (method, code)


def test_a_refused_block_says_what_and_where(shed: Shed) -> None:
    answer = shed.api("chat.postMessage", channel=DIRECT, blocks=LONG_HEADER)
    sentence = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {sentence}"]
    assert answer["errors"] == [sentence]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-other"}, "invalid_auth"),
        ({"Authorization": f"Bearer {TOKEN}é".encode()}, "invalid_auth"),
    ],
)
def test_a_call_needs_the_token(shed: Shed, headers: dict[str, Any], code: str) -> None:
    response = shed.http.post("/api/auth.test", headers=headers)
    assert response.json() == {"ok": False, "error": code}


def test_the_token_may_be_an_argument_as_slack_allows(shed: Shed) -> None:
    answer = shed.http.post("/api/auth.test", data={"token": TOKEN}).json()
    assert answer["ok"]
    assert answer["bot_id"].startswith("B")


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[1]", "application/json", "json_not_object"),
        (b"<x/>", "text/xml", "invalid_form_data"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(shed: Shed, body: bytes, kind: str, code: str) -> None:
    response = shed.http.post("/api/auth.test", content=body, headers={"Content-Type": kind})
    assert response.json()["error"] == code


def test_the_official_client_gets_the_same_by_json_form_and_query(shed: Shed) -> None:
    async def talk() -> list[Any]:
        bot = client(shed)
        as_json = await bot.chat_postMessage(channel="U0ADA", text="one", blocks=card("saw", "Waiting"))
        shed.clock.advance(timedelta(seconds=1))
        blocks = json.dumps(card("axe", "Waiting"))
        as_form = await bot.api_call(
            "chat.postMessage", data={"channel": DIRECT, "text": "two", "blocks": blocks}
        )
        history = await bot.conversations_history(channel=DIRECT, limit=5)
        person = await bot.users_info(user="U0BEN")
        return [as_json, as_form, history, person]

    as_json, as_form, history, person = asyncio.run(talk())
    assert as_json["channel"] == as_form["channel"] == DIRECT
    assert [one["text"] for one in history["messages"]] == ["two", "one"]
    assert history["messages"][0]["blocks"][0]["block_id"]
    assert person["user"]["profile"]["email"] == "ben@example.org"
    assert person["user"]["tz"] == "Europe/London"


def test_one_message_a_second_in_each_channel_by_the_workspaces_clock(shed: Shed) -> None:
    assert shed.api("chat.postMessage", channel=DIRECT, text="one")["ok"]
    shed.clock.advance(timedelta(milliseconds=999))
    early = shed.call("chat.postMessage", channel=DIRECT, text="two")
    assert (early.status_code, early.headers["Retry-After"]) == (429, "1")
    assert early.json() == {"ok": False, "error": "ratelimited"}
    assert shed.api("chat.postMessage", channel="U0BEN", text="elsewhere")["ok"]
    shed.clock.advance(timedelta(milliseconds=1))
    assert shed.api("chat.postMessage", channel=DIRECT, text="two")["ok"]


def test_a_refused_post_does_not_count_towards_the_rate(shed: Shed) -> None:
    assert not shed.api("chat.postMessage", channel=DIRECT, blocks=LONG_HEADER)["ok"]
    assert shed.api("chat.postMessage", channel=DIRECT, text="one")["ok"]


def test_metadata_comes_back_from_the_history_only_when_asked_for(shed: Shed) -> None:
    metadata = {"event_type": "notice", "event_payload": {"key": "a:1"}}
    assert post(shed, metadata=metadata)["message"]["metadata"] == metadata
    without = shed.api("conversations.history", channel=DIRECT)
    assert "metadata" not in without["messages"][0]
    asked = shed.api("conversations.history", channel=DIRECT, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata


def test_the_history_comes_in_pages_and_between_times(shed: Shed) -> None:
    stamps = [post(shed, text=str(number))["ts"] for number in range(5)]
    first = shed.api("conversations.history", channel=DIRECT, limit=2)
    assert [one["text"] for one in first["messages"]] == ["4", "3"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = shed.api("conversations.history", channel=DIRECT, limit=3, cursor=cursor)
    assert [one["text"] for one in second["messages"]] == ["2", "1", "0"]
    assert not second["has_more"]
    between = shed.api("conversations.history", channel=DIRECT, oldest=stamps[1], latest=stamps[4])
    assert [one["text"] for one in between["messages"]] == ["3", "2"]
    inclusive = shed.api("conversations.history", channel=DIRECT, oldest=stamps[3], inclusive=True)
    assert [one["text"] for one in inclusive["messages"]] == ["4", "3"]


def test_replies_stay_in_their_thread(shed: Shed) -> None:
    parent = post(shed, text="parent")["ts"]
    post(shed, text="reply", thread_ts=parent)
    assert [one["text"] for one in shed.api("conversations.history", channel=DIRECT)["messages"]] == [
        "parent"
    ]
    thread = shed.api("conversations.replies", channel=DIRECT, ts=parent)["messages"]
    assert [one["text"] for one in thread] == ["parent", "reply"]


def test_an_update_changes_what_is_given_and_keeps_the_rest(shed: Shed) -> None:
    sent = post(shed, blocks=[section("before", block_id="b")])
    shed.api("chat.update", channel=DIRECT, ts=sent["ts"], text="after")
    message = shed.messages()[-1]
    assert (message["text"], message["blocks"][0]["text"]["text"], message["edited"]) == (
        "after",
        "before",
        True,
    )
    shed.api("chat.update", channel=DIRECT, ts=sent["ts"], blocks=[section("changed")])
    assert shed.messages()[-1]["blocks"][0]["text"] == marked("changed")


def test_an_ephemeral_message_is_seen_by_one_and_can_be_neither_found_nor_updated(shed: Shed) -> None:
    channel = shed.api("conversations.list")["channels"][0]["id"]
    ts = shed.api("chat.postEphemeral", channel=channel, user="U0BEN", text="psst")["message_ts"]
    seen = {
        user: [m for c in shed.state(user)["channels"] for m in c["messages"]] for user in ("U0ADA", "U0BEN")
    }
    assert [one["text"] for one in seen["U0BEN"]] == ["psst"]
    assert seen["U0ADA"] == []
    assert shed.api("conversations.history", channel=channel)["messages"] == []
    assert shed.api("chat.update", channel=channel, ts=ts, text="x")["error"] == "message_not_found"


def test_a_deleted_message_is_gone(shed: Shed) -> None:
    ts = post(shed)["ts"]
    assert shed.api("chat.delete", channel=DIRECT, ts=ts)["ok"]
    assert shed.messages() == []


def test_people_and_channels_are_found_by_each_of_their_names(shed: Shed) -> None:
    assert shed.api("users.lookupByEmail", email="ADA@example.org")["user"]["id"] == "U0ADA"
    assert {one["id"] for one in shed.api("users.list")["members"]} > {"U0ADA", "U0BEN"}
    assert shed.api("conversations.open", users="U0BEN")["channel"] == {"id": "D0BEN"}
    assert post(shed, channel="#workshop")["channel"] == shed.api("conversations.list")["channels"][0]["id"]
    both = shed.api("conversations.list", types="im,public_channel", limit=2)
    assert len(both["channels"]) == 2
    assert both["response_metadata"]["next_cursor"]
    assert shed.api("conversations.info", channel=DIRECT)["channel"]["user"] == "U0ADA"


def test_the_permalink_leads_to_the_page(shed: Shed) -> None:
    ts = post(shed)["ts"]
    link = shed.api("chat.getPermalink", channel=DIRECT, message_ts=ts)["permalink"]
    assert link == f"{shed.address}/#view={DIRECT}&message={ts}"


def test_a_home_tab_is_guarded_by_its_hash(shed: Shed) -> None:
    first = shed.api("views.publish", user_id="U0ADA", view=home())["view"]
    stale = shed.api("views.publish", user_id="U0ADA", view=home(), hash="old")
    assert stale["error"] == "hash_conflict"
    fresh = shed.api("views.publish", user_id="U0ADA", view=home(section("new")), hash=first["hash"])
    assert fresh["view"]["id"] == first["id"]
    assert fresh["view"]["hash"] != first["hash"]


def test_an_external_id_belongs_to_one_view(shed: Shed) -> None:
    assert shed.api("views.publish", user_id="U0ADA", view=home(external_id="one"))["ok"]
    assert shed.api("views.publish", user_id="U0ADA", view=home(external_id="one"))["ok"]
    other = shed.api("views.publish", user_id="U0BEN", view=home(external_id="one"))
    assert other["error"] == "duplicate_external_id"
    assert shed.api("views.update", external_id="one", view=home(section("new")))["ok"]


def test_faults_come_as_often_as_asked_and_then_no_more(shed: Shed) -> None:
    shed.workspace.faults.answer("chat.postMessage", error="internal_error", times=2)
    shed.workspace.faults.answer("chat.postMessage", status=429, retry_after=7)
    shed.workspace.faults.answer("chat.postMessage", status=503)
    assert [post(shed)["error"] for _ in range(2)] == ["internal_error"] * 2
    limited = shed.call("chat.postMessage", channel=DIRECT, text="x")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert shed.call("chat.postMessage", channel=DIRECT, text="x").status_code == 503
    assert shed.messages() == []
    assert post(shed)["ok"]


def test_a_fault_may_be_for_one_conversation(shed: Shed) -> None:
    shed.workspace.faults.answer("chat.postMessage", error="is_archived", channel=DIRECT)
    assert shed.api("chat.postMessage", channel="D0BEN", text="x")["ok"]
    assert post(shed)["error"] == "is_archived"
    assert post(shed)["ok"]


def test_a_connection_cut_after_accepting_leaves_the_message_posted(shed: Shed) -> None:
    shed.workspace.faults.cut_after_accepting("chat.postMessage")

    async def send() -> None:
        await client(shed).chat_postMessage(channel=DIRECT, text="once")

    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        asyncio.run(send())
    assert [one["text"] for one in shed.messages()] == ["once"]
    shed.workspace.faults.cut_after_accepting("api.test", times=3)
    shed.workspace.faults.clear()
    assert shed.api("api.test")["ok"]


def test_a_fault_must_say_what_is_wrong(shed: Shed) -> None:
    with pytest.raises(ValueError, match="status other than 200"):
        shed.workspace.faults.answer("api.test")


def test_the_cut_is_a_broken_connection_for_any_client(shed: Shed) -> None:
    shed.workspace.faults.cut_after_accepting("api.test")
    with pytest.raises(httpx.RemoteProtocolError):
        shed.http.post("/api/api.test")
