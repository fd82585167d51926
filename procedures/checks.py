"""What may happen: a step passes or is refused with a sentence."""

from __future__ import annotations

from procedures.meeting_checks import MeetingStep, check_meeting, check_outcome
from procedures.opening_checks import check_opening
from procedures.own_fields import check_values
from procedures.refusals import AlreadyDone, BadStep, Circumstances, NotNow
from procedures.rights import ALWAYS, who_may
from procedures.schema import RAISER, Fact, Procedure, Stage
from procedures.standing import StageRun, Standing, Status
from procedures.steps import (
    FACT_OF_STEP,
    ActionAgreed,
    ActionDone,
    ClockStarted,
    ClockStopped,
    Closed,
    Decided,
    Escalated,
    FormRecorded,
    Moved,
    OutcomeRecorded,
    Raised,
    Reassigned,
    SideClosed,
    SideOpened,
    Step,
)


def check(procedure: Procedure, standing: Standing | None, step: Step, circumstances: Circumstances) -> None:
    """Let a step pass or refuse it. Raises NotNow, AlreadyDone or BadStep; the message is a sentence for the user."""
    if isinstance(step, Raised):
        check_opening(procedure, None, step, circumstances)
        return
    if standing is None:
        raise ValueError("Only raising comes before a standing.")
    if isinstance(step, Moved | Closed):
        raise ValueError("Nobody takes this step: it follows from another.")
    # What was agreed may still be done, and said to be done, after the challenge has ended.
    if standing.status is not Status.open and standing.ended is not None and not isinstance(step, ActionDone):
        raise AlreadyDone(standing.ended, f"this challenge was {standing.status.value}")
    if step.kind not in ALWAYS and not who_may(procedure, standing, step.kind):
        raise NotNow(not_here(standing.now.stage, step.kind))
    _check_one(procedure, standing, step, circumstances)


def _check_one(procedure: Procedure, standing: Standing, step: Step, circumstances: Circumstances) -> None:
    run = standing.now
    if isinstance(step, Escalated):
        check_opening(procedure, standing, step, circumstances)
    elif step.kind in ("acknowledged", "actions_completed"):
        _check_fact(run, FACT_OF_STEP[step.kind])
    elif isinstance(step, MeetingStep):
        check_meeting(procedure, run, step, circumstances)
    elif isinstance(step, OutcomeRecorded):
        check_outcome(standing, step, circumstances)
    elif isinstance(step, FormRecorded):
        _check_form(run, step)
    elif isinstance(step, Decided):
        _check_decision(run, step)
    elif isinstance(step, ActionAgreed | ActionDone):
        _check_action(standing, step, circumstances)
    elif isinstance(step, ClockStopped | ClockStarted):
        _check_clock(run, step)
    elif isinstance(step, SideOpened | SideClosed):
        _check_side(procedure, standing, step)
    elif isinstance(step, Reassigned):
        if step.role not in {RAISER, *run.stage.roles()}:
            raise BadStep("part", "There is no such part at this stage; choose one of those listed.")
        if step.leaves == step.joins:
            raise BadStep("joins", "That person has this part already; choose somebody else.")


def not_here(stage: Stage, kind: str) -> str:
    """Why nobody can take a step of this kind at a stage, and what is asked there."""
    asked = f"At {stage.name} the request is to {stage.asks}."
    meeting = "This stage has no meeting."
    words = {
        "acknowledged": "There is nothing to acknowledge at this stage.",
        "actions_completed": "There are no actions to confirm at this stage.",
        "date_proposed": meeting,
        "date_confirmed": meeting,
        "meeting_cancelled": meeting,
        "meeting_held": meeting,
        "considered": meeting,
        "invited": meeting,
        "outcome_recorded": "This stage has no meeting or discussion whose outcome could be recorded.",
        "form_recorded": "This stage has no form to fill in.",
        "decided": "There is no request to decide on at this stage.",
        "action_agreed": "No actions are recorded at this stage.",
        "clock_stopped": "The clock of this stage cannot be stopped.",
        "clock_started": "The clock of this stage cannot be stopped.",
        "side_opened": "This procedure has no route beside its stages.",
        "side_closed": "This procedure has no route beside its stages.",
    }
    return f"{words.get(kind, 'This cannot be done at this stage.')} {asked}"


def _check_fact(run: StageRun, fact: Fact) -> None:
    if fact in run.facts:
        what = {
            Fact.acknowledged: "the concerns were acknowledged",
            Fact.actions_completed: "the agreed actions were confirmed as completed",
        }
        raise AlreadyDone(run.facts[fact], what.get(fact, "this was recorded"))


def _check_form(run: StageRun, step: FormRecorded) -> None:
    rule = run.stage.forms.get(step.form)
    if rule is None:
        names = ", ".join(form.title for form in run.stage.form)
        raise BadStep("form", f"{run.stage.name} has no such form. There is: {names}.")
    if rule.each and step.role not in rule.by:
        raise BadStep("form", "Choose for which part you fill it in.")
    before = [
        entry
        for entry in run.forms.get(step.form, ())
        if not rule.each or (isinstance(entry.step, FormRecorded) and entry.step.role == step.role)
    ]
    if before and not rule.again:
        raise AlreadyDone(before[-1], f"“{rule.title}” was filled in")
    check_values(rule.field, step.values, f"“{rule.title}”")


def _check_decision(run: StageRun, step: Decided) -> None:
    rule = run.stage.approval
    if rule is None or step.role not in rule.by:
        raise NotNow(not_here(run.stage, step.kind))
    if run.approved is not None:
        raise AlreadyDone(run.facts[Fact.approved], "this request was decided")
    if step.role in run.decisions:
        raise AlreadyDone(run.decisions[step.role], "this part of the decision was made")
    if not step.agrees and not step.reason.strip():
        raise BadStep("reason", "Say why you decline; the person who asked is told.")


def _check_action(standing: Standing, step: ActionAgreed | ActionDone, circumstances: Circumstances) -> None:
    if isinstance(step, ActionDone):
        action = standing.action(step.action)
        if action is None:
            raise BadStep("action", "There is no such action on this challenge.")
        if action.done is not None:
            raise AlreadyDone(action.done, "this action was recorded as done")
        return
    rule = standing.now.stage.actions
    if rule is None or step.of not in {kind.id for kind in rule.kinds}:
        raise BadStep("of", "Choose one of those listed.")
    if step.by_day < circumstances.today:
        raise BadStep("by_day", "This day is in the past. Enter the day by which it is to be done.")
    for action in standing.actions:
        if action.step == step and action.done is None:
            raise AlreadyDone(action.entry, "this action was recorded")


def _check_clock(run: StageRun, step: ClockStopped | ClockStarted) -> None:
    if isinstance(step, ClockStarted):
        if run.clock is None:
            raise NotNow("The clock is running; there is nothing to start.")
        return
    if run.clock is not None:
        raise AlreadyDone(run.clock, "the clock was stopped")
    if not run.missing or run.settled:
        raise NotNow("All that the window waited for is there, so its clock no longer matters.")
    window = run.stage.window
    rule = window.stop_clock if window is not None else None
    if rule is None or step.reason not in {choice.id for choice in rule.reasons}:
        raise BadStep("reason", "Choose one of the reasons that the procedure allows.")


def _check_side(procedure: Procedure, standing: Standing, step: SideOpened | SideClosed) -> None:
    if isinstance(step, SideOpened):
        side = procedure.sides.get(step.side)
        if side is None:
            raise BadStep("side", "Choose one of the routes listed.")
        check_values(side.field, step.fields, side.name)
        for route in standing.sides:
            if route.side.id == step.side and route.closed is None:
                raise AlreadyDone(route.entry, f"{side.name} was begun")
        return
    route_ = next((each for each in standing.sides if each.entry.number == step.opened), None)
    if route_ is None:
        raise BadStep("side", "There is no such route on this challenge.")
    if route_.closed is not None:
        raise AlreadyDone(route_.closed, "its result was recorded")


__all__ = ["AlreadyDone", "BadStep", "Circumstances", "NotNow", "check", "not_here"]
