"""Which challenges a card shows: a list, a Home tab and a digest are readings of all that they name."""

from __future__ import annotations

from commands.vocabulary import Buttons, Card


def challenges_on(card: Card) -> list[str]:
    """The references of the challenges that can be opened or acted on from a card, each once, in order."""
    found: dict[str, None] = {}
    for part in card.parts:
        if isinstance(part, Buttons):
            for button in (*part.items, *part.more):
                reference = button.arguments.get("challenge")
                if reference:
                    found[reference] = None
    return list(found)
