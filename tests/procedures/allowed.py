"""What a procedure file allows, worked out a second time and in another way: the engine is held against it."""

from __future__ import annotations

from datetime import date

from procedures.engine import Status
from procedures.schema import OwnField, Procedure, Stage
from procedures.steps import (
    FACT_OF_STEP,
    ActionAgreed,
    ActionDone,
    Answer,
    ClockStarted,
    ClockStopped,
    Considered,
    DateConfirmed,
    DateProposed,
    Decided,
    Escalated,
    FormRecorded,
    Invited,
    MeetingCancelled,
    MeetingHeld,
    OutcomeRecorded,
    Raised,
    Reassigned,
    SideClosed,
    SideOpened,
    Step,
)
from tests.procedures.stories import Story, calendar


def allowed(story: Story, step: Step) -> bool:
    """Whether the procedure file lets this step pass now."""
    procedure, standing = story.procedure, story.standing
    if isinstance(step, Raised):
        return _begins(procedure, step) and _prepared(story, step)
    assert standing is not None
    if isinstance(step, ActionDone):
        return any(each.entry.number == step.action and each.done is None for each in standing.actions)
    if standing.status is not Status.open:
        return False
    run = standing.now
    stage = run.stage
    settled = run.outcome is not None and not run.outcome.again
    if isinstance(step, Escalated):
        opened = {each.stage.id for each in standing.runs}
        return step.stage not in opened and _in_order(story, step, settled) and _prepared(story, step)
    if step.kind in ("acknowledged", "actions_completed"):
        fact = FACT_OF_STEP[step.kind]
        return stage.window is not None and fact in stage.window.until and fact not in run.facts
    if isinstance(step, DateProposed | DateConfirmed | MeetingCancelled | MeetingHeld | Considered | Invited):
        over = settled or "meeting_held" in run.facts
        return stage.meeting is not None and not over and _about_meeting(story, step)
    if isinstance(step, OutcomeRecorded):
        return _outcome(story, step, settled)
    if isinstance(step, Reassigned):
        return step.joins != step.leaves and (step.role == "raiser" or step.role in _parts(stage))
    return _work(story, step)


def _work(story: Story, step: Step) -> bool:
    assert story.standing is not None
    procedure, standing, run = story.procedure, story.standing, story.now
    stage, window = run.stage, run.stage.window
    if isinstance(step, FormRecorded):
        form = next((each for each in stage.form if each.id == step.form), None)
        if form is None or (form.each and step.role not in form.by):
            return False
        mine = [
            e for e in run.forms.get(form.id, ()) if not form.each or getattr(e.step, "role", "") == step.role
        ]
        return (form.again or not mine) and right(form.field, step.values)
    if isinstance(step, Decided):
        rule = stage.approval
        done = "approved" in run.facts or step.role in run.decisions
        return rule is not None and step.role in rule.by and not done and (step.agrees or bool(step.reason))
    if isinstance(step, ActionAgreed):
        known = stage.actions is not None and any(kind.id == step.of for kind in stage.actions.kinds)
        twice = any(each.step == step and each.done is None for each in standing.actions)
        return known and step.by_day >= story.today and not twice
    if isinstance(step, ClockStopped | ClockStarted):
        rule_ = window.stop_clock if window is not None else None
        if rule_ is None:
            return False
        if isinstance(step, ClockStarted):
            return run.clock is not None
        reasons = {choice.id for choice in rule_.reasons}
        settled = run.outcome is not None and not run.outcome.again
        return run.clock is None and bool(run.missing) and not settled and step.reason in reasons
    if isinstance(step, SideOpened):
        side = procedure.sides.get(step.side)
        open_ = any(each.side.id == step.side and each.closed is None for each in standing.sides)
        return side is not None and not open_ and right(side.field, step.fields)
    if isinstance(step, SideClosed):
        return any(each.entry.number == step.opened and each.closed is None for each in standing.sides)
    return True


def right(fields: list[OwnField], values: dict[str, Answer]) -> bool:
    """Whether a form is filled in rightly."""
    known = {own.id: own for own in fields}
    if set(values) - set(known):
        return False
    for own in fields:
        value = values.get(own.id, "")
        when = own.required_when
        needed = own.required or (when is not None and values.get(when.field) == when.is_)
        if not value or (isinstance(value, str) and not value.strip()):
            if needed:
                return False
        elif not _right(own, value):
            return False
    return True


def _right(own: OwnField, value: Answer) -> bool:
    ids = {choice.id for choice in own.choices}
    if own.kind == "ticks":
        ticked = {value} if isinstance(value, str) else set(value)
        return ticked <= ids and (not own.all or ticked == ids)
    if not isinstance(value, str):
        return False
    if own.kind == "choice":
        return value in ids
    try:
        if own.kind == "date":
            return bool(date.fromisoformat(value))
        if own.kind in ("number", "scores"):
            numbers = [int(each) for each in value.replace(",", " ").replace(";", " ").split()]
            one = own.kind == "scores" or len(numbers) == 1
            return one and bool(numbers) and all(own.least <= each <= own.most for each in numbers)
    except ValueError:
        return False
    return True


def _begins(procedure: Procedure, step: Raised) -> bool:
    risk_rule = procedure.immediate_risk
    risk = step.immediate_risk and risk_rule is not None and not risk_rule.instead
    for question in procedure.raising.ask:
        if step.answers.get(question.id) is not (not question.refuse_when):
            return False
    ways = {way.id: way.stage for way in procedure.ways}
    way = step.way or next(iter(ways))
    asked = procedure.informal.with_ if procedure.informal else []
    talked = all(talk.with_role in asked for talk in step.informal)
    if procedure.informal and not step.informal and not step.no_informal_reason:
        talked = False
    return way in ways and (step.stage == ways[way] or risk) and talked


def _about_meeting(story: Story, step: Step) -> bool:
    run = story.now
    rule, now = run.stage.meeting, run.meeting
    assert rule is not None
    if isinstance(step, DateProposed | DateConfirmed):
        if step.day < story.today or not calendar().is_working(step.day):
            return False
        if now is None or now.state in ("not_held", "cancelled"):
            return True
        if now.state == "confirmed":
            return isinstance(step, DateConfirmed) and step.day != now.day
        return isinstance(step, DateConfirmed) or step.day != now.day
    if isinstance(step, MeetingCancelled):
        return now is not None and now.state in ("proposed", "confirmed")
    if isinstance(step, Considered):
        known = rule.consider is not None and step.role in rule.consider.roles
        same = step.role in run.considered and run.considered[step.role].step == step
        return known and (step.invited or bool(step.reason)) and not same
    if isinstance(step, Invited):
        return (step.email == "") != (step.function == "") and all(e.step != step for e in run.invited)
    assert isinstance(step, MeetingHeld)
    there = {rule.chair, *rule.attend, *rule.invited}
    there |= {role for role, entry in run.considered.items() if getattr(entry.step, "invited", False)}
    for entry in run.invited:
        there |= {getattr(entry.step, "function", ""), getattr(entry.step, "email", "")} - {""}
    everybody = {each.id for each in rule.combine if each.needs_everyone} & set(step.combined)
    if set(step.combined) - {each.id for each in rule.combine} or (everybody and there - set(step.present)):
        return False
    return step.held_on <= story.today and set(step.present) <= there


def _outcome(story: Story, step: OutcomeRecorded, settled: bool) -> bool:
    assert story.standing is not None
    run = story.now
    rule = run.stage.outcome
    choice = next((each for each in rule.choices if each.id == step.choice), None) if rule else None
    last = run.outcome_entry.step if run.outcome_entry else None
    same = isinstance(last, OutcomeRecorded) and (last.choice, last.held_on) == (step.choice, step.held_on)
    if rule is None or choice is None or settled or same or step.held_on > story.today:
        return False
    if choice.again:
        return "meeting_held" not in run.facts
    if choice.not_before_due and story.circumstances.due_day and story.today < story.circumstances.due_day:
        return False
    if set(rule.needs) - set(run.facts):
        return False
    here = {each.step.of for each in story.standing.actions if each.entry.stage_number == run.number}
    return run.stage.actions is None or set(run.stage.actions.at_least_one) <= here


def _parts(stage: Stage) -> set[str]:
    """Every role that a stage names."""
    named = [*stage.to, *stage.copy_]
    if stage.window is not None:
        named += [stage.window.on, *(stage.window.stop_clock.by if stage.window.stop_clock else [])]
    if stage.meeting is not None:
        named += [stage.meeting.chair, *stage.meeting.attend, *stage.meeting.by, *stage.meeting.adds]
        named += stage.meeting.consider.roles if stage.meeting.consider else []
    if stage.outcome is not None:
        named += [*stage.outcome.by, *stage.outcome.tell]
        named += [role for choice in stage.outcome.choices for role in choice.tell]
    named += [] if stage.approval is None else stage.approval.by
    if stage.actions is not None:
        named += [*stage.actions.by, *(kind.role for kind in stage.actions.kinds if kind.role)]
    named += stage.consulted.roles if stage.consulted else []
    leads = [*stage.leads, *(lead for form in stage.form for lead in form.leads)]
    named += [role for lead in leads for role in lead.tell]
    for form in stage.form:
        named += [*form.by, *form.tell]
    return {*named} - {"chair"}


def _in_order(story: Story, step: Escalated, settled: bool) -> bool:
    procedure, run = story.procedure, story.now
    rule = procedure.immediate_risk
    if step.immediate_risk:
        return rule is not None and not rule.instead
    if settled and run.outcome and run.outcome.resolves:
        return False
    if procedure.order == "any":
        return True
    reached: dict[str, Stage | None] = {run.stage.id: None}
    for stage in procedure.stage:  # each follows those before it in the file, or none by hand
        before = next((id_ for id_ in reached if id_ in stage.after), None)
        if before is None:
            continue
        if stage.id == step.stage:
            first = reached[before] or stage
            left_out = before != run.stage.id
            return _happened(story, first, settled) and (not left_out or bool(step.skip_reason))
        if stage.skip:
            reached[stage.id] = reached[before] or stage
    return False


def _happened(story: Story, stage: Stage, settled: bool) -> bool:
    run = story.now
    happened = {
        "answered": bool(run.facts) or settled,
        "lapsed": story.lapsed,
        "unresolved": run.outcome is not None and not run.outcome.resolves,
        "held": "meeting_held" in run.facts,
        "any_time": True,
    }
    return any(happened[when] for when in stage.opens)


def _prepared(story: Story, step: Raised | Escalated) -> bool:
    stage = story.procedure.stages[step.stage]
    rule = story.procedure.immediate_risk
    if step.immediate_risk and (rule is None or rule.instead or not step.risk_reason):
        return False
    wanted = set(stage.consulted.roles) if stage.consulted else set()
    had = {talk.role for talk in step.consulted}
    if had != wanted or any(talk.on > story.today for talk in step.consulted):
        return False
    return right(stage.field, step.fields)
