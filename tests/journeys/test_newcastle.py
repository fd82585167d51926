"""Challenge and support sessions through signed requests, from the list of plans to each end (PROCEDURES: NC-1 to NC-7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.conftest import BEGINS
from tests.journeys.driver import Council, running
from tests.journeys.person import Person
from tests.journeys.steps import Case, sends_plans

ANIKA, RACHEL = "anika.desai@marlowebay.example", "rachel.stone@marlowebay.example"
PLAN = f"MB-204815,harbour-1,2025-09-24,2025-12-15;2026-06-08,{ANIKA},{RACHEL},on_plan"
OTHER = f"MB-204816,harbour-1,2025-09-25,2025-12-16;2026-06-09,{ANIKA},{RACHEL},on_plan"
THIRD = f"MB-204817,harbour-1,2025-09-26,2025-12-17;2026-06-10,{ANIKA},{RACHEL},on_plan"
SIX = (
    "Presenting issues",
    "Precipitating issues",
    "Predictive factors",
    "Predisposing factors",
    "Perpetuating factors",
    "Protective factors",
)
PLACED = {"Where it has gone": "It is placed on the child's record"}
FED_IN = {
    "Was the session's outcome fed into the review?": "Yes, the review discussed it",
    "What did the review make of it?": "It took up both actions.",
}


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """The council on Monday 23 November 2026, 09:10, without a session."""
    with running(database_url, tmp_path, BEGINS, authority="newcastle", platform=platform) as started:
        yield started
        whole.check(started)


def reached(council: Council) -> Case:
    """A child has been on a plan for fourteen months on Tuesday 24 November."""
    sends_plans(council, council.kofi, PLAN)
    council.until("Tuesday 2026-11-24 09:30")
    return Case(council, "CH-1001")


def among(case: Case, *people: Person) -> Person:
    """The one of these whose turn it is."""
    (found,) = [person for person in people if person.has(case.reference, "Record of the session")]
    return found


def held_and_written_up(council: Council) -> Case:
    """The session took place on Friday 4 December, and its outcome is recorded."""
    case = reached(council)
    leader = among(case, council.petra, council.marcus)
    case.sets_meeting(leader, "Friday 2026-12-04")
    council.until("Friday 2026-12-04 15:00")
    case.held(leader)
    case.fills_in(leader, "Record of the session", dict.fromkeys(SIX, "Said in the session.") | PLACED)
    case.outcome(leader, "The session took place; its outcome goes to the review")
    return case


def test_nc_1_the_team_manager_sees_who_reaches_fourteen_months_once(council: Council) -> None:
    sends_plans(council, council.kofi, PLAN, OTHER)
    assert "MB-204815" in council.frances.types("/challenge plans")
    assert not council.frances.has("CH-1001")
    council.until("Tuesday 2026-11-24 09:30")
    assert council.frances.has("CH-1001", "MB-204815")
    assert not council.frances.has("CH-1002")
    sends_plans(council, council.kofi, PLAN, OTHER)
    council.until("Wednesday 2026-11-25 09:30")
    assert council.frances.has("CH-1002", "MB-204816")
    assert not council.frances.has("CH-1003")


def test_nc_2_the_facilitators_take_turns_and_a_practice_lead_comes_to_every_session(
    council: Council,
) -> None:
    sends_plans(council, council.kofi, PLAN, OTHER)
    council.until("Wednesday 2026-11-25 09:30")
    one, two = Case(council, "CH-1001"), Case(council, "CH-1002")
    leads = [among(case, council.petra, council.marcus) for case in (one, two)]
    assert len({person.id for person in leads}) == 2


def test_nc_2_all_three_of_the_rota_get_a_turn(council: Council) -> None:
    sends_plans(council, council.kofi, PLAN, OTHER, THIRD)
    council.until("Thursday 2026-11-26 09:30")
    cases = [Case(council, f"CH-{number}") for number in (1001, 1002, 1003)]
    rota = (council.joel, council.winifred, council.frances)
    asked = [
        person
        for case in cases
        for person in rota
        if person.has(case.reference, f"{person.name} (facilitator)")
    ]
    assert len(asked) == 3
    assert {person.id for person in asked} == {person.id for person in rota}
    assert council.frances.has("It went to you and")


def test_nc_3_the_social_worker_adds_professionals_and_family(council: Council) -> None:
    case = reached(council)
    leader = among(case, council.petra, council.marcus)
    case.sets_meeting(leader, "Friday 2026-12-04")
    for person in (council.anika, council.stella, council.rachel):
        assert person.has(case.reference, "Friday 4 December 2026")
    for function in ("School nurse", "Grandmother"):
        case.opens(council.anika, "invite")
        case.sends(council.anika, {"Add somebody from outside": function})
    case.opens(leader, "invite")
    shown = leader.the_form().text
    assert "School nurse" in shown
    assert "Grandmother" in shown
    leader.closes()


def test_nc_4_nc_5_prepared_recorded_in_the_six_ps_and_sent_to_the_service_manager(council: Council) -> None:
    case = reached(council)
    leader = among(case, council.petra, council.marcus)
    case.sets_meeting(leader, "Friday 2026-12-04")
    read = ("The child protection plan", "The minutes of the latest review")
    case.fills_in(leader, "Preparation", {"What I have read": read})
    council.until("Friday 2026-12-04 15:00")
    case.opens(leader, "held")
    there = tuple(leader.the_form().field("Who was there?").choices)
    values = {"On which day was it held?": case.today, "Who was there?": there}
    assert "“Preparation” has not been filled in by" in leader.fills(values)
    leader.fills({"Nothing has been saved yet": "I know; save it all the same"})
    leader.closes()
    refused = leader.types(f"/challenge outcome {case.reference}")
    assert refused == "This was not done\nBefore this outcome, please fill in “Record of the session”."
    case.fills_in(leader, "Record of the session", dict.fromkeys(SIX, "Said in the session.") | PLACED)
    assert council.denise.has(case.reference, "Record of the session")


def test_nc_5_the_record_is_a_word_file_for_the_service_manager(council: Council) -> None:
    case = held_and_written_up(council)
    written = case.document(council.denise, "Record of the challenge and support session")
    for heading in SIX:
        assert heading in written
    assert "MB-204815" in written
    assert "Anika" not in written


def test_nc_6_the_outcome_is_fed_into_the_review_and_the_child_comes_off_the_plan(council: Council) -> None:
    case = held_and_written_up(council)
    assert council.rachel.has(case.reference, "Review at fifteen months")
    assert council.rachel.has(case.reference, "Thursday 24 December 2026")
    case.fills_in(council.rachel, "The session's outcome at the review", FED_IN)
    case.outcome(council.rachel, "The child is no longer on a plan")
    assert case.is_closed(council.frances)


def test_nc_6_without_a_session_the_review_is_opened_by_hand_once_the_time_has_run_out(
    council: Council,
) -> None:
    case = reached(council)
    council.until("Tuesday 2026-12-29 10:00")
    case.opens(council.frances, "escalate")
    case.sends(council.frances, {council.frances.the_form().fields[-1].label: "No date could be found."})
    assert council.rachel.has(case.reference, "Review at fifteen months")
    no_session = {
        "Was the session's outcome fed into the review?": "No, there was no session before the review"
    }
    case.fills_in(council.rachel, "The session's outcome at the review", no_session)
    case.outcome(council.rachel, "The child is no longer on a plan")
    assert case.is_closed(council.frances)


@pytest.mark.parametrize(
    "last", [None, "A way forward is decided", "Oversight goes back to the service managers"]
)
def test_nc_7_still_on_a_plan_the_service_managers_review_it(council: Council, last: str | None) -> None:
    case = held_and_written_up(council)
    case.fills_in(council.rachel, "The session's outcome at the review", FED_IN)
    case.outcome(council.rachel, "The child remains on a plan")
    assert council.hamish.has(case.reference, "Review by the service managers")
    assert council.denise.has(case.reference, "Review by the service managers")
    if last is None:
        case.outcome(council.hamish, "The plan goes on under the service managers' oversight")
    else:
        case.outcome(council.hamish, "The assistant director is to oversee the plan")
        case.outcome(council.olivia, last)
    assert case.is_closed(council.frances)
