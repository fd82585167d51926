"""Whatever a shipped procedure opens by itself really opens: with the made-up people of its council, on its day, in its stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import choices
from commands import plans_due
from commands.desk import SYSTEM, Desk
from commands.office import Office
from commands.record import Record
from procedures import library
from procedures.authority import parse_authority
from procedures.clock import SetClock
from procedures.people import read_people
from procedures.plans import PlanRow
from procedures.schema import PlanStatus, Procedure, Trigger
from storage import challenges, people, plans, problems
from storage.database import Database

START = date(2025, 9, 1)
REVIEWS = tuple(START + timedelta(days=days) for days in (84, 266, 448))
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def shipped() -> Iterator[tuple[str, str, str]]:
    """Each made-up council with each trigger of its procedures."""
    for name in choices.names():
        authority = parse_authority(choices.file_of(name, "authority.toml"))
        for procedure in library.load(authority.procedures).in_use:
            yield from ((name, procedure.id, trigger.id) for trigger in procedure.trigger)


def council_of(name: str, database: Database) -> Office:
    """The made-up council with its people; MONDAY."""
    authority = parse_authority(choices.file_of(name, "authority.toml"))
    office = Office(authority, library.load(authority.procedures), database, SetClock(MONDAY))
    rows = read_people(choices.file_of(name, "people.csv"), "people.csv", authority, office.roles)
    database.migrate()
    with database.write() as session:
        people.apply_people(session, rows, at=MONDAY)
    return office


def ready(office: Office, procedure: Procedure, trigger: Trigger) -> PlanRow:
    """A plan in the first team for which the trigger fires one day, with people who hold the roles that it gives them."""
    parents = {unit.parent for unit in office.authority.unit}
    unit = next(unit.id for unit in office.authority.unit if unit.id not in parents)
    chain = office.authority.upwards(unit)
    with office.database.read() as session:
        worker, coordinator = (
            people.holders(session, role, chain)[0].email if role else None
            for role in (trigger.social_worker, trigger.coordinator)
        )
    status = next((at.status for at in trigger.at if at.status is not None), PlanStatus.on_plan)
    return PlanRow(office.authority.case_reference.example, unit, START, REVIEWS, worker, coordinator, status)


@pytest.mark.parametrize(("name", "procedure_id", "trigger_id"), list(shipped()))
def test_what_a_procedure_opens_by_itself_opens(
    name: str, procedure_id: str, trigger_id: str, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    office = council_of(name, database)
    procedure = next(each for each in office.library.in_use if each.id == procedure_id)
    trigger = next(each for each in procedure.trigger if each.id == trigger_id)
    row = ready(office, procedure, trigger)
    with database.write() as session:
        plans.take_in(session, [row], office.today(MONDAY), MONDAY)
        plans_due.work_out(office, session)
    opened: list[Record] = []
    for _ in range(30):
        plans_due.go(office)
        with database.read() as session:
            desk = Desk(office, session, SYSTEM)
            records = [
                desk.with_procedure(each) for each in challenges.load_many(session, list(range(1000, 1100)))
            ]
            moment = plans_due.next_moment(office, session, office.clock.now())
        opened = [
            each for each in records if (each.procedure.id, each.raised.trigger) == (procedure_id, trigger_id)
        ]
        if opened or moment is None:
            break
        assert isinstance(office.clock, SetClock)
        office.clock.set(moment)
    assert opened
    record = opened[0]
    assert record.raised.stage == trigger.opens
    assert trigger.concern in record.raised.concern
    assert record.raised.dates["plan_start"] == START
    given = {party.role: party.email for party in record.parties(1)}
    for role, email in ((trigger.coordinator, row.coordinator), (trigger.social_worker, row.social_worker)):
        assert role is None or given.get(role, email) == email
    with database.read() as session:
        assert not [each for each in problems.open_problems(session) if each.key.startswith("plan:")]
    database.dispose()


def test_there_is_one_for_each_clause_that_says_so() -> None:
    names = {name for name, _, _ in shipped()}
    assert names == {"birmingham", "bradford", "calderdale", "cwm-taf", "newcastle"}
