"""The elements and actions of Adaptive Cards up to version 1.5, one shape each, with the fields that Teams shows.

Source: adaptivecards.io/explorer (version 1.5) and learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format.
Stricter than Teams, which leaves out what it does not know without a word: here it is refused, so that nothing is lost unseen.
"""

from __future__ import annotations

import re
from typing import Any

from bot.playground.blockkit.checks import (
    Check,
    Findings,
    Pointer,
    boolean,
    by_type,
    calendar_date,
    integer,
    items,
    shape,
    string,
)


def word(*allowed: str) -> Check:
    """One of these words, in capitals or not, as the renderers read them."""
    known = {one.casefold() for one in allowed}

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, str) or value.casefold() not in known:
            findings.add(f"must be one of: {', '.join(allowed)}", at)

    return check


text = string(least=0)
_filled = string()
_number = integer(-(10**15))
_clock = string(pattern=r"([01]\d|2[0-3]):[0-5]\d", wanted="must be a time in the format HH:MM")
_address = string(
    pattern=r"(https?|mailto|msteams|data):\S+", wanted="must be an address that begins with https:"
)
_pixels = string(pattern=r"\d+px", wanted='must be a number of pixels such as "60px"')

SPACING = word("default", "none", "small", "medium", "large", "extraLarge", "padding")
ALIGN = word("left", "center", "right")
TOP = word("top", "center", "bottom")
CONTAINER_STYLE = word("default", "emphasis", "good", "attention", "warning", "accent")
COLOURS = word("default", "dark", "light", "accent", "good", "warning", "attention")
_WORDS: dict[str, Check] = {
    "color": COLOURS,
    "fontType": word("default", "monospace"),
    "isSubtle": boolean,
    "size": word("default", "small", "medium", "large", "extraLarge"),
    "weight": word("default", "lighter", "bolder"),
}


def _element(value: Any, at: Pointer, findings: Findings) -> None:
    ELEMENT(value, at, findings)


def _action(value: Any, at: Pointer, findings: Findings) -> None:
    ACTION(value, at, findings)


def _inner_card(value: Any, at: Pointer, findings: Findings) -> None:
    """A card behind a button, which needs no version of its own."""
    CARD({"version": "1.5", **value} if isinstance(value, dict) else value, at, findings)


def anything(value: Any, at: Pointer, findings: Findings) -> None:
    """Whatever the app wants to have back."""


def _data(value: Any, at: Pointer, findings: Findings) -> None:
    if not isinstance(value, dict | str):
        findings.add("must be an object or a string", at)


def _fallback(value: Any, at: Pointer, findings: Findings) -> None:
    if value != "drop":
        _element(value, at, findings)


def _one_or_text(*words: str) -> Check:
    def check(value: Any, at: Pointer, findings: Findings) -> None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        measure = isinstance(value, str) and re.fullmatch(r"\d+(px)?", value)
        if value not in words and not number and not measure:
            findings.add(f"must be one of: {', '.join(words)}, a weight or a number of pixels", at)

    return check


_WIDTH = _one_or_text("auto", "stretch")
_COMMON: dict[str, Check] = {
    "id": _filled,
    "isVisible": boolean,
    "spacing": SPACING,
    "separator": boolean,
    "height": word("auto", "stretch"),
    "fallback": _fallback,
    "requires": shape({}, typed=False),
}
_BOX: dict[str, Check] = _COMMON | {
    "selectAction": _action,
    "style": CONTAINER_STYLE,
    "bleed": boolean,
    "minHeight": _pixels,
    "rtl": boolean,
    "verticalContentAlignment": TOP,
}
_INPUT: dict[str, Check] = _COMMON | {
    "label": _filled,
    "isRequired": boolean,
    "errorMessage": _filled,
}
_ELEMENTS = items(_element, least=0)
_FACT = shape({"title": text, "value": text})
_RUN = shape(
    {"text": text},
    _WORDS
    | {
        "highlight": boolean,
        "italic": boolean,
        "strikethrough": boolean,
        "underline": boolean,
        "selectAction": _action,
    },
)


def _inline(value: Any, at: Pointer, findings: Findings) -> None:
    if not isinstance(value, str):
        by_type({"TextRun": _RUN})(value, at, findings)


COLUMN = shape({"items": _ELEMENTS}, _BOX | {"width": _WIDTH})
_CELL = shape({"items": _ELEMENTS}, _BOX)
_ROW = shape(
    {"cells": items(by_type({"TableCell": _CELL}))},
    {"style": CONTAINER_STYLE, "horizontalCellContentAlignment": ALIGN, "verticalCellContentAlignment": TOP},
)


def _column(value: Any, at: Pointer, findings: Findings) -> None:
    COLUMN(value, at, findings)


def _typed(kind: str, check: Check) -> Check:
    """Of this type, whether or not it says so."""

    def checked(value: Any, at: Pointer, findings: Findings) -> None:
        if isinstance(value, dict) and value.get("type", kind) != kind:
            findings.add(f"must be of the type {kind}", f"{at}/type")
        else:
            check(value, at, findings)

    return checked


def _lengths(value: Any, at: Pointer, findings: Findings) -> None:
    most = value.get("maxLength")
    if most is not None and len(value.get("value", "")) > most:
        findings.add(f"must be no longer than {most} characters", f"{at}/value")


def _chosen(value: Any, at: Pointer, findings: Findings) -> None:
    offered = [one["value"] for one in value["choices"]]
    if len(set(offered)) < len(offered):
        findings.add("two choices have the same value", f"{at}/choices")
    held = value.get("value", "")
    for one in held.split(",") if value.get("isMultiSelect") else [held]:
        if one and one not in offered:
            findings.add(f"{one!r} is not among the choices", f"{at}/value")
        if value.get("isMultiSelect") and any("," in each for each in offered):
            findings.add("a choice of several must have no comma in its value", f"{at}/choices")


ELEMENTS: dict[str, Check] = {
    "TextBlock": shape(
        {"text": text},
        _COMMON
        | _WORDS
        | {
            "horizontalAlignment": ALIGN,
            "maxLines": integer(0),
            "wrap": boolean,
            "style": word("default", "heading"),
        },
    ),
    "RichTextBlock": shape({"inlines": items(_inline)}, _COMMON | {"horizontalAlignment": ALIGN}),
    "Image": shape(
        {"url": _address},
        _COMMON
        | {
            "altText": text,
            "backgroundColor": text,
            "horizontalAlignment": ALIGN,
            "selectAction": _action,
            "size": word("auto", "stretch", "small", "medium", "large"),
            "style": word("default", "person"),
            "width": _pixels,
        },
    ),
    "ActionSet": shape({"actions": items(_action)}, _COMMON),
    "Container": shape({"items": _ELEMENTS}, _BOX),
    "ColumnSet": shape(
        {}, _BOX | {"columns": items(_typed("Column", _column)), "horizontalAlignment": ALIGN}
    ),
    "FactSet": shape({"facts": items(_typed("Fact", _FACT))}, _COMMON),
    "Table": shape(
        {},
        _COMMON
        | {
            "columns": items(_typed("TableColumnDefinition", shape({}, {"width": _WIDTH}))),
            "rows": items(by_type({"TableRow": _ROW})),
            "firstRowAsHeader": boolean,
            "showGridLines": boolean,
            "gridStyle": CONTAINER_STYLE,
            "horizontalCellContentAlignment": ALIGN,
            "verticalCellContentAlignment": TOP,
        },
    ),
    "Input.Text": shape(
        {"id": _filled},
        _INPUT
        | {
            "isMultiline": boolean,
            "maxLength": integer(1),
            "placeholder": text,
            "regex": _filled,
            "style": word("text", "tel", "url", "email", "password"),
            "inlineAction": _action,
            "value": text,
        },
        _lengths,
    ),
    "Input.Number": shape(
        {"id": _filled}, _INPUT | {"max": _number, "min": _number, "placeholder": text, "value": _number}
    ),
    "Input.Date": shape(
        {"id": _filled},
        _INPUT | {"max": calendar_date, "min": calendar_date, "placeholder": text, "value": calendar_date},
    ),
    "Input.Time": shape(
        {"id": _filled}, _INPUT | {"max": _clock, "min": _clock, "placeholder": text, "value": _clock}
    ),
    "Input.Toggle": shape(
        {"id": _filled, "title": _filled},
        _INPUT | {"value": text, "valueOff": text, "valueOn": text, "wrap": boolean},
    ),
    "Input.ChoiceSet": shape(
        {
            "id": _filled,
            "choices": items(_typed("Input.Choice", shape({"title": _filled, "value": _filled}))),
        },
        _INPUT
        | {
            "isMultiSelect": boolean,
            "style": word("compact", "expanded", "filtered"),
            "value": text,
            "placeholder": text,
            "wrap": boolean,
        },
        _chosen,
    ),
}
ELEMENT = by_type(ELEMENTS)

_ACTION: dict[str, Check] = {
    "title": _filled,
    "iconUrl": _address,
    "id": _filled,
    "style": word("default", "positive", "destructive"),
    "fallback": anything,
    "tooltip": text,
    "isEnabled": boolean,
    "mode": word("primary", "secondary"),
    "requires": shape({}, typed=False),
}
_INPUTS = word("auto", "none")
ACTIONS: dict[str, Check] = {
    "Action.Execute": shape({}, _ACTION | {"verb": _filled, "data": _data, "associatedInputs": _INPUTS}),
    "Action.Submit": shape({}, _ACTION | {"data": _data, "associatedInputs": _INPUTS}),
    "Action.OpenUrl": shape({"url": _address}, _ACTION),
    "Action.ShowCard": shape({"card": _inner_card}, _ACTION),
    "Action.ToggleVisibility": shape({"targetElements": items(anything)}, _ACTION),
}
ACTION = by_type(ACTIONS)
CARD = shape(
    {"version": word("1.0", "1.1", "1.2", "1.3", "1.4", "1.5"), "type": word("AdaptiveCard")},
    {
        "$schema": text,
        "body": _ELEMENTS,
        "actions": items(_action, least=0),
        "selectAction": _action,
        "fallbackText": text,
        "metadata": shape({}, {"webUrl": _address}, typed=False),
        "minHeight": _pixels,
        "rtl": boolean,
        "speak": text,
        "lang": text,
        "verticalContentAlignment": TOP,
        "msteams": shape({}, {"width": word("Full"), "entities": items(anything, least=0)}, typed=False),
        "refresh": shape(
            {"action": by_type({"Action.Execute": ACTIONS["Action.Execute"]})},
            {"userIds": items(_filled, most=60), "expires": text},
            typed=False,
        ),
    },
)
