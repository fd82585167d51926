"""What the tests of the running program share: the log, read back."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from bot import log
from procedures.clock import SetClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def put_log_back() -> Iterator[None]:
    """Let a test set up the log of the process, which pytest itself uses as well."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    showwarning = warnings.showwarning
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    warnings.showwarning = showwarning
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    for name in log.LIBRARIES:
        logging.getLogger(name).setLevel(logging.NOTSET)


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
