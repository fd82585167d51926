"""Calderdale's review of long plans, clause by clause (PROCEDURES: CA-1 to CA-8), with the engine alone."""

from __future__ import annotations

from datetime import date

import pytest

from procedures import engine
from procedures.engine import Status
from procedures.schema import Procedure
from tests.procedures.cases import (
    agreed,
    begun,
    by_trigger,
    decided,
    ended_in,
    filled,
    on_day,
    outcomes_of,
    shipped,
    told,
)
from tests.procedures.stories import Story

PERSPECTIVE = filled("perspective", progress="Little.", blocking="No assessment.", questions="Who assesses?")


def calderdale() -> Procedure:
    return shipped("calderdale")


def at_decision() -> Story:
    """The plan has reached its third review."""
    return Story(calderdale(), by_trigger("decision", "third-review", plan_start=date(2025, 8, 24)))


def at_case_review() -> Story:
    """A case review meeting is to be held."""
    story = at_decision()
    story.take(PERSPECTIVE)
    story.take(ended_in("meeting"))
    return story


def at_monitoring() -> Story:
    """The meeting has agreed actions and a review point."""
    story = at_case_review()
    for step in (filled("assessment", completed_on="2026-11-02"), agreed(), agreed("review_point")):
        story.take(step)
    story.take(ended_in("agreed"))
    return story


def test_ca_1_six_people_hear_of_it() -> None:
    stage = at_decision().now.stage
    assert stage.to == ["quality_service_manager"]
    assert set(stage.copy_) == {
        "social_worker",
        "conference_chair",
        "team_manager",
        "reviewing_team_manager",
        "service_manager",
    }


def test_ca_2_an_earlier_review_needs_a_rationale_after_the_second_review() -> None:
    assert Story(calderdale()).may("raised") == ("conference_chair",)
    way = calderdale().ways[0]
    assert (way.stage, way.after_review) == ("endorsement", 2)
    assert calderdale().raising.concern == "What is your judgement, and why now?"
    story = Story(calderdale())
    assert story.refuses(begun("decision", "earlier"), field="stage") == (
        "A challenge begins with Endorsement of an earlier case review."
    )


def test_ca_2_both_endorse_it_before_it_begins() -> None:
    story = Story(calderdale(), begun("endorsement", "earlier"))
    assert story.may("decided") == ("team_manager", "quality_service_manager")
    story.take(decided("team_manager", True))
    assert story.now.stage.id == "endorsement"
    assert story.waits_for() == {"Do you endorse an earlier case review?": ("quality_service_manager",)}
    story.take(decided("quality_service_manager", True))
    assert story.now.stage.id == "decision"


@pytest.mark.parametrize("role", ["team_manager", "quality_service_manager"])
def test_ca_2_either_may_decline_with_a_reason(role: str) -> None:
    story = Story(calderdale(), begun("endorsement", "earlier"))
    assert (
        story.refuses(decided(role, False), field="reason")
        == "Say why you decline; the person who asked is told."
    )
    story.take(decided(role, False, "Progress since the review is good."))
    assert story.standing is not None
    assert story.standing.status is Status.closed
    assert "raiser" in told(story, "decided")


def test_ca_3_the_chairs_perspective_comes_before_the_decision() -> None:
    story = at_decision()
    assert story.waits_for() == {"Fill in “The conference chair's perspective”": ("conference_chair",)}
    assert "The conference chair's perspective" in story.refuses(ended_in("meeting"), field="choice")
    story.take(PERSPECTIVE)
    assert told(story, "form_recorded") >= {"quality_service_manager"}
    assert story.waits_for() == {"Record the outcome": ("quality_service_manager",)}
    assert outcomes_of(calderdale(), "decision").with_ == ["social_worker", "conference_chair"]


@pytest.mark.parametrize(("choice", "open_"), [("meeting", True), ("no_meeting", False)])
def test_ca_3_the_service_manager_decides_on_a_meeting(choice: str, open_: bool) -> None:
    story = at_decision()
    story.take(PERSPECTIVE)
    assert story.may("outcome_recorded") == ("quality_service_manager",)
    story.take(ended_in(choice))
    assert story.standing is not None
    assert (story.standing.status is Status.open) is open_
    if open_:
        assert story.now.stage.id == "case-review"
        assert story.now.stage.meeting is not None
        assert story.now.stage.meeting.agenda[0] == "The conference chair's perspective"


@pytest.mark.parametrize(("completed", "old"), [("2026-09-27", False), ("2026-09-26", True)])
def test_ca_4_an_assessment_older_than_two_months_on_the_day_is_warned_about(
    completed: str, old: bool
) -> None:
    story = at_case_review()
    story.take(on_day())  # Friday 27 November
    step = filled("assessment", completed_on=completed)
    assert story.standing is not None
    warned = engine.warnings(calderdale(), story.standing, step, story.circumstances)
    assert warned == (
        [
            "On which day was it completed?: on Friday 27 November 2026 this will be older than 2 months. "
            "An up-to-date one is needed."
        ]
        if old
        else []
    )


def test_ca_4_the_meeting_has_no_outcome_without_an_assessment() -> None:
    story = at_case_review()
    for step in (agreed(), agreed("review_point")):
        story.take(step)
    assert "The single assessment" in story.refuses(ended_in("agreed"), field="choice")
    story.take(ended_in("not_held"))


def test_ca_5_actions_with_owner_and_date_and_a_review_point_are_agreed() -> None:
    story = at_case_review()
    story.take(filled("assessment", completed_on="2026-11-02"))
    assert story.refuses(ended_in("agreed"), field="choice") == (
        "Before this outcome, please record at least one “Action” and one “Review point”."
    )
    for kind in ("action", "review_point", "update"):
        story.take(agreed(kind, what=f"{kind} of the meeting"))
    story.take(ended_in("agreed"))
    assert story.now.stage.id == "monitoring"
    assert story.standing is not None
    assert [action.step.of for action in story.standing.actions] == ["action", "review_point", "update"]
    owners = {kind.id: kind.role for kind in calderdale().stages["monitoring"].actions.kinds}  # type: ignore[union-attr]
    assert owners["update"] == owners["review_point"] == "quality_service_manager"


@pytest.mark.parametrize("choice", ["moved_on", "plan_ended", "rationale"])
def test_ca_5_monitoring_goes_on_until_the_plan_has_moved(choice: str) -> None:
    story = at_monitoring()
    for _ in range(2):
        story.take(filled("update", progress="on_course", note="As agreed."))
    story.take(ended_in(choice))
    assert story.standing is not None
    assert story.standing.status is Status.closed


def test_ca_6_delay_goes_to_the_child_protection_service_manager() -> None:
    story = at_monitoring()
    story.take(filled("update", progress="delay", cause="not_done", note="The assessor is away."))
    assert "protection_service_manager" in told(story, "form_recorded")
    assert story.now.stage.id == "monitoring"


@pytest.mark.parametrize("choice", ["agreed", "decided"])
def test_ca_6_drift_goes_to_practice_dispute_resolution(choice: str) -> None:
    story = at_monitoring()
    story.take(filled("update", progress="drift", note="Nothing has changed."))
    assert story.now.stage.id == "practice-dispute"
    assert "protection_service_manager" in story.now.stage.copy_
    story.take(ended_in(choice))
    assert story.standing is not None
    assert story.standing.status is Status.closed


def test_ca_7_two_years_from_the_plans_start_are_counted_down() -> None:
    limit = calderdale().limit
    assert limit is not None
    assert (limit.length, limit.from_) == (("months", 24), "plan_start")
    assert "quality_service_manager" in limit.tell
    assert min(limit.remind) < 0 in limit.remind


def test_ca_8_lessons_are_recorded_without_ending_anything() -> None:
    story = at_monitoring()
    for _ in range(2):
        story.take(filled("lessons", lesson="Name the assessor at the first review."))
    assert story.now.stage.id == "monitoring"
    fields = calderdale().stages["monitoring"].forms["lessons"].field
    assert [field.learning for field in fields] == [True]


def test_the_service_manager_may_resolve_and_the_chair_withdraw() -> None:
    assert calderdale().resolve.by == ["quality_service_manager"]
    assert calderdale().withdraw.by == ["raiser"]
