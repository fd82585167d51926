"""A date that met the window and is called off: the window runs again, to the end that it had (BR-5)."""

from __future__ import annotations

from tests.journeys.challenges import raised
from tests.journeys.driver import Council

DUE = "By Tuesday 8 December 2026, 17:00"


def at_stage_2(council: Council) -> str:
    """A date was confirmed on Thursday 3 December for a meeting a week later."""
    challenge = raised(council)
    council.until("Tuesday 2026-12-01 10:00")
    council.hannah.presses("Take it further", "There was no full answer")
    council.hannah.fills({"What is unresolved?": "No answer came."})
    council.hannah.closes()
    council.until("Thursday 2026-12-03 11:00")
    council.farah.presses("Set the meeting", DUE)
    council.farah.fills(
        {"Day": "Thursday 2026-12-10", "Time": "14:00", "What is this date?": "Confirm this date"}
    )
    council.farah.closes()
    assert not council.farah.has(DUE)
    return challenge


def calls_off(council: Council, challenge: str) -> None:
    council.farah.types(f"/challenge cancel {challenge}")
    council.farah.fills({"Why is it cancelled?": "The room is flooded."})
    council.farah.closes()


def test_a_date_called_off_in_time_is_waited_for_again_and_reminded_of(council: Council) -> None:
    challenge = at_stage_2(council)
    council.until("Friday 2026-12-04 10:00")
    calls_off(council, challenge)
    assert council.hannah.has("Farah Malik cancelled the meeting")
    assert council.farah.has(DUE)
    council.until("Monday 2026-12-07 10:00")
    assert council.farah.has("One working day left, until Tuesday 8 December 2026, 17:00")
    council.until("Tuesday 2026-12-08 10:00")
    assert council.farah.has("Due today by 17:00: please confirm the date of the meeting.")
    council.farah.presses("Set the meeting", DUE)
    council.farah.fills(
        {"Day": "Friday 2026-12-11", "Time": "10:00", "What is this date?": "Confirm this date"}
    )
    council.farah.closes()
    assert not council.farah.has(DUE)


def test_a_date_called_off_after_the_window_lets_the_coordinator_take_it_further(council: Council) -> None:
    challenge = at_stage_2(council)
    council.until("Wednesday 2026-12-09 10:00")
    calls_off(council, challenge)
    council.until("Wednesday 2026-12-09 10:05")
    council.hannah.presses("Take it further", "Farah Malik cancelled the meeting")
    council.hannah.fills({"What is unresolved?": "The meeting was called off."})
