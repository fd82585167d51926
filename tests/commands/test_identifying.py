"""What would identify a child is pointed out before it is saved; what merely looks like it is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.identifying import Finding, find, is_nhs_number
from commands.pointing_out import KEEP
from commands.vocabulary import Ask, Say
from tests.commands.conftest import RAISED, Council, said

TODAY = date(2026, 11, 23)

FOUND = [
    ("NHS no 943 476 5919", "an NHS number", "943 476 5919"),
    ("9434765919", "an NHS number", "9434765919"),
    ("number 943-476-5919.", "an NHS number", "943-476-5919"),
    ("DOB 3/4/2019", "a date of birth", "3/4/2019"),
    ("d.o.b. 03.04.19", "a date of birth", "03.04.19"),
    ("Born on 3rd April 2026", "a date of birth", "3rd April 2026"),
    ("date of birth: 2026-02-01", "a date of birth", "2026-02-01"),
    ("her birthday, 1 May 2026", "a date of birth", "1 May 2026"),
    ("He (3 April 2015) was seen", "a date of birth", "3 April 2015"),
    ("She is from 14/09/2012.", "a date of birth", "14/09/2012"),
    ("moved to BD1 1HY", "a postcode", "BD1 1HY"),
    ("sw1a 1aa", "a postcode", "sw1a 1aa"),
    ("at M11AE now", "a postcode", "M11AE"),
    ("near EC1A 1BB", "a postcode", "EC1A 1BB"),
    ("mobile 07700 900123", "a phone number", "07700 900123"),
    ("07700900123", "a phone number", "07700900123"),
    ("ring (01274) 960 123", "a phone number", "(01274) 960 123"),
    ("+44 7700 900123", "a phone number", "+44 7700 900123"),
    ("+44 (0)1274 960123", "a phone number", "+44 (0)1274 960123"),
    ("0113-496-0123", "a phone number", "0113-496-0123"),
]


@pytest.mark.parametrize(("text", "what", "shown"), FOUND)
def test_what_identifies_is_found(text: str, what: str, shown: str) -> None:
    assert find(text, TODAY) == [Finding(what, shown)]


LEFT_ALONE = [
    "",
    "The visit of 16 November 2026 was missed.",
    "Visited on 2026-11-16, 17/11/2026 and 18.11.2026.",
    "The plan began in March 2015.",
    "Case LCS-204815, challenge CH-1042.",
    "WX-204377 and 2026/0042",
    "At 10:30, then 14.30-15.45.",
    "£1,250.00 a month, £01234567890 in all, 12.5%",
    "A section 47 (s47) enquiry; s.20; s17 1 to 3.",
    "The 3rd s47 2nd visit.",
    "Stage 1 of 2; 5 working days; 10th week.",
    "943 476 5918 has a wrong check digit.",
    "1111111111",
    "1234567890123456",
    "Ref 2026-11-2026-1234",
    "By 1 2nd hand.",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_does_not_identify_is_left_alone(text: str) -> None:
    assert find(text, TODAY) == []


def test_several_are_told_in_the_order_of_the_text_each_once() -> None:
    text = "BD1 1HY, 07700 900123, again BD1 1HY; 943 476 5919"
    assert [finding.what for finding in find(text, TODAY)] == [
        "a postcode",
        "a phone number",
        "an NHS number",
    ]


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9))
def test_of_ten_numbers_that_differ_in_the_check_digit_at_most_one_is_an_nhs_number(first: list[int]) -> None:
    """Weights 10 to 2, and the check digit makes the sum divisible by eleven (NHS Data Dictionary, worked out another way)."""
    nine = "".join(map(str, first))
    right = [digit for digit in range(10) if is_nhs_number(f"{nine}{digit}")]
    divisible = [
        digit
        for digit in range(10)
        if (sum(d * w for d, w in zip(first, range(10, 1, -1), strict=True)) + digit) % 11 == 0
    ]
    same = len(set(first)) == 1
    assert right == [digit for digit in divisible if not (same and digit == first[0])]


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(finding.text in text for finding in find(text, TODAY))


# --- on the form ----------------------------------------------------------------------------------------------------


def test_the_form_comes_back_with_what_was_found_and_all_that_was_typed(council: Council) -> None:
    words = "Mother's number is 07700 900123, she lives at BD1 1HY."
    reply = council.sends("hannah", "raise", {}, **(RAISED | {"concern": words}))
    assert isinstance(reply, Ask)
    shown = said(reply)
    assert "This may identify somebody. The case reference is enough for the record." in shown
    assert "What concerns you: “07700 900123” looks like a phone number" in shown
    assert "What concerns you: “BD1 1HY” looks like a postcode" in shown
    assert "<Nothing has been saved yet>" in shown
    kept = {part.name: part.initial for part in reply.form.inputs}
    assert kept["concern"] == words
    assert {name: kept[name] for name in RAISED} == RAISED | {"concern": words}
    assert "You have no open challenge." in said(council.types("hannah", "list"))


def test_it_is_saved_when_the_writer_takes_it_out_or_keeps_it_on_purpose(council: Council) -> None:
    words = RAISED | {"concern": "She lives at BD1 1HY."}
    assert isinstance(council.sends("hannah", "raise", {}, **words), Ask)
    kept = council.sends("hannah", "raise", {}, **(words | {KEEP: ("yes",)}))
    assert isinstance(kept, Say)
    assert kept.card.title == "CH-1001 is raised"
    assert council.raises(case_reference="LCS-204816") == "CH-1002"


def test_every_free_text_of_every_form_is_looked_at(council: Council) -> None:
    reference = council.raises()
    tried = [
        ("hannah", "note", {"text": "BD1 1HY"}),
        ("hannah", "resolve", {"outcome": "BD1 1HY"}),
        ("hannah", "withdraw", {"reason": "BD1 1HY"}),
        ("priya", "acknowledge", {"comment": "BD1 1HY"}),
        ("priya", "confirm", {"comment": "BD1 1HY"}),
        ("priya", "reassign", {"part": f"team_manager|{council.row('priya').email}", "joins": council.row("ben").email, "reason": "BD1 1HY"}),
    ]  # fmt: skip
    for name, command, values in tried:
        reply = council.sends(name, command, {"challenge": reference}, **values)
        assert isinstance(reply, Ask), f"{command}: {reply}"
        assert "“BD1 1HY” looks like a postcode" in said(reply)
    assert len(council.record(reference).stored.entries) == 1
