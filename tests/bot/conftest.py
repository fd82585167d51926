"""What the tests of the running program share: the log, read back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import log
from procedures.clock import SetClock
from tests import logs

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def put_log_back() -> Iterator[None]:
    """Let a test set up the log of the process, which pytest itself uses as well."""
    with logs.put_back():
        yield


@pytest.fixture
def written(put_log_back: None) -> io.StringIO:
    """The log as JSON at level debug, into here; dated Monday 23 November 2026, noon."""
    stream = io.StringIO()
    log.configure(log_format="json", log_level="debug", clock=SetClock(NOON), stream=stream)
    return stream


@pytest.fixture
def log_lines(written: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """Call it for the lines written so far, without their dates."""

    def read() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in written.getvalue().splitlines()]
        return [{key: value for key, value in line.items() if key != "time"} for line in lines]

    return read
