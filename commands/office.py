"""The office: what every request needs and none may change. Made once, by the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from commands.diary import Diary
from procedures.authority import Authority
from procedures.clock import Clock
from procedures.library import Library
from procedures.workdays import OfficeHours, WorkingCalendar
from storage.database import Database

ADMINISTRATOR = "administrator"
"""The role of those who look after the program. It shows them what is wrong with it, and no case."""


@dataclass(frozen=True)
class Office:
    """The authority, its procedures, the database and the clock. `templates`: the Word files that documents are made from, by
    `procedure/document`; the others have the program's own layout. `invites`: meetings are put into people's calendars, or their
    mailboxes; `diary`: their calendars can be read."""

    authority: Authority
    library: Library
    database: Database
    clock: Clock
    templates: Mapping[str, Path] = field(default_factory=dict)
    invites: bool = False
    diary: Diary | None = None

    @cached_property
    def began(self) -> datetime:
        """When this program first asked, which is its first pass over what is due."""
        return self.clock.now()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The authority's working days."""
        return self.authority.calendar()

    @cached_property
    def hours(self) -> OfficeHours:
        """When people here are written to, and when a day's business closes."""
        return self.authority.office()

    @cached_property
    def roles(self) -> dict[str, str]:
        """Every role that somebody can hold here, by id, with its name."""
        known = {ADMINISTRATOR: "Administrator"}
        for procedure in self.library.in_use:
            known |= {role: data.name for role, data in procedure.role.items()}
        return known

    def digest_day(self, now: datetime) -> date:
        """The day of the latest digest: today's if its hour has come on a working day, else the working day's before."""
        today = self.today(now)
        made = self.calendar.is_working(today) and now >= self.hours.at(today, self.authority.digest_at)
        return today if made else self.calendar.previous(today)

    def today(self, now: datetime) -> date:
        """The local day."""
        return self.hours.local_day(now)


def digest_key(day: date, email: str) -> str:
    """The key of somebody's digest of a day."""
    return f"digest:{day}:{email}"
