"""Real inputs, damaged: byte by byte, and by what they are made of (lines, cells, the values of JSON)."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.target import Target

MOST = 200_000
"""Bytes of an input at most."""
ODD = (
    b"\0", b"\xff", b"\xed\xa0\x80", "\u202e".encode(), "\u2028".encode(), b"\x1b[2J", b"\r", b"\xef\xbb\xbf", "é".encode(), "𝄞".encode(),
    b"-1", b"0", b"9" * 25, b"1e999", b"A" * 5000, b"[" * 300, b"{" * 300, b"a." * 200, b"2026-02-30", b"\n" * 50, b'"' * 3, b" " * 300,
)  # fmt: skip
ANYTHING: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**30, 1.5, "", " ", "x", "\0", "\ud800", "\u202e", "x" * 5000, "[" * 2000, "{}", "[]", "nan",
    [], {}, [None], [[]], [{}], {"id": None}, {"a": {"b": []}}, "CH-1042", "2026-02-30", "1e999", "∞", "None",
)  # fmt: skip


def mutated(random: Random, target: Target, others: tuple[bytes, ...] = ()) -> bytes:
    """One more input, made from one of the target's own or of `others`."""
    data = random.choice(others or target.corpus)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        change = random.choice(_WAYS)
        data = change(random, data, target)[:MOST]
    return data


def _flip(random: Random, data: bytes, target: Target) -> bytes:
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _cut(random: Random, data: bytes, target: Target) -> bytes:
    first, last = _span(random, data)
    return data[:first] + data[last:]


def _double(random: Random, data: bytes, target: Target) -> bytes:
    first, last = _span(random, data)
    return data[:last] + data[first:last] * random.choice((1, 1, 2, 30)) + data[last:]


def _insert(random: Random, data: bytes, target: Target) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(target.words or ODD) + data[at:]


def _oddity(random: Random, data: bytes, target: Target) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(ODD) + data[at:]


def _splice(random: Random, data: bytes, target: Target) -> bytes:
    other = random.choice(target.corpus)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _lines(random: Random, data: bytes, target: Target) -> bytes:
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first] if random.random() < 0.5 else lines[second]
    return b"\n".join(lines)


def _cell(random: Random, data: bytes, target: Target) -> bytes:
    """Another word in the place of one: between commas, quotes, equals signs or spaces."""
    mark = random.choice((b",", b'"', b"=", b" ", b"&", b":"))
    parts = data.split(mark)
    parts[random.randrange(len(parts))] = random.choice((*ODD, *target.words, b"", random.choice(parts)))
    return mark.join(parts)


def _json(random: Random, data: bytes, target: Target) -> bytes:
    """Another value in the place of one, wherever the input (or one of its lines) is JSON; JSON within strings, too."""
    lines = data.split(b"\n")
    for at in random.sample(range(len(lines)), min(len(lines), 8)):
        if lines[at][:1] in (b"{", b"["):
            try:
                value = json.loads(lines[at])
            except (ValueError, RecursionError):
                continue
            lines[at] = json.dumps(_changed(random, value), separators=(",", ":")).encode()
            return b"\n".join(lines)
    try:
        return json.dumps(_changed(random, json.loads(data)), separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return _flip(random, data, target)


def _changed(random: Random, value: Any) -> Any:
    """The value with one thing in it changed, taken away or doubled."""
    if isinstance(value, dict) and value and random.random() < 0.93:
        name = random.choice(sorted(value))
        if random.random() < 0.1:
            return {key: each for key, each in value.items() if key != name}
        return value | {name: _changed(random, value[name])}
    if isinstance(value, list) and value and random.random() < 0.93:
        at = random.randrange(len(value))
        return [
            *value[:at],
            *([_changed(random, value[at])] * random.choice((0, 1, 1, 1, 2))),
            *value[at + 1 :],
        ]
    if isinstance(value, str) and value[:1] in ("{", "[") and random.random() < 0.7:
        try:
            return json.dumps(_changed(random, json.loads(value)), separators=(",", ":"))
        except (ValueError, RecursionError):
            pass
    return random.choice(ANYTHING)


_WAYS: tuple[Callable[[Random, bytes, Target], bytes], ...] = (
    _flip, _cut, _double, _insert, _oddity, _splice, _lines, _cell, _cell, _json, _json, _json,
)  # fmt: skip


def _span(random: Random, data: bytes) -> tuple[int, int]:
    first = random.randrange(len(data) + 1)
    return first, min(len(data), first + random.choice((1, 2, 4, 16, 64, 1000)))
