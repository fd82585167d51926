"""Where requests come in, whatever platform they come from (interface; being written)."""

from __future__ import annotations

from typing import Protocol

from commands.vocabulary import Card, Filled, Form, Identity, Press, Reply


class Receives(Protocol):
    """What a platform's listener talks to. All methods are synchronous and are called on a worker thread.

    `key` is the platform's own id of the request; the same key twice has one effect and gets the same answer.
    No method raises for bad input: the reply says what is wrong.
    """

    def typed(self, who: Identity, text: str, key: str) -> Reply:
        """A slash command: the words behind it, perhaps none."""
        ...

    def pressed(self, who: Identity, press: Press, key: str) -> Reply:
        """A button on a message, on the home page or inside a form."""
        ...

    def changed(self, who: Identity, filled: Filled) -> Form:
        """An input with `redraws` was changed: the form as it must look now."""
        ...

    def submitted(self, who: Identity, filled: Filled, key: str) -> Reply:
        """A form was sent."""
        ...

    def home(self, who: Identity) -> Card:
        """The person's own page."""
        ...
