"""What is allowed and yet worth a second look before it is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from procedures.dates import long_date
from procedures.own_fields import day_in
from procedures.refusals import Circumstances
from procedures.schema import Fact, OwnField, Procedure
from procedures.spans import before, words
from procedures.standing import StageRun, Standing
from procedures.steps import (
    Answer,
    DateConfirmed,
    DateProposed,
    FormRecorded,
    MeetingHeld,
    OutcomeRecorded,
    Resolved,
    Step,
)


def warnings(procedure: Procedure, standing: Standing, step: Step, circumstances: Circumstances) -> list[str]:
    """Sentences to show before the step is taken; it may be taken all the same."""
    run = standing.now
    found: list[str] = []
    if isinstance(step, DateProposed | DateConfirmed):
        found += _date(run, step.day, circumstances)
        for rule, values in _dated(run):
            found += too_old(rule, values, step.day)
    if isinstance(step, FormRecorded) and step.form in run.stage.forms:
        day = run.meeting.day if run.meeting is not None else circumstances.today
        found += too_old(run.stage.forms[step.form].field, step.values, day)
    if isinstance(step, MeetingHeld) or (isinstance(step, OutcomeRecorded) and run.held is None):
        found += _unprepared(procedure, run)
    if isinstance(step, Resolved):
        left = [action for action in standing.actions if action.done is None]
        if left:
            found.append(
                "One action is not recorded as done."
                if len(left) == 1
                else f"{len(left)} actions are not recorded as done."
            )
    return found


def _date(run: StageRun, day: date, circumstances: Circumstances) -> Iterator[str]:
    window = run.stage.window
    if window is None or Fact.meeting_held not in window.until or circumstances.due_day is None:
        return
    if day > circumstances.due_day:
        yield f"This date is outside the window: the meeting is to be held by {long_date(circumstances.due_day)}."


def _dated(run: StageRun) -> Iterator[tuple[list[OwnField], Mapping[str, Answer]]]:
    """The forms of this stage filled in so far, and what was entered when it was opened."""
    opening = run.opened.step
    yield run.stage.field, getattr(opening, "fields", {})
    for id_, entries in run.forms.items():
        last = entries[-1].step
        if isinstance(last, FormRecorded):
            yield run.stage.forms[id_].field, last.values


def too_old(fields: list[OwnField], values: Mapping[str, Answer], on: date) -> list[str]:
    """A warning for each date that is further back on that day than its field allows."""
    found = []
    for own in fields:
        day = day_in(values.get(own.id, ""))
        if own.not_older_than is None or day is None:
            continue
        if day < before(on, own.not_older_than):
            age = words(*own.not_older_than.length)
            found.append(
                f"{own.title}: on {long_date(on)} this will be older than {age}. An up-to-date one is needed."
            )
    return found


def _by(procedure: Procedure, roles: list[str]) -> str:
    names = [f"{'the ' * (role in procedure.role)}{procedure.role_name(role)}" for role in roles]
    return f" by {' and '.join(names)}" if names else ""


def _unprepared(procedure: Procedure, run: StageRun) -> Iterator[str]:
    for form in run.stage.form:
        if form.before_meeting and form.id not in run.facts:
            waiting = [role for role in form.by if form.each and not run.answered_by(form.id, role)]
            yield f"“{form.title}” has not been filled in{_by(procedure, waiting)}."
    rule = run.stage.meeting
    for role in () if rule is None or rule.consider is None else rule.consider.roles:
        if role not in run.considered:
            yield f"It has not been recorded whether the {procedure.role_name(role)} was invited."
