"""The overall limits of challenges: their day, and the next reminder of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from storage.statements import link, table
from storage.tables import Challenge
from storage.tables_besides import OverallLimit

_LIMIT = table(OverallLimit)
_CHALLENGE = table(Challenge)


@dataclass(frozen=True)
class Limit:
    """The last day within a challenge's limit; `next_offset`, in working days from it, is the next reminder's, at `next_at`."""

    challenge_id: int
    day: date
    calendar_version: str
    next_offset: int | None
    next_at: datetime | None


_COLUMNS = [_LIMIT.c[name] for name in Limit.__dataclass_fields__]
# As a question about each limit: as a join SQLite would begin with the challenges, of which there are many more.
_IS_OPEN = (
    select(_CHALLENGE.c.id)
    .where(_CHALLENGE.c.id == _LIMIT.c.challenge_id, _CHALLENGE.c.status == "open")
    .exists()
)
_OPEN = select(*_COLUMNS).where(_IS_OPEN)
_NEXT_CALENDAR = select(func.min(_LIMIT.c.calendar_version)).where(
    _LIMIT.c.calendar_version > bindparam("after")
)


def begin(session: Session, limit: Limit) -> None:
    """Remember a challenge's limit."""
    link(session).execute(insert(_LIMIT).values(**vars(limit)))


def change(session: Session, limit: Limit) -> None:
    """The limit's day or its next reminder has changed."""
    this = update(_LIMIT).where(_LIMIT.c.challenge_id == limit.challenge_id)
    link(session).execute(this.values(**vars(limit)))


def of_challenge(session: Session, challenge_id: int) -> Limit | None:
    """A challenge's limit; None where its procedure sets none, or its beginning is not known."""
    row = link(session).execute(select(*_COLUMNS).where(_LIMIT.c.challenge_id == challenge_id)).first()
    return None if row is None else Limit(*row)


def due(session: Session, now: datetime) -> list[Limit]:
    """The limits of open challenges of which somebody is to be reminded by now."""
    # Of what has ended nobody is reminded any more, and it need not be looked at again.
    over = update(_LIMIT).where(_LIMIT.c.next_at <= now, ~_IS_OPEN)
    link(session).execute(over.values(next_offset=None, next_at=None))
    query = _OPEN.where(_LIMIT.c.next_at <= now).order_by(_LIMIT.c.next_at, _LIMIT.c.challenge_id)
    return [Limit(*row) for row in link(session).execute(query.with_for_update(of=_LIMIT))]


def of_other_calendars(session: Session, version: str) -> list[Limit]:
    """The limits of open challenges that were worked out with another calendar than this one."""
    connection, found = link(session), [""]
    while (each := connection.execute(_NEXT_CALENDAR, {"after": found[-1]}).scalar()) is not None:
        found.append(each)
    others = [each for each in found[1:] if each != version]
    query = _OPEN.where(_LIMIT.c.calendar_version.in_(others)).order_by(_LIMIT.c.challenge_id)
    return [Limit(*row) for row in link(session).execute(query.with_for_update(of=_LIMIT))]


def next_reminder(session: Session) -> datetime | None:
    """When the next reminder of an open challenge's limit is due."""
    to_come = select(_LIMIT.c.next_at).where(_LIMIT.c.next_at.is_not(None), _IS_OPEN)
    query = to_come.order_by(_LIMIT.c.next_at).limit(1)
    return link(session).execute(query).scalar()
