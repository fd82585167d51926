"""Who is a colleague: what a request says by itself, what Slack says, and what holds while it says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import Background
from bot.sending import CannotDeliver, TryLater
from bot.slack.client import Installation
from bot.slack.colleagues import FRESH, PATIENCE, Colleagues
from tests.doors.front import TEAM, Slack

ADA = "U0ADA"


class Desk:
    """Slack, who it knows, and seconds that a test moves."""

    def __init__(self) -> None:
        self.slack, self.now = Slack(), 1000.0
        session = cast("Any", self.slack)
        client = AsyncWebClient(
            token="xoxb-1", base_url="https://slack.example/api/", session=session, retry_handlers=[]
        )
        self.background = Background()
        self.installation = Installation(client)
        self.colleagues = Colleagues(client, self.installation, self.background, lambda: self.now)

    async def meets(self, user: str = ADA) -> bool:
        """Somebody asks for something; whether they are turned away. What is asked meanwhile is answered before the next."""
        outside = self.colleagues.outside(user, {"team_id": TEAM})
        await self.background.settle()
        return outside

    def asked(self) -> int:
        """How often Slack was asked about one person."""
        return [method for method, _ in self.slack.calls].count("users.info")


def run(story: Callable[[Desk], Awaitable[None]]) -> None:
    """A story inside an event loop."""

    async def go() -> None:
        await story(Desk())

    asyncio.run(go())


def test_a_colleague_is_asked_about_once_an_hour_and_never_waits() -> None:
    async def story(desk: Desk) -> None:
        assert [await desk.meets() for _ in range(3)] == [False] * 3
        assert desk.asked() == 1
        desk.slack.users[ADA] = {"is_restricted": True}
        desk.now += FRESH - 1
        assert not await desk.meets()
        desk.now += 2
        assert not await desk.meets(), "the answer comes after the click that asks for it"
        assert await desk.meets()
        desk.slack.users[ADA] = {}
        desk.now += PATIENCE + 1
        assert await desk.meets()
        assert not await desk.meets(), "who is a colleague again is let in again, soon"

    run(story)


@pytest.mark.parametrize("account", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}, {"is_bot": True}, {"team_id": "T0ELSE"}])  # fmt: skip
def test_nobody_else_is_sent_anything(account: dict[str, Any]) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.users[ADA] = account
        with pytest.raises(CannotDeliver) as caught:
            await desk.colleagues.check(ADA)
        assert "is the account of a guest" in caught.value.reason
        assert await desk.meets()

    run(story)


def test_of_an_account_that_is_gone_slack_says_so_itself() -> None:
    async def story(desk: Desk) -> None:
        desk.slack.users[ADA] = {"deleted": True}
        await desk.colleagues.check(ADA)
        assert await desk.meets(), "and whoever comes with it is turned away all the same"

    run(story)


def test_the_first_list_tells_of_everybody_at_once() -> None:
    async def story(desk: Desk) -> None:
        desk.slack.users = {ADA: {"is_restricted": True}, "U0BEN": {}}
        assert await desk.colleagues.learn()
        assert await desk.meets()
        assert not await desk.meets("U0BEN")
        assert desk.asked() == 0

    run(story)


def test_while_slack_says_nothing_a_known_colleague_works_on_and_nothing_is_sent_to_who_was_never_met() -> (
    None
):
    async def story(desk: Desk) -> None:
        assert not await desk.meets("U0BEN")
        desk.slack.silent = {"users.info", "users.list"}
        assert not await desk.colleagues.learn()
        desk.now += FRESH + 1
        assert [await desk.meets("U0BEN") for _ in range(2)] == [False, False]
        await desk.colleagues.check("U0BEN")
        with pytest.raises(TryLater):
            await desk.colleagues.check(ADA)
        desk.slack.silent = set()
        desk.slack.users["U0BEN"] = {"is_restricted": True}
        desk.now += PATIENCE + 1
        assert [await desk.meets("U0BEN") for _ in range(2)] == [False, True]

    run(story)


@pytest.mark.parametrize(
    ("enterprise", "body", "elsewhere"),
    [
        (None, {"team_id": "T1"}, False),
        (None, {"team_id": "T2"}, True),
        (None, {"user": {"id": ADA, "team_id": "T1"}, "team": {"id": "T1"}}, False),
        (None, {"user": {"id": ADA, "team_id": "T2"}, "team": {"id": "T1"}}, True),
        (None, {"user": {"id": ADA}}, False),
        (None, {"team_id": "T2", "enterprise_id": "E1"}, True),
        ("E1", {"team_id": "T2", "enterprise_id": "E1"}, False),
        ("E1", {"team_id": "T2", "enterprise_id": "E2"}, True),
        ("E1", {"user": {"team_id": "T2"}, "enterprise": {"id": "E1"}}, False),
        ("E1", {"user": {"team_id": "T2"}, "enterprise": None}, True),
        ("E1", {"user": {"team_id": "E1"}}, False),
    ],
)
def test_what_a_request_says_of_its_organisation(
    enterprise: str | None, body: dict[str, Any], elsewhere: bool
) -> None:
    installation = Installation(AsyncWebClient())
    assert not installation.is_elsewhere(body), "nothing is known yet"
    installation._known = AuthorizeResult(enterprise_id=enterprise, team_id="T1")
    assert installation.is_elsewhere(body) is elsewhere
