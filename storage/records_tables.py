"""The tables of how records are kept: the keys they are sealed with, legal holds, and what was deleted. As in `storage.tables`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.narrative import Narrative
from storage.tables import IN_ITS_KEY, Moment, partial


def _moment(nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Moment(), nullable=nullable))


class NarrativeKey(SQLModel, table=True):
    """A key that narratives are or were sealed with; never the key itself. `state` is announced, current, former or retired.

    `since` is when it came into its state, `emptied_at` when nothing was sealed with it any more. The database refuses two
    that are current.
    """

    id: str = Field(primary_key=True)
    check_value: str
    state: str
    made_at: datetime = _moment()
    since: datetime = _moment()
    emptied_at: datetime | None = _moment(nullable=True)
    __table_args__ = (
        partial("narrativekey_current", "state", unique=True, where="state = 'current'"),
        IN_ITS_KEY,
    )


class LegalHold(SQLModel, table=True):
    """A case of which nothing may be deleted until somebody releases it. `by` and `released_by` are as the audit names them."""

    id: int | None = Field(default=None, primary_key=True)
    case_reference: str
    reason: str = Field(sa_column=Column(Narrative("legalhold.reason"), nullable=False))
    by: str
    at: datetime = _moment()
    released_by: str | None = None
    released_at: datetime | None = _moment(nullable=True)
    __table_args__ = (
        partial("legalhold_in_force", "case_reference", unique=True, where="released_at IS NULL"),
    )


class Deleted(SQLModel, table=True):
    """What is left of a record that was deleted under the retention schedule: that it was there, and when. No case, no person.

    `reference` is such as CH-1042 or PC-12; the days are local.
    """

    reference: str = Field(primary_key=True)
    procedure: str
    opened_on: date
    closed_on: date
    deleted_at: datetime = _moment()
    __table_args__ = (IN_ITS_KEY,)
