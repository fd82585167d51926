"""Loading less than libraries would."""

from __future__ import annotations

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
