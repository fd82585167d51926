"""The retention schedule: which records are due for deletion by what the authority says, and their deletion, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from commands.desk import Desk
from commands.leads import Notice
from commands.office import Office
from commands.vocabulary import Card, Paragraph
from storage import memory, retention
from storage.retention import Closed

PROGRAM = "challenge-bot"
REASON = "retention schedule"
SHORTEST_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Due:
    """A record that has been kept long enough: closed on a local day, due `years` after it. `held`: a legal hold keeps it."""

    record: Closed
    opened_on: date
    closed_on: date
    due_on: date
    years: int
    held: bool


def years_of(office: Office, record: Closed) -> int | None:
    """For how many years the authority keeps such a record after it was closed; None for ever."""
    rule = office.authority.retention
    if record.kind == "concern":
        return rule.private_concern_years
    if record.kind == "challenge":
        return rule.procedures.get(record.procedure, rule.closed_years)
    return rule.closed_years


def years_later(day: date, years: int) -> date:
    """The same day so many years later; the 29th of February becomes the 1st of March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def due(office: Office, session: Session, now: datetime) -> list[Due]:
    """What is due, those that are held among it, the longest closed first."""
    rule = office.authority.retention
    shortest = min(
        (n for n in (rule.closed_years, rule.private_concern_years, *rule.procedures.values()) if n),
        default=None,
    )
    if shortest is None:
        return []
    held = {each.case_reference for each in retention.holds(session)}
    found = (
        _due(office, record, held) for record in retention.closed(session, now - shortest * SHORTEST_YEAR)
    )
    return [each for each in found if each is not None and each.due_on <= office.today(now)]


def _due(office: Office, record: Closed, held: set[str]) -> Due | None:
    years = years_of(office, record)
    if years is None:
        return None
    opened, closed = office.today(record.opened_at), office.today(record.closed_at)
    return Due(record, opened, closed, years_later(closed, years), years, record.case_reference in held)


def plans_due(office: Office, session: Session, now: datetime) -> list[tuple[str, date]]:
    """Plans without a challenge that the list has not had for as many years."""
    years = office.authority.retention.closed_years
    if years is None:
        return []
    # Three days late at most, at the end of a month.
    today = office.today(now)
    day = (
        date(today.year - years, today.month, 28)
        if today.day > 28
        else today.replace(year=today.year - years)
    )
    return retention.unlisted_plans(session, office.hours.due_at(day))


def delete_due(office: Office, *, by: str) -> Iterator[Due]:
    """Delete what is due and not held, one record a transaction; yields each when it is gone. Plans go last, without being named."""
    now = office.clock.now()
    with office.database.read() as session:
        found = due(office, session, now)
    for each in found:
        if each.held:
            continue
        with office.database.write() as session:
            done = retention.erase(
                session,
                each.record,
                opened_on=each.opened_on,
                closed_on=each.closed_on,
                at=now,
                by=by,
                reason=REASON,
            )
        if done:
            yield each
    with office.database.write() as session:
        retention.erase_plans(session, plans_due(office, session, now), at=now, by=by, reason=REASON)


def go(office: Office) -> int:
    """Delete by itself what is due where the authority says so: once a day, while the office is closed. Returns how many."""
    now = office.clock.now()
    if not office.authority.retention.automatic or office.hours.is_open(now):
        return 0
    today = office.today(now).isoformat()
    with office.database.read() as session:
        if memory.recall(session, "retention_day") == today:
            return 0
    count = sum(1 for _ in delete_due(office, by=PROGRAM))
    with office.database.write() as session:
        memory.remember(session, "retention_day", today)
    if count:
        office.database.compact()
    return count


def deleted_card(desk: Desk, notice: Notice) -> Card:
    """What a message says whose record was deleted."""
    what = str(notice.body["what"])
    return Card(
        what, (Paragraph("This record was deleted under the retention schedule."),), f"{what} was deleted"
    )
