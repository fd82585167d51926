"""What is fuzzed: one parser that meets outside input, what it may say of bad input, and real inputs to begin from.

Every parser is fed bytes, whatever it reads them as, so that hypothesis, a byte-mutating fuzzer and a coverage-guided one can
drive the same code.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_SECONDS = 2.0
"""Of processor time for one input. Real inputs take milliseconds; a busy machine must not look like a finding."""
LONGEST_SENTENCE = 1500

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MACHINERY = re.compile(r"Traceback|object at 0x|<class |\bNone\b:|Error\(")


class Finding(Exception):
    """A parser did what it must not do with this input."""


@dataclass(frozen=True)
class Target:
    """One parser. `parse` is given bytes and raises one of `says` for what is wrong with them, or nothing."""

    name: str
    parse: Callable[[bytes], object]
    corpus: tuple[bytes, ...]
    says: tuple[type[BaseException], ...] = ()
    words: tuple[bytes, ...] = field(default=())
    """Pieces that the format has a meaning for, for the mutations."""


def attempt(target: Target, data: bytes) -> bool:
    """Feed the parser; whether it took the input. Raises Finding, or whatever the parser raised that it should not have."""
    began = time.thread_time()
    taken = True
    try:
        target.parse(data)
    except target.says as error:
        check_sentence(str(error))
        taken = False
    spent = time.thread_time() - began
    if spent > MOST_SECONDS:
        raise Finding(f"{target.name} took {spent:.1f} s for {len(data)} bytes.")
    return taken


def check_sentence(text: str) -> None:
    """What is said of bad input is made for people: there, short, without machinery, safe for a terminal and for UTF-8."""
    if not text.strip():
        raise Finding("Nothing was said of what is wrong.")
    for line in text.split("\n"):
        if len(line) > LONGEST_SENTENCE:
            raise Finding(f"A sentence has {len(line)} characters: {line[:80]!r} …")
        if _UNSHOWABLE.search(line):
            raise Finding(f"A sentence has what no terminal should be sent: {line[:120]!r}")
        if _MACHINERY.search(line):
            raise Finding(f"A sentence speaks of machinery: {line[:120]!r}")
