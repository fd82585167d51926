"""Bradford's procedure, clause by clause (PROCEDURES: BR-6 to BR-12), proven on procedures/bradford.toml with the engine alone."""

from __future__ import annotations

import pytest

from procedures.engine import CloseWindow, Status
from procedures.steps import (
    Acknowledged,
    DateProposed,
    Noted,
    Reassigned,
    Resolved,
    Step,
    Withdrawn,
)
from tests.procedures.stories import (
    ANSWER,
    BOTH,
    FRIDAY,
    MONDAY,
    STAGES,
    TWO,
    Story,
    at_stage,
    bradford,
    date_confirmed,
    discussed,
    escalated,
    outcome,
    raised,
    risk,
)

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
