"""Challenging cases through signed requests, from each way in to each end (PROCEDURES: CT-1 to CT-14)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.person import Person
from tests.journeys.steps import Case, raises, report

REPORT = {
    "The case in brief, and what is worrying people": "The home is not safe.",
    "What partners have done so far": "Two assessments.",
    "Risks, protective factors, the parents' ability to change": "The risk remains.",
    "What the family is told, and by whom": "The team manager tells them.",
}


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """A Welsh council on Monday 23 November 2026, 09:10, without a challenge."""
    with running(database_url, tmp_path, BEGINS, authority="cwm-taf", platform=platform) as started:
        yield started
        whole.check(started)


def from_core_group(council: Council) -> Case:
    """The core group asks for a tier 1 review."""
    return raises(
        council,
        council.mair,
        {
            "Case reference": "CLG-204815",
            "Why is the plan not reducing the risk?": "The same agreements are broken every week.",
            "Social worker": "Osian Price",
            "Independent reviewing officer": "Elin Jenkins",
        },
        {"Is the child on the child protection register?": "Yes"},
    )


def from_professional(council: Council) -> Case:
    """A professional asks their senior safeguarding manager."""
    return raises(
        council,
        council.carys,
        {
            "Case reference": "CLG-204815",
            "Why is the plan not reducing the risk?": "The same agreements are broken every week.",
            "Senior safeguarding manager": "Sioned Hopkin",
            "Social worker": "Osian Price",
            "Independent reviewing officer": "Elin Jenkins",
        },
        {"Is the child on the child protection register?": "Yes"},
        {"Team that has the case": "Upper valley team"},
    )


def tier_1_meets(case: Case, council: Council) -> None:
    """The tier 1 meeting is held and written up."""
    case.sets_meeting(council.rhian, "Wednesday 2026-12-02")
    council.until("Wednesday 2026-12-02 15:00")
    case.held(council.rhian)
    case.fills_in(council.rhian, "Report of the tier 1 meeting", REPORT)


def tier_2_meets(case: Case, council: Council) -> None:
    """The tier 2 meeting is held and written up."""
    case.sets_meeting(council.rhian, "Wednesday 2026-12-09")
    council.until("Wednesday 2026-12-09 15:00")
    case.held(council.bethan)
    case.fills_in(council.bethan, "Report of the tier 2 meeting", REPORT)


def at_tier_3(council: Council) -> Case:
    """Tier 1 found that the risk is clearly very serious."""
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.outcome(council.rhian, "On to tier 3: the risk is clearly very serious")
    return case


def test_ct_1_ct_2_a_professionals_request_goes_through_their_manager(council: Council) -> None:
    case = from_professional(council)
    assert council.sioned.has(case.reference, "Please decide on the request")
    assert not council.aled.has(case.reference)
    assert not council.rhian.has(case.reference)
    council.sioned.presses("Agree", case.reference)
    assert council.rhian.has(case.reference, "Monday 7 December 2026")
    assert council.elin.has(case.reference, "for your information")
    # Whom the professional chose still holds, though neither had a part in the request itself.
    assert council.osian.has(case.reference)
    assert not council.farida.has(case.reference)
    assert not council.tomos.has(case.reference)


def test_ct_2_a_request_is_declined_with_a_reason(council: Council) -> None:
    case = from_professional(council)
    council.sioned.presses("Decline", case.reference)
    council.sioned.fills({"Why do you decline?": "The plan is four weeks old."})
    council.sioned.closes()
    assert case.is_closed(council.carys, "The plan is four weeks old.")
    assert not council.rhian.has(case.reference)


def test_ct_12_it_is_neither_for_immediate_risk_nor_for_a_child_off_the_register(council: Council) -> None:
    council.mair.types("/challenge raise")
    council.mair.puts({"Is there an immediate risk to the child?": "Yes"})
    assert "call 999" in council.mair.the_form().text
    council.mair.puts({"Is there an immediate risk to the child?": "No"})
    council.mair.puts({"Is the child on the child protection register?": "No"})
    form = council.mair.the_form()
    assert "make a report to children services" in form.text
    assert "Case reference" not in [field.label for field in form.fields]
    council.mair.closes()


def test_ct_3_ct_4_ct_11_the_meeting_is_set_with_those_on_the_list(council: Council) -> None:
    case = from_core_group(council)
    case.opens(council.rhian, "schedule")
    shown = council.rhian.the_form().text
    assert "Line managers of the core group members" in shown
    assert "Not invited: The family." in shown
    assert "may be used as evidence in court" in shown
    late = {"Day": "Tuesday 2026-12-08", "Time": "10:00", "What is this date?": "Confirm this date"}
    assert "This date is outside the window" in council.rhian.fills(late)
    council.rhian.puts({"Day": "Wednesday 2026-12-02", "Is the legal representative invited?": "Yes, invite"})
    council.rhian.puts({"Is the police representative invited?": "No"})
    assert "Please look at this once more." not in council.rhian.fills(
        {"Why is the police representative not invited?": "No involvement so far."}
    )
    council.rhian.closes()
    assert council.meleri.has(case.reference)
    assert not council.gareth.has(case.reference)
    assert council.osian.has(case.reference, "Wednesday 2 December 2026")


def test_ct_5_ct_6_ct_9_a_revised_plan_that_reduces_the_risk_ends_at_tier_1(council: Council) -> None:
    case = from_core_group(council)
    case.sets_meeting(council.rhian, "Wednesday 2026-12-02")
    council.until("Wednesday 2026-12-02 15:00")
    case.opens(council.rhian, "outcome")
    assert "can be recorded only afterwards" in council.rhian.the_form().text
    council.rhian.closes()
    case.held(council.rhian)
    case.fills_in(council.rhian, "Report of the tier 1 meeting", REPORT)
    case.outcome(council.rhian, "A revised plan; the core group looks again within 6 weeks")
    for person in (council.bethan, council.elin):
        assert person.has(case.reference, "revised plan")
    assert council.rhian.has(case.reference, "Wednesday 13 January 2027")
    council.until("Monday 2027-01-11 10:00")
    case.outcome(council.rhian, "Yes, the risk is reduced: closed here")
    assert case.is_closed(council.mair, "the risk is reduced")


def test_ct_5_the_report_names_the_owner_of_an_action_by_the_role(council: Council) -> None:
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.agrees(council.rhian, "Visits every week", "Osian", "Friday 2026-12-11")
    case.opens(council.rhian, "document")
    council.rhian.fills({"Which document?": "Report of the tier 1 meeting"})
    council.live()
    file = Document(io.BytesIO(council.rhian.downloads(f"{case.reference}-report-of-meeting.docx")))
    rows = [[cell.text for cell in row.cells] for table in file.tables for row in table.rows]
    assert ["Visits every week", "Social worker", "Friday 11 December 2026", "Not yet"] in rows


@pytest.mark.parametrize("outcome", ["Legal process begins", "The conference is reconvened"])
def test_ct_6_tier_1_ends_with_legal_process_or_a_conference(council: Council, outcome: str) -> None:
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.outcome(council.rhian, outcome)
    if outcome == "The conference is reconvened":
        assert not case.is_closed(council.mair)
        case.outcome(council.rhian, "It has met, and goes on with the case")
    else:
        assert council.meleri.has(case.reference)
    assert case.is_closed(council.mair)


def test_ct_7_ct_8_tier_2_is_chaired_by_the_service_manager_and_reduces_the_risk(council: Council) -> None:
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.outcome(council.rhian, "On to tier 2")
    assert council.bethan.has(case.reference, "Tier 2")
    assert council.rhian.has(case.reference, "Wednesday 16 December 2026")
    tier_2_meets(case, council)
    case.outcome(council.bethan, "A revised plan; the core group looks again within 6 weeks")
    case.outcome(council.bethan, "Yes, the risk is reduced: closed here")
    assert case.is_closed(council.elin)


def test_ct_8_ct_9_no_change_after_six_weeks_leads_from_tier_2_to_tier_3(council: Council) -> None:
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.outcome(council.rhian, "A revised plan; the core group looks again within 6 weeks")
    case.outcome(council.rhian, "No, nothing has changed: on to tier 2")
    tier_2_meets(case, council)
    case.outcome(council.bethan, "On to tier 3: a multi-agency supervision event")
    assert council.catrin.has(case.reference, "Tier 3")


def facilitators(council: Council, case: Case) -> list[Person]:
    """Those of the pool who have a part in it."""
    pool = (council.nesta, council.samuel, council.glenys, council.idris)
    return [person for person in pool if person.has(case.reference)]


def test_ct_10_tier_3_from_its_facilitators_to_its_report_and_the_copy(council: Council) -> None:
    case = at_tier_3(council)
    two = facilitators(council, case)
    assert len(two) == 2
    first = two[0]
    case.sets_meeting(council.catrin, "Monday 2026-12-14")
    case.fills_in(
        first,
        "Facilitators' meeting before the event",
        {"On which day did you meet?": "Wednesday 2026-12-02"},
    )
    council.until("Monday 2026-12-14 16:00")
    case.held(first)
    case.agrees(first, "See the child alone.", "Osian Price", "Monday 2026-12-21")
    assert council.osian.has(case.reference, "See the child alone.")
    case.fills_in(
        first,
        "Facilitators' meeting after the event",
        {"On which day did you meet?": "Monday 2026-12-14", "What came of your look back?": "One action."},
    )
    case.outcome(first, "It took place, and actions are agreed")
    assert council.ifor.has(case.reference, "Tier 3: outcome report")
    case.fills_in(
        two[1],
        "Outcome report of the event",
        {
            "On which day does the sub group receive it?": "Thursday 2027-01-14",
            "What the event found": "The plan was too general.",
            "Learning points for practice": "Name who sees the child.",
        },
    )
    case.fills_in(
        council.rhian,
        "Copy to the core group or conference",
        {
            "Which came first?": "The core group",
            "On which day was the report shared there?": "Monday 2026-12-14",
            "The child's file": "A copy of the report is on the child's file",
        },
    )
    for person in (council.ifor, council.catrin):
        assert "Next: Ifor Williams or Catrin Davies to record the outcome." in person.types(
            f"/challenge show {case.reference}"
        )
    case.outcome(council.ifor, "Reported and shared: closed")
    assert case.is_closed(council.mair)
    council.osian.presses("Done", "See the child alone.")  # what was agreed may still be done


def test_ct_5_ct_9_agenda_and_report_come_as_word_files_in_both_languages(council: Council) -> None:
    case = from_core_group(council)
    case.sets_meeting(council.rhian, "Wednesday 2026-12-02")
    agenda = case.document(council.rhian, "Agenda of the review")
    assert "Wednesday 2 December 2026" in agenda
    assert "Line managers of the core group members" in agenda
    council.until("Wednesday 2026-12-02 15:00")
    case.held(council.rhian)
    case.fills_in(council.rhian, "Report of the tier 1 meeting", REPORT)
    case.outcome(council.rhian, "On to tier 2")
    written = case.document(council.elin, "Report of the tier 1 meeting")
    for words in (*REPORT.values(), "On to tier 2", "CLG-204815"):
        assert words in written
    for person in council.everybody:
        assert person.name not in written
    welsh = case.document(council.elin, "Report of the tier 1 meeting", **{"In which language?": "Cymraeg"})
    assert "Ymlaen i haen 2" in welsh
    assert "On to tier 2" not in welsh


def test_ct_14_the_sub_group_gets_numbers_without_any_case(council: Council) -> None:
    case = from_core_group(council)
    tier_1_meets(case, council)
    case.outcome(council.rhian, "On to tier 2")
    tier_2_meets(case, council)
    numbers = report(council.ifor, "Sunday 2026-11-01", "Wednesday 2026-12-09")
    assert "Tier 1: Professional Review" in numbers
    assert "Tier 2: Senior Professional Review" in numbers
    for detail in ("CLG-204815", case.reference, "broken every week", *REPORT.values()):
        assert detail not in numbers


def test_ct_13_a_combined_meeting_needs_everybody(council: Council) -> None:
    case = from_core_group(council)
    case.sets_meeting(council.rhian, "Wednesday 2026-12-02")
    council.until("Wednesday 2026-12-02 15:00")
    case.opens(council.rhian, "held")
    everybody = tuple(council.rhian.the_form().field("Who was there?").choices)
    combined = "Was it combined with another meeting?"
    cse = "Child sexual exploitation strategy meeting"
    values = {"On which day was it held?": case.today, "Who was there?": everybody[:-1], combined: cse}
    wrong = council.rhian.tries(values)
    assert "possible only when everybody on the list is there" in wrong[combined]
    case.sends(council.rhian, {"Who was there?": everybody})
    assert council.mair.has(case.reference, "held")


@pytest.mark.parametrize("way", ["resolve", "withdraw"])
def test_ct_1_whoever_asked_may_end_it(council: Council, way: str) -> None:
    case = from_core_group(council)
    case.opens(council.mair, way)
    label = council.mair.the_form().fields[0].label
    case.sends(council.mair, {label: "The family has moved in with the grandparents."})
    assert council.rhian.has(case.reference, "resolved" if way == "resolve" else "withdrawn")
