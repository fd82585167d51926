"""Forms of the authority's own: fields, checklists, and where an answer leads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from procedures.schema.parts import Choice, Label, Name, Part, Source, Span, StageName, Words

FieldKind = Literal["line", "text", "choice", "ticks", "date", "number", "scores"]


class Answered(Part):
    """An answer elsewhere on the same form: the field, a choice, and the answer."""

    field: Name
    is_: Name = Field(alias="is")


class OwnField(Part):
    """A field of the authority's own.

    `ticks` are boxes, none, some or all of which are ticked; `all` asks for every one of them, as a checklist does. `scores` are
    several whole numbers in one line, one for each person asked, from `least` to `most`; they hold for `number` too.
    `required_when`: needed only when another field has that answer, as the reason for a "no" is. `not_older_than` warns of a date further back than that on the day of the meeting (today where there is none).
    `learning` marks what reports collect as learning points, so it may hold no case detail.
    """

    id: Name
    title: Label
    kind: FieldKind = "line"
    hint: Words | None = None
    required: bool = True
    required_when: Answered | None = None
    choices: list[Choice] = []
    all: bool = False
    least: int = 0
    most: int = 100
    not_older_than: Span | None = None
    learning: bool = False
    source: Source


class Lead(Part):
    """Where an answer leads. Exactly one of the tests: `is` for a choice, the `most_…` tests for scores (more than half of them), or
    `otherwise`, without a field, when none of the leads before it applies.

    Then `opens` a stage, `ends` the challenge with these words as its outcome, or `tell`s roles.
    """

    field: Name | None = None
    is_: Name | None = Field(default=None, alias="is")
    most_are: int | None = None
    most_above: int | None = None
    otherwise: bool = False
    opens: StageName | None = None
    ends: Label | None = None
    tell: list[Name] = []
    source: Source


class FormRule(Part):
    """A form that people fill in while a stage runs; once recorded it is a fact that a window can wait for, under its id.

    `by` are the roles that may; `each` asks every one of these roles for their own, and the fact holds when all have answered.
    `again`: it can be filled in any number of times (update points, say). `before_meeting`: it is asked for in preparation, and
    warned about when the meeting is recorded as held without it. `tell` are the roles that hear that it was recorded.
    """

    id: Name
    title: Label
    about: Words | None = None
    by: list[Name] = Field(min_length=1)
    each: bool = False
    again: bool = False
    before_meeting: bool = False
    tell: list[Name] = []
    field: list[OwnField] = Field(min_length=1)
    leads: list[Lead] = []
    source: Source
