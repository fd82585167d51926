"""A child at immediate risk: what must happen now is said first, any stage can be opened, and nobody waits for Monday (BR-10)."""

from __future__ import annotations

from tests.journeys.challenges import PLEASE_ANSWER, form, raised
from tests.journeys.driver import Council
from tests.journeys.platforms import EVERYWHERE

pytestmark = EVERYWHERE

RISK = "Is a child at immediate risk of significant harm?"


def test_immediate_risk_goes_straight_to_stage_2_at_any_hour(council: Council) -> None:
    hannah, farah, owen = council.hannah, council.farah, council.owen
    council.until("Friday 2026-11-27 19:30")

    words = hannah.types("/challenge raise")
    assert "999" not in words
    hannah.puts({"What concerns you?": "The child was seen with a new injury.", RISK: "Yes"})
    shown = hannah.the_form()
    assert "Do this now, outside this tool" in shown.text
    assert "If a child is in danger now, call 999." in shown.text
    assert shown.holds("What concerns you?") == "The child was seen with a new injury."
    hannah.puts({RISK: "No"})
    assert "999" not in hannah.the_form().text
    hannah.puts({RISK: "Yes", "Which stage?": "CP Challenge Stage 2"})
    wrong = hannah.tries(form(concern="The child was seen with a new injury."))
    assert set(wrong) == {"Why is this stage opened directly?"}
    answer = hannah.fills({"Why is this stage opened directly?": "The child is not safe over the weekend."})
    assert "CP Challenge Stage 2 goes to Farah Malik" in answer
    assert "outside office hours" not in answer
    hannah.closes()
    assert farah.has("CH-1001", "Immediate risk: why this stage was opened directly", "not safe over")
    assert council.miriam.has("You chair the meeting of this stage.")
    assert farah.has("Friday 4 December 2026, 17:00")

    second = raised(council, case="WX-204999")
    assert not owen.about(second), "An ordinary challenge waits for the morning."
    assert hannah.about(second)
    council.until("Monday 2026-11-30 08:29")
    assert not owen.about(second)
    council.until("Monday 2026-11-30 08:30")
    assert owen.has(second, PLEASE_ANSWER)


def test_a_challenge_under_way_is_taken_past_its_stages(council: Council) -> None:
    hannah, ruth = council.hannah, council.ruth
    challenge = raised(council)
    council.until("Saturday 2026-11-28 23:40")
    words = hannah.presses("A child is at immediate risk", challenge)
    assert "If a child is in danger now, call 999." in words
    hannah.puts({"Which stage?": "CP Challenge Stage 3"})
    hannah.fills(
        {
            "Why is this stage opened directly?": "The father has been released tonight.",
            "What is unresolved?": "Nobody has answered.",
        }
    )
    assert ruth.has(challenge, "The father has been released tonight.")
    assert council.owen.about(challenge)[0].labels.count("Acknowledge the concerns") == 0
