"""What can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from commands.command import Command
from commands.desk import Desk
from commands.language import Language
from commands.raising import may_raise
from commands.todo import AWAY, MINE
from commands.vocabulary import Bullets, Button, Buttons, Card, Filled, Paragraph, Reply, Say, Small
from procedures.engine import holding
from procedures.schema import Fact, Procedure

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

        in_use = desk.procedures
        hidden = {name for name, asks in _WHERE.items() if not any(map(asks, in_use))}
        lines = [
            f"/challenge {command.name} {command.usage}".rstrip() + f": {command.help()}"
            for command in ALL
            if command.name not in hidden and command.offered(desk)
        ]
        can_raise = may_raise(desk)
        first = [Button("Raise a challenge", "raise")] if can_raise else []
        if any(desk.holds(holding(each, "concern")) for each in desk.procedures):
            first.append(PRIVATE)
        buttons = Buttons(
            (
                *first,
                MINE,
                Button("My digest", "digest"),
                AWAY,
                Button("Work out a due date", "due"),
                *([Button(Language.title, Language.name)] if Language.offered(desk) else []),
            )
        )
        top = (Paragraph(lead, strong=True),) if lead else ()
        end = Small(
            "Everything here can also be reached by the buttons of a message or on the Home tab. Without a reference a command offers your challenges to choose from."
        )
        return Card("What you can do", (*top, Bullets(tuple(lines)), buttons, end), "Help")


def _awaits(fact: Fact) -> Callable[[Procedure], bool]:
    return lambda procedure: any(
        stage.window is not None and fact in stage.window.until for stage in procedure.stage
    )


def _has(part: str) -> Callable[[Procedure], bool]:
    return lambda procedure: any(getattr(stage, part) for stage in procedure.stage)


def _stops_clocks(procedure: Procedure) -> bool:
    return any(stage.window is not None and stage.window.stop_clock is not None for stage in procedure.stage)


_WHERE: dict[str, Callable[[Procedure], bool]] = {
    "decide": _has("approval"),
    "acknowledge": _awaits(Fact.acknowledged),
    "confirm": _awaits(Fact.actions_completed),
    "fill": _has("form"),
    "schedule": _has("meeting"),
    "invite": _has("meeting"),
    "cancel": _has("meeting"),
    "held": _has("meeting"),
    "outcome": _has("outcome"),
    "action": _has("actions"),
    "done": _has("actions"),
    "pause": _stops_clocks,
    "refer": lambda procedure: bool(procedure.side),
}
"""Commands that help shows only where a procedure in use has something for them to do."""
