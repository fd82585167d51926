"""How the stories' challenges begin, in the words of those who raise them."""

from __future__ import annotations

from typing import Any

from tests.journeys.driver import Council
from tests.journeys.person import Person

CONCERN = "The core group has not met since the initial conference, so nobody has checked the safety plan."
ACTIONS = "Core group to meet by 27 November; the social worker shares the safety plan with the school."
TALK = "We agreed that a core group was needed; it was then put off twice."

PLEASE_ANSWER = "please acknowledge the concerns and confirm that the agreed actions are completed"
PLEASE_MEET = "please confirm the date of the meeting"

TALKED = {
    "Informal conversations": "Yes, there have been",
    "With whom?": "Social worker",
    "On which day?": "Thursday 2026-11-19",
    "What came of it?": TALK,
}


def form(
    case: str = "WX-204815", team: str = "South safeguarding team", concern: str = CONCERN
) -> dict[str, Any]:
    """What Hannah puts into the form of a challenge."""
    return {
        "Case reference": case,
        "Team that has the case": team,
        **TALKED,
        "What concerns you?": concern,
        "What actions were agreed?": ACTIONS,
    }


def raised(
    council: Council,
    *,
    by: Person | None = None,
    case: str = "WX-204815",
    team: str = "South safeguarding team",
    social_worker: str = "",
    concern: str = CONCERN,
) -> str:
    """A challenge is raised; its reference. South has one social worker and Owen Rees as its team manager."""
    raiser = by or council.hannah
    raiser.types("/challenge raise")
    values = form(case, team, concern)
    if social_worker:
        values = {**values, "Social worker": social_worker}
    answer = raiser.fills(values)
    assert "is raised" in answer, answer
    raiser.closes()
    return answer.split(" is raised")[0].split()[-1]
