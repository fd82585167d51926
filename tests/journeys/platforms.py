"""On which platforms and databases a story is told."""

from __future__ import annotations

import pytest

EVERYWHERE = pytest.mark.parametrize(
    ("database_url", "platform"),
    [
        pytest.param("sqlite", "slack", id="slack"),
        pytest.param("postgres", "slack", id="slack-postgres", marks=pytest.mark.postgres),
        pytest.param("sqlite", "teams", id="teams"),
        pytest.param("sqlite", "both", id="both"),
    ],
    indirect=True,
)
"""Everybody in Slack, on both databases; everybody in Teams; the coordinators in Slack and everybody else in Teams."""
