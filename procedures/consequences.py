"""What follows from a step: windows that open and close, who is told what, and the stage that opens by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from procedures.own_fields import lead_of
from procedures.schema import CHAIR, Lead, Procedure
from procedures.standing import StageRun, Standing, Status
from procedures.steps import (
    ActionAgreed,
    ActionDone,
    ClockStarted,
    ClockStopped,
    Closed,
    Considered,
    DateConfirmed,
    DateProposed,
    Decided,
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
    Step,
    Withdrawn,
)


@dataclass(frozen=True)
class OpenStage:
    """People are to be found for the stage's roles, and its window, if it has one and its first day is known, begins."""

    run: StageRun


@dataclass(frozen=True)
class StartWindow:
    """The day from which the stage's window runs has become known."""

    run: StageRun


@dataclass(frozen=True)
class CloseWindow:
    """The stage's window is over; what was still to be sent about it is cancelled. `over`: so is the whole stage."""

    stage_number: int
    met: bool
    over: bool = True


@dataclass(frozen=True)
class ReopenWindow:
    """What the stage's window was met by no longer holds: it runs again, to the end that it had."""

    run: StageRun


@dataclass(frozen=True)
class TurnClock:
    """The clock of the stage's window stops, or runs on."""

    run: StageRun
    stops: bool


@dataclass(frozen=True)
class Include:
    """These roles, or this person, get a part in the stage if they have none yet, so that they can see the challenge.

    `part` is copied, attends or acts.
    """

    part: str
    roles: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True)
class Tell:
    """Somebody must be told: `notice` names the message, `to` the parts, roles or `raiser` that get it, `email` one person."""

    notice: str
    to: tuple[str, ...]
    email: str = ""


@dataclass(frozen=True)
class MeetingSet:
    """A date was confirmed, or the meeting was held: those who record the outcome are asked for it after that day."""

    run: StageRun


@dataclass(frozen=True)
class ActionChanged:
    """An action was agreed or done: its owner's reminders are made or cancelled. `number` is the entry that agreed it."""

    number: int
    step: ActionAgreed | None


Consequence = (
    OpenStage
    | StartWindow
    | CloseWindow
    | ReopenWindow
    | TurnClock
    | Include
    | Tell
    | MeetingSet
    | ActionChanged
)

EVERYBODY = ("raiser", "asked", "copied", "chair", "attends", "records")
"""The parts people can have in a stage; `records` are those who record the outcome and have no other part."""

OWNERS = "acts"
"""The part of those who own an action and have no other."""


def consequences(
    procedure: Procedure, before: Standing | None, after: Standing, step: Step
) -> list[Consequence]:
    """What follows from a step: windows that open and close, and who is told what. The order is the order to carry it out in."""
    run = after.now
    if isinstance(step, Raised | Escalated | Moved):
        closing = [] if before is None else _closing(before.now)
        return [*closing, OpenStage(run), *_opening_lead(run)]
    if isinstance(step, Resolved | Withdrawn | Closed):
        return [*_closing(run), Tell("ended", (*EVERYBODY, OWNERS))]
    if isinstance(step, ActionAgreed | ActionDone | SideOpened | SideClosed):
        return _beside(procedure, after, step)
    ends_the_stage = isinstance(step, OutcomeRecorded) and run.settled  # and closes the window itself
    met = [] if ends_the_stage else _if_met(before, run)
    return [*_if_held(before, after), *met, *_in_stage(procedure, run, step)]


def _in_stage(procedure: Procedure, run: StageRun, step: Step) -> list[Consequence]:
    if step.kind in ("acknowledged", "actions_completed"):
        return [Tell("answered", ("raiser",))]
    if isinstance(step, DateProposed):
        return [Tell("date_proposed", ("raiser", "asked", "chair"))]
    if isinstance(step, DateConfirmed):
        return [MeetingSet(run), Tell("date_confirmed", EVERYBODY)]
    if isinstance(step, MeetingCancelled):
        return [MeetingSet(run), Tell("meeting_cancelled", EVERYBODY)]
    if isinstance(step, MeetingHeld):
        return [MeetingSet(run), Tell("meeting_held", ("raiser", "chair"))]
    if isinstance(step, OutcomeRecorded):
        return _outcome(run)
    if isinstance(step, Decided):
        return [Tell("decided", ("raiser", *(run.stage.approval.by if run.stage.approval else ())))]
    if isinstance(step, FormRecorded):
        return _form(run, step)
    if isinstance(step, Considered):
        return [Include("attends", (step.role,)), Tell("invited", (step.role,))] if step.invited else []
    if isinstance(step, Invited):
        return [Include("attends", email=step.email), Tell("invited", (), step.email)] if step.email else []
    if isinstance(step, ClockStopped | ClockStarted):
        stops = isinstance(step, ClockStopped)
        return [TurnClock(run, stops), Tell("clock", ("raiser", "asked"))]
    if step.kind == "noted":
        return [Tell("noted", ("raiser", "asked", "chair"))]
    return []


def _opening_lead(run: StageRun) -> list[Consequence]:
    """Who is told because of what was answered when the stage was opened."""
    lead = _lead_at_opening(run)
    if lead is None or not lead.tell:
        return []
    return [Include("copied", tuple(lead.tell)), Tell("copied", tuple(lead.tell))]


def _outcome(run: StageRun) -> list[Consequence]:
    closing: list[Consequence] = [*_closing(run)] if run.settled else []
    rule, choice = run.stage.outcome, run.outcome
    more = () if rule is None or choice is None else tuple(dict.fromkeys([*rule.tell, *choice.tell]))
    including = [Include("copied", more)] if more and run.settled else []
    return [*closing, *including, Tell("outcome", (*EVERYBODY, *more))]


def _form(run: StageRun, step: FormRecorded) -> list[Consequence]:
    rule = run.stage.forms[step.form]
    lead = _lead(run, step)
    more = tuple(dict.fromkeys([*rule.tell, *(lead.tell if lead is not None else ())]))
    including = [Include("copied", more)] if more else []
    return [*including, Tell("form_recorded", ("raiser", *more))]


def _beside(
    procedure: Procedure, after: Standing, step: ActionAgreed | ActionDone | SideOpened | SideClosed
) -> list[Consequence]:
    if isinstance(step, ActionAgreed):
        action = after.actions[-1]
        return [
            Include(OWNERS, email=step.owner),
            ActionChanged(action.entry.number, step),
            Tell("action_agreed", (), step.owner),
        ]
    if isinstance(step, ActionDone):
        return [ActionChanged(step.action, None), Tell("action_done", ("raiser", CHAIR))]
    if isinstance(step, SideOpened):
        side = procedure.sides[step.side]
        to = tuple(side.to)
        return [*([Include("copied", to)] if to else []), Tell("side_opened", ("raiser", *to))]
    route = next(each for each in after.sides if each.entry.number == step.opened)
    return [Tell("side_closed", ("raiser", *route.side.to))]


def _if_held(before: Standing | None, after: Standing) -> list[Consequence]:
    """The window that waited for the stage's own meeting begins."""
    run = after.now
    window = run.stage.window
    was_held = before is not None and before.now.held is not None
    if window is None or window.from_ != "meeting" or run.held is None or was_held:
        return []
    return [] if held_before(after) is not None else [StartWindow(run)]


def _if_met(before: Standing | None, run: StageRun) -> list[Consequence]:
    was_met = before is not None and before.now.window_met
    if was_met and not run.window_met:  # a confirmed date that met it was called off
        return [ReopenWindow(run)]
    return [CloseWindow(run.number, met=True, over=False)] if run.window_met and not was_met else []


def _closing(run: StageRun) -> list[Consequence]:
    return [CloseWindow(run.number, met=run.window_met)]


def by_itself(procedure: Procedure, standing: Standing, step: Step) -> Moved | Closed | None:
    """The step that follows from this one without anybody's asking: a stage that opens, or the challenge's end."""
    if standing.status is not Status.open:
        return None
    run = standing.now
    if isinstance(step, OutcomeRecorded) and run.outcome is not None and run.settled:
        return _on(run.outcome.opens, run.outcome.label if run.outcome.ends else None)
    if isinstance(step, Decided) and run.stage.approval is not None and run.approved is not None:
        rule = run.stage.approval
        if run.approved:
            return Moved(stage=rule.agreed)
        return Moved(stage=rule.declined) if rule.declined else Closed(outcome=f"Declined: {_reasons(run)}")
    if isinstance(step, Raised | Escalated | FormRecorded):
        lead = _lead(run, step) if isinstance(step, FormRecorded) else _lead_at_opening(run)
        return None if lead is None else _on(lead.opens, lead.ends)
    return None


def _on(stage: str | None, ends: str | None) -> Moved | Closed | None:
    return Moved(stage=stage) if stage is not None else Closed(outcome=ends) if ends is not None else None


def _lead(run: StageRun, step: FormRecorded) -> Lead | None:
    """Where the answers lead, once the form counts as filled in."""
    return lead_of(run.stage.forms[step.form].leads, step.values) if step.form in run.facts else None


def _lead_at_opening(run: StageRun) -> Lead | None:
    """Where the answers with which the stage was opened lead; a stage that opened by itself has none."""
    step = run.opened.step
    fields = step.fields if isinstance(step, Raised | Escalated) else {}
    return lead_of(run.stage.leads, fields) if fields else None


def _reasons(run: StageRun) -> str:
    said: Iterable[str] = (
        entry.step.reason
        for entry in run.decisions.values()
        if isinstance(entry.step, Decided) and not entry.step.agrees
    )
    return "; ".join(said)


def window_starts(standing: Standing) -> date | None:
    """The day from which the present stage's window runs, where that is not the day on which it or the first stage opened.

    A window that runs from a meeting runs from the last one held before the stage was opened; only where there was none, from the
    stage's own. None while there is no such day: then the stage has no window, or none yet.
    """
    run = standing.now
    window = run.stage.window
    if window is None or window.from_ in ("opened", "raised"):
        return None
    if window.from_ == "meeting":
        own = run.meeting.day if run.meeting is not None and run.held is not None else None
        return held_before(standing) or own
    return standing.raised.dates.get(window.from_)


def held_before(standing: Standing) -> date | None:
    """The day of the last meeting held at an earlier stage than the present one."""
    days = [
        run.meeting.day
        for run in standing.runs[:-1]
        if run.meeting is not None and run.meeting.state == "held"
    ]
    return days[-1] if days else None
