"""The table of the meetings that are in people's calendars.

As in `storage.tables`, times are aware UTC and people known by their e-mail address in lower case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from storage.narrative import Narrative
from storage.tables import Moment, partial


def _moment(nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Moment(), nullable=nullable))


def _people() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class MeetingEvent(SQLModel, table=True):
    """The event of a stage's meeting: how it ought to stand in the calendars, and how far that has been brought about.

    Wanted: `starts_at` to `cancelled`; `sequence` rises with every change. Brought about: `done` is the sequence that was, with
    `told` invited; `organiser`, `event` and `link` say where it stands. `state` is waiting, claimed, done or failed; a claim holds
    until `claimed_until`, and `attempts` fences; `tries` counts those without success; `maybe_done` says that an earlier try may have had effect. `look_at` is when the
    calendar is looked at next, `seen` what was found changed there and told, `trouble` why it has not been brought about yet.
    """

    id: int | None = Field(default=None, primary_key=True)
    challenge_id: int = Field(foreign_key="challenge.id")
    stage_number: int
    uid: str = Field(unique=True)
    sequence: int = 0
    starts_at: datetime = _moment()
    ends_at: datetime = _moment()
    chair: str = Field(foreign_key="person.email")
    attendees: list[str] = _people()
    place: str = Field(sa_column=Column(Narrative("meetingevent.place"), nullable=False))
    cancelled: bool = False
    done: int | None = None
    done_at: datetime | None = _moment(nullable=True)
    told: list[str] = _people()
    organiser: str = ""
    event: str = ""
    link: str = ""
    state: str = "waiting"
    send_after: datetime = _moment()
    claimed_by: str | None = None
    claimed_until: datetime | None = _moment(nullable=True)
    attempts: int = 0
    tries: int = 0
    maybe_done: bool = False
    trouble: str | None = None
    look_at: datetime | None = _moment(nullable=True)
    seen: str = ""
    __table_args__ = (
        Index("meeting_of_challenge", "challenge_id", "stage_number"),
        # A stage has one meeting at a time; two replicas cannot invite to it twice.
        partial("meeting_live", "challenge_id", "stage_number", unique=True, where="NOT cancelled"),
        partial("meeting_to_do", "send_after", "id", where="state IN ('waiting', 'claimed')"),
        partial("meeting_to_look_at", "look_at", where="look_at IS NOT NULL"),
    )
