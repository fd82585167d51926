"""A council to live through a story in, on both databases; at the story's end everything is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.driver import Council, running

BEGINS = "Monday 2026-11-23 09:10"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where people are asked to be in Teams, leave out the stories that are about Slack itself (`platforms.slack_s_own`)."""
    if config.getoption("--platform") == "slack":
        return
    about_slack = [each for each in items if each.get_closest_marker("slack_s_own")]
    config.hook.pytest_deselected(items=about_slack)
    items[:] = [each for each in items if each not in about_slack]


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> str:
    """Where people work: in Slack, unless the story is told on several (`platforms`) or `--platform` says otherwise."""
    chosen: str = getattr(request, "param", request.config.getoption("--platform"))
    return chosen


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, without a challenge."""
    with running(database_url, tmp_path, BEGINS, platform=platform) as started:
        yield started
        whole.check(started)
