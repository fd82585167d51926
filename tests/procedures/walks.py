"""Whatever is tried on a challenge, what must come of it: the engine does what the file allows, and nobody is left without a way on."""

from __future__ import annotations

import pytest

from procedures.engine import NotNow, Status, Task, check, consequences, fold, follow, tasks, waits_for
from procedures.schema import Fact
from procedures.steps import FACT_OF_STEP, ActionDone, Noted, Resolved, Step, Withdrawn
from tests.procedures.allowed import allowed
from tests.procedures.stories import MONDAY, Story

KIND_OF_COMMAND = {
    "acknowledge": "acknowledged",
    "confirm": "actions_completed",
    "schedule": "date_confirmed",
    "held": "meeting_held",
    "invite": "considered",
    "outcome": "outcome_recorded",
    "fill": "form_recorded",
    "decide": "decided",
    "action": "action_agreed",
    "done": "action_done",
    "pause": "clock_started",
    "refer": "side_closed",
    "escalate": "escalated",
    "resolve": "resolved",
}
REPEATABLE = ("noted", "reassigned", "raised", "form_recorded", "clock_started", "meeting_cancelled")


def try_step(story: Story, step: Step) -> bool:
    """Take the step if the file allows it; the engine must say the same, and say it twice."""
    if not allowed(story, step):
        with pytest.raises(NotNow) as refused:
            check(story.procedure, story.standing, step, story.circumstances)
        assert str(refused.value)
        return False
    was_met = story.standing is not None and story.now.window_met
    number = len(story.standing.runs) if story.standing else 0
    before = story.standing
    story.take(step)
    assert story.standing is not None
    if (
        story.followed
    ):  # a stage opened, or the challenge ended, by itself: the step alone is the entry before
        entry = story.entries[-2]
        after = follow(story.procedure, before, entry)
        assert consequences(story.procedure, before, after, step) == story.consequences
        assert story.entries[-1].step.kind in ("moved", "closed")
        return True
    met = [each for each in story.consequences if getattr(each, "met", False)]
    newly = story.now.number == number and story.now.window_met and not was_met
    assert not newly or len(met) == 1, "a window that is met is closed, once"
    assert consequences(story.procedure, before, story.standing, step) == story.consequences
    if step.kind not in REPEATABLE:
        kinds = (step.kind, "raised", "escalated", "outcome_recorded", "meeting_held")
        assert story.is_done_already(step).step.kind in kinds
    return True


def holds(story: Story) -> None:
    """What must hold of every challenge, whatever was done to it."""
    procedure, standing = story.procedure, story.standing
    assert standing is not None
    assert fold(procedure, story.entries) == standing
    waiting = tasks(procedure, standing, MONDAY, story.circumstances)
    if standing.status is not Status.open:
        assert waiting == []
        assert story.is_done_already(Noted(text="More.")) is standing.ended
        return
    assert waiting, "nobody has anything to do"
    ends: dict[str, Step] = {"raiser": Withdrawn(reason="W.")} if "raiser" in story.may("withdrawn") else {}
    ends |= {"raiser": Resolved(outcome="O.")} if "raiser" in story.may("resolved") else {}
    assert ends, "whoever raised it could not end it"
    check(procedure, standing, ends["raiser"], story.circumstances)
    for task in waiting:
        _can_be_done(story, task)
    run = standing.now
    if run.missing and not run.settled:
        assert waits_for(run), "a window without an owner"
        # Whom the window is on need not be who records what it waits for: an outcome has recorders of its own.
        recording = {"acknowledge", "confirm", "schedule", "held", "outcome", "fill", "decide", "action"}
        assert recording & {task.command for task in waiting}, "a window that nobody can meet"


def _can_be_done(story: Story, task: Task) -> None:
    kind = KIND_OF_COMMAND[task.command]
    assert task.to or task.emails
    if kind == "action_done":
        assert task.emails
        check(story.procedure, story.standing, ActionDone(action=int(task.name)), story.circumstances)
    elif kind not in ("form_recorded", "decided"):
        assert set(task.to) <= set(story.may(kind)), f"{task} is not theirs to do"
    if kind == "escalated":
        assert story.can_open(), "there is nothing to open"
    if kind in ("acknowledged", "actions_completed"):
        assert FACT_OF_STEP[kind] in story.now.missing
    if kind == "date_confirmed":
        assert story.now.meeting is None or story.now.meeting.state != "confirmed"
    assert task.what[:1].isupper()
    assert not task.late or story.lapsed or Fact.date_confirmed not in story.now.missing
