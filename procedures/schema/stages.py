"""A stage of a procedure: who is asked, by when, in which meeting, with which outcomes, and where they lead."""

from __future__ import annotations

from enum import StrEnum
from functools import reduce
from typing import Literal

from pydantic import Field

from procedures.languages import translate
from procedures.schema.forms import FormRule, Lead, OwnField
from procedures.schema.parts import (
    CHAIR,
    RAISER,
    Choice,
    Label,
    Name,
    Offsets,
    Part,
    Source,
    Span,
    StageName,
    Words,
)


class Fact(StrEnum):
    """What can meet a window, beside the authority's own forms."""

    acknowledged = "acknowledged"
    actions_completed = "actions_completed"
    date_confirmed = "date_confirmed"
    meeting_held = "meeting_held"
    outcome_recorded = "outcome_recorded"
    approved = "approved"


FACT_WORDS = {
    Fact.acknowledged: "the concerns are acknowledged",
    Fact.actions_completed: "the agreed actions are confirmed as completed",
    Fact.date_confirmed: "the date of the meeting is confirmed",
    Fact.meeting_held: "the meeting is held",
    Fact.outcome_recorded: "the outcome is recorded",
    Fact.approved: "the request is decided",
}
FACT_REQUESTS = {
    Fact.acknowledged: "acknowledge the concerns",
    Fact.actions_completed: "confirm that the agreed actions are completed",
    Fact.date_confirmed: "confirm the date of the meeting",
    Fact.meeting_held: "hold the meeting",
    Fact.outcome_recorded: "record the outcome",
    Fact.approved: "decide on the request",
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
    held = "held"
    """The stage's meeting was held."""
    any_time = "any_time"
    """Nothing need have happened."""


class StopClock(Part):
    """Who may stop the clock of a window, for which reasons. It runs on from where it stopped when they start it again."""

    by: list[Name] = Field(min_length=1)
    reasons: list[Choice] = Field(min_length=1)
    source: Source


class TimeLimit(Span):
    """How long `on` has to answer, and the facts that all of them together meet the window.

    `from`: when it begins. `opened` is the stage's opening; `raised` the challenge's own beginning (a request's arrival); `meeting`
    the day on which this stage's meeting was held, or the last one held before; `review` and `plan_start` the dates of the child's
    plan. `until`: facts, or the ids of the stage's own forms. `remind` are working days from the due day: -2 is two working days before, 0 the
    day itself. Those after the due day go to the raiser too.
    """

    on: Name
    from_: Literal["opened", "raised", "meeting", "review", "plan_start"] = Field(
        default="opened", alias="from"
    )
    until: list[Name] = Field(min_length=1)
    remind: Offsets = Field(default=[-2, -1, 0, 1])
    stop_clock: StopClock | None = None
    source: Source


class Combination(Part):
    """Another meeting that this one may be combined with; `needs_everyone`: only when everybody on the list is there."""

    id: Name
    label: Label
    needs_everyone: bool = False
    source: Source


class Considered(Part):
    """Roles to be considered for a meeting; whether each was invited is recorded, and when not, why."""

    roles: list[Name] = Field(min_length=1)
    source: Source


class MeetingRule(Part):
    """A meeting that a stage asks for: who chairs, who attends, what is on the agenda.

    `invited` are people outside the authority whom nobody here writes to, by their function; `not_invited` likewise, named so that
    nobody asks them by mistake. `notice` is told to everybody who attends. `by` are those who may set the date where no window waits
    for it (the chair, unless said otherwise); `adds` are those who may add people (the chair and `by`, unless said otherwise).
    """

    chair: Name
    attend: list[Name] = Field(min_length=1)
    consider: Considered | None = None
    invited: list[Label] = []
    not_invited: list[Label] = []
    agenda: list[Words] = []
    notice: Words | None = None
    by: list[Name] = []
    adds: list[Name] = []
    combine: list[Combination] = []
    source: Source


class OutcomeChoice(Choice):
    """One possible outcome. `resolves`: the matter is settled and the raiser may close the challenge.

    `again`: nothing was decided (the meeting did not take place), so the stage goes on as it was. `opens` a stage at once, `ends` the
    challenge at once; `tell` are roles that hear of this outcome in particular. `not_before_due`: it is not known before the window's due day.
    """

    resolves: bool = False
    again: bool = False
    opens: StageName | None = None
    ends: bool = False
    not_before_due: bool = False
    tell: list[Name] = []
    source: Source | None = None


class OutcomeRule(Part):
    """The outcome of a stage's meeting or discussion: who records it, what it can be, who is told of it beside those concerned.

    `needs` are facts, or ids of the stage's own forms, that are recorded before any outcome except an `again` one.
    """

    title: Label = "Outcome of the meeting"
    by: list[Name] = Field(min_length=1)
    with_: list[Name] = Field(default=[], alias="with")
    """With whom a discussion is held; they are named, and not written to."""
    choices: list[OutcomeChoice] = Field(min_length=1)
    needs: list[Name] = []
    tell: list[Name] = []
    source: Source


class ActionsRule(Part):
    """Actions agreed at a stage, each with an owner and a date, reminded of until it is done.

    `by` may enter them. `kinds` are what an entry can be (an action, a review point, an update point); a kind's `role` owns all
    entries of that kind. `at_least_one`: kinds of which an entry stands before the outcome is recorded.
    """

    by: list[Name] = Field(min_length=1)
    kinds: list[Choice] = [Choice(id="action", label="Action")]
    at_least_one: list[Name] = []
    remind: Offsets = Field(default=[-2, 0, 1])
    source: Source


class Consulted(Part):
    """People with whom it must have been discussed before the stage may be opened; each discussion is recorded."""

    roles: list[Name] = Field(min_length=1)
    source: Source


class Approval(Part):
    """A decision by each of several roles (`need = "all"`) or by any one of them, before what follows may start.

    Agreed, the stage `agreed` opens at once. Declined, which needs a reason, the stage `declined` opens, or the challenge ends.
    """

    by: list[Name] = Field(min_length=1)
    need: Literal["all", "one"] = "all"
    question: Label = "Do you agree?"
    agreed: StageName
    declined: StageName | None = None
    source: Source


class Stage(Part):
    """A stage. `name` is its exact name in the case system. `to` are asked, `copy` are told.

    `field` are asked for when it is opened, and `leads` say where those answers lead at once. `skip`: a later stage may be opened past
    this one, with a reason. A stage without `after` is opened by nobody's hand: an outcome, a decision, an answer, a way in or a trigger
    opens it.
    """

    id: StageName = Field(examples=["stage-1"])
    name: Label = Field(examples=["Stage 1"])
    source: Source
    about: Words | None = None
    after: list[StageName] = []
    opens: list[When] = []
    skip: bool = False
    to: list[Name] = Field(min_length=1, examples=[["team_manager"]])
    copy_: list[Name] = Field(default=[], alias="copy")
    window: TimeLimit | None = None
    meeting: MeetingRule | None = None
    outcome: OutcomeRule | None = None
    actions: ActionsRule | None = None
    approval: Approval | None = None
    consulted: Consulted | None = None
    field: list[OwnField] = []
    leads: list[Lead] = []
    form: list[FormRule] = []

    @property
    def forms(self) -> dict[str, FormRule]:
        """The stage's own forms by their ids."""
        return {form.id: form for form in self.form}

    @property
    def asks(self) -> str:
        """What the people asked must do, as the end of "Please …"."""
        if self.window is not None:
            both = translate("{one} and {other}")
            asked = (self.request(fact) for fact in self.window.until)
            return reduce(lambda one, other: both.format(one=one, other=other), asked)
        if self.approval is not None:
            return translate(FACT_REQUESTS[Fact.approved])
        if self.outcome is not None or not self.form:
            return translate(FACT_REQUESTS[Fact.outcome_recorded])
        return self.request(self.form[0].id)

    def request(self, fact: str) -> str:
        """What is asked for by one fact or form, as the end of "Please …"."""
        form = self.forms.get(fact)
        if form is None:
            return translate(FACT_REQUESTS[Fact(fact)])
        return translate("fill in “{form}”").format(form=form.title)

    def fact_words(self, fact: str) -> str:
        """One fact or form as something that is so: "the meeting is held"."""
        form = self.forms.get(fact)
        if form is None:
            return translate(FACT_WORDS[Fact(fact)])
        return translate("“{form}” is filled in").format(form=form.title)

    @property
    def leads_to(self) -> list[str]:
        """The stages that its outcomes, answers and decisions open by themselves."""
        found = [] if self.outcome is None else [choice.opens for choice in self.outcome.choices]
        found += [lead.opens for lead in self._all_leads()]
        if self.approval is not None:
            found += [self.approval.agreed, self.approval.declined]
        return list(dict.fromkeys(stage for stage in found if stage is not None))

    def roles(self) -> set[str]:
        """Every role the stage needs, without `raiser` and `chair`."""
        named = {*self.to, *self.copy_}
        if self.window is not None:
            named.add(self.window.on)
            named |= set() if self.window.stop_clock is None else set(self.window.stop_clock.by)
        if self.meeting is not None:
            named |= {self.meeting.chair, *self.meeting.attend, *self.meeting.by, *self.meeting.adds}
            named |= set() if self.meeting.consider is None else set(self.meeting.consider.roles)
        if self.outcome is not None:
            named |= {*self.outcome.by, *self.outcome.tell}
            named |= {role for choice in self.outcome.choices for role in choice.tell}
        if self.actions is not None:
            named |= {*self.actions.by, *(kind.role for kind in self.actions.kinds if kind.role)}
        if self.approval is not None:
            named |= set(self.approval.by)
        if self.consulted is not None:
            named |= set(self.consulted.roles)
        for form in self.form:
            named |= {*form.by, *form.tell}
        named |= {role for lead in self._all_leads() for role in lead.tell}
        return named - {RAISER, CHAIR}

    def _all_leads(self) -> list[Lead]:
        return [*self.leads, *(lead for form in self.form for lead in form.leads)]
