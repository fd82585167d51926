"""What people read about what is next: who must do it first, and a date of another year as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.steps import Case, sends_plans

POPPY, MARTHA = "poppy.sykes@hebwick.example", "martha.greenwood@hebwick.example"
THIRD_REVIEW_OVER = f"HW-100001,upper-1,2025-03-03,2025-06-02;2025-12-01;2026-06-01,{POPPY},{MARTHA},on_plan"
GRACE, YUSUF = "grace.obi@marlowebay.example", "yusuf.karim@marlowebay.example"
LONG_AGO = f"MB-100001,moor-1,2024-01-02,2024-04-01,{GRACE},{YUSUF},on_plan"
PERSPECTIVE = {
    "What has changed against the plan's objectives?": "Little.",
    "What holds progress back?": "Housing.",
    "What should the meeting discuss?": "Housing.",
}


@pytest.fixture
def reviewers(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """A council that reviews plans of fifteen months, on Monday 23 November 2026, 09:10."""
    with running(database_url, tmp_path, BEGINS, authority="calderdale", platform=platform) as started:
        yield started
        whole.check(started)


@pytest.fixture
def facilitators(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """A council that holds sessions, on Monday 23 November 2026, 09:10."""
    with running(database_url, tmp_path, BEGINS, authority="newcastle", platform=platform) as started:
        yield started
        whole.check(started)


def test_ca_3_the_decision_waits_for_the_chair_and_says_so(reviewers: Council) -> None:
    sends_plans(reviewers, reviewers.abigail, THIRD_REVIEW_OVER)
    first = "Martha Greenwood to fill in “The conference chair's perspective”"
    assert reviewers.salma.has("CH-1001", f"Before that: {first}.")
    assert reviewers.martha.has("CH-1001", f"Next: {first}; then Salma Yasin to record the outcome.")

    case = Case(reviewers, "CH-1001")
    case.fills_in(reviewers.martha, "The conference chair's perspective", PERSPECTIVE)
    assert not reviewers.salma.has("Before that")
    assert reviewers.martha.has("Next: Salma Yasin to record the outcome.")

    case.outcome(reviewers.salma, "Yes, a case review meeting is held")
    assert reviewers.salma.has("Please set the date of the meeting, and record the outcome once it is known;")
    case.sets_meeting(reviewers.salma, "Monday 2026-11-30")
    assert not reviewers.salma.has("Please set the date of the meeting")


def test_a_window_that_is_over_when_it_opens_is_called_overdue_with_its_year(facilitators: Council) -> None:
    sends_plans(facilitators, facilitators.kofi, LONG_AGO)
    (asked,) = facilitators.marcus.about("MB-100001")
    assert asked.preview == "CH-1001: overdue, please answer"
    facilitators.until("Tuesday 2026-11-24 09:30")
    assert "was due Wed 2 Apr 2025" in facilitators.marcus.messages[-1].text


def test_who_raised_it_and_is_asked_too_is_reminded_and_after_a_swap_hears_of_the_lapse(
    facilitators: Council,
) -> None:
    row = f"MB-100002,moor-1,2025-09-01,2025-12-01,{GRACE},{YUSUF},on_plan"
    sends_plans(facilitators, facilitators.kofi, row)
    frances, joel = facilitators.frances, facilitators.joel
    assert frances.has("CH-1001", "It went to you and Marcus Bell.")
    frances.types("/challenge swap CH-1001")
    whom = next(label for label in frances.the_form().field("Whom do you ask?").choices if "Joel" in label)
    frances.fills({"Whom do you ask?": whom})
    frances.closes()
    joel.presses("I will take it", "Frances Kirk asks you")
    facilitators.until("Thursday 2026-12-03 09:30")
    assert [one.preview for one in frances.about("CH-1001") if "no full answer" in one.preview]
    assert not [one.preview for one in frances.about("CH-1001") if "reminder" in one.preview]
