"""Interactive elements, one shape each, and in which blocks each may stand. Per Slack's Block Kit
reference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.playground.blockkit.checks import (
    Check,
    Findings,
    Pointer,
    boolean,
    by_type,
    calendar_date,
    decimal,
    integer,
    items,
    one_of,
    shape,
    string,
)
from bot.playground.blockkit.objects import (
    CONFIRM,
    DISPATCH,
    IDENTIFIER,
    LINK_OPTION,
    MARKED_UP_OPTION,
    MENU_OPTION,
    OPTION_GROUP,
    URL,
    USER_ID,
    initial_option_offered,
    initial_options_offered,
    initial_users_counted,
    one_source,
    plain,
)

_PLACEHOLDER = {"placeholder": plain(150)}
_COMMON: dict[str, Check] = {"action_id": IDENTIFIER, "focus_on_load": boolean}
_ASKING = _COMMON | {"confirm": CONFIRM}
_MENU_SOURCE = {"options": items(MENU_OPTION, most=100), "option_groups": items(OPTION_GROUP, most=100)}
_TIME = string(pattern=r"([01]\d|2[0-3]):[0-5]\d", wanted="must be a time in the format HH:mm")


def _lengths(value: Any, at: Pointer, findings: Findings) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        findings.add("min_length must not be greater than max_length", f"{at}/min_length")
    if len(value.get("initial_value", "")) > most:
        findings.add(f"must be less than {most + 1} characters", f"{at}/initial_value")


def _numbers(value: Any, at: Pointer, findings: Findings) -> None:
    given = {
        name: Decimal(value[name]) for name in ("min_value", "max_value", "initial_value") if name in value
    }
    low, high, start = given.get("min_value"), given.get("max_value"), given.get("initial_value")
    if low is not None and high is not None and low > high:
        findings.add("min_value must not be greater than max_value", f"{at}/min_value")
    elif start is not None and ((low is not None and start < low) or (high is not None and start > high)):
        findings.add("must be between min_value and max_value", f"{at}/initial_value")
    for name, number in given.items():
        if not value["is_decimal_allowed"] and number != number.to_integral_value():
            findings.add("must be a whole number", f"{at}/{name}")


BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": IDENTIFIER,
        "url": URL,
        "value": string(most=2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(most=75),
    },
)
IMAGE = shape({"image_url": URL, "alt_text": string(most=2000)})

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "image": IMAGE,
    "overflow": shape({"options": items(LINK_OPTION, most=5)}, {"action_id": IDENTIFIER, "confirm": CONFIRM}),
    "static_select": shape(
        {},
        _ASKING | _PLACEHOLDER | _MENU_SOURCE | {"initial_option": MENU_OPTION},
        one_source,
        initial_option_offered,
    ),
    "multi_static_select": shape(
        {},
        _ASKING
        | _PLACEHOLDER
        | _MENU_SOURCE
        | {"initial_options": items(MENU_OPTION, most=100), "max_selected_items": integer(1)},
        one_source,
        initial_options_offered,
    ),
    "users_select": shape({}, _ASKING | _PLACEHOLDER | {"initial_user": USER_ID}),
    "multi_users_select": shape(
        {},
        _ASKING | _PLACEHOLDER | {"initial_users": items(USER_ID), "max_selected_items": integer(1)},
        initial_users_counted,
    ),
    "radio_buttons": shape(
        {"options": items(MARKED_UP_OPTION, most=10)},
        _ASKING | {"initial_option": MARKED_UP_OPTION},
        initial_option_offered,
    ),
    "checkboxes": shape(
        {"options": items(MARKED_UP_OPTION, most=10)},
        _ASKING | {"initial_options": items(MARKED_UP_OPTION, most=10)},
        initial_options_offered,
    ),
    "datepicker": shape({}, _ASKING | _PLACEHOLDER | {"initial_date": calendar_date}),
    "timepicker": shape({}, _ASKING | _PLACEHOLDER | {"initial_time": _TIME, "timezone": string()}),
    "datetimepicker": shape({}, _ASKING | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "file_input": shape(
        {},
        {"action_id": IDENTIFIER, "filetypes": items(string(least=1)), "max_files": integer(1, 10)},
    ),
    "plain_text_input": shape(
        {},
        _COMMON
        | _PLACEHOLDER
        | {
            "initial_value": string(least=0, most=3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
            "dispatch_action_config": DISPATCH,
        },
        _lengths,
    ),
    "email_text_input": shape(
        {}, _COMMON | _PLACEHOLDER | {"initial_value": string(), "dispatch_action_config": DISPATCH}
    ),
    "url_text_input": shape(
        {}, _COMMON | _PLACEHOLDER | {"initial_value": string(), "dispatch_action_config": DISPATCH}
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        _COMMON
        | _PLACEHOLDER
        | {
            "initial_value": decimal,
            "min_value": decimal,
            "max_value": decimal,
            "dispatch_action_config": DISPATCH,
        },
        _numbers,
    ),
}

_CHOICES = {"static_select", "users_select", "radio_buttons", "checkboxes", "datepicker", "timepicker"}
_MANY = {"multi_static_select", "multi_users_select"}
_WRITTEN = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_ELSEWHERE = {"rich_text_input", "conversations_select", "channels_select", "external_select"}


def _only(names: set[str], where: str) -> Check:
    refused = {kind: f"{kind} is not allowed in {where}" for kind in ELEMENTS if kind not in names}
    refused |= {kind: f"{kind} is not supported in this workspace" for kind in _ELSEWHERE}
    return by_type({kind: ELEMENTS[kind] for kind in ELEMENTS if kind in names}, refused)


ACCESSORY = _only(_CHOICES | _MANY | {"button", "image", "overflow"}, "a section")
ACTION = _only(_CHOICES | {"button", "overflow", "datetimepicker"}, "an actions block")
INPUT = _only(_CHOICES | _MANY | _WRITTEN | {"datetimepicker", "file_input"}, "an input block")
