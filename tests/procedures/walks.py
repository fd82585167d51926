"""What a procedure file allows, worked out a second time and in another way: the engine is held against it, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from procedures.engine import NotNow, Status, Task, check, consequences, fold, tasks
from procedures.schema import Fact, Procedure, Stage
from procedures.steps import (
    FACT_OF_STEP,
    Acknowledged,
    ActionsCompleted,
    Conversation,
    DateConfirmed,
    DateProposed,
    Discussion,
    Escalated,
    Noted,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Resolved,
    Step,
    Withdrawn,
)
from tests.procedures.stories import MONDAY, TWO, Story, calendar

DAYS = [MONDAY + timedelta(days=offset) for offset in (-3, 0, 1, 5, 9)]
KIND_OF_COMMAND = {
    "acknowledge": "acknowledged",
    "confirm": "actions_completed",
    "schedule": "date_confirmed",
    "outcome": "outcome_recorded",
    "escalate": "escalated",
    "resolve": "resolved",
}


def prepared(stage: Stage) -> dict[str, Any]:
    """All that the stage asks for before it opens."""
    roles = stage.consulted.roles if stage.consulted is not None else []
    return {
        "stage": stage.id,
        "consulted": tuple(Discussion(role=role, on=MONDAY) for role in roles),
        "fields": {own.id: own.choices[0].id if own.choices else "a word" for own in stage.field},
    }


@st.composite
def openings(draw: st.DrawFn, procedure: Procedure) -> dict[str, Any]:
    """What a stage is opened with: what it needs, and then perhaps something is wrong with it."""
    made = prepared(draw(st.sampled_from(procedure.stage)))
    some = st.sampled_from(sorted(procedure.role))
    match draw(st.sampled_from(["right", "right", "fields", "consulted", "risk", "risk"])):
        case "fields":
            made["fields"] = draw(st.sampled_from([{}, {"ground": "b"}, {"ground": "a", "nothing": "x"}]))
        case "consulted":
            roles = draw(st.lists(some, max_size=2, unique=True))
            made["consulted"] = tuple(
                Discussion(role=role, on=draw(st.sampled_from(DAYS[1:3]))) for role in roles
            )
        case "risk":
            made["immediate_risk"] = True
            made["risk_reason"] = draw(st.sampled_from(["", "A child is at risk.", "A child is at risk."]))
    return made


@st.composite
def steps(draw: st.DrawFn, story: Story) -> Step:
    """A step: as often as not what might come next, else anything, allowed or not."""
    procedure = story.procedure
    next_ = list(_likely(story))
    if next_ and draw(st.booleans()):
        return draw(st.sampled_from(next_))
    kind = draw(st.sampled_from(["fact", "date", "outcome", "escalate", "escalate", "other"]))
    if kind == "fact":
        return draw(st.sampled_from([Acknowledged(comment="Yes."), ActionsCompleted()]))
    if kind == "date":
        date_step = draw(st.sampled_from([DateConfirmed, DateProposed]))
        return date_step(day=draw(st.sampled_from(DAYS)), at=TWO)
    if kind == "outcome":
        ids = sorted(
            {choice.id for stage in procedure.stage if stage.outcome for choice in stage.outcome.choices}
        )
        choice = draw(st.sampled_from([*ids, "nothing"]))
        return OutcomeRecorded(choice=choice, held_on=draw(st.sampled_from(DAYS[:3])), summary="S.")
    if kind == "escalate":
        return Escalated(outline="Unresolved.", **draw(openings(procedure)))
    roles = ["raiser", *sorted(procedure.role)]
    people = st.sampled_from(["ada@example.org", "ben@example.org"])
    reassigned = Reassigned(
        role=draw(st.sampled_from(roles)), leaves=draw(people), joins=draw(people), reason="R."
    )
    ends = [Resolved(outcome="O."), Withdrawn(reason="W.")] if draw(st.integers(0, 3)) == 0 else []
    return draw(st.sampled_from([Noted(text="N."), reassigned, *ends]))


def _likely(story: Story) -> Iterator[Step]:
    run = story.now
    facts = {Fact.acknowledged: Acknowledged(), Fact.actions_completed: ActionsCompleted()}
    yield from (facts[fact] for fact in run.missing if fact in facts)
    if run.stage.meeting is not None:
        yield DateConfirmed(day=DAYS[2], at=TWO)
    if run.stage.outcome is not None:
        for choice in run.stage.outcome.choices:
            yield OutcomeRecorded(choice=choice.id, held_on=MONDAY, summary="S.")
    for stage in story.procedure.later(run.stage.id):
        yield Escalated(outline="Unresolved.", **prepared(stage))


@st.composite
def beginnings(draw: st.DrawFn, procedure: Procedure) -> Raised:
    """A way of raising a challenge, allowed or not."""
    roles = sorted(procedure.role)
    talks = draw(st.lists(st.sampled_from(roles), max_size=2))
    return Raised(
        concern="C.",
        agreed_actions="A.",
        informal=tuple(Conversation(with_role=role, on=MONDAY, result="R.") for role in talks),
        no_informal_reason=draw(st.sampled_from(["", "None yet."])),
        **draw(openings(procedure)),
    )


def begun(procedure: Procedure) -> Raised:
    """A challenge as it should begin."""
    asked = procedure.informal.with_[:1] if procedure.informal else []
    talks = tuple(Conversation(with_role=role, on=MONDAY, result="R.") for role in asked)
    return Raised(concern="C.", agreed_actions="A.", informal=talks, **prepared(procedure.first))


def allowed(story: Story, step: Step) -> bool:
    """Whether the procedure file lets this step pass now."""
    procedure, standing = story.procedure, story.standing
    if isinstance(step, Raised):
        risk = step.immediate_risk and procedure.immediate_risk is not None
        order = step.stage == procedure.stage[0].id or risk
        asked = procedure.informal.with_ if procedure.informal else []
        talked = all(talk.with_role in asked for talk in step.informal)
        if procedure.informal and not step.informal and not step.no_informal_reason:
            talked = False
        return order and talked and _prepared(story, step)
    assert standing is not None
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
    if isinstance(step, DateProposed | DateConfirmed):
        works = step.day >= story.today and calendar().is_working(step.day)
        if stage.meeting is None or settled or not works:
            return False
        now = run.meeting
        if now is None or now.state == "not_held":
            return True
        if now.state == "confirmed":
            return isinstance(step, DateConfirmed) and step.day != now.day
        return isinstance(step, DateConfirmed) or step.day != now.day
    if isinstance(step, OutcomeRecorded):
        known = stage.outcome is not None and step.choice in {choice.id for choice in stage.outcome.choices}
        last = run.outcome_entry.step if run.outcome_entry else None
        same = isinstance(last, OutcomeRecorded) and (last.choice, last.held_on) == (
            step.choice,
            step.held_on,
        )
        return known and step.held_on <= story.today and not settled and not same
    if isinstance(step, Reassigned):
        return step.joins != step.leaves and (step.role == "raiser" or step.role in _parts(stage))
    return True


def _parts(stage: Stage) -> set[str]:
    named = [*stage.to, *stage.copy_]
    named += [stage.meeting.chair, *stage.meeting.attend] if stage.meeting else []
    named += stage.outcome.by if stage.outcome else []
    named += stage.consulted.roles if stage.consulted else []
    return {*named} - {"chair"}


def _in_order(story: Story, step: Escalated, settled: bool) -> bool:
    if step.immediate_risk:
        return story.procedure.immediate_risk is not None
    run, stage = story.now, story.procedure.stages[step.stage]
    if run.stage.id not in stage.after or (settled and run.outcome and run.outcome.resolves):
        return False
    happened = {
        "answered": bool(run.facts) or settled,
        "lapsed": story.lapsed,
        "unresolved": run.outcome is not None and not run.outcome.resolves,
    }
    return any(happened[when] for when in stage.opens)


def _prepared(story: Story, step: Raised | Escalated) -> bool:
    stage = story.procedure.stages[step.stage]
    if step.immediate_risk and (story.procedure.immediate_risk is None or not step.risk_reason):
        return False
    wanted = set(stage.consulted.roles) if stage.consulted else set()
    had = {talk.role for talk in step.consulted}
    if had != wanted or any(talk.on > story.today for talk in step.consulted):
        return False
    known = {own.id: own for own in stage.field}
    if not step.fields.keys() <= known.keys():
        return False
    answers = {
        id_: {choice.id for choice in own.choices} for id_, own in known.items() if own.kind == "choice"
    }
    if any(id_ in answers and value not in answers[id_] for id_, value in step.fields.items()):
        return False
    return all(step.fields.get(own.id) for own in stage.field if own.required)


def try_step(story: Story, step: Step) -> bool:
    """Take the step if the file allows it; the engine must say the same, and say it twice."""
    if not allowed(story, step):
        with pytest.raises(NotNow) as refused:
            check(story.procedure, story.standing, step, story.circumstances)
        assert str(refused.value)
        return False
    was_met = story.standing is not None and story.now.window_met
    number = len(story.standing.runs) if story.standing else 0
    before = story.standing
    story.take(step)
    assert story.standing is not None
    met = [each for each in story.consequences if getattr(each, "met", False)]
    newly = story.now.number == number and story.now.window_met and not was_met
    assert not newly or len(met) == 1, "a window that is met is closed, once"
    assert consequences(story.procedure, before, story.standing, step) == story.consequences
    if not isinstance(step, Noted | Reassigned | Raised):
        assert story.is_done_already(step).step.kind in (step.kind, "raised", "escalated")
    return True


def holds(story: Story) -> None:
    """What must hold of every challenge, whatever was done to it."""
    procedure, standing = story.procedure, story.standing
    assert standing is not None
    assert fold(procedure, story.entries) == standing
    waiting = tasks(procedure, standing, MONDAY, story.circumstances)
    if standing.status is not Status.open:
        assert waiting == []
        assert story.is_done_already(Noted(text="More.")) is standing.ended
        return
    assert waiting, "nobody has anything to do"
    assert {"raiser"} & {*story.may("resolved"), *story.may("withdrawn")}
    end = Resolved(outcome="O.") if "raiser" in story.may("resolved") else Withdrawn(reason="W.")
    check(procedure, standing, end, story.circumstances)
    for task in waiting:
        _can_be_done(story, task)
    run = standing.now
    if run.missing and not run.settled:
        assert run.stage.window is not None
        owners = [task.to for task in waiting if task.command in ("acknowledge", "confirm", "schedule")]
        assert owners.count((run.stage.window.on,)) >= len(run.missing), "a window without an owner"


def _can_be_done(story: Story, task: Task) -> None:
    kind = KIND_OF_COMMAND[task.command]
    assert task.to
    assert set(task.to) <= set(story.may(kind)), f"{task} is not theirs to do"
    if kind == "escalated":
        assert story.can_open(), "there is nothing to open"
    if kind in ("acknowledged", "actions_completed"):
        assert FACT_OF_STEP[kind] in story.now.missing
    if kind == "date_confirmed":
        assert story.now.meeting is None or story.now.meeting.state != "confirmed"
    assert task.what[:1].isupper()
    assert not task.late or story.lapsed or Fact.date_confirmed not in story.now.missing
