"""The other procedures that come with the program, as Bradford's: all combinations, at a place that a few steps of chance have led to."""

from __future__ import annotations

import asyncio
import random
import sys

import pytest

from commands.access import ABOVE, HOLDS, LISTED, TURN, USES, Place, Position
from commands.record import Record
from commands.vocabulary import Ask, Press
from procedures.engine import CONCERNED, OVERSEER, OWNER, Status, holding
from procedures.library import shipped
from procedures.schema import RAISER
from storage import allocations, people
from tests.commands.conftest import MONDAY
from tests.commands.everybody import Everybody, begins
from tests.commands.test_every_procedure import offered
from tests.doors.front import in_memory
from tests.doors.test_every_combination import Visit, doors_of, open_front

SEED, STEPS = 4, 6


def walk(council: Everybody, chance: random.Random) -> str:
    """A challenge that has gone a few of the steps that somebody was offered."""
    reference = begins(council, chance)
    for number in range(STEPS):
        choices = [
            (name, button)
            for name in council.procedure.role
            for button in offered(council, name, reference)
            if button.command not in ("resolve", "withdraw", "note", "reassign", "document", "swap", "name")
        ]
        if choices:
            name, button = chance.choice(choices)
            press = Press(button.command, button.arguments)
            reply = council.reception.pressed(council.who(name), press, f"walk {number}")
            if isinstance(reply, Ask):
                council.fills(name, reply.form, chance)
    return reference


def stands(council: Everybody, record: Record, name: str) -> tuple[Place, list[Position]]:
    """How somebody stands to it, from the rows of the record; everybody holds one role, for the unit at the top."""
    stage = record.standing.now.stage
    place = Place(record.procedure, stage, ended=record.standing.status is not Status.open)
    if name == "nobody":
        return place, [Position("stranger", "a stranger", frozenset())]
    email, grants = council.row(name).email, {LISTED, HOLDS + name, ABOVE + name}
    parties = [party for party in record.parties() if party.email == email]
    grants |= {each for party in parties for each in (party.part, party.role)}
    grants |= {OVERSEER} if name in holding(record.procedure, "oversee") else set()
    grants |= {RAISER} if record.head.raiser == email else set()
    grants |= {CONCERNED} if email in record.concerned else set()
    grants |= (
        {OWNER}
        if any(each.done is None and each.step.owner == email for each in record.standing.actions)
        else set()
    )
    with council.office.database.read() as session:
        turns = [
            role
            for role in holding(record.procedure, "take turns")
            if email in allocations.held(session, record.head.id, role)
        ]
    grants |= {TURN} if set(turns) & {party.role for party in parties} else set()
    return place, [Position(name, name, frozenset(grants), name)]


@pytest.mark.parametrize("name", [each for each in shipped() if each != "bradford"])
def test_every_combination_does_what_the_table_says(name: str) -> None:
    database = in_memory()
    council = Everybody(database, name)
    with database.write() as session:
        people.apply_people(session, council.rows, at=MONDAY)
    chance = random.Random(SEED)  # noqa: S311
    reference = walk(council, chance)
    record = council.record(reference)
    names = [row.name for row in council.rows] + ["nobody"]
    everything = [(who, use, door) for who in names for use in USES if use.staged for door in doors_of(use)]

    async def go() -> Visit:
        front = await open_front(council, names)
        visit = Visit(council, front, name, reference, lambda who: stands(council, record, who))
        for who, use, door in everything:
            await visit.attempt(who, use, door)
        await front.close()
        return visit

    try:
        found = asyncio.run(go())
    finally:
        database.dispose()
    sys.stdout.write(f"{name}: {found.tried} combinations tried\n")
    assert found.wrong == []
