"""A council to live through a story in, on both databases; at the story's end everything is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.driver import Council, running

BEGINS = "Monday 2026-11-23 09:10"


@pytest.fixture(params=["teams", "both"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Council]:
    """The same council on the same day, everybody in Teams, or the coordinators in Slack and everybody else in Teams; on SQLite."""
    url = f"sqlite:///{tmp_path / 'council.db'}"
    with running(url, tmp_path, BEGINS, platform=request.param) as started:
        yield started
        whole.check(started)


@pytest.fixture
def council(database_url: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, without a challenge."""
    with running(database_url, tmp_path, BEGINS) as started:
        yield started
        whole.check(started)
