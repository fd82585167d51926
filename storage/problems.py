"""What needs an administrator, listed until it is solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from storage.statements import for_each_database, link, pick, table
from storage.tables import Problem as ProblemRow

_PROBLEM = table(ProblemRow)


@dataclass(frozen=True)
class Problem:
    """Something that is wrong, in a sentence that an administrator understands."""

    key: str
    sentence: str
    challenge_id: int | None
    found_at: datetime


def _reporting(insert: Any) -> Any:
    new = insert(_PROBLEM)
    return new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "sentence": new.excluded.sentence,
            "challenge_id": new.excluded.challenge_id,
            "found_at": new.excluded.found_at,
            "solved_at": None,
            "outcome": None,
        },
        where=_PROBLEM.c.solved_at.is_not(None),
    )


_REPORT = for_each_database(_reporting)
_OPEN = (
    select(*(_PROBLEM.c[name] for name in Problem.__dataclass_fields__))
    .where(_PROBLEM.c.solved_at.is_(None))
    .order_by(_PROBLEM.c.found_at, _PROBLEM.c.key)
)


def report(session: Session, key: str, sentence: str, at: datetime, challenge_id: int | None = None) -> bool:
    """List a problem. True when it is new, or back after it was solved: then somebody must be told."""
    connection = link(session)
    row = {"key": key, "sentence": sentence, "found_at": at, "challenge_id": challenge_id}
    return connection.execute(pick(_REPORT, connection), row).rowcount == 1


def solve(session: Session, key: str, at: datetime, outcome: str | None = None) -> bool:
    """Take a problem off the list; `outcome` says who solved it and how. False when it was not on it."""
    listed = (_PROBLEM.c.key == key) & _PROBLEM.c.solved_at.is_(None)
    values = {"solved_at": at, "outcome": outcome}
    return link(session).execute(update(_PROBLEM).where(listed).values(**values)).rowcount == 1


def outcome_of(session: Session, key: str) -> str | None:
    """How a problem was solved, in a sentence; None while it is open, empty where nobody said."""
    row = (
        link(session)
        .execute(select(_PROBLEM.c.solved_at, _PROBLEM.c.outcome).where(_PROBLEM.c.key == key))
        .first()
    )
    return None if row is None or row.solved_at is None else row.outcome or ""


def open_problems(session: Session) -> list[Problem]:
    """What is wrong now, the oldest first."""
    return [Problem(*row) for row in link(session).execute(_OPEN)]
