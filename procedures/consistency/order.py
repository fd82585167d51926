"""The order of the stages: every one can be reached, every record can be ended."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.consistency.naming import opened_by, stages_named
from procedures.faults import Fault, listed
from procedures.positions import Positions
from procedures.schema import RAISER, Procedure, Stage, When


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Stages that follow what does not come before them, that nothing leads to, that could never be opened or left."""
    if RAISER not in {*procedure.resolve.by, *procedure.withdraw.by}:
        message = (
            "whoever raised a challenge could not end it: resolve and withdraw are both for others alone"
        )
        yield positions.fault(("withdraw", "by"), message, f'Add "{RAISER}" to one of them.')
    yield from _check_after(procedure, positions)
    yield from _check_reached(procedure, positions)
    for n, stage in enumerate(procedure.stage):
        yield from _check_openable(procedure, n, stage, positions)
        yield from _check_opened_alone(procedure, n, stage, positions)


def _check_after(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    ids = [stage.id for stage in procedure.stage]
    for n, stage in enumerate(procedure.stage):
        for i, before in enumerate(stage.after):
            if before in ids and ids.index(before) >= n:
                message = f'"{stage.id}" follows "{before}", which does not come before it in the file'
                hint = (
                    "Put the stages in their order; a stage cannot lead back, but an outcome can, with opens."
                )
                yield positions.fault(("stage", n, "after", i), message, hint)
        if n and stage.after and not stage.opens:
            message = f'the stage "{stage.id}" does not say when it may be opened'
            yield positions.fault(("stage", n), message, f"Add opens with one or more of: {', '.join(When)}.")
        if stage.opens and not stage.after and n and procedure.order == "in_order":
            message = f'the stage "{stage.id}" says when it may be opened, and not which stage it follows'
            yield positions.fault(
                ("stage", n, "opens"), message, 'Add after, for example after = ["stage-1"].'
            )
    if procedure.stage[0].after:
        hint = "Leave after out, or move the stage."
        yield positions.fault(("stage", 0, "after"), "the first stage follows no other", hint)


def beginnings(procedure: Procedure) -> set[str]:
    """The stages at which a record can begin."""
    return {way.stage for way in procedure.ways} | {trigger.opens for trigger in procedure.trigger}


def leads(procedure: Procedure) -> dict[str, set[str]]:
    """The stages that each stage can go on to, by hand or by itself."""
    found: dict[str, set[str]] = {stage.id: set() for stage in procedure.stage}
    for n, stage in enumerate(procedure.stage):
        found[stage.id] |= {opened for _, opened in opened_by(n, stage)} & found.keys()
        for before in found.keys() & set(stage.after):
            found[before].add(stage.id)
    if procedure.order == "any":
        found = {stage: set(found) - {stage} for stage in found}
    return found


def reached(procedure: Procedure) -> set[str]:
    """The stages to which some way leads."""
    onwards = leads(procedure)
    found = beginnings(procedure) & onwards.keys()
    todo = list(found)
    while todo:
        new = onwards[todo.pop()] - found
        found |= new
        todo += new
    return found


def _check_reached(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Of stages that only lead to each other, the first is named: the rest follow from it."""
    if any(stage not in procedure.stages for _, stage in stages_named(procedure)):
        return  # said at each of them; what follows from it would only confuse
    found, onwards = reached(procedure), leads(procedure)
    blamed: set[str] = set()
    for n, stage in enumerate(procedure.stage):
        if stage.id in found | blamed:
            continue
        before = sorted(each for each, after in onwards.items() if stage.id in after and each != stage.id)
        todo = [stage.id]
        while todo:
            each = todo.pop()
            if each not in blamed:
                blamed.add(each)
                todo += onwards[each]
        earlier = {each.id for each in procedure.stage[:n]}
        if (stage.after and not earlier & set(stage.after)) or (stage.opens and not stage.after):
            continue  # what is wrong with its after or opens is said there
        message = f'nothing leads to the stage "{stage.id}"'
        hint = 'Say which stage it follows, for example after = ["stage-1"], or let a way in or an outcome open it.'
        if before:
            message = f'the stage "{stage.id}" can never be reached: only {listed(before)} leads there, and nothing leads to that'
        yield positions.fault(("stage", n), message, hint)


def _check_openable(procedure: Procedure, n: int, stage: Stage, positions: Positions) -> Iterator[Fault]:
    """Whether what opens the stage by hand can ever happen at one of those that it follows."""
    before = [procedure.stages[id_] for id_ in stage.after if id_ in procedure.stages]
    if not before or not stage.opens:
        return
    possible: set[When] = {When.any_time}
    for each in before:
        possible |= can_happen(each)
    if not possible & set(stage.opens):
        message = f'the stage "{stage.id}" can never be opened: nothing in its opens can happen at {" or ".join(stage.after)}'
        yield positions.fault(
            ("stage", n, "opens"), message, f"What can happen there: {', '.join(sorted(possible))}."
        )


def can_happen(stage: Stage) -> set[When]:
    """What can happen at a stage, after which a later one may be opened by hand."""
    found: set[When] = set()
    if stage.window is not None:
        found |= {When.answered, When.lapsed}
    if stage.outcome is not None:
        found.add(When.answered)
        if not all(choice.resolves or choice.ends or choice.opens for choice in stage.outcome.choices):
            found.add(When.unresolved)
    if stage.form or stage.approval is not None:
        found.add(When.answered)
    if stage.meeting is not None:
        found.add(When.held)
    return found


def _check_opened_alone(procedure: Procedure, n: int, stage: Stage, positions: Positions) -> Iterator[Fault]:
    """What opens by itself cannot ask anybody anything first."""
    for path, opened in opened_by(n, stage):
        target = procedure.stages.get(opened)
        if target is None:
            continue
        if target.consulted is not None:
            message = f'"{opened}" would open by itself, and needs discussions before it is opened'
            hint = (
                f'Let the raiser open it by hand (after and opens), or take consulted away from "{opened}".'
            )
            yield positions.fault(path, message, hint)
        asked = next((field for field in target.field if field.required), None)
        if asked is not None:
            message = f'"{opened}" would open by itself, and its field "{asked.id}" must be filled in before it is opened'
            yield positions.fault(
                path, message, "Write required = false there, or ask for it in a form of the stage."
            )
        if opened == stage.id and path[2] in ("approval", "leads"):
            what = "decision" if path[2] == "approval" else "answer"
            message = f'the {what} at "{opened}" would only open "{opened}" again'
            yield positions.fault(path, message, "Name the stage that follows.")
