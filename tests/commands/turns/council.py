"""A council with a procedure of the tests' own: sessions led by facilitators who take turns, a limit, a pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from commands import notices, rounds
from commands.carry_out import begin, take
from commands.desk import SYSTEM, Desk
from commands.leads import Notice
from commands.office import Office
from commands.reception import Reception
from commands.record import Record
from commands.vocabulary import Buttons, Card
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import Library
from procedures.people import read_people
from procedures.steps import Escalated, FormRecorded, Raised, Step
from storage import absences, people
from storage.database import Database
from storage.people import Person
from storage.statements import table
from storage.tables import Outbox
from tests.commands import conftest
from tests.commands.conftest import MONDAY, WEST, said

PROCEDURE = """
schema = 1
title = "Sessions"
document = "A made-up protocol"
nation = "england-and-wales"
[role.reviewer]
name = "Reviewer"
[role.facilitator]
name = "Facilitator"
rota = { take = 1, not_involved = true, named_by = ["board"], source = "4" }
[role.lead]
name = "Practice lead"
rota = { take = 2, source = "4" }
[role.worker]
name = "Social worker"
[role.manager]
name = "Service manager"
oversees = true
[role.board]
name = "Business unit"
[role.health_lead]
name = "Health's safeguarding lead"
[role.school_lead]
name = "Schools' safeguarding lead"
[raise]
by = ["reviewer"]
source = "1"
[record]
reminder = "This is kept."
source = "1"
[resolve]
source = "1"
[withdraw]
source = "1"
[[stage]]
id = "before"
name = "Meeting before"
to = ["facilitator"]
copy = ["lead", "worker"]
source = "2"
[stage.window]
working_days = 5
on = "facilitator"
until = ["acknowledged"]
source = "2"
[[stage.field]]
id = "agency"
title = "Which agency was absent?"
kind = "choice"
required = false
choices = [
    { id = "health", label = "Health visiting", role = "health_lead" },
    { id = "school", label = "A school", role = "school_lead" },
    { id = "other", label = "Another agency" },
]
source = "5"
[[stage.form]]
id = "notes"
title = "Notes of the session"
by = ["facilitator"]
again = true
source = "5"
[[stage.form.field]]
id = "absent"
title = "Who was absent?"
kind = "choice"
choices = [{ id = "parent", label = "A parent" }, { id = "nobody", label = "Nobody" }]
source = "5"
[[stage]]
id = "after"
name = "Meeting after"
after = ["before"]
opens = ["answered", "lapsed"]
to = ["manager", "facilitator"]
source = "3"
[stage.window]
working_days = 5
on = "manager"
until = ["acknowledged"]
source = "3"
[limit]
months = 24
from = "plan_start"
tell = ["manager", "board"]
remind = [-20, 0]
source = "6"
[[pattern]]
id = "absence"
title = "Absence from meetings"
field = "agency"
at_least = 3
months = 6
tell = ["board"]
words = "Please find out why."
source = "5"
[[pattern]]
id = "parents"
title = "Parents stay away"
form = "notes"
field = "absent"
at_least = 2
months = 1
tell = ["board"]
words = "Look at when sessions take place."
source = "5"
"""
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
rita@barsetshire.example,Rita Moss,reviewer,childrens-services,U01RITA001,
rob@barsetshire.example,Rob Lane,reviewer,childrens-services,U01ROB0001,
ann@barsetshire.example,Ann Lee,facilitator,childrens-services,U01ANN0001,
bea@barsetshire.example,Bea Cole,facilitator,childrens-services,U01BEA0001,
cem@barsetshire.example,Cem Dogan,facilitator,childrens-services,U01CEM0001,
lou@barsetshire.example,Lou Park,lead,east,U01LOU0001,
liv@barsetshire.example,Liv Berg,lead,east,U01LIV0001,
len@barsetshire.example,Len Fox,lead,east,U01LEN0001,
wes@barsetshire.example,Wes Hart,worker,childrens-services,U01WES0001,
mia@barsetshire.example,Mia Holt,manager,east,U01MIA0001,
max@barsetshire.example,Max Webb,manager,west-1,U01MAX0001,
olga@barsetshire.example,Olga Fynn,board,childrens-services,U01OLGA001,
hal@barsetshire.example,Hal Reed,health_lead,childrens-services,U01HAL0001,
nadia@barsetshire.example,Nadia Rahman,administrator,childrens-services,U01NADIA01,
"""
WEST_LEAD = "liam@barsetshire.example,Liam Kerr,lead,west-1,U01LIAM001,\n"
_OUTBOX = table(Outbox)


class Council(conftest.Council):
    """The same front desk, with sessions instead of challenges. Challenges begin without their form, which is another's matter."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock(MONDAY)
        authority = parse_authority(template() + WEST)
        self.office = Office(authority, Library([("sessions", PROCEDURE)]), database, self.clock)
        self.reception = Reception(self.office)
        self.rows = []
        self._ids = {}
        self._requests = 0

    def lists(self, text: str = PEOPLE + WEST_LEAD) -> None:
        """An administrator imports people.csv."""
        self.rows = read_people(text, "people.csv", self.office.authority, self.office.roles)
        self._ids = {row.name.split()[0].lower(): row for row in self.rows} | {
            name: row
            for name, row in self._ids.items()
            if name not in {r.name.split()[0].lower() for r in self.rows}
        }
        with self.office.database.write() as session:
            people.apply_people(session, self.rows, at=self.clock.now())

    def leaves(self, name: str) -> None:
        """Somebody leaves the council."""
        self.lists(
            "".join(row for row in (PEOPLE + WEST_LEAD).splitlines(True) if not row.startswith(f"{name}@"))
        )

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        """A request of somebody's, to be carried out inside the block."""
        with self.office.database.write() as session:
            person = people.person(session, self._ids[name].email)
            assert person is not None
            self._requests += 1
            desk = Desk(self.office, session, person, f"request {self._requests}")
            yield desk
            desk.close()

    def begins(
        self,
        name: str = "rita",
        case: str = "LCS-204815",
        unit: str = "east-1",
        *,
        plan: date | None = None,
        **fields: str,
    ) -> str:
        """A session is asked for; its reference."""
        dates = {} if plan is None else {"plan_start": plan}
        step = Raised(stage="before", concern="Nothing has moved.", fields=dict(fields), dates=dates)
        with self.desk(name) as desk:
            procedure = self.office.library.in_use[0]
            return begin(desk, procedure, step, case_reference=case, unit=unit, chosen={}).reference

    def takes(self, name: str, reference: str, *steps: Step) -> None:
        """Somebody takes a step without its form."""
        with self.desk(name) as desk:
            take(desk, desk.record(reference, for_change=True), *steps)

    def goes_on(self, reference: str) -> None:
        """The session takes place, and the meeting after it is opened."""
        holder = self.having(reference, "facilitator")[0]
        self.does(holder, "acknowledge", reference)
        self.takes("rita", reference, Escalated(stage="after", outline="It was held."))

    def notes(self, reference: str, absent: str) -> None:
        """The facilitator fills in the notes."""
        self.takes(
            self.having(reference, "facilitator")[0],
            reference,
            FormRecorded(form="notes", values={"absent": absent}),
        )

    def record(self, reference: str) -> Record:
        """The record as it is stored."""
        with self.office.database.read() as session:
            record = Desk(self.office, session, SYSTEM).office_record(int(reference.removeprefix("CH-")))
            assert record is not None
            return record

    def having(self, reference: str, role: str) -> list[str]:
        """The first names, in lower case, of those who have a role at the present stage."""
        emails = self.record(reference).holders((role,))
        return [name for email in emails for name, row in self._ids.items() if row.email == email]

    def away(self, name: str, first: str = "2026-11-23", last: str = "2026-12-04") -> None:
        """Somebody is away, without cover."""
        with self.office.database.write() as session:
            absences.record_absence(
                session,
                email=self.row(name).email,
                cover=None,
                first=date.fromisoformat(first),
                last=date.fromisoformat(last),
                at=self.clock.now(),
            )

    def passes(self) -> int:
        """One of the rounds."""
        return rounds.go(self.office)

    def notices(self, name: str, *kinds: str) -> list[Mapping[str, Any]]:
        """The messages to somebody, of these kinds or all, in the order in which they were made."""
        with self.office.database.read() as session:
            return self._notices(session, name, kinds)

    def _notices(self, session: Session, name: str, kinds: tuple[str, ...]) -> list[Mapping[str, Any]]:
        query = select(_OUTBOX).where(_OUTBOX.c.email == self.row(name).email).order_by(_OUTBOX.c.id)
        rows = [dict(row._mapping) for row in session.connection().execute(query)]
        return [row for row in rows if not kinds or row["notice"] in kinds]

    def cards(self, name: str, *kinds: str, reader: str = "", redraw: bool = False) -> list[Card]:
        """The same as they would be composed now, for themselves or for whoever covers."""
        with self.office.database.read() as session:
            person = people.person(session, self.row(reader or name).email)
            assert isinstance(person, Person)
            desk = Desk(self.office, session, person)
            found = [
                notices.compose(
                    desk,
                    Notice(
                        row["key"],
                        row["email"],
                        row["notice"],
                        row["challenge_id"],
                        row["stage_number"],
                        row["body"],
                        self.clock.now(),
                    ),
                    redraw=redraw,
                )
                for row in self._notices(session, name, kinds)
            ]
        return [card for card in found if card is not None]

    def reads(self, name: str, *kinds: str, reader: str = "", redraw: bool = False) -> str:
        """The same as words."""
        return "\n\n".join(said(card) for card in self.cards(name, *kinds, reader=reader, redraw=redraw))


def button(card: Card, label: str) -> dict[str, str]:
    """What a button of a card carries."""
    for part in card.parts:
        if isinstance(part, Buttons):
            for each in (*part.items, *part.more):
                if each.label == label:
                    return dict(each.arguments)
    raise AssertionError(f"There is no button {label!r}.")
