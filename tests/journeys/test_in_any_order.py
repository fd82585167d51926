"""Anybody does anything in any order, Slack and the program fail in between, and time passes: the record stays whole.

EXAMPLES=50 tries more orders than the usual run does.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from tests.journeys import whole
from tests.journeys.anyhow import Anyhow
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import running

EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
STEPS = 14


def emptied(database_url: str, folder: Path) -> str:
    """The URL of a database of its own for each run of events."""
    url = make_url(database_url)
    if url.drivername.startswith("sqlite"):
        return f"sqlite:///{folder / 'challenge.db'}"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return database_url


@pytest.mark.parametrize("steps", [STEPS])
def test_anybody_does_anything(database_url: str, steps: int) -> None:
    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(st.data())
    def lived_through(data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with running(emptied(database_url, folder), folder, BEGINS) as council:
                events = Anyhow(council, lambda n: data.draw(st.integers(0, n - 1)) if n > 1 else 0)
                try:
                    for _ in range(steps):
                        events.step()
                    events.end()
                    whole.check(council)
                except BaseException:
                    note("\n".join(events.said))
                    raise

    lived_through()
