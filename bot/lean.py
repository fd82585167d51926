"""Loading less than libraries would."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()


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


def collect_seldom() -> None:
    """What is loaded stays, so that there is little to collect meanwhile; looking for it is an eighth of a start."""
    gc.set_threshold(50_000, 100, 100)


def keep_what_is_loaded() -> None:
    """Collect as usual from now on, yet never look again through what is there already: that holds everybody up for a twentieth of a second."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
