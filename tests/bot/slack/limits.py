"""Slack's limits as this test suite understands them: written from the documentation, apart from the code under test.

Source: docs.slack.dev/reference/block-kit (blocks, elements, composition objects) and /reference/views.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

PLAIN = {"type", "text", "emoji"}
MRKDWN = {"type", "text", "verbatim"}
ELEMENTS_OF = {
    "actions": {"button", "overflow"},
    "input": {
        "plain_text_input",
        "radio_buttons",
        "checkboxes",
        "static_select",
        "multi_static_select",
        "datepicker",
        "timepicker",
        "file_input",
    },
}


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_message(payload: Json) -> None:
    assert set(payload) <= {"text", "blocks", "metadata"}
    assert 1 <= length(payload["text"]) <= 3000
    assert 1 <= len(payload["blocks"]) <= 50
    assert len(json.dumps(payload["blocks"], ensure_ascii=False, separators=(",", ":"))) <= 13_000
    check_blocks(payload["blocks"], inputs=False)


def check_view(view: Json) -> None:
    modal = {"title", "submit", "close", "private_metadata"} if view["type"] == "modal" else set()
    assert set(view) <= {"type", "callback_id", "blocks"} | modal
    assert 1 <= len(view["blocks"]) <= 100
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= 250_000
    assert length(view.get("private_metadata", "")) <= 3000
    for name in modal & {"title", "submit", "close"} & set(view):
        check_plain(view[name], 24)
    has_inputs = any(block["type"] == "input" for block in view["blocks"])
    assert ("submit" in view) == has_inputs
    check_blocks(view["blocks"], inputs=view["type"] == "modal")


def check_blocks(blocks: list[Json], *, inputs: bool) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert all(1 <= length(name) <= 255 for name in ids)
    actions = [element["action_id"] for block in blocks for element in _interactive(block)]
    assert len(actions) == len(set(actions))
    assert all(1 <= length(name) <= 255 for name in actions)
    for block in blocks:
        assert inputs or block["type"] != "input"
        check_block(block)


def check_block(block: Json) -> None:
    kind = block["type"]
    if kind == "header":
        check_plain(block["text"], 150)
    elif kind == "section" and "text" in block:
        check_text(block["text"], 3000)
    elif kind == "section":
        assert 1 <= len(block["fields"]) <= 10
        for field in block["fields"]:
            check_text(field, 2000)
    elif kind == "context":
        assert 1 <= len(block["elements"]) <= 10
        for element in block["elements"]:
            check_text(element, 2000)
    elif kind == "rich_text":
        check_rich_text(block)
    elif kind == "actions":
        assert 1 <= len(block["elements"]) <= 25
        for element in block["elements"]:
            assert element["type"] in ELEMENTS_OF["actions"]
            check_element(element)
    elif kind == "input":
        assert set(block) <= {"type", "block_id", "label", "hint", "element", "optional", "dispatch_action"}
        check_plain(block["label"], 2000)
        if "hint" in block:
            check_plain(block["hint"], 2000)
        assert block["element"]["type"] in ELEMENTS_OF["input"]
        check_element(block["element"])
    else:
        assert block == {"type": "divider"}


def check_element(element: Json) -> None:
    kind = element["type"]
    if "placeholder" in element:
        assert kind not in {"checkboxes", "radio_buttons"}
        check_plain(element["placeholder"], 150)
    if "confirm" in element:
        for name, limit in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
            check_plain(element["confirm"][name], limit)
    if kind == "button":
        check_plain(element["text"], 75)
        assert length(element["value"]) <= 2000
        assert element.get("style", "primary") in {"primary", "danger"}
        assert 1 <= length(element.get("accessibility_label", "x")) <= 75
    elif kind == "plain_text_input":
        assert 1 <= element["max_length"] <= 3000
        assert 1 <= length(element.get("initial_value", "x")) <= element["max_length"]
    elif kind == "file_input":
        assert 1 <= element["max_files"] <= 10
        assert all(length(ending) >= 1 for ending in element.get("filetypes", ["csv"]))
    elif kind not in {"datepicker", "timepicker"}:
        check_options(element)


def check_options(element: Json) -> None:
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    groups = element.get("option_groups", [{"options": element.get("options")}])
    assert 1 <= len(groups) <= 100
    every = []
    for group in groups:
        assert 1 <= len(group["options"]) <= most
        if "label" in group:
            check_plain(group["label"], 75)
        every += group["options"]
    for option in every:
        check_plain(option["text"], 75)
        assert 1 <= length(option["value"]) <= 150
        if "description" in option:
            check_plain(option["description"], 75)
    for initial in [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]:
        assert initial in every


def check_rich_text(block: Json) -> None:
    assert block["elements"]
    total = 0
    for element in _flat(block["elements"]):
        assert element["elements"]
        for run in element["elements"]:
            assert run["type"] in ("text", "link")
            assert run["text"].strip()
            assert set(run) <= {"type", "text", "url" if run["type"] == "link" else "style"}
            assert run.get("url", "https://").startswith("https://")
            total += length(run["text"])
    assert total <= 3000


def check_text(text: Json, limit: int) -> None:
    if text["type"] == "plain_text":
        check_plain(text, limit)
        return
    assert set(text) <= MRKDWN
    assert 1 <= length(text["text"]) <= limit
    check_markup(text["text"])


def check_plain(text: Json, limit: int) -> None:
    assert set(text) <= PLAIN
    assert text["type"] == "plain_text"
    assert text["text"].strip()
    assert length(text["text"]) <= limit


def check_markup(text: str) -> None:
    """The only markup is one pair of asterisks around the whole."""
    inner = text[1:-1]
    assert text == f"*{inner}*"
    assert inner.strip() == inner
    assert inner
    check_literal(inner)


def check_literal(text: str) -> None:
    for mark in "<>*_~`\n":
        assert mark not in text
    for escape in ("&amp;", "&lt;", "&gt;"):
        text = text.replace(escape, "")
    assert "&" not in text


def _interactive(block: Json) -> Iterator[Json]:
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "input":
        yield block["element"]


def _flat(elements: list[Json]) -> Iterator[Json]:
    for element in elements:
        if element["type"] == "rich_text_list":
            assert element["elements"]
            yield from element["elements"]
        else:
            yield element
