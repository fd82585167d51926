"""The council of the journeys, whose law is looked at when a story ends."""

from __future__ import annotations

from tests.journeys.conftest import council, platform

__all__ = ["council", "platform"]
