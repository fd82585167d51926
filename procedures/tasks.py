"""What an open challenge waits for: for whom, by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from procedures.checks import Circumstances, openable
from procedures.rights import who_may
from procedures.schema import RAISER, Fact, Procedure
from procedures.standing import Standing, Status


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody: for whom (roles, parts or `raiser`), what, by which day (None: no date), which command does it."""

    to: tuple[str, ...]
    what: str
    command: str
    day: date | None = None
    late: bool = False


def tasks(
    procedure: Procedure, standing: Standing, due_day: date | None, circumstances: Circumstances
) -> list[Task]:
    """What an open challenge waits for, most pressing first; none once it has ended. There is always at least one while it is open."""
    if standing.status is not Status.open:
        return []
    run = standing.now
    found: list[Task] = []
    window = run.stage.window
    if window is not None and run.missing and not run.settled:
        command = {
            Fact.acknowledged: "acknowledge",
            Fact.actions_completed: "confirm",
            Fact.date_confirmed: "schedule",
        }
        words = {
            Fact.acknowledged: "Acknowledge the concerns",
            Fact.actions_completed: "Confirm that the agreed actions are completed",
            Fact.date_confirmed: "Confirm the date of the meeting",
        }
        found += [
            Task((window.on,), words[fact], command[fact], due_day, circumstances.lapsed)
            for fact in run.missing
        ]
    found += [
        task
        for task in (_meeting_task(procedure, standing), _outcome_task(procedure, standing, circumstances))
        if task is not None
    ]
    judgement = _judgement(procedure, standing, circumstances)
    if judgement is not None or not found:
        found.append(judgement or _decide(procedure, standing, circumstances, "", None))
    return found


def _meeting_task(procedure: Procedure, standing: Standing) -> Task | None:
    """A meeting whose date nothing else asks for: the window waits for something else, or the meeting did not take place."""
    run = standing.now
    if run.stage.meeting is None or run.settled or Fact.date_confirmed in run.missing:
        return None
    state = run.meeting.state if run.meeting is not None else ""
    if state == "confirmed":
        return None
    words = {
        "": "Set the date of the meeting",
        "proposed": "Confirm the date of the meeting",
        "not_held": "Set a new date: the meeting did not take place",
    }
    return Task(who_may(procedure, standing, "date_confirmed"), words[state], "schedule")


def _outcome_task(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Task | None:
    run = standing.now
    if run.stage.outcome is None or run.settled:
        return None
    to = tuple(role for role in who_may(procedure, standing, "outcome_recorded") if role != RAISER) or (
        RAISER,
    )
    if run.stage.meeting is None:
        return Task(to, "Record the outcome", "outcome")
    meeting = run.meeting
    if meeting is None or meeting.state != "confirmed":
        return None
    what = f"Record the outcome of the meeting of {meeting.day.day} {meeting.day:%B}"
    return Task(to, what, "outcome", meeting.day, meeting.day < circumstances.today)


def _judgement(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Task | None:
    """What waits for the raiser, who alone decides whether to go further, or for whoever else may resolve it."""
    run = standing.now
    if run.settled and run.outcome is not None:
        if run.outcome.resolves:
            what = "Resolve the challenge: its concerns are recorded as resolved"
            return Task(tuple(procedure.resolve.by), what, "resolve")
        return _decide(procedure, standing, circumstances, "No resolution was reached", None)
    if circumstances.lapsed and run.missing:
        return _decide(procedure, standing, circumstances, "No full answer in time", circumstances.today)
    if run.window_met and run.stage.meeting is None and run.stage.outcome is None:
        return Task(tuple(procedure.resolve.by), "Answered: decide whether this resolves it", "resolve")
    return None


def _decide(
    procedure: Procedure, standing: Standing, circumstances: Circumstances, why: str, day: date | None
) -> Task:
    """To take it further, where a stage could be opened now, or else to end it."""
    lead = f"{why}: " if why else ""
    if openable(procedure, standing, circumstances, False):
        return _capital(Task((RAISER,), f"{lead}decide whether to take it further", "escalate", day))
    return _capital(Task(tuple(procedure.resolve.by), f"{lead}decide whether it is resolved", "resolve", day))


def _capital(task: Task) -> Task:
    return replace(task, what=task.what[:1].upper() + task.what[1:])
