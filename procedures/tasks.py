"""What an open challenge waits for: for whom, by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from procedures.meeting_checks import missing_actions
from procedures.opening_checks import openable
from procedures.refusals import Circumstances
from procedures.rights import who_may
from procedures.schema import RAISER, Fact, Procedure
from procedures.standing import StageRun, Standing, Status


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody: for whom (roles, parts or `raiser`; `emails` for people by their address), what, by which
    day (None: no date), which command does it, and `name`, the form, route or action that it is about."""

    to: tuple[str, ...]
    what: str
    command: str
    day: date | None = None
    late: bool = False
    name: str = ""
    emails: tuple[str, ...] = ()


_COMMANDS = {
    Fact.acknowledged: ("acknowledge", "Acknowledge the concerns"),
    Fact.actions_completed: ("confirm", "Confirm that the agreed actions are completed"),
    Fact.date_confirmed: ("schedule", "Confirm the date of the meeting"),
}


def tasks(
    procedure: Procedure, standing: Standing, due_day: date | None, circumstances: Circumstances
) -> list[Task]:
    """What an open challenge waits for, most pressing first; none once it has ended. There is always at least one while it is open."""
    if standing.status is not Status.open:
        return []
    run = standing.now
    found = list(_of_window(procedure, standing, due_day, circumstances))
    known = {(task.command, task.name) for task in found}
    first = list(_before_outcome(procedure, standing, circumstances))
    others = (
        _decision_task(run, None, False),
        _meeting_task(procedure, standing),
        *first,
        None if first else _outcome_task(procedure, standing, circumstances),
        *_form_tasks(run),
        _considered_task(procedure, run),
        _clock_task(procedure, standing),
    )
    found += [task for task in others if task is not None and (task.command, task.name) not in known]
    judgement = _judgement(procedure, standing, circumstances)
    if judgement is not None or not found:
        found.append(judgement or _decide(procedure, standing, circumstances, "", None))
    return [*found, *_beside(procedure, standing, circumstances)]


def _of_window(
    procedure: Procedure, standing: Standing, due_day: date | None, circumstances: Circumstances
) -> Iterator[Task]:
    """A task for each fact that the window still waits for."""
    run, window = standing.now, standing.now.stage.window
    if window is None or run.settled:
        return
    for fact in run.missing:
        task: Task | None
        if fact in run.stage.forms:
            task = _form_task(run, fact)
        elif fact == Fact.approved:
            task = _decision_task(run, due_day, circumstances.lapsed)
        elif fact == Fact.meeting_held:
            task = _meeting_or_holding(procedure, standing)
        elif fact == Fact.outcome_recorded:
            task = _outcome_task(procedure, standing, circumstances) or _meeting_task(procedure, standing)
        else:
            command, words = _COMMANDS[Fact(fact)]
            task = Task((window.on,), words, command)
        if task is not None:
            yield replace(task, day=due_day, late=circumstances.lapsed)


def _form_task(run: StageRun, id_: str) -> Task:
    form = run.stage.forms[id_]
    by = tuple(role for role in form.by if not (form.each and run.answered_by(id_, role)))
    return Task(by, f"Fill in “{form.title}”", "fill", name=id_)


def _form_tasks(run: StageRun) -> Iterator[Task]:
    """Forms that no window waits for: those that prepare the meeting, and those that are all that the stage asks for."""
    stage = run.stage
    alone = stage.window is None and stage.outcome is None and stage.approval is None
    for form in stage.form:
        before_meeting = form.before_meeting and run.held is None
        if form.id not in run.facts and (before_meeting or alone):
            task = _form_task(run, form.id)
            day = run.meeting.day if before_meeting and run.meeting is not None else None
            yield replace(task, day=day)


def _before_outcome(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Iterator[Task]:
    """What must be recorded before the outcome can be: from the day of the meeting on, where there is one."""
    run = standing.now
    rule, meeting = run.stage.outcome, run.meeting
    if rule is None or run.settled:
        return
    confirmed = meeting is not None and meeting.state == "confirmed" and meeting.day <= circumstances.today
    if run.stage.meeting is not None and run.held is None and not confirmed:
        return
    if Fact.meeting_held in rule.needs and run.held is None:
        yield _holding_task(procedure, standing)
    yield from (_form_task(run, id_) for id_ in rule.needs if id_ in run.stage.forms and id_ not in run.facts)
    for words in missing_actions(standing):
        yield _capital(Task(tuple(run.stage.actions.by) if run.stage.actions else (), words, "action"))


def _decision_task(run: StageRun, day: date | None, late: bool) -> Task | None:
    rule = run.stage.approval
    if rule is None or run.approved is not None:
        return None
    waiting = tuple(role for role in rule.by if role not in run.decisions)
    return Task(waiting, rule.question, "decide", day, late)


def _meeting_or_holding(procedure: Procedure, standing: Standing) -> Task | None:
    """The meeting is still to be held: a date first, and after its day whether it took place."""
    meeting = standing.now.meeting
    if meeting is None or meeting.state != "confirmed":
        return _meeting_task(procedure, standing)
    return _holding_task(procedure, standing)


def _holding_task(procedure: Procedure, standing: Standing) -> Task:
    meeting = standing.now.meeting
    who = who_may(procedure, standing, "meeting_held")
    of = f" of {meeting.day.day} {meeting.day:%B}" if meeting is not None else ""
    return Task(who, f"Record the meeting{of} as held", "held")


def _meeting_task(procedure: Procedure, standing: Standing) -> Task | None:
    """A meeting whose date nothing else asks for: the window waits for something else, or the meeting did not take place."""
    run = standing.now
    if run.stage.meeting is None or run.settled or run.held is not None or Fact.date_confirmed in run.missing:
        return None
    state = run.meeting.state if run.meeting is not None else ""
    if state in ("confirmed", "held"):
        return None
    words = {
        "": "Set the date of the meeting",
        "proposed": "Confirm the date of the meeting",
        "not_held": "Set a new date: the meeting did not take place",
        "cancelled": "Set a new date: the meeting was cancelled",
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
    if meeting is None or meeting.state not in ("confirmed", "held"):
        return None
    what = f"Record the outcome of the meeting of {meeting.day.day} {meeting.day:%B}"
    return Task(to, what, "outcome", meeting.day, meeting.day < circumstances.today)


def _considered_task(procedure: Procedure, run: StageRun) -> Task | None:
    rule = run.stage.meeting
    if rule is None or rule.consider is None or run.held is not None or run.settled:
        return None
    left = [procedure.role_name(role) for role in rule.consider.roles if role not in run.considered]
    if not left:
        return None
    return Task((rule.chair,), f"Decide whether to invite the {' and the '.join(left)}", "invite")


def _clock_task(procedure: Procedure, standing: Standing) -> Task | None:
    if standing.now.clock is None:
        return None
    return Task(
        who_may(procedure, standing, "clock_started"),
        "The clock stands still: start it again in time",
        "pause",
    )


def _beside(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Iterator[Task]:
    """Actions that are not done yet, and routes beside the stages whose result is awaited."""
    for action in standing.actions:
        if action.done is None:
            late = action.step.by_day < circumstances.today
            number = str(action.entry.number)
            yield Task((), action.step.what, "done", action.step.by_day, late, number, (action.step.owner,))
    for route in standing.sides:
        if route.closed is None:
            what = f"Record what came of: {route.side.name}"
            yield Task(tuple(route.side.by), what, "refer", name=str(route.entry.number))


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
