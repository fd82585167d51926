"""Microsoft's side, served once for all tests of a file, and a council of its own for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bot.teams.microsoft import Microsoft, microsoft
from tests.bot.teams.world import World, world


@pytest.fixture(scope="module")
def served() -> Iterator[Microsoft]:
    """Microsoft's side."""
    with microsoft() as found:
        yield found


@pytest.fixture
async def council(served: Microsoft) -> AsyncIterator[World]:
    """A council on Teams alone."""
    served.calls.clear()
    served.answers.clear()
    async with world(served) as found:
        yield found
