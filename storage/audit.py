"""The audit: every change and every reading is a row, and each row's hash covers the one before it.

A row that is changed, taken out or moved breaks the chain at its number, and one missing at the end does not fit the head,
which is kept apart. Who can rewrite all rows and the head can still forge the whole: against that, `storage.heads` signs the
head of each day and publishes it elsewhere, and `verify` takes such heads as its anchors.

The hash covers a digest of the body and its salt, not the body. So `erase` can take a body away, and the chain stays whole.

Appending locks the head until the transaction ends, so append last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from storage.audit_check import Broken, verify
from storage.audit_hash import ERASED, Head, digest_of, hash_of
from storage.audit_tables import AuditGate
from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Audit, AuditHead

_AUDIT = table(Audit)
_HEAD = table(AuditHead)
_GATE = table(AuditGate)
__all__ = [
    "Broken",
    "Event",
    "Head",
    "UnfitBody",
    "append",
    "append_many",
    "erase",
    "gate",
    "head",
    "lock",
    "verify",
]


class UnfitBody(ValueError):
    """What is written to the audit must consist of texts, numbers, yes or no, lists and objects."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True)
class Event:
    """What happened: `actor` did `action` to `subject` at the aware moment `at`; `body` is what belongs to it."""

    at: datetime
    actor: str
    action: str
    subject: str
    body: Mapping[str, Any] = field(default_factory=dict)


_LOCK = Prepared(select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update())
_APPEND = Prepared(insert(_AUDIT).inline())
_MOVE = Prepared(update(_HEAD).where(_HEAD.c.id == 1))
_READ_HEAD = select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1)
_OPEN_OR_CLOSE = update(_GATE).where(_GATE.c.id == 1).values(opened=bindparam("opened"))
_KEPT_BODIES = (
    select(_AUDIT.c.number)
    .where(_AUDIT.c.subject == bindparam("of"), _AUDIT.c.action != ERASED, _AUDIT.c.salt.is_not(None))
    .order_by(_AUDIT.c.number)
)
_ERASE = (
    update(_AUDIT)
    .where(_AUDIT.c.subject == bindparam("of"), _AUDIT.c.action != ERASED, _AUDIT.c.salt.is_not(None))
    .values(body=None, salt=None)
)


def append(
    session: Session, *, at: datetime, actor: str, action: str, subject: str, body: Mapping[str, Any]
) -> None:
    """Add one row to the chain, in the transaction of what it tells of. Raises UnfitBody for a body that is not JSON."""
    append_many(session, [Event(at, actor, action, subject, body)])


def append_many(session: Session, events: Sequence[Event]) -> None:
    """Add several rows to the chain, in this order. Raises UnfitBody for a body that is not JSON."""
    if not events:
        return
    [(last, previous)] = _LOCK.rows(session)
    rows: list[dict[str, Any]] = []
    for number, event in enumerate(events, start=last + 1):
        body, salt = _plain(event.body), token_hex(16)
        row = {"number": number, **vars(event), "body": body, "salt": salt, "previous": previous}
        row["digest"] = digest_of(salt, body)
        previous = row["hash"] = hash_of(row)
        rows.append(row)
    _APPEND.run_each(session, rows)
    _MOVE.run(session, {"number": last + len(rows), "hash": previous})


def lock(session: Session) -> None:
    """Let nobody else append to the audit until this transaction ends; for what only one may decide. Last, as all of it."""
    _LOCK.rows(session)


def head(session: Session) -> Head:
    """Where the chain ends now."""
    row = link(session).execute(_READ_HEAD).first()
    return Head(0, "") if row is None else Head(*row)


@contextmanager
def gate(session: Session) -> Iterator[None]:
    """Inside the block this transaction may change `body` of the audit's rows, and empty `salt`; nothing else of them, ever.

    For erasure, and for encrypting bodies anew. The gate's one row is locked until the transaction ends, so that they take turns;
    whoever appends to the audit as well does so after it.
    """
    link(session).execute(_OPEN_OR_CLOSE, {"opened": 0})
    yield
    link(session).execute(_OPEN_OR_CLOSE, {"opened": None})


def erase(session: Session, *, at: datetime, actor: str, subject: str, reason: str) -> int:
    """Erase body and salt of every row about `subject`; a row of action `erased` says which, and why. Returns how many.

    That row stays: neither subject nor reason may hold what has to be forgotten. Erasing again what is erased writes nothing.
    """
    numbers = list(link(session).execute(_KEPT_BODIES, {"of": subject}).scalars())
    if not numbers:
        return 0
    with gate(session):
        link(session).execute(_ERASE, {"of": subject})
    body = {"reason": reason, "rows": _in_runs(numbers)}
    append(session, at=at, actor=actor, action=ERASED, subject=subject, body=body)
    return len(numbers)


def _plain(body: Mapping[str, Any]) -> Any:
    """The body as it will come back from the database: only then can its digest be worked out again."""
    try:
        return json.loads(json.dumps(dict(body), allow_nan=False))
    except (TypeError, ValueError):
        raise UnfitBody from None  # what was wrong may be case detail


def _in_runs(numbers: Iterable[int]) -> list[list[int]]:
    """Rising numbers as runs, first and last: 3, 4, 5, 9 are [[3, 5], [9, 9]]."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
