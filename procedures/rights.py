"""Who may take which step where a challenge stands: the one table of rights."""

from __future__ import annotations

from collections.abc import Iterable

from procedures.schema import CHAIR, RAISER, Fact, Procedure, Stage
from procedures.standing import StageRun, Standing
from procedures.steps import FACT_OF_STEP

CONCERNED = "concerned"
"""Everybody who has or had a part in the challenge."""

OWNER = "owner"
"""Whoever an action belongs to."""

ALWAYS = ("noted", "reassigned", "action_done")

_MEETING = ("date_proposed", "date_confirmed", "meeting_cancelled", "meeting_held", "considered", "invited")


def who_may(procedure: Procedure, standing: Standing | None, kind: str, name: str = "") -> tuple[str, ...]:
    """The roles that may take a step of this kind where the challenge stands: role ids, `raiser`, `owner` or `concerned`.

    `name` says which form or which route beside the stages; without it, all those who may fill in any of them. Empty when the present
    stage has no such step. This is the one table of rights; the people are found from the record.
    """
    if kind == "raised" or standing is None:
        return _once(*procedure.raising.by, *(role for way in procedure.ways for role in way.by))
    stage = standing.now.stage
    if kind in ("acknowledged", "actions_completed"):
        window = stage.window
        return (window.on,) if window is not None and FACT_OF_STEP[kind] in window.until else ()
    if kind in _MEETING:
        return _meeting(stage, kind)
    table: dict[str, tuple[str, ...]] = {
        "outcome_recorded": () if stage.outcome is None else _chaired(stage, stage.outcome.by),
        "form_recorded": _chaired(
            stage, (role for form in stage.form if name in ("", form.id) for role in form.by)
        ),
        "decided": () if stage.approval is None else tuple(stage.approval.by),
        "action_agreed": () if stage.actions is None else _chaired(stage, stage.actions.by),
        "action_done": (OWNER, *(() if stage.actions is None else _chaired(stage, stage.actions.by))),
        "clock_stopped": _clock(stage),
        "clock_started": _clock(stage),
        "side_opened": _once(*(role for side in procedure.side if name in ("", side.id) for role in side.by)),
        "side_closed": _once(*(role for side in procedure.side if name in ("", side.id) for role in side.by)),
        "escalated": (RAISER,),
        "resolved": tuple(procedure.resolve.by),
        "withdrawn": tuple(procedure.withdraw.by),
        "noted": (CONCERNED,),
        "reassigned": _once(
            RAISER, *stage.to, *(role for role, data in procedure.role.items() if data.oversees)
        ),
    }
    return table[kind]


def _meeting(stage: Stage, kind: str) -> tuple[str, ...]:
    """Who sets, calls off and prepares the meeting: whom the window waits for, whom the file names, or else the chair."""
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


def _clock(stage: Stage) -> tuple[str, ...]:
    window = stage.window
    return () if window is None or window.stop_clock is None else _chaired(stage, window.stop_clock.by)


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
