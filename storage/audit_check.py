"""Whether the audit holds: every row is looked at, and the first that does not fit is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlmodel import Session

from storage.audit_hash import ERASED, Head, digest_of, hash_of
from storage.statements import link, table
from storage.tables import Audit, AuditHead

_AUDIT = table(Audit)
_HEAD = table(AuditHead)
_NAMES = ("number", "at", "actor", "action", "subject", "body", "salt", "digest", "previous", "hash")
LEAST = -(2**31)
PAGE = 1000
"""How many rows are held in memory at once."""


@dataclass(frozen=True)
class Broken:
    """The first place where the audit does not hold, and what is wrong there."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"The audit does not hold at row {self.number}: {self.reason}"


# One statement, so that head and rows are of the same moment; the head is there even when the rows are not.
_CHAIN = (
    select(_HEAD.c.number, _HEAD.c.hash, *(_AUDIT.c[name] for name in _NAMES))
    .select_from(_HEAD.outerjoin(_AUDIT, _AUDIT.c.number > bindparam("last", type_=BigInteger)))
    .where(_HEAD.c.id == 1)
    .order_by(_AUDIT.c.number)
)


Row = Mapping[str, Any]
"""A row of the audit by its columns, the body opened."""


def verify(
    session: Session, anchors: Iterable[Head] = (), each: Callable[[Row], None] = lambda _: None
) -> Broken | None:
    """Check every row; None when the audit holds, else the first number at which it does not.

    `anchors` are heads that were kept elsewhere: the row of that number must still have that hash. `each` is called with every
    row that holds.
    """
    return _check(session, _Chain(anchors, each=each))


def verify_from(session: Session, start: Head, each: Callable[[Row], None]) -> tuple[Broken | None, Head]:
    """Check the rows after `start`, which is known to hold; `each` is called with every row. Also returns where they end."""
    chain = _Chain((), start, each)
    broken = _check(session, chain)
    return broken, Head(chain.last, chain.hash)


def _check(session: Session, chain: _Chain) -> Broken | None:
    try:
        with link(session).execute(
            _CHAIN, {"last": chain.last or LEAST}, execution_options={"yield_per": PAGE}
        ) as result:
            broken = _follow(chain, result)
    except ValueError:
        broken = _follow(chain, _one_by_one(session, chain))
    return broken or chain.finish()


def _follow(chain: _Chain, result: Iterable[Any]) -> Broken | None:
    for end_number, end_hash, *columns in result:
        chain.end = Head(end_number, end_hash)
        if columns[0] is not None:  # the head of an empty chain stands alone
            broken = chain.follow(dict(zip(_NAMES, columns, strict=True)))
            if broken is not None:
                return broken
    return None


def _one_by_one(session: Session, chain: _Chain) -> Iterator[Any]:
    """The rows after the last that was checked; what cannot be read any more is in the row's place, to be found there."""
    numbers = select(_AUDIT.c.number).where(_AUDIT.c.number > chain.last).order_by(_AUDIT.c.number)
    for number in link(session).execute(numbers).scalars().all():
        try:
            yield link(session).execute(_CHAIN.where(_AUDIT.c.number == number), {"last": number - 1}).one()
        except ValueError:
            yield number, "", number, *[None] * (len(_NAMES) - 1)


class _Chain:
    """The part of the chain that was checked: it holds up to row `last`, whose hash is `hash`."""

    def __init__(
        self,
        anchors: Iterable[Head],
        start: Head = Head(0, ""),  # noqa: B008  frozen
        each: Callable[[Row], None] = lambda _: None,
    ) -> None:
        self.anchors: dict[int, set[str]] = {}
        for anchor in anchors:
            self.anchors.setdefault(anchor.number, set()).add(anchor.hash)
        self.each = each
        self.last, self.hash = start.number, start.hash
        self.end: Head | None = None
        self.anchored = 0
        """The last row that a kept head confirms."""
        self.missing: dict[int, None] = {}
        """Rows whose body is gone, and no row has said yet that it was erased; in order."""

    def follow(self, row: Mapping[str, Any]) -> Broken | None:
        """Check the next row."""
        number = self.last + 1
        if row["number"] != number:
            return Broken(
                min(number, row["number"]), f"row {number} is missing; row {row['number']} comes instead."
            )
        if row["at"] is None:
            return Broken(number, "it cannot be read any more.")
        if row["previous"] != self.hash:
            return Broken(number, "it does not follow from the row before it.")
        if row["hash"] != hash_of(row):
            return Broken(number, "it is not as it was written.")
        unfit = self._body(row)
        if unfit:
            return Broken(number, unfit)
        self.last, self.hash = number, row["hash"]
        self.each(row)
        return self._anchor(number)

    def _body(self, row: Mapping[str, Any]) -> str:
        """What is wrong with a row's body; nothing where it fits its digest, or is gone and may be."""
        if row["body"] is None and row["salt"] is None:
            if row["action"] == ERASED:
                return "it says what was erased, and what it said is gone."
            self.missing[row["number"]] = None
            return ""
        if row["body"] is None or row["salt"] is None or row["digest"] != digest_of(row["salt"], row["body"]):
            return "its body is not as it was written."
        if row["action"] == ERASED:
            for first, last in row["body"]["rows"]:
                for number in range(first, min(last, row["number"]) + 1):
                    self.missing.pop(number, None)
        return ""

    def _anchor(self, number: int) -> Broken | None:
        """Check the row against the heads that were kept elsewhere."""
        kept = self.anchors.get(number)
        if kept is None:
            return None
        if kept != {self.hash}:
            first = self.anchored + 1
            where = f"rows {first} to {number} are" if first < number else "it is"
            return Broken(
                first, f"{where} not what the kept head of row {number} names: the chain was written anew."
            )
        self.anchored = number
        return None

    def finish(self) -> Broken | None:
        """Check that the chain ends where it should, and that every body that is gone was erased."""
        if self.end is None:
            return Broken(self.last + 1, "the head of the chain is missing.")
        if self.end != Head(self.last, self.hash):
            if self.end.number == self.last:
                return Broken(self.last, "the head of the chain names another row in its place.")
            should = f"the chain should end at row {self.end.number}"
            return Broken(min(self.end.number, self.last) + 1, f"{should}, but it ends at row {self.last}.")
        beyond = [number for number in sorted(self.anchors) if number > self.last]
        if beyond:
            named = f"a kept head names row {beyond[-1]}"
            return Broken(self.last + 1, f"{named}, but the chain ends at row {self.last}.")
        if self.missing:
            return Broken(min(self.missing), "its body is gone, and no later row says that it was erased.")
        return None
