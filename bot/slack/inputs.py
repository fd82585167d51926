"""The inputs of a form as Slack's input blocks, and what was put in as the vocabulary's values.

Source of the limits: docs.slack.dev/reference/block-kit/blocks/input-block and the pages of the elements.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.blocks import IDENTIFIER, LABEL, NOTHING, DoesNotFit, section
from bot.slack.text import plain
from bot.words import Json, clean, cut, iso_date, iso_time, size, units
from commands.vocabulary import Input, Kind, Option, Value

TYPED = 3000
IN_VIEW = 10
A_GROUP = 100
OPTION_VALUE = 150
EMPTY_VALUE = "(none)"
"""Stands for an option whose value is empty: Slack takes no empty value."""

_PREFIX = "in:"


def block_id(name: str) -> str:
    """The block of the input `name`. Raises DoesNotFit for a name beyond Slack's 255 characters."""
    if units(_PREFIX + name) > IDENTIFIER or not name:
        raise DoesNotFit(f"An input's name must have 1 to {IDENTIFIER - len(_PREFIX)} characters.")
    return _PREFIX + name


def draw_input(entry: Input, room: int) -> list[Json]:
    """One input. `room` is how many bytes its options may take in all; where they take more, a sentence says so.

    Raises DoesNotFit for a name or an option's value that is too long.
    """
    if entry.kind in (Kind.CHOICE, Kind.LIST, Kind.TICKS):
        if not entry.options:
            return [section(f"{cut(entry.title, 200) or NOTHING}: there is nothing to choose from.")]
        element, note = _choosing(entry, room)
    elif entry.kind in (Kind.LINE, Kind.TEXT):
        element, note = _typing(entry)
    elif entry.kind is Kind.FILE:
        element, note = _uploading(entry), ""
    else:
        element, note = _picking(entry), ""
    block: Json = {
        "type": "input",
        "block_id": block_id(entry.name),
        "label": plain(cut(entry.title, 2000) or NOTHING),
        "element": element | {"action_id": entry.name},
        "optional": not entry.required,
    }
    if hint := cut(f"{entry.hint} {note}", 2000):
        block["hint"] = plain(hint)
    if entry.redraws and entry.kind is not Kind.FILE:  # Slack says nothing of files that tell at once
        block["dispatch_action"] = True
    return [block]


def value_of(element: Mapping[str, object]) -> Value:
    """What somebody has put into one input, from the state that Slack sends with a view."""
    match element.get("type"):
        case "checkboxes" | "multi_static_select":
            chosen = element.get("selected_options") or []
            return tuple(_option_value(option) for option in chosen) if isinstance(chosen, list) else ()
        case "radio_buttons" | "static_select":
            one = element.get("selected_option")
            return _option_value(one) if one else None
        case "datepicker":
            return _text(element.get("selected_date"))
        case "timepicker":
            return _text(element.get("selected_time"))
        case "file_input":
            files = element.get("files")
            first = files[0] if isinstance(files, list) and files else None
            return clean(str(first.get("name") or "")) if isinstance(first, Mapping) else None
        case _:
            return _text(element.get("value"))


def _typing(entry: Input) -> tuple[Json, str]:
    initial = clean(entry.initial) if isinstance(entry.initial, str) else ""
    element: Json = {"type": "plain_text_input", "multiline": entry.kind is Kind.TEXT or "\n" in initial}
    note = ""
    if units(initial) > TYPED:
        initial, note = cut(initial, TYPED), f"Only the first {TYPED:,} characters fit here."
    if initial:
        element["initial_value"] = initial
    # Slack refuses a whole form for an initial value over the limit; the command will say that it is too long.
    limit = TYPED if entry.max_length is None else min(TYPED, max(1, entry.max_length, units(initial)))
    element["max_length"] = limit
    _add_placeholder(element, entry)
    if entry.redraws:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element, note


def _choosing(entry: Input, room: int) -> tuple[Json, str]:
    shown, note = _within(entry.options, room)
    several = entry.kind is Kind.TICKS
    in_view = entry.kind is not Kind.LIST and len(entry.options) <= IN_VIEW
    drawn = [_option(option) for option in shown]
    wanted = entry.initial if isinstance(entry.initial, tuple) else (entry.initial,)
    initial = [block for option, block in zip(shown, drawn, strict=True) if option.value in wanted]
    if in_view:
        element: Json = {"type": "checkboxes" if several else "radio_buttons", "options": drawn}
    else:
        element = {"type": "multi_static_select" if several else "static_select"}
        element |= {"options": drawn} if len(drawn) <= A_GROUP else {"option_groups": _grouped(drawn)}
        _add_placeholder(element, entry)
    if initial:
        element |= {"initial_options": initial} if several else {"initial_option": initial[0]}
    return element, note


def _uploading(entry: Input) -> Json:
    element: Json = {"type": "file_input", "max_files": 1}
    return element | ({"filetypes": list(entry.endings)} if entry.endings else {})


def _picking(entry: Input) -> Json:
    initial = entry.initial if isinstance(entry.initial, str) else ""
    if entry.kind is Kind.DATE:
        element: Json = {"type": "datepicker"}
        if day := iso_date(initial):
            element["initial_date"] = day
    else:
        element = {"type": "timepicker"}
        if hour := iso_time(initial):
            element["initial_time"] = hour
    _add_placeholder(element, entry)
    return element


def _within(options: tuple[Option, ...], room: int) -> tuple[list[Option], str]:
    shown: list[Option] = []
    for option in options:
        room -= size(_option(option))
        if room < 0 and shown:
            return shown, f"Only the first {len(shown):,} of {len(options):,} fit here."
        shown.append(option)
    return shown, ""


def _grouped(options: list[Json]) -> list[Json]:
    """A hundred to a group, each named after its first and last, so that people find their way in a long list."""
    groups = []
    for start in range(0, len(options), A_GROUP):
        group = options[start : start + A_GROUP]
        first, last = (cut(group[end]["text"]["text"], LABEL // 2 - 2) for end in (0, -1))
        groups.append({"label": plain(f"{first} – {last}"), "options": group})
    return groups


def _option(option: Option) -> Json:
    if units(option.value) > OPTION_VALUE:
        raise DoesNotFit(
            f"A value to choose has {len(option.value)} characters; {OPTION_VALUE} are possible."
        )
    block: Json = {"text": plain(cut(option.label, LABEL) or NOTHING), "value": option.value or EMPTY_VALUE}
    if description := cut(option.description, LABEL):
        block["description"] = plain(description)
    return block


def _option_value(option: object) -> str:
    value = clean(str(option.get("value") or "")) if isinstance(option, Mapping) else ""
    return "" if value == EMPTY_VALUE else value


def _add_placeholder(element: Json, entry: Input) -> None:
    if placeholder := cut(entry.placeholder, 150):
        element["placeholder"] = plain(placeholder)


def _text(value: object) -> str | None:
    return clean(value) or None if isinstance(value, str) else None
