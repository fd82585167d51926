"""Bradford's procedure, clause by clause (PROCEDURES: BR-1 to BR-5), proven on procedures/bradford.toml with the engine alone."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from procedures import library
from procedures.engine import CloseWindow, MeetingSet, OpenStage, ReopenWindow, Tell
from procedures.schema import Fact, Procedure, TimeLimit
from procedures.steps import (
    Acknowledged,
    ActionsCompleted,
    DateProposed,
    MeetingCancelled,
    Step,
)
from procedures.workdays import due
from tests.procedures.stories import (
    ANSWER,
    FRIDAY,
    MONDAY,
    STAGES,
    TWO,
    Story,
    at_stage,
    bradford,
    calendar,
    date_confirmed,
    escalated,
    outcome,
    raised,
    talk,
)


def window_of(stage: str) -> TimeLimit:
    window = bradford().stages[stage].window
    assert window is not None
    return window


def test_every_entry_of_the_file_has_its_clause_and_every_clause_its_entry() -> None:
    found: set[str | None] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            found.update({value["source"]} if "source" in value else ())
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(bradford().model_dump())
    assert found - {None} == {f"BR-{number}" for number in range(1, 14)}


def test_the_file_has_no_fault_and_nothing_doubtful() -> None:
    assert library.doubts(bradford()) == []


# --- BR-1: informal first --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["social_worker", "team_manager"])
def test_br_1_an_informal_conversation_comes_first(role: str) -> None:
    story = Story(None, raised(informal=(talk(role),)))
    assert story.now.opened.step.informal[0].with_role == role  # type: ignore[union-attr]


def test_br_1_none_yet_needs_a_reason() -> None:
    story = Story()
    for reason in ("", "  "):
        sentence = story.refuses(raised(informal=(), no_informal_reason=reason), field="informal")
        assert sentence == "Enter the informal conversations, or say why there have been none yet (None yet)."
    story.take(raised(informal=(), no_informal_reason="Nobody could be reached since Thursday."))


def test_br_1_a_conversation_is_with_those_that_the_procedure_names() -> None:
    sentence = Story().refuses(raised(informal=(talk("deputy_director"),)), field="informal")
    assert sentence == "Choose with whom you spoke from the people listed."


def test_br_1_a_second_opinion_comes_from_the_cpc_team_manager_and_is_no_step() -> None:
    rule = bradford().second_opinion
    assert rule is not None
    assert rule.from_ == "cpc_team_manager"
    assert Story().standing is None  # nothing is recorded before the challenge is raised


# --- BR-2, BR-3: stage 1 ------------------------------------------------------------------------------------------------


def test_br_2_stage_1_goes_to_the_team_manager_and_the_social_worker() -> None:
    story = Story(None, raised())
    stage = story.now.stage
    assert (stage.name, stage.to, stage.copy_) == (
        "CP Challenge Stage 1",
        ["team_manager"],
        ["social_worker"],
    )
    assert story.consequences == [OpenStage(story.now)]
    step = story.now.opened.step
    assert (step.concern, step.agreed_actions) == ("No visit.", "Visit.")  # type: ignore[union-attr]


def test_br_2_a_coordinator_raises_it_and_chooses_the_social_worker() -> None:
    assert Story().may("raised") == ("cpc",)
    assert [role for role, data in bradford().role.items() if data.chosen] == ["social_worker"]


@pytest.mark.parametrize("stage", STAGES[1:])
def test_br_2_a_challenge_begins_with_stage_1(stage: str) -> None:
    sentence = Story().refuses(raised(stage), field="stage")
    assert sentence == "A challenge begins with CP Challenge Stage 1, unless a child is at immediate risk."


def test_br_3_the_team_manager_has_five_working_days_for_two_facts() -> None:
    window = window_of("stage-1")
    assert (window.working_days, window.on) == (5, "team_manager")
    assert window.until == [Fact.acknowledged, Fact.actions_completed]
    assert window.remind == [-2, -1, 0, 1]
    # Friday 18 December 2026: Christmas Day, a weekend and the substitute for Boxing Day do not count.
    assert due(calendar(), date(2026, 12, 18), window.working_days).day == date(2026, 12, 29)


@pytest.mark.parametrize("first", [0, 1])
def test_br_3_one_fact_without_the_other_leaves_the_window_open(first: int) -> None:
    story = Story(None, raised(), ANSWER[first])
    assert not story.now.window_met
    missing = (Fact.actions_completed, Fact.acknowledged)[first]
    assert story.now.missing == (missing,)
    words = ("Confirm that the agreed actions are completed", "Acknowledge the concerns")[first]
    assert story.waits_for(MONDAY) == {words: ("team_manager",)}
    assert story.consequences == [Tell("answered", ("raiser",))]
    story.take(ANSWER[1 - first])
    assert story.now.window_met
    assert story.consequences == [CloseWindow(1, met=True, over=False), Tell("answered", ("raiser",))]
    assert story.waits_for() == {"Answered: decide whether this resolves it": ("raiser",)}


def test_br_3_the_facts_are_the_team_managers_to_confirm() -> None:
    story = Story(None, raised())
    assert story.may("acknowledged") == story.may("actions_completed") == ("team_manager",)


@pytest.mark.parametrize("step", ANSWER)
def test_br_3_a_fact_is_recorded_once(step: Step) -> None:
    story = Story(None, raised(), step)
    assert story.is_done_already(step) is story.entries[-1]


# --- BR-4, BR-5: stage 2 ---------------------------------------------------------------------------------------------------


def test_br_4_stage_2_is_not_opened_while_stage_1_may_still_be_answered() -> None:
    story = Story(None, raised())
    assert story.can_open() == []
    assert story.refuses(escalated("stage-2")) == (
        "CP Challenge Stage 2 can be opened once there has been an answer or the time to answer has run out, "
        "or at once if a child is at immediate risk."
    )


def test_br_4_stage_2_is_opened_when_no_answer_came() -> None:
    story = Story(None, raised())
    story.lapsed = True
    assert story.waits_for(MONDAY)["No full answer in time: decide whether to take it further"] == ("raiser",)
    assert story.can_open() == ["stage-2"]
    story.take(escalated("stage-2"))
    assert story.consequences == [CloseWindow(1, met=False), OpenStage(story.now)]


@pytest.mark.parametrize("answer", [ANSWER, ANSWER[:1], ANSWER[1:]])
def test_br_4_stage_2_is_opened_when_the_answer_does_not_resolve_it(answer: tuple[Step, ...]) -> None:
    story = Story(None, raised(), *answer)
    assert story.can_open() == ["stage-2"]
    assert story.may("escalated") == ("raiser",)
    story.take(escalated("stage-2"))


def test_br_4_stage_2_goes_to_the_service_manager_and_asks_for_a_meeting() -> None:
    stage = bradford().stages["stage-2"]
    assert stage.name == "CP Challenge Stage 2"
    assert (stage.to, stage.copy_) == (["children_service_manager"], ["social_worker", "team_manager"])
    assert stage.meeting is not None
    assert stage.meeting.chair == "cpc_team_manager"
    assert set(stage.meeting.attend) == {"raiser", "children_service_manager", "team_manager"}


def test_br_4_nothing_goes_back_to_stage_1() -> None:
    story = at_stage("stage-2")
    assert story.is_done_already(escalated("stage-1")) is story.entries[0]


@pytest.mark.parametrize(
    ("stage", "role"), [("stage-2", "children_service_manager"), ("stage-3", "head_of_service")]
)
def test_br_5_br_7_the_window_is_met_by_confirming_the_date(stage: str, role: str) -> None:
    window = window_of(stage)
    assert (window.working_days, window.on, window.until) == (5, role, [Fact.date_confirmed])
    story = at_stage(stage)
    assert story.waits_for(FRIDAY) == {"Confirm the date of the meeting": (role,)}
    assert story.may("date_confirmed") == (role,)
    story.take(DateProposed(day=FRIDAY, at=TWO))
    assert not story.now.window_met
    story.take(date_confirmed())
    assert story.now.window_met
    number = story.now.number
    assert story.consequences[:2] == [CloseWindow(number, met=True, over=False), MeetingSet(story.now)]


def test_br_5_a_date_is_a_working_day_that_is_not_over() -> None:
    story = at_stage("stage-2")
    said = {
        MONDAY - timedelta(days=3): "This day is in the past. Choose today or a later working day.",
        date(2026, 11, 28): "This is not a working day (Saturday). Choose a working day.",
        date(2026, 12, 25): "This is not a working day (Christmas Day). Choose a working day.",
        date(2051, 1, 2): "Monday 2 January 2051 is outside the working calendar, which runs from "
        "Friday 1 January 2010 to Monday 31 December 2040.",
    }
    for day, sentence in said.items():
        assert story.refuses(date_confirmed(day), field="day") == sentence
        assert story.refuses(DateProposed(day=day, at=TWO), field="day") == sentence


def test_br_5_a_confirmed_date_is_moved_by_confirming_another() -> None:
    story = at_stage("stage-2")
    story.take(date_confirmed())
    assert story.is_done_already(date_confirmed()) is story.entries[-1]
    assert "A date has been confirmed already" in story.refuses(DateProposed(day=FRIDAY, at=TWO))
    story.take(date_confirmed(MONDAY + timedelta(days=3)))
    assert story.now.meeting is not None
    assert story.now.meeting.day == MONDAY + timedelta(days=3)
    assert CloseWindow(2, met=True) not in story.consequences  # it was met before


def test_br_5_a_date_that_is_called_off_no_longer_meets_the_window() -> None:
    story = at_stage("stage-2")
    story.take(date_confirmed())
    story.take(MeetingCancelled(reason="The room is flooded."))
    assert not story.now.window_met
    assert story.consequences[:2] == [ReopenWindow(story.now), MeetingSet(story.now)]
    story.take(date_confirmed(MONDAY + timedelta(days=3)))
    assert story.consequences[0] == CloseWindow(2, met=True, over=False)


def test_br_5_a_meeting_that_did_not_take_place_needs_a_new_date() -> None:
    story = at_stage("stage-2")
    story.take(date_confirmed(MONDAY))
    story.take(outcome("not_held"))
    assert story.waits_for() == {
        "Set a new date: the meeting did not take place": ("children_service_manager",)
    }
    assert story.is_done_already(outcome("not_held")) is story.entries[-1]
    assert story.can_open() == ["stage-3"]
    story.take(DateProposed(day=FRIDAY, at=TWO))
    assert story.can_open() == []
    assert story.waits_for() == {"Confirm the date of the meeting": ("children_service_manager",)}
    story.take(date_confirmed())
    assert story.waits_for() == {"Record the outcome of the meeting of 27 November": ("cpc_team_manager",)}


def test_the_file_says_what_the_engine_does_and_no_python_does() -> None:
    """Another file, other rules: nothing of this procedure is in the program."""
    text = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
    changed = text.replace('until = ["acknowledged", "actions_completed"]', 'until = ["acknowledged"]')
    other: Procedure = library.parse(changed, "other.toml")
    assert other.id == "other"
    assert other.version != bradford().version
    story = Story(other, raised(), Acknowledged())
    assert story.now.window_met
    assert story.refuses(ActionsCompleted()).startswith("There are no actions to confirm at this stage.")
