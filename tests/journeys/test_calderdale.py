"""Reviews of long plans through signed requests, from the third review or earlier to each end (PROCEDURES: CA-1 to CA-7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.steps import Case, raises, report, sends_plans

POPPY, MARTHA = "poppy.sykes@hebwick.example", "martha.greenwood@hebwick.example"
PLAN = f"HW-204815,upper-1,2025-09-01,2025-11-24;2026-05-18;2026-11-24;2027-05-17,{POPPY},{MARTHA},on_plan"
YOUNG = f"HW-204816,upper-1,2026-03-02,2026-05-25;2026-11-30,{POPPY},{MARTHA},on_plan"
PERSPECTIVE = {
    "What has changed against the plan's objectives?": "Little.",
    "What holds progress back?": "No assessment was made.",
    "What should the meeting discuss?": "Who assesses, and by when?",
}
ASSESSED = "On which day was it completed?"


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, without a review."""
    with running(database_url, tmp_path, BEGINS, authority="calderdale", platform=platform) as started:
        yield started
        whole.check(started)


def at_third_review(council: Council) -> Case:
    """The third review conference is on Tuesday 24 November."""
    sends_plans(council, council.abigail, PLAN)
    council.until("Tuesday 2026-11-24 09:30")
    return Case(council, "CH-1001")


def asked_for_earlier(council: Council, case: str = "HW-204817") -> Case:
    """Martha asks for a case review before the third review."""
    return raises(
        council,
        council.martha,
        {
            "Case reference": case,
            "Social worker": "Poppy Sykes",
            "On which day did the child's plan begin?": "Monday 2026-03-02",
            "What is your judgement, and why now?": "It is plain that nothing will change before the third review.",
        },
        {"Team that has the case": "Upper dale team"},
    )


def monitored(council: Council) -> Case:
    """The case review meeting has agreed an action and a review point."""
    case = at_third_review(council)
    case.fills_in(council.martha, "The conference chair's perspective", PERSPECTIVE)
    case.outcome(council.salma, "Yes, a case review meeting is held")
    case.sets_meeting(council.salma, "Thursday 2026-12-03")
    case.fills_in(council.poppy, "The single assessment", {ASSESSED: "Monday 2026-11-02"})
    council.until("Thursday 2026-12-03 15:00")
    case.held(council.salma)
    case.agrees(council.salma, "An assessor is named.", "Lionel Barker", "Thursday 2026-12-10", "Action")
    case.agrees(council.salma, "Look at the actions together.", "", "Monday 2027-01-18", "Review point")
    case.outcome(council.salma, "Actions and a review point are agreed")
    return case


def test_ca_1_six_people_hear_of_the_third_review_and_of_each_one_after_it(council: Council) -> None:
    at_third_review(council)
    six = (council.poppy, council.martha, council.lionel, council.rupert, council.salma, council.brenda)
    for person in six:
        assert person.has("CH-1001", "HW-204815")
    assert not council.ewan.has("CH-1001")
    assert not council.zahid.has("CH-1001")
    council.until("Monday 2027-05-17 09:30")
    for person in six:
        assert person.has("CH-1002", "HW-204815")


def test_ca_2_before_the_second_review_it_is_too_early(council: Council) -> None:
    sends_plans(council, council.abigail, YOUNG)
    council.martha.types("/challenge raise")
    council.martha.puts({"Team that has the case": "Upper dale team"})
    wrong = council.martha.tries(
        {
            "Case reference": "HW-204816",
            "Social worker": "Poppy Sykes",
            "On which day did the child's plan begin?": "Monday 2026-03-02",
            "What is your judgement, and why now?": "Nothing changes.",
        }
    )
    assert (
        "is open once the child's plan has had 2 reviews; the list of plans shows one so far."
        in wrong["Case reference"]
    )
    council.martha.closes()


def test_ca_2_two_endorse_an_earlier_review(council: Council) -> None:
    case = asked_for_earlier(council)
    council.lionel.presses("Agree", case.reference)
    assert not council.rupert.has(case.reference)
    council.salma.presses("Agree", case.reference)
    assert council.rupert.has(case.reference, "Decision on a case review")


def test_ca_2_or_one_of_them_does_not(council: Council) -> None:
    case = asked_for_earlier(council)
    council.salma.presses("Decline", case.reference)
    council.salma.fills({"Why do you decline?": "The last review saw good progress."})
    council.salma.closes()
    assert case.is_closed(council.martha, "The last review saw good progress.")


def test_ca_3_without_a_meeting_it_ends_with_the_decision(council: Council) -> None:
    case = at_third_review(council)
    refused = council.salma.types(f"/challenge outcome {case.reference}")
    assert "The conference chair's perspective" in refused or council.salma.form is not None
    council.salma.closes()
    case.fills_in(council.martha, "The conference chair's perspective", PERSPECTIVE)
    case.outcome(council.salma, "No, the plan is on course without one")
    assert case.is_closed(council.martha)


def test_ca_4_an_assessment_that_will_be_too_old_is_warned_about(council: Council) -> None:
    case = at_third_review(council)
    case.fills_in(council.martha, "The conference chair's perspective", PERSPECTIVE)
    case.outcome(council.salma, "Yes, a case review meeting is held")
    case.sets_meeting(council.salma, "Thursday 2026-12-03")
    case.opens(council.poppy, "fill")
    warned = council.poppy.fills({ASSESSED: "Friday 2026-10-02"})
    assert "on Thursday 3 December 2026 this will be older than 2 months" in warned
    assert "Please look at this once more." not in council.poppy.fills({ASSESSED: "Monday 2026-10-05"})
    council.poppy.closes()


def test_ca_5_actions_and_points_are_reminded_of_until_the_plan_has_moved(council: Council) -> None:
    case = monitored(council)
    assert council.lionel.has(case.reference, "An assessor is named.")
    council.until("Thursday 2026-12-10 10:00")
    assert "An assessor is named." in council.lionel.types("/challenge digest")
    council.lionel.presses("Done", "An assessor is named.")
    case.agrees(council.salma, "Ask the team how it goes.", "", "Monday 2026-12-14", "Update point")
    council.until("Monday 2026-12-14 10:00")
    assert "Ask the team how it goes." in council.salma.types("/challenge digest")
    update = {
        "How do the actions progress?": "As agreed",
        "What was done, and what comes next?": "All is well.",
    }
    case.fills_in(council.salma, "Update on the agreed actions", update)
    case.outcome(council.salma, "The plan has moved forward")
    assert case.is_closed(council.martha)


def test_ca_6_delay_and_then_drift_go_further(council: Council) -> None:
    case = monitored(council)
    assert not council.conrad.has(case.reference)
    delay = "There is delay: the child protection service manager is told"
    more = {
        "If there is delay or drift: what is the cause?": "Agreed actions were not carried out",
        "What was done, and what comes next?": "The assessor is away.",
    }
    case.fills_in(
        council.salma, "Update on the agreed actions", {"How do the actions progress?": delay} | more
    )
    assert council.conrad.has(case.reference)
    drift = "Drift goes on: formal practice dispute resolution begins"
    case.fills_in(
        council.salma, "Update on the agreed actions", {"How do the actions progress?": drift} | more
    )
    assert council.conrad.has(case.reference, "Formal practice dispute resolution")
    case.outcome(council.salma, "A way forward is agreed")
    assert case.is_closed(council.martha)


def test_ca_3_the_perspective_becomes_the_agenda_as_a_word_file(council: Council) -> None:
    case = at_third_review(council)
    case.fills_in(council.martha, "The conference chair's perspective", PERSPECTIVE)
    case.outcome(council.salma, "Yes, a case review meeting is held")
    agenda = case.document(council.salma, "Agenda of the case review meeting")
    for words in PERSPECTIVE.values():
        assert words in agenda


def test_ca_8_the_leadership_reads_numbers_and_lessons_of_six_months(council: Council) -> None:
    case = monitored(council)
    lesson = {"What can the service learn from this?": "Name the assessor at the first review."}
    case.fills_in(council.salma, "Lessons learnt", lesson)
    read = report(council.salma, "Wednesday 2026-07-01", "Thursday 2026-12-03")
    assert "Name the assessor at the first review." in read
    assert "Case review meeting" in read
    for detail in ("HW-204815", case.reference, "No assessment was made."):
        assert detail not in read


def test_ca_7_the_two_years_are_counted_down_on_the_card(council: Council) -> None:
    case = at_third_review(council)
    assert council.salma.has(case.reference, "Outer limit of two years", "1 September 2027")
