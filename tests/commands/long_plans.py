"""A council whose procedure opens records by itself for children on plans; on either database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from commands import rounds
from commands.desk import SYSTEM, Desk
from commands.office import Office
from commands.plans_due import work_out
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import Library
from procedures.people import PersonRow, read_people
from procedures.plans import PlanRow
from procedures.schema import PlanStatus
from storage import challenges, outbox, people, plans, problems
from storage.challenges import Stored
from storage.database import Database
from storage.outbox import Waiting
from tests.barsetshire import people_csv

PROCEDURE = """\
schema = 1
title = "Long plans"
document = "Long plans: how we look at them"
nation = "england-and-wales"
[role.cpc]
name = "Child protection coordinator"
[role.team_manager]
name = "Team manager"
oversees = true
[role.social_worker]
name = "Social worker"
chosen = true
[raise]
by = ["cpc"]
source = "1"
[record]
reminder = "This is kept on the child's file."
source = "2"
[resolve]
source = "3"
[withdraw]
source = "3"
[[stage]]
id = "tier-1"
name = "Tier 1"
source = "4"
to = ["team_manager"]
copy = ["social_worker"]
[stage.window]
working_days = 5
on = "team_manager"
until = ["acknowledged"]
source = "5"
[[trigger]]
id = "long"
title = "Third review, or 15 months"
at = [{ review = 3 }, { months = 15 }]
each_later_review = true
opens = "tier-1"
raiser = "coordinator"
concern = "The child has been on a plan for long."
source = "6"
[[trigger]]
id = "ended"
title = "Follow-up after the plan"
at = [{ status = "ended" }]
opens = "tier-1"
raiser = "team_manager"
concern = "A child in need plan follows for three months."
source = "7"
"""
HANNAH, PRIYA, TOM = (f"{name}@barsetshire.example" for name in ("hannah.okafor", "priya.nair", "tom.ellery"))
MONDAY = date(2026, 11, 23)


def plan(
    start: date, *reviews: date, reference: str = "LCS-204815", coordinator: str | None = HANNAH
) -> PlanRow:
    """Tom's child on a plan in the first eastern team."""
    return PlanRow(reference, "east-1", start, reviews, TOM, coordinator, PlanStatus.on_plan)


class LongPlans:
    """The council, its clock and its rounds. It opens on Monday 23 November 2026 at ten."""

    def __init__(self, database: Database, procedure: str = PROCEDURE) -> None:
        self.clock = SetClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
        authority = parse_authority(template().replace('"bradford"', '"long.toml"'))
        self.office = Office(authority, Library([("long", procedure)]), database, self.clock)
        self.people = read_people(
            people_of({"cpc", "team_manager", "social_worker", "administrator"}),
            "people.csv",
            authority,
            self.office.roles,
        )
        database.migrate()
        self.staff(self.people)

    def staff(self, rows: Iterable[PersonRow]) -> None:
        """These work here and nobody else."""
        with self.office.database.write() as session:
            people.apply_people(session, list(rows), at=self.clock.now())

    def without(self, role: str) -> list[PersonRow]:
        """Everybody but those who hold this role."""
        return [row for row in self.people if row.role != role]

    def take_in(self, *rows: PlanRow) -> None:
        """The council's list of plans is taken in."""
        with self.office.database.write() as session:
            now = self.clock.now()
            plans.take_in(session, rows, self.office.today(now), now)
            work_out(self.office, session)

    def day(self, day: date, hour: int = 9, minute: int = 0) -> int:
        """The rounds at that hour of a day; how many records they opened."""
        self.clock.set(datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.office.hours.zone))
        before = len(self.records())
        rounds.go(self.office)
        return len(self.records()) - before

    def records(self) -> list[Stored]:
        """All records there are."""
        with self.office.database.read() as session:
            return challenges.load_many(session, challenges.open_ids(session))

    def concern(self) -> str:
        """What the newest record says first."""
        desk_record = self.records()[-1]
        with self.office.database.read() as session:
            return Desk(self.office, session, SYSTEM).with_procedure(desk_record).raised.concern

    def messages(self) -> list[Waiting]:
        """What is to be sent now."""
        with self.office.database.read() as session:
            found = [note for email in (HANNAH, PRIYA, TOM) for note in outbox.waiting_for(session, email)]
        return [note for note in found if note.send_after <= self.clock.now()]

    def problems(self) -> list[str]:
        """What needs an administrator."""
        with self.office.database.read() as session:
            return [problem.sentence for problem in problems.open_problems(session)]


def people_of(roles: set[str]) -> str:
    """The council's people.csv with these roles alone."""
    lines = people_csv().splitlines(keepends=True)
    return "".join(line for line in lines if line.split(",")[2] in (roles | {"role"}))


def ended(row: PlanRow) -> PlanRow:
    """The same plan once it has ended."""
    return replace(row, status=PlanStatus.ended)
