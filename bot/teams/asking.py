"""What the handlers of Teams ask: the reception, with patience, and whether somebody is a colleague."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.answering import Answering
from bot.teams.directory import Directory
from bot.teams.turn import Turn
from commands.reception import Receives
from commands.vocabulary import Ask, Card, Filled, Form, Press, Reply, Say

PATIENCE = 3.5
"""Seconds for the reception's answer: the strictest limit is five, and the way there and back takes its share."""
HOME_WORDS = ("", "home", "todo", "to do", "start", "hello", "hi")


class Asking:
    """The reception, as Teams asks it. All methods but `outside` raise Late and OurFault."""

    def __init__(
        self, reception: Receives, answering: Answering, directory: Directory, patience: float = PATIENCE
    ) -> None:
        self._reception, self._answering, self._directory = reception, answering, directory
        self._patience = patience

    def outside(self, turn: Turn) -> bool:
        """Whether somebody is shown nothing."""
        self._directory.met(turn.user, turn.chat, turn.member)
        return not turn.user or self._directory.outside(turn.user)

    async def typed(self, turn: Turn, text: str, key: str) -> Reply:
        """Words; for some of them the person's own page, which has no place of its own in Teams."""
        if text.lower().strip(" .!?") in HOME_WORDS:
            home = partial(self._reception.home, opened=True)
            home.__name__ = "home"  # type: ignore[attr-defined]
            card: Card = await self._answering.ask(self._patience, home, turn.who)
            return Say(card)
        reply: Reply = await self._answering.ask(self._patience, self._reception.typed, turn.who, text, key)
        return reply

    async def pressed(self, turn: Turn, press: Press, key: str) -> Reply:
        """A button."""
        reply: Reply = await self._answering.ask(
            self._patience, self._reception.pressed, turn.who, press, key
        )
        return reply

    async def submitted(self, turn: Turn, filled: Filled, key: str) -> Reply:
        """A form that was sent."""
        reply: Reply = await self._answering.ask(
            self._patience, self._reception.submitted, turn.who, filled, key
        )
        return reply

    async def changed(self, turn: Turn, filled: Filled) -> Reply:
        """The form as it must look now."""
        form: Form = await self._answering.ask(self._patience, self._reception.changed, turn.who, filled)
        return Ask(form)

    async def as_now(self, redrawn: Callable[[str, str], Card | None], key: str, turn: Turn) -> Card | None:
        """A message as it is now."""
        card: Card | None = await self._answering.ask(self._patience, redrawn, key, turn.user)
        return card
