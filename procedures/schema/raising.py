"""How a challenge begins and ends: who raises it, by which way, after which questions."""

from __future__ import annotations

from pydantic import Field

from procedures.schema.parts import RAISER, Label, LabelOrNone, Name, Part, Source, StageName, Words


class Question(Part):
    """A yes-or-no question that comes before anything is raised. With the answer `refuse_when`, the challenge is not raised and
    `otherwise` says where the matter belongs."""

    id: Name
    question: Words
    refuse_when: bool
    otherwise: Words
    source: Source


class Way(Part):
    """A way in: who may use it, and the stage at which it begins. `after_review`: only once the child's plan has had so many reviews."""

    id: Name
    label: Label
    by: list[Name] = Field(min_length=1)
    stage: StageName
    after_review: int | None = Field(default=None, ge=1, le=20)
    source: Source


class Raising(Part):
    """Who may raise a challenge. `way` says the ways in, where there are several; without any, those in `by` begin with the first stage.

    `concern` and `actions` are the titles of the two texts asked for. Actions are not asked for where `actions` is "".
    """

    by: list[Name] = Field(min_length=1)
    concern: Label = "What are the concerns?"
    actions: LabelOrNone = "Which actions were agreed?"
    ask: list[Question] = []
    way: list[Way] = []
    source: Source


class ImmediateRisk(Part):
    """What is shown when a child is at immediate risk. Any stage may then be opened directly, with a reason; where `instead` is true
    nothing may be opened at all, because this procedure is not for immediate risk."""

    question: Words
    now: list[Words] = Field(min_length=1)
    instead: bool = False
    source: Source


class Informal(Part):
    """Informal conversations come first: with whom they may have been had. None yet needs a reason."""

    with_: list[Name] = Field(min_length=1, alias="with")
    source: Source


class SecondOpinion(Part):
    """Who can be asked for a second opinion before anything is recorded."""

    from_: Name = Field(alias="from")
    source: Source


class Record(Part):
    """What every writer of free text is reminded of."""

    reminder: Words
    source: Source


class Ending(Part):
    """Who may end a challenge this way."""

    by: list[Name] = Field(default=[RAISER], min_length=1)
    source: Source
