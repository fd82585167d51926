"""People's calendars as commands see them: when somebody is busy, never with what.

Commands make no calls of their own. A form says what it needs (`Form.needs`); whoever received the request has it read, for a moment only,
and the form is made once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from procedures.free_slots import Interval


@dataclass(frozen=True)
class Needed:
    """Whose calendars are to be read, by e-mail address, and over which time; aware UTC."""

    people: frozenset[str]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class FreeBusy:
    """What could be read: when each is busy. Whoever is needed and not in `busy` could not be read; `answered`: anything could."""

    busy: Mapping[str, tuple[Interval, ...]]
    answered: bool = True


class Diary(Protocol):
    """What was read of people's calendars lately."""

    def known(self, needed: Needed) -> FreeBusy | None:
        """What was read; None where it has not been asked for lately, or the answer is still to come."""
        ...
