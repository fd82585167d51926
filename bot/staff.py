"""`challenge-bot people`: taking in people.csv, and finding the roles that nobody holds."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session

from bot.office import make_office
from bot.settings import Settings
from commands.office import ADMINISTRATOR, Office
from procedures.clock import SystemClock
from procedures.people import PersonRow, changes, read_people, with_known_ids
from procedures.reading import read_text
from storage import audit, people, roster, turns


def take_in(settings: Settings, file: Path, *, dry_run: bool) -> list[str]:
    """Import a people.csv; returns what changed, a sentence each. Raises FaultyFile, and then nothing has changed."""
    office = make_office(settings, SystemClock())
    rows = read_people(read_text(file), str(file), office.authority, office.roles)
    try:
        office.database.migrate()
        told = take_in_rows(office, rows, dry_run=dry_run)
        if office.database.new_key is not None:
            told.insert(
                0, f"Made the key file {settings.key_file}: keep a copy of it apart from the database."
            )
        return told
    finally:
        office.database.dispose()


def take_in_rows(office: Office, rows: list[PersonRow], *, dry_run: bool = False) -> list[str]:
    """The same for rows that were read already and a database that is up to date."""
    now = office.clock.now()
    database = office.database
    with database.read() if dry_run else database.write() as session:
        if not dry_run:
            turns.for_people(session)
        known = roster.listing(session)
        found = [str(change) for change in changes(known, with_known_ids(rows, known))]
        if found and not dry_run:
            people.apply_people(session, rows, at=now)
            audit.append(
                session,
                at=now,
                actor="administrator",
                action="people_imported",
                subject="people",
                body={"changes": len(found)},
            )
        gaps = [] if dry_run else gaps_in(office, session)
    if not found:
        return ["Nothing has changed."]
    count = "One change" if len(found) == 1 else f"{len(found)} changes"
    end = f"{count} to be made; nothing was changed (--dry-run)." if dry_run else f"{count} made."
    told = [f"Still missing: {gap['role_name']} for {gap['team']}." for gap in gaps]
    return [*found, end, *told]


def unheld(settings: Settings) -> list[dict[str, str]]:
    """Every role that a procedure needs and nobody holds, by team: team, role, role_name, procedure, clause."""
    office = make_office(settings, SystemClock())
    try:
        office.database.migrate()
        with office.database.read() as session:
            return gaps_in(office, session)
    finally:
        office.database.dispose()


def gaps_in(office: Office, session: Session) -> list[dict[str, str]]:
    """The same, in a session."""
    authority = office.authority
    parents = {unit.parent for unit in authority.unit}
    teams = [unit.id for unit in authority.unit if unit.id not in parents]
    found = []
    for procedure in office.library.in_use:
        for team in teams:
            chain = authority.upwards(team)
            found += [
                {
                    "team": authority.unit_name(team),
                    "role": role,
                    "role_name": procedure.role_title(role),
                    "procedure": procedure.id,
                    "clause": clause,
                }
                for role, clause in procedure.needs().items()
                if not people.holders(session, role, chain)
            ]
    if not roster.everyone_with(session, ADMINISTRATOR):
        found.append(
            {
                "team": authority.name,
                "role": ADMINISTRATOR,
                "role_name": office.roles[ADMINISTRATOR],
                "procedure": "challenge-bot",
                "clause": "the list of what needs attention",
            }
        )
    return found
