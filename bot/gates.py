"""Which platforms take nothing at all now, because they refuse the program itself: the app was removed, or the token is wrong.

Then no message is tried one by one. All wait, and from time to time a single one asks whether it works again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

PAUSE = timedelta(seconds=60)
"""Between two questions."""


class Gates:
    """The platforms of one process, all open at first."""

    def __init__(self, platforms: Iterable[str]) -> None:
        self._platforms = tuple(platforms)
        self._until: dict[str, datetime] = {}
        self._seen_open: set[str] = set()

    def close(self, platform: str, now: datetime) -> datetime:
        """It refuses the program; the moment from which one message may try again."""
        self._seen_open.discard(platform)
        self._until[platform] = now + PAUSE
        return self._until[platform]

    def open(self, platform: str) -> bool:
        """It took something. True for the first time since it was closed, or since the program began."""
        self._until.pop(platform, None)
        if platform in self._seen_open:
            return False
        self._seen_open.add(platform)
        return True

    def wait(self, platform: str, now: datetime) -> timedelta:
        """For how long it must not be asked; none when it may be, and no longer than a pause wherever the clock was put."""
        left = self._until.get(platform, now) - now
        return left if timedelta() < left <= PAUSE else timedelta()

    def shut(self, now: datetime) -> timedelta:
        """For how long no platform at all may be asked."""
        return min((self.wait(each, now) for each in self._platforms), default=timedelta())

    @property
    def doubtful(self) -> bool:
        """Whether one message should ask first, because no platform is known to take any."""
        return bool(self._platforms) and all(each in self._until for each in self._platforms)
