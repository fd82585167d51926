"""Reading TOML into pydantic models. Faults name file, line, what is wrong and what would be right."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from procedures.explaining import explained
from procedures.faults import Fault, FaultyFile, closest, did_you_mean, listed
from procedures.positions import Path, Positions

__all__ = [
    "Check",
    "Fault",
    "FaultyFile",
    "Path",
    "Positions",
    "closest",
    "did_you_mean",
    "document",
    "in_order",
    "listed",
    "parse_toml",
    "read_text",
    "read_toml",
    "validated",
]

Model = TypeVar("Model", bound=BaseModel)
Check = Callable[[Model, Positions], Iterable[Fault]]
"""A model's own cross-check: each fault it finds, made by `positions.fault(path, message, hint)`."""

_TOO_DEEP = "it nests too deeply to be read"
LARGEST = 1_000_000
"""Characters of a file; the longest that comes with the program has 40,000."""
# Reading a key with very many dots takes the square of their number, in time and in memory.
_DEEP_KEY = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
_PLACE = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL)
_PAIR = re.compile(r"\s*(?P<key>[\w.\"'-]+)\s*=\s*(?P<value>.*?)\s*(?:#.*)?")


def read_toml(path: FilePath | str, model: type[Model], check: Check[Model] | None = None) -> Model:
    """Read the file into the model. Raises FaultyFile with every fault, or when it cannot be read."""
    return parse_toml(decoded(read_bytes(path), str(path)), str(path), model, check)


def parse_toml(text: str, name: str, model: type[Model], check: Check[Model] | None = None) -> Model:
    """Read the text into the model; name is what the faults call the file.

    The model's `check`, if any, runs when everything else is right. Raises FaultyFile with every fault found.

    Types are strict: 5 is no text and "5" no number. Dates and times may be TOML's own or in quotes.
    """
    data, positions = document(text, name)
    value = validated(data, model, positions)
    faults = in_order(check(value, positions)) if check else []
    if faults:
        raise FaultyFile(faults)
    return value


def document(text: str, name: str) -> tuple[dict[str, Any], Positions]:
    """The text's data, and where each of it stands. Raises FaultyFile when it is no TOML."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if len(text) > LARGEST:
        raise FaultyFile([Fault(name, 0, None, "", f"it is longer than {LARGEST:,} characters", "")])
    if _DEEP_KEY.search(text):
        raise FaultyFile([Fault(name, 0, None, "", _TOO_DEEP)])
    try:
        return tomllib.loads(text), Positions(text, name)
    except RecursionError:
        raise FaultyFile([Fault(name, 0, None, "", _TOO_DEEP)]) from None
    except ValueError as error:
        raise FaultyFile([_not_toml(error, text, name)]) from None


def validated(data: dict[str, Any], model: type[Model], positions: Positions) -> Model:
    """The model of that data. Raises FaultyFile with every fault found."""
    try:
        # By way of JSON, because pydantic's strict mode takes lists for tuples and text for enums only there.
        return model.model_validate_json(json.dumps(data, default=_as_text), strict=True)
    except ValidationError as error:
        raise FaultyFile(in_order(explained(error, model, data, positions))) from None
    except RecursionError:
        raise FaultyFile([Fault(positions.name, 0, None, "", _TOO_DEEP)]) from None


def read_bytes(path: FilePath | str) -> bytes:
    """The file's bytes. Raises FaultyFile when there is no such file or it cannot be opened."""
    try:
        return FilePath(path).read_bytes()
    except FileNotFoundError:
        why = "there is no such file"
    except IsADirectoryError:
        why = "this is a folder, not a file"
    except OSError as error:
        why = f"the file cannot be read ({(error.strerror or 'unknown reason').lower()})"
    raise FaultyFile([Fault(str(path), 0, None, "", why)])


def decoded(content: bytes, name: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark. Raises FaultyFile for any other."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        line = content.count(b"\n", 0, error.start) + 1
        text = content[start:].splitlines()[0].decode("utf-8", "replace")
        hint = 'Save the file again with the encoding "UTF-8".'
        raise FaultyFile([Fault(name, line, None, text, "this line is not UTF-8 text", hint)]) from None


def read_text(path: FilePath | str) -> str:
    """The text of a UTF-8 file. Raises FaultyFile when it cannot be read or is no UTF-8."""
    return decoded(read_bytes(path), str(path))


def _as_text(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"TOML has no such value: {value!r}")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Each fault once, from the top of the file down; those of one line as they were found."""
    return sorted(dict.fromkeys(faults), key=lambda fault: fault.line)


_TWICE = ("this key is given twice", "Keep one of the two.")
_COMPLETE = ("this table is already complete", "Write all its keys in one place.")
_CODE = ("the code after \\u or \\U is not a character", "Use single quotes, or write \\\\.")
# What tomllib says → what a person can act on. The first that begins the message holds.
_SENTENCES = {
    "Cannot overwrite a value": _TWICE,
    "Duplicate inline table key": _TWICE,
    "Cannot declare": ("this table is opened twice", "Keep one heading, with all its keys below it."),
    "Cannot mutate immutable namespace": _COMPLETE,
    "Cannot redefine namespace": _COMPLETE,
    "An object other than list": ("the key is used as a list and as something else", "Use one of the two."),
    "There is no nest": ("the key is used as a table and as something else", "Use one of the two."),
    "Unclosed array": ("a list is not closed", "Close it with ]."),
    "Unclosed inline table": ("a table is not closed", "Close it with }."),
    "Unterminated string": ("text is not closed", "Close it with the quote that opens it."),
    "Expected '=' after a key": ("a key needs = and a value", 'For example: name = "Barset".'),
    "Expected ']]'": ("the heading is not closed", "Close it with ]]."),
    "Expected ']'": ("the heading is not closed", "Close it with ]."),
    "Unescaped '\\'": ("\\ is special between double quotes", "Use single quotes, or write \\\\."),
    "Invalid hex value": _CODE,
    "Escaped character is not": _CODE,
    "Invalid date or datetime": ("there is no such day or time of day", "For example: 2026-12-24."),
    "Exceeds the limit": ("a number is far too long", ""),
    "Illegal character '\\n'": ("text is not closed", "Close it on its line, with the quote that opens it."),
    "Illegal character": ("there is a character that cannot be shown", "Delete it and type the line again."),
    "Found invalid character": ("text is not closed", "Close it on its line, with the quote that opens it."),
    "Invalid initial character": ("here a key should begin", "Keys are letters, digits, _ and -."),
    "Invalid statement": (
        "this is neither a key with its value nor a heading",
        'For example: name = "Barset".',
    ),
    "Expected newline": ("there is something after the value", "Write one key and its value on each line."),
    "Invalid value": ("the value is missing or cannot be understood", ""),
}


def _not_toml(error: ValueError, text: str, name: str) -> Fault:
    """tomllib's error in plain words, at its place."""
    lines = text.split("\n")
    found = _PLACE.fullmatch(str(error))
    what = found[1] if found else str(error)
    if found is None:
        line, column, written = 0, None, ""
    elif found[2]:
        line, column = int(found[2]), int(found[3])
        written = lines[line - 1]
    else:
        line = max((number for number, each in enumerate(lines, 1) if each.strip()), default=1)
        written = lines[line - 1]
        column = len(written) + 1
    message, hint = next(
        (sentence for start, sentence in _SENTENCES.items() if what.startswith(start)),
        ("this is not TOML", ""),
    )
    if what.startswith(("Invalid value", "Expected newline")):
        hint = _meant(written, (column or 1) - 1) or hint
    return Fault(name, line, column, written, message, hint)


def _meant(line: str, at: int) -> str:
    """What somebody meant who forgot the quotes or a bracket, or wrote a word as another language has it."""
    pair = _PAIR.fullmatch(line)
    if pair is None:
        return ""
    if at < pair.end("key"):
        return "Is the list before it closed with ]?"
    key, value = pair["key"], pair["value"]
    if not value:
        return f'Write a value after =, for example {key} = "…".'
    if value.lower() in {"true", "false", "yes", "no"}:
        return f"Write {key} = {'true' if value.lower() in {'true', 'yes'} else 'false'}."
    bare = value.strip("\"'“”‘’")
    if any(char in bare for char in "\"'“”‘’[]{}"):
        return ""
    return f'Text and times stand in straight quotes: {key} = "{bare}".'
