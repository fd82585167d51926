"""A closure day that is added, taken back and added again while a window is open: its reminders stay right."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from bot.staff import take_in_rows
from commands import rounds
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Say
from procedures import library
from procedures.authority import parse_authority
from procedures.clock import SetClock
from procedures.people import read_people
from storage import outbox
from storage.database import Database

PRIYA = "priya.nair@wexborough.example"
FOUNDING_DAY = '\n[[closure]]\nday = 2026-11-27\nreason = "Founding day"\n'


def made_up(name: str) -> str:
    return files("bot.demo").joinpath("authorities", "bradford", name).read_text(encoding="utf-8")


def council(database: Database, clock: SetClock, closures: str = "") -> Office:
    authority = parse_authority(made_up("authority.toml") + closures)
    return Office(authority, library.load(authority.procedures), database, clock)


def reminders_of_priya(office: Office) -> list[str]:
    with office.database.read() as session:
        return [f"{note.due_at:%d %b %H:%M}" for note in outbox.waiting_for(session, PRIYA, ["reminder"])]


def test_a_day_closed_opened_and_closed_again_leaves_every_reminder_waiting(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    database.migrate()
    clock = SetClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))  # a Monday
    usual, closed = council(database, clock), council(database, clock, FOUNDING_DAY)
    rows = read_people(made_up("people.csv"), "people.csv", usual.authority, usual.roles)
    take_in_rows(usual, rows)
    raised = Filled(
        "raise",
        {},
        {
            "immediate_risk": "no",
            "procedure": "bradford",
            "case_reference": "WX-204815",
            "unit": "north-1",
            "chosen_social_worker": "tom.ellery@wexborough.example",
            "informal": "none",
            "no_informal_reason": "Nobody could be reached.",
            "concern": "The core group has not met.",
            "agreed_actions": "None yet.",
        },
    )
    reply = Reception(usual).submitted(Identity("slack", "U0HANNAH01"), raised, "1")
    assert isinstance(reply, Say)

    due_on_monday = ["26 Nov 09:00", "27 Nov 09:00", "30 Nov 09:00", "01 Dec 09:00"]
    due_on_tuesday = ["26 Nov 09:00", "30 Nov 09:00", "01 Dec 09:00", "02 Dec 09:00"]
    assert reminders_of_priya(usual) == due_on_monday
    for office, expected in [(closed, due_on_tuesday), (usual, due_on_monday)] * 2:
        rounds.go(office)
        assert reminders_of_priya(office) == expected
    database.dispose()
