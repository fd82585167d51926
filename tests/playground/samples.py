"""One good example of everything Block Kit offers here, to be spoilt in one place at a time."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Text") -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str = "*Text*") -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": False}


def option(value: str = "a", text: str = "A") -> Json:
    return {"text": plain(text), "value": value, "description": plain("More of it")}


def options(count: int) -> list[Json]:
    return [option(f"value-{number}") for number in range(count)]


def confirm() -> Json:
    return {
        "title": plain("Sure?"),
        "text": marked(),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        "style": "danger",
    }


MENU: Json = {"action_id": "act", "placeholder": plain("Choose"), "focus_on_load": True, "confirm": confirm()}

GOOD_ELEMENTS: dict[str, Json] = {
    "button": {
        "type": "button",
        "action_id": "act",
        "text": plain(),
        "value": "v",
        "style": "primary",
        "url": "https://example.org/",
        "confirm": confirm(),
        "accessibility_label": "Press",
    },
    "overflow": {"type": "overflow", "action_id": "act", "options": options(5), "confirm": confirm()},
    "image": {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A plan"},
    "static_select": {
        "type": "static_select",
        **MENU,
        "options": options(3),
        "initial_option": option("value-1"),
    },
    "multi_static_select": {
        "type": "multi_static_select",
        **MENU,
        "options": options(3),
        "initial_options": options(2),
        "max_selected_items": 2,
    },
    "users_select": {"type": "users_select", **MENU, "initial_user": "U0ADA"},
    "multi_users_select": {
        "type": "multi_users_select",
        **MENU,
        "initial_users": ["U0ADA"],
        "max_selected_items": 3,
    },
    "radio_buttons": {
        "type": "radio_buttons",
        "action_id": "act",
        "options": options(10),
        "initial_option": option("value-3"),
        "confirm": confirm(),
    },
    "checkboxes": {
        "type": "checkboxes",
        "action_id": "act",
        "options": [{"text": marked(), "value": "a", "description": marked()}],
        "initial_options": [{"text": marked(), "value": "a", "description": marked()}],
    },
    "datepicker": {"type": "datepicker", **MENU, "initial_date": "2028-02-29"},
    "timepicker": {"type": "timepicker", **MENU, "initial_time": "23:59", "timezone": "Europe/London"},
    "datetimepicker": {"type": "datetimepicker", "action_id": "act", "initial_date_time": 1_795_428_240},
    "file_input": {"type": "file_input", "action_id": "act", "filetypes": ["csv", "txt"], "max_files": 10},
    "plain_text_input": {
        "type": "plain_text_input",
        "action_id": "act",
        "placeholder": plain("Write"),
        "initial_value": "abc",
        "multiline": True,
        "min_length": 2,
        "max_length": 3000,
        "focus_on_load": True,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
    },
    "number_input": {
        "type": "number_input",
        "action_id": "act",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "10",
        "initial_value": "5",
        "placeholder": plain(),
    },
    "email_text_input": {"type": "email_text_input", "action_id": "act", "placeholder": plain()},
    "url_text_input": {"type": "url_text_input", "action_id": "act", "initial_value": "https://example.org/"},
}

GOOD_BLOCKS: dict[str, Json] = {
    "header": {"type": "header", "block_id": "b", "text": plain()},
    "section": {
        "type": "section",
        "block_id": "b",
        "text": marked(),
        "fields": [marked()] * 10,
        "accessory": GOOD_ELEMENTS["button"],
        "expand": True,
    },
    "divider": {"type": "divider", "block_id": "b"},
    "context": {"type": "context", "block_id": "b", "elements": [plain(), marked(), GOOD_ELEMENTS["image"]]},
    "actions": {
        "type": "actions",
        "block_id": "b",
        "elements": [GOOD_ELEMENTS["button"], {**GOOD_ELEMENTS["overflow"], "action_id": "two"}],
    },
    "input": {
        "type": "input",
        "block_id": "b",
        "label": plain(),
        "hint": plain(),
        "optional": True,
        "dispatch_action": True,
        "element": GOOD_ELEMENTS["plain_text_input"],
    },
    "image": {
        "type": "image",
        "block_id": "b",
        "image_url": "https://example.org/a.png",
        "alt_text": "A plan",
        "title": plain(),
    },
    "rich_text": {
        "type": "rich_text",
        "block_id": "b",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "bold", "style": {"bold": True}},
                    {"type": "link", "url": "https://example.org/", "text": "there"},
                    {"type": "user", "user_id": "U0ADA"},
                    {"type": "emoji", "name": "seedling"},
                    {
                        "type": "date",
                        "timestamp": 1_795_428_240,
                        "format": "{date_long}",
                        "fallback": "a day",
                    },
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "point"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {"type": "rich_text_preformatted", "border": 1, "elements": [{"type": "text", "text": "as is"}]},
        ],
    },
}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with these blocks, or with one section."""
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Send"),
        "close": plain("Close"),
        "callback_id": "call",
        "private_metadata": "x",
        "external_id": "ext",
        "clear_on_close": False,
        "notify_on_close": True,
        "blocks": list(blocks) or [GOOD_BLOCKS["section"]],
        **more,
    }


def home(*blocks: Json, **more: Any) -> Json:
    """A Home tab with these blocks, or with one section."""
    return {"type": "home", "blocks": list(blocks) or [GOOD_BLOCKS["section"]], **more}


def section(text: str = "Text", **more: Any) -> Json:
    """A section with a text."""
    return {"type": "section", "text": marked(text), **more}


def asked(element: str, **more: Any) -> Json:
    """An input block around a good element, with some of the element's fields changed."""
    return {"type": "input", "label": plain(), "element": {**GOOD_ELEMENTS[element], **more}}


def without(one: Json, name: str) -> Json:
    """The same without one field."""
    return {key: value for key, value in one.items() if key != name}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> dict[str, Any]:
    return {**GOOD_ELEMENTS["button"], **more}


def sure(**more: Any) -> dict[str, Any]:
    return actions(button(confirm={**confirm(), **more}))
