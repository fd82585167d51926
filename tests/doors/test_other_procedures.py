"""The other procedures that come with the program, as Bradford's: all combinations at each of their stages and after the end, wherever chance has led."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from datetime import timedelta

import pytest

from commands.access import ABOVE, HOLDS, LISTED, TURN, USES, Place, Position
from commands.record import Record
from commands.vocabulary import Ask, Press, Value
from procedures.engine import CONCERNED, OVERSEER, OWNER, Status, holding
from procedures.library import load, shipped
from procedures.schema import RAISER
from storage import allocations, people
from tests.commands.conftest import MONDAY
from tests.commands.everybody import Everybody, begins
from tests.commands.test_every_procedure import offered
from tests.doors.front import in_memory
from tests.doors.test_every_combination import Visit, doors_of, open_front

STEPS = 40
SEEDS = {
    "birmingham-child-in-need": (0, 3),
    "birmingham-safety-scores": (0, 1),
    "calderdale": (0, 1, 20),
    "cwm-taf": (0, 1, 7, 31, 74, 131),
    "newcastle": (0, 5, 27, 50),
}
"""Walks that together come to as many stages as some hundred did; of the other procedures the first comes to all."""
ENDED = "ended"
BEGINNINGS = {"birmingham-safety-scores": ({"field_scores": "0"}, {"field_scores": "9"})}
"""What the first form holds, walk after walk, where it decides on the stage."""
NOT_REACHED = {
    "birmingham-safety-scores": {"scores"},  # nothing ever stands there: the scores decide at once
    "calderdale": {"practice-dispute"},
    "cwm-taf": {"tier-2-review", "tier-3-report"},
}
"""Where chance does not lead; the stories in tests/journeys come there."""
ENDS = ("resolve", "withdraw")
ASIDE = ("note", "reassign", "document", "swap", "name")


def place_of(record: Record) -> str:
    """The stage where a challenge stands, or that it has ended."""
    return record.standing.now.stage.id if record.standing.status is Status.open else ENDED


def goes_on(council: Everybody, reference: str, chance: random.Random, *, may_end: bool) -> None:
    """One of the steps that somebody is offered, perhaps after some days."""
    council.clock.advance(timedelta(days=chance.choice([0, 0, 1, 8])))
    aside = ASIDE if may_end else (*ASIDE, *ENDS)
    choices = [
        (name, button)
        for name in council.procedure.role
        for button in offered(council, name, reference)
        if button.command not in aside
    ]
    if not choices:
        return
    further = [each for each in choices if each[1].command in ("escalate", *ENDS)]
    name, button = chance.choice(further if further and chance.random() < 0.5 else choices)
    press = Press(button.command, button.arguments)
    reply = council.reception.pressed(council.who(name), press, f"{reference} {chance.random()}")
    if isinstance(reply, Ask):
        council.fills(name, reply.form, chance)


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


def visit(council: Everybody, name: str, reference: str, *, all_doors: bool) -> Visit:
    """Everybody tries everything there, by every door or by the command alone; afterwards all is as it was."""
    record = council.record(reference)
    names = [row.name for row in council.rows] + ["nobody"]

    async def go() -> Visit:
        front = await open_front(council, names)
        where = f"{name}, {place_of(record)}"
        visiting = Visit(council, front, where, reference, lambda who: stands(council, record, who))
        for who in names:
            for use in (each for each in USES if each.staged):
                for door in doors_of(use) if all_doors else doors_of(use)[:1]:
                    await visiting.attempt(who, use, door)
        await front.close()
        return visiting

    gc.disable()  # as for Bradford's
    try:
        return asyncio.run(go())
    finally:
        gc.enable()


def walk(name: str, number: int, seed: int, found: dict[str, Visit]) -> None:
    """One challenge from its beginning; everything is tried wherever no walk before has come."""
    database = in_memory()
    council = Everybody(database, name)
    with database.write() as session:
        people.apply_people(session, council.rows, at=MONDAY)
    chance = random.Random(seed)  # noqa: S311
    given: dict[str, Value] = dict(BEGINNINGS[name][number]) if name in BEGINNINGS else {}
    reference = begins(council, chance, **given)
    for step in range(STEPS):
        place = place_of(council.record(reference))
        if place not in found:
            found[place] = visit(council, name, reference, all_doors=not found)
        if place == ENDED:
            break
        goes_on(council, reference, chance, may_end=step >= STEPS // 2)
    database.dispose()


@pytest.mark.parametrize("name", [each for each in shipped() if each != "bradford"])
def test_every_combination_does_what_the_table_says(name: str) -> None:
    """By every door where the first walk begins, by the command at the other stages; with `-rP` the number is shown."""
    found: dict[str, Visit] = {}
    for number, seed in enumerate(SEEDS.get(name, (0,))):
        walk(name, number, seed, found)
    tried = sum(each.tried for each in found.values())
    sys.stdout.write(f"{name}: {tried} combinations tried at {len(found)} places\n")
    assert [wrong for each in found.values() for wrong in each.wrong] == []
    stages = {stage.id for stage in load([name]).in_use[0].stage}
    assert set(found) == (stages - NOT_REACHED.get(name, set())) | {ENDED}
