"""The engine: where a challenge stands, what may happen next, and what follows from it.

Pure: it reads a procedure and the entries of a record, and decides. It knows no chat, no database and no clock. Its parts, in the
order in which a step passes through them: `standing`, `rights`, `checks`, `consequences`, `tasks`.
"""

from procedures.checks import AlreadyDone, BadStep, Circumstances, NotNow, check, not_here, openable
from procedures.consequences import (
    EVERYBODY,
    CloseWindow,
    Consequence,
    MeetingSet,
    OpenStage,
    Tell,
    consequences,
)
from procedures.rights import CONCERNED, who_may
from procedures.standing import Meeting, StageRun, Standing, Status, fold, follow
from procedures.tasks import Task, tasks

__all__ = [
    "CONCERNED",
    "EVERYBODY",
    "AlreadyDone",
    "BadStep",
    "Circumstances",
    "CloseWindow",
    "Consequence",
    "Meeting",
    "MeetingSet",
    "NotNow",
    "OpenStage",
    "StageRun",
    "Standing",
    "Status",
    "Task",
    "Tell",
    "check",
    "consequences",
    "fold",
    "follow",
    "not_here",
    "openable",
    "tasks",
    "who_may",
]
