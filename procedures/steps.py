"""The steps that a challenge can take. A record is the list of its steps; nothing else about it is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from procedures.schema import Fact


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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


Answer = str | tuple[str, ...]
"""What stands in a field of the authority's own: words, a number or an ISO date as text, or the ids of what was ticked."""


class _Opens(_Step):
    stage: str
    immediate_risk: bool = False
    risk_reason: str = ""
    fields: dict[str, Answer] = {}
    consulted: tuple[Discussion, ...] = ()


class Raised(_Opens):
    """The challenge begins, at the stage of its way in unless a child is at immediate risk.

    `way` is the id of the way in, `trigger` of what began it without anybody's asking (then `way` is empty). `answers` are those to
    the questions that come first (yes is true); `dates` what windows and limits count from: `plan_start`, `review`; `chosen` the e-mail
    addresses of those who were chosen for the roles of which the raiser chooses the holder, whatever stage needs them first.
    """

    kind: Literal["raised"] = "raised"
    way: str = ""
    trigger: str = ""
    answers: dict[str, bool] = {}
    dates: dict[str, date] = {}
    chosen: dict[str, str] = {}
    concern: str
    agreed_actions: str = ""
    informal: tuple[Conversation, ...] = ()
    no_informal_reason: str = ""


class Escalated(_Opens):
    """A later stage is opened; `outline` says briefly what is unresolved, `skip_reason` why stages between are left out."""

    kind: Literal["escalated"] = "escalated"
    outline: str
    skip_reason: str = ""


class Moved(_Step):
    """A stage opens by itself, because of what was decided just before (the entry before this one)."""

    kind: Literal["moved"] = "moved"
    stage: str


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


class MeetingCancelled(_Step):
    """The stage's meeting, proposed or confirmed, is called off."""

    kind: Literal["meeting_cancelled"] = "meeting_cancelled"
    reason: str


class MeetingHeld(_Step):
    """The stage's meeting was held. `present` are the roles, and the functions of people outside, that were there; `combined` the
    ids of other meetings that it was combined with."""

    kind: Literal["meeting_held"] = "meeting_held"
    held_on: date
    present: tuple[str, ...] = ()
    combined: tuple[str, ...] = ()


class Considered(_Step):
    """Whether a role that must be considered for the meeting is invited, and when not, why."""

    kind: Literal["considered"] = "considered"
    role: str
    invited: bool
    reason: str = ""


class Invited(_Step):
    """Somebody more is to attend the meeting: a colleague by their e-mail address, or somebody outside by their function alone."""

    kind: Literal["invited"] = "invited"
    email: str = ""
    function: str = ""


class OutcomeRecorded(_Step):
    """The outcome of the stage's meeting or discussion, by the id of one of the stage's choices."""

    kind: Literal["outcome_recorded"] = "outcome_recorded"
    choice: str
    held_on: date
    summary: str


class Decided(_Step):
    """The decision of one role that is asked to approve. Declining needs a reason."""

    kind: Literal["decided"] = "decided"
    role: str
    agrees: bool
    reason: str = ""


class FormRecorded(_Step):
    """A form of the stage is filled in. `role` is the one it was filled in for, where each role has its own."""

    kind: Literal["form_recorded"] = "form_recorded"
    form: str
    role: str = ""
    values: dict[str, Answer]


class ActionAgreed(_Step):
    """An action (or review point, or update point) with its owner, an e-mail address, and the day by which it is to be done."""

    kind: Literal["action_agreed"] = "action_agreed"
    what: str
    owner: str
    by_day: date
    of: str = "action"


class ActionDone(_Step):
    """An action is done; `action` is the number of the entry that agreed it."""

    kind: Literal["action_done"] = "action_done"
    action: int
    note: str = ""


class ClockStopped(_Step):
    """The clock of the stage's window stands still from now on, for one of the reasons that the authority allows."""

    kind: Literal["clock_stopped"] = "clock_stopped"
    reason: str
    note: str = ""


class ClockStarted(_Step):
    """The clock runs again."""

    kind: Literal["clock_started"] = "clock_started"


class SideOpened(_Step):
    """A route beside the stages is taken, such as a referral to an outside body."""

    kind: Literal["side_opened"] = "side_opened"
    side: str
    outline: str
    fields: dict[str, Answer] = {}


class SideClosed(_Step):
    """What came of a route beside the stages; `opened` is the number of the entry that took it."""

    kind: Literal["side_closed"] = "side_closed"
    opened: int
    result: str


class Resolved(_Step):
    """The raiser records that the matter is resolved, and how."""

    kind: Literal["resolved"] = "resolved"
    outcome: str


class Withdrawn(_Step):
    """The raiser withdraws the challenge, and says why."""

    kind: Literal["withdrawn"] = "withdrawn"
    reason: str


class Closed(_Step):
    """The challenge ends by itself, because of what was decided just before: `outcome` is the answer's own words."""

    kind: Literal["closed"] = "closed"
    outcome: str


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
    | Moved
    | Acknowledged
    | ActionsCompleted
    | DateProposed
    | DateConfirmed
    | MeetingCancelled
    | MeetingHeld
    | Considered
    | Invited
    | OutcomeRecorded
    | Decided
    | FormRecorded
    | ActionAgreed
    | ActionDone
    | ClockStopped
    | ClockStarted
    | SideOpened
    | SideClosed
    | Resolved
    | Withdrawn
    | Closed
    | Noted
    | Reassigned
)

_STEP: TypeAdapter[Step] = TypeAdapter(Annotated[Step, Field(discriminator="kind")])

FACT_OF_STEP = {
    "acknowledged": Fact.acknowledged,
    "actions_completed": Fact.actions_completed,
    "date_confirmed": Fact.date_confirmed,
    "meeting_held": Fact.meeting_held,
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
