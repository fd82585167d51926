"""How a stage is answered: its window, its outcome, its decision, its discussions."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.consistency.order import leads
from procedures.faults import Fault, did_you_mean
from procedures.positions import Positions
from procedures.schema import RAISER, Fact, OutcomeChoice, Procedure, Stage, TimeLimit

_NEEDS = {
    Fact.date_confirmed: ("the date of a meeting", "meeting"),
    Fact.meeting_held: ("a meeting", "meeting"),
    Fact.outcome_recorded: ("an outcome", "outcome"),
    Fact.approved: ("a decision", "approval"),
}


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Stages that nobody could answer, windows that could never be met, outcomes that contradict themselves."""
    for n, stage in enumerate(procedure.stage):
        answered = stage.window or stage.outcome or stage.approval or stage.form
        if not answered and not any(lead.otherwise for lead in stage.leads):
            message = f'the stage "{stage.id}" has neither a window nor an outcome, an approval or a form, so it could never be answered'
            yield positions.fault(("stage", n), message, "Add [stage.window] or [stage.outcome].")
        if stage.window is not None:
            yield from _check_window(procedure, n, stage, stage.window, positions)
        if stage.outcome is not None:
            yield from _check_outcome(n, stage.outcome.choices, positions)
            yield from _check_before_outcome(n, stage, positions)
        if stage.approval is not None:
            for i, role in enumerate(stage.approval.by):
                if role in procedure.role and role not in stage.to:
                    message = f'the decision is for "{role}", who is not asked at this stage'
                    path = ("stage", n, "approval", "by", i)
                    yield positions.fault(path, message, "Add the role to the stage's to.")


def _check_window(
    procedure: Procedure, n: int, stage: Stage, window: TimeLimit, positions: Positions
) -> Iterator[Fault]:
    if window.on not in stage.to and (window.on in procedure.role or window.on == RAISER):
        message = f'the window is on "{window.on}", who is not asked at this stage'
        yield positions.fault(("stage", n, "window", "on"), message, "Add the role to the stage's to.")
    for i, fact in enumerate(window.until):
        path = ("stage", n, "window", "until", i)
        if fact in stage.forms:
            continue
        if fact not in set(Fact):
            allowed = [*map(str, Fact), *stage.forms]
            message = f'"{fact}" is neither a fact nor a form of this stage'
            yield positions.fault(path, message, did_you_mean(fact, allowed, noun="What can be waited for"))
            continue
        what, key = _NEEDS.get(Fact(fact), ("", ""))
        if key and getattr(stage, key) is None:
            message = f"the window waits for {what}, and the stage has none"
            yield positions.fault(path, message, f"Add [stage.{key}].")
        if fact == Fact.actions_completed and not procedure.raising.actions and stage.actions is None:
            message = "the window waits for agreed actions, and none are asked for when a challenge is raised"
            yield positions.fault(
                path, message, 'Take actions = "" away from [raise], or wait for something else.'
            )
    if window.from_ == "meeting":
        yield from _check_meeting_before(procedure, n, stage, window, positions)


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


def _check_before_outcome(n: int, stage: Stage, positions: Positions) -> Iterator[Fault]:
    """What must come before the outcome can be recorded at this stage, and what it waits for can come."""
    needs = [] if stage.outcome is None else stage.outcome.needs
    allowed = [*(str(fact) for fact in Fact if fact is not Fact.outcome_recorded), *stage.forms]
    for i, fact in enumerate(needs):
        path = ("stage", n, "outcome", "needs", i)
        if fact not in allowed:
            message = (
                f'"{fact}" is neither a fact nor a form of this stage that could come before its outcome'
            )
            yield positions.fault(path, message, did_you_mean(fact, allowed, noun="What can come first"))
        elif fact == Fact.meeting_held and stage.meeting is None:
            message = "the outcome waits for a meeting, and the stage has none"
            yield positions.fault(path, message, "Add [stage.meeting].")
    for i, choice in enumerate([] if stage.outcome is None else stage.outcome.choices):
        if choice.not_before_due and stage.window is None:
            message = f'the outcome "{choice.id}" waits for the due day, and the stage has no window'
            yield positions.fault(("stage", n, "outcome", "choices", i), message, "Add [stage.window].")
    kinds = [] if stage.actions is None else [kind.id for kind in stage.actions.kinds]
    for i, kind in enumerate([] if stage.actions is None else stage.actions.at_least_one):
        if kind not in kinds:
            path = ("stage", n, "actions", "at_least_one", i)
            message = f'"{kind}" is not among the kinds of action here'
            yield positions.fault(path, message, did_you_mean(kind, kinds, noun="Kinds"))


def _check_outcome(n: int, choices: list[OutcomeChoice], positions: Positions) -> Iterator[Fault]:
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
    if all(choice.again for choice in choices):
        message = "every outcome lets the stage go on as it was, so it could never be settled"
        yield positions.fault(
            ("stage", n, "outcome", "choices"), message, "Take again away from at least one."
        )
