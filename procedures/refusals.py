"""Why a step is refused, and what the engine is told of the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from procedures.steps import Entry


class NotNow(Exception):
    """The step does not fit where the challenge stands; the message says why, and what would."""


class AlreadyDone(NotNow):
    """Somebody has taken this step before; `entry` is theirs."""

    def __init__(self, entry: Entry, what: str) -> None:
        self.entry = entry
        self.what = what
        super().__init__(what)


class BadStep(NotNow):
    """A value of the step is wrong: `field` names it, the message says what would be right."""

    def __init__(self, field_name: str, sentence: str) -> None:
        self.field = field_name
        super().__init__(sentence)


@dataclass(frozen=True)
class Circumstances:
    """What the engine must be told about the moment: the local day, whether the present window has lapsed and when it is due, the
    working days."""

    today: date
    lapsed: bool = False
    why_closed: Callable[[date], str | None] = lambda day: None
    due_day: date | None = None
