"""Birmingham's guidance, clause by clause (PROCEDURES: BI-1 to BI-7), with the engine alone."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.engine import Status
from tests.procedures.cases import begun, by_trigger, due_day, ended_in, filled, shipped, told, window_of
from tests.procedures.stories import MONDAY, Story

ABSENT = {
    "agency": "health",
    "function": "School nurse",
    "conference": "review",
    "conference_on": "2026-11-20",
}


def status_of(story: Story) -> Status:
    assert story.standing is not None
    return story.standing.status


# --- absence from conferences ----------------------------------------------------------------------------------------


def absence() -> Story:
    """A school nurse neither came nor sent a report."""
    return Story(shipped("birmingham-attendance"), begun("explanation", fields=ABSENT))


@pytest.mark.parametrize("left_out", list(ABSENT))
def test_bi_1_the_chair_says_who_was_absent_by_function_and_agency(left_out: str) -> None:
    fields = {name: value for name, value in ABSENT.items() if name != left_out}
    step = begun("explanation", fields=fields)
    Story(shipped("birmingham-attendance")).refuses(step, field=f"field_{left_out}")


def test_bi_1_the_letter_is_sent_and_the_answer_awaited() -> None:
    story = absence()
    assert story.waits_for() == {
        "Fill in “The letter is sent”": ("raiser",),
        "Fill in “The answer”": ("raiser",),
    }
    assert due_day(story) == date(2026, 12, 7)
    story.take(filled("letter_sent", sent_on="2026-11-23"))
    assert story.waits_for() == {"Fill in “The answer”": ("raiser",)}


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("workload", "The answer is recorded"),
        ("not_told", "The answer is recorded"),
        ("none", "No answer came"),
    ],
)
def test_bi_1_the_answer_or_its_absence_ends_it(reason: str, words: str) -> None:
    story = absence()
    story.take(filled("letter_sent", sent_on="2026-11-23"))
    story.take(filled("answer", reason=reason))
    assert status_of(story) is Status.closed
    assert story.entries[-1].step.outcome == words  # type: ignore[union-attr]


def test_bi_2_absences_are_counted_by_agency_and_each_agency_has_its_lead() -> None:
    file = shipped("birmingham-attendance")
    pattern = file.pattern[0]
    assert (pattern.field, pattern.form, pattern.at_least, pattern.months) == ("agency", None, 3, 6)
    agency = file.first.field[0]
    leads = {choice.id: choice.role for choice in agency.choices}
    assert leads.pop("other") is None
    assert set(leads.values()) <= set(file.role)
    assert pattern.tell == ["head_of_service"]


# --- safety scores ---------------------------------------------------------------------------------------------------


def scored(scores: str) -> Story:
    """The chair enters the scores of a conference."""
    return Story(shipped("birmingham-safety-scores"), begun("scores", fields={"scores": scores}))


@pytest.mark.parametrize("scores", ["0", "0, 0, 0", "0, 0, 3", "0, 0, 0, 9, 9"])
def test_bi_3_most_scores_of_0_reach_the_managers_at_once(scores: str) -> None:
    story = scored(scores)
    assert story.now.stage.id == "oversight"
    assert (story.now.stage.to, story.now.stage.copy_) == (
        ["team_manager"],
        ["head_of_service", "social_worker"],
    )
    assert due_day(story) == date(2026, 11, 24)


def test_bi_3_the_next_steps_are_recorded() -> None:
    story = scored("0, 0")
    assert "Oversight and next steps" in story.refuses(ended_in("settled"), field="choice")
    story.take(filled("next_steps", view="The decisions hold.", steps="Visit today."))
    assert told(story, "form_recorded") >= {"raiser", "head_of_service", "social_worker"}
    story.take(ended_in("not_yet"))
    assert status_of(story) is Status.open
    story.take(ended_in("settled"))
    assert status_of(story) is Status.closed


@pytest.mark.parametrize("scores", ["0, 3", "1, 5", "5, 5, 5", "0, 6", "3, 6, 0, 9"])
def test_bi_3_bi_4_in_between_nothing_more_is_asked(scores: str) -> None:
    assert status_of(scored(scores)) is Status.closed


@pytest.mark.parametrize("choice", ["child_in_need", "child_protection"])
@pytest.mark.parametrize("scores", ["6", "6, 7, 2", "10, 10, 0"])
def test_bi_4_most_scores_above_5_ask_for_the_discussion(scores: str, choice: str) -> None:
    story = scored(scores)
    assert story.now.stage.id == "child-in-need"
    assert story.waits_for() == {"Record the outcome": ("raiser",)}
    story.take(ended_in(choice))
    assert status_of(story) is Status.closed


@pytest.mark.parametrize("scores", ["", "11", "-1, 3", "many", "6; 7.5"])
def test_bi_4_scores_are_whole_numbers_from_0_to_10(scores: str) -> None:
    story = Story(shipped("birmingham-safety-scores"))
    story.refuses(begun("scores", fields={"scores": scores}), field="field_scores")


# --- a child-in-need plan after de-listing ---------------------------------------------------------------------------


def de_listed() -> Story:
    """The monthly list shows that the child is no longer on a plan."""
    return Story(shipped("birmingham-child-in-need"), by_trigger("arrangement", "de-listed", review=MONDAY))


def test_bi_5_a_child_in_need_plan_is_followed_for_three_months() -> None:
    story = de_listed()
    assert story.may("outcome_recorded") == ("team_manager",)
    story.take(ended_in("in_place"))
    assert story.now.stage.id == "three-months"
    story.due = due_day(story)
    assert story.due == date(2027, 2, 23)
    assert story.refuses(ended_in("kept"), field="choice") == (
        "This outcome is known from Tuesday 23 February 2027 on. Choose another, or wait."
    )
    story.today = story.due
    story.take(ended_in("kept"))
    assert status_of(story) is Status.closed


@pytest.mark.parametrize("choice", ["looked_after", "moved"])
@pytest.mark.parametrize("later", [False, True])
def test_bi_5_looked_after_or_moved_ends_it(choice: str, later: bool) -> None:
    story = de_listed()
    if later:
        story.take(ended_in("in_place"))
    story.take(ended_in(choice))
    assert status_of(story) is Status.closed


@pytest.mark.parametrize("choice", ["agreed", "plan_needed"])
@pytest.mark.parametrize("path", [("exception",), ("in_place", "stopped")])
def test_bi_5_an_exception_needs_a_reason_and_supervision(path: tuple[str, ...], choice: str) -> None:
    story = de_listed()
    for each in path:
        story.take(ended_in(each))
    assert story.now.stage.id == "exception"
    reason = filled("rationale", reason="The grandparents look after the child.", recorded=("file",))
    assert "In the minutes of the review" in story.refuses(reason, field="field_recorded")
    story.take(reason.model_copy(update={"values": {**reason.values, "recorded": ("file", "minutes")}}))
    assert "head_of_service" in told(story, "form_recorded")
    assert "Discussion in supervision" in story.refuses(ended_in(choice), field="choice")
    story.take(filled("supervision", held_on="2026-11-23", note="The reason was looked at."))
    assert story.may("outcome_recorded") == ("head_of_service",)
    story.take(ended_in(choice))
    assert status_of(story) is Status.closed


# --- de-listing at three months --------------------------------------------------------------------------------------


def test_bi_6_the_conversation_comes_before_the_meeting() -> None:
    file = shipped("birmingham-three-months")
    assert Story(file).may("raised") == ("team_manager", "social_worker")
    story = Story(file, begun("conversation"))
    assert story.waits_for() == {"Fill in “The conversation”": ("conference_chair", "raiser")}
    story.take(
        filled("conversation", held_on="2026-11-23", who=("team_manager",), said="Progress is steady.")
    )
    assert told(story, "form_recorded") >= {"conference_chair", "raiser"}
    assert status_of(story) is Status.closed


def test_bi_6_where_the_review_is_known_the_conversation_is_due_by_it() -> None:
    window = window_of(shipped("birmingham-three-months"), "conversation")
    assert (window.from_, window.length, window.on) == ("review", ("working_days", 0), "conference_chair")
    dates = {"review": date(2026, 12, 2)}
    story = Story(
        shipped("birmingham-three-months"),
        begun("conversation", dates=dates),
    )
    assert due_day(story) == date(2026, 12, 2)


# --- attendance at core groups ---------------------------------------------------------------------------------------


def core_group() -> Story:
    """The social worker tells the team manager of an agency that does not come to core groups."""
    return Story(shipped("birmingham-core-group"), begun("team-manager", fields={"agency": "housing"}))


def test_bi_7_the_team_manager_tries_first() -> None:
    story = core_group()
    assert story.now.stage.to == ["team_manager"]
    story.take(ended_in("settled"))
    assert status_of(story) is Status.closed


@pytest.mark.parametrize("choice", ["settled", "otherwise"])
def test_bi_7_what_cannot_be_settled_goes_further_in_writing(choice: str) -> None:
    story = core_group()
    story.take(ended_in("not_settled"))
    assert story.now.stage.id == "in-writing"
    assert "head_of_service" in story.now.stage.copy_
    assert "The letter is sent" in story.refuses(ended_in(choice), field="choice")
    story.take(filled("letter_sent", sent_to="Head of housing options", sent_on=MONDAY.isoformat()))
    story.take(ended_in(choice))
    assert status_of(story) is Status.closed
