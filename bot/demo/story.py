"""Living through what has happened in a made-up authority before the newcomer comes in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, time

from bot.demo.choices import Happened, Story
from bot.demo.machine import TimeMachine
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Ask, Filled, Identity, Mistakes, Press, Say
from procedures.dates import parse_date

Run = Callable[..., Awaitable[object]]


class StoryError(RuntimeError):
    """The story does not fit the procedure any more."""


def moment(office: Office, text: str) -> datetime:
    """The moment that a story's "2026-11-02 09:00" means, local time."""
    day, hour = text.split()
    return office.hours.at(parse_date(day), time.fromisoformat(hour))


async def tell(
    office: Office,
    reception: Reception,
    machine: TimeMachine,
    run: Run,
    story: Story,
    people: Mapping[str, Identity],
) -> None:
    """Live through the story, step by step, up to the moment at which the newcomer comes in.

    people: e-mail address → who somebody is to the bot. Raises StoryError when a step is refused.
    """
    for step in story.step:
        await machine.travel(moment(office, step.at))
        who = people[step.who]
        key = f"story:{step.at}:{who.user_id}"
        if step.fill:
            reply = await run(reception.submitted, who, Filled(step.fill, step.context, step.values), key)
        else:
            arguments = {name: str(value) for name, value in step.values.items()}
            reply = await run(reception.pressed, who, Press(step.press, arguments), key)
        _check(reply, step)
    await machine.travel(moment(office, story.opens))


def _check(reply: object, step: Happened) -> None:
    refused = isinstance(reply, Say) and reply.card.title == "This was not done"
    if reply is None or refused or isinstance(reply, Mistakes | Ask):
        raise StoryError(f"{step.at} {step.who} {step.fill or step.press}: {reply}")
