"""Bradford's procedure, clause by clause (PROCEDURES: BR-1 to BR-12), proven on procedures/bradford.toml with the engine alone."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from procedures import library
from procedures.engine import CloseWindow, MeetingSet, OpenStage, Status, Tell
from procedures.schema import Fact, Procedure, TimeLimit
from procedures.steps import (
    Acknowledged,
    ActionsCompleted,
    DateConfirmed,
    DateProposed,
    Noted,
    OutcomeRecorded,
    Reassigned,
    Resolved,
    Step,
    Withdrawn,
)
from procedures.workdays import due
from tests.procedures.stories import (
    MONDAY,
    TWO,
    Story,
    bradford,
    calendar,
    discussed,
    escalated,
    raised,
    talk,
)

FRIDAY = MONDAY + timedelta(days=4)
ANSWER: tuple[Step, ...] = (Acknowledged(), ActionsCompleted())
STAGES = ["stage-1", "stage-2", "stage-3", "deputy-director", "partnership"]
BOTH = discussed("review_head_of_service", "assistant_director")


def date_confirmed(day: date = FRIDAY) -> DateConfirmed:
    return DateConfirmed(day=day, at=TWO, place="Room 2")


def outcome(choice: str = "unresolved", on: date = MONDAY) -> OutcomeRecorded:
    return OutcomeRecorded(choice=choice, held_on=on, summary="Each side was heard.")


def at_stage(stage: str) -> Story:
    """A challenge that has come to a stage in order, each stage before it left unresolved."""
    steps: list[Step] = [raised(), Acknowledged()]
    steps += [escalated("stage-2"), date_confirmed(), outcome()]
    steps += [escalated("stage-3"), date_confirmed(), outcome()]
    steps += [escalated("deputy-director"), outcome()]
    steps += [escalated("partnership", fields={"ground": "unresolved"}, **BOTH)]
    opening = {"stage-1": 1, "stage-2": 3, "stage-3": 6, "deputy-director": 9, "partnership": 11}
    return Story(None, *steps[: opening[stage]])


def risk(stage: str) -> dict[str, Any]:
    """What a stage needs that is opened directly."""
    needs: dict[str, Any] = {"immediate_risk": True, "risk_reason": "The uncle has moved in."}
    return needs | ({"fields": {"ground": "unresolved"}, **BOTH} if stage == "partnership" else {})


def test_every_entry_of_the_file_has_its_clause_and_every_clause_its_entry() -> None:
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            found.update({value["source"]} if "source" in value else ())
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(bradford().model_dump())
    assert found == {f"BR-{number}" for number in range(1, 13)}


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


def window_of(stage: str) -> TimeLimit:
    window = bradford().stages[stage].window
    assert window is not None
    return window


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
    assert story.consequences == [CloseWindow(1, met=True), Tell("answered", ("raiser",))]
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
    assert story.consequences[:2] == [CloseWindow(number, met=True), MeetingSet(story.now)]


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


# --- BR-6, BR-7: stage 3 -----------------------------------------------------------------------------------------------------


def test_br_6_stage_3_follows_a_meeting_without_resolution() -> None:
    story = at_stage("stage-2")
    story.take(date_confirmed(MONDAY))
    assert story.can_open() == []
    story.take(outcome("unresolved"))
    assert story.waits_for() == {"No resolution was reached: decide whether to take it further": ("raiser",)}
    story.take(escalated("stage-3"))
    stage = story.now.stage
    assert (stage.name, stage.to) == ("CP Challenge Stage 3", ["head_of_service"])
    assert set(stage.copy_) == {"children_service_manager", "social_worker", "team_manager"}
    assert stage.meeting is not None
    assert stage.meeting.chair == "review_service_manager"
    assert set(stage.meeting.attend) == {"raiser", "children_service_manager", "head_of_service"}


def test_br_6_stage_3_does_not_follow_a_meeting_that_resolved_it() -> None:
    story = at_stage("stage-2")
    story.take(outcome("resolved"))
    assert story.refuses(escalated("stage-3")) == (
        "The outcome recorded here is that the concerns are resolved. Resolve the challenge; "
        "if new concerns have come up, raise a new one."
    )
    assert story.waits_for() == {"Resolve the challenge: its concerns are recorded as resolved": ("raiser",)}


def test_br_6_stage_3_also_follows_when_no_date_was_ever_set() -> None:
    story = at_stage("stage-2")
    story.lapsed = True
    assert story.can_open() == ["stage-3"]


@pytest.mark.parametrize("stage", ["stage-3", "deputy-director", "partnership"])
def test_br_6_no_stage_is_left_out(stage: str) -> None:
    story = Story(None, raised(), *ANSWER)
    name = bradford().stages[stage].name
    needs = {key: value for key, value in risk(stage).items() if key in ("fields", "consulted")}
    sentence = story.refuses(escalated(stage, **needs), field="stage")
    assert sentence == f"{name} does not follow CP Challenge Stage 1, unless a child is at immediate risk."


def test_br_7_the_chair_of_stage_3_records_the_summary() -> None:
    story = at_stage("stage-3")
    assert story.may("outcome_recorded") == ("review_service_manager",)
    assert at_stage("stage-2").may("outcome_recorded") == ("cpc_team_manager", "raiser")


def test_br_7_an_outcome_is_recorded_once_and_not_in_advance() -> None:
    story = at_stage("stage-3")
    assert "still to come" in story.refuses(outcome(on=FRIDAY), field="held_on")
    assert story.refuses(outcome("maybe"), field="choice") == "Choose one of the outcomes listed."
    story.take(outcome())
    assert story.is_done_already(outcome("resolved")) is story.entries[-1]
    assert story.is_done_already(date_confirmed()) is story.entries[-1]


# --- BR-8, BR-9: above the stages -----------------------------------------------------------------------------------------------


def test_br_8_the_head_of_service_takes_it_to_the_deputy_director() -> None:
    story = at_stage("stage-3")
    assert story.can_open() == []
    story.take(outcome())
    story.take(escalated("deputy-director"))
    stage = story.now.stage
    assert stage.to == ["review_head_of_service"]
    assert stage.outcome is not None
    assert stage.outcome.with_ == ["deputy_director"]
    assert story.may("outcome_recorded") == ("review_head_of_service", "raiser")
    assert story.waits_for() == {"Record the outcome": ("review_head_of_service",)}
    assert story.refuses(DateProposed(day=FRIDAY, at=TWO)).startswith("This stage has no meeting.")
    assert story.refuses(Acknowledged()).startswith("There is nothing to acknowledge at this stage.")
    story.take(outcome("policy"))
    assert story.now.settled


def test_br_9_the_partnership_comes_after_both_discussions() -> None:
    story = at_stage("deputy-director")
    story.take(outcome())
    asked = {"fields": {"ground": "policy"}}
    sentence = story.refuses(escalated("partnership", **asked), field="consulted_review_head_of_service")
    assert sentence == (
        "Referral to the partnership needs a discussion with the safeguarding and reviewing head of service first. "
        "Enter the day on which it took place."
    )
    one = discussed("review_head_of_service")
    story.refuses(escalated("partnership", **asked, **one), field="consulted_assistant_director")
    late = discussed("review_head_of_service", "assistant_director", on=FRIDAY)
    assert "still to come" in story.refuses(
        escalated("partnership", **asked, **late), field="consulted_review_head_of_service"
    )
    story.take(escalated("partnership", **asked, **BOTH))
    assert story.now.stage.to == ["partnership"]


@pytest.mark.parametrize("ground", ["", "because"])
def test_br_9_a_referral_says_on_which_ground(ground: str) -> None:
    story = at_stage("deputy-director")
    story.take(outcome())
    story.refuses(escalated("partnership", fields={"ground": ground}, **BOTH), field="field_ground")


def test_br_9_before_the_deputy_directors_discussion_there_is_no_referral() -> None:
    story = at_stage("deputy-director")
    assert story.can_open() == []
    story.refuses(escalated("partnership", fields={"ground": "policy"}, **BOTH))


def test_br_9_only_what_the_stage_asks_for_is_recorded() -> None:
    story = Story()
    assert story.refuses(raised(fields={"ground": "policy"}), field="stage") == (
        "CP Challenge Stage 1 has no such field."
    )
    assert story.refuses(raised(**discussed("assistant_director")), field="stage") == (
        "CP Challenge Stage 1 asks for no such discussion."
    )


# --- BR-10: immediate risk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_br_10_a_child_at_risk_opens_any_stage_with_a_reason(stage: str) -> None:
    story = Story()
    without = risk(stage) | {"risk_reason": " "}
    assert story.refuses(raised(stage, **without), field="risk_reason") == (
        "Say why this stage is opened directly; the reason is recorded."
    )
    story.take(raised(stage, **risk(stage)))
    assert story.now.stage.id == stage


@pytest.mark.parametrize("present", STAGES)
def test_br_10_at_any_stage_every_other_can_be_opened(present: str) -> None:
    story = at_stage(present)
    opened = STAGES[: STAGES.index(present) + 1]
    assert story.can_open(immediate_risk=True) == [stage for stage in STAGES if stage not in opened]
    for stage in STAGES[STAGES.index(present) + 1 :]:
        other = at_stage(present)
        other.take(escalated(stage, **risk(stage)))
        assert other.now.stage.id == stage


def test_br_10_what_must_happen_now_is_said_first() -> None:
    rule = bradford().immediate_risk
    assert rule is not None
    assert rule.question == "Is a child at immediate risk of significant harm?"
    assert "999" in rule.now[0]
    assert "emergency duty team" in rule.now[1]


# --- BR-11: resolved at the lowest level ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("end", [Resolved(outcome="They met."), Withdrawn(reason="Raised twice.")])
def test_br_11_the_raiser_ends_it_at_any_stage_and_then_nothing_more_happens(stage: str, end: Step) -> None:
    story = at_stage(stage)
    assert story.may(end.kind) == ("raiser",)
    standing = story.take(end)
    assert standing.status is Status(end.kind)
    assert story.waits_for() == {}
    assert CloseWindow(story.now.number, met=False) in story.consequences
    more: list[Step] = [
        *ANSWER,
        end,
        Noted(text="And yet."),
        outcome(),
        date_confirmed(),
        escalated("stage-2"),
    ]
    more += [Reassigned(role="raiser", leaves="a@x.org", joins="b@x.org", reason="New.")]
    for step in more:
        assert story.is_done_already(step) is story.entries[-1]


# --- BR-12: the child's file -------------------------------------------------------------------------------------------------------------


def test_br_12_every_writer_is_reminded_of_the_childs_file() -> None:
    assert bradford().record.reminder == "This is kept on the child's file. Please choose considerate words."


def test_br_12_the_stages_have_the_names_of_the_case_system() -> None:
    assert [stage.name for stage in bradford().stage] == [
        "CP Challenge Stage 1",
        "CP Challenge Stage 2",
        "CP Challenge Stage 3",
        "Deputy Director Discussion",
        "Referral to the partnership",
    ]


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
