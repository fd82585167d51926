"""The windows of challenges as time goes by: they are opened and closed, their time runs out, and their calendar may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from storage.challenges import Window, change_head
from storage.statements import link, table
from storage.tables import Window as WindowRow

_WINDOW = table(WindowRow)


def open_window(session: Session, challenge_id: int, window: Window) -> None:
    """Begin a stage's window; its due moment is repeated on the challenge's row."""
    link(session).execute(insert(_WINDOW).values(challenge_id=challenge_id, **vars(window)))
    change_head(session, challenge_id, due_at=window.due_at)


_CLOSE_WINDOW = (
    update(_WINDOW)
    .where(
        _WINDOW.c.challenge_id == bindparam("challenge"),
        _WINDOW.c.stage_number == bindparam("stage"),
        _WINDOW.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("at"), met=bindparam("is_met"))
)


def close_window(session: Session, challenge_id: int, stage_number: int, *, at: datetime, met: bool) -> bool:
    """End a stage's window; False when there was none open."""
    values = {"challenge": challenge_id, "stage": stage_number, "at": at, "is_met": met}
    return bool(link(session).execute(_CLOSE_WINDOW, values).rowcount)


def change_window(session: Session, challenge_id: int, stage_number: int, **values: Any) -> None:
    """Set columns of a window: a new due day after a closure day was added, or that it lapsed."""
    link(session).execute(
        update(_WINDOW)
        .where(_WINDOW.c.challenge_id == challenge_id, _WINDOW.c.stage_number == stage_number)
        .values(**values)
    )


_RUNNING = _WINDOW.c.closed_at.is_(None) & _WINDOW.c.stopped_at.is_(None)
# As the index has it: PostgreSQL does not see by itself that where `lapsed_at` is always empty, `due_at` alone is the same order,
# and would read and sort every open window to find the first.
_BY_TIME = (_WINDOW.c.lapsed_at, _WINDOW.c.due_at)


_NEXT_CALENDAR = select(func.min(_WINDOW.c.calendar_version)).where(
    _WINDOW.c.closed_at.is_(None), _WINDOW.c.calendar_version > bindparam("after")
)


def _calendars(session: Session) -> list[str]:
    """The calendars with which the open windows were worked out: one as a rule. A step in the index each, however many windows."""
    connection, found = link(session), [""]
    while (version := connection.execute(_NEXT_CALENDAR, {"after": found[-1]}).scalar()) is not None:
        found.append(version)
    return found[1:]


def lapsing(session: Session, now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """Open windows whose time has run out and for which this has not been noted yet: (challenge id, stage number)."""
    query = (
        select(_WINDOW.c.challenge_id, _WINDOW.c.stage_number)
        .where(_RUNNING, _WINDOW.c.calendar_version.in_(_calendars(session)))
        .where(_WINDOW.c.due_at <= now, _WINDOW.c.lapsed_at.is_(None))
        .order_by(*_BY_TIME)
        .limit(limit)
    )
    return [(row.challenge_id, row.stage_number) for row in link(session).execute(query)]


def lapse(session: Session, challenge_id: int, stage_number: int, at: datetime) -> bool:
    """Note that an open window has run out; False when this was noted before, or it was met just now."""
    which = (_WINDOW.c.challenge_id == challenge_id) & (_WINDOW.c.stage_number == stage_number)
    still = _RUNNING & _WINDOW.c.lapsed_at.is_(None)
    return bool(link(session).execute(update(_WINDOW).where(which, still).values(lapsed_at=at)).rowcount)


def open_windows_of_other_calendars(session: Session, version: str) -> list[tuple[int, int]]:
    """Open windows whose due day was worked out with another calendar than this one: (challenge id, stage number)."""
    others = [each for each in _calendars(session) if each != version]
    query = (
        select(_WINDOW.c.challenge_id, _WINDOW.c.stage_number)
        .where(_WINDOW.c.closed_at.is_(None), _WINDOW.c.calendar_version.in_(others))
        .order_by(_WINDOW.c.challenge_id)
    )
    return [(row.challenge_id, row.stage_number) for row in link(session).execute(query)]


def next_lapse(session: Session) -> datetime | None:
    """When the next open window runs out."""
    first = (
        select(_WINDOW.c.due_at)
        .where(_RUNNING, _WINDOW.c.lapsed_at.is_(None), _WINDOW.c.calendar_version == bindparam("version"))
        .order_by(*_BY_TIME)
        .limit(1)
    )
    connection = link(session)
    found = [connection.execute(first, {"version": each}).scalar() for each in _calendars(session)]
    return min((each for each in found if each is not None), default=None)
