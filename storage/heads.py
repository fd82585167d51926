"""Signed heads of the audit, and the keys that sign them.

A head says how many rows there are, what the last one's hash is, and the root of the Merkle tree over all rows. Signed and kept
outside of the database it holds whoever can rewrite the database to what was there on that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from storage.audit_check import Broken, verify_from
from storage.audit_hash import Head
from storage.audit_tables import AuditKey, AuditSigned
from storage.merkle import Growing
from storage.signing import PublicKey, SigningKey, is_signed
from storage.statements import for_each_database, link, pick, table
from storage.tables import Audit, Moment

_AUDIT, _KEY, _SIGNED = table(Audit), table(AuditKey), table(AuditSigned)
KIND = "audit-head"
"""Stands in what is signed, so that the signature can pass for nothing else."""


class NotWhole(Exception):
    """The audit does not hold, so its head is not signed."""

    def __init__(self, broken: Broken) -> None:
        self.broken = broken
        super().__init__(str(broken))


@dataclass(frozen=True)
class SignedHead:
    """A head with its signature. `at` is an aware moment in UTC as text; `key` the signing key's fingerprint."""

    number: int
    hash: str
    root: str
    at: str
    authority: str
    key: str
    signature: str

    def statement(self) -> dict[str, Any]:
        """What is signed: all but the signature."""
        parts = asdict(self)
        del parts["signature"]
        return {"kind": KIND, **parts}

    def line(self) -> dict[str, Any]:
        """As it is published."""
        return {**self.statement(), "signature": self.signature}

    def is_signed_by(self, keys: Iterable[PublicKey]) -> bool:
        """Whether one of these keys, the one that it names, has signed it."""
        return any(
            key.fingerprint == self.key and is_signed(self.statement(), self.signature, key) for key in keys
        )


@dataclass(frozen=True)
class Next:
    """A head that can be signed now, with the peaks of its tree."""

    head: Head
    tree: Growing


_COLUMNS = tuple(
    _SIGNED.c[name] for name in ("number", "hash", "root", "at", "authority", "key", "signature")
)
_PUBLISHED = select(*_COLUMNS).where(_SIGNED.c.published.is_not(None)).order_by(_SIGNED.c.id)
_LAST = select(*_COLUMNS, _SIGNED.c.peaks).order_by(_SIGNED.c.number.desc(), _SIGNED.c.id.desc()).limit(1)
_LAST_DAY = (
    select(_SIGNED.c.published, _SIGNED.c.number)
    .where(_SIGNED.c.published.is_not(None))
    .order_by(_SIGNED.c.id.desc())
    .limit(1)
)
_TO_POST = (
    select(_SIGNED.c.id, _SIGNED.c.channel, _SIGNED.c.tried, *_COLUMNS)
    .where(
        _SIGNED.c.channel.is_not(None),
        _SIGNED.c.posted_at.is_(None),
        _SIGNED.c.claimed_until.is_(None) | (_SIGNED.c.claimed_until <= bindparam("now", type_=Moment())),
    )
    .order_by(_SIGNED.c.id)
    .limit(1)
)
_KEEP = for_each_database(lambda insert: insert(_SIGNED).on_conflict_do_nothing(index_elements=["published"]))


def last_published(session: Session) -> tuple[str, int]:
    """The day of the last published head, as ISO text, and how many rows it covers; "" and 0 when there is none."""
    row = link(session).execute(_LAST_DAY).first()
    return ("", 0) if row is None else (str(row[0]), int(row[1]))


def published(session: Session) -> list[SignedHead]:
    """Every head that is published, the oldest first."""
    return [_signed(row) for row in link(session).execute(_PUBLISHED)]


def is_held(session: Session, head: SignedHead) -> bool:
    """Whether the audit still has the row that a head names, with its hash."""
    return (
        link(session).execute(select(_AUDIT.c.hash).where(_AUDIT.c.number == head.number)).scalar()
        == head.hash
    )


def next_head(session: Session) -> Next:
    """The head as it is now, after every row since the last signed head has been checked. Raises NotWhole.

    The tree grows from the last signed head's peaks; they are trusted only as far as its signature reaches, else all is read anew.
    """
    row = link(session).execute(_LAST).first()
    start, tree = Head(0, ""), Growing()
    if row is not None:
        signed, grown = _signed(row), Growing(row.number, [bytes.fromhex(peak) for peak in row.peaks])
        if grown.root().hex() == signed.root and signed.is_signed_by(keys(session)):
            start, tree = Head(signed.number, signed.hash), grown
    broken, end = verify_from(session, start, lambda row: tree.add(bytes.fromhex(row["hash"])))
    if broken is not None:
        raise NotWhole(broken)
    return Next(end, tree)


def sign(following: Next, key: SigningKey, *, at: datetime, authority: str) -> SignedHead:
    """A head, signed."""
    root = following.tree.root().hex()
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    head = following.head
    unsigned = SignedHead(head.number, head.hash, root, moment, authority, key.public.fingerprint, "")
    return SignedHead(**{**asdict(unsigned), "signature": key.sign(unsigned.statement())})


def keep(
    session: Session, signed: SignedHead, following: Next, day: str | None, channel: str | None = None
) -> bool:
    """Keep a signed head; with `day` as the one that is published that day, in `channel` as well. False where that day has one
    already."""
    row = {
        **asdict(signed),
        "at": datetime.fromisoformat(signed.at),
        "peaks": [peak.hex() for peak in following.tree.peaks],
        "published": day,
        "channel": channel,
        "tried": False,
    }
    connection = link(session)
    return connection.execute(pick(_KEEP, connection), row).rowcount == 1


@dataclass(frozen=True)
class ToPost:
    """A head that is to be posted to a channel. `tried`: an earlier try may have posted it."""

    id: int
    channel: str
    tried: bool
    signed: SignedHead


def claim_post(session: Session, now: datetime, until: datetime) -> ToPost | None:
    """The oldest head that waits for its channel, claimed until then; None when there is none, or somebody else is at it."""
    row = link(session).execute(_TO_POST, {"now": now}).first()
    if row is None:
        return None
    free = _SIGNED.c.posted_at.is_(None) & (
        _SIGNED.c.claimed_until.is_(None) | (_SIGNED.c.claimed_until <= now)
    )
    mine = update(_SIGNED).where(_SIGNED.c.id == row.id, free).values(claimed_until=until, tried=True)
    if link(session).execute(mine).rowcount == 0:
        return None
    return ToPost(row.id, row.channel, row.tried, _signed(row))


def posts_wait(session: Session, now: datetime) -> bool:
    """Whether a head waits for its channel, and nobody is at it."""
    return link(session).execute(_TO_POST, {"now": now}).first() is not None


def posted(session: Session, head: ToPost, at: datetime) -> None:
    """It stands in its channel."""
    link(session).execute(update(_SIGNED).where(_SIGNED.c.id == head.id).values(posted_at=at))


def not_posted(session: Session, head: ToPost, until: datetime, *, tried: bool) -> None:
    """It does not stand there, as far as we know; the next try is after `until`."""
    changed = {"claimed_until": until, "tried": tried}
    link(session).execute(update(_SIGNED).where(_SIGNED.c.id == head.id).values(**changed))


def keys(session: Session) -> list[PublicKey]:
    """Every key that has signed, the oldest first."""
    query = select(_KEY.c.public, _KEY.c.fingerprint).order_by(_KEY.c.since)
    return [PublicKey(*row) for row in link(session).execute(query)]


def key_in_use(session: Session) -> PublicKey | None:
    """The key that signs now, as the database knows it; None before the first."""
    query = select(_KEY.c.public, _KEY.c.fingerprint).where(_KEY.c.until.is_(None))
    row = link(session).execute(query).first()
    return None if row is None else PublicKey(*row)


def use_key(session: Session, key: PublicKey, at: datetime) -> None:
    """From now on this key signs, and no other any more."""
    link(session).execute(update(_KEY).where(_KEY.c.until.is_(None)).values(until=at))
    row = {"fingerprint": key.fingerprint, "public": key.pem, "since": at, "until": None}
    link(session).execute(insert(_KEY), row)


def _signed(row: Any) -> SignedHead:
    moment = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return SignedHead(row.number, row.hash, row.root, moment, row.authority, row.key, row.signature)
