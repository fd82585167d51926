"""Adaptive Cards as Teams takes them: what is wrong with one, which actions and inputs it has, and what its inputs hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.playground.blockkit.checks import Findings
from bot.playground.errors import PageError
from bot.playground.state import Json
from bot.playground.teams.card_shapes import CARD

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
PRIMARY_ACTIONS = 6
"""Actions that Teams shows in one bar; further ones are left out, those that are `mode: secondary` stand in a menu."""
TELLS = ("Action.Execute", "Action.Submit")


def faults_of(card: Any, *, in_dialog: bool = False) -> list[str]:
    """What is wrong with a card, in reading order; empty when Teams would show all of it and the app would get all that it asks for.

    in_dialog: Action.Execute does nothing there, only Action.Submit does.
    """
    findings = Findings()
    CARD(card, "", findings)
    if findings:
        return findings.messages
    ids = [one["id"] for one in inputs_of(card)]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        findings.add(f"two inputs have the id {twice!r}", "/body")
    for bar in _bars(card):
        shown = [one for one in bar if one.get("mode", "primary").lower() == "primary"]
        if len(shown) > PRIMARY_ACTIONS:
            findings.add(
                f"Teams shows {PRIMARY_ACTIONS} actions beside each other, not {len(shown)}", "/actions"
            )
    if in_dialog and any(one["type"] == "Action.Execute" for one in actions_of(card)):
        findings.add("Action.Execute does nothing in a dialog; Action.Submit does", "/actions")
    return findings.messages


def nulls_in(given: Any, at: str = "") -> str | None:
    """Where a field is null, which some Teams clients cannot show; None for nowhere."""
    if given is None:
        return at or "/"
    pairs: Any = (
        given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    )
    for name, value in pairs:
        found = nulls_in(value, f"{at}/{name}")
        if found is not None:
            return found
    return None


def _parts(part: Any) -> Iterator[Json]:
    """Every typed object in a card, in reading order; what an action carries for the app is left out."""
    if isinstance(part, list):
        for one in part:
            yield from _parts(one)
    elif isinstance(part, dict):
        if "type" in part:
            yield part
        for name, value in part.items():
            if name not in ("data", "refresh", "choices", "facts", "fallback"):
                yield from _parts(value)


def actions_of(card: Json) -> list[Json]:
    """Its actions, those of cards behind Action.ShowCard and of elements included."""
    return [one for one in _parts(card) if str(one["type"]).startswith("Action.")]


def inputs_of(card: Json) -> list[Json]:
    """Its inputs."""
    return [one for one in _parts(card) if str(one["type"]).startswith("Input.")]


def _bars(card: Json) -> list[list[Json]]:
    return [
        one["actions"]
        for one in _parts(card)
        if one["type"] in ("AdaptiveCard", "ActionSet") and "actions" in one
    ]


def action_at(card: Json, number: int) -> Json:
    """The action with this number in `actions_of`. Raises PageError for one that is not there or tells the app nothing."""
    found = actions_of(card)
    if not 0 <= number < len(found):
        raise PageError("That button is no longer there.", 404)
    if found[number]["type"] not in TELLS:
        raise PageError("This button tells the app nothing.")
    if found[number].get("isEnabled") is False:
        raise PageError("This button cannot be used now.")
    return found[number]


def gathered(card: Json, action: Json, given: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """What the client sends with an action, and what is wrong with its inputs: id → sentence.

    given: id → what stands in the input now, a text; inputs that are not among them hold what the card puts there. An input that
    holds nothing is left out, as Teams leaves it out. Raises PageError for what an input cannot hold.
    """
    if action.get("associatedInputs") == "none":
        return {}, {}
    found: Json = {}
    wrong: dict[str, str] = {}
    for one in inputs_of(card):
        default = one.get("valueOff", "false") if one["type"] == "Input.Toggle" else ""
        value = given.get(one["id"], one.get("value", default))
        value = str(value) if isinstance(value, int | float) else value
        if not isinstance(value, str):
            raise PageError(f"{one['id']!r} must be a text.")
        sentence = _fault(one, value)
        if sentence is not None:
            wrong[one["id"]] = one.get("errorMessage", sentence)
        elif value:
            found[one["id"]] = _number(value) if one["type"] == "Input.Number" else value
    return found, wrong


def _number(value: str) -> float:
    found = float(value)
    return int(found) if found.is_integer() else found


def _fault(one: Json, value: str) -> str | None:
    kind = one["type"]
    if kind == "Input.Toggle":
        if value not in (one.get("valueOn", "true"), one.get("valueOff", "false")):
            raise PageError(f"{one['id']!r} is either on or off.")
        missing = one.get("isRequired") and value != one.get("valueOn", "true")
        return "This is required." if missing else None
    if not value.strip():
        return "This is required." if one.get("isRequired") else None
    return {
        "Input.Text": _text_fault,
        "Input.Number": _number_fault,
        "Input.Date": _date_fault,
        "Input.Time": _time_fault,
        "Input.ChoiceSet": _choice_fault,
    }[kind](one, value)


def _text_fault(one: Json, value: str) -> str | None:
    most, pattern = one.get("maxLength"), one.get("regex")
    if most is not None and len(value) > most:
        raise PageError(f"{one['id']!r} takes {most} characters and no more.")
    if pattern is not None and not re.search(pattern, value):
        return "This does not fit what is asked for."
    return None


def _number_fault(one: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "This must be a number."
    if number < one.get("min", number) or number > one.get("max", number):
        return "This number is not between those that are possible."
    return None


def _date_fault(one: Json, value: str) -> str | None:
    try:
        day = date.fromisoformat(value).isoformat()
    except ValueError:
        return "This must be a date."
    if day < one.get("min", day) or day > one.get("max", day):
        return "This date is not between those that are possible."
    return None


def _time_fault(one: Json, value: str) -> str | None:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return "This must be a time."
    if value < one.get("min", value) or value > one.get("max", value):
        return "This time is not between those that are possible."
    return None


def _choice_fault(one: Json, value: str) -> str | None:
    offered = {choice["value"] for choice in one["choices"]}
    for each in value.split(",") if one.get("isMultiSelect") else [value]:
        if each not in offered:
            raise PageError(f"{each!r} is not among the choices of {one['id']!r}.")
    return None
