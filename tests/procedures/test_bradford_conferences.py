"""Bradford around a conference (PROCEDURES: BR-14 and BR-15), with the engine alone."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.engine import Status
from tests.procedures.cases import begun, by_trigger, due_day, filled, shipped, told
from tests.procedures.stories import Story

ALL = (
    "invite_list",
    "childcare",
    "advocate_child",
    "advocate_adult",
    "interpreter",
    "report",
    "shared_family",
    "shared_cpc",
)


@pytest.mark.parametrize("review", ["initial", "nine_month"])
@pytest.mark.parametrize("in_place", [(), ("invite_list",), ALL])
def test_br_14_the_coordinator_fills_in_one_form_and_is_done(review: str, in_place: tuple[str, ...]) -> None:
    story = Story(shipped("bradford-preparation"), begun("preparation"))
    assert story.waits_for() == {"Fill in “How the conference was prepared”": ("raiser",)}
    story.take(filled("preparation", review=review, in_place=in_place, feedback=""))
    assert told(story, "form_recorded") >= {"social_worker", "team_manager"}
    assert story.standing is not None
    assert story.standing.status is Status.closed


def test_br_14_the_form_asks_for_all_that_should_be_in_place() -> None:
    fields = {field.id: field for field in shipped("bradford-preparation").first.forms["preparation"].field}
    assert tuple(choice.id for choice in fields["in_place"].choices) == ALL
    assert not fields["in_place"].all  # what is left open is a gap, not a mistake


def test_br_15_the_statement_is_due_on_the_day_of_the_review() -> None:
    file = shipped("bradford-conference")
    story = Story(file, by_trigger("statement", "before-review", review=date(2026, 11, 30)))
    assert due_day(story) == date(2026, 11, 30)
    assert story.may("form_recorded") == ("team_manager",)
    assert due_day(Story(file, begun("statement"))) is None  # an initial conference has no day here


@pytest.mark.parametrize("what", ["core_groups", "visits"])
def test_br_15_what_was_not_completed_needs_a_reason(what: str) -> None:
    story = Story(shipped("bradford-conference"), begun("statement"))
    answers = {"core_groups": "yes", "visits": "none_due"} | {what: "no"}
    field = f"field_{what}_reason"
    story.refuses(filled("statement", **answers), field=field)
    story.take(filled("statement", **answers, **{f"{what}_reason": "The family could not be met."}))
    assert told(story, "form_recorded") >= {"raiser"}
    assert story.standing is not None
    assert story.standing.status is Status.closed


def test_br_15_completed_needs_none() -> None:
    story = Story(shipped("bradford-conference"), begun("statement"))
    story.take(filled("statement", core_groups="yes", visits="yes"))
    assert story.standing is not None
    assert story.standing.status is Status.closed
