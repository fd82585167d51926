"""What the tests of the shipped procedures have in common: the files, the steps in few words, when windows end."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from procedures import engine, library
from procedures.engine import Include, Tell
from procedures.schema import OutcomeRule, Procedure, TimeLimit
from procedures.spans import due_of
from procedures.steps import (
    ActionAgreed,
    Answer,
    DateConfirmed,
    Decided,
    FormRecorded,
    MeetingHeld,
    OutcomeRecorded,
    Raised,
)
from procedures.workdays import OfficeHours
from tests.procedures.stories import FRIDAY, MONDAY, TWO, Story, calendar

HOURS = OfficeHours(calendar(), ZoneInfo("Europe/London"), time(8, 30), time(17))


@cache
def shipped(name: str) -> Procedure:
    """A procedure that comes with the program."""
    id_, file, text = library.find(name)
    return library.parse(text, file, id_)


def begun(stage: str, way: str = "", **more: Any) -> Raised:
    """A record as it begins; actions and informal conversations are not asked for."""
    return Raised(stage=stage, way=way, concern="The plan stands still.", **more)


def by_trigger(stage: str, trigger: str, **dates: date) -> Raised:
    """A record that began by itself, with the dates of the child's plan."""
    return Raised(stage=stage, trigger=trigger, concern="The time has come.", dates=dates)


def filled(form: str, role: str = "", **values: Answer) -> FormRecorded:
    """A form of the stage is filled in."""
    return FormRecorded(form=form, role=role, values=values)


def on_day(day: date = FRIDAY) -> DateConfirmed:
    """The date of the meeting is confirmed."""
    return DateConfirmed(day=day, at=TWO)


def held(*present: str, on: date = MONDAY, combined: tuple[str, ...] = ()) -> MeetingHeld:
    """The meeting was held."""
    return MeetingHeld(held_on=on, present=present, combined=combined)


def ended_in(choice: str, on: date = MONDAY) -> OutcomeRecorded:
    """An outcome is recorded."""
    return OutcomeRecorded(choice=choice, held_on=on, summary="Everybody was heard.")


def decided(role: str, agrees: bool, reason: str = "") -> Decided:
    """One of those who decide on a request says yes or no."""
    return Decided(role=role, agrees=agrees, reason=reason)


def agreed(of: str = "action", what: str = "Visit the child.", by_day: date = FRIDAY) -> ActionAgreed:
    """An action, review point or update point is agreed."""
    return ActionAgreed(what=what, owner="owen@example.org", by_day=by_day, of=of)


def told(story: Story, notice: str) -> set[str]:
    """Whom the last step's notice of this kind goes to, as roles and parts; what followed by itself included."""
    found = [*story.consequences, *story.followed]
    return {role for each in found if isinstance(each, Tell) and each.notice == notice for role in each.to}


def included(story: Story) -> set[str]:
    """The roles that got a part in the challenge by the last step."""
    return {role for each in story.consequences if isinstance(each, Include) for role in each.roles}


def window_of(procedure: Procedure, stage: str) -> TimeLimit:
    """The window of a stage that has one."""
    window = procedure.stages[stage].window
    assert window is not None
    return window


def outcomes_of(procedure: Procedure, stage: str) -> OutcomeRule:
    """The outcome of a stage that has one."""
    rule = procedure.stages[stage].outcome
    assert rule is not None
    return rule


def due_day(story: Story) -> date | None:
    """The day on which the present stage's window ends, counted from the day of the story unless the engine says from when."""
    assert story.standing is not None
    window = story.now.stage.window
    if window is None:
        return None
    start = engine.window_starts(story.standing)
    if start is None and window.from_ not in ("opened", "raised"):
        return None
    opened = story.entries[0].at.date() if window.from_ == "raised" else story.now.opened.at.date()
    return due_of(HOURS, start or opened, *window.length).day
