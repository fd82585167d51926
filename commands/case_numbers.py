"""Finds case references and challenges' references in free text that must not name a case (BR-13)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from procedures.authority import Authority

LONGEST = 40
"""Characters that a case reference has at most, as somebody may write it."""
_CHALLENGE = re.compile(
    r"(?<![A-Za-z0-9])(?:CH(?:\s*[-\u2010-\u2015#]\s*\d+|\s?\d{3,})|challenge\s*(?:no\.?|number|#)?\s*\d{3,})(?!\w)",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]")
_ENDS = re.compile(r"[A-Za-z0-9](?![A-Za-z0-9])")
_PIECE = re.compile(r"[A-Za-z]+|[0-9]+")
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212]\s*")


def find(text: str, authority: Authority) -> str | None:
    """The first piece of the text that looks like a reference of a case or of a challenge; None when there is none.

    The authority's own pattern decides, whatever stands around it. Where letters stand in it, capitals and what divides its
    pieces make no difference: "lcs 204815" is found by the pattern of LCS-204815.
    """
    challenge = _CHALLENGE.search(text)
    if challenge:
        return challenge.group().strip()
    return next((piece for piece in _pieces(text) if _looks(piece, authority)), None)


def _pieces(text: str) -> Iterator[str]:
    """What stands between the beginning of one word and the end of another, if there is a digit in it: as no name has."""
    ends = [match.end() for match in _ENDS.finditer(text)]
    for begin in (match.start() for match in _BEGINS.finditer(text)):
        for end in ends:
            if end - begin > LONGEST:
                break
            if end > begin and any("0" <= character <= "9" for character in text[begin:end]):
                yield text[begin:end]


def _looks(piece: str, authority: Authority) -> bool:
    written = [piece]
    parts = _PIECE.findall(piece)
    if any(part.isalpha() for part in parts):
        written += [_DASHES.sub("-", piece), *(mark.join(parts) for mark in ("-", "", " ", "/"))]
    return any(authority.fits(each) or authority.fits(each.upper()) for each in dict.fromkeys(written))
