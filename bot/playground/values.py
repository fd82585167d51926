"""What a person has typed on a surface: Slack's shape of it, what survives an update, and what is still
missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.errors import PageError
from bot.playground.state import Json, Typed

TEXT_INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
ONE_OPTION = {"static_select", "radio_buttons"}
SOME_OPTIONS = {"multi_static_select", "checkboxes"}
_INITIAL = {
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
}
_SELECTED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
}
FILES = "file_input"
STATEFUL = TEXT_INPUTS | ONE_OPTION | SOME_OPTIONS | set(_INITIAL) | {FILES}


@dataclass(frozen=True)
class Placed:
    """An interactive element and the block it stands in."""

    block: Json
    element: Json

    @property
    def key(self) -> tuple[str, str]:
        """(block_id, action_id)"""
        return self.block["block_id"], self.element["action_id"]

    @property
    def kind(self) -> str:
        """The element's type."""
        return str(self.element["type"])


def placed(blocks: list[Json]) -> Iterator[Placed]:
    """Every element with an action_id, in reading order."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element")]
        if block["type"] == "actions":
            candidates += block["elements"]
        for element in candidates:
            if isinstance(element, dict) and "action_id" in element:
                yield Placed(block, element)


def find(blocks: list[Json], block_id: str, action_id: str) -> Placed:
    """The element with these ids. Raises PageError when the surface has none (any more)."""
    for candidate in placed(blocks):
        if candidate.key == (block_id, action_id):
            return candidate
    raise PageError(
        f"There is no {action_id!r} in block {block_id!r} here any more. Look again and choose.", 404
    )


def options(element: Json) -> list[Json]:
    """All options of a menu, of its groups too."""
    groups: list[Json] = element.get("option_groups", [])
    flat: list[Json] = list(element.get("options", []))
    for group in groups:
        flat += group["options"]
    return flat


def option(element: Json, value: object) -> Json:
    """The option with this value. Raises PageError when there is none."""
    for candidate in options(element):
        if candidate.get("value") == value:
            return candidate
    raise PageError(f"{value!r} is not among the choices of {element['action_id']!r}.")


def initial(element: Json) -> Any:
    """What the element holds before anybody touches it, in the page's form."""
    kind = element["type"]
    if kind in TEXT_INPUTS:
        return element.get("initial_value") or None
    if kind in ONE_OPTION:
        chosen = element.get("initial_option")
        return chosen["value"] if chosen else None
    if kind in SOME_OPTIONS:
        return [chosen["value"] for chosen in element.get("initial_options", [])]
    if kind == "multi_users_select":
        return list(element.get("initial_users", []))
    if kind == FILES:
        return []
    return element.get(_INITIAL[kind])


def start(blocks: list[Json]) -> Typed:
    """What a fresh surface holds."""
    return {one.key: initial(one.element) for one in placed(blocks) if one.kind in STATEFUL}


def carry(old_blocks: list[Json], typed: Typed, new_blocks: list[Json]) -> Typed:
    """What an updated surface holds.

    As in Slack, an input keeps what it held where block_id, action_id and type are unchanged, and the new
    initial value counts for nothing; a choice that is no longer offered is dropped.
    """
    kinds = {one.key: one.kind for one in placed(old_blocks)}
    result = start(new_blocks)
    for one in placed(new_blocks):
        if one.key in typed and kinds.get(one.key) == one.kind and one.key in result:
            result[one.key] = _still_offered(one.element, typed[one.key])
    return result


def _still_offered(element: Json, value: Any) -> Any:
    offered = {candidate.get("value") for candidate in options(element)}
    if element["type"] in ONE_OPTION:
        return value if value in offered else initial(element)
    if element["type"] in SOME_OPTIONS:
        return [one for one in value if one in offered]
    return value


def accept(element: Json, value: Any, people: set[str]) -> Any:
    """The value as it is kept. Raises PageError when the element could not hold it in Slack."""
    kind = element["type"]
    if kind in SOME_OPTIONS or kind == "multi_users_select":
        return _accept_many(element, value, people)
    if value is None or value == "":
        return None
    if kind in ONE_OPTION:
        option(element, value)
    elif kind == "users_select":
        _known(value, people)
    elif kind == "datepicker":
        _check(_is_date(value), f"{value!r} is not a date; write it as 2026-11-23.")
    elif kind == "timepicker":
        _check(
            bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value))),
            f"{value!r} is not a time; write it as 09:30.",
        )
    elif kind == "datetimepicker":
        _check(isinstance(value, int), f"{value!r} is not a moment; give seconds since 1970.")
    else:
        _check(isinstance(value, str), f"{value!r} is not text.")
    return value


def _accept_many(element: Json, value: Any, people: set[str]) -> list[Any]:
    chosen = [] if value is None else value
    _check(isinstance(chosen, list), f"{element['action_id']!r} takes a list of choices.")
    for one in chosen:
        if element["type"] == "multi_users_select":
            _known(one, people)
        else:
            option(element, one)
    most = element.get("max_selected_items")
    _check(most is None or len(chosen) <= most, f"At most {most} can be chosen.")
    return list(dict.fromkeys(chosen))


def _known(user: object, people: set[str]) -> None:
    _check(user in people, f"{user!r} is nobody in this workspace.")


def _check(right: bool, sentence: str) -> None:
    if not right:
        raise PageError(sentence)


def _is_date(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def entry(element: Json, value: Any) -> Json:
    """One element's value as Slack puts it into state.values and into an action."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else option(element, value)}
    if kind in SOME_OPTIONS:
        return {"type": kind, "selected_options": [option(element, one) for one in value]}
    if kind in _SELECTED:
        return {"type": kind, _SELECTED[kind]: value}
    if kind == FILES:
        return {"type": kind, "files": value}
    return {"type": kind, "value": value}


def values(blocks: list[Json], typed: Typed) -> dict[str, Json]:
    """Slack's state.values: block_id → action_id → entry."""
    result: dict[str, Json] = {}
    for one in placed(blocks):
        if one.key in typed:
            result.setdefault(one.key[0], {})[one.key[1]] = entry(one.element, typed[one.key])
    return result


def faults(blocks: list[Json], typed: Typed) -> dict[str, str]:
    """What stops a form from being sent, as the client says it: block_id → sentence. Empty when all is
    well."""
    result = {}
    for one in placed(blocks):
        if one.block["type"] == "input" and one.key in typed:
            sentence = _fault(one, typed[one.key])
            if sentence:
                result[one.key[0]] = sentence
    return result


def _fault(one: Placed, value: Any) -> str | None:
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return None if one.block.get("optional") else "Please complete this required field."
    if one.kind == "plain_text_input":
        least, most = one.element.get("min_length", 0), one.element.get("max_length", 3000)
        if len(value) < least:
            return f"Please write at least {least} characters; there are {len(value)}."
        if len(value) > most:
            return f"Please shorten this to {most} characters; there are {len(value)}."
    if one.kind == "number_input":
        return _number_fault(one.element, value)
    if one.kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter an e-mail address, for example ada@example.org."
    if one.kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Please enter a web address that begins with https://."
    return None


def _number_fault(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
