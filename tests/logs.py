"""The log of the whole process, which tests may set up and must put back: pytest uses it as well."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot import log


@contextmanager
def put_back() -> Iterator[None]:
    """Whatever the block does to the log is undone at its end."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    showwarning = warnings.showwarning
    try:
        yield
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(False)
        warnings.showwarning = showwarning
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        root.handlers[:], logging.raiseExceptions = handlers, raising
        root.setLevel(level)
        for name in log.LIBRARIES:
            logging.getLogger(name).setLevel(logging.NOTSET)
