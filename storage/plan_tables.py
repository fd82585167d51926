"""The tables of children on plans, and of what opened by itself because of them. What `storage.tables` says holds here too."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from storage.tables import IN_ITS_KEY, Moment, partial


class Plan(SQLModel, table=True):
    """A child's plan as the last list of plans showed it. `gone_at`: since when the list has it no more.

    `review_dates` are ISO dates in order, `since` the day on which `status` was first seen, `next_on` the working day on which a
    trigger fires next, None for none.
    """

    case_reference: str = Field(primary_key=True)
    plan_start: date = Field(primary_key=True)
    unit: str
    review_dates: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    social_worker: str | None = Field(default=None, foreign_key="person.email")
    coordinator: str | None = Field(default=None, foreign_key="person.email")
    status: str
    since: date
    first_seen: datetime = Field(default=None, sa_column=Column(Moment(), nullable=False))
    gone_at: datetime | None = Field(default=None, sa_column=Column(Moment(), nullable=True))
    next_on: date | None = None
    __table_args__ = (
        partial("plan_waiting", "next_on", where="next_on IS NOT NULL"),
        IN_ITS_KEY,
    )


class Firing(SQLModel, table=True):
    """A trigger that has fired for a plan; the key refuses a second time. Without a challenge it was passed over for a later one.

    `occurrence` is `first` or the review, `day` the day that was reached, `review` the number of the review on it.
    """

    procedure: str = Field(primary_key=True)
    trigger: str = Field(primary_key=True)
    case_reference: str = Field(primary_key=True)
    plan_start: date = Field(primary_key=True)
    occurrence: str = Field(primary_key=True)
    day: date
    review: int | None = None
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id", index=True)
    at: datetime = Field(default=None, sa_column=Column(Moment(), nullable=False))
    __table_args__ = (
        ForeignKeyConstraint(["case_reference", "plan_start"], ["plan.case_reference", "plan.plan_start"]),
        IN_ITS_KEY,
    )
