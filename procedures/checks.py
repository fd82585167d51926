"""What may happen: a step passes or is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from procedures.rights import ALWAYS, who_may
from procedures.schema import RAISER, Fact, Procedure, Stage, When
from procedures.standing import StageRun, Standing, Status
from procedures.steps import (
    FACT_OF_STEP,
    DateConfirmed,
    DateProposed,
    Entry,
    Escalated,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Step,
)


class NotNow(Exception):
    """The step does not fit where the challenge stands; the message says why, and what would."""


class AlreadyDone(NotNow):
    """Somebody has taken this step before; `entry` is theirs."""

    def __init__(self, entry: Entry, what: str) -> None:
        self.entry = entry
        self.what = what
        super().__init__(what)


class BadStep(NotNow):
    """A value of the step is wrong: `field` names it, the message says what would be right."""

    def __init__(self, field_name: str, sentence: str) -> None:
        self.field = field_name
        super().__init__(sentence)


@dataclass(frozen=True)
class Circumstances:
    """What the engine must be told about the moment: the local day, whether the present window has lapsed, the working days."""

    today: date
    lapsed: bool = False
    why_closed: Callable[[date], str | None] = lambda day: None


def check(procedure: Procedure, standing: Standing | None, step: Step, circumstances: Circumstances) -> None:
    """Let a step pass or refuse it. Raises NotNow, AlreadyDone or BadStep; the message is a sentence for the user."""
    if isinstance(step, Raised):
        _check_opening(procedure, None, step, circumstances)
        return
    if standing is None:
        raise ValueError("Only raising comes before a standing.")
    if standing.status is not Status.open and standing.ended is not None:
        raise AlreadyDone(standing.ended, f"this challenge was {standing.status.value}")
    if step.kind not in ALWAYS and not who_may(procedure, standing, step.kind):
        raise NotNow(not_here(standing.now.stage, step.kind))
    if isinstance(step, Escalated):
        _check_opening(procedure, standing, step, circumstances)
    elif step.kind in ("acknowledged", "actions_completed"):
        _check_fact(standing.now, FACT_OF_STEP[step.kind])
    elif isinstance(step, DateProposed | DateConfirmed):
        _check_date(standing.now, step, circumstances)
    elif isinstance(step, OutcomeRecorded):
        _check_outcome(standing.now, step, circumstances)
    elif isinstance(step, Reassigned):
        if step.role not in {RAISER, *standing.now.stage.roles()}:
            raise BadStep("part", "There is no such part at this stage; choose one of those listed.")
        if step.leaves == step.joins:
            raise BadStep("joins", "That person has this part already; choose somebody else.")


def not_here(stage: Stage, kind: str) -> str:
    """Why nobody can take a step of this kind at a stage, and what is asked there."""
    asked = f"At {stage.name} the request is to {stage.asks}."
    words = {
        "acknowledged": "There is nothing to acknowledge at this stage.",
        "actions_completed": "There are no actions to confirm at this stage.",
        "date_proposed": "This stage has no meeting.",
        "date_confirmed": "This stage has no meeting.",
        "outcome_recorded": "This stage has no meeting or discussion whose outcome could be recorded.",
    }
    return f"{words.get(kind, 'This cannot be done at this stage.')} {asked}"


def _check_fact(run: StageRun, fact: Fact) -> None:
    if fact in run.facts:
        what = {
            Fact.acknowledged: "the concerns were acknowledged",
            Fact.actions_completed: "the agreed actions were confirmed as completed",
        }
        raise AlreadyDone(run.facts[fact], what.get(fact, "this was recorded"))


def _check_date(run: StageRun, step: DateProposed | DateConfirmed, circumstances: Circumstances) -> None:
    if run.settled and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "the outcome of the meeting was recorded")
    if step.day < circumstances.today:
        raise BadStep("day", "This day is in the past. Choose today or a later working day.")
    try:
        closed = circumstances.why_closed(step.day)
    except ValueError as error:  # the working days are known for so many years only
        raise BadStep("day", str(error)) from None
    if closed is not None:
        raise BadStep("day", f"This is not a working day ({closed}). Choose a working day.")
    meeting = run.meeting
    if meeting is None or meeting.state == "not_held":
        return
    same = (meeting.day, meeting.at, meeting.place) == (step.day, step.at, step.place)
    if same and (meeting.state == "confirmed" or isinstance(step, DateProposed)):
        raise AlreadyDone(meeting.entry, f"this date was {meeting.state}")
    if isinstance(step, DateProposed) and meeting.state == "confirmed":
        raise NotNow(
            "A date has been confirmed already. Ask whoever confirmed it to change it; a note on the challenge reaches them."
        )


def _check_outcome(run: StageRun, step: OutcomeRecorded, circumstances: Circumstances) -> None:
    if run.settled and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "the outcome was recorded")
    before = None if run.outcome_entry is None else run.outcome_entry.step
    same = isinstance(before, OutcomeRecorded) and (before.choice, before.held_on) == (
        step.choice,
        step.held_on,
    )
    if same and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "this was recorded")
    rule = run.stage.outcome
    if rule is None or step.choice not in {choice.id for choice in rule.choices}:
        raise BadStep("choice", "Choose one of the outcomes listed.")
    if step.held_on > circumstances.today:
        raise BadStep(
            "held_on", "This day is still to come. The outcome can be recorded on the day or later."
        )


def _check_opening(
    procedure: Procedure, standing: Standing | None, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    stage = procedure.stages.get(step.stage)
    if stage is None:
        raise BadStep(
            "stage", f"There is no such stage. The stages are: {', '.join(s.name for s in procedure.stage)}."
        )
    if step.immediate_risk and procedure.immediate_risk is None:
        raise BadStep("stage", "This procedure has no way past its stages.")
    if step.immediate_risk and not step.risk_reason.strip():
        raise BadStep("risk_reason", "Say why this stage is opened directly; the reason is recorded.")
    if standing is not None:
        _check_order(standing, stage, step.immediate_risk, circumstances)
    elif stage is not procedure.first and not step.immediate_risk:
        raise BadStep(
            "stage",
            f"A challenge begins with {procedure.first.name}, unless a child is at immediate risk.",
        )
    if isinstance(step, Raised):
        _check_talks(procedure, step)
    _check_consulted(procedure, stage, step, circumstances)


def _check_talks(procedure: Procedure, step: Raised) -> None:
    rule = procedure.informal
    allowed = [] if rule is None else rule.with_
    if any(talk.with_role not in allowed for talk in step.informal):
        raise BadStep("informal", "Choose with whom you spoke from the people listed.")
    if rule is not None and not step.informal and not step.no_informal_reason.strip():
        raise BadStep(
            "informal", "Enter the informal conversations, or say why there have been none yet (None yet)."
        )


def _check_order(
    standing: Standing, stage: Stage, immediate_risk: bool, circumstances: Circumstances
) -> None:
    if standing.opened(stage.id):
        entry = next(run.opened for run in standing.runs if run.stage.id == stage.id)
        raise AlreadyDone(entry, f"{stage.name} was opened")
    if immediate_risk:
        return
    present = standing.now
    if present.stage.id not in stage.after:
        raise BadStep(
            "stage",
            f"{stage.name} does not follow {present.stage.name}, unless a child is at immediate risk.",
        )
    if present.settled and present.outcome is not None and present.outcome.resolves:
        raise NotNow(
            "The outcome recorded here is that the concerns are resolved. Resolve the challenge; if new concerns have come up, raise a new one."
        )
    if not any(_has(present, when, circumstances) for when in stage.opens):
        raise NotNow(_why_not_yet(present, stage))


def _has(run: StageRun, when: When, circumstances: Circumstances) -> bool:
    if when is When.answered:
        return bool(run.facts) or run.settled
    if when is When.lapsed:
        return circumstances.lapsed and not run.window_met
    return run.outcome is not None and not run.outcome.resolves


def _why_not_yet(run: StageRun, stage: Stage) -> str:
    words = {
        When.answered: "there has been an answer",
        When.lapsed: "the time to answer has run out",
        When.unresolved: "an outcome without resolution has been recorded",
    }
    ways = [words[when] for when in stage.opens if when is not When.lapsed or run.stage.window is not None]
    if run.window_met:
        ways = [way for way, when in zip(ways, stage.opens, strict=False) if when is not When.lapsed]
    return f"{stage.name} can be opened once {' or '.join(ways)}, or at once if a child is at immediate risk."


def _check_consulted(
    procedure: Procedure, stage: Stage, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    if stage.consulted is not None:
        had = {discussion.role for discussion in step.consulted}
        for role in stage.consulted.roles:
            if role not in had:
                raise BadStep(
                    f"consulted_{role}",
                    f"{stage.name} needs a discussion with the {procedure.role_name(role)} first. Enter the day on which it took place.",
                )
    wanted = [] if stage.consulted is None else stage.consulted.roles
    for discussion in step.consulted:
        if discussion.role not in wanted:
            raise BadStep("stage", f"{stage.name} asks for no such discussion.")
        if discussion.on > circumstances.today:
            raise BadStep(
                f"consulted_{discussion.role}",
                "This day is still to come. Enter the day on which it took place.",
            )
    if not step.fields.keys() <= {own.id for own in stage.field}:
        raise BadStep("stage", f"{stage.name} has no such field.")
    for own in stage.field:
        value = step.fields.get(own.id, "").strip()
        if own.required and not value:
            raise BadStep(f"field_{own.id}", f"{own.title}: this is needed to open {stage.name}.")
        if value and own.kind == "choice" and value not in {choice.id for choice in own.choices}:
            raise BadStep(f"field_{own.id}", "Choose one of the answers listed.")


def openable(
    procedure: Procedure, standing: Standing, circumstances: Circumstances, immediate_risk: bool
) -> list[Stage]:
    """The stages that could be opened now, in the file's order."""
    found = []
    for stage in procedure.stage:
        try:
            _check_order(standing, stage, immediate_risk, circumstances)
        except NotNow:
            continue
        found.append(stage)
    return found
