"""Loading less than libraries would."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_rich() -> Iterator[None]:
    """What is loaded in the block finds no rich. It comes with typer for the help; structlog would load it for coloured traces, which
    takes a server 5 MB and a quarter of its start."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["rich"]


def collect_nothing() -> None:
    """What is loaded stays, so that there is hardly anything to collect meanwhile; looking for it takes an eighth of a start."""
    gc.disable()


def keep_what_is_loaded() -> None:
    """Collect from now on, yet never look through what is there already, which holds everybody up for some 80 ms."""
    gc.freeze()
    gc.enable()
