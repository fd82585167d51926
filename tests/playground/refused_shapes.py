"""Messages that Slack refuses for their values and their shapes: (name, blocks, what it says, where)."""

from __future__ import annotations

from typing import Any

from tests.playground.samples import actions, asked, button, option, plain, section, without

Row = tuple[str, Any, str, str]

ILL_FORMED: list[Row] = [
    # dates, times, numbers, lengths
    (
        "30 February",
        [asked("datepicker", initial_date="2026-02-30")],
        "format YYYY-MM-DD",
        "/blocks/0/element/initial_date",
    ),
    (
        "a week's date",
        [asked("datepicker", initial_date="2026-W48-1")],
        "format YYYY-MM-DD",
        "/blocks/0/element/initial_date",
    ),
    (
        "a British date",
        [asked("datepicker", initial_date="23/11/2026")],
        "format YYYY-MM-DD",
        "/blocks/0/element/initial_date",
    ),
    ("24:00", [asked("timepicker", initial_time="24:00")], "format HH:mm", "/blocks/0/element/initial_time"),
    (
        "milliseconds",
        [asked("datetimepicker", initial_date_time=1_795_428_240_000)],
        "must be less than or equal to 9999999999",
        "/blocks/0/element/initial_date_time",
    ),
    (
        "min over max",
        [asked("plain_text_input", min_length=11, max_length=10)],
        "min_length must not be greater than max_length",
        "/blocks/0/element/min_length",
    ),
    (
        "max of 3001",
        [asked("plain_text_input", max_length=3001)],
        "less than or equal to 3000",
        "/blocks/0/element/max_length",
    ),
    (
        "max of 0",
        [asked("plain_text_input", max_length=0)],
        "greater than or equal to 1",
        "/blocks/0/element/max_length",
    ),
    (
        "initial value over max",
        [asked("plain_text_input", initial_value="x" * 11, max_length=10)],
        "must be less than 11 characters",
        "/blocks/0/element/initial_value",
    ),
    (
        "unknown dispatch",
        [asked("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]})],
        "must be one of: on_enter_pressed, on_character_entered",
        "/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    (
        "number without is_decimal_allowed",
        [{"type": "input", "label": plain(), "element": {"type": "number_input"}}],
        "missing required field: is_decimal_allowed",
        "/blocks/0/element",
    ),
    (
        "words for a number",
        [asked("number_input", min_value="one")],
        "must be a number",
        "/blocks/0/element/min_value",
    ),
    (
        "number out of bounds",
        [asked("number_input", initial_value="11")],
        "between min_value",
        "/blocks/0/element/initial_value",
    ),
    (
        "bounds the wrong way",
        [asked("number_input", min_value="9", max_value="3")],
        "not be greater",
        "/blocks/0/element/min_value",
    ),
    (
        "half a whole number",
        [asked("number_input", initial_value="1.5")],
        "whole number",
        "/blocks/0/element/initial_value",
    ),
    # shapes
    ("no list", {"type": "divider"}, "must be an array", "/blocks"),
    ("no object", ["divider"], "must be an object", "/blocks/0"),
    ("no type", [{"text": plain()}], "missing required field: type", "/blocks/0"),
    ("unknown block", [{"type": "banner"}], "unsupported type: banner", "/blocks/0/type"),
    (
        "unknown element",
        [actions({"type": "slider"})],
        "unsupported type: slider",
        "/blocks/0/elements/0/type",
    ),
    (
        "unknown text",
        [{"type": "section", "text": {"type": "html", "text": "x"}}],
        "unsupported type: html",
        "/blocks/0/text/type",
    ),
    (
        "unknown field of a block",
        [{"type": "divider", "colour": "red"}],
        "invalid additional property: colour",
        "/blocks/0",
    ),
    (
        "unknown field of a button",
        [actions(button(color="red"))],
        "invalid additional property: color",
        "/blocks/0/elements/0",
    ),
    (
        "unknown field of a text",
        [{"type": "header", "text": plain() | {"verbatim": True}}],
        "additional property: verbatim",
        "/blocks/0/text",
    ),
    (
        "unknown field of an option",
        [asked("radio_buttons", options=[option() | {"id": "1"}])],
        "additional property: id",
        "/blocks/0/element/options/0",
    ),
    ("a section of nothing", [{"type": "section"}], "missing required field: text or fields", "/blocks/0"),
    (
        "an input without label",
        [without(asked("datepicker"), "label")],
        "missing required field: label",
        "/blocks/0",
    ),
    (
        "an input without element",
        [without(asked("datepicker"), "element")],
        "missing required field: element",
        "/blocks/0",
    ),
    (
        "a button without text",
        [actions(without(button(), "text"))],
        "missing required field: text",
        "/blocks/0/elements/0",
    ),
    (
        "an image without alt_text",
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        "missing required field: alt_text",
        "/blocks/0",
    ),
    (
        "text that is none",
        [{"type": "header", "text": {"type": "plain_text", "text": 7}}],
        "must be a string",
        "/blocks/0/text/text",
    ),
    (
        "a yes that is none",
        [{**asked("datepicker"), "optional": "yes"}],
        "must be a boolean",
        "/blocks/0/optional",
    ),
    (
        "a file in a message",
        [{"type": "input", "label": plain(), "element": {"type": "file_input"}}],
        "file_input is not allowed in a message",
        "/blocks/0/element/type",
    ),
    (
        "rich text of the wrong parts",
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "mrkdwn", "text": "x"}]}],
            }
        ],
        "unsupported type: mrkdwn",
        "/blocks/0/elements/0/elements/0/type",
    ),
    # one name, one thing
    (
        "block_id twice",
        [section(block_id="b"), section(block_id="b")],
        "already exists for another block",
        "/blocks/1/block_id",
    ),
    (
        "action_id twice in a block",
        [actions(button(), button())],
        '`action_id` "act" already exists for another element',
        "/blocks/0/elements/1/action_id",
    ),
]
