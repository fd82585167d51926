"""What somebody could do on a challenge as it stands: the table of rights, narrowed to what there is to do."""

from __future__ import annotations

from collections.abc import Callable

from commands.desk import Desk
from commands.record import Record
from procedures.engine import AFTER_THE_END, Action, SideRoute, StageRun, Status, who_may
from procedures.schema import FormRule, Side
from procedures.steps import ActionDone, FormRecorded, SideClosed, SideOpened, Step


def may(desk: Desk, record: Record, kind: str, step: Step | None = None) -> bool:
    """Whether the person may take a step of this kind, or this very one, on the challenge as it stands."""
    ended = record.standing.status is not Status.open
    return (not ended or kind in AFTER_THE_END) and desk.may(record, kind, step)


def could(desk: Desk, record: Record, kind: str) -> bool:
    """Whether the person may take such a step, and there is something to take it on."""
    if kind == "action_done":
        return bool(own_actions(desk, record))
    if kind == "clock":
        return could(desk, record, "clock_stopped") or could(desk, record, "clock_started")
    if kind == "side":
        return bool(sides_to_open(desk, record) or sides_to_close(desk, record))
    there_is = _THERE_IS.get(kind)
    return may(desk, record, kind) and (there_is is None or there_is(desk, record))


def held_roles(desk: Desk, record: Record, roles: tuple[str, ...]) -> list[str]:
    """Those of the roles that the person holds at the present stage, or covers for."""
    emails = {desk.actor.email, *desk.covered}
    return [role for role in roles if emails & set(record.holders((role,)))]


def deciding_roles(desk: Desk, record: Record) -> list[str]:
    """The parts of the person whose decision on the request is still awaited."""
    run = record.standing.now
    if run.stage.approval is None or run.approved is not None:
        return []
    waiting = tuple(role for role in run.stage.approval.by if role not in run.decisions)
    return held_roles(desk, record, waiting)


def forms_to_fill(desk: Desk, record: Record) -> list[tuple[FormRule, str]]:
    """The forms that the person could fill in now, each with the part for which it is, where each part has its own."""
    run, found = record.standing.now, list[tuple[FormRule, str]]()
    for rule in run.stage.form:
        roles = held_roles(desk, record, who_may(record.procedure, record.standing, "form_recorded", rule.id))
        if rule.each:
            open_for = [role for role in roles if rule.again or not run.answered_by(rule.id, role)]
            found += [(rule, role) for role in open_for]
        elif roles and (rule.again or rule.id not in run.forms):
            found.append((rule, ""))
    return [each for each in found if may(desk, record, "form_recorded", _form_step(*each))]


def _form_step(rule: FormRule, role: str) -> FormRecorded:
    return FormRecorded(form=rule.id, role=role, values={})


def own_actions(desk: Desk, record: Record) -> list[Action]:
    """The actions still to be done that the person may record as done."""
    waiting = [action for action in record.standing.actions if action.done is None]
    return [
        each for each in waiting if may(desk, record, "action_done", ActionDone(action=each.entry.number))
    ]


def sides_to_open(desk: Desk, record: Record) -> list[Side]:
    """The routes beside the stages that the person could take now."""
    running = {route.side.id for route in record.standing.sides if route.closed is None}
    free = [side for side in record.procedure.side if side.id not in running]
    return [each for each in free if may(desk, record, "side_opened", SideOpened(side=each.id, outline="-"))]


def sides_to_close(desk: Desk, record: Record) -> list[SideRoute]:
    """The routes taken whose result the person could record."""
    waiting = [route for route in record.standing.sides if route.closed is None]
    return [
        each
        for each in waiting
        if may(desk, record, "side_closed", SideClosed(opened=each.entry.number, result="-"))
    ]


def _meeting_to_come(run: StageRun) -> bool:
    return run.stage.meeting is not None and run.held is None and not run.settled


def _date_set(run: StageRun) -> bool:
    return (
        _meeting_to_come(run) and run.meeting is not None and run.meeting.state in ("proposed", "confirmed")
    )


_THERE_IS: dict[str, Callable[[Desk, Record], bool]] = {
    "decided": lambda desk, record: bool(deciding_roles(desk, record)),
    "form_recorded": lambda desk, record: bool(forms_to_fill(desk, record)),
    "meeting_cancelled": lambda desk, record: _date_set(record.standing.now),
    "meeting_held": lambda desk, record: _meeting_to_come(record.standing.now),
    "considered": lambda desk, record: _meeting_to_come(record.standing.now),
    "invited": lambda desk, record: _meeting_to_come(record.standing.now),
    "clock_stopped": lambda desk, record: (
        record.standing.now.clock is None
        and bool(record.standing.now.missing)
        and not record.standing.now.settled
    ),
    "clock_started": lambda desk, record: record.standing.now.clock is not None,
}
