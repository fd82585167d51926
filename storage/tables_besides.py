"""The tables of what runs beside the stages: turns of a rota, swaps, patterns that were told of, overall limits.

As in `storage.tables`, times are aware UTC, days local, people known by their e-mail address in lower case.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.narrative import Narrative
from storage.tables import Moment, partial


def _moment() -> Column[datetime]:
    return Column(Moment(), nullable=False)


def _perhaps() -> Column[datetime]:
    return Column(Moment(), nullable=True)


class RotaHead(SQLModel, table=True):
    """One row, locked by whoever gives out turns, so that two replicas never give the same one."""

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})


class RotaMember(SQLModel, table=True):
    """Somebody who takes turns in a role, since when, and with which count they began.

    A pool is the holders of a role for one unit, under one procedure. Whoever leaves it is taken out when the next turn is given;
    should they come back, they begin anew.
    """

    procedure: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    email: str = Field(primary_key=True, foreign_key="person.email")
    begins: int
    joined_at: datetime = Field(sa_column=_moment())


class Allocation(SQLModel, table=True):
    """A part that somebody was given in a challenge. `how` is turn, named or swapped; `ended_at` when it passed to somebody else.

    It holds for the whole challenge, whatever the stage: who led the meeting before leads the one after. `stage_number` is the
    stage at which it was given.
    """

    id: int | None = Field(default=None, primary_key=True)
    procedure: str
    role: str
    unit: str
    email: str = Field(foreign_key="person.email")
    challenge_id: int = Field(foreign_key="challenge.id")
    stage_number: int
    how: str
    at: datetime = Field(sa_column=_moment())
    ended_at: datetime | None = Field(default=None, sa_column=_perhaps())
    __table_args__ = (
        partial("allocation_held", "challenge_id", "role", "email", unique=True, where="ended_at IS NULL"),
        Index("allocation_of_pool", "procedure", "role", "unit", "at"),
    )


class SwapRequest(SQLModel, table=True):
    """Somebody who was given a part asks a colleague of the pool to take it. `state` is open, accepted, declined, withdrawn or lapsed."""

    id: int | None = Field(default=None, primary_key=True)
    challenge_id: int = Field(foreign_key="challenge.id")
    role: str
    asker: str = Field(foreign_key="person.email")
    asked: str = Field(foreign_key="person.email")
    asked_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    state: str = "open"
    ended_at: datetime | None = Field(default=None, sa_column=_perhaps())
    __table_args__ = (
        partial("swap_open", "challenge_id", "role", "asker", unique=True, where="state = 'open'"),
    )


class PatternTold(SQLModel, table=True):
    """A pattern across cases that somebody was told of: which answer, in which records, counted over which days.

    `period` counts how often it was told, from 1: whoever finds it a second time for the same period finds it told.
    """

    id: int | None = Field(default=None, primary_key=True)
    procedure: str
    pattern: str
    answer: str
    period: int
    first: date
    last: date
    challenges: list[int] = Field(sa_column=Column(JSON, nullable=False))
    told: list[str] = Field(sa_column=Column(JSON, nullable=False))
    told_at: datetime = Field(sa_column=_moment())
    __table_args__ = (
        UniqueConstraint("procedure", "pattern", "answer", "period", name="pattern_once_a_period"),
    )


class OverallLimit(SQLModel, table=True):
    """The last day within a challenge's overall limit, worked out with the calendar of `calendar_version`, and the next reminder.

    `next_offset` are working days from the day; it and `next_at` are empty when nothing is to come.
    """

    challenge_id: int = Field(
        primary_key=True, foreign_key="challenge.id", sa_column_kwargs={"autoincrement": False}
    )
    day: date
    calendar_version: str
    next_offset: int | None = None
    next_at: datetime | None = Field(default=None, sa_column=_perhaps())
    __table_args__ = (
        partial("limit_to_come", "next_at", where="next_at IS NOT NULL"),
        Index("limit_by_calendar", "calendar_version"),
    )


class EmergencyReading(SQLModel, table=True):
    """Somebody without a part in a challenge read its record in an emergency; `reason` is why, in their own words."""

    id: int | None = Field(default=None, primary_key=True)
    challenge_id: int = Field(foreign_key="challenge.id")
    by: str = Field(foreign_key="person.email")
    at: datetime = Field(sa_column=_moment())
    reason: str = Field(sa_column=Column(Narrative("emergencyreading.reason"), nullable=False))
