"""What begins a challenge without anybody's asking: a time on a plan, a review, the end of a plan."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import Field, model_validator

from procedures.schema.parts import Label, Name, Part, Source, StageName, Words

COORDINATOR = "coordinator"
"""As a trigger's raiser: the coordinator whom the child's own row in plans.csv names."""


class PlanStatus(StrEnum):
    """Where a child stands, in words of our own; plans.csv uses them too."""

    on_plan = "on_plan"
    ended = "ended"
    looked_after = "looked_after"
    moved = "moved"


class At(Part):
    """A day in the life of a plan: exactly one of its keys.

    `review` is the day of the review conference of that number, `months` and `weeks` run from the plan's start, and `status` is the
    day on which an import first shows that status.
    """

    ways: ClassVar = ("review", "months", "weeks", "status")

    review: int | None = Field(default=None, ge=1, le=40)
    months: int | None = Field(default=None, ge=1, le=120)
    weeks: int | None = Field(default=None, ge=1, le=520)
    status: PlanStatus | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in self.ways if getattr(self, way) is not None]
        if len(given) != 1:
            many = " and ".join(given) if given else "none"
            raise ValueError(f"a day has exactly one of {', '.join(self.ways)}, and here there is {many}")
        return self


class Before(Part):
    """So long before the day itself: exactly one of its keys."""

    working_days: int | None = Field(default=None, ge=1, le=60)
    weeks: int | None = Field(default=None, ge=1, le=26)

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.working_days is None) == (self.weeks is None):
            raise ValueError("say either working_days or weeks")
        return self

    @property
    def length(self) -> tuple[str, int]:
        """The unit and the number: ("weeks", 2)."""
        return ("weeks", self.weeks) if self.weeks is not None else ("working_days", self.working_days or 0)


class Trigger(Part):
    """Opens a record by itself for a child of whom plans.csv tells.

    It fires on the earliest day of `at` and, with `each_later_review`, at every review after that, once each; `before` puts it so
    long before the day. `review`, `months` and `weeks` count only while the plan has not ended; for children with a status in `unless`
    nothing fires. `opens` is the stage, `raiser` the role that counts as having raised it, or `coordinator` for the one in the child's
    own row. `coordinator` and `social_worker` are the roles that the people of that row have in the record, whoever else may hold them.
    `concern` begins the record; the program adds the day and what was reached on it.
    """

    id: StageName
    title: Label
    at: list[At] = Field(min_length=1)
    each_later_review: bool = False
    before: Before | None = None
    unless: list[PlanStatus] = []
    opens: StageName
    raiser: Name
    coordinator: Name | None = None
    social_worker: Name | None = None
    concern: Words
    source: Source
