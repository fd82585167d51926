"""Text as chats take it: cleaned, measured, cut and split at words.

Lengths are counted in UTF-16 code units, the strictest of the ways in which a client may count "characters".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

Json = dict[str, Any]
"""A JSON object as the platform takes and sends it."""

ELLIPSIS = "…"

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """The same words without what no chat and no database can carry: control characters, lone surrogates, other line ends."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", text)


def cleaned(found: Any) -> Any:
    """A piece of JSON with every text in it cleaned, the names of members among them."""
    match found:
        case str():
            return clean(found)
        case dict():
            return {clean(name): cleaned(value) for name, value in found.items()}
        case list():
            return [cleaned(each) for each in found]
    return found


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` units, cut at a word where it is too long, with an ellipsis to show it."""
    text = clean(text).strip()
    if units(text) <= limit:
        return text
    end = _longest(text, limit - 1)
    border = text.rfind(" ", 0, end + 1)
    return text[: border if border > end // 2 else end].rstrip() + ELLIPSIS


def split(text: str, limit: int) -> Iterator[str]:
    """`text` in pieces of at most `limit` units, parted at a line's end, else between words, else anywhere.

    Nothing but white space at the borders is lost; pieces without a visible character are left out.
    """
    text = clean(text)
    while units(text) > limit:
        end = _longest(text, limit)
        border = text.rfind("\n", end // 3, end + 1)
        if border < 0:
            border = text.rfind(" ", end // 3, end + 1)
        piece, text = (text[:border], text[border + 1 :]) if border > 0 else (text[:end], text[end:])
        if piece.strip():
            yield piece.rstrip()
    if text.strip():
        yield text.rstrip()


def compact(value: object) -> str:
    """`value` as JSON without a needless character."""
    return _COMPACT.encode(value)


def size(value: object) -> int:
    """How many bytes `value` takes as compact JSON."""
    return len(compact(value).encode("utf-8", "surrogatepass"))


def iso_date(text: str) -> str | None:
    """A date as it is written in ISO 8601, or None for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def iso_time(text: str) -> str | None:
    """A time of day as HH:MM, or None for what is none."""
    try:
        return time.fromisoformat(text).strftime("%H:%M") if re.match(r"\d\d:\d\d", text) else None
    except ValueError:
        return None


def _longest(text: str, limit: int) -> int:
    """How many characters of `text` have at most `limit` units."""
    if text.isascii():
        return limit
    used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return position
    return len(text)
