"""What was put into a form's inputs: put back where it stood, and pydantic's faults as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from commands.vocabulary import Input, Value


def with_value(part: Input, values: Mapping[str, Value]) -> Input:
    """The input with what was put in, unless that is no option of it any more."""
    value = values.get(part.name)
    if empty(value):
        return part
    if part.options:
        known = {option.value for option in part.options}
        wanted = value if isinstance(value, tuple) else (value,)
        if not set(wanted) <= known:
            return part
    return replace(part, initial=value)


def empty(value: Value) -> bool:
    """Whether nothing was put in."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def sentence(fault: Mapping[str, Any]) -> str:
    """Pydantic's fault as a sentence for people."""
    kind, context, value = fault["type"], fault.get("ctx", {}), fault.get("input")
    if kind == "string_too_long":
        return f"This is too long: {len(str(value)):,} characters. Use at most {context['max_length']:,}."
    if kind.startswith("date"):
        return f"“{value}” is not a date. A date looks like 2026-12-18."
    if kind.startswith("time"):
        return f"“{value}” is not a time. A time looks like 14:30."
    if kind == "value_error":
        return str(context.get("error", "This does not fit."))
    if kind == "literal_error":
        return "Choose one of the answers listed."
    if kind == "missing":
        return "Please fill this in."
    return "This does not fit. Please check it."
