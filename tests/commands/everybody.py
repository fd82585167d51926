"""A council of any procedure, in which everybody holds one role, and people who fill in whatever is asked."""

from __future__ import annotations

import random

from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Ask, Filled, Form, Input, Kind, Reply, Say, Value
from procedures import library
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.people import read_people
from procedures.schema import Procedure
from storage.database import Database
from tests.commands.conftest import MONDAY, Council, said

NOT_SAVED = "Nothing has been saved yet"


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

    def fills(self, name: str, form: Form, chance: random.Random, **values: Value) -> Reply:
        """Somebody fills in a form as it comes, and again as it looks then, until it is sent; what is pointed out is meant."""
        who = self.who(name)
        for _ in range(6):
            shown = self.reception.changed(who, Filled(form.command, form.context, values))
            left = [each for each in shown.inputs if each.name not in values]
            if not left:
                break
            values |= {each.name: self.answer(each, chance) for each in left}
        reply = self.reception.submitted(who, Filled(form.command, form.context, values), self._key())
        if isinstance(reply, Ask):
            meant = [each for each in reply.form.inputs if each.title == NOT_SAVED]
            values |= {each.name: (each.options[0].value,) for each in meant}
            reply = self.reception.submitted(who, Filled(form.command, form.context, values), self._key())
        return reply

    def answer(self, each: Input, chance: random.Random) -> Value:
        """Something that fits an input."""
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


def begins(council: Everybody, chance: random.Random, **given: Value) -> str:
    """Somebody raises a challenge; its reference. Questions that would end it are answered the other way; `given` is put in as it is."""
    procedure = council.procedure
    raisers = [role for role in procedure.role if "[Raise a challenge]" in council.home(role)]
    name = chance.choice(raisers)
    reply = council.types(name, "raise")
    assert isinstance(reply, Ask)
    asked = procedure.raising.ask
    answers: dict[str, Value] = {f"ask_{each.id}": "no" if each.refuse_when else "yes" for each in asked}
    sent = council.fills(name, reply.form, chance, **answers, **given)
    assert isinstance(sent, Say), said(sent)
    return sent.card.title.split(" ")[0]
