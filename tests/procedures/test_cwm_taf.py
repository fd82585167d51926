"""Cwm Taf's protocol, clause by clause (PROCEDURES: CT-1 to CT-14), with the engine alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from procedures import engine
from procedures.engine import Status
from procedures.schema import Procedure
from procedures.steps import Considered, DateConfirmed, MeetingHeld
from tests.procedures.cases import (
    agreed,
    begun,
    by_trigger,
    decided,
    due_day,
    ended_in,
    filled,
    held,
    included,
    on_day,
    outcomes_of,
    shipped,
    told,
    window_of,
)
from tests.procedures.stories import FRIDAY, MONDAY, TWO, Story

REPORT = {
    "presenting": "The home.",
    "partners": "Two assessments.",
    "analysis": "The risk remains.",
    "family": "The team manager tells them.",
}
TIERS = {"tier-1": ("team_manager", "report"), "tier-2": ("service_manager", "report_2")}


def cwm_taf() -> Procedure:
    return shipped("cwm-taf")


def raised_by(way: str) -> Story:
    """Somebody has asked, one way or another."""
    stage = {"professional": "request", "core_group": "tier-1"}[way]
    return Story(cwm_taf(), begun(stage, way, answers={"on_register": True}))


def meets(story: Story, form: str = "report") -> Story:
    """The meeting of the present tier is held, and its report is written."""
    story.take(held("team_manager", "social_worker", on=story.today))
    story.take(filled(form, **REPORT))
    return story


def at_tier(tier: str) -> Story:
    """A record that has come to a tier."""
    story = raised_by("core_group")
    if tier == "tier-1":
        return story
    if tier == "tier-3":
        meets(story).take(ended_in("tier_3"))
        return story
    meets(story).take(ended_in("tier_2"))
    return story


def status_of(story: Story) -> Status:
    assert story.standing is not None
    return story.standing.status


# --- CT-1, CT-2: the ways in -----------------------------------------------------------------------------------------


def test_ct_1_there_are_two_ways_by_hand_and_one_by_itself() -> None:
    assert Story(cwm_taf()).may("raised") == ("professional", "core_group")
    assert raised_by("professional").now.stage.id == "request"
    assert raised_by("core_group").now.stage.id == "tier-1"
    begins = by_trigger("tier-1", "fifteen-months", plan_start=date(2025, 8, 23))
    assert Story(cwm_taf(), begins).now.stage.id == "tier-1"


def test_ct_1_the_core_groups_way_does_not_begin_with_a_request_nor_any_with_tier_2() -> None:
    story = Story(cwm_taf())
    answers = {"on_register": True}
    assert story.refuses(begun("request", "core_group", answers=answers), field="stage") == (
        "A challenge begins with Tier 1: Professional Review."
    )
    story.refuses(begun("tier-2", "professional", answers=answers), field="stage")


def test_ct_2_the_senior_safeguarding_manager_agrees_and_it_goes_to_the_team_manager() -> None:
    story = raised_by("professional")
    assert story.waits_for() == {
        "Do you agree that the plan is not reducing the risk?": ("senior_safeguarding_manager",)
    }
    story.take(decided("senior_safeguarding_manager", True))
    assert story.now.stage.id == "tier-1"
    assert story.now.stage.to == ["team_manager"]


def test_ct_2_declining_needs_a_reason_and_ends_it() -> None:
    story = raised_by("professional")
    story.refuses(decided("senior_safeguarding_manager", False), field="reason")
    story.take(decided("senior_safeguarding_manager", False, "The plan is four weeks old."))
    assert status_of(story) is Status.closed
    assert "raiser" in told(story, "decided")


# --- CT-3 to CT-5, CT-11, CT-13: tier 1 ------------------------------------------------------------------------------


def test_ct_3_the_meeting_is_held_within_ten_working_days_of_the_request() -> None:
    window = window_of(cwm_taf(), "tier-1")
    assert (window.length, window.until) == (("working_days", 10), ["meeting_held"])
    story = raised_by("professional")
    story.today += timedelta(days=2)  # the request reaches the team manager on Wednesday 25 November
    story.take(decided("senior_safeguarding_manager", True))
    assert due_day(story) == date(2026, 12, 9)
    story.take(on_day())
    assert not story.now.window_met  # a date alone does not meet it
    story.today = FRIDAY
    story.take(held("team_manager", on=FRIDAY))
    assert story.now.window_met


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
def test_ct_3_a_date_beyond_the_window_is_warned_about(days: int, late: bool) -> None:
    story = at_tier("tier-1")
    story.due = due_day(story)
    assert story.due == MONDAY + timedelta(days=14)
    assert story.standing is not None
    step = DateConfirmed(day=MONDAY + timedelta(days=days), at=TWO)
    warned = engine.warnings(cwm_taf(), story.standing, step, story.circumstances)
    beyond = "This date is outside the window: the meeting is to be held by Monday 7 December 2026."
    assert warned == ([beyond] if late else [])


@pytest.mark.parametrize(
    ("tier", "chair", "outside"),
    [("tier-1", "team_manager", "Police sergeant"), ("tier-2", "service_manager", "Police inspector")],
)
def test_ct_4_ct_7_the_list_has_the_core_group_and_the_tiers_own_and_not_the_family(
    tier: str, chair: str, outside: str
) -> None:
    meeting = cwm_taf().stages[tier].meeting
    assert meeting is not None
    assert meeting.chair == chair
    assert {"Members of the core group", "Line managers of the core group members", outside} <= set(
        meeting.invited
    )
    assert meeting.not_invited == ["The family"]


def test_ct_4_legal_and_police_are_considered_and_the_decision_recorded() -> None:
    story = at_tier("tier-1")
    words = "Decide whether to invite the legal representative and the police representative"
    assert story.waits_for()[words] == ("team_manager",)
    story.refuses(Considered(role="police", invited=False), field="reason")
    story.take(Considered(role="police", invited=False, reason="No involvement so far."))
    story.take(Considered(role="legal", invited=True))
    assert included(story) == {"legal"}
    assert not any("Decide whether" in what for what in story.waits_for())
    rule = story.now.stage.meeting
    assert rule is not None
    assert "legal" in engine.expected(story.now, rule)
    assert "police" not in engine.expected(story.now, rule)


def test_ct_4_who_has_been_kept_informed_is_ticked_with_its_day_as_often_as_needed() -> None:
    story = at_tier("tier-1")
    story.take(filled("informed", who=("iro",), on="2026-11-23"))
    story.take(filled("informed", who=("parents",), on="2026-11-24"))
    story.refuses(filled("informed", who=("parents",)), field="field_on")
    assert len(story.now.forms["informed"]) == 2
    assert "iro" in story.now.stage.copy_


@pytest.mark.parametrize("tier", ["tier-1", "tier-2"])
def test_ct_5_the_agenda_has_six_points_and_the_report_comes_before_the_outcome(tier: str) -> None:
    chair, form = TIERS[tier]
    story = at_tier(tier)
    assert story.now.stage.meeting is not None
    assert len(story.now.stage.meeting.agenda) == 6
    story.take(held(chair))
    said = story.refuses(ended_in("revised_plan"), field="choice")
    assert "report of the tier" in said.lower()
    assert story.may("form_recorded")[-1] == chair
    story.take(filled(form, **REPORT))
    story.take(ended_in("revised_plan"))


@pytest.mark.parametrize("tier", ["tier-1", "tier-2", "tier-3"])
def test_ct_11_whoever_takes_part_is_told_that_it_may_be_used_in_court(tier: str) -> None:
    meeting = cwm_taf().stages[tier].meeting
    assert meeting is not None
    assert meeting.notice is not None
    assert "evidence in court" in meeting.notice
    welsh = cwm_taf().in_language("cy").stages[tier].meeting
    assert welsh is not None
    assert welsh.notice is not None
    assert "tystiolaeth mewn achos llys" in welsh.notice


def test_ct_13_a_cse_meeting_is_combined_only_when_everybody_on_the_list_is_there() -> None:
    story = at_tier("tier-1")
    rule = story.now.stage.meeting
    assert rule is not None
    everybody = engine.expected(story.now, rule)
    sentence = story.refuses(held(*everybody[:-1], combined=("cse",)), field="combined")
    assert sentence.endswith(f"Missing: {everybody[-1]}.")
    story.take(held(*everybody, combined=("cse",)))
    step = story.entries[-1].step
    assert isinstance(step, MeetingHeld)
    assert step.combined == ("cse",)


# --- CT-6 to CT-9: outcomes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "stage"),
    [
        ("revised_plan", "tier-1-review"),
        ("conference", "conference"),
        ("tier_2", "tier-2"),
        ("tier_2_legal", "tier-2"),
        ("legal", None),
        ("tier_3", "tier-3"),
    ],
)
def test_ct_6_the_outcome_is_one_of_the_list_and_leads_on(choice: str, stage: str | None) -> None:
    story = meets(at_tier("tier-1"))
    story.take(ended_in(choice))
    if stage is None:
        assert status_of(story) is Status.closed
    else:
        assert story.now.stage.id == stage
    assert ("legal" in told(story, "outcome")) is ("legal" in choice)


def test_ct_6_the_core_group_looks_again_within_six_weeks_of_the_meeting() -> None:
    story = meets(at_tier("tier-1"))
    story.today += timedelta(days=3)
    story.take(ended_in("revised_plan"))
    assert due_day(story) == MONDAY + timedelta(weeks=6)
    assert story.now.stage.meeting is not None
    assert story.now.stage.meeting.chair == "team_manager"


def test_ct_6_until_the_core_group_has_a_date_that_is_what_the_six_weeks_wait_for() -> None:
    story = meets(at_tier("tier-1"))
    story.take(ended_in("revised_plan"))
    story.lapsed = True
    assert story.standing is not None
    due = MONDAY + timedelta(weeks=6)
    first, *_ = engine.tasks(story.procedure, story.standing, due, story.circumstances)
    assert (first.what, first.day, first.late) == ("Set the date of the meeting", due, True)


@pytest.mark.parametrize(("choice", "stage"), [("reduced", None), ("no_change", "tier-2")])
def test_ct_6_reduced_closes_it_and_no_change_leads_to_tier_2(choice: str, stage: str | None) -> None:
    story = meets(at_tier("tier-1"))
    story.take(ended_in("revised_plan"))
    story.take(ended_in("not_held"))
    assert story.now.stage.id == "tier-1-review"
    story.take(ended_in(choice))
    assert story.now.stage.id == stage if stage else status_of(story) is Status.closed


def test_ct_6_ct_8_a_reconvened_conference_ends_it_once_it_has_met() -> None:
    story = meets(at_tier("tier-1"))
    story.take(ended_in("conference"))
    story.take(ended_in("not_met"))
    assert status_of(story) is Status.open
    story.take(ended_in("met"))
    assert status_of(story) is Status.closed


def test_ct_7_tier_2_needs_a_tier_1_that_was_held() -> None:
    story = at_tier("tier-1")
    story.lapsed = True
    assert story.can_open() == []
    assert "hold the meeting" in story.refuses(ended_in("tier_2"), field="choice")
    story.take(ended_in("not_held"))
    assert story.now.stage.id == "tier-1"


def test_ct_7_tier_2_is_held_within_ten_working_days_and_its_manager_chairs() -> None:
    story = at_tier("tier-2")
    window = window_of(cwm_taf(), "tier-2")
    assert (window.length, window.on, window.until) == (
        ("working_days", 10),
        "team_manager",
        ["meeting_held"],
    )
    assert due_day(story) == date(2026, 12, 7)
    assert set(story.may("date_confirmed")) == {"team_manager", "service_manager"}
    assert story.now.stage.meeting is not None
    assert cwm_taf().stages["tier-1"].meeting is not None
    assert story.now.stage.meeting.agenda == cwm_taf().stages["tier-1"].meeting.agenda  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("choice", "stage"),
    [("revised_plan", "tier-2-review"), ("conference", "conference"), ("tier_3", "tier-3")],
)
def test_ct_8_the_tier_2_outcome_leads_on_after_a_meeting_that_was_held(choice: str, stage: str) -> None:
    story = at_tier("tier-2")
    assert "hold the meeting" in story.refuses(ended_in(choice), field="choice")
    meets(story, "report_2").take(ended_in(choice))
    assert story.now.stage.id == stage


@pytest.mark.parametrize(("choice", "stage"), [("reduced", None), ("no_change", "tier-3")])
def test_ct_8_after_six_weeks_reduced_closes_it_and_no_change_leads_to_tier_3(
    choice: str, stage: str | None
) -> None:
    story = meets(at_tier("tier-2"), "report_2")
    story.take(ended_in("revised_plan"))
    assert due_day(story) == MONDAY + timedelta(weeks=6)
    assert window_of(cwm_taf(), "tier-2-review").on == "service_manager"
    story.take(ended_in(choice))
    assert story.now.stage.id == stage if stage else status_of(story) is Status.closed


@pytest.mark.parametrize("tier", ["tier-1", "tier-2"])
def test_ct_9_the_outcome_reaches_the_service_manager_and_the_iro(tier: str) -> None:
    assert outcomes_of(cwm_taf(), tier).tell == ["service_manager", "iro"]
    story = meets(at_tier(tier), TIERS[tier][1])
    story.take(ended_in("revised_plan"))
    assert told(story, "outcome") >= {"service_manager", "iro"}


@pytest.mark.parametrize("tier", ["tier-1", "tier-2"])
def test_ct_9_a_referral_to_tier_3_reaches_the_business_unit(tier: str) -> None:
    story = meets(at_tier(tier), TIERS[tier][1])
    story.take(ended_in("tier_3"))
    assert "business_unit" in told(story, "outcome")
    assert "business_unit" in story.now.stage.to


# --- CT-10: tier 3 ---------------------------------------------------------------------------------------------------


def test_ct_10_facilitators_come_from_a_pool_and_have_no_part_in_the_case() -> None:
    rota = cwm_taf().role["facilitator"].rota
    assert rota is not None
    assert rota.not_involved
    assert rota.named_by == ["business_unit", "qasg_chair"]


def test_ct_10_the_facilitators_meet_before_and_after_and_agree_actions() -> None:
    story = at_tier("tier-3")
    story.take(on_day())
    assert story.waits_for()["Fill in “Facilitators' meeting before the event”"] == ("facilitator",)
    story.take(filled("before", held_on="2026-11-25"))
    story.today = FRIDAY
    story.take(held("facilitator", on=FRIDAY))
    said = story.refuses(ended_in("held", on=FRIDAY), field="choice")
    assert "Facilitators' meeting after the event" in said
    assert "at least one “Action”" in said
    story.take(agreed(by_day=date(2026, 12, 18)))
    story.take(filled("after", held_on="2026-11-27", note="Three actions."))
    story.take(ended_in("held", on=FRIDAY))
    assert story.now.stage.id == "tier-3-report"


def test_ct_10_the_report_goes_to_the_sub_group_and_a_copy_to_core_group_or_conference() -> None:
    story = at_tier("tier-3")
    for step in (filled("before", held_on="2026-11-20"), held("facilitator"), agreed()):
        story.take(step)
    story.take(filled("after", held_on="2026-11-23", note="Done."))
    story.take(ended_in("held"))
    for kind in ("report", "copy"):
        story.take(agreed(kind, what=f"{kind} is due"))
    story.take(filled("outcome_report", qasg_on="2026-12-10", summary="The plan was too general."))
    assert told(story, "form_recorded") >= {"qasg_chair", "business_unit", "team_manager"}
    assert "Copy to the core group" in story.refuses(ended_in("closed"), field="choice")
    story.take(filled("copy_shared", where="core_group", on="2026-12-01", on_file=("placed",)))
    story.take(ended_in("monitored"))
    assert status_of(story) is Status.open
    story.take(ended_in("closed"))
    assert status_of(story) is Status.closed


# --- CT-12, CT-14 ----------------------------------------------------------------------------------------------------


def test_ct_12_it_is_not_for_immediate_risk() -> None:
    step = begun(
        "tier-1", "core_group", answers={"on_register": True}, immediate_risk=True, risk_reason="Now."
    )
    sentence = Story(cwm_taf()).refuses(step, field="immediate_risk")
    assert "call 999" in sentence
    assert "emergency duty team" in sentence


def test_ct_12_a_child_who_is_not_on_the_register_is_refused_and_told_where_to_go() -> None:
    step = begun("tier-1", "core_group", answers={"on_register": False})
    sentence = Story(cwm_taf()).refuses(step, field="ask_on_register")
    assert "make a report to children services" in sentence


def test_ct_14_learning_points_are_kept_apart_from_case_detail() -> None:
    fields = {field.id: field for field in cwm_taf().stages["tier-3-report"].forms["outcome_report"].field}
    assert [name for name, field in fields.items() if field.learning] == ["learning"]
    assert fields["learning"].hint is not None
    assert fields["learning"].hint.startswith("No case detail")


def test_every_text_of_the_file_is_there_in_both_languages() -> None:
    english, welsh = cwm_taf(), cwm_taf().in_language("cy")
    assert english.title == "Challenging cases"
    assert welsh.title == "Achosion heriol"
    assert [stage.id for stage in english.stage] == [stage.id for stage in welsh.stage]
    names = zip(english.stage, welsh.stage, strict=True)
    assert all(stage.name != other.name for stage, other in names)
