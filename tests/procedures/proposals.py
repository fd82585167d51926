"""Steps to try on a challenge: as often as not what might come next, else anything, allowed or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from procedures.engine import expected
from procedures.schema import Fact, OwnField, Procedure, Stage
from procedures.steps import (
    Acknowledged,
    ActionAgreed,
    ActionDone,
    ActionsCompleted,
    Answer,
    ClockStarted,
    ClockStopped,
    Considered,
    Conversation,
    DateConfirmed,
    DateProposed,
    Decided,
    Discussion,
    Escalated,
    FormRecorded,
    Invited,
    MeetingCancelled,
    MeetingHeld,
    Noted,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Resolved,
    SideClosed,
    SideOpened,
    Step,
    Withdrawn,
)
from tests.procedures.stories import MONDAY, TWO, Story

DAYS = [MONDAY + timedelta(days=offset) for offset in (-3, 0, 1, 5, 9)]


def filled(fields: list[OwnField]) -> dict[str, Answer]:
    """Every field filled in rightly."""
    return {own.id: _right(own) for own in fields}


def _right(own: OwnField) -> Answer:
    if own.kind == "ticks":
        return tuple(choice.id for choice in own.choices)
    return {
        "choice": own.choices[0].id if own.choices else "",
        "date": MONDAY.isoformat(),
        "number": str(own.most),
        "scores": f"{own.least}, {own.most}, {own.least}",
    }.get(own.kind, "a word")


@st.composite
def values(draw: st.DrawFn, fields: list[OwnField]) -> dict[str, Answer]:
    """A form filled in rightly, with another answer, or with something wrong."""
    made = filled(fields)
    own = draw(st.sampled_from(fields)) if fields else None
    match draw(st.sampled_from(["right", "other", "missing", "wrong", "unknown"])):
        case "other" if own is not None and own.choices and own.kind == "choice":
            made[own.id] = draw(st.sampled_from([choice.id for choice in own.choices]))
        case "other" if own is not None and own.kind == "scores":
            made[own.id] = draw(st.sampled_from([f"{own.least} {own.least}", str(own.most), "1, 2"]))
        case "missing" if own is not None:
            del made[own.id]
        case "wrong" if own is not None:
            made[own.id] = draw(
                st.sampled_from(["nothing of the kind", ("nothing",), "2026-02-30", "-1", " "])
            )
        case "unknown":
            made["unheard_of"] = "x"
    return made


def prepared(stage: Stage) -> dict[str, Any]:
    """All that the stage asks for before it opens."""
    roles = stage.consulted.roles if stage.consulted is not None else []
    return {
        "stage": stage.id,
        "consulted": tuple(Discussion(role=role, on=MONDAY) for role in roles),
        "fields": filled(stage.field),
    }


@st.composite
def openings(draw: st.DrawFn, procedure: Procedure) -> dict[str, Any]:
    """What a stage is opened with: what it needs, and then perhaps something is wrong with it."""
    stage = draw(st.sampled_from(procedure.stage))
    made = prepared(stage)
    some = st.sampled_from(sorted(procedure.role))
    match draw(st.sampled_from(["right", "right", "fields", "consulted", "risk", "risk"])):
        case "fields":
            made["fields"] = draw(values(stage.field))
        case "consulted":
            roles = draw(st.lists(some, max_size=2, unique=True))
            made["consulted"] = tuple(
                Discussion(role=role, on=draw(st.sampled_from(DAYS[1:3]))) for role in roles
            )
        case "risk":
            made["immediate_risk"] = True
            made["risk_reason"] = draw(st.sampled_from(["", "A child is at risk.", "A child is at risk."]))
    return made


def begun(procedure: Procedure) -> Raised:
    """A challenge as it should begin."""
    asked = procedure.informal.with_[:1] if procedure.informal else []
    talks = tuple(Conversation(with_role=role, on=MONDAY, result="R.") for role in asked)
    way = procedure.ways[0]
    return Raised(
        concern="C.",
        agreed_actions="A.",
        way=way.id,
        answers={question.id: not question.refuse_when for question in procedure.raising.ask},
        informal=talks,
        **prepared(procedure.stages[way.stage]),
    )


@st.composite
def beginnings(draw: st.DrawFn, procedure: Procedure) -> Raised:
    """A way of raising a challenge, allowed or not."""
    roles = sorted(procedure.role)
    talks = draw(st.lists(st.sampled_from(roles), max_size=2))
    asked = [question.id for question in procedure.raising.ask]
    return Raised(
        concern="C.",
        agreed_actions="A.",
        way=draw(st.sampled_from(["", *(way.id for way in procedure.ways), "by_night"])),
        answers={id_: draw(st.booleans()) for id_ in asked if draw(st.integers(0, 4))},
        informal=tuple(Conversation(with_role=role, on=MONDAY, result="R.") for role in talks),
        no_informal_reason=draw(st.sampled_from(["", "None yet."])),
        dates=draw(st.sampled_from([{}, {"plan_start": DAYS[0], "review": DAYS[4]}])),
        **draw(openings(procedure)),
    )


@st.composite
def steps(draw: st.DrawFn, story: Story) -> Step:
    """A step: as often as not what might come next, else anything, allowed or not."""
    next_ = list(_likely(story))
    if next_ and draw(st.integers(0, 2)):
        return draw(st.sampled_from(next_))
    return draw(st.one_of(_about_a_meeting(story), _about_work(story), _about_the_record(story)))


@st.composite
def _about_a_meeting(draw: st.DrawFn, story: Story) -> Step:
    roles = [*sorted(story.procedure.role), "raiser", "School nurse"]
    choices = {choice.id for stage in story.procedure.stage for choice in _choices(stage)}
    return draw(
        st.one_of(
            st.builds(DateConfirmed, day=st.sampled_from(DAYS), at=st.just(TWO)),
            st.builds(DateProposed, day=st.sampled_from(DAYS), at=st.just(TWO)),
            st.just(MeetingCancelled(reason="Snow.")),
            st.builds(
                MeetingHeld,
                held_on=st.sampled_from(DAYS[:3]),
                present=st.lists(st.sampled_from(roles), max_size=3, unique=True).map(tuple),
                combined=st.sampled_from([(), ("unheard_of",)]),
            ),
            st.builds(
                Considered,
                role=st.sampled_from(roles),
                invited=st.booleans(),
                reason=st.sampled_from(["", "Not needed."]),
            ),
            st.builds(
                Invited,
                email=st.sampled_from(["", "cy@example.org"]),
                function=st.sampled_from(["", "School nurse"]),
            ),
            st.builds(
                OutcomeRecorded,
                choice=st.sampled_from([*sorted(choices), "nothing"]),
                held_on=st.sampled_from(DAYS[:3]),
                summary=st.just("S."),
            ),
        )
    )


@st.composite
def _about_work(draw: st.DrawFn, story: Story) -> Step:
    forms = [form for stage in story.procedure.stage for form in stage.form]
    form = draw(st.sampled_from(forms)) if forms else None
    roles = st.sampled_from(sorted(story.procedure.role))
    number = st.integers(1, len(story.entries) + 1)
    sides = sorted(story.procedure.sides)
    found: list[st.SearchStrategy[Step]] = [
        st.sampled_from([Acknowledged(comment="Yes."), ActionsCompleted()]),
        st.builds(Decided, role=roles, agrees=st.booleans(), reason=st.sampled_from(["", "No drift."])),
        st.builds(
            ActionAgreed,
            what=st.just("Visit."),
            owner=st.just("ben@example.org"),
            by_day=st.sampled_from(DAYS),
            of=st.sampled_from(["action", "unheard_of"]),
        ),
        st.builds(ActionDone, action=number),
        st.just(ClockStarted()),
        st.just(ClockStopped(reason="unheard_of")),
        st.builds(SideClosed, opened=number, result=st.just("R.")),
        st.builds(SideOpened, side=st.sampled_from([*sides, "unheard_of"]), outline=st.just("O.")),
    ]
    if form is not None:
        role = st.sampled_from(["", *form.by])
        found.append(st.builds(FormRecorded, form=st.just(form.id), role=role, values=values(form.field)))
    chosen: Step = draw(st.one_of(found))
    return chosen


@st.composite
def _about_the_record(draw: st.DrawFn, story: Story) -> Step:
    if draw(st.booleans()):
        opening = draw(openings(story.procedure))
        return Escalated(outline="U.", skip_reason=draw(st.sampled_from(["", "In a hurry."])), **opening)
    roles = ["raiser", *sorted(story.procedure.role)]
    people = st.sampled_from(["ada@example.org", "ben@example.org"])
    reassigned = Reassigned(
        role=draw(st.sampled_from(roles)), leaves=draw(people), joins=draw(people), reason="R."
    )
    ends: list[Step] = (
        [Resolved(outcome="O."), Withdrawn(reason="W.")] if draw(st.integers(0, 3)) == 0 else []
    )
    others: list[Step] = [Noted(text="N."), reassigned, *ends]
    return draw(st.sampled_from(others))


def _choices(stage: Stage) -> Iterator[Any]:
    return iter(stage.outcome.choices if stage.outcome is not None else [])


def _likely(story: Story) -> Iterator[Step]:
    """What might come next at the present stage."""
    run = story.now
    stage, meeting = run.stage, run.stage.meeting
    facts: dict[Fact, Step] = {
        Fact.acknowledged: Acknowledged(),
        Fact.actions_completed: ActionsCompleted(),
    }
    yield from (step for fact, step in facts.items() if fact in run.missing)
    if meeting is not None:
        yield DateConfirmed(day=DAYS[2], at=TWO)
        yield MeetingHeld(
            held_on=MONDAY,
            present=tuple(expected(run, meeting)),
            combined=tuple(each.id for each in meeting.combine),
        )
        for role in meeting.consider.roles if meeting.consider is not None else []:
            yield Considered(role=role, invited=True)
    for choice in _choices(stage):
        yield OutcomeRecorded(choice=choice.id, held_on=MONDAY, summary="S.")
    for form in stage.form:
        for role in form.by if form.each else form.by[:1]:
            yield FormRecorded(form=form.id, role=role if form.each else "", values=filled(form.field))
    for role in stage.approval.by if stage.approval is not None else []:
        yield Decided(role=role, agrees=True)
        yield Decided(role=role, agrees=False, reason="No drift.")
    for kind in stage.actions.kinds if stage.actions is not None else []:
        yield ActionAgreed(what="Visit.", owner="ben@example.org", by_day=DAYS[2], of=kind.id)
    if stage.window is not None and stage.window.stop_clock is not None:
        yield ClockStopped(reason=stage.window.stop_clock.reasons[0].id)
        yield ClockStarted()
    for side in story.procedure.side:
        yield SideOpened(side=side.id, outline="O.", fields=filled(side.field))
    for later in story.procedure.later(stage.id):
        yield Escalated(outline="Unresolved.", **prepared(later))
