"""Two administrators take in a list in the same instant: one comes after the other, and what is known then is one list or the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.office import make_office
from bot.settings import Settings
from bot.staff import take_in
from commands import plan_import
from commands.office import Office
from procedures.authority import people_template, plans_template, template
from procedures.clock import SystemClock
from storage import audit, plans, roster
from storage.statements import table
from storage.tables import Audit


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An authority with a database that has nobody in it."""
    (tmp_path / "authority.toml").write_text(template(), encoding="utf-8")
    (tmp_path / "people.csv").write_text(people_template(), encoding="utf-8")
    return Settings(authority=tmp_path / "authority.toml", database_url=database_url)


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of them, begun in the same instant."""
    ready = threading.Barrier(len(acts))

    def act(work: Callable[[], object]) -> None:
        ready.wait(30)
        work()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(act, work) for work in acts]:
            done.result()


def other_list(lines: list[str], number: int) -> str:
    """The list without every third person, and with two new ones."""
    new = [f"new{number}{letter}@barsetshire.example,New {letter},team_manager" for letter in "ab"]
    unit = lines[-1].split(",")[3]
    kept = [line for place, line in enumerate(lines[1:]) if place % 3 != number % 3]
    return "\n".join([lines[0], *kept, *(f"{row},{unit},," for row in new)]) + "\n"


def test_two_lists_of_people(settings: Settings, tmp_path: Path) -> None:
    assert take_in(settings, tmp_path / "people.csv", dry_run=False)[-1]
    lines = people_template().splitlines()
    office = make_office(settings, SystemClock())
    for number in range(3):
        files = [tmp_path / f"{name}.csv" for name in ("one", "two")]
        for place, file in enumerate(files):
            file.write_text(other_list(lines, number * 2 + place), encoding="utf-8")
        before = imports(office)
        at_once(*(lambda file=file: take_in(settings, file, dry_run=False) for file in files))  # type: ignore[misc]
        assert imports(office) == before + 2
        with office.database.read() as session:
            held = {(email, role, unit) for email, role, unit in roster.holdings(session)}
            assert audit.verify(session) is None
        assert held in [listed(file) for file in files]
    office.database.dispose()


def listed(file: Path) -> set[tuple[str, str, str]]:
    """Who holds what by a file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    return {(row["email"], row["role"], row["unit"]) for row in rows}


def imports(office: Office) -> int:
    """How often the audit says that people were taken in."""
    with office.database.read() as session:
        rows = session.connection().execute(
            select(table(Audit).c.number).where(table(Audit).c.action == "people_imported")
        )
        return len(rows.all())


def test_two_lists_of_plans(settings: Settings, tmp_path: Path) -> None:
    take_in(settings, tmp_path / "people.csv", dry_run=False)
    lines = plans_template().splitlines()
    halves = ["\n".join([lines[0], *lines[1 + place :: 2]]) + "\n" for place in (0, 1)]
    offices = [make_office(settings, SystemClock()) for _ in halves]

    def import_(office: Office, content: str) -> None:
        with office.database.write() as session:
            plan_import.take_in(office, session, content.encode(), "plans.csv")

    at_once(*(lambda o=o, c=c: import_(o, c) for o, c in zip(offices, halves, strict=True)))  # type: ignore[misc]
    with offices[0].database.read() as session:
        known = {plan.row.case_reference for plan in plans.listed(session)}
        everything = {plan.row.case_reference for plan in plans.everything(session)}
    columns = lines[0].split(",")
    wanted = [
        {line.split(",")[columns.index("case_reference")] for line in half.splitlines()[1:]}
        for half in halves
    ]
    assert known in wanted
    assert everything == wanted[0] | wanted[1], "the other list came first, and its plans have gone"
    for office in offices:
        office.database.dispose()
