"""What can be asked for."""

from __future__ import annotations

from collections.abc import Mapping

from commands.command import Command
from commands.desk import Desk
from commands.todo import AWAY, MINE
from commands.vocabulary import Bullets, Button, Buttons, Card, Filled, Paragraph, Reply, Say, Small

PRIVATE = Button("Private concerns", "concern")
"""Shown to those who may raise one, whether or not they have."""


class Help(Command):
    """Show what you can do here."""

    name = "help"
    title = "Help"

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """All commands, a line each."""
        return Say(cls.card(desk))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The same, from a button."""
        return cls.typed(desk, [])

    @classmethod
    def card(cls, desk: Desk, lead: str = "") -> Card:
        """What can be asked for; `lead` says what was not understood."""
        from commands.registry import ALL

        lines = [
            f"/challenge {command.name} {command.usage}".rstrip() + f": {command.help()}"
            for command in ALL
            if command.offered(desk)
        ]
        can_raise = any(desk.holds(procedure.raising.by) for procedure in desk.office.library.in_use)
        first = [Button("Raise a challenge", "raise")] if can_raise else []
        concerns = (each.concern for each in desk.office.library.in_use)
        if any(desk.holds(concern.by) for concern in concerns if concern is not None):
            first.append(PRIVATE)
        buttons = Buttons(
            (
                *first,
                MINE,
                Button("My digest", "digest"),
                AWAY,
                Button("Work out a due date", "due"),
            )
        )
        top = (Paragraph(lead, strong=True),) if lead else ()
        end = Small(
            "Everything here can also be reached by the buttons of a message or on the Home tab. Without a reference a command offers your challenges to choose from."
        )
        return Card("What you can do", (*top, Bullets(tuple(lines)), buttons, end), "Help")
