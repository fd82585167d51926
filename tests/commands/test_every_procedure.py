"""Each procedure that comes with the program, lived through the forms and buttons alone: whatever is offered works, nothing breaks.

Everybody holds one role. In each step somebody presses one of the buttons that they are offered, and fills in what is asked.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Mistakes,
    Press,
    Say,
)
from procedures.library import shipped
from storage import people
from storage.database import Database
from tests.commands.conftest import MONDAY, said
from tests.commands.everybody import Everybody, begins

READING = ("show", "record", "options")
STEPS = 25


def offered(council: Everybody, name: str, reference: str) -> list[Button]:
    """All the buttons that somebody is offered on the challenge; none for who has no part in it."""
    reply = council.types(name, f"options {reference}")
    if not isinstance(reply, Say) or reply.card.title == "This was not done":
        return []
    groups = [part for part in reply.card.parts if isinstance(part, Buttons)]
    return [button for group in groups for button in group.items if button.command not in READING]


@pytest.fixture(params=shipped())
def council(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Everybody]:
    """A council for each procedure that comes with the program."""
    database = Database(f"sqlite:///{tmp_path / 'council.db'}")
    database.migrate()
    made = Everybody(database, request.param)
    with database.write() as session:
        people.apply_people(session, made.rows, at=MONDAY)
    yield made
    database.dispose()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_offered_works(council: Everybody, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    reference = begins(council, chance)
    for _ in range(STEPS):
        council.clock.advance(timedelta(days=chance.choice([0, 0, 1, 3])))
        choices = [
            (name, button) for name in council.procedure.role for button in offered(council, name, reference)
        ]
        going_on = [
            each for each in choices if each[1].command not in ("resolve", "withdraw", "note", "reassign")
        ]
        if not choices:
            break
        name, button = chance.choice(going_on or choices)
        where = f"{council.procedure.id}: {name} pressed {button.label}"
        reply = council.reception.pressed(
            council.who(name), Press(button.command, button.arguments), f"press {council.clock.now()} {_}"
        )
        if isinstance(reply, Ask):
            reply = council.fills(name, reply.form, chance)
        assert not isinstance(reply, Ask), f"{where}: {said(reply)}"
        if isinstance(reply, Say):
            assert reply.card.title != "This was not done", f"{where}: {said(reply)}"
        if isinstance(reply, Mistakes):
            assert all(reply.by_input.values()), where
        for reader in council.procedure.role:
            council.types(reader, "digest")
            council.home(reader)
