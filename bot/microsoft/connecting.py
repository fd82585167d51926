"""Calendars by Microsoft Graph, as the settings say."""

from __future__ import annotations

from bot.calendars.side import CalendarSide
from bot.microsoft.calendars import GraphCalendars
from bot.microsoft.clouds import cloud_of
from bot.microsoft.free_busy import GraphDiaries
from bot.microsoft.graph import Graph
from bot.microsoft.tokens import tokens_of
from bot.settings import Settings


class NoTokens:
    """For a Graph on this machine that is a play: there is nobody who gives tokens."""

    async def get(self, scope: str) -> str:
        """A word in the place of a token."""
        return "embedded-workspace"

    def forget(self, scope: str) -> None:
        """There is nothing to forget."""


def connect_graph(side: CalendarSide, settings: Settings) -> None:
    """Bring meetings into calendars, and read calendars, through Graph."""
    cloud, tokens = cloud_of(settings), tokens_of(settings)
    graph = Graph(settings.graph_url or cloud.graph, cloud.graph_scope, tokens or NoTokens())

    async def close() -> None:
        await graph.close()
        if tokens is not None:
            tokens.close()

    side.connect(GraphCalendars(graph), GraphDiaries(graph), close)
