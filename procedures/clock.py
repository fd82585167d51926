"""One clock, passed in. The only module of the program that asks the computer for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is: the computer, a test, or the embedded workspace."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it is put and moves only when told to; for tests.

    Raises ValueError when given a moment without a time zone.
    """

    def __init__(self, moment: datetime) -> None:
        self._moment = _aware(moment)

    def now(self) -> datetime:
        """The moment it was put at, in UTC."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Put the clock at another moment, forward or back."""
        self._moment = _aware(moment)

    def advance(self, by: timedelta) -> None:
        """Move the clock by so much."""
        self._moment += by


class RunningClock:
    """A clock that starts at a chosen moment, runs at the usual speed and can be moved; for the demo.

    It reads the monotonic clock, so a change of the computer's time does not disturb it.
    """

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def now(self) -> datetime:
        """The chosen moment plus the time that has passed since it was chosen, in UTC."""
        return self._moment + timedelta(seconds=time.monotonic() - self._since)

    def set(self, moment: datetime) -> None:
        """Put the clock at another moment; it runs on from there."""
        self._moment = _aware(moment)
        self._since = time.monotonic()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A clock needs a moment with its time zone, for example 2026-11-23T09:00+00:00.")
    return moment.astimezone(UTC)
