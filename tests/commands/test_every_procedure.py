"""Each procedure that comes with the program, lived through the forms and buttons alone: whatever is offered works, nothing breaks.

Everybody holds one role. In each step somebody presses one of the buttons that they are offered, and fills in what is asked.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Filled,
    Form,
    Input,
    Kind,
    Mistakes,
    Press,
    Reply,
    Say,
    Value,
)
from procedures import library
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import shipped
from procedures.people import read_people
from procedures.schema import Procedure
from storage import people
from storage.database import Database
from tests.commands.conftest import MONDAY, Council, said

READING = ("show", "record", "options")
STEPS = 25


class Everybody(Council):
    """A council of one procedure, in which each role has one holder, called by the role's own id."""

    def __init__(self, database: Database, name: str) -> None:
        self.clock = SetClock(MONDAY)
        known = library.load([name])
        self.procedure: Procedure = known.in_use[0]
        authority = parse_authority(template().replace('["bradford"]', f'["{name}"]'))
        self.office = Office(authority, known, database, self.clock)
        self.reception = Reception(self.office)
        lines = ["email,name,role,unit,slack_user_id,teams_user_id"]
        for number, role in enumerate([*self.procedure.role, "administrator"]):
            lines.append(f"{role}@barsetshire.example,{role},{role},childrens-services,U0PERSON{number:02},")
        self.rows = read_people("\n".join(lines) + "\n", "people.csv", authority, self.office.roles)
        self._ids = {row.name: row for row in self.rows}
        self._requests = 0

    def fills(self, name: str, form: Form, chance: random.Random) -> Reply:
        """Somebody fills in a form as it comes, and again as it looks then, until it is sent."""
        values: dict[str, Value] = {}
        for _ in range(6):
            shown = self.reception.changed(self.who(name), Filled(form.command, form.context, values))
            left = [each for each in shown.inputs if each.name not in values]
            if not left:
                break
            values |= {each.name: self._answer(each, chance) for each in left}
        reply = self.reception.submitted(
            self.who(name), Filled(form.command, form.context, values), self._key()
        )
        if isinstance(reply, Ask):  # something is pointed out; it is meant
            ticks = {
                each.name: (each.options[0].value,)
                for each in reply.form.inputs
                if each.kind is Kind.TICKS and each.title == "Nothing has been saved yet"
            }
            reply = self.reception.submitted(
                self.who(name), Filled(form.command, form.context, values | ticks), self._key()
            )
        return reply

    def _answer(self, each: Input, chance: random.Random) -> Value:
        today = self.office.today(self.clock.now())
        later = self.office.calendar.add(today, 4)
        match each.kind:
            case Kind.CHOICE | Kind.LIST:
                options = [option.value for option in each.options]
                wanted = {"immediate_risk": "no", "informal": "none"}.get(each.name)
                return wanted or (chance.choice(options) if options else None)
            case Kind.TICKS:
                return tuple(option.value for option in each.options)
            case Kind.DATE:
                return (later if each.name in ("day", "by_day") else today).isoformat()
            case Kind.TIME:
                return "10:00"
        if each.name == "case_reference":
            return "LCS-204815"
        return "1" if "whole number" in each.hint else "Words."


def begins(council: Everybody, chance: random.Random) -> str:
    """Somebody raises a challenge; its reference. Questions that would end it are answered the other way."""
    procedure = council.procedure
    raisers = [role for role in procedure.role if "[Raise a challenge]" in council.home(role)]
    name = chance.choice(raisers)
    reply = council.types(name, "raise")
    assert isinstance(reply, Ask)
    context = dict(reply.form.context)
    answers: dict[str, Value] = {
        f"ask_{each.id}": "no" if each.refuse_when else "yes" for each in procedure.raising.ask
    }
    values = dict(answers)
    for _ in range(6):
        shown = council.form(name, "raise", context, **values)
        values |= {
            each.name: council._answer(each, chance) for each in shown.inputs if each.name not in values
        }
    sent = council.sends(name, "raise", context, **values)
    if isinstance(sent, Ask):
        ticks: dict[str, Value] = {
            each.name: (each.options[0].value,)
            for each in sent.form.inputs
            if each.title == "Nothing has been saved yet"
        }
        sent = council.sends(name, "raise", context, **(values | ticks))
    assert isinstance(sent, Say), said(sent)
    return sent.card.title.split(" ")[0]


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
