"""The small checks of which the rules are made, and the list in which they write what they find.

A check is a function (value, pointer, findings). `pointer` is the JSON pointer of the value, for example
/blocks/0/text. What is found reads like Slack's own response_metadata.messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Pointer = str


class Findings:
    """What is wrong, in reading order. messages: each with "[ERROR]" and its JSON pointer."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, sentence: str, at: Pointer) -> None:
        """Write down one fault."""
        self.messages.append(f"[ERROR] {sentence} [json-pointer:{at}]")

    def __bool__(self) -> bool:
        return bool(self.messages)


Check = Callable[[Any, Pointer, Findings], None]


def string(*, least: int = 1, most: int | None = None, pattern: str | None = None, wanted: str = "") -> Check:
    """Text of so many characters; `pattern` must match all of it, `wanted` says what would be right."""

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add("must be a string", at)
        elif len(value) < least:
            findings.add(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            findings.add(f"must be less than {most + 1} characters", at)
        elif pattern is not None and not re.fullmatch(pattern, value):
            findings.add(wanted, at)

    return check


def boolean(value: Any, at: Pointer, findings: Findings) -> None:
    """True or false."""
    if not isinstance(value, bool):
        findings.add("must be a boolean", at)


def integer(least: int, most: int | None = None) -> Check:
    """A whole number within these bounds."""

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            findings.add("must be an integer", at)
        elif value < least:
            findings.add(f"must be greater than or equal to {least}", at)
        elif most is not None and value > most:
            findings.add(f"must be less than or equal to {most}", at)

    return check


def one_of(*allowed: str) -> Check:
    """Exactly one of these words."""

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if value not in allowed:
            findings.add(f"must be one of: {', '.join(allowed)}", at)

    return check


def calendar_date(value: Any, at: Pointer, findings: Findings) -> None:
    """A day that exists, as YYYY-MM-DD."""
    try:
        right = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        findings.add("must be a date in the format YYYY-MM-DD", at)


def decimal(value: Any, at: Pointer, findings: Findings) -> None:
    """A number written as text."""
    try:
        right = isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        right = False
    if not right:
        findings.add("must be a number in a string", at)


def items(check_item: Check, *, least: int = 1, most: int | None = None) -> Check:
    """A list of so many items, each of which passes."""

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add("must be an array", at)
            return
        if len(value) < least:
            findings.add(f"no fewer than {least} items allowed", at)
        if most is not None and len(value) > most:
            findings.add(f"no more than {most} items allowed", at)
        for number, item in enumerate(value):
            check_item(item, f"{at}/{number}", findings)

    return check


def shape(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *also: Check,
    typed: bool = True,
) -> Check:
    """An object with these fields and no others.

    also: checks of the whole object, made only when every field has passed. typed: a `type` field, checked
    by whoever chose this shape, may stand in it.
    """
    known = dict(required) | dict(optional or {})

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add("must be an object", at)
            return
        before = len(findings.messages)
        for name in required:
            if name not in value:
                findings.add(f"missing required field: {name}", at)
        for name, content in value.items():
            if name in known:
                known[name](content, f"{at}/{name}", findings)
            elif not (typed and name == "type"):
                findings.add(f"invalid additional property: {name}", at)
        if len(findings.messages) == before:
            for check_whole in also:
                check_whole(value, at, findings)

    return check


def by_type(shapes: Mapping[str, Check], refused: Mapping[str, str] | None = None) -> Check:
    """An object whose `type` chooses the shape. refused: type → why it is not allowed here, though it
    exists."""

    def check(value: Any, at: Pointer, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add("must be an object", at)
            return
        kind = value.get("type")
        if kind is None:
            findings.add("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in shapes:
            reason = (refused or {}).get(str(kind), f"unsupported type: {kind}")
            findings.add(reason, f"{at}/type")
        else:
            shapes[kind](value, at, findings)

    return check
