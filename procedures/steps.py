"""The steps that a challenge can take. A record is the list of its steps; nothing else about it is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from procedures.schema import Fact


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Conversation(_Step):
    """An informal conversation: with whom (a role), on which day, what came of it (BR-1)."""

    with_role: str
    on: date
    result: str


class Discussion(_Step):
    """A discussion that must come before a stage: with whom (a role), on which day, what was said (BR-9)."""

    role: str
    on: date
    note: str = ""


class _Opens(_Step):
    stage: str
    immediate_risk: bool = False
    risk_reason: str = ""
    fields: dict[str, str] = {}
    consulted: tuple[Discussion, ...] = ()


class Raised(_Opens):
    """The challenge begins, at the first stage unless a child is at immediate risk."""

    kind: Literal["raised"] = "raised"
    concern: str
    agreed_actions: str
    informal: tuple[Conversation, ...] = ()
    no_informal_reason: str = ""


class Escalated(_Opens):
    """A later stage is opened; `outline` says briefly what is unresolved."""

    kind: Literal["escalated"] = "escalated"
    outline: str


class Acknowledged(_Step):
    """The concerns are acknowledged."""

    kind: Literal["acknowledged"] = "acknowledged"
    comment: str = ""


class ActionsCompleted(_Step):
    """The agreed actions are confirmed as completed."""

    kind: Literal["actions_completed"] = "actions_completed"
    comment: str = ""


class DateProposed(_Step):
    """A date for the stage's meeting is proposed. `at` is local time."""

    kind: Literal["date_proposed"] = "date_proposed"
    day: date
    at: time
    place: str = ""


class DateConfirmed(_Step):
    """The date of the stage's meeting is confirmed, or changed after it was. `at` is local time."""

    kind: Literal["date_confirmed"] = "date_confirmed"
    day: date
    at: time
    place: str = ""


class OutcomeRecorded(_Step):
    """The outcome of the stage's meeting or discussion, by the id of one of the stage's choices."""

    kind: Literal["outcome_recorded"] = "outcome_recorded"
    choice: str
    held_on: date
    summary: str


class Resolved(_Step):
    """The raiser records that the matter is resolved, and how."""

    kind: Literal["resolved"] = "resolved"
    outcome: str


class Withdrawn(_Step):
    """The raiser withdraws the challenge, and says why."""

    kind: Literal["withdrawn"] = "withdrawn"
    reason: str


class Noted(_Step):
    """Something to be kept with the record."""

    kind: Literal["noted"] = "noted"
    text: str


class Reassigned(_Step):
    """One person's part at the present stage passes to another. `role` may be `raiser`."""

    kind: Literal["reassigned"] = "reassigned"
    role: str
    leaves: str
    joins: str
    reason: str


Step = (
    Raised
    | Escalated
    | Acknowledged
    | ActionsCompleted
    | DateProposed
    | DateConfirmed
    | OutcomeRecorded
    | Resolved
    | Withdrawn
    | Noted
    | Reassigned
)

_STEP: TypeAdapter[Step] = TypeAdapter(Annotated[Step, Field(discriminator="kind")])

FACT_OF_STEP = {
    "acknowledged": Fact.acknowledged,
    "actions_completed": Fact.actions_completed,
    "date_confirmed": Fact.date_confirmed,
}


def read_step(kind: str, body: Mapping[str, Any]) -> Step:
    """The step that was stored. Raises pydantic.ValidationError when the stored body is not one."""
    return _STEP.validate_python({**body, "kind": kind})


def write_step(step: Step) -> dict[str, Any]:
    """The step's own words, ready to be stored as JSON, without its kind."""
    return step.model_dump(mode="json", exclude={"kind"})


@dataclass(frozen=True)
class Entry:
    """A step with its number in the record, who took it (and for whom, when covering), and when (UTC)."""

    number: int
    stage_number: int
    by: str
    at: datetime
    step: Step
    on_behalf_of: str | None = None
