"""Before a challenge: informal conversations, and a second opinion on a draft (BR-1)."""

from __future__ import annotations

from tests.journeys.challenges import CONCERN, form
from tests.journeys.driver import Council
from tests.journeys.platforms import IN_TEAMS_TOO

pytestmark = IN_TEAMS_TOO

TEAM = "South safeguarding team"


def test_a_second_opinion_comes_back_with_the_draft(council: Council) -> None:
    hannah, miriam = council.hannah, council.miriam
    hannah.types("/challenge raise WX-204815")
    assert hannah.the_form().holds("Case reference") == "WX-204815"
    early = hannah.presses("Ask for a second opinion", in_form=True)
    assert "first write what concerns you" in early
    values = form()
    del values["What actions were agreed?"]
    hannah.puts(values)
    told = hannah.presses("Ask for a second opinion", in_form=True)
    assert "Miriam Stone has been asked." in told
    assert hannah.the_form().holds("What concerns you?") == CONCERN
    hannah.closes()
    assert "You have no open challenge." in hannah.types("/challenge list mine")

    assert miriam.has("Hannah Okafor asks for your second opinion. Nothing has been recorded", CONCERN)
    council.until("Tuesday 2026-11-24 08:30")
    assert miriam.has("Your challenges on Tuesday 24 November 2026", "Give Hannah Okafor a second opinion")
    miriam.presses("Give your opinion", "asks for your second opinion")
    miriam.fills({"Your opinion": "Speak to Owen once more, then raise it."})
    miriam.closes()
    assert miriam.has("Miriam Stone gave Hannah Okafor a second opinion on Tue 24 Nov, 08:30.")
    assert not any({"Give your opinion", "Answer"} & set(one.labels) for one in miriam.messages)

    assert hannah.has("Miriam Stone has given a second opinion.", "Speak to Owen once more, then raise it.")
    hannah.presses("Go on with the challenge", "has given a second opinion")
    draft = hannah.the_form()
    assert draft.holds("Case reference") == "WX-204815"
    assert draft.holds("What concerns you?") == CONCERN
    assert draft.holds("With whom?") == "social_worker"
    assert draft.holds("On which day?") == "2026-11-19"
    assert "CH-1001 is raised" in hannah.fills({"What actions were agreed?": "None could be agreed."})
    assert council.owen.has("CH-1001", "None could be agreed.")


def test_none_yet_needs_a_reason(council: Council) -> None:
    hannah = council.hannah
    hannah.types("/challenge raise")
    values = form()
    for talk in ("With whom?", "On which day?", "What came of it?"):
        del values[talk]
    wrong = hannah.tries({**values, "Informal conversations": "None yet"})
    assert set(wrong) == {"Why has there been none yet?"}
    assert not council.owen.notices
    hannah.fills({"Why has there been none yet?": "The social worker and the manager are both on leave."})
    record = hannah.types("/challenge record CH-1001")
    assert "Informal conversation: None yet: The social worker and the manager are both on leave." in record


def test_a_second_conversation_and_a_day_that_is_still_to_come(council: Council) -> None:
    hannah = council.hannah
    hannah.types("/challenge raise")
    hannah.puts(form())
    hannah.presses("Add another conversation", in_form=True)
    shown = hannah.the_form()
    assert shown.holds("What concerns you?") == CONCERN
    assert shown.holds("On which day?") == "2026-11-19"
    wrong = hannah.tries(
        {
            "With whom? (2)": "Team manager",
            "On which day? (2)": "Tuesday 2026-11-24",
            "What came of it? (2)": "Owen will look for a date.",
        }
    )
    assert wrong == {"On which day?": "This day is still to come. Enter the day on which you spoke."}
    hannah.fills({"On which day? (2)": "Friday 2026-11-20"})
    record = hannah.types("/challenge record CH-1001")
    assert "Team manager, Friday 20 November 2026: Owen will look for a date." in record
