"""What a procedure file can say: one authority's procedure, as data.

Every entry carries `source`, the clause that it carries out. Roles are named by their ids; the word `raiser` stands for whoever raised
the challenge and, in an outcome, `chair` for whoever chairs the stage's meeting.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints

from procedures.schema_concern import ConcernRule
from procedures.workdays import Nation

RAISER = "raiser"
CHAIR = "chair"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
StageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Source = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    Field(examples=["2.1"]),
]


class Part(BaseModel):
    """One table of a procedure file; a key that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(StrEnum):
    """What can meet a window."""

    acknowledged = "acknowledged"
    actions_completed = "actions_completed"
    date_confirmed = "date_confirmed"


FACT_WORDS = {
    Fact.acknowledged: "the concerns are acknowledged",
    Fact.actions_completed: "the agreed actions are confirmed as completed",
    Fact.date_confirmed: "the date of the meeting is confirmed",
}
FACT_REQUESTS = {
    Fact.acknowledged: "acknowledge the concerns",
    Fact.actions_completed: "confirm that the agreed actions are completed",
    Fact.date_confirmed: "confirm the date of the meeting",
}
"""The same as what somebody is asked to do, as the end of "Please …"."""


class When(StrEnum):
    """What must have happened at an earlier stage before a later one may be opened; any one of those listed is enough."""

    answered = "answered"
    """Whoever was asked has recorded something, and the raiser judges that it does not resolve the matter."""
    lapsed = "lapsed"
    """The window ended without being met."""
    unresolved = "unresolved"
    """An outcome was recorded that does not resolve the matter."""


class Role(Part):
    """Somebody the procedure speaks of. `chosen`: the raiser says which of the holders it is for this case."""

    name: Label
    short: Label | None = None
    chosen: bool = False
    oversees: bool = False
    """Sees the list of the challenges of the unit and those below it (reference, stage and date only)."""


class Raising(Part):
    """Who may raise a challenge."""

    by: list[Name] = Field(min_length=1)
    source: Source


class ImmediateRisk(Part):
    """What is shown when a child is at immediate risk; any stage may then be opened directly, with a reason."""

    question: Words
    now: list[Words] = Field(min_length=1)
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


class TimeLimit(Part):
    """How long `on` has to answer, and the facts that all of them together meet the window.

    `remind` are working days from the due day: -2 is two working days before, 0 the day itself. Those after the due day go to the
    raiser too.
    """

    working_days: int = Field(ge=1, le=260)
    on: Name
    until: list[Fact] = Field(min_length=1)
    remind: list[Annotated[int, Field(ge=-60, le=60)]] = Field(default=[-2, -1, 0, 1])
    source: Source


class MeetingRule(Part):
    """A meeting that a stage asks for: who chairs, who attends."""

    chair: Name
    attend: list[Name] = Field(min_length=1)
    source: Source


class Choice(Part):
    """One possible answer. `resolves` is for outcomes: the matter is settled and the raiser may close the challenge."""

    id: Name
    label: Label
    resolves: bool = False
    again: bool = False
    """For outcomes: nothing was decided (the meeting did not take place), so the stage goes on as it was."""


class OutcomeRule(Part):
    """The outcome of a stage's meeting or discussion: who records it, what it can be."""

    title: Label = "Outcome of the meeting"
    by: list[Name] = Field(min_length=1)
    with_: list[Name] = Field(default=[], alias="with")
    """With whom a discussion is held; they are named, and not written to."""
    choices: list[Choice] = Field(min_length=1)
    source: Source


class Consulted(Part):
    """People with whom it must have been discussed before the stage may be opened; each discussion is recorded."""

    roles: list[Name] = Field(min_length=1)
    source: Source


class OwnField(Part):
    """A field of the authority's own on the form that opens a stage."""

    id: Name
    title: Label
    kind: Literal["line", "text", "choice", "date"] = "line"
    hint: Words | None = None
    required: bool = True
    choices: list[Choice] = []
    source: Source


class Stage(Part):
    """A stage. `name` is its exact name in the case system. `to` are asked, `copy` are told."""

    id: StageName = Field(examples=["stage-1"])
    name: Label = Field(examples=["Stage 1"])
    source: Source
    about: Words | None = None
    after: list[StageName] = []
    opens: list[When] = []
    to: list[Name] = Field(min_length=1, examples=[["team_manager"]])
    copy_: list[Name] = Field(default=[], alias="copy")
    window: TimeLimit | None = None
    meeting: MeetingRule | None = None
    outcome: OutcomeRule | None = None
    consulted: Consulted | None = None
    field: list[OwnField] = []

    @property
    def asks(self) -> str:
        """What the people asked must do, as the end of "Please …"."""
        if self.window is not None:
            return " and ".join(FACT_REQUESTS[fact] for fact in self.window.until)
        return "record the outcome"

    def roles(self) -> set[str]:
        """Every role the stage needs, without `raiser` and `chair`."""
        named = {*self.to, *self.copy_}
        if self.window is not None:
            named.add(self.window.on)
        if self.meeting is not None:
            named |= {self.meeting.chair, *self.meeting.attend}
        if self.outcome is not None:
            named |= set(self.outcome.by)
        if self.consulted is not None:
            named |= set(self.consulted.roles)
        return named - {RAISER, CHAIR}


class Procedure(Part):
    """One authority's procedure. `id` and `version` come from the file's name and content, not from the file."""

    model_config = ConfigDict(
        json_schema_extra={"$schema": "https://json-schema.org/draft/2020-12/schema"}
    )  # what Part says holds as well

    schema_: Literal[1] = Field(alias="schema", examples=[1])
    title: Label = Field(examples=["Challenge and resolution"])
    document: Words = Field(examples=["Challenge and resolution: practice guide, May 2026"])
    nation: Nation = Field(examples=["england-and-wales"])
    about: Words | None = None
    role: dict[Name, Role] = Field(min_length=1, examples=[{"team_manager": {"name": "Team manager"}}])
    raising: Raising = Field(alias="raise", examples=[{"by": ["coordinator"], "source": "1.1"}])
    immediate_risk: ImmediateRisk | None = None
    informal: Informal | None = None
    second_opinion: SecondOpinion | None = None
    concern: ConcernRule | None = None
    record: Record = Field(examples=[{"reminder": "This is kept on the child's file.", "source": "1.2"}])
    resolve: Ending = Field(examples=[{"by": ["raiser"], "source": "1.3"}])
    withdraw: Ending = Field(examples=[{"by": ["raiser"], "source": "1.3"}])
    stage: list[Stage] = Field(
        min_length=1,
        examples=[[{"id": "stage-1", "name": "Stage 1", "to": ["team_manager"], "source": "2.1"}]],
    )
    _id: str = PrivateAttr(default="")
    _version: str = PrivateAttr(default="")

    @property
    def id(self) -> str:
        """What the procedure is called: its file's name without the ending."""
        return self._id

    @property
    def version(self) -> str:
        """A fingerprint of the file's content, in 12 hexadecimal digits."""
        return self._version

    def identified(self, id_: str, version: str) -> Self:
        """The procedure once it knows its own name and version; for whoever has just read it."""
        self._id, self._version = id_, version
        return self

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """The stages by their ids, in the file's order."""
        return {stage.id: stage for stage in self.stage}

    @property
    def first(self) -> Stage:
        """The stage at which a challenge begins."""
        return self.stage[0]

    def later(self, stage_id: str) -> list[Stage]:
        """The stages that may follow the given one, in the file's order."""
        return [stage for stage in self.stage if stage_id in stage.after]

    def role_name(self, role: str) -> str:
        """A role's name as people say it, in lower case unless it begins with an abbreviation."""
        if role == RAISER:
            return "the person who raised it"
        name = self.role[role].name
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def role_title(self, role: str) -> str:
        """A role's name as it stands in a list or on a form."""
        return "Raised by" if role == RAISER else self.role[role].name

    def needs(self) -> dict[str, str]:
        """Every role that somebody must hold, with the clause that needs it."""
        needed: dict[str, str] = {}
        for stage in self.stage:
            for role in sorted(stage.roles()):
                needed.setdefault(role, stage.source)
        for role in self.raising.by:
            needed.setdefault(role, self.raising.source)
        if self.second_opinion is not None:
            needed.setdefault(self.second_opinion.from_, self.second_opinion.source)
        return needed
