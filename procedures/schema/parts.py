"""What the tables of a procedure file have in common: words, names, clauses, answers to choose from, spans of time."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue
from typing_extensions import TypeAliasType

from procedures.languages import LANGUAGES

RAISER = "raiser"
"""Stands for whoever raised the challenge, wherever a role may be named."""
CHAIR = "chair"
"""Stands for whoever chairs the stage's meeting."""


class InLanguages:
    """Marks text that a file may give as a table, a language a key: `{ en = "Stage", cy = "Cam" }`.

    A model holds one language, so its value is text; the published schema allows both (procedures/wording.py reads the table).
    """

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        text = handler(core)
        table = {
            "type": "object",
            "properties": dict.fromkeys(LANGUAGES, text),
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [text, table]}


Words = TypeAliasType(
    "Words",
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), InLanguages()],
)
Label = TypeAliasType(
    "Label",
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75), InLanguages()],
)
LabelOrNone = TypeAliasType(
    "LabelOrNone", Annotated[str, StringConstraints(strip_whitespace=True, max_length=75), InLanguages()]
)
"""A label, or "" for what is left out on purpose."""


def is_text(kind: Any) -> bool:
    """Whether a type is that of text which may be in several languages."""
    return isinstance(kind, TypeAliasType) and any(
        isinstance(each, InLanguages) for each in getattr(kind.__value__, "__metadata__", ())
    )


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

    # Built once the whole of a file is read, as parts of it; the parts by themselves are never validated.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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
            many = f"here are {' and '.join(given)}" if given else "here there is none"
            raise ValueError(f"a length of time has exactly one of {', '.join(self.units)}, and {many}")
        return self
