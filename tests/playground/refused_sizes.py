"""Messages that Slack refuses for their sizes and their menus: (name, blocks, what it says, where)."""

from __future__ import annotations

from typing import Any

from tests.playground.samples import (
    actions,
    asked,
    button,
    confirm,
    marked,
    option,
    options,
    plain,
    section,
    sure,
    without,
)

Row = tuple[str, Any, str, str]

TOO_MUCH: list[Row] = [
    # sizes, each one more than Slack takes
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items allowed", "/blocks"),
    ("section text", [section("x" * 3001)], "must be less than 3001 characters", "/blocks/0/text/text"),
    ("empty section text", [section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    (
        "field text",
        [{"type": "section", "fields": [marked("x" * 2001)]}],
        "must be less than 2001 characters",
        "/blocks/0/fields/0/text",
    ),
    (
        "11 fields",
        [{"type": "section", "fields": [marked()] * 11}],
        "no more than 10 items allowed",
        "/blocks/0/fields",
    ),
    ("no fields", [{"type": "section", "fields": []}], "no fewer than 1 items allowed", "/blocks/0/fields"),
    (
        "header",
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters",
        "/blocks/0/text/text",
    ),
    (
        "header in mrkdwn",
        [{"type": "header", "text": marked()}],
        "must be a plain_text object",
        "/blocks/0/text/type",
    ),
    (
        "context",
        [{"type": "context", "elements": [marked()] * 11}],
        "no more than 10 items allowed",
        "/blocks/0/elements",
    ),
    (
        "empty context",
        [{"type": "context", "elements": []}],
        "no fewer than 1 items allowed",
        "/blocks/0/elements",
    ),
    (
        "26 buttons",
        [actions(*[button(action_id=str(number)) for number in range(26)])],
        "no more than 25 items allowed",
        "/blocks/0/elements",
    ),
    ("no buttons", [actions()], "no fewer than 1 items allowed", "/blocks/0/elements"),
    (
        "button label",
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/text/text",
    ),
    (
        "button value",
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters",
        "/blocks/0/elements/0/value",
    ),
    (
        "button style",
        [actions(button(style="green"))],
        "must be one of: primary, danger",
        "/blocks/0/elements/0/style",
    ),
    ("button url", [actions(button(url="not a url"))], "must be a valid URL", "/blocks/0/elements/0/url"),
    (
        "action_id",
        [actions(button(action_id="x" * 256))],
        "must be less than 256 characters",
        "/blocks/0/elements/0/action_id",
    ),
    ("block_id", [section(block_id="x" * 256)], "must be less than 256 characters", "/blocks/0/block_id"),
    (
        "confirm title",
        [sure(title=plain("x" * 101))],
        "less than 101",
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        [sure(text=marked("x" * 301))],
        "less than 301",
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm yes",
        [sure(confirm=plain("x" * 31))],
        "less than 31",
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    ("confirm no", [sure(deny=plain("x" * 31))], "less than 31", "/blocks/0/elements/0/confirm/deny/text"),
    (
        "confirm without title",
        [actions(button(confirm=without(confirm(), "title")))],
        "missing required field: title",
        "/blocks/0/elements/0/confirm",
    ),
    (
        "6 in an overflow menu",
        [section(accessory={"type": "overflow", "options": options(6)})],
        "no more than 5 items allowed",
        "/blocks/0/accessory/options",
    ),
    (
        "label",
        [{**asked("datepicker"), "label": plain("x" * 2001)}],
        "less than 2001",
        "/blocks/0/label/text",
    ),
    ("hint", [{**asked("datepicker"), "hint": plain("x" * 2001)}], "less than 2001", "/blocks/0/hint/text"),
    (
        "placeholder",
        [asked("datepicker", placeholder=plain("x" * 151))],
        "must be less than 151 characters",
        "/blocks/0/element/placeholder/text",
    ),
    # menus
    (
        "101 options",
        [asked("static_select", options=options(101))],
        "no more than 100",
        "/blocks/0/element/options",
    ),
    ("no options", [asked("static_select", options=[])], "no fewer than 1", "/blocks/0/element/options"),
    (
        "a menu of nothing",
        [asked("static_select") | {"element": {"type": "static_select"}}],
        "must have either options or option_groups",
        "/blocks/0/element",
    ),
    (
        "option text",
        [asked("static_select", options=[option(text="x" * 76)])],
        "must be less than 76 characters",
        "/blocks/0/element/options/0/text/text",
    ),
    (
        "option value",
        [asked("static_select", options=[option("x" * 151)])],
        "must be less than 151 characters",
        "/blocks/0/element/options/0/value",
    ),
    (
        "option description",
        [asked("radio_buttons", options=[option() | {"description": plain("x" * 76)}])],
        "must be less than 76 characters",
        "/blocks/0/element/options/0/description/text",
    ),
    (
        "option without value",
        [asked("static_select", options=[{"text": plain()}])],
        "missing required field: value",
        "/blocks/0/element/options/0",
    ),
    (
        "menu option in mrkdwn",
        [asked("static_select", options=[{"text": marked(), "value": "a"}])],
        "must be a plain_text object",
        "/blocks/0/element/options/0/text/type",
    ),
    (
        "initial option of other text",
        [asked("static_select", initial_option=option("value-1", "B"))],
        "must exactly match one of the options",
        "/blocks/0/element/initial_option",
    ),
    (
        "initial options not offered",
        [asked("checkboxes", initial_options=[option("z")])],
        "must exactly match one of the options",
        "/blocks/0/element/initial_options/0",
    ),
    (
        "no initial options",
        [asked("checkboxes", initial_options=[])],
        "no fewer than 1 items allowed",
        "/blocks/0/element/initial_options",
    ),
    (
        "too many chosen",
        [asked("multi_static_select", max_selected_items=1)],
        "no more than 1 items allowed",
        "/blocks/0/element/initial_options",
    ),
    (
        "too many people chosen",
        [asked("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1)],
        "no more than 1 items allowed",
        "/blocks/0/element/initial_users",
    ),
    (
        "not a user",
        [asked("users_select", initial_user="ada")],
        "must be a valid user ID",
        "/blocks/0/element/initial_user",
    ),
    (
        "11 checkboxes",
        [asked("checkboxes", options=options(11))],
        "no more than 10",
        "/blocks/0/element/options",
    ),
    (
        "11 radio buttons",
        [asked("radio_buttons", options=options(11))],
        "no more than 10",
        "/blocks/0/element/options",
    ),
    (
        "group label",
        [
            asked("static_select")
            | {
                "element": {
                    "type": "static_select",
                    "option_groups": [{"label": plain("x" * 76), "options": options(1)}],
                }
            }
        ],
        "must be less than 76 characters",
        "/blocks/0/element/option_groups/0/label/text",
    ),
]
