"""The tables that keep the audit provable: the gate, the keys that sign, and the heads that were signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from storage.tables import Moment


class AuditGate(SQLModel, table=True):
    """One row. While `opened` is not empty, the database lets a transaction change `body` and `salt` of the audit's rows.

    What stands there while it is open refers to a row that cannot exist, and that is checked at the end of the transaction: so it
    cannot be left open, nor be open for anybody else.
    """

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    opened: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("auditgate.id", deferrable=True, initially="DEFERRED")),
    )
    __table_args__ = (CheckConstraint("id = 1", name="auditgate_one_row"),)


class AuditKey(SQLModel, table=True):
    """A key that has signed heads of the audit: its public half as PEM, and since and until when it is in use."""

    fingerprint: str = Field(primary_key=True)
    public: str
    since: datetime = Field(sa_column=Column(Moment(), nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(Moment(), nullable=True))


class AuditSigned(SQLModel, table=True):
    """A head of the audit as it was signed: how many rows, the last one's hash, and the root of the Merkle tree over them all.

    `peaks` are the tree's complete parts, largest first, from which it grows. `published` is the local day on which it is published
    outside of the database, one a day; empty for one that was signed for a bundle only. Where it is to be posted to a `channel`, this is
    what the outbox is for messages to people: a claim holds until `claimed_until`, `tried` says that it may have been posted.
    """

    id: int | None = Field(default=None, primary_key=True)
    number: int
    hash: str
    root: str
    at: datetime = Field(sa_column=Column(Moment(), nullable=False))
    authority: str
    key: str = Field(foreign_key="auditkey.fingerprint")
    signature: str
    peaks: list[str] = Field(sa_column=Column(JSON, nullable=False))
    published: str | None = Field(default=None, unique=True)
    channel: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Moment(), nullable=True))
    tried: bool = False
    posted_at: datetime | None = Field(default=None, sa_column=Column(Moment(), nullable=True))
