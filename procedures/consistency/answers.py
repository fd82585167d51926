"""How a stage is answered: its window, its outcome, its decision, its discussions."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.consistency.order import leads
from procedures.faults import Fault, did_you_mean
from procedures.positions import Path, Positions
from procedures.schema import RAISER, Fact, OutcomeChoice, OutcomeRule, Procedure, Stage, TimeLimit

_NEEDS = {
    Fact.date_confirmed: ("the date of a meeting", "meeting"),
    Fact.meeting_held: ("a meeting", "meeting"),
    Fact.outcome_recorded: ("an outcome", "outcome"),
    Fact.approved: ("a decision", "approval"),
}


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Stages that nobody could answer, windows that could never be met, outcomes that contradict themselves."""
    for n, stage in enumerate(procedure.stage):
        if not _answerable(stage):
            message = f'the stage "{stage.id}" has neither a window nor an outcome, an approval or a form, so it could never be answered'
            yield positions.fault(("stage", n), message, "Add [stage.window] or [stage.outcome].")
        if stage.window is not None:
            yield from _check_window(procedure, n, stage, stage.window, positions)
        if stage.outcome is not None:
            yield from _check_outcome(n, stage, stage.outcome, positions)
        if stage.actions is not None:
            kinds = [kind.id for kind in stage.actions.kinds]
            for i, kind in enumerate(stage.actions.at_least_one):
                if kind not in kinds:
                    path = ("stage", n, "actions", "at_least_one", i)
                    hint = did_you_mean(kind, kinds, noun="Kinds")
                    yield positions.fault(path, f'"{kind}" is not among the kinds of action', hint)
        if stage.approval is not None:
            for i, role in enumerate(stage.approval.by):
                if role in procedure.role and role not in stage.to:
                    message = f'the decision is for "{role}", who is not asked at this stage'
                    path = ("stage", n, "approval", "by", i)
                    yield positions.fault(path, message, "Add the role to the stage's to.")


def _answerable(stage: Stage) -> bool:
    """Whether there is something to answer at a stage, or it is over as soon as it is opened."""
    if stage.window is not None or stage.outcome is not None or stage.approval is not None or stage.form:
        return True
    return any(lead.otherwise and (lead.opens or lead.ends) for lead in stage.leads)


def _check_window(
    procedure: Procedure, n: int, stage: Stage, window: TimeLimit, positions: Positions
) -> Iterator[Fault]:
    if window.on not in stage.to and (window.on in procedure.role or window.on == RAISER):
        message = f'the window is on "{window.on}", who is not asked at this stage'
        yield positions.fault(("stage", n, "window", "on"), message, "Add the role to the stage's to.")
    for i, fact in enumerate(window.until):
        path: Path = ("stage", n, "window", "until", i)
        yield from _check_fact(path, "the window waits for", fact, stage, positions)
        if fact == Fact.actions_completed and not procedure.raising.actions and stage.actions is None:
            message = "the window waits for agreed actions, and none are asked for when a challenge is raised"
            yield positions.fault(
                path, message, 'Take actions = "" away from [raise], or wait for something else.'
            )
    if window.from_ == "meeting":
        yield from _check_meeting_before(procedure, n, stage, window, positions)


def _check_fact(path: Path, waits: str, fact: str, stage: Stage, positions: Positions) -> Iterator[Fault]:
    """A fact that is waited for must be one that the stage can have."""
    if fact in stage.forms:
        return
    if fact not in set(Fact):
        allowed = [*map(str, Fact), *stage.forms]
        message = f'"{fact}" is neither a fact nor a form of this stage'
        yield positions.fault(path, message, did_you_mean(fact, allowed, noun="What can be waited for"))
        return
    what, key = _NEEDS.get(Fact(fact), ("", ""))
    if key and getattr(stage, key) is None:
        message = f"{waits} {what}, and the stage has none"
        yield positions.fault(path, message, f"Add [stage.{key}].")


def _check_meeting_before(
    procedure: Procedure, n: int, stage: Stage, window: TimeLimit, positions: Positions
) -> Iterator[Fault]:
    """A window that counts from a meeting needs one: an earlier stage's or, unless it waits for that very meeting, the stage's own."""
    if any(procedure.stages[each].meeting is not None for each in _before(procedure, stage.id)):
        return
    path = ("stage", n, "window", "from")
    if stage.meeting is None:
        message = "the window counts from a meeting, and neither this stage nor one before it has a meeting"
        yield positions.fault(path, message, 'Write from = "opened", or add [stage.meeting].')
    elif {Fact.date_confirmed, Fact.meeting_held} & set(window.until):
        message = "the window counts from the meeting that it waits for"
        yield positions.fault(path, message, 'Write from = "opened".')


def _before(procedure: Procedure, stage_id: str) -> set[str]:
    """The stages that may have come before a stage."""
    onwards = leads(procedure)
    found: set[str] = set()
    todo = [stage_id]
    while todo:
        target = todo.pop()
        new = {each for each, after in onwards.items() if target in after} - found
        found |= new
        todo += new
    return found - {stage_id}


def _check_outcome(n: int, stage: Stage, rule: OutcomeRule, positions: Positions) -> Iterator[Fault]:
    for i, fact in enumerate(rule.needs):
        need: Path = ("stage", n, "outcome", "needs", i)
        yield from _check_fact(need, "the outcome needs", fact, stage, positions)
        if fact == Fact.outcome_recorded:
            yield positions.fault(need, "the outcome cannot need itself", "Take it away.")
    yield from _check_choices(n, stage, rule.choices, positions)


def _check_choices(
    n: int, stage: Stage, choices: list[OutcomeChoice], positions: Positions
) -> Iterator[Fault]:
    for i, choice in enumerate(choices):
        path = ("stage", n, "outcome", "choices", i)
        for one, other, words in (
            ("resolves", "again", "both resolve the matter and let the stage go on"),
            ("opens", "ends", "both open a stage and end the challenge"),
            ("opens", "again", "both open a stage and let this one go on"),
            ("ends", "again", "both end the challenge and let the stage go on"),
            ("opens", "resolves", "both resolve the matter and open a stage"),
        ):
            if getattr(choice, one) and getattr(choice, other):
                message = f'the outcome "{choice.id}" cannot {words}'
                yield positions.fault((*path, other), message, f"Keep {one} or {other}.")
        if choice.not_before_due and stage.window is None:
            message = f'the outcome "{choice.id}" waits for a due day, and the stage has no window'
            yield positions.fault((*path, "not_before_due"), message, "Add [stage.window], or take it away.")
    if all(choice.again for choice in choices):
        message = "every outcome lets the stage go on as it was, so it could never be settled"
        yield positions.fault(
            ("stage", n, "outcome", "choices"), message, "Take again away from at least one."
        )
