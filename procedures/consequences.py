"""What follows from a step: windows that open and close, and who is told what."""

from __future__ import annotations

from dataclasses import dataclass

from procedures.schema import Procedure
from procedures.standing import StageRun, Standing
from procedures.steps import (
    DateConfirmed,
    DateProposed,
    Escalated,
    OutcomeRecorded,
    Raised,
    Resolved,
    Step,
    Withdrawn,
)


@dataclass(frozen=True)
class OpenStage:
    """People are to be found for the stage's roles, and its window, if it has one, begins."""

    run: StageRun


@dataclass(frozen=True)
class CloseWindow:
    """The stage's window is over; what was still to be sent about it is cancelled. `over`: so is the whole stage."""

    stage_number: int
    met: bool
    over: bool = True


@dataclass(frozen=True)
class Tell:
    """Somebody must be told: `notice` names the message, `to` the parts, roles or `raiser` that get it."""

    notice: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class MeetingSet:
    """A date was confirmed: those who record the outcome are asked for it after that day."""

    run: StageRun


Consequence = OpenStage | CloseWindow | Tell | MeetingSet

EVERYBODY = ("raiser", "asked", "copied", "chair", "attends", "records")
"""The parts people can have in a stage; `records` are those who record the outcome and have no other part."""


def consequences(
    procedure: Procedure, before: Standing | None, after: Standing, step: Step
) -> list[Consequence]:
    """What follows from a step: windows that open and close, and who is told what. The order is the order to carry it out in."""
    run = after.now
    if isinstance(step, Raised | Escalated):
        closing: list[Consequence] = []
        if before is not None:
            closing = _closing(before.now)
        return [*closing, OpenStage(run)]
    if step.kind in ("acknowledged", "actions_completed"):
        return [*_if_met(before, run), Tell("answered", ("raiser",))]
    if isinstance(step, DateProposed):
        return [Tell("date_proposed", ("raiser", "asked", "chair"))]
    if isinstance(step, DateConfirmed):
        return [*_if_met(before, run), MeetingSet(run), Tell("date_confirmed", EVERYBODY)]
    if isinstance(step, OutcomeRecorded):
        closing = _closing(run) if run.settled else []
        return [*closing, Tell("outcome", EVERYBODY)]
    if isinstance(step, Resolved | Withdrawn):
        return [*_closing(run), Tell("ended", EVERYBODY)]
    if step.kind == "noted":
        return [Tell("noted", ("raiser", "asked", "chair"))]
    return []


def _if_met(before: Standing | None, run: StageRun) -> list[Consequence]:
    was_met = before is not None and before.now.window_met
    return [CloseWindow(run.number, met=True, over=False)] if run.window_met and not was_met else []


def _closing(run: StageRun) -> list[Consequence]:
    return [CloseWindow(run.number, met=run.window_met)]
