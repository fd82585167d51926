"""What runs beside the stages: routes outside, an overall limit, rotas, patterns across cases."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from procedures.schema.forms import OwnField
from procedures.schema.parts import Label, Name, Offsets, Part, Source, Span, Words


class Rota(Part):
    """Of the holders of a role only `take` get the part: fairly, by count and then by longest ago.

    Who is away is left out; `not_involved` leaves out whoever works with the child or has had a part in a challenge about the same case. `named_by` are roles
    that may name others of the holders instead.
    """

    take: int = Field(default=1, ge=1, le=5)
    not_involved: bool = False
    named_by: list[Name] = []
    source: Source


class Role(Part):
    """Somebody the procedure speaks of. `chosen`: the raiser says which of the holders it is for this case.

    `rota`: the holders take turns. `oversees`: sees the list of the challenges of the unit and those below it (reference, stage and date only).
    `only_told`: the paper wants the role told and nothing else of it.
    """

    name: Label
    short: Label | None = None
    chosen: bool = False
    oversees: bool = False
    only_told: bool = False
    rota: Rota | None = None


class Side(Part):
    """A route that is open at any time while the procedure runs on, such as a referral to an outside body.

    `by` may take it and record what came of it, `to` are told.
    """

    id: Name
    name: Label
    about: Words | None = None
    by: list[Name] = Field(min_length=1)
    to: list[Name] = []
    field: list[OwnField] = []
    source: Source


class Limit(Span):
    """A limit on the whole, across the stages. `tell` are reminded on the working days from it in `remind`, and it is counted down on every card."""

    title: Label = "Overall limit"
    from_: Literal["raised", "plan_start"] = Field(default="raised", alias="from")
    tell: list[Name] = Field(min_length=1)
    remind: Offsets = Field(default=[-20, -5, 0])
    source: Source


class Pattern(Part):
    """Something that counts only when it happens often: so many answers of one kind over a period, across cases.

    Counted are the records of this procedure by the answer to `field`, a choice of the form that opens stage `stage` or of the form `form`. When one answer has come
    `at_least` times within the last `months`, the answer's own role (or `tell`) is written to, once a period.
    """

    id: Name
    title: Label
    form: Name | None = None
    field: Name
    at_least: int = Field(ge=2, le=100)
    months: int = Field(ge=1, le=24)
    tell: list[Name] = []
    words: Words
    source: Source
