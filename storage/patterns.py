"""Answers across cases, for the patterns in them; and which patterns somebody was told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from procedures.patterns import KINDS
from procedures.steps import Entry, read_step
from storage.statements import for_each_database, is_literally, link, pick, table
from storage.tables import Challenge
from storage.tables import Entry as EntryRow
from storage.tables_besides import PatternTold

_ENTRY = table(EntryRow)
_CHALLENGE = table(Challenge)
_TOLD = table(PatternTold)
_MAY_ANSWER = is_literally(_ENTRY.c.kind, *KINDS)


@dataclass(frozen=True)
class Told:
    """A pattern that somebody was told of: an answer in these records, counted over these days; `told` are their addresses."""

    id: int
    procedure: str
    pattern: str
    answer: str
    period: int
    first: date
    last: date
    challenges: list[int]
    told: list[str]
    told_at: datetime


_COLUMNS = [_TOLD.c[name] for name in Told.__dataclass_fields__]
_NEW = for_each_database(
    lambda insert: (
        insert(_TOLD)
        .on_conflict_do_nothing(index_elements=["procedure", "pattern", "answer", "period"])
        .returning(_TOLD.c.id)
    )
)
_FINGERPRINT = select(func.count(), func.max(_ENTRY.c.at)).where(
    _MAY_ANSWER, _ENTRY.c.at >= bindparam("since")
)


def fingerprint(session: Session, since: datetime) -> str:
    """What tells whether anything that may hold an answer was recorded since a moment; the same text, nothing new."""
    count, newest = link(session).execute(_FINGERPRINT, {"since": since}).one()
    return f"{count} {newest}"


def entries(session: Session, procedure: str, since: datetime) -> list[tuple[int, str, Entry]]:
    """The entries since a moment that may hold an answer, with the number and the team of their records.

    Records that were withdrawn are left out: what they say was taken back.
    """
    columns = (_ENTRY.c[name] for name in ("number", "stage_number", "by", "at", "kind", "body"))
    query = (
        select(_CHALLENGE.c.id, _CHALLENGE.c.unit, *columns)
        .join(_CHALLENGE, _CHALLENGE.c.id == _ENTRY.c.challenge_id)
        .where(
            _MAY_ANSWER,
            _ENTRY.c.at >= since,
            _CHALLENGE.c.procedure == procedure,
            _CHALLENGE.c.status != "withdrawn",
        )
        .order_by(_CHALLENGE.c.id, _ENTRY.c.number)
    )
    return [
        (challenge, unit, Entry(number, stage, by, at, read_step(kind, body)))
        for challenge, unit, number, stage, by, at, kind, body in link(session).execute(query)
    ]


def tell(
    session: Session,
    *,
    procedure: str,
    pattern: str,
    answer: str,
    period: int,
    first: date,
    last: date,
    challenges: Sequence[int],
    told: Sequence[str],
    at: datetime,
) -> int | None:
    """Note that somebody is told of a pattern, once a period; its number, or None when another replica has told them."""
    connection = link(session)
    what = {"procedure": procedure, "pattern": pattern, "answer": answer, "period": period}
    row = {
        **what,
        "first": first,
        "last": last,
        "challenges": list(challenges),
        "told": list(told),
        "told_at": at,
    }
    return connection.execute(pick(_NEW, connection), row).scalar()


def find(session: Session, told_id: int) -> Told | None:
    """One pattern that was told of, or None."""
    row = link(session).execute(select(*_COLUMNS).where(_TOLD.c.id == told_id)).first()
    return None if row is None else Told(*row)


def told_of(session: Session, procedures: Sequence[str]) -> list[Told]:
    """What was told of under these procedures, the latest first."""
    query = select(*_COLUMNS).where(_TOLD.c.procedure.in_(procedures)).order_by(_TOLD.c.id.desc())
    return [Told(*row) for row in link(session).execute(query)]


def units(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """The teams of these challenges."""
    query = select(_CHALLENGE.c.id, _CHALLENGE.c.unit).where(_CHALLENGE.c.id.in_(numbers))
    return {row.id: row.unit for row in link(session).execute(query)}
