"""Birmingham's small procedures through signed requests, each to each of its ends (PROCEDURES: BI-1 to BI-7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.steps import Case, raises, sends_plans

EAST = {"Team that has the case": "East safeguarding team"}
CHLOE, JUDITH = "chloe.baptiste@ardenforge.example", "judith.amos@ardenforge.example"


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, with nothing recorded."""
    with running(database_url, tmp_path, BEGINS, authority="birmingham", platform=platform) as started:
        yield started
        whole.check(started)


# --- absence from conferences ----------------------------------------------------------------------------------------


def absence(council: Council, case: str = "AF-204815", agency: str = "Health") -> Case:
    """A school nurse neither came to a review conference nor sent a report."""
    return raises(
        council,
        council.judith,
        {
            "Case reference": case,
            "What did the conference lack because of it?": "Nobody knew about the hospital visits.",
            "Which agency does the professional belong to?": agency,
            "What is the professional's function?": "School nurse",
            "Which conference was it?": "A review conference",
            "On which day was the conference?": "Friday 2026-11-20",
        },
        {"Under which procedure?": "Absence from conferences"},
        EAST,
    )


@pytest.mark.parametrize("reason", ["Other work, or nobody to stand in", "No answer came"])
def test_bi_1_the_chair_writes_is_reminded_and_records_the_answer(council: Council, reason: str) -> None:
    case = absence(council)
    case.fills_in(council.judith, "The letter is sent", {"On which day was it sent?": "Monday 2026-11-23"})
    council.until("Thursday 2026-12-03 10:00")
    assert council.judith.has(case.reference, "2 working days left")
    case.fills_in(council.judith, "The answer", {"What was the reason?": reason})
    assert case.is_closed(council.judith)


def test_bi_1_the_letter_asks_for_the_reason_and_names_nobody(council: Council) -> None:
    case = absence(council)
    letter = case.document(council.judith, "Child protection conference: your absence and report")
    for words in ("AF-204815", "School nurse", "20 November 2026"):
        assert words in letter
    assert "Judith" not in letter


def test_bi_2_repeated_absence_of_an_agency_reaches_its_lead_once(council: Council) -> None:
    for number in range(2):
        absence(council, f"AF-20481{number}")
    absence(council, "AF-204820", "Police")
    council.until("Tuesday 2026-11-24 10:00")
    assert not council.ursula.notices
    absence(council, "AF-204819")
    council.until("Wednesday 2026-11-25 10:00")
    assert len(council.ursula.notices) == 1
    assert "3" in council.ursula.notices[0].text
    assert not council.neil.notices
    council.until("Friday 2026-11-27 10:00")
    assert len(council.ursula.notices) == 1


# --- safety scores ---------------------------------------------------------------------------------------------------


def scored(council: Council, scores: str) -> str:
    """Judith enters the scores of a conference; what she is told."""
    council.judith.types("/challenge raise")
    for each in ({"Under which procedure?": "Safety scores"}, EAST):
        council.judith.puts(each)
    answer = council.judith.fills(
        {
            "Case reference": "AF-204815",
            "Social worker": "Chloe Baptiste",
            "Why were these scores given?": "Nobody believes that the plan holds.",
            "What are the scores of all who scored?": scores,
        }
    )
    council.judith.closes()
    return answer


def test_bi_3_most_scores_are_0_and_the_managers_hear_at_once(council: Council) -> None:
    assert "goes to Simon Thorpe" in scored(council, "0, 0, 0, 3")
    case = Case(council, "CH-1001")
    for person in (council.simon, council.helen, council.chloe):
        assert person.has(case.reference, "Oversight by the social worker's managers")
    steps = {
        "What do you make of the decisions so far?": "They hold.",
        "What happens now, who does it and by when?": "A visit today.",
    }
    case.fills_in(council.simon, "Oversight and next steps", steps)
    assert council.judith.has(case.reference, "Oversight and next steps")
    case.outcome(council.simon, "Not yet")
    case.outcome(council.simon, "Yes, the next steps are under way")
    assert case.is_closed(council.judith)


@pytest.mark.parametrize(
    "decision", ["A child-in-need plan will do", "The child protection plan is still needed"]
)
def test_bi_4_most_scores_are_above_5_and_the_discussion_is_recorded(council: Council, decision: str) -> None:
    scored(council, "6, 7, 8, 2")
    case = Case(council, "CH-1001")
    assert council.judith.has(case.reference, "Discussion of a child-in-need plan")
    case.outcome(council.judith, decision)
    assert case.is_closed(council.simon)


def test_bi_3_bi_4_in_between_it_is_recorded_and_closed_at_once(council: Council) -> None:
    answer = scored(council, "0, 4, 6")
    assert "Nothing more is asked, and the record is closed." in answer


# --- a child-in-need plan after de-listing ---------------------------------------------------------------------------


def de_listed(council: Council, status: str = "ended") -> Case:
    """The next list shows that the plan has ended."""
    plan = f"AF-204815,east-1,2026-01-05,2026-03-30;2026-09-21,{CHLOE},{JUDITH},"
    sends_plans(council, council.bashir, plan + "on_plan")
    council.until("Tuesday 2026-11-24 09:10")
    sends_plans(council, council.bashir, plan + status)
    council.until("Tuesday 2026-11-24 11:00")
    return Case(council, "CH-1001")


@pytest.mark.parametrize("status", ["looked_after", "moved"])
def test_bi_5_nothing_opens_for_a_child_who_is_looked_after_or_has_moved(
    council: Council, status: str
) -> None:
    case = de_listed(council, status)
    assert not council.simon.has(case.reference)


def test_bi_5_the_child_in_need_plan_is_kept_for_three_months(council: Council) -> None:
    case = de_listed(council)
    assert council.simon.has(case.reference, "Child-in-need plan after de-listing")
    case.outcome(council.simon, "A child-in-need plan is in place")
    case.opens(council.simon, "outcome")
    choice = council.simon.the_form().fields[0].label
    kept = "It was in place for three months or more"
    wrong = council.simon.tries(
        {choice: kept, "On which day was it?": case.today, "Summary": "It is going well."}
    )
    assert "Monday 21 December 2026" in wrong[choice], "Three months from the conference of 21 September."
    council.simon.closes()
    council.until("Monday 2026-12-21 10:00")
    case.outcome(council.simon, kept)
    assert case.is_closed(council.judith)


@pytest.mark.parametrize(
    "path",
    [
        ("Exceptionally, there is no child-in-need plan",),
        ("A child-in-need plan is in place", "It ended, or is to end, before three months"),
    ],
)
def test_bi_5_an_exception_has_a_reason_and_is_talked_through(
    council: Council, path: tuple[str, ...]
) -> None:
    case = de_listed(council)
    for each in path:
        case.outcome(council.simon, each)
    reason = {
        "What is the reason?": "The grandparents look after the child.",
        "Where the reason stands": ("On the child's file", "In the minutes of the review"),
    }
    case.fills_in(council.chloe, "Why no child-in-need plan is needed", reason)
    assert council.helen.has(case.reference, "Why no child-in-need plan is needed")
    talk = {"On which day?": "Tuesday 2026-11-24", "What came of it?": "The reason was looked at."}
    case.fills_in(council.simon, "Discussion in supervision", talk)
    case.outcome(council.helen, "The reason holds")
    assert case.is_closed(council.judith)


# --- de-listing at three months, and core groups ---------------------------------------------------------------------


def test_bi_6_the_conversation_before_the_meeting_is_recorded(council: Council) -> None:
    case = raises(
        council,
        council.simon,
        {
            "Case reference": "AF-204815",
            "Conference chair": "Judith Amos",
            "Social worker": "Chloe Baptiste",
            "On which day is the review?": "Wednesday 2026-12-02",
            "What do you propose, and why?": "The plan can end at three months.",
        },
        {"Under which procedure?": "De-listing proposed at three months"},
    )
    assert council.judith.has(case.reference, "Wednesday 2 December 2026")
    assert not council.ravi.has(case.reference)
    talk = {
        "On which day did you talk?": "Monday 2026-11-23",
        "Who talked with the chair?": ("The social worker", "The team manager"),
        "Reasons, progress, and what the chair takes into the meeting": "Progress is steady.",
    }
    case.fills_in(council.judith, "The conversation", talk)
    assert case.is_closed(council.simon)


@pytest.mark.parametrize("settled", [True, False])
def test_bi_7_attendance_is_settled_by_the_team_manager_or_goes_further_in_writing(
    council: Council, settled: bool
) -> None:
    case = raises(
        council,
        council.chloe,
        {
            "Case reference": "AF-204815",
            "What is the difficulty, and how does it hold the plan back?": "Housing has missed three core groups.",
            "Which agency is it about?": "Housing",
        },
        {"Under which procedure?": "Attendance at core groups"},
    )
    assert council.simon.has(case.reference, "With the team manager")
    if settled:
        case.outcome(council.simon, "The agency takes its part again")
    else:
        case.outcome(council.simon, "It could not be settled: it goes further in writing")
        assert council.helen.has(case.reference, "Escalated in writing")
        letter = {"To whom?": "Head of housing options", "On which day?": "Monday 2026-11-23"}
        case.fills_in(council.simon, "The letter is sent", letter)
        case.outcome(council.helen, "The child's needs are met in another way")
    assert case.is_closed(council.chloe)
