"""A private concern names no case: references are found however they are written, and ordinary words are let be."""

from __future__ import annotations

import pytest

from commands.case_numbers import find
from procedures.authority import Authority, parse_authority, template

OURS = parse_authority(template())
"""Case references such as LCS-204815."""


def other(pattern: str, example: str) -> Authority:
    """An authority whose case references look otherwise."""
    text = template().replace("'LCS-\\d{6}'", f"'{pattern}'").replace('"LCS-204815"', f'"{example}"')
    assert text != template()
    return parse_authority(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was about LCS-204815.", "LCS-204815"),
        ("case:LCS-204815, she said", "LCS-204815"),
        ("(lcs-204815)", "lcs-204815"),
        ("the LCS 204815 conference", "LCS 204815"),
        ("LCS204815", "LCS204815"),
        ("LCS – 204815", "LCS – 204815"),
        ("LCS/204815 and more", "LCS/204815"),
        ("on CH-1042 he", "CH-1042"),
        ("on ch1042 he", "ch1042"),
        ("ch 1042", "ch 1042"),
        ("CH–7", "CH–7"),
        ("my challenge 1042", "challenge 1042"),
        ("Challenge no. 1042", "Challenge no. 1042"),
    ],
)
def test_a_reference_is_found_however_it_is_written(text: str, found: str) -> None:
    assert find(text, OURS) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "He did not answer three e-mails, and was curt on the telephone.",
        "On 20 November 2026 at 14:30 he left after 5 minutes.",
        "I rang 3 times, on 17/11, 18/11 and 19/11.",
        "My colleague raised 2 challenges.",
        "Chapter 4 of the guide, the s47 enquiry, PC-12, section 17.",
        "XLCS-2048159",
        "LCS-2048",
        "much 100 times",
    ],
)
def test_ordinary_words_are_let_be(text: str) -> None:
    assert find(text, OURS) is None


@pytest.mark.parametrize(
    ("pattern", "example", "text", "found"),
    [
        (r"\d{6}", "204815", "on 204815 he", "204815"),
        (r"\d{6}", "204815", "on 12/11/26 and 20 48 15", None),
        (r"^P\d{3}/\d{2}$", "P123/26", "see p123/26.", "p123/26"),
        (r"(?i)ab-\d{2}-[a-z]", "AB-12-C", "it was AB 12 C again", "AB 12 C"),
    ],
)
def test_the_authoritys_own_pattern_decides(pattern: str, example: str, text: str, found: str | None) -> None:
    assert find(text, other(pattern, example)) == found
