"""Whose turn is next and who was given what: for those who take turns, those who may name them, and managers."""

from __future__ import annotations

import pytest

from tests.commands.conftest import said
from tests.commands.turns.council import Council
from tests.commands.turns.test_swap import answers, asks


def test_the_order_the_counts_and_what_was_given(council: Council) -> None:
    first = council.begins(case="LCS-204001")
    council.wait(1)
    second = council.begins(case="LCS-204002")
    answers(council, "cem", asks(council, first, asked="cem"))
    council.away("bea")
    shown = said(council.types("ann", "rota facilitator")).splitlines()
    assert shown == [
        "Whose turn it is",
        "Facilitator, Children’s Services",
        "Next: Ann Lee.",
        "Ann Lee: no turn yet",
        "Cem Dogan: 1 turn, last on Tue 24 Nov 2026",
        "Bea Cole: 1 turn, last on Tue 24 Nov 2026; is away until Friday 4 December 2026",
        "Given so far, the latest first",
        f"{first}: Cem Dogan, Tue 24 Nov 2026, by a swap",
        f"{second}: Bea Cole, Tue 24 Nov 2026, in turn",
        f"{first}: Ann Lee, Mon 23 Nov 2026, in turn, passed on Tue 24 Nov 2026",
        "Fewest turns first, then the longest ago. Whoever is away or involved in a case is passed over, and comes first later.",
    ]


def test_nothing_of_the_case_is_shown(council: Council) -> None:
    council.begins(case="LCS-204001")
    for name in ("ann", "olga", "mia"):
        shown = said(council.types(name, "rota"))
        assert "LCS-204001" not in shown
        assert "Nothing has moved" not in shown


def test_who_has_a_part_is_offered_a_swap(council: Council) -> None:
    council.begins()
    assert "[Ask a colleague to swap]" in said(council.types("ann", "rota"))
    assert "[Ask a colleague to swap]" not in said(council.types("bea", "rota"))


@pytest.mark.parametrize(
    ("name", "pools"),
    [
        ("ann", ["Facilitator, Children’s Services"]),
        ("lou", ["Practice lead, East locality"]),
        ("liam", ["Practice lead, West safeguarding team 1"]),
        ("olga", ["Facilitator, Children’s Services"]),
        ("mia", ["Facilitator, Children’s Services", "Practice lead, East locality"]),
        ("max", ["Facilitator, Children’s Services", "Practice lead, West safeguarding team 1"]),
    ],
)
def test_who_sees_which_pool(council: Council, name: str, pools: list[str]) -> None:
    lines = said(council.types(name, "rota")).splitlines()
    assert [line for line in lines if line.startswith(("Facilitator,", "Practice lead,"))] == pools


@pytest.mark.parametrize("name", ["rita", "wes", "nadia", "hal"])
def test_others_see_none(council: Council, name: str) -> None:
    told = said(council.types(name, "rota"))
    assert "Only those who take turns, those who may name them, and managers see whose turn it is." in told


@pytest.mark.parametrize("word", ["facilitator", "Facilitator", "facil", "faciltator"])
def test_a_role_is_understood_however_it_is_typed(council: Council, word: str) -> None:
    shown = said(council.types("mia", f"rota {word}"))
    assert "Facilitator, Children’s Services" in shown
    assert "Practice lead" not in shown
    assert "Practice lead, East locality" in said(council.types("mia", "rota practice lead"))


def test_a_role_that_there_is_not(council: Council) -> None:
    told = said(council.types("mia", "rota chauffeur"))
    assert 'Nobody takes turns as "chauffeur". You can see: Facilitator, Practice lead.' in told


def test_everybody_is_away(council: Council) -> None:
    for name in ("ann", "bea", "cem"):
        council.away(name)
    assert "Everybody is away today: it is nobody's turn." in said(council.types("ann", "rota"))
    assert "Nothing has been given to anybody yet." in said(council.types("ann", "rota"))
