"""The digest, at once instead of tomorrow morning."""

from __future__ import annotations

from collections.abc import Mapping

from commands.command import Command
from commands.desk import Desk
from commands.todo import digest, nothing_waits
from commands.vocabulary import Filled, Reply, Say


class Digest(Command):
    """Show now what waits for you, as in the daily digest."""

    name = "digest"
    title = "Your digest"

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The digest of this moment."""
        return Say(digest(desk) or nothing_waits(desk))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The same, from a button."""
        return cls.typed(desk, [])
