"""Where a challenge stands: its stages, their facts, meetings and outcomes, read from the record's entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from procedures.schema import Choice, Fact, Procedure, Stage
from procedures.steps import (
    FACT_OF_STEP,
    DateConfirmed,
    DateProposed,
    Entry,
    Escalated,
    OutcomeRecorded,
    Raised,
    Resolved,
    Withdrawn,
)


class Status(StrEnum):
    """Whether a challenge goes on, and if not, how it ended."""

    open = "open"
    resolved = "resolved"
    withdrawn = "withdrawn"


@dataclass(frozen=True)
class Meeting:
    """The stage's meeting as far as it has got. `state` is proposed, confirmed, held or not_held; `at` is local time."""

    state: str
    day: date
    at: time | None
    place: str
    entry: Entry


@dataclass(frozen=True)
class StageRun:
    """A stage that has been opened: its number in this record, the facts recorded, the meeting, the outcome."""

    number: int
    stage: Stage
    opened: Entry
    facts: Mapping[Fact, Entry] = field(default_factory=dict)
    meeting: Meeting | None = None
    outcome: Choice | None = None
    outcome_entry: Entry | None = None

    @property
    def missing(self) -> tuple[Fact, ...]:
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


@dataclass(frozen=True)
class Standing:
    """Where a challenge stands: every stage opened so far, the last one being the present one."""

    status: Status
    runs: tuple[StageRun, ...]
    ended: Entry | None = None

    @property
    def now(self) -> StageRun:
        """The present stage."""
        return self.runs[-1]

    def opened(self, stage_id: str) -> bool:
        """Whether the stage has been opened already."""
        return any(run.stage.id == stage_id for run in self.runs)


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
    if isinstance(step, Raised | Escalated):
        before = () if standing is None else standing.runs
        run = StageRun(number=len(before) + 1, stage=procedure.stages[step.stage], opened=entry)
        return Standing(Status.open, (*before, run))
    if standing is None:
        raise ValueError("A record begins with a challenge being raised.")
    if isinstance(step, Resolved | Withdrawn):
        return replace(standing, status=Status(step.kind), ended=entry)
    return replace(standing, runs=(*standing.runs[:-1], _in_stage(standing.now, entry)))


def _in_stage(run: StageRun, entry: Entry) -> StageRun:
    step = entry.step
    fact = FACT_OF_STEP.get(step.kind)
    if fact is not None:
        run = replace(run, facts={**run.facts, fact: entry})
    if isinstance(step, DateProposed | DateConfirmed):
        state = "confirmed" if isinstance(step, DateConfirmed) else "proposed"
        return replace(
            run,
            meeting=Meeting(state, step.day, step.at, step.place, entry),
            outcome=None,
            outcome_entry=None,
        )
    if isinstance(step, OutcomeRecorded) and run.stage.outcome is not None:
        choice = next(choice for choice in run.stage.outcome.choices if choice.id == step.choice)
        meeting = None
        if run.stage.meeting is not None:
            before = run.meeting
            state = "not_held" if choice.again else "held"
            meeting = Meeting(
                state, step.held_on, before.at if before else None, before.place if before else "", entry
            )
        return replace(run, meeting=meeting, outcome=choice, outcome_entry=entry)
    return run
