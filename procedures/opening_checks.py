"""Whether a stage may be opened: the way in, the questions that come first, the order of the stages."""

from __future__ import annotations

from procedures.own_fields import check_values
from procedures.refusals import AlreadyDone, BadStep, Circumstances, NotNow
from procedures.schema import Procedure, Stage, When
from procedures.standing import StageRun, Standing
from procedures.steps import Escalated, Raised


def check_opening(
    procedure: Procedure, standing: Standing | None, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    """Let a stage be opened by somebody, or refuse it. Raises NotNow, AlreadyDone or BadStep."""
    stage = procedure.stages.get(step.stage)
    if stage is None:
        raise BadStep(
            "stage", f"There is no such stage. The stages are: {', '.join(s.name for s in procedure.stage)}."
        )
    _check_risk(procedure, step)
    if isinstance(step, Raised):
        _check_way(procedure, stage, step)
        _check_talks(procedure, step)
    elif standing is not None:
        check_order(procedure, standing, stage, step, circumstances)
    if not (isinstance(step, Raised) and step.trigger):  # nobody is there to be asked
        _check_consulted(procedure, stage, step, circumstances)
        check_values(stage.field, step.fields, stage.name)


def _check_risk(procedure: Procedure, step: Raised | Escalated) -> None:
    if not step.immediate_risk:
        return
    rule = procedure.immediate_risk
    if rule is None:
        raise BadStep("stage", "This procedure has no way past its stages.")
    if rule.instead:
        raise BadStep("immediate_risk", f"This procedure is not for immediate risk. {' '.join(rule.now)}")
    if not step.risk_reason.strip():
        raise BadStep("risk_reason", "Say why this stage is opened directly; the reason is recorded.")


def _check_way(procedure: Procedure, stage: Stage, step: Raised) -> None:
    if step.trigger:
        return
    for question in procedure.raising.ask:
        answer = step.answers.get(question.id)
        if answer is None:
            raise BadStep(f"ask_{question.id}", "Answer this question first.")
        if answer is question.refuse_when:
            raise BadStep(f"ask_{question.id}", question.otherwise)
    ways = {way.id: way for way in procedure.ways}
    way = ways.get(step.way or procedure.ways[0].id)
    if way is None:
        raise BadStep("way", "Choose one of the ways listed.")
    if stage.id != way.stage and not step.immediate_risk:
        begins = procedure.stages[way.stage].name
        risk = procedure.immediate_risk
        unless = "" if risk is None or risk.instead else ", unless a child is at immediate risk"
        raise BadStep("stage", f"A challenge begins with {begins}{unless}.")


def _check_talks(procedure: Procedure, step: Raised) -> None:
    rule = procedure.informal
    allowed = [] if rule is None else rule.with_
    if any(talk.with_role not in allowed for talk in step.informal):
        raise BadStep("informal", "Choose with whom you spoke from the people listed.")
    if rule is None or step.trigger:
        return
    if not step.informal and not step.no_informal_reason.strip():
        raise BadStep(
            "informal", "Enter the informal conversations, or say why there have been none yet (None yet)."
        )


def check_order(
    procedure: Procedure,
    standing: Standing,
    stage: Stage,
    step: Escalated,
    circumstances: Circumstances,
) -> None:
    """Whether this stage may come now, by hand. Raises NotNow, AlreadyDone or BadStep."""
    if standing.opened(stage.id):
        entry = next(run.opened for run in standing.runs if run.stage.id == stage.id)
        raise AlreadyDone(entry, f"{stage.name} was opened")
    if step.immediate_risk:
        return
    present = standing.now
    if present.settled and present.outcome is not None and present.outcome.resolves:
        raise NotNow(
            "The outcome recorded here is that the concerns are resolved. Resolve the challenge; if new concerns have come up, raise a new one."
        )
    if procedure.order == "any":
        return
    left_out = skipped(procedure, present.stage, stage)
    if left_out is None:
        raise BadStep("stage", f"{stage.name} does not follow {present.stage.name}{_unless(procedure)}.")
    if left_out and not step.skip_reason.strip():
        names = " and ".join(each.name for each in left_out)
        raise BadStep("skip_reason", f"Say why {names} is left out; the reason is recorded.")
    nearest = left_out[0] if left_out else stage
    if not any(_has(present, when, circumstances) for when in nearest.opens):
        raise NotNow(_why_not_yet(procedure, present, nearest))


def skipped(procedure: Procedure, present: Stage, stage: Stage) -> list[Stage] | None:
    """The stages that would be left out on the way from the present one; [] for the next, None where no way leads there."""
    if present.id in stage.after:
        return []
    for between in procedure.stage:
        if between.skip and between.id in stage.after:
            before = skipped(procedure, present, between)
            if before is not None:
                return [*before, between]
    return None


def _has(run: StageRun, when: When, circumstances: Circumstances) -> bool:
    if when is When.answered:
        return bool(run.facts) or run.settled
    if when is When.lapsed:
        return circumstances.lapsed and not run.window_met
    if when is When.held:
        return run.held is not None
    if when is When.any_time:
        return True
    return run.outcome is not None and not run.outcome.resolves


def _why_not_yet(procedure: Procedure, run: StageRun, stage: Stage) -> str:
    words = {
        When.answered: "there has been an answer",
        When.lapsed: "the time to answer has run out",
        When.unresolved: "an outcome without resolution has been recorded",
        When.held: "its meeting has been held",
    }
    possible = [
        when for when in stage.opens if when is not When.lapsed or (run.stage.window and not run.window_met)
    ]
    ways = " or ".join(words[when] for when in possible if when in words)
    risk = procedure.immediate_risk
    at_once = "" if risk is None or risk.instead else ", or at once if a child is at immediate risk"
    return f"{stage.name} can be opened once {ways}{at_once}."


def _unless(procedure: Procedure) -> str:
    risk = procedure.immediate_risk
    return "" if risk is None or risk.instead else ", unless a child is at immediate risk"


def _check_consulted(
    procedure: Procedure, stage: Stage, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    wanted = [] if stage.consulted is None else stage.consulted.roles
    had = {discussion.role for discussion in step.consulted}
    for role in wanted:
        if role not in had:
            raise BadStep(
                f"consulted_{role}",
                f"{stage.name} needs a discussion with the {procedure.role_name(role)} first. Enter the day on which it took place.",
            )
    for discussion in step.consulted:
        if discussion.role not in wanted:
            raise BadStep("stage", f"{stage.name} asks for no such discussion.")
        if discussion.on > circumstances.today:
            raise BadStep(
                f"consulted_{discussion.role}",
                "This day is still to come. Enter the day on which it took place.",
            )


def openable(
    procedure: Procedure, standing: Standing, circumstances: Circumstances, immediate_risk: bool
) -> list[Stage]:
    """The stages that could be opened now by hand, in the file's order; those past a skippable one among them."""
    found = []
    for stage in procedure.stage:
        probe = Escalated(stage=stage.id, outline="", immediate_risk=immediate_risk, skip_reason="?")
        try:
            check_order(procedure, standing, stage, probe, circumstances)
        except NotNow:
            continue
        found.append(stage)
    return found
