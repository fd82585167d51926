"""What a procedure file can say: one authority's procedure, as data.

Every entry carries `source`, the clause that it carries out. Roles are named by their ids; the word `raiser` stands for whoever raised
the challenge and, where a stage has a meeting, `chair` for whoever chairs it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import ConfigDict, Field, PrivateAttr

from procedures.languages import in_a_sentence, translate
from procedures.schema.besides import Limit, Pattern, Role, Rota, Side
from procedures.schema.documents import ActivityReport, Document, Section
from procedures.schema.forms import Answered, FormRule, Lead, OwnField
from procedures.schema.parts import (
    CHAIR,
    RAISER,
    Choice,
    Label,
    Name,
    Part,
    Source,
    Span,
    StageName,
    Words,
)
from procedures.schema.private import ConcernRule
from procedures.schema.raising import (
    Ending,
    ImmediateRisk,
    Informal,
    Question,
    Raising,
    Record,
    SecondOpinion,
    Way,
)
from procedures.schema.stages import (
    FACT_REQUESTS,
    FACT_WORDS,
    ActionsRule,
    Approval,
    Combination,
    Considered,
    Consulted,
    Fact,
    MeetingRule,
    OutcomeChoice,
    OutcomeRule,
    Stage,
    StopClock,
    TimeLimit,
    When,
)
from procedures.schema.triggers import COORDINATOR, At, Before, PlanStatus, Trigger
from procedures.workdays import Nation

__all__ = [
    "CHAIR",
    "COORDINATOR",
    "FACT_REQUESTS",
    "FACT_WORDS",
    "RAISER",
    "ActionsRule",
    "ActivityReport",
    "Answered",
    "Approval",
    "At",
    "Before",
    "Choice",
    "Combination",
    "ConcernRule",
    "Considered",
    "Consulted",
    "Document",
    "Ending",
    "Fact",
    "FormRule",
    "ImmediateRisk",
    "Informal",
    "Label",
    "Lead",
    "Limit",
    "MeetingRule",
    "Name",
    "OutcomeChoice",
    "OutcomeRule",
    "OwnField",
    "Part",
    "Pattern",
    "PlanStatus",
    "Procedure",
    "Question",
    "Raising",
    "Record",
    "Role",
    "Rota",
    "SecondOpinion",
    "Section",
    "Side",
    "Source",
    "Span",
    "Stage",
    "StageName",
    "StopClock",
    "TimeLimit",
    "Trigger",
    "Way",
    "When",
    "Words",
]


class Procedure(Part):
    """One authority's procedure. `id` and `version` come from the file's name and content, not from the file."""

    model_config = ConfigDict(
        json_schema_extra={"$schema": "https://json-schema.org/draft/2020-12/schema"}
    )  # what Part says holds as well

    schema_: Literal[1] = Field(alias="schema", examples=[1])
    title: Label = Field(examples=["Challenge and resolution"])
    document: Words = Field(examples=["Challenge and resolution: practice guide, May 2026"])
    nation: Nation = Field(examples=["england-and-wales"])
    languages: list[Literal["en", "cy"]] = Field(default=["en"], min_length=1)
    """The languages of its wording; with more than one, a text may be a table such as `{ en = "Stage", cy = "Cam" }`."""
    order: Literal["in_order", "any"] = "in_order"
    """Whether stages follow as `after` says, or the raiser opens any of them at any time."""
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
    trigger: list[Trigger] = []
    side: list[Side] = []
    limit: Limit | None = None
    pattern: list[Pattern] = []
    paper: list[Document] = []
    report: list[ActivityReport] = []
    _id: str = PrivateAttr(default="")
    _version: str = PrivateAttr(default="")
    _language: str = PrivateAttr(default="en")
    _wordings: dict[str, Procedure] = PrivateAttr(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """The same file in the same language is the same procedure."""
        return isinstance(other, Procedure) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self._id, self._version, self._language

    @property
    def id(self) -> str:
        """What the procedure is called: its file's name without the ending."""
        return self._id

    @property
    def version(self) -> str:
        """A fingerprint of the file's content, in 12 hexadecimal digits."""
        return self._version

    @property
    def language(self) -> str:
        """The language of its wording, one of `languages`."""
        return self._language

    def in_language(self, language: str) -> Procedure:
        """The same procedure in another language; as it is where the file does not have that language."""
        return self._wordings.get(language, self)

    @staticmethod
    def identified(id_: str, version: str, wordings: dict[str, Procedure]) -> Procedure:
        """The procedure of a file, once that has been read in each of its languages: knowing its name, its version and its wordings.

        It is in the first of the languages.
        """
        for language, each in wordings.items():
            each._id, each._version, each._language, each._wordings = id_, version, language, wordings
        return next(iter(wordings.values()))

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """The stages by their ids, in the file's order."""
        return {stage.id: stage for stage in self.stage}

    @property
    def first(self) -> Stage:
        """The stage at which a challenge begins."""
        return self.stage[0]

    @property
    def ways(self) -> list[Way]:
        """The ways in; where the file names none, the one that begins with the first stage."""
        if self.raising.way:
            return self.raising.way
        rule = self.raising
        return [
            Way(
                id="usual",
                label=translate("Raise a challenge", self.language),
                by=rule.by,
                stage=self.first.id,
                source=rule.source,
            )
        ]

    @cached_property
    def sides(self) -> dict[str, Side]:
        """The routes beside the stages by their ids."""
        return {side.id: side for side in self.side}

    def later(self, stage_id: str) -> list[Stage]:
        """The stages that may follow the given one, in the file's order."""
        return [stage for stage in self.stage if stage_id in stage.after]

    def onwards(self, stage_id: str) -> list[Stage]:
        """The stages to which a record that begins at this one can come, itself among them; all where any may be opened directly."""
        risk = self.immediate_risk
        if self.order == "any" or (risk is not None and not risk.instead):
            return self.stage
        found, todo = {stage_id}, [stage_id]
        while todo:
            here = self.stages[todo.pop()]
            new = {*here.leads_to, *(stage.id for stage in self.later(here.id))} & self.stages.keys() - found
            found |= new
            todo += new
        return [stage for stage in self.stage if stage.id in found]

    def chosen_from(self, stage_id: str) -> list[str]:
        """The roles whose holder the raiser chooses, as far as a record that begins at this stage may need them."""
        needed = {role for stage in self.onwards(stage_id) for role in stage.roles()}
        return [role for role, data in self.role.items() if data.chosen and role in needed]

    def role_name(self, role: str) -> str:
        """A role's name as people say it, in lower case unless it begins with an abbreviation."""
        if role == RAISER:
            return translate("the person who raised it", self.language)
        return in_a_sentence(self.role[role].name)

    def role_title(self, role: str) -> str:
        """A role's name as it stands in a list or on a form."""
        return translate("Raised by", self.language) if role == RAISER else self.role[role].name

    def needs(self) -> dict[str, str]:
        """Every role that somebody must hold, with the clause that needs it."""
        needed: dict[str, str] = {}
        for stage in self.stage:
            for role in sorted(stage.roles()):
                needed.setdefault(role, stage.source)
        for role in self.raising.by:
            needed.setdefault(role, self.raising.source)
        for role in (
            [] if self.concern is None else [*self.concern.by, *(role for _, role in self.concern.takers)]
        ):
            needed.setdefault(role, self.concern.source if self.concern else "")
        for trigger in self.trigger:
            if trigger.raiser != COORDINATOR:
                needed.setdefault(trigger.raiser, trigger.source)
        for side in self.side:
            for role in (*side.by, *side.to):
                needed.setdefault(role, side.source)
        for role in () if self.limit is None else self.limit.tell:
            needed.setdefault(role, self.limit.source if self.limit else "")
        for data in self.role.values():
            for role in () if data.rota is None else data.rota.named_by:
                needed.setdefault(role, data.rota.source if data.rota else "")
        for pattern in self.pattern:
            for role in pattern.tell:
                needed.setdefault(role, pattern.source)
        if self.second_opinion is not None:
            needed.setdefault(self.second_opinion.from_, self.second_opinion.source)
        return {role: source for role, source in needed.items() if role in self.role}
