"""Somebody who uses Slack and Teams is written to in one of them: the one that the settings name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.teams.microsoft import Microsoft
from tests.bot.teams.test_story import raises
from tests.bot.teams.world import words, world

pytestmark = pytest.mark.anyio

SLACK = {
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": "s",
    "slack_api_url": "http://127.0.0.1:1/",  # nobody is there
}


@pytest.mark.parametrize(("settings", "in_teams"), [({"chat_first": "teams"}, True), ({}, False)])
async def test_whoever_uses_both_is_written_to_where_the_settings_say(
    served: Microsoft, settings: dict[str, Any], *, in_teams: bool
) -> None:
    served.calls.clear()
    async with world(served, **SLACK, **settings) as council:
        await raises(council)
        assert any("CH-1001" in words(each) for each in council.said("priya")) is in_teams
