"""Blocks, and the surfaces they stand on: messages, modals and the Home tab."""

from __future__ import annotations

import copy
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.playground.blockkit.checks import Check, Findings, Pointer, boolean, by_type, items, shape, string
from bot.playground.blockkit.elements import ACCESSORY, ACTION, IMAGE, INPUT
from bot.playground.blockkit.objects import IDENTIFIER, URL, plain, text
from bot.playground.blockkit.rich_text import RICH_TEXT_ELEMENT

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
BLOCK_CHARACTERS = 13_000
VIEW_BYTES = 250_000
Json = dict[str, Any]

_ID = {"block_id": IDENTIFIER}
_FILE_IN_MESSAGE = "file_input is not allowed in a message"


def _text_or_fields(value: Any, at: Pointer, findings: Findings) -> None:
    if "text" not in value and "fields" not in value:
        findings.add("missing required field: text or fields", at)


def _context_item(value: Any, at: Pointer, findings: Findings) -> None:
    check = IMAGE if isinstance(value, dict) and value.get("type") == "image" else text(3000)
    check(value, at, findings)


BLOCKS: dict[str, Check] = {
    "section": shape(
        {},
        _ID
        | {
            "text": text(3000),
            "fields": items(text(2000), most=10),
            "accessory": ACCESSORY,
            "expand": boolean,
        },
        _text_or_fields,
    ),
    "header": shape({"text": plain(150)}, _ID),
    "divider": shape({}, _ID),
    "context": shape({"elements": items(_context_item, most=10)}, _ID),
    "actions": shape({"elements": items(ACTION, most=25)}, _ID),
    "input": shape(
        {"label": plain(2000), "element": INPUT},
        _ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": shape({"image_url": URL, "alt_text": string(most=2000)}, _ID | {"title": plain(2000)}),
    "rich_text": shape({"elements": items(RICH_TEXT_ELEMENT)}, _ID),
}
_BLOCK = by_type(BLOCKS)
_MESSAGE = items(_BLOCK, least=0, most=MESSAGE_BLOCKS)
_VIEW_BLOCKS = items(_BLOCK, most=VIEW_BLOCKS)
_VIEW_COMMON: dict[str, Check] = {
    "private_metadata": string(least=0, most=3000),
    "callback_id": string(least=0, most=255),
    "external_id": string(least=0, most=255),
}
_BUTTON = plain(24)


def _submit_where_input(value: Any, at: Pointer, findings: Findings) -> None:
    if "submit" not in value and any(block["type"] == "input" for block in value["blocks"]):
        findings.add("missing required field: submit, since there is an input block", at)


_VIEW = by_type(
    {
        "modal": shape(
            {"title": plain(24), "blocks": _VIEW_BLOCKS},
            _VIEW_COMMON
            | {
                "submit": _BUTTON,
                "close": _BUTTON,
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
            _submit_where_input,
        ),
        "home": shape({"blocks": _VIEW_BLOCKS}, _VIEW_COMMON),
    }
)


def check_message(blocks: Any, at: Pointer = "/blocks") -> list[str]:
    """What Slack would refuse in these blocks of a message; an empty list when it would take them.

    The total size (BLOCK_CHARACTERS) is answered with an error code of its own, so it is `too_long`'s to
    judge.
    """
    findings = Findings()
    for number, block in enumerate(blocks if isinstance(blocks, list) else []):
        element = block.get("element") if isinstance(block, dict) else None
        if isinstance(element, dict) and element.get("type") == "file_input":
            findings.add(_FILE_IN_MESSAGE, f"{at}/{number}/element/type")
    if findings:
        return findings.messages
    _MESSAGE(blocks, at, findings)
    _unique(blocks, at, findings)
    return findings.messages


def too_long(blocks: list[Json]) -> bool:
    """Whether the blocks of a message are together longer than Slack takes, written as compact JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > BLOCK_CHARACTERS


def too_large(view: Json) -> bool:
    """Whether a view is over Slack's 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def check_view(view: Any, kind: str) -> list[str]:
    """What Slack would refuse in this view; kind: "modal" or "home"; an empty list when it would take it."""
    findings = Findings()
    if isinstance(view, dict) and view.get("type") in {"modal", "home"} and view["type"] != kind:
        findings.add(f"must be a view of type {kind}", "/view/type")
        return findings.messages
    _VIEW(view, "/view", findings)
    blocks = view.get("blocks") if isinstance(view, dict) else None
    _unique(blocks, "/view/blocks", findings)
    if sum(element.get("focus_on_load") is True for _, element in _elements(blocks)) > 1:
        findings.add("only one element may have focus_on_load", "/view/blocks")
    return findings.messages


def _elements(blocks: Any) -> Iterator[tuple[str, Json]]:
    """Every element with the part of its pointer within its block, as far as the shapes are right."""
    for number, block in enumerate(blocks if isinstance(blocks, list) else []):
        if not isinstance(block, dict):
            continue
        for name in ("accessory", "element"):
            if isinstance(block.get(name), dict):
                yield f"/{number}/{name}", block[name]
        listed = block.get("elements") if block.get("type") == "actions" else None
        for place, element in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(element, dict):
                yield f"/{number}/elements/{place}", element


def _unique(blocks: Any, at: Pointer, findings: Findings) -> None:
    """No block_id twice on the surface, no action_id twice in a block."""
    if not isinstance(blocks, list):
        return
    names = [block.get("block_id") if isinstance(block, dict) else None for block in blocks]
    for number, name in enumerate(names):
        if isinstance(name, str) and name in names[:number]:
            findings.add(f'`block_id` "{name}" already exists for another block', f"{at}/{number}/block_id")
    seen: Counter[tuple[str, str]] = Counter()
    for place, element in _elements(blocks):
        name, number_of_block = element.get("action_id"), place.split("/")[1]
        if isinstance(name, str):
            seen[number_of_block, name] += 1
            if seen[number_of_block, name] == 2:
                findings.add(
                    f'`action_id` "{name}" already exists for another element', f"{at}{place}/action_id"
                )


def complete(blocks: list[Json]) -> list[Json]:
    """A copy of checked blocks in which every block_id and action_id that was left out is filled in, as
    Slack does."""
    result = copy.deepcopy(blocks)
    for block in result:
        block.setdefault("block_id", secrets.token_urlsafe(4))
    for _, element in _elements(result):
        if element["type"] != "image":
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return result
