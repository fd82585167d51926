"""What is asked again and again is found by an index, however many challenges are open; and it is the same as before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from storage import challenges, roster, stage_windows
from storage.challenges import Window
from storage.database import Database
from storage.statements import table
from storage.tables import Challenge
from tests.storage.conftest import NINE


def _open(database: Database, unit: str, due: int | None, *, calendar: str = "one") -> int:
    """An open challenge whose window ends so many days after 23 November 2026, 09:00, or that has none."""
    with database.write() as session:
        number = challenges.create(
            session,
            procedure="bradford",
            version="1",
            case_reference="LCS-1",
            unit=unit,
            raiser="ada@example.org",
            stage="stage-1",
            at=NINE,
        )
        if due is not None:
            at = NINE + timedelta(days=due)
            window = Window(1, "team_manager", NINE.date(), NINE, "working_days", 5, at.date(), at, calendar)
            stage_windows.open_window(session, number, window)
    return number


def test_the_list_of_some_units_is_in_the_order_of_their_dates_and_those_without_come_last(
    staffed: Database,
) -> None:
    undated = _open(staffed, "east", None)
    later, sooner = _open(staffed, "east", 3), _open(staffed, "west", 1)
    elsewhere, same_day = _open(staffed, "north", 2), _open(staffed, "west", 3)
    with staffed.read() as session:
        units = ["east", "west", "east"]
        found = [head.id for head in challenges.open_in_units(session, units)]
        assert found == [sooner, later, same_day, undated]
        assert elsewhere not in found
        assert [head.id for head in challenges.open_in_units(session, units, limit=2)] == [sooner, later]
        assert challenges.open_in_units(session, []) == []


def test_windows_run_out_whichever_calendar_they_were_worked_out_with(staffed: Database) -> None:
    second, first = _open(staffed, "east", 2, calendar="two"), _open(staffed, "east", 1, calendar="one")
    last = _open(staffed, "east", 9, calendar="one")
    now = NINE + timedelta(days=3)
    with staffed.write() as session:
        assert stage_windows.next_lapse(session) == NINE + timedelta(days=1)
        assert stage_windows.lapsing(session, now) == [(first, 1), (second, 1)]
        assert stage_windows.open_windows_of_other_calendars(session, "one") == [(second, 1)]
        assert stage_windows.open_windows_of_other_calendars(session, "three") == [
            (second, 1),
            (first, 1),
            (last, 1),
        ]
        stage_windows.lapse(session, first, 1, now)
        stage_windows.close_window(session, second, 1, at=now, met=True)
        assert stage_windows.lapsing(session, now) == []
        assert stage_windows.next_lapse(session) == NINE + timedelta(days=9)
        assert stage_windows.open_windows_of_other_calendars(session, "one") == []


def test_somebodys_challenges_are_those_they_raised_and_those_they_have_a_part_in(staffed: Database) -> None:
    raised, over = _open(staffed, "east", 1), _open(staffed, "east", 2)
    with staffed.write() as session:
        session.connection().execute(
            update(table(Challenge)).where(table(Challenge).c.id == over).values(status="resolved")
        )
    with staffed.read() as session:
        assert challenges.ids_concerning(session, ["ada@example.org"]) == [1001, raised]
        assert challenges.ids_concerning(session, ["ada@example.org"], only_open=False) == [
            1001,
            raised,
            over,
        ]


def test_where_many_work_names_are_read_one_by_one(staffed: Database) -> None:
    with staffed.read() as session:
        everybody = roster.names(session)
        assert roster.few_names(session, len(everybody)) == everybody
        assert len(roster.few_names(session, 1)) == 1
        assert {email: roster.name_of(session, email) for email in everybody} == everybody
        assert roster.name_of(session, "nobody@example.org") is None
