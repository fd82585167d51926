"""Who may take which step where a challenge stands, and who may use what has no stage: the one table of rights.

What decides asks this table, and what shows it to people asks the same functions: `challenge-bot access`, docs/access.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from procedures.schema import CHAIR, RAISER, Fact, Procedure, Stage
from procedures.standing import StageRun, Standing
from procedures.steps import FACT_OF_STEP

CONCERNED = "concerned"
"""Everybody who has or had a part in the challenge."""

OWNER = "owner"
"""Whoever an action belongs to."""

OVERSEER = "overseer"
"""Whoever holds a role that oversees, for the team of the challenge or a unit above it."""

ALWAYS = ("noted", "reassigned", "action_done")

AFTER_THE_END = ("action_done",)
"""What may still be done once a challenge has ended."""

Right = Callable[[Procedure, Stage, str], tuple[str, ...]]

_MEETING = ("date_proposed", "date_confirmed", "meeting_cancelled", "meeting_held", "considered", "invited")


def who_may(procedure: Procedure, standing: Standing | None, kind: str, name: str = "") -> tuple[str, ...]:
    """The roles that may take a step of this kind where the challenge stands: role ids, `raiser`, `owner` or `concerned`.

    `name` says which form or which route beside the stages; without it, all those who may fill in any of them. Empty when the present
    stage has no such step. This is the one table of rights; the people are found from the record.
    """
    if kind == "raised" or standing is None:
        return holding(procedure, "raise")
    return who_may_at(procedure, standing.now.stage, kind, name)


def who_may_at(procedure: Procedure, stage: Stage, kind: str, name: str = "") -> tuple[str, ...]:
    """The same for any stage of a procedure, whatever has happened there."""
    return _AT[kind](procedure, stage, name)


def holding(procedure: Procedure, what: str) -> tuple[str, ...]:
    """The roles whose holders may do what needs no part in a challenge: one of BY_ROLE. Empty where the procedure has no such thing."""
    return _once(*BY_ROLE[what](procedure))


def _turns(procedure: Procedure) -> Iterable[str]:
    return (role for role, data in procedure.role.items() if data.rota is not None)


def _named_by(procedure: Procedure) -> Iterable[str]:
    return (role for data in procedure.role.values() if data.rota is not None for role in data.rota.named_by)


BY_ROLE: Mapping[str, Callable[[Procedure], Iterable[str]]] = {
    "raise": lambda procedure: (
        *procedure.raising.by,
        *(role for way in procedure.ways for role in way.by),
    ),
    "oversee": lambda procedure: (role for role, data in procedure.role.items() if data.oversees),
    "take turns": _turns,
    "name": _named_by,
    "report": lambda procedure: (role for report in procedure.report for role in report.by),
    "concern": lambda procedure: () if procedure.concern is None else procedure.concern.by,
    "plans": lambda procedure: (each.raiser for each in procedure.trigger if each.raiser in procedure.role),
}
"""By role alone, held for any unit: raising, seeing the list of a unit and below it, taking turns, naming somebody for a turn, having a
report, raising a private concern, seeing the children on plans for whom a record opens in the role's name."""


def _answering(kind: str) -> Right:
    def right(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
        window = stage.window
        return (window.on,) if window is not None and FACT_OF_STEP[kind] in window.until else ()

    return right


def _meeting(kind: str) -> Right:
    """Who sets, calls off and prepares the meeting: whom the window waits for, whom the file names, or else the chair."""
    return lambda procedure, stage, name: _at_meeting(stage, kind)


def _at_meeting(stage: Stage, kind: str) -> tuple[str, ...]:
    meeting, window = stage.meeting, stage.window
    if meeting is None:
        return ()
    if kind == "date_proposed":
        return _once(RAISER, *stage.to, meeting.chair, *meeting.attend, *meeting.by)
    if window is not None and Fact.date_confirmed in window.until:
        setting: tuple[str, ...] = (window.on, *meeting.by)
    else:
        setting = tuple(meeting.by) or (meeting.chair,)
    if kind == "invited" and meeting.adds:
        return _once(meeting.chair, *meeting.adds)
    return _once(*setting) if kind == "date_confirmed" else _once(meeting.chair, *setting)


def _outcome(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    return () if stage.outcome is None else _chaired(stage, stage.outcome.by)


def _form(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    return _chaired(stage, (role for form in stage.form if name in ("", form.id) for role in form.by))


def _decision(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    return () if stage.approval is None else tuple(stage.approval.by)


def _actions(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    return () if stage.actions is None else _chaired(stage, stage.actions.by)


def _beside(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    return _once(*(role for side in procedure.side if name in ("", side.id) for role in side.by))


def _clock(procedure: Procedure, stage: Stage, name: str) -> tuple[str, ...]:
    window = stage.window
    return () if window is None or window.stop_clock is None else _chaired(stage, window.stop_clock.by)


_AT: Mapping[str, Right] = {
    "acknowledged": _answering("acknowledged"),
    "actions_completed": _answering("actions_completed"),
    **{kind: _meeting(kind) for kind in _MEETING},
    "outcome_recorded": _outcome,
    "form_recorded": _form,
    "decided": _decision,
    "action_agreed": _actions,
    "action_done": lambda procedure, stage, name: (OWNER, *_actions(procedure, stage, name)),
    "clock_stopped": _clock,
    "clock_started": _clock,
    "side_opened": _beside,
    "side_closed": _beside,
    "escalated": lambda procedure, stage, name: (RAISER,),
    "resolved": lambda procedure, stage, name: tuple(procedure.resolve.by),
    "withdrawn": lambda procedure, stage, name: tuple(procedure.withdraw.by),
    "noted": lambda procedure, stage, name: (CONCERNED,),
    "reassigned": lambda procedure, stage, name: _once(
        RAISER, *stage.to, *holding(procedure, "oversee"), OVERSEER
    ),
}
"""For each kind of step who may take it at a stage."""


def _chaired(stage: Stage, roles: Iterable[str]) -> tuple[str, ...]:
    chair = stage.meeting.chair if stage.meeting is not None else None
    return _once(*(chair if role == CHAIR and chair is not None else role for role in roles))


def waits_for(run: StageRun) -> tuple[str, ...]:
    """The roles that the stage's window still waits for: those who may record what is missing, else the one it is on."""
    stage = run.stage
    if stage.window is None:
        return ()
    found: list[str] = []
    for fact in run.missing:
        form = stage.forms.get(fact)
        if form is not None:
            found += [role for role in form.by if not (form.each and run.answered_by(fact, role))]
        elif fact == Fact.approved and stage.approval is not None:
            found += [role for role in stage.approval.by if role not in run.decisions]
        else:
            found.append(stage.window.on)
    return _once(*_chaired(stage, found))


def parts_for_work(stage: Stage) -> tuple[str, ...]:
    """The roles that have something to record at a stage, whether or not they are asked, told or at its meeting."""
    roles: list[str] = [] if stage.outcome is None else list(stage.outcome.by)
    roles += [role for form in stage.form for role in form.by]
    roles += [] if stage.approval is None else stage.approval.by
    roles += [] if stage.actions is None else stage.actions.by
    roles += [] if stage.meeting is None else [*stage.meeting.by, *stage.meeting.adds]
    window = stage.window
    roles += [] if window is None or window.stop_clock is None else window.stop_clock.by
    return tuple(role for role in _once(*roles) if role not in (RAISER, CHAIR))


def _once(*roles: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
