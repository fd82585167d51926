"""Finds what would identify a child in free text: NHS numbers, dates of birth, postcodes, phone numbers.

It points out, it does not judge: the writer decides. Formats: NHS Data Dictionary (NHS NUMBER, modulus 11 check), Royal Mail postcodes,
Ofcom's National Telephone Numbering Plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_NHS = re.compile(r"(?<![\d-])(\d{3}[ -]?\d{3}[ -]?\d{4})(?![\d-])")
_POSTCODE = re.compile(
    r"\b((?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNP-Y]? ?[0-9][ABD-HJLNP-UW-Z]{2}))\b", re.IGNORECASE
)
_SECTION = re.compile(r"s\d{1,2}[a-z]? ?\d(?:st|nd|rd|th)")
"""A section of an Act and an ordinal, "the s47 2nd visit", which a postcode can look like."""
_PHONE = re.compile(r"(?<![\w£-])((?:\+44[ -]?(?:\(0\)[ -]?)?|\(?0)[1-37-9](?:[ ()-]{0,2}\d){8,9})(?![\w-])")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\b(\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?[ ]+{_MONTH},?[ ]+\d{{4}})\b",
    re.IGNORECASE,
)
_BORN = re.compile(r"(?:\bd\.?o\.?b\b\.?|\bborn\b|date of birth|birthday)[^.\n]{0,20}$", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """Something that looks identifying: what it seems to be, and the text itself."""

    what: str
    text: str


def find(text: str, today: date) -> list[Finding]:
    """What in the text looks as if it identified somebody, in the order in which it stands, each once.

    A date counts as one of birth when the words before it say so, or when its year lies more than a year back.
    """
    found = dict.fromkeys(_all(text, today))
    return sorted(found, key=lambda finding: text.find(finding.text))


def _all(text: str, today: date) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for match in _NHS.finditer(text):
        if is_nhs_number(match.group(1)):
            taken.append(match.span())
            yield Finding("an NHS number", match.group(1))
    for match in _PHONE.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            yield Finding("a phone number", match.group(1))
    for match in _POSTCODE.finditer(text):
        if not _SECTION.fullmatch(match.group(1)):
            yield Finding("a postcode", match.group(1))
    for match in _DATE.finditer(text):
        year = re.findall(r"\d{4}", match.group(1))
        long_ago = bool(year) and 1900 <= int(year[0]) < today.year - 1
        if long_ago or _BORN.search(text[: match.start()]):
            yield Finding("a date of birth", match.group(1))


def is_nhs_number(text: str) -> bool:
    """Whether ten digits are an NHS number: weights 10 to 2, and eleven less the remainder by eleven is the last digit."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return check == digits[9]
