"""An office of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.slack.office import Office, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    """The embedded workspace with our bot behind it."""
    with open_office() as found:
        yield found


@pytest.fixture
def hurried() -> Iterator[Office]:
    """The same, with a bot that waits for its reception only a twentieth of a second."""
    with open_office(patience=0.05) as found:
        yield found
