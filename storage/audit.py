"""The audit: every change and every reading is a row, and each row's hash covers the one before it.

A row that is changed, taken out or moved breaks the chain at its number, and one missing at the end does not fit the head,
which is kept apart. Who can rewrite all rows and the head can still forge the whole: against that, keep the `head` of each
day somewhere else and hand it to `verify` as its anchor.

Appending locks the head until the transaction ends, so append last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, true, update
from sqlmodel import Session

from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Audit, AuditHead

_AUDIT = table(Audit)
_HEAD = table(AuditHead)
_NAMES = ("number", "at", "actor", "action", "subject", "body", "previous", "hash")
PAGE = 1000
"""How many rows `verify` holds in memory at once."""


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


@dataclass(frozen=True)
class Head:
    """The end of the chain: the last row's number (0 when there is none) and its hash."""

    number: int
    hash: str


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold, and what is wrong there."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"The audit does not hold at row {self.number}: {self.reason}"


_LOCK = Prepared(select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update())
_APPEND = Prepared(insert(_AUDIT).inline())
_MOVE = Prepared(update(_HEAD).where(_HEAD.c.id == 1))
_READ_HEAD = select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1)
# One statement, so that head and rows are of the same moment; the head is there even when the rows are not.
_CHAIN = (
    select(_HEAD.c.number, _HEAD.c.hash, *(_AUDIT.c[name] for name in _NAMES))
    .select_from(_HEAD.outerjoin(_AUDIT, true()))
    .where(_HEAD.c.id == 1)
    .order_by(_AUDIT.c.number)
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
        row = {"number": number, **vars(event), "body": _plain(event.body), "previous": previous}
        previous = row["hash"] = _hash(row)
        rows.append(row)
    _APPEND.run_each(session, rows)
    _MOVE.run(session, {"number": last + len(rows), "hash": previous})


def head(session: Session) -> Head:
    """Where the chain ends now; worth keeping outside of the database once a day."""
    row = link(session).execute(_READ_HEAD).first()
    return Head(0, "") if row is None else Head(*row)


def verify(session: Session, anchor: Head | None = None) -> Broken | None:
    """Check every row; None when the chain holds, else the first number at which it does not.

    With `anchor`, a head that was kept elsewhere, the row of that number must still have that hash.
    """
    chain = _Chain(anchor)
    with link(session).execute(_CHAIN, execution_options={"yield_per": PAGE}) as result:
        try:
            for end_number, end_hash, *columns in result:
                chain.end = Head(end_number, end_hash)
                if columns[0] is not None:  # the head of an empty chain stands alone
                    broken = chain.follow(dict(zip(_NAMES, columns, strict=True)))
                    if broken is not None:
                        return broken
        except ValueError:
            return Broken(chain.last + 1, "it, or a row soon after it, cannot be read any more.")
    return chain.finish()


class _Chain:
    """The part of the chain that was checked: it holds up to row `last`, whose hash is `hash`."""

    def __init__(self, anchor: Head | None) -> None:
        self.anchor = anchor
        self.last = 0
        self.hash = ""
        self.end: Head | None = None

    def follow(self, row: Mapping[str, Any]) -> Broken | None:
        """Check the next row."""
        number = self.last + 1
        if row["number"] != number:
            return Broken(
                min(number, row["number"]), f"row {number} is missing; row {row['number']} comes instead."
            )
        if row["previous"] != self.hash:
            return Broken(number, "it does not follow from the row before it.")
        if row["hash"] != _hash(row):
            return Broken(number, "it is not as it was written.")
        if self.anchor and self.anchor.number == number and self.anchor.hash != row["hash"]:
            return Broken(number, "it is not the row that the kept head names: the chain was written anew.")
        self.last, self.hash = number, row["hash"]
        return None

    def finish(self) -> Broken | None:
        """Check that the chain ends where it should."""
        following = self.last + 1
        if self.end is None:
            return Broken(following, "the head of the chain is missing.")
        if self.end != Head(self.last, self.hash):
            should = f"the chain should end at row {self.end.number}"
            return Broken(following, f"{should}, but it ends at row {self.last}.")
        if self.anchor and self.anchor.number > self.last:
            named = f"the kept head names row {self.anchor.number}"
            return Broken(following, f"{named}, but the chain ends at row {self.last}.")
        return None


def _plain(body: Mapping[str, Any]) -> Any:
    """The body as it will come back from the database: only then can its hash be worked out again."""
    try:
        return json.loads(json.dumps(dict(body), allow_nan=False))
    except (TypeError, ValueError):
        raise UnfitBody from None  # what was wrong may be case detail


def _hash(row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the row as JSON with sorted keys, no spaces, ASCII only and the moment in UTC to the microsecond."""
    covered = {
        **{name: row[name] for name in ("number", "actor", "action", "subject", "body", "previous")},
        "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return sha256(json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
