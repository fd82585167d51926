"""Around Bradford's conferences through signed requests: what was prepared, and what the team manager states (BR-14, BR-15)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.steps import Case, raises, report, sends_plans

TOM, HANNAH = "tom.ellery@wexborough.example", "hannah.okafor@wexborough.example"
PLAN = f"WX-204815,north-1,2026-09-07,2026-11-30;2027-05-24,{TOM},{HANNAH},on_plan"
NORTH = {"Team that has the case": "North safeguarding team 1"}
CORE_GROUPS, VISITS = "Were the core groups completed?", "Were the statutory visits completed?"


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, without a challenge."""
    with running(database_url, tmp_path, BEGINS, platform=platform) as started:
        yield started
        whole.check(started)


def test_br_15_br_14_a_review_comes_near_and_was_held(council: Council) -> None:
    sends_plans(council, council.nadia, PLAN)
    council.until("Monday 2026-11-23 09:30")
    statement = Case(council, "CH-1001")
    assert council.priya.has(statement.reference, "Monday 30 November 2026")
    statement.opens(council.priya, "fill")
    answers = {CORE_GROUPS: "Yes, all of them", VISITS: "No, not all of them"}
    reason = "If not: why could the visits not be completed?"
    assert reason in council.priya.tries(answers)
    council.priya.fills({reason: "The family was away for two weeks."})
    council.priya.closes()
    assert statement.is_closed(council.hannah)
    council.until("Monday 2026-11-30 10:00")
    preparation = Case(council, "CH-1002")
    assert council.hannah.has(preparation.reference, "How the conference was prepared")
    form = {
        "Which review was it?": "The initial review",
        "What was in place?": ("The right people were on the invite list", "An interpreter was booked"),
        "Feedback for the team": "The family had not seen the report.",
    }
    preparation.fills_in(council.hannah, "How the conference was prepared", form)
    assert council.priya.has(preparation.reference, "How the conference was prepared")
    assert preparation.is_closed(council.tom)


def test_br_14_the_form_is_filled_in_without_a_list_of_plans(council: Council) -> None:
    case = raises(
        council,
        council.hannah,
        {
            "Case reference": "WX-204815",
            "Social worker": "Tom Ellery",
            "Which review was it, and on which day?": "The initial review, 20 November.",
        },
        {"Under which procedure?": "Conference preparation"},
        NORTH,
    )
    case.fills_in(
        council.hannah, "How the conference was prepared", {"Which review was it?": "The initial review"}
    )
    assert case.is_closed(council.hannah)
    gaps = report(council.miriam, "Sunday 2026-11-01", "Monday 2026-11-23")
    assert "An interpreter was booked" in gaps
    assert "WX-204815" not in gaps


def test_br_15_the_coordinator_asks_before_an_initial_conference(council: Council) -> None:
    case = raises(
        council,
        council.hannah,
        {
            "Case reference": "WX-204815",
            "Social worker": "Tom Ellery",
            "On which day is the review?": "Friday 2026-11-27",
            "Which conference is it for?": "The initial conference.",
        },
        {"Under which procedure?": "Core groups and visits before a conference"},
        NORTH,
    )
    assert council.priya.has(case.reference, "Friday 27 November 2026")
    council.until("Thursday 2026-11-26 10:00")
    none_due = {CORE_GROUPS: "None was due before this conference", VISITS: "Yes, all of them"}
    case.fills_in(council.leo, "Core groups and statutory visits", none_due)
    assert case.is_closed(council.hannah)
