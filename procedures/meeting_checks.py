"""Whether a step about a stage's meeting or its outcome may be taken."""

from __future__ import annotations

from procedures.dates import long_date
from procedures.refusals import AlreadyDone, BadStep, Circumstances, NotNow
from procedures.schema import MeetingRule, Procedure
from procedures.standing import StageRun, Standing
from procedures.steps import (
    Considered,
    DateConfirmed,
    DateProposed,
    Invited,
    MeetingCancelled,
    MeetingHeld,
    OutcomeRecorded,
)

MeetingStep = DateProposed | DateConfirmed | MeetingCancelled | MeetingHeld | Considered | Invited


def check_meeting(
    procedure: Procedure, run: StageRun, step: MeetingStep, circumstances: Circumstances
) -> None:
    """Let a step about the meeting pass, or refuse it. Raises NotNow, AlreadyDone or BadStep."""
    rule = run.stage.meeting
    if rule is None:
        raise NotNow("This stage has no meeting.")
    if run.settled and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "the outcome of the meeting was recorded")
    if run.held is not None:
        raise AlreadyDone(run.held, "the meeting was recorded as held")
    if isinstance(step, DateProposed | DateConfirmed):
        _check_date(run, step, circumstances)
    elif isinstance(step, MeetingCancelled):
        if run.meeting is None or run.meeting.state not in ("proposed", "confirmed"):
            raise NotNow("No date is set for this meeting, so there is none to cancel.")
    elif isinstance(step, MeetingHeld):
        _check_held(procedure, run, rule, step, circumstances)
    elif isinstance(step, Considered):
        _check_considered(run, rule, step)
    elif bool(step.email) == bool(step.function.strip()):
        raise BadStep(
            "function", "Choose a colleague, or enter what somebody from outside does (School nurse, say)."
        )
    elif any(entry.step == step for entry in run.invited):
        entry = next(entry for entry in run.invited if entry.step == step)
        raise AlreadyDone(entry, "they were added to the meeting")


def _check_date(run: StageRun, step: DateProposed | DateConfirmed, circumstances: Circumstances) -> None:
    if step.day < circumstances.today:
        raise BadStep("day", "This day is in the past. Choose today or a later working day.")
    try:
        closed = circumstances.why_closed(step.day)
    except ValueError as error:  # the working days are known for so many years only
        raise BadStep("day", str(error)) from None
    if closed is not None:
        raise BadStep("day", f"This is not a working day ({closed}). Choose a working day.")
    meeting = run.meeting
    if meeting is None or meeting.state in ("not_held", "cancelled"):
        return
    same = (meeting.day, meeting.at, meeting.place) == (step.day, step.at, step.place)
    if same and (meeting.state == "confirmed" or isinstance(step, DateProposed)):
        raise AlreadyDone(meeting.entry, f"this date was {meeting.state}")
    if isinstance(step, DateProposed) and meeting.state == "confirmed":
        raise NotNow(
            "A date has been confirmed already. Ask whoever confirmed it to change it; a note on the challenge reaches them."
        )


def _check_held(
    procedure: Procedure, run: StageRun, rule: MeetingRule, step: MeetingHeld, circumstances: Circumstances
) -> None:
    if step.held_on > circumstances.today:
        raise BadStep(
            "held_on", "This day is still to come. The meeting can be recorded as held on the day or later."
        )
    known = set(expected(run, rule))
    if not set(step.present) <= known:
        raise BadStep("present", "Tick who was there in the list; add others to the meeting first.")
    for combination in rule.combine:
        if combination.id in step.combined and combination.needs_everyone and known - set(step.present):
            missing = ", ".join(
                procedure.role_title(each) if each in procedure.role or each == "raiser" else each
                for each in expected(run, rule)
                if each not in step.present
            )
            raise BadStep(
                "combined",
                f"{combination.label}: possible only when everybody on the list is there. Missing: {missing}.",
            )
    if not set(step.combined) <= {combination.id for combination in rule.combine}:
        raise BadStep("combined", "Choose from the meetings listed.")


def expected(run: StageRun, rule: MeetingRule) -> list[str]:
    """Who is to be at the meeting: role ids, then the functions of people outside, and colleagues added, by their e-mail addresses."""
    roles = [rule.chair, *rule.attend]
    roles += [
        role
        for role, entry in run.considered.items()
        if isinstance(entry.step, Considered) and entry.step.invited
    ]
    added = [
        entry.step.function or entry.step.email for entry in run.invited if isinstance(entry.step, Invited)
    ]
    return list(dict.fromkeys([*roles, *rule.invited, *added]))


def _check_considered(run: StageRun, rule: MeetingRule, step: Considered) -> None:
    if rule.consider is None or step.role not in rule.consider.roles:
        raise BadStep("role", "Choose from those to be considered for this meeting.")
    if not step.invited and not step.reason.strip():
        raise BadStep("reason", "Say why they are not invited; the reason is recorded.")
    before = run.considered.get(step.role)
    if before is not None and before.step == step:
        raise AlreadyDone(before, "this was recorded")


def before_outcome(standing: Standing) -> list[str]:
    """What the stage's outcome still waits for, each as the end of "Please …"; an outcome that decides nothing waits for none of it."""
    run = standing.now
    stage = run.stage
    wanted = [] if stage.outcome is None else stage.outcome.needs
    return [*(stage.request(fact) for fact in wanted if fact not in run.facts), *missing_actions(standing)]


def missing_actions(standing: Standing) -> list[str]:
    """The kinds of action of which the stage still needs one, in one sentence as the end of "Please …"; none if it needs none."""
    run = standing.now
    rule = run.stage.actions
    if rule is None:
        return []
    there = {each.step.of for each in standing.actions if each.entry.stage_number == run.number}
    left = [kind for kind in rule.kinds if kind.id in rule.at_least_one and kind.id not in there]
    return ["record at least one " + " and one ".join(f"“{kind.label}”" for kind in left)] if left else []


def check_outcome(standing: Standing, step: OutcomeRecorded, circumstances: Circumstances) -> None:
    """Let an outcome pass, or refuse it. Raises AlreadyDone or BadStep."""
    run = standing.now
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
    choice = next((each for each in rule.choices if each.id == step.choice), None) if rule else None
    if choice is None:
        raise BadStep("choice", "Choose one of the outcomes listed.")
    if choice.again and run.held is not None:
        raise BadStep("choice", "The meeting was recorded as held. Choose the outcome that it had.")
    if step.held_on > circumstances.today:
        raise BadStep(
            "held_on", "This day is still to come. The outcome can be recorded on the day or later."
        )
    left = [] if choice.again else before_outcome(standing)
    if left:
        raise BadStep("choice", f"Before this outcome, please {' and '.join(left)}.")
    due = circumstances.due_day
    if choice.not_before_due and due is not None and circumstances.today < due:
        raise BadStep("choice", f"This outcome is known from {long_date(due)} on. Choose another, or wait.")
