"""The embedded workspace's Microsoft Graph: people's mailboxes with their calendars, spoken to in Graph's own protocol.

It refuses what Graph refuses. `bot.playground.graph.server` answers requests; `FakeGraph` is what people see and do in their calendars.
"""

from bot.playground.graph.mailboxes import Appointment, FakeGraph, Guest, Private

__all__ = ["Appointment", "FakeGraph", "Guest", "Private"]
