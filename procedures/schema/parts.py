"""What the tables of a procedure file have in common: words, names, clauses, answers to choose from, spans of time."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

RAISER = "raiser"
"""Stands for whoever raised the challenge, wherever a role may be named."""
CHAIR = "chair"
"""Stands for whoever chairs the stage's meeting."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
StageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Source = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    Field(examples=["2.1"]),
]
Offsets = list[Annotated[int, Field(ge=-60, le=60)]]
"""Working days from a due day: -2 is two working days before, 0 the day itself."""


class Part(BaseModel):
    """One table of a procedure file; a key that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(Part):
    """One possible answer. `role`: who holds it for that answer, such as the lead of the agency that was chosen."""

    id: Name
    label: Label
    role: Name | None = None


class Span(Part):
    """A length of time: exactly one of its keys. Working days are the authority's, the others calendar time; `hours` run by the clock."""

    units: ClassVar = ("working_days", "calendar_days", "weeks", "months", "hours")

    working_days: int | None = Field(default=None, ge=0, le=260)
    calendar_days: int | None = Field(default=None, ge=0, le=1100)
    weeks: int | None = Field(default=None, ge=1, le=160)
    months: int | None = Field(default=None, ge=1, le=60)
    hours: int | None = Field(default=None, ge=1, le=240)

    @property
    def length(self) -> tuple[str, int]:
        """The unit and the number: ("weeks", 6)."""
        return next((unit, n) for unit in self.units if (n := getattr(self, unit)) is not None)

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        given = [unit for unit in self.units if getattr(self, unit) is not None]
        if len(given) != 1:
            many = " and ".join(given) if given else "none"
            raise ValueError(
                f"a length of time has exactly one of {', '.join(self.units)}, and here there is {many}"
            )
        return self
