"""Whose activities are taken: those that Teams signed for us, of our own tenant, in the shape that Teams' have. Nothing else."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from bot.intake import Pace
from tests.bot.teams.microsoft import ELSEWHERE, TENANT, Microsoft
from tests.bot.teams.world import World, button, words, world

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"key": "another"}, "wrong_token"),
        ({"key": "unknown"}, "wrong_token"),
        ({"aud": "11111111-2222-4333-8444-000000000000"}, "wrong_token"),
        ({"iss": "https://sts.windows.net/somebody/"}, "wrong_token"),
        ({"iss": None}, "wrong_token"),
        ({"exp": int(time.time()) - 3600}, "wrong_token"),
        ({"nbf": int(time.time()) + 3600}, "wrong_token"),
        ({"serviceurl": "https://evil.example/teams"}, "wrong_token"),
        ({"serviceurl": None}, "wrong_token"),
        ({"serviceurl": 7}, "wrong_token"),
        ({"algorithm": "none"}, "wrong_token"),
    ],
)
async def test_a_token_that_is_not_as_it_should_be(
    council: World, capsys: pytest.CaptureFixture[str], claims: dict[str, Any], reason: str
) -> None:
    activity = council.activity("priya", type="message", text="A word of Lucy Green")
    answer = await council.post(activity, council.microsoft.token(**claims))
    assert answer.status == 401
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if reason in line and "request_refused" in line]
    assert "Lucy" not in "".join(lines)
    assert not council.microsoft.messages()


@pytest.mark.parametrize("header", ["", "x.y.z", "not a token", "e" * 20_000])
async def test_no_token_at_all(council: World, header: str) -> None:
    activity = council.activity("priya", type="message", text="help")
    answer = await council.post(activity, header)
    assert answer.status == 401


@pytest.mark.parametrize("where", ["conversation", "channel", "sender", "nowhere"])
async def test_another_tenant_is_refused_wherever_it_is_named(council: World, where: str) -> None:
    activity = council.activity("priya", type="message", text="home")
    if where == "conversation":
        activity["conversation"]["tenantId"] = ELSEWHERE
    elif where == "channel":
        activity["channelData"]["tenant"]["id"] = ELSEWHERE
    elif where == "sender":
        activity["from"]["tenantId"] = ELSEWHERE
    else:
        del activity["conversation"]["tenantId"], activity["channelData"]
    answer = await council.post(activity)
    assert answer.status == 403
    await council.bot.background.settle()
    assert not council.microsoft.messages()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"type": "message"}', 400),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400),
        (b'"' + b"x" * 1_100_000 + b'"', 413),
    ],
)
async def test_what_is_no_activity(council: World, content: bytes, status: int) -> None:
    assert (await council.post(content)).status == status


async def test_what_has_another_shape_gets_400_and_no_trace(
    council: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for change in (
        {"from": "priya"},
        {"conversation": {"id": "../../v3/evil"}},
        {"text": ["help"]},
        {"type": "message", "serviceUrl": None},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": "Lucy Green"}},
        {"type": "lucy"},
    ):
        activity = {**council.activity("priya", type="message", text="help"), **change}
        assert (await council.post(activity)).status == 400, change
    assert "Lucy" not in capsys.readouterr().out
    assert (
        await council.post(
            council.activity("priya", type="message", text="help"), **{"content-type": "text/html"}
        )
    ).status == 415


async def test_a_card_that_is_drawn_anew_by_itself_is_answered(council: World) -> None:
    data = {"b": {"do": "press", "c": "help", "a": {}, "m": "x", "k": "no such key"}}
    answer = await council.presses("priya", {"verb": "refresh", "data": data}, trigger="automatic")
    assert (answer.status, answer.body["statusCode"]) == (200, 200)


async def test_a_guest_is_shown_nothing_once_teams_has_told(council: World) -> None:
    council.microsoft.members["29:priya"]["userRole"] = "guest"
    try:
        await council.writes("priya", "hello")  # Teams is asked meanwhile
        await council.writes("priya", "home")
        assert "for colleagues of this council" in words(council.last("priya"))
    finally:
        del council.microsoft.members["29:priya"]["userRole"]


async def test_somebody_on_the_list_is_known_by_the_address_that_teams_vouches_for(council: World) -> None:
    await council.writes("owen", "home")
    assert "Nothing waits for you" in words(council.last("owen"))
    await council.writes("mallory", "home")
    assert "Nothing waits for you" not in words(council.last("mallory"))


async def test_a_flood_is_slowed_for_whoever_sends_it_and_for_nobody_else(served: Microsoft) -> None:
    served.calls.clear()
    async with world(served, pace=Pace(burst=3, rate=0.001)) as council:
        for _ in range(6):
            await council.writes("priya", "help")
        said = [words(each) for each in council.said("priya")]
        assert len(said) == 4
        assert "very many requests" in said[-1]
        form = {"data": {"b": {"do": "close"}}}
        assert (await council.invoke("priya", "task/submit", form)).status == 429
        await council.writes("tom", "help")
        assert len(council.said("tom")) == 1


async def test_nothing_is_shown_where_others_read_along(council: World) -> None:
    group = {
        "conversation": {"id": "19:team@thread.tacv2", "conversationType": "channel", "tenantId": TENANT}
    }
    await council.writes("priya", "<at>Challenges</at> home", **group)
    posted = council.microsoft.messages("19:team@thread.tacv2")[-1].body
    assert "Others read along" in words(posted)
    opened = await council.opens("tom", button(posted, "Open it for me alone"), **group)
    assert "What you must do" in opened.text
    refused = await council.presses("tom", {"verb": "press", "data": {"b": {}}}, **group)
    assert "Others read along" in refused.text


async def test_anybody_on_this_machine_is_taken_where_nobody_signs(served: Microsoft) -> None:
    served.calls.clear()
    async with world(served, teams_noauth=True, teams_client_id=None, teams_client_secret=None) as council:
        answer = await council.post(council.activity("priya", type="message", text="help"), "")
        await council.bot.background.settle()
        assert answer.status == 200
        assert council.said("priya")
        assert council.microsoft.messages()[-1].authorization == ""


async def test_the_log_says_nothing_of_what_was_written(
    council: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await council.writes("priya", "note CH-1001 Lucy Green is not well")
    assert "Lucy" not in capsys.readouterr().out
    assert json.dumps(council.said("priya")[-1])
