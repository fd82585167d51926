"""How much Teams takes, and how fast.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit; sizes from the same pages' status codes.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from procedures.clock import Clock

LARGEST = 100 * 1024
"""Bytes of one message, as JSON."""
PER_CONVERSATION = (
    (7, timedelta(seconds=1)),
    (8, timedelta(seconds=2)),
    (60, timedelta(seconds=30)),
    (1800, timedelta(hours=1)),
)
PER_TENANT = ((50, timedelta(seconds=1)),)
MESSAGE, INVOKE, EXTENSION_SUBMIT = 15.0, 10.0, 5.0
"""Seconds that the app has for its answer to a message, to a card or dialog, and to a message extension's form."""


class Rates:
    """Counts what a bot posts, by the workspace's clock. Changes of messages are not counted: the limits that are documented are of sending."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[str, deque[datetime]] = {}

    def too_fast(self, conversation: str) -> int | None:
        """Count one more message to this conversation; when there are too many, the seconds to wait, and it does not count."""
        now = self._clock.now()
        for key, limits in ((conversation, PER_CONVERSATION), ("", PER_TENANT)):
            sent = self._sent.setdefault(key, deque())
            while sent and now - sent[0] >= limits[-1][1]:
                sent.popleft()
            for most, within in limits:
                if sum(now - one < within for one in sent) >= most:
                    return max(1, int(within.total_seconds()))
        for key in (conversation, ""):
            self._sent[key].append(now)
        return None
