"""Somebody is away: who covers gets the messages and may act, and where nobody is reached that is said."""

from __future__ import annotations

from typing import Any

from tests.journeys.challenges import PLEASE_ANSWER, raised
from tests.journeys.driver import Council
from tests.journeys.person import Person


def away(person: Person, first: str, last: str, cover: Person) -> dict[str, str]:
    """Somebody records an absence; what is wrong with it."""
    person.types("/challenge away")
    values: dict[str, Any] = {"First day away": first, "Last day away": last, "Who covers?": cover.name}
    wrong = person.tries(values)
    if not wrong:
        assert f"your messages go to {cover.name}" in person.the_form().text
    person.closes()
    return wrong


def test_a_manager_is_away_and_the_cover_acts(council: Council) -> None:
    hannah, owen, claire = council.hannah, council.owen, council.claire
    assert not away(owen, "Monday 2026-11-23", "Friday 2026-11-27", claire)
    challenge = raised(council)
    assert claire.has(challenge, "You get this because you cover for Owen Rees, who is away.")
    assert not owen.notices

    council.until("Tuesday 2026-11-24 08:30")
    assert claire.has("Your challenges on Tuesday 24 November 2026", "you cover for Owen Rees")
    assert not owen.notices
    council.until("Thursday 2026-11-26 09:00")
    assert claire.has("2 working days left", "you cover for Owen Rees")

    claire.presses("Acknowledge the concerns", "2 working days left")
    assert hannah.has("Claire Dunn, covering for Owen Rees, acknowledged the concerns on Thu 26 Nov, 09:00.")
    assert "Claire Dunn, covering for Owen Rees, acknowledged" in hannah.types(
        f"/challenge record {challenge}"
    )

    council.until("Monday 2026-11-30 09:00")
    assert owen.has("Due today by 17:00"), "Owen is back, and so are his messages."
    assert not claire.has("Due today by 17:00")
    refused = claire.presses("Confirm actions completed", "2 working days left")
    assert "is not a challenge that you have a part in" in refused
    owen.presses("Confirm actions completed", "Due today by 17:00")
    assert hannah.has("Owen Rees confirmed on ", "that the agreed actions are completed")


def test_a_cover_who_is_away_too_is_covered_in_turn(council: Council) -> None:
    owen, claire, priya = council.owen, council.claire, council.priya
    assert not away(owen, "Monday 2026-11-23", "Friday 2026-12-04", claire)
    assert not away(claire, "Monday 2026-11-23", "Wednesday 2026-11-25", priya)
    challenge = raised(council)
    assert priya.has(challenge, "you cover for Owen Rees")
    assert not claire.notices

    circle = away(priya, "Tuesday 2026-11-24", "Tuesday 2026-11-24", owen)
    assert "On Tuesday 24 November 2026 nobody would be reached" in circle["Who covers?"]
    assert "go round in a circle" in circle["Who covers?"]
    assert not away(priya, "Thursday 2026-11-26", "Thursday 2026-11-26", owen), "Claire is back by then."

    backwards = away(priya, "Tuesday 2026-12-08", "Monday 2026-12-07", council.leo)
    assert "The last day is before the first" in backwards["Last day away"]

    council.until("Thursday 2026-11-26 09:00")
    assert claire.has("2 working days left", "you cover for Owen Rees")
    assert not priya.has("2 working days left")

    # Owen comes back early.
    assert "Claire Dunn" in owen.types("/challenge away")
    assert "Welcome back" in owen.presses("I am back", in_form=True)
    owen.closes()
    council.until("Friday 2026-11-27 09:00")
    assert owen.has("One working day left")
    assert not claire.has("One working day left")


def test_nobody_is_reached(council: Council) -> None:
    hannah, owen, claire, priya, nadia = (
        council.hannah,
        council.owen,
        council.claire,
        council.priya,
        council.nadia,
    )
    assert not away(owen, "Monday 2026-11-23", "Friday 2026-12-04", claire)
    assert not away(claire, "Monday 2026-11-23", "Friday 2026-11-27", priya)
    council.imports_people(
        lambda rows: "".join(row for row in rows.splitlines(True) if "priya.nair" not in row)
    )
    challenge = raised(council)

    for person in (nadia, hannah):
        assert person.has("Owen Rees is away and nobody covering is there (Owen Rees → Claire Dunn)")
    assert owen.has(challenge, PLEASE_ANSWER), "Better to him than to nobody."
    assert "Owen Rees is away and nobody covering" in nadia.types("/challenge problems")
    council.until("Tuesday 2026-11-24 12:00")
    assert nadia.has("Your challenges on Tuesday 24 November 2026", "an administrator")
    assert "Only an administrator" in hannah.types("/challenge problems")
    nadia.presses("This is solved", "nobody covering is there")
    council.until("Wednesday 2026-11-25 12:00")
