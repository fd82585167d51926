"""The informal conversations that come before a challenge: asked for on its form, and read from it (BR-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from commands.command import Draft, whole_number
from commands.opening import text
from commands.vocabulary import Button, Buttons, Heading, Input, Kind, Option, Part, Value
from procedures.dates import parse_date
from procedures.engine import BadStep
from procedures.schema import Procedure
from procedures.steps import Conversation

TALKS = 3
"""Informal conversations that one form can hold."""
MANY = (Option("had", "Yes, there have been"), Option("none", "None yet"))


def parts(
    procedure: Procedure, draft: Draft, asked: Input, why_none: Input, command: str
) -> Iterable[Input | Part]:
    """Whether there were any; then each of them, or why there was none. `command` is that of the button for one more."""
    rule = procedure.informal
    if rule is None:
        return
    yield replace(
        asked,
        options=MANY,
        required=True,
        hint="Challenges are resolved at the lowest level that can resolve them.",
    )
    if draft.get("informal") == "none":
        yield replace(why_none, required=True)
    if draft.get("informal") != "had":
        return
    count = max(1, min(TALKS, whole_number(draft.context.get("talks", ""))))
    options = tuple(Option(role, procedure.role_title(role)) for role in rule.with_)
    for number in range(1, count + 1):
        yield Heading("The conversation" if count == 1 else f"Conversation {number}")
        yield Input(f"talk_{number}_with", "With whom?", Kind.CHOICE, options=options)
        yield Input(f"talk_{number}_on", "On which day?", Kind.DATE)
        yield Input(
            f"talk_{number}_result",
            "What came of it?",
            Kind.TEXT,
            hint=procedure.record.reminder,
            max_length=1000,
        )
    if count < TALKS:
        yield Buttons((Button("Add another conversation", command, {"talks": str(count + 1)}),))


def read(procedure: Procedure, more: Mapping[str, Value], today: date) -> tuple[Conversation, ...]:
    """The conversations entered. Raises BadStep for a day that is none or still to come, or somebody who is not listed."""
    rule = procedure.informal
    talks: list[Conversation] = []
    for number in range(1, TALKS + 1):
        with_role = text(more, f"talk_{number}_with")
        if rule is None or not with_role:
            continue
        if with_role not in rule.with_:
            raise BadStep(f"talk_{number}_with", "Choose one of the people listed.")
        on = _day(f"talk_{number}_on", text(more, f"talk_{number}_on"), today)
        result = text(more, f"talk_{number}_result").strip()
        talks.append(Conversation(with_role=with_role, on=on, result=result))
    return tuple(talks)


def _day(name: str, words: str, today: date) -> date:
    try:
        on = parse_date(words)
    except ValueError as error:
        raise BadStep(name, str(error)) from None
    if on > today:
        raise BadStep(name, "This day is still to come. Enter the day on which you spoke.")
    return on
