"""Where a challenge stands: its stages, their facts, meetings and outcomes, read from the record's entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from functools import cached_property

from procedures.schema import Fact, OutcomeChoice, Procedure, Side, Stage
from procedures.steps import (
    FACT_OF_STEP,
    ActionAgreed,
    ActionDone,
    ClockStarted,
    ClockStopped,
    Closed,
    Considered,
    DateConfirmed,
    DateProposed,
    Decided,
    Entry,
    Escalated,
    FormRecorded,
    Invited,
    MeetingCancelled,
    MeetingHeld,
    Moved,
    OutcomeRecorded,
    Raised,
    Resolved,
    SideClosed,
    SideOpened,
    Withdrawn,
)


class Status(StrEnum):
    """Whether a challenge goes on, and if not, how it ended. `closed`: by an outcome or decision that ends it."""

    open = "open"
    resolved = "resolved"
    withdrawn = "withdrawn"
    closed = "closed"


@dataclass(frozen=True)
class Meeting:
    """The stage's meeting as far as it has got. `state` is proposed, confirmed, held, not_held or cancelled; `at` is local time."""

    state: str
    day: date
    at: time | None
    place: str
    entry: Entry


@dataclass(frozen=True)
class StageRun:
    """A stage that has been opened: its number in this record, what has been recorded there, the meeting, the outcome.

    `forms` holds the forms filled in by their ids; `decisions` and `considered` the latest entry by role; `invited` the people added to
    the meeting; `clock` the entry that stopped the window's clock, while it stands.
    """

    number: int
    stage: Stage
    opened: Entry
    facts: Mapping[str, Entry] = field(default_factory=dict)
    meeting: Meeting | None = None
    outcome: OutcomeChoice | None = None
    outcome_entry: Entry | None = None
    forms: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    decisions: Mapping[str, Entry] = field(default_factory=dict)
    considered: Mapping[str, Entry] = field(default_factory=dict)
    invited: tuple[Entry, ...] = ()
    clock: Entry | None = None

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts that the window still waits for."""
        if self.stage.window is None:
            return ()
        return tuple(fact for fact in self.stage.window.until if fact not in self.facts)

    @property
    def window_met(self) -> bool:
        """Whether the stage has a window and all its facts are there."""
        return self.stage.window is not None and not self.missing

    @property
    def settled(self) -> bool:
        """Whether an outcome was recorded that decides something (unlike a meeting that did not take place)."""
        return self.outcome is not None and not self.outcome.again

    @property
    def held(self) -> Entry | None:
        """The entry that says that the meeting was held."""
        return self.facts.get(Fact.meeting_held)

    @property
    def approved(self) -> bool | None:
        """What was decided on the request: None while it is open, or where nothing is to be decided."""
        rule = self.stage.approval
        if rule is None:
            return None
        said = [entry.step.agrees for entry in self.decisions.values() if isinstance(entry.step, Decided)]
        if rule.need == "one":
            return True if any(said) else False if len(said) == len(rule.by) else None
        return False if not all(said) else True if len(said) == len(rule.by) else None

    def answered_by(self, form: str, role: str) -> bool:
        """Whether a role has filled in a form of which each role has its own."""
        entries = (entry.step for entry in self.forms.get(form, ()))
        return any(isinstance(step, FormRecorded) and step.role == role for step in entries)


@dataclass(frozen=True)
class Action:
    """An action agreed: the entry that agreed it, whose number names it, and the entry that says it is done."""

    entry: Entry
    step: ActionAgreed
    done: Entry | None = None


@dataclass(frozen=True)
class SideRoute:
    """A route beside the stages that was taken, and what came of it."""

    entry: Entry
    side: Side
    closed: Entry | None = None


@dataclass(frozen=True)
class Standing:
    """Where a challenge stands: every stage opened so far, the last one being the present one; the actions; the routes beside."""

    status: Status
    runs: tuple[StageRun, ...]
    ended: Entry | None = None
    actions: tuple[Action, ...] = ()
    sides: tuple[SideRoute, ...] = ()

    @property
    def now(self) -> StageRun:
        """The present stage."""
        return self.runs[-1]

    @property
    def raised(self) -> Raised:
        """How it began."""
        step = self.runs[0].opened.step
        if not isinstance(step, Raised):
            raise TypeError("A record begins with a challenge being raised.")
        return step

    def opened(self, stage_id: str) -> bool:
        """Whether the stage has been opened already."""
        return any(run.stage.id == stage_id for run in self.runs)

    def action(self, number: int) -> Action | None:
        """The action that the entry of this number agreed."""
        return next((action for action in self.actions if action.entry.number == number), None)


def fold(procedure: Procedure, entries: Iterable[Entry]) -> Standing:
    """Where a record stands. The first entry is `Raised`. Raises ValueError for a record that is not one."""
    standing: Standing | None = None
    for entry in entries:
        standing = follow(procedure, standing, entry)
    if standing is None:
        raise ValueError("A record without entries is none.")
    return standing


def follow(procedure: Procedure, standing: Standing | None, entry: Entry) -> Standing:
    """The standing after one more entry."""
    step = entry.step
    if isinstance(step, Raised | Escalated | Moved):
        before = () if standing is None else standing.runs
        run = StageRun(number=len(before) + 1, stage=procedure.stages[step.stage], opened=entry)
        fresh = Standing(Status.open, ()) if standing is None else standing
        return replace(fresh, runs=(*before, run))
    if standing is None:
        raise ValueError("A record begins with a challenge being raised.")
    if isinstance(step, Resolved | Withdrawn | Closed):
        return replace(standing, status=Status(step.kind), ended=entry)
    if isinstance(step, ActionAgreed | ActionDone | SideOpened | SideClosed):
        return _beside(procedure, standing, entry, step)
    return replace(standing, runs=(*standing.runs[:-1], _in_stage(standing.now, entry)))


def _beside(
    procedure: Procedure,
    standing: Standing,
    entry: Entry,
    step: ActionAgreed | ActionDone | SideOpened | SideClosed,
) -> Standing:
    if isinstance(step, ActionAgreed):
        return replace(standing, actions=(*standing.actions, Action(entry, step)))
    if isinstance(step, SideOpened):
        return replace(standing, sides=(*standing.sides, SideRoute(entry, procedure.sides[step.side])))
    if isinstance(step, SideClosed):
        sides = (
            replace(side, closed=entry) if side.entry.number == step.opened else side
            for side in standing.sides
        )
        return replace(standing, sides=tuple(sides))
    actions = (
        replace(action, done=entry) if action.entry.number == step.action else action
        for action in standing.actions
    )
    return replace(standing, actions=tuple(actions))


def _in_stage(run: StageRun, entry: Entry) -> StageRun:
    step = entry.step
    fact = FACT_OF_STEP.get(step.kind)
    if fact is not None:
        run = _with_fact(run, fact, entry)
    if isinstance(step, DateProposed | DateConfirmed | MeetingCancelled | MeetingHeld):
        return _meeting(run, entry, step)
    if isinstance(step, OutcomeRecorded) and run.stage.outcome is not None:
        return _outcome(run, entry, step)
    if isinstance(step, FormRecorded):
        return _form(run, entry, step)
    if isinstance(step, Decided):
        run = replace(run, decisions={**run.decisions, step.role: entry})
        return run if run.approved is None else _with_fact(run, Fact.approved, entry)
    if isinstance(step, Considered):
        return replace(run, considered={**run.considered, step.role: entry})
    if isinstance(step, Invited):
        return replace(run, invited=(*run.invited, entry))
    if isinstance(step, ClockStopped | ClockStarted):
        return replace(run, clock=entry if isinstance(step, ClockStopped) else None)
    return run


def _with_fact(run: StageRun, fact: str, entry: Entry) -> StageRun:
    return replace(run, facts={**run.facts, fact: entry})


def _meeting(
    run: StageRun, entry: Entry, step: DateProposed | DateConfirmed | MeetingCancelled | MeetingHeld
) -> StageRun:
    before = run.meeting
    if isinstance(step, DateProposed | DateConfirmed):
        state = "confirmed" if isinstance(step, DateConfirmed) else "proposed"
        meeting = Meeting(state, step.day, step.at, step.place, entry)
        return replace(run, meeting=meeting, outcome=None, outcome_entry=None)
    if isinstance(step, MeetingHeld):
        at, place = (before.at, before.place) if before else (None, "")
        return replace(run, meeting=Meeting("held", step.held_on, at, place, entry))
    facts = {fact: since for fact, since in run.facts.items() if fact != Fact.date_confirmed}
    meeting_before = None if before is None else replace(before, state="cancelled", entry=entry)
    return replace(run, meeting=meeting_before, facts=facts)


def _outcome(run: StageRun, entry: Entry, step: OutcomeRecorded) -> StageRun:
    rule = run.stage.outcome
    choice = next(choice for choice in rule.choices if choice.id == step.choice) if rule else None
    if choice is None:
        return run
    if not choice.again:
        run = _with_fact(run, Fact.outcome_recorded, entry)
    meeting = None
    if run.stage.meeting is not None:
        before = run.meeting
        state = "not_held" if choice.again else "held"
        meeting = Meeting(
            state, step.held_on, before.at if before else None, before.place if before else "", entry
        )
        if state == "held" and run.held is None:
            run = _with_fact(run, Fact.meeting_held, entry)
    return replace(run, meeting=meeting, outcome=choice, outcome_entry=entry)


def _form(run: StageRun, entry: Entry, step: FormRecorded) -> StageRun:
    rule = run.stage.forms[step.form]
    run = replace(run, forms={**run.forms, step.form: (*run.forms.get(step.form, ()), entry)})
    if rule.each and not all(run.answered_by(step.form, role) for role in rule.by):
        return run
    return _with_fact(run, step.form, entry)
