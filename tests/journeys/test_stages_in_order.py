"""From the team manager to the partnership, stage by stage (BR-4 to BR-9)."""

from __future__ import annotations

from tests.journeys.challenges import PLEASE_MEET, raised
from tests.journeys.driver import Council
from tests.journeys.platforms import EVERYWHERE

pytestmark = EVERYWHERE

STAGES = [
    "CP Challenge Stage 1",
    "CP Challenge Stage 2",
    "CP Challenge Stage 3",
    "Deputy Director Discussion",
    "Referral to the partnership",
]


def test_a_challenge_that_nothing_resolves_goes_all_the_way(council: Council) -> None:
    hannah, owen, farah, ruth = council.hannah, council.owen, council.farah, council.ruth
    miriam, imran, sally, joan, alan = (
        council.miriam,
        council.imran,
        council.sally,
        council.joan,
        council.alan,
    )
    challenge = raised(council)
    refused = hannah.types(f"/challenge escalate {challenge}")
    assert "CP Challenge Stage 2 can be opened once there has been an answer or the time" in refused
    hannah.closes()

    # Stage 2: no answer came in time.
    council.until("Tuesday 2026-12-01 10:00")
    assert "This opens CP Challenge Stage 2" in hannah.presses("Take it further", "There was no full answer")
    answer = hannah.fills({"What is unresolved?": "No answer came, and the core group has not met."})
    assert "It goes to Farah Malik. An answer is due by Tuesday 8 December 2026, 17:00." in answer
    hannah.closes()
    assert farah.has(f"By Tuesday 8 December 2026, 17:00, {PLEASE_MEET}.")
    assert miriam.has("You chair the meeting of this stage.")
    assert owen.has(
        "This message was about CP Challenge Stage 1. The challenge is now at CP Challenge Stage 2."
    )

    council.until("Thursday 2026-12-03 11:00")
    owen.presses("Propose a date", challenge)
    meeting = {"Day": "Thursday 2026-12-10", "Time": "14:00", "Place": "Room 4"}
    owen.fills(meeting)
    owen.closes()
    assert farah.has("Owen Rees proposed a date for the meeting", "Thursday 10 December 2026, 14:00, Room 4")
    farah.presses("Confirm the meeting", "Owen Rees proposed")
    assert farah.the_form().holds("Day") == "2026-12-10"
    farah.fills({"What is this date?": "Confirm this date"})
    farah.closes()
    assert hannah.has("Farah Malik confirmed the date of the meeting", "Thursday 10 December 2026, 14:00")
    assert "Answer due: Tuesday 8 December 2026" in hannah.types(f"/challenge record {challenge}")

    council.until("Thursday 2026-12-10 16:00")
    assert not farah.has("working days left"), "The date met the window; nothing is left to remind of."
    assert not miriam.has("Please record its outcome")
    council.until("Friday 2026-12-11 09:00")
    assert miriam.has("The meeting was set for Thursday 10 December 2026. Please record its outcome")
    miriam.presses("Record the outcome", "Please record its outcome")
    miriam.fills(
        {
            "Outcome of the stage 2 meeting": "No resolution was reached",
            "Summary": "The team has no capacity before January.",
        }
    )
    miriam.closes()

    # Stage 3: the meeting brought no resolution.
    hannah.presses("Take it further", "Next: you decide whether to take it further.")
    answer = hannah.fills({"What is unresolved?": "The core group has still not met."})
    assert "It goes to Ruth Adeyemi. An answer is due by Friday 18 December 2026, 17:00." in answer
    hannah.closes()
    council.until("Monday 2026-12-14 10:00")
    ruth.presses("Set the meeting", PLEASE_MEET)
    ruth.fills({"Day": "Wednesday 2026-12-16", "Time": "10:00", "What is this date?": "Confirm this date"})
    ruth.closes()
    council.until("Thursday 2026-12-17 09:00")
    assert not ruth.has("Please record its outcome"), "The summary is Imran's to record (BR-7)."
    imran.presses("Record the outcome", "Please record its outcome")
    imran.fills(
        {
            "Outcome of the stage 3 meeting": "No resolution was reached",
            "Summary": "Views differ on whether the plan is safe.",
        }
    )
    imran.closes()

    # The deputy director, then the partnership.
    council.until("Thursday 2026-12-17 11:00")
    hannah.presses("Take it further", "Next: you decide whether to take it further.")
    hannah.fills({"What is unresolved?": "Whether the plan is safe."})
    hannah.closes()
    assert sally.has("the procedure sets no date", "Discussion with", "Deputy director")
    sally.presses("Record the outcome", challenge)
    sally.fills(
        {
            "Outcome of the discussion": "Professional issues remain unresolved",
            "Summary": "The deputy director sees both sides.",
        }
    )
    sally.closes()

    hannah.presses("Take it further", "Professional issues remain unresolved")
    outline = {
        "What is unresolved?": "Whether the plan is safe.",
        "Why is it referred?": "The professional disagreement is unresolved",
    }
    with_sally = "Discussed with the safeguarding and reviewing head of service on"
    with_joan = "Discussed with the assistant director on"
    wrong = hannah.tries({**outline, with_sally: "Thursday 2026-12-17"})
    assert set(wrong) == {with_joan}
    assert not alan.notices
    wrong = hannah.tries({with_joan: "Friday 2026-12-18"})
    assert wrong == {with_joan: "This day is still to come. Enter the day on which it took place."}
    assert hannah.the_form().holds("What is unresolved?") == "Whether the plan is safe."
    assert not alan.notices
    hannah.fills({with_joan: "Thursday 2026-12-17"})
    hannah.closes()
    assert alan.has(challenge, "once it is known; the procedure sets no date")
    assert joan.has(challenge, "This is for your information")
    alan.presses("Record the outcome", challenge)
    alan.fills(
        {
            "Course of action decided": "The partnership takes it forward under its own procedure",
            "Summary": "A panel meets in January.",
        }
    )
    alan.closes()
    assert "There is no challenge" not in hannah.types("/challenge list mine")
    hannah.presses("Resolve", "Next: you resolve the challenge.")
    hannah.fills({"How was it resolved?": "The partnership has taken it on."})

    record = hannah.types(f"/challenge record {challenge}")
    assert [line for line in record.splitlines() if line in STAGES] == [
        name for name in STAGES for _ in range(2)
    ]
