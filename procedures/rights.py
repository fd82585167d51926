"""Who may take which step where a challenge stands: the one table of rights."""

from __future__ import annotations

from collections.abc import Iterable

from procedures.schema import CHAIR, RAISER, Fact, Procedure, Stage
from procedures.standing import Standing
from procedures.steps import (
    FACT_OF_STEP,
)

CONCERNED = "concerned"
"""Everybody who has or had a part in the challenge."""

ALWAYS = ("noted", "reassigned")


def who_may(procedure: Procedure, standing: Standing | None, kind: str) -> tuple[str, ...]:
    """The roles that may take a step of this kind where the challenge stands: role ids, `raiser`, `chair` or `concerned`.

    Empty when the present stage has no such step. This is the one table of rights; the people are found from the record.
    """
    if kind == "raised" or standing is None:
        return tuple(procedure.raising.by)
    stage = standing.now.stage
    meeting = stage.meeting
    on = (stage.window.on,) if stage.window is not None else ()
    until = stage.window.until if stage.window is not None else []
    if kind in ("acknowledged", "actions_completed"):
        return on if FACT_OF_STEP[kind] in until else ()
    if kind == "date_confirmed":
        if meeting is None:
            return ()
        return on if Fact.date_confirmed in until else (meeting.chair,)
    if kind == "date_proposed":
        return () if meeting is None else _once(RAISER, *stage.to, meeting.chair, *meeting.attend)
    table: dict[str, tuple[str, ...]] = {
        "outcome_recorded": () if stage.outcome is None else _chaired(stage, stage.outcome.by),
        "escalated": (RAISER,),
        "resolved": tuple(procedure.resolve.by),
        "withdrawn": tuple(procedure.withdraw.by),
        "noted": (CONCERNED,),
        "reassigned": _once(
            RAISER, *stage.to, *(role for role, data in procedure.role.items() if data.oversees)
        ),
    }
    return table[kind]


def _chaired(stage: Stage, roles: Iterable[str]) -> tuple[str, ...]:
    chair = stage.meeting.chair if stage.meeting is not None else None
    return _once(*(chair if role == CHAIR and chair is not None else role for role in roles))


def _once(*roles: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))
