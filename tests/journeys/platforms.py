"""On which platforms and databases a story is told."""

from __future__ import annotations

import pytest

_SLACK = [
    pytest.param("sqlite", "slack", id="slack"),
    pytest.param("postgres", "slack", id="slack-postgres", marks=pytest.mark.postgres),
]
_TEAMS = pytest.param("sqlite", "teams", id="teams")
NAMES = ("database_url", "platform")

IN_TEAMS_TOO = pytest.mark.parametrize(NAMES, [*_SLACK, _TEAMS], indirect=True)
"""Everybody in Slack, on both databases; everybody in Teams."""

EVERYWHERE = pytest.mark.parametrize(
    NAMES, [*_SLACK, _TEAMS, pytest.param("sqlite", "both", id="both")], indirect=True
)
"""Everybody in Slack, on both databases; everybody in Teams; the coordinators in Slack and everybody else in Teams."""


def slack_s_own(reason: str) -> pytest.MarkDecorator:
    """A story about Slack itself, for this reason: `--platform teams` and `--platform both` leave it out (`conftest`)."""
    return pytest.mark.slack_s_own(reason)
