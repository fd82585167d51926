"""Naming somebody else of the pool, by those whom the procedure lets name (CT-10)."""

from __future__ import annotations

import pytest

from commands.vocabulary import Ask, Mistakes, Say
from storage import allocations
from tests.commands.conftest import said
from tests.commands.turns.council import Council
from tests.commands.turns.test_swap import FACILITATORS, offered


def test_ct_10_the_business_unit_names_another_facilitator(council: Council) -> None:
    reference = council.begins()
    form = council.types("olga", f"name {reference}")
    assert offered(form) == ["1. Bea Cole (no turn yet)", "2. Cem Dogan (no turn yet)"]
    assert "Left out: Ann Lee has the part already." in said(form)
    assert "Nothing has moved" not in said(form), "Whoever names has no part, and reads nothing of the case."
    values = {"part": f"facilitator|{council.row('ann').email}", "joins": council.row("cem").email}
    told = council.does("olga", "name", reference, **values, reason="She knows the estate.")
    assert "Cem Dogan is the facilitator now, and has been told." in told
    assert council.having(reference, "facilitator") == ["cem"]
    with council.office.database.read() as session:
        rows = allocations.history(session, FACILITATORS, 5)
    assert [(row.email.split("@")[0], row.how) for row in rows] == [("cem", "named"), ("ann", "turn")]
    assert "please acknowledge the concerns" in council.reads("cem", "asked")
    for name in ("ann", "rita"):
        assert "Olga Fynn passed the part of facilitator from Ann Lee to Cem Dogan" in council.reads(
            name, "reassigned"
        )
    assert council.having(council.begins(case="LCS-204001"), "facilitator") == ["ann"]


def test_a_place_that_nobody_could_take_is_filled(council: Council) -> None:
    for name in ("ann", "bea", "cem"):
        council.away(name, last="2026-11-24")
    reference = council.begins()
    assert council.having(reference, "facilitator") == []
    assert "Nobody else can take this part now" in said(council.types("olga", f"name {reference}"))
    council.wait(2)
    form = council.types("olga", f"name {reference}")
    assert isinstance(form, Ask)
    part = next(each for each in form.form.inputs if each.name == "part")
    assert [option.label for option in part.options] == ["Facilitator: nobody yet"]
    values = {"part": "facilitator|", "joins": council.row("bea").email}
    council.does("olga", "name", reference, **values, reason="She is back.")
    assert council.having(reference, "facilitator") == ["bea"]
    council.goes_on(reference)
    assert council.having(reference, "facilitator") == ["bea"]


def test_who_is_involved_cannot_be_named(council: Council) -> None:
    council.begins(case="LCS-204815")
    reference = council.begins(case="LCS-204815")
    form = council.types("olga", f"name {reference}")
    assert "Ann Lee works with the child, or has or had a part in a challenge about the same case" in said(
        form
    )
    email = council.row("bea").email
    values = {"part": f"facilitator|{email}", "joins": council.row("ann").email, "reason": "-"}
    reply = council.sends("olga", "name", {"challenge": reference}, **values)
    assert isinstance(reply, Mistakes)
    assert "Choose one of the people listed" in said(reply)
    assert council.having(reference, "facilitator") == ["bea"]


@pytest.mark.parametrize("name", ["ann", "rita", "mia"])
def test_nobody_else_can_name(council: Council, name: str) -> None:
    reference = council.begins()
    told = said(council.types(name, f"name {reference}"))
    assert told.startswith("This was not done\n")
    seen = name in ("ann", "rita")
    words = (
        "Only the business unit can name somebody else" if seen else "not a challenge that you have a part in"
    )
    assert words in told
    assert "There is no challenge in which you can name somebody" in said(council.types(name, "name"))


def test_without_a_reference_the_open_ones_are_offered(council: Council) -> None:
    assert "There is no challenge in which you can name somebody" in said(council.types("olga", "name"))
    first = council.begins(case="LCS-204001")
    assert first in said(council.types("olga", "name"))
    council.begins(case="LCS-204002")
    assert "Which challenge?" in said(council.types("olga", "name"))
    council.does("rita", "resolve", first, outcome="It is settled.")
    told = said(council.types("olga", f"name {first}"))
    assert f"{first} is resolved; nobody need be named any more." in told


def test_help_names_the_commands_of_turns_to_those_who_have_them(council: Council) -> None:
    commands = {"ann": {"swap", "rota"}, "olga": {"name", "rota"}, "mia": {"rota"}, "rita": set()}
    for name, wanted in commands.items():
        shown = council.types(name, "help")
        assert isinstance(shown, Say)
        lines = said(shown).splitlines()
        named = {
            each
            for each in ("swap", "name", "rota")
            if any(line.startswith(f"/challenge {each} ") for line in lines)
        }
        assert named == wanted, name
