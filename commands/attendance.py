"""Who must be at a stage's meeting, by the people they are: whose calendars matter, and who is invited.

Whoever is away on the day is stood in for by whoever covers then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from commands.desk import Desk
from commands.record import Record
from procedures.engine import StageRun, expected
from procedures.free_slots import Seat
from procedures.schema import RAISER
from procedures.steps import Invited
from storage import absences


def required(record: Record, run: StageRun) -> tuple[str, ...]:
    """The e-mail addresses of everybody who is to come, the chair first; people outside are known by what they do alone."""
    if run.stage.meeting is None:
        return ()
    colleagues = {entry.step.email for entry in run.invited if isinstance(entry.step, Invited)}
    found: list[str] = []
    for each in expected(run, run.stage.meeting):
        if each == RAISER or each in record.procedure.role:
            found += record.holders((each,))
        elif each in colleagues:
            found.append(each)
    return tuple(dict.fromkeys(found))


def on_the_day(desk: Desk, emails: Iterable[str], day: date) -> tuple[str, ...]:
    """The same people, with those who are away that day replaced by whoever covers. Nobody covers: they stay."""
    away = absences.away_on(desk.session, day)
    return tuple(dict.fromkeys(absences.stand_in(away, email).email for email in emails))


def seats(desk: Desk, emails: Iterable[str], first: date, last: date) -> list[Seat]:
    """A place at the table for each, with who covers on which of the working days from `first` to `last`."""
    calendar = desk.office.calendar
    days: list[date] = []
    day = calendar.next_working(first)
    while day <= last:
        days.append(day)
        day = calendar.add(day, 1)
    away = {day: absences.away_on(desk.session, day) for day in days}
    found = []
    for email in emails:
        instead: dict[date, str | None] = {}
        for day in days:
            if email in away[day]:
                acting = absences.stand_in(away[day], email)
                instead[day] = acting.email if acting.trouble is None else None
        found.append(Seat(email, instead))
    return found
