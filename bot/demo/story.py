"""What has happened in the made-up authority before the newcomer comes in: a few challenges at different points."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import time

from bot.demo.machine import TimeMachine
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Mistakes, Press, Reply, Say, Value
from procedures.dates import parse_date

HANNAH, BEN, PRIYA, CLAIRE, OWEN = "U0HANNAH01", "U0BENMAR01", "U0PRIYAN01", "U0CLAIRE01", "U0OWENRE01"
BEGINS = ("2026-11-02", "09:00")
OPENS = ("2026-11-23", "09:10")
"""When the newcomer comes in."""

Run = Callable[..., Awaitable[object]]


class StoryError(RuntimeError):
    """The story does not fit the procedure any more."""


async def tell(office: Office, reception: Reception, machine: TimeMachine, run: Run) -> None:
    """Live through the story, message by message, up to the moment at which the newcomer comes in."""

    async def at(day: str, hour: str) -> None:
        await machine.travel(office.hours.at(parse_date(day), time.fromisoformat(hour)))

    async def fill(user: str, command: str, context: dict[str, str], **values: Value) -> None:
        reply = await run(
            reception.submitted,
            Identity("slack", user),
            Filled(command, context, values),
            f"story:{office.clock.now()}:{user}",
        )
        _check(reply, command)

    async def press(user: str, command: str, **arguments: str) -> None:
        reply = await run(
            reception.pressed,
            Identity("slack", user),
            Press(command, arguments),
            f"story:{office.clock.now()}:{user}",
        )
        _check(reply, command)

    await at("2026-11-02", "10:20")
    await fill(
        HANNAH,
        "raise",
        {"talks": "1"},
        **_challenge(
            "WX-203377",
            "south-1",
            "2026-10-29",
            "social_worker",
            "The core group has not met since the initial conference, so nobody has checked the safety plan.",
            "Core group to meet by 6 November; social worker to share the safety plan with the school.",
            "We agreed that a core group was needed; it was then put off twice.",
        ),
    )
    await at("2026-11-04", "11:05")
    await press(OWEN, "acknowledge", challenge="CH-1001", at_once="yes")
    await at("2026-11-06", "15:30")
    await press(OWEN, "confirm", challenge="CH-1001", at_once="yes")
    await at("2026-11-06", "16:10")
    await fill(
        HANNAH,
        "resolve",
        {"challenge": "CH-1001"},
        outcome="The core group met on 5 November and the school has the safety plan.",
    )

    await at("2026-11-06", "16:30")
    await fill(
        HANNAH,
        "raise",
        {"talks": "1"},
        **_challenge(
            "WX-204102",
            "north-2",
            "2026-11-03",
            "team_manager",
            "The parenting assessment ordered by the review conference has not begun, eight weeks on.",
            "Team manager to allocate an assessor by 13 November.",
            "The team manager will look for capacity; no date was given.",
        ),
    )
    await at("2026-11-11", "10:45")
    await fill(
        BEN,
        "raise",
        {"talks": "1"},
        **_challenge(
            "WX-204377",
            "north-1",
            "2026-11-09",
            "social_worker",
            "Statutory visits are recorded as made, but the child was not seen alone on the last three.",
            "Social worker to see the child alone by 17 November and record the child's views.",
            "We agreed on a joint visit; it did not take place.",
            chosen="tom.ellery@wexborough.example",
        ),
    )
    await at("2026-11-16", "09:20")
    await fill(
        HANNAH,
        "escalate",
        {"challenge": "CH-1002"},
        immediate_risk="no",
        outline="No answer came in the time allowed, and no assessor has been named.",
    )
    await at("2026-11-16", "14:00")
    await fill(
        HANNAH,
        "raise",
        {"talks": "1"},
        **_challenge(
            "WX-204815",
            "north-1",
            "2026-11-12",
            "social_worker",
            "The plan says that the uncle does not visit. School reports that he collected the child twice last week.",
            "Social worker to visit unannounced by 20 November; team manager to review the safety plan.",
            "The social worker shares the concern and will speak to the team manager.",
            chosen="aisha.begum@wexborough.example",
        ),
    )
    await at("2026-11-18", "12:15")
    await press(PRIYA, "acknowledge", challenge="CH-1004", at_once="yes")
    await at("2026-11-20", "15:40")
    await fill(
        BEN,
        "raise",
        {"talks": "1"},
        **_challenge(
            "WX-205020",
            "south-1",
            "2026-11-19",
            "team_manager",
            "The interpreter was not booked for two core groups, so the mother could not follow either.",
            "Team manager to book an interpreter for every meeting from now on.",
            "The team manager agreed, but the next meeting is again without an interpreter.",
        ),
    )
    await at(*OPENS)


def _challenge(
    case: str,
    unit: str,
    day: str,
    with_role: str,
    concern: str,
    actions: str,
    result: str,
    *,
    chosen: str = "",
) -> dict[str, Value]:
    values: dict[str, Value] = {
        "immediate_risk": "no",
        "case_reference": case,
        "unit": unit,
        "informal": "had",
        "talk_1_with": with_role,
        "talk_1_on": day,
        "talk_1_result": result,
        "concern": concern,
        "agreed_actions": actions,
    }
    if chosen:
        values["chosen_social_worker"] = chosen
    return values


def _check(reply: object, command: str) -> None:
    if (
        isinstance(reply, Mistakes)
        or (isinstance(reply, Say) and reply.card.title == "This was not done")
        or not isinstance(reply, Reply)
    ):
        raise StoryError(f"{command}: {reply}")
