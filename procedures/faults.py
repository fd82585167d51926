"""Faults in a file, said as a good compiler says them: file, line, what is wrong, what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_CLOSE = 0.6
_PART = 4  # letters that say enough to stand for a longer word
_WIDE = 200
_LONGEST = 1400
_LONG = re.compile(r"(\S{120})\S{20,}")
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
INSTEAD = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file.

    line counts from 1; 0 means the file as a whole. column counts from 1 or, in a table such as people.csv,
    is the column's name. text is the offending line. message has no full stop; hint is sentences or empty.
    """

    file: str
    line: int
    column: int | str | None
    text: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One line: `authority.toml:12: unknown key "nattion". Did you mean "nation"?`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        if isinstance(self.column, str):
            where += f", column {self.column}"
        stop = "" if self.message.endswith(("?", "!")) else "."
        return showable(f"{where}: {self.message}{stop}" + (f" {self.hint}" if self.hint else ""))

    def shown(self) -> str:
        """The sentence with the offending line below it, and a caret under the column where that is known."""
        if not self.text.strip():
            return str(self)
        margin = f"  {self.line} | "
        shown = f"{self}\n{margin}{_UNSHOWABLE.sub(INSTEAD, self.text[:_WIDE])}"
        if isinstance(self.column, int) and self.column <= _WIDE:
            # Tabs are kept, so that the caret stands under its character however wide they are shown.
            before = "".join("\t" if char == "\t" else " " for char in self.text[: self.column - 1])
            shown += f"\n{' ' * (len(margin) - 2)}| {before}^"
        return shown


def showable(sentence: str) -> str:
    """The sentence without what could take over a terminal or turn its line round, and with what it quotes cut short."""
    cut = _LONG.sub(r"\1…", _UNSHOWABLE.sub(INSTEAD, sentence).replace("\t", " ").replace("\n", " "))
    return cut if len(cut) <= _LONGEST else f"{cut[:_LONGEST]}…"


class FaultyFile(Exception):
    """The file has faults; each is a sentence with its line. The offending lines themselves are not in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def report(self) -> str:
        """Every fault with its offending line, for the person who is mending the file. Not for a log."""
        return "\n".join(fault.shown() for fault in self.faults)


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that the misspelt one, or a part of it, is likely to mean, or None.

    Capitals make no difference.
    """
    by_lower = {each.lower(): each for each in allowed}
    match = get_close_matches(word.lower(), by_lower, n=1, cutoff=_CLOSE)
    if not match and len(word) >= _PART:
        match = [each for each in by_lower if word.lower() in each]
    return by_lower[match[0]] if len(match) == 1 else None


def did_you_mean(word: str, allowed: Sequence[str], *, noun: str = "Allowed") -> str:
    """The hint for a word that is not allowed: the closest one if there is one, else all there are."""
    meant = closest(word, allowed)
    if meant is not None:
        return f'Did you mean "{meant}"?'
    return f"{noun}: {listed(list(dict.fromkeys(allowed)))}." if allowed else ""


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """The words in quotes, as a sentence lists them: `"a", "b" and "c"`."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
