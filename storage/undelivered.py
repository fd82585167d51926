"""What can never be delivered as it is, until an administrator has decided what becomes of it.

A row of the outbox is on the list while its state is failed and the problem `undelivered:` with its key is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlmodel import Session

from storage import outbox
from storage.outbox_rows import OUTBOX, Note
from storage.statements import link, table
from storage.tables import Problem

PROBLEM = "undelivered:"
"""Begins the key of the problem; the key of the row follows."""
AGAIN = "again"
"""In the body of a message that was sent once more without knowing whether the first has arrived."""
_PROBLEM = table(Problem)


@dataclass(frozen=True)
class Undelivered:
    """A message that could not be delivered, and why (`trouble`)."""

    id: int
    key: str
    email: str
    notice: str
    challenge_id: int | None
    stage_number: int | None
    body: Mapping[str, Any]
    urgent: bool
    due_at: datetime
    trouble: str | None
    channel: str


_COLUMNS = [OUTBOX.c[name] for name in Undelivered.__dataclass_fields__]
_FAILED = OUTBOX.c.state == "failed"


def listed(session: Session) -> list[tuple[Undelivered, datetime]]:
    """What waits for a decision, with the moment since when; the longest first."""
    query = (
        select(*_COLUMNS, _PROBLEM.c.found_at)
        .join_from(_PROBLEM, OUTBOX, OUTBOX.c.key == func.substr(_PROBLEM.c.key, len(PROBLEM) + 1))
        .where(_PROBLEM.c.solved_at.is_(None), _PROBLEM.c.key.startswith(PROBLEM), _FAILED)
        .order_by(_PROBLEM.c.found_at, OUTBOX.c.id)
    )
    return [(Undelivered(*row[:-1]), row[-1]) for row in link(session).execute(query)]


def find(session: Session, number: int) -> Undelivered | None:
    """One by its number, locked until the end of the transaction; None when it has been decided on already."""
    return _found(
        session, select(*_COLUMNS).where(OUTBOX.c.id == number, _FAILED).with_for_update(key_share=True)
    )


def listed_as(session: Session, number: int) -> Undelivered | None:
    """The same without a lock, for showing it."""
    return _found(session, select(*_COLUMNS).where(OUTBOX.c.id == number, _FAILED))


def _found(session: Session, query: Select[Any]) -> Undelivered | None:
    row = link(session).execute(query).first()
    return None if row is None else Undelivered(*row)


def send_again(session: Session, row: Undelivered, send_after: datetime) -> bool:
    """It waits once more, under its own key. False when it has been decided on meanwhile."""
    waits: dict[str, Any] = {
        "state": "waiting",
        "send_after": send_after,
        "queued_at": send_after,
        "trouble": None,
    }
    waits["body"] = _afresh(row.body)  # somebody has decided that it may go once more
    statement = update(OUTBOX).where(OUTBOX.c.id == row.id, _FAILED)
    return link(session).execute(statement.values(**waits, claimed_by=None, claimed_until=None)).rowcount == 1


def hand_over(session: Session, row: Undelivered, to: str, body: Mapping[str, Any], at: datetime) -> bool:
    """Somebody else gets it, under a key of its own. False when it has been decided on meanwhile."""
    key = f"{row.key}:handed:{to}"
    given = update(OUTBOX).where(OUTBOX.c.id == row.id, _FAILED)
    values = {"state": "replaced", "trouble": f"Handed over as {key}."}
    if link(session).execute(given.values(**values)).rowcount != 1:
        return False
    note = Note(
        key, to, row.notice, row.due_at, at, row.challenge_id, row.stage_number, _afresh(body), row.urgent
    )
    return outbox.put(session, [note]) == 1


def _afresh(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != AGAIN}
