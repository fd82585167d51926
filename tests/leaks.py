"""A plugin of pytest for the whole run: no line of the log, metric or error report holds a case reference, a name or what was written.

Whatever structlog hands to its output is looked at, with the libraries' messages and uncaught exceptions among it, because the
program writes those through structlog; so is what served programs leave on standard error, and what /metrics would say. A test
during which a seeded word appears fails at its end.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
import structlog._base

ROOT = Path(__file__).parent.parent
CASES = r"\b(?:AF|BR|CLG|HW|LCS|MB|WX)-\d{5,6}\b"
"""The case references of the authorities in tests and in the demo."""
WRITTEN = (
    "Quixotic-Badger",
    "core group has not met",
    "The core group meets by Friday",
    "He decides before anybody has spoken",
    "I told him so after the conference",
)
"""What people write in the stories."""
_hits: list[str] = []


@cache
def _seeded() -> re.Pattern[str]:
    names = set()
    for file in (*ROOT.glob("bot/demo/authorities/*/people.csv"), ROOT / "procedures/templates/people.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            names |= {row["name"] for row in csv.DictReader(lines)}
    words = "|".join(re.escape(word) for word in sorted(names | set(WRITTEN)))
    return re.compile(f"{CASES}|[\\w.]+@[\\w-]+\\.example|{words}")


def look(text: str) -> None:
    """Look through what was written to a log, to metrics or to standard error."""
    found = _seeded().search(text)
    if found is not None:
        _hits.append(f'"{found[0]}" in: {text[max(0, found.start() - 200) : found.end() + 100]}')


@contextmanager
def caught() -> Iterator[list[str]]:
    """What is found within the block, which then does not count."""
    before = _hits[:]
    found: list[str] = []
    _hits.clear()
    try:
        yield found
    finally:
        found += _hits
        _hits[:] = before


def pytest_configure(config: pytest.Config) -> None:
    """Look at all that structlog writes from now on."""
    base: Any = structlog._base.BoundLoggerBase
    if getattr(base, "looked_at", False):
        return
    process = base._process_event

    def processed(self: Any, method: str, event: str | None, values: dict[str, Any]) -> Any:
        arguments = process(self, method, event, values)
        look(" ".join(str(each) for each in arguments))
        return arguments

    base._process_event, base.looked_at = processed, True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Fail the test during which a seeded word appeared. The metrics are looked at after the last test of each file."""
    yield
    if nextitem is None or nextitem.path != item.path:
        look(prometheus_client.generate_latest().decode())
    found = _hits[:]
    _hits.clear()
    if found:
        pytest.fail(
            "A log, metric or error report holds what must not be there:\n" + "\n".join(found), pytrace=False
        )
