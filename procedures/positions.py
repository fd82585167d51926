"""Where each key and each list entry of a TOML document stands, which tomllib does not say.

The scanner reads only what tomllib has accepted, so it need not find faults, only places (TOML 1.0).
"""

from __future__ import annotations

import copy
import re
import tomllib
from bisect import bisect_right

from procedures.faults import Fault

Path = tuple[str | int, ...]
"""Keys and list indices (from 0) from the top of the document: ("stage", 1, "window", "until", 0)."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
_STRING = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"{3,5}'  # up to two of the closing quotes belong to the text
    r"|'''[\s\S]*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
)
_BARE = re.compile(r"[^,\]}\n#]+")


class Positions:
    """The places of a TOML document's keys and entries, and its lines.

    text must be valid TOML with lines that end in "\\n"; name is what its faults call the file.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._offsets = _Scanner(text).places
        self._language = ""

    def of_language(self, language: str) -> Positions:
        """The same places for the wording in one language: of a table of wordings, that of the language."""
        view = copy.copy(self)
        view._language = language
        return view

    def line_of(self, path: Path) -> int:
        """The line, from 1, of the key or entry; where it is not in the file, of the table around it."""
        return self._place(path)[0]

    def column_of(self, path: Path) -> int | None:
        """The column, from 1, of the key or entry; None where it is not in the file."""
        return self._place(path)[1] if path in self else None

    def text_of(self, line: int) -> str:
        """The line as it stands in the file."""
        return self._lines[line - 1]

    def fault(self, path: Path, message: str, hint: str = "") -> Fault:
        """A fault at that key or entry, or at the table that should have it."""
        line = self.line_of(path)
        return Fault(self.name, line, self.column_of(path), self.text_of(line), message, hint)

    def __contains__(self, path: object) -> bool:
        return path in self._offsets

    def _place(self, path: Path) -> tuple[int, int]:
        if self._language and (*path, self._language) in self._offsets:
            path = (*path, self._language)
        while path and path not in self._offsets:
            path = path[:-1]
        offset = self._offsets.get(path, 0)
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class _Scanner:
    """One pass over the document; `places` maps each path to its offset."""

    def __init__(self, text: str) -> None:
        self.places: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._tables: dict[Path, int] = {}  # arrays of tables → how many there are so far
        self._document()

    def _document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            table = self._header() if self._text[self._at] == "[" else self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        """A table's header, [a.b] or [[a.b]]; the path of the table that it opens."""
        start = self._at
        many = self._text.startswith("[[", start)
        self._at += 2 if many else 1
        path: Path = ()
        for key, offset in self._key():
            # A name that stands for an array of tables means the last of them.
            path = (*self._innermost(path), key)
            self.places.setdefault(path, offset)
        self._at += 2 if many else 1
        if many:
            self._tables[path] = self._tables.get(path, 0) + 1
            path = self._innermost(path)
            self.places[path] = start
        return path

    def _innermost(self, path: Path) -> Path:
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, table: Path) -> Path:
        """One `key = value`; gives back the table it is in."""
        path = table
        for key, offset in self._key():
            path = (*path, key)
            self.places.setdefault(path, offset)
        self._at += 1  # =
        self._skip(_SPACE)
        self._value(path)
        return table

    def _key(self) -> list[tuple[str, int]]:
        """The parts of a key, dotted or not, each with its offset; ends after the spaces that follow."""
        parts: list[tuple[str, int]] = []
        while True:
            self._skip(_SPACE)
            start = self._at
            raw = self._skip(_KEY_PART)
            parts.append((tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw, start))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_BARE)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        self._skip(_BLANK)
        while self._text[self._at] != "]":
            self.places[(*path, index)] = self._at
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_SPACE)
        while self._text[self._at] != "}":
            self._pair(path)
            self._skip(_SPACE)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_SPACE)
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Pass over what the pattern matches here."""
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"The document is not valid TOML at character {self._at + 1}.")
        self._at = found.end()
        return found.group()
