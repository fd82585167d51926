"""A challenge lived through with the engine alone: no chat, no database, no clock; the day is a number that the test moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from procedures import engine, library
from procedures.engine import AlreadyDone, Circumstances, Consequence, NotNow, Standing
from procedures.schema import Procedure
from procedures.steps import (
    Acknowledged,
    ActionsCompleted,
    Conversation,
    DateConfirmed,
    Discussion,
    Entry,
    Escalated,
    Moved,
    OutcomeRecorded,
    Raised,
    Step,
)
from procedures.workdays import Nation, WorkingCalendar

MONDAY = date(2026, 11, 23)
TWO = time(14, 0)


@cache
def calendar() -> WorkingCalendar:
    """England's working days."""
    return WorkingCalendar(Nation.ENGLAND_AND_WALES)


@cache
def bradford() -> Procedure:
    """The procedure that comes with the program."""
    text = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
    return library.parse(text, "bradford.toml", "bradford")


def talk(with_role: str = "social_worker", on: date = MONDAY) -> Conversation:
    """An informal conversation."""
    return Conversation(with_role=with_role, on=on, result="The actions were agreed.")


def raised(stage: str = "stage-1", **more: Any) -> Raised:
    """A challenge as it begins; one informal conversation came first."""
    values: dict[str, Any] = {"informal": (talk(),), "concern": "No visit.", "agreed_actions": "Visit."}
    return Raised(stage=stage, **(values | more))


def escalated(stage: str, **more: Any) -> Escalated:
    """A later stage is asked for."""
    return Escalated(stage=stage, outline="Nothing has changed.", **more)


def discussed(*roles: str, on: date = MONDAY) -> dict[str, Any]:
    """Discussions had before a stage."""
    return {"consulted": tuple(Discussion(role=role, on=on, note="Agreed to go on.") for role in roles)}


class Story:
    """One challenge, step by step. Every step is checked before it is followed, as the program does."""

    def __init__(self, procedure: Procedure | None = None, *steps: Step) -> None:
        self.procedure = procedure or bradford()
        self.today = MONDAY
        self.lapsed = False
        self.due: date | None = None
        self.entries: list[Entry] = []
        self.standing: Standing | None = None
        self.consequences: list[Consequence] = []
        self.followed: list[Consequence] = []
        for step in steps:
            self.take(step)

    @property
    def now(self) -> engine.StageRun:
        """The present stage."""
        assert self.standing is not None
        return self.standing.now

    @property
    def circumstances(self) -> Circumstances:
        """The moment, as the engine is told of it."""
        return Circumstances(self.today, self.lapsed, calendar().reason_closed, self.due)

    def take(self, step: Step, by: str = "ada@example.org") -> Standing:
        """Take a step, which must be allowed, and the one that follows by itself; the standing after them.

        `consequences` are the step's own; `followed` those of what followed.
        """
        engine.check(self.procedure, self.standing, step, self.circumstances)
        after = self._write(step, by)
        following = engine.by_itself(self.procedure, after, step)
        if following is None:
            self.followed = []
            return after
        consequences = self.consequences
        after = self._write(following, by)
        self.followed, self.consequences = self.consequences, consequences
        return after

    def _write(self, step: Step, by: str) -> Standing:
        opens = isinstance(step, Raised | Escalated | Moved)
        number = (len(self.standing.runs) if self.standing else 0) + opens
        at = datetime.combine(self.today, TWO, UTC) + timedelta(minutes=len(self.entries))
        entry = Entry(len(self.entries) + 1, number, by, at, step)
        after = engine.follow(self.procedure, self.standing, entry)
        self.consequences = engine.consequences(self.procedure, self.standing, after, step)
        self.entries.append(entry)
        self.standing = after
        if opens or after.now.window_met:
            self.lapsed = False
        return after

    def refuses(self, step: Step, *, field: str | None = None) -> str:
        """The sentence with which a step is refused; `field` is the input at which it is shown."""
        with pytest.raises(NotNow) as refused:
            engine.check(self.procedure, self.standing, step, self.circumstances)
        assert not isinstance(refused.value, AlreadyDone)
        assert getattr(refused.value, "field", None) == field
        return str(refused.value)

    def is_done_already(self, step: Step) -> Entry:
        """Whose entry a repeated step is answered with."""
        with pytest.raises(AlreadyDone) as done:
            engine.check(self.procedure, self.standing, step, self.circumstances)
        return done.value.entry

    def may(self, kind: str) -> tuple[str, ...]:
        """Who may take a step of this kind now."""
        return engine.who_may(self.procedure, self.standing, kind)

    def waits_for(self, due: date | None = None) -> Mapping[str, tuple[str, ...]]:
        """What the challenge waits for, and for whom."""
        assert self.standing is not None
        found = engine.tasks(self.procedure, self.standing, due, self.circumstances)
        return {task.what: task.to for task in found}

    def can_open(self, *, immediate_risk: bool = False) -> list[str]:
        """The ids of the stages that could be opened now."""
        assert self.standing is not None
        found = engine.openable(self.procedure, self.standing, self.circumstances, immediate_risk)
        return [stage.id for stage in found]


# --- the shipped procedure's own way ---------------------------------------------------------------------------------------

FRIDAY = MONDAY + timedelta(days=4)
ANSWER: tuple[Step, ...] = (Acknowledged(), ActionsCompleted())
STAGES = ["stage-1", "stage-2", "stage-3", "deputy-director", "partnership"]
BOTH = discussed("review_head_of_service", "assistant_director")


def date_confirmed(day: date = FRIDAY) -> DateConfirmed:
    return DateConfirmed(day=day, at=TWO, place="Room 2")


def outcome(choice: str = "unresolved", on: date = MONDAY) -> OutcomeRecorded:
    return OutcomeRecorded(choice=choice, held_on=on, summary="Each side was heard.")


def at_stage(stage: str) -> Story:
    """A challenge that has come to a stage in order, each stage before it left unresolved."""
    steps: list[Step] = [raised(), Acknowledged()]
    steps += [escalated("stage-2"), date_confirmed(), outcome()]
    steps += [escalated("stage-3"), date_confirmed(), outcome()]
    steps += [escalated("deputy-director"), outcome()]
    steps += [escalated("partnership", fields={"ground": "unresolved"}, **BOTH)]
    opening = {"stage-1": 1, "stage-2": 3, "stage-3": 6, "deputy-director": 9, "partnership": 11}
    return Story(None, *steps[: opening[stage]])


def risk(stage: str) -> dict[str, Any]:
    """What a stage needs that is opened directly."""
    needs: dict[str, Any] = {"immediate_risk": True, "risk_reason": "The uncle has moved in."}
    return needs | ({"fields": {"ground": "unresolved"}, **BOTH} if stage == "partnership" else {})
