"""The engine: where a challenge stands, what may happen next, and what follows from it.

Pure: it reads a procedure and the entries of a record, and decides. It knows no chat, no database and no clock. Its parts, in the
order in which a step passes through them: `standing`, `rights`, `checks` (with `opening_checks`, `meeting_checks` and `own_fields`),
`warnings`, `consequences`, `tasks`.
"""

from procedures.checks import check, not_here
from procedures.consequences import (
    EVERYBODY,
    ActionChanged,
    CloseWindow,
    Consequence,
    Include,
    MeetingSet,
    OpenStage,
    ReopenWindow,
    StartWindow,
    Tell,
    TurnClock,
    by_itself,
    consequences,
    window_starts,
)
from procedures.meeting_checks import before_outcome, expected, missing_actions
from procedures.opening_checks import openable, skipped
from procedures.refusals import AlreadyDone, BadStep, Circumstances, NotNow
from procedures.rights import (
    AFTER_THE_END,
    CONCERNED,
    OVERSEER,
    OWNER,
    holding,
    parts_for_work,
    waits_for,
    who_may,
    who_may_at,
)
from procedures.standing import Action, Meeting, SideRoute, StageRun, Standing, Status, fold, follow
from procedures.tasks import Task, tasks
from procedures.warnings import warnings

__all__ = [
    "AFTER_THE_END",
    "CONCERNED",
    "EVERYBODY",
    "OVERSEER",
    "OWNER",
    "Action",
    "ActionChanged",
    "AlreadyDone",
    "BadStep",
    "Circumstances",
    "CloseWindow",
    "Consequence",
    "Include",
    "Meeting",
    "MeetingSet",
    "NotNow",
    "OpenStage",
    "ReopenWindow",
    "SideRoute",
    "StageRun",
    "Standing",
    "StartWindow",
    "Status",
    "Task",
    "Tell",
    "TurnClock",
    "before_outcome",
    "by_itself",
    "check",
    "consequences",
    "expected",
    "fold",
    "follow",
    "holding",
    "missing_actions",
    "not_here",
    "openable",
    "parts_for_work",
    "skipped",
    "tasks",
    "waits_for",
    "warnings",
    "who_may",
    "who_may_at",
    "window_starts",
]
