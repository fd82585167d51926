"""Newcastle's challenge and support sessions, clause by clause (PROCEDURES: NC-1 to NC-7), with the engine alone."""

from __future__ import annotations

from datetime import date

import pytest

from procedures import engine
from procedures.engine import Status
from procedures.schema import Fact, Procedure
from procedures.steps import Invited
from tests.procedures.cases import (
    begun,
    by_trigger,
    due_day,
    ended_in,
    filled,
    held,
    on_day,
    outcomes_of,
    shipped,
    told,
    window_of,
)
from tests.procedures.stories import FRIDAY, Story, escalated

PLAN_START = date(2025, 9, 29)
READ = ("plan", "minutes")
SIX = dict.fromkeys(
    ("presenting", "precipitating", "predictive", "predisposing", "perpetuating", "protective"),
    "Said in the session.",
)


def newcastle() -> Procedure:
    return shipped("newcastle")


def session() -> Story:
    """A child has been on a plan for fourteen months, and a session was begun."""
    return Story(newcastle(), by_trigger("session", "fourteen-months", plan_start=PLAN_START))


def after_session() -> Story:
    """The session took place and was written up."""
    story = session()
    story.take(on_day())
    story.today = FRIDAY
    story.take(filled("session_record", placed=("child_record",), **SIX))
    story.take(ended_in("held", on=FRIDAY))
    return story


def test_nc_1_the_team_manager_may_begin_a_session_by_hand_too() -> None:
    assert Story(newcastle()).may("raised") == ("irtm",)
    story = Story(newcastle(), begun("session"))
    assert due_day(story) is None  # nobody said when the plan began, so nothing is counted


def test_nc_2_facilitator_and_practice_lead_take_turns() -> None:
    facilitator, lead = newcastle().role["facilitator"], newcastle().role["relational_practice_lead"]
    assert facilitator.rota is not None
    assert (facilitator.rota.take, facilitator.rota.not_involved) == (1, False)
    assert lead.rota is not None
    assert lead.rota.take == 1
    assert newcastle().stages["session"].to == ["facilitator", "relational_practice_lead"]


def test_nc_3_facilitator_or_practice_lead_arranges_it_with_the_three() -> None:
    story = session()
    assert set(story.may("date_confirmed")) == {"facilitator", "relational_practice_lead"}
    meeting = story.now.stage.meeting
    assert meeting is not None
    assert {"social_worker", "team_manager", "iro"} <= set(meeting.attend)
    story.take(on_day())
    assert told(story, "date_confirmed") >= {"asked", "chair", "attends"}


def test_nc_3_the_social_worker_adds_professionals_and_family() -> None:
    story = session()
    assert "social_worker" in story.may("invited")
    story.take(Invited(function="School nurse"))
    story.take(Invited(function="Grandmother"))
    rule = story.now.stage.meeting
    assert rule is not None
    assert {"School nurse", "Grandmother"} <= set(engine.expected(story.now, rule))


def test_nc_4_both_read_plan_and_minutes_before_the_session() -> None:
    story = session()
    story.take(on_day())
    assert story.waits_for()["Fill in “Preparation”"] == ("facilitator", "relational_practice_lead")
    half = filled("preparation", "facilitator", read=("plan",))
    assert story.refuses(half, field="field_read") == (
        "Everything must be ticked. Still open: The minutes of the latest review."
    )
    story.take(filled("preparation", "facilitator", read=READ))
    assert story.waits_for()["Fill in “Preparation”"] == ("relational_practice_lead",)
    story.today = FRIDAY
    warned = engine.warnings(newcastle(), story.standing, held(on=FRIDAY), story.circumstances)  # type: ignore[arg-type]
    assert warned == ["“Preparation” has not been filled in by the relational practice lead."]
    story.take(filled("preparation", "relational_practice_lead", read=READ))
    assert engine.warnings(newcastle(), story.standing, held(on=FRIDAY), story.circumstances) == []  # type: ignore[arg-type]


def test_nc_5_the_record_has_the_six_ps_as_its_sections() -> None:
    form = newcastle().stages["session"].forms["session_record"]
    assert [field.id for field in form.field if field.kind == "text"] == list(SIX)
    story = session()
    for left_out in SIX:
        values = {name: words for name, words in SIX.items() if name != left_out}
        step = filled("session_record", placed=("child_record",), **values)
        story.refuses(step, field=f"field_{left_out}")


def test_nc_5_the_record_goes_to_the_service_manager_before_the_outcome() -> None:
    story = session()
    story.take(on_day())
    story.today = FRIDAY
    assert "fill in “Record of the session”" in story.refuses(ended_in("held", on=FRIDAY), field="choice")
    story.take(filled("session_record", placed=("child_record",), **SIX))
    assert "service_manager" in told(story, "form_recorded")
    story.take(ended_in("held", on=FRIDAY))
    assert story.now.stage.id == "review"


def test_nc_5_a_session_that_did_not_take_place_needs_no_record_and_a_new_date() -> None:
    story = session()
    story.take(on_day())
    story.today = FRIDAY
    story.take(ended_in("not_held", on=FRIDAY))
    assert story.now.stage.id == "session"
    assert "Set a new date: the meeting did not take place" in story.waits_for()


def test_nc_6_the_session_is_due_by_the_review_at_fifteen_months() -> None:
    window = window_of(newcastle(), "session")
    assert (window.months, window.from_, window.until) == (
        15,
        "plan_start",
        [Fact.meeting_held, "session_record"],
    )
    assert due_day(session()) == date(2026, 12, 29)


def test_nc_6_at_the_review_the_outcome_is_asked_for_and_fed_in() -> None:
    story = after_session()
    assert "Fill in “The session's outcome at the review”" in story.waits_for()
    assert "Before this outcome" in story.refuses(ended_in("off_plan"), field="choice")
    unsaid = filled("fed_in", how="yes")
    assert "this is needed" in story.refuses(unsaid, field="field_what")
    story.take(filled("fed_in", how="yes", what="The review took up both actions."))
    assert told(story, "form_recorded") >= {"facilitator", "relational_practice_lead"}
    story.take(ended_in("off_plan"))
    assert story.standing is not None
    assert story.standing.status is Status.closed


def test_nc_6_without_a_session_in_time_the_review_is_opened_by_hand() -> None:
    story = session()
    assert story.can_open() == []
    story.lapsed = True
    assert story.can_open() == ["review"]
    story.take(escalated("review"))
    story.take(filled("fed_in", how="no_session"))
    story.take(ended_in("on_plan"))
    assert story.now.stage.id == "oversight"


@pytest.mark.parametrize(
    ("choice", "status"), [("continues", Status.closed), ("assistant_director", Status.open)]
)
def test_nc_7_still_on_a_plan_the_service_managers_review_it(choice: str, status: Status) -> None:
    story = after_session()
    story.take(filled("fed_in", how="yes", what="It was discussed."))
    story.take(ended_in("on_plan"))
    assert story.now.stage.id == "oversight"
    assert story.now.stage.to == ["cssu_service_manager", "service_manager"]
    assert outcomes_of(newcastle(), "oversight").with_ == ["service_manager"]
    story.take(ended_in(choice))
    assert story.standing is not None
    assert story.standing.status is status


@pytest.mark.parametrize("choice", ["decided", "returned"])
def test_nc_7_the_assistant_director_decides(choice: str) -> None:
    story = after_session()
    story.take(filled("fed_in", how="yes", what="It was discussed."))
    for each in ("on_plan", "assistant_director"):
        story.take(ended_in(each))
    assert story.may("outcome_recorded") == ("assistant_director",)
    story.take(ended_in(choice))
    assert story.standing is not None
    assert story.standing.status is Status.closed
