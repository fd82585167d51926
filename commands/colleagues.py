"""The people of the council to choose from, those likeliest to be meant first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from commands.desk import Desk
from commands.vocabulary import Option
from storage import roster

MOST = 100
"""People that one list can offer."""


def options(desk: Desk, first: Collection[str]) -> tuple[Option, ...]:
    """Active people by e-mail address, those in `first` on top, each part in the order of their names; the address is shown only
    where two have one name."""
    active = sorted(roster.active(desk.session), key=lambda person: (person.email not in first, person.name))
    names = Counter(person.name for person in active)
    return tuple(
        Option(
            person.email, (f"{person.name} ({person.email})" if names[person.name] > 1 else person.name)[:75]
        )
        for person in active[:MOST]
    )


def is_one(desk: Desk, email: str) -> bool:
    """Whether somebody active has this e-mail address."""
    return email in {person.email for person in roster.active(desk.session)}
