"""The sixth authority, which nobody here has heard of: its file from docs/examples works with no change of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import whole
from tests.journeys.driver import Council, authority_with, running
from tests.journeys.person import Person

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "saltmarsh.toml"
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
rosa@saltmarsh.example,Rosa Quill,reviewing_officer,childrens-services,U0ROSA0001,
aled@saltmarsh.example,Aled Marsh,agency_lead,childrens-services,U0ALED0001,
dora@saltmarsh.example,Dora Finch,duty_manager,childrens-services,U0DORA0001,
sami@saltmarsh.example,Sami Reed,social_worker,south-1,U0SAMI0001,
tara@saltmarsh.example,Tara Shaw,team_manager,south-1,U0TARA0001,
vera@saltmarsh.example,Vera Lunn,service_manager,childrens-services,U0VERA0001,
hugo@saltmarsh.example,Hugo Peel,head_of_service,childrens-services,U0HUGO0001,
lena@saltmarsh.example,Lena Birch,legal,childrens-services,U0LENA0001,
ines@saltmarsh.example,Ines Moor,scrutineer,childrens-services,U0INES0001,
otto@saltmarsh.example,Otto Crane,scrutineer,childrens-services,U0OTTO0001,
mina@saltmarsh.example,Mina Heath,health_lead,childrens-services,U0MINA0001,
saul@saltmarsh.example,Saul Penn,school_lead,childrens-services,U0SAUL0001,
nadia@saltmarsh.example,Nadia Rahman,administrator,childrens-services,U0NADIA001,
"""


@pytest.fixture
def council(database_url: str, platform: str, tmp_path: Path) -> Iterator[Council]:
    """Saltmarsh, on Monday 23 November 2026, 09:10."""
    written = {
        "authority.toml": authority_with("saltmarsh.toml"),
        "saltmarsh.toml": EXAMPLE.read_text(encoding="utf-8"),
        "people.csv": PEOPLE,
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with running(database_url, tmp_path, "Monday 2026-11-23 09:10", platform=platform) as started:
        yield started
        whole.check(started)


CONCERN = "What do you disagree about, and what does it mean for the child?"
RISK = "Is a child at immediate risk of significant harm?"
CONDUCT = "Is it about the conduct of a member of staff?"


def raised(person: Person, case: str = "WX-204001") -> str:
    """Somebody raises a disagreement; its reference."""
    person.types("/challenge raise")
    answer = person.fills(
        {
            RISK: "No",
            CONDUCT: "No",
            "Case reference": case,
            "Team that has the case": "South safeguarding team",
            CONCERN: f"What is planned does not keep the child of case {case[-1]} safe.",
        }
    )
    assert "is raised" in answer, answer
    person.closes()
    return answer.split(" is raised")[0].split()[-1]


def fills(person: Person, line: str, values: Mapping[str, Any]) -> str:
    """Somebody types a command and fills in its form; what is answered."""
    person.types(line)
    answer = person.fills(values)
    person.closes()
    return answer


def answered(council: Council, reference: str, changes: str = "Yes") -> None:
    """Tara answers in writing and acknowledges the concerns."""
    values = {
        "With which agency is the disagreement?": "Health",
        "Does anything change in the plan?": changes,
    }
    fills(council.tara, f"/challenge fill {reference}", values)
    council.tara.presses("Acknowledge the concerns", reference)


def at_the_meeting(council: Council) -> str:
    """Rosa's disagreement, unresolved after the conversation; the meeting is set for Monday 7 December."""
    reference = raised(council.rosa)
    answered(council, reference)
    fills(
        council.rosa,
        f"/challenge escalate {reference}",
        {"Which stage?": "Resolution meeting", "What is unresolved?": "The plan stays."},
    )
    fills(
        council.vera,
        f"/challenge schedule {reference}",
        {"Day": "2026-12-07", "Time": "10:00", "Is the legal adviser invited?": "Yes, invite"},
    )
    return reference


def met(council: Council, reference: str, distances: str) -> str:
    """The meeting took place and everybody said a number; what Vera was answered."""
    council.until("Monday 2026-12-07 11:30")
    vera = council.vera
    fills(
        vera,
        f"/challenge fill {reference}",
        {
            "Which form?": "Preparation",
            "Read beforehand": ["The plan", "The written answer"],
            "Date of the latest assessment": "2026-11-02",
        },
    )
    return fills(
        vera,
        f"/challenge fill {reference}",
        {"0 is agreed, 10 is as far apart as can be": distances},
    )


def test_a_request_is_declined_and_that_is_the_end(council: Council) -> None:
    """Paragraphs 2 and 5: two days by the clock, and a decision."""
    aled, dora = council.aled, council.dora
    reference = raised(aled)
    assert dora.has(
        reference, "please decide on the request", "48 hours from 09:10 on Monday 23 November 2026"
    )
    decision = {
        "Is this a disagreement for the protocol?": "Decline",
        "Why do you decline?": "They have agreed",
    }
    fills(dora, f"/challenge decide {reference}", decision)
    assert aled.has(f"{reference} · Request, closed", "They have agreed")


def test_what_does_not_belong_here_is_not_recorded(council: Council) -> None:
    """Paragraph 3: a question comes first."""
    council.rosa.types("/challenge raise")
    council.rosa.puts({RISK: "No", CONDUCT: "Yes"})
    form = council.rosa.the_form()
    assert "the designated officer for allegations" in form.text
    assert CONCERN not in [field.label for field in form.fields]


def test_a_request_is_agreed_and_the_clock_stands_still_for_the_court(council: Council) -> None:
    """Paragraphs 5 to 7: the conversation opens by itself; ten calendar days, and those of the court beside."""
    aled, tara = council.aled, council.tara
    reference = raised(aled)
    council.dora.presses("Agree", reference)
    assert tara.has(f"{reference} · Managers' conversation", "By Thursday 3 December 2026, 17:00")
    fills(tara, f"/challenge pause {reference}", {"Why does it stop?": "A court has to decide first"})
    council.until("Thursday 2026-11-26 09:10")
    tara.types(f"/challenge pause {reference}")
    tara.presses("Start the clock", "the clock stands still")
    assert "Sunday 6 December 2026" in tara.types(f"/challenge show {reference}")
    form = {"With which agency is the disagreement?": "Health", "Does anything change in the plan?": "No"}
    tara.types(f"/challenge fill {reference}")
    assert "Why does nothing change?" in tara.tries(form)
    tara.fills({"Why does nothing change?": "The court has asked for the same."})
    tara.closes()
    tara.presses("Acknowledge the concerns", reference)
    fills(aled, f"/challenge resolve {reference}", {"How was it resolved?": "The court's order settles it."})
    assert tara.has(reference, "resolved")


def test_agreed_for_now_is_looked_at_again_by_both_sides(council: Council) -> None:
    """Paragraphs 8 to 11: six weeks from the first day; the meeting; four weeks from the meeting, each for themselves."""
    reference = at_the_meeting(council)
    assert council.vera.has(reference, "please hold the meeting", "6 weeks from Monday 23 November 2026")
    assert council.lena.has(
        reference, "You are invited", "Notes of this meeting may be asked for by a court."
    )
    assert "Next, by Monday 4 January 2027" in met(council, reference, "3 4 2")
    outcome = {
        "Outcome of the resolution meeting": "We agree for now, and look again",
        "On which day was it?": "2026-12-07",
        "Summary": "Two more visits, then we look.",
    }
    fills(council.vera, f"/challenge outcome {reference}", outcome)
    for person in (council.tara, council.sami):
        assert person.has(f"{reference} · Second look", "28 calendar days from Monday 7 December 2026")
        fills(person, f"/challenge fill {reference}", {"Is the child safer?": "Yes"})
    settled = {
        "Result of the second look": "It is settled",
        "On which day was it?": "2026-12-07",
        "Summary": "Both say so.",
    }
    fills(council.tara, f"/challenge outcome {reference}", settled)
    assert council.rosa.has(reference, "closed", "It is settled")


def test_far_apart_leads_to_one_scrutineer_in_turn_while_a_referral_goes_on(council: Council) -> None:
    """Paragraphs 10, 12 and 13: most are above 7."""
    reference = at_the_meeting(council)
    assert "went on to Scrutiny panel" in met(council, reference, "8 9 10")
    assert council.ines.has(f"{reference} · Scrutiny panel", "2 months from Monday 7 December 2026")
    assert not council.otto.notices
    fills(
        council.rosa,
        f"/challenge refer {reference}",
        {"Why?": "It happens again and again.", "Why is it referred?": "A pattern."},
    )
    assert council.hugo.has(reference, "Referral to the inspectorate")
    decision = {
        "The panel's decision": "The panel has decided what is to be done",
        "On which day was it?": "2026-12-07",
        "Summary": "The plan is to be changed.",
    }
    fills(council.ines, f"/challenge outcome {reference}", decision)
    assert council.rosa.has(reference, "closed", "The panel has decided what is to be done")


def test_the_meeting_is_left_out_with_a_reason(council: Council) -> None:
    """Paragraph 8: where everybody agrees that it is pointless."""
    reference = raised(council.rosa)
    answered(council, reference)
    council.rosa.types(f"/challenge escalate {reference}")
    wrong = council.rosa.tries({"Which stage?": "Scrutiny panel", "What is unresolved?": "All of it."})
    assert len(wrong) == 1
    (label,) = wrong
    assert "Resolution meeting" in label
    council.rosa.fills({label: "Both sides have met twice already."})
    council.rosa.closes()
    assert council.ines.has(f"{reference} · Scrutiny panel")


def test_three_with_the_same_agency_are_brought_to_its_lead(council: Council) -> None:
    """Paragraph 14."""
    for case in ("WX-204001", "WX-204002", "WX-204003"):
        reference = raised(council.rosa, case)
        assert not council.mina.notices
        answered(council, reference)
    council.until("Monday 2026-11-23 09:30")
    assert council.mina.has(
        "Disagreements with the same agency", "please look together at what lies behind them"
    )
    assert not council.saul.notices
