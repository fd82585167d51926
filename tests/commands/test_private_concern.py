"""The private concern (BR-13): what its form asks and refuses, and who reads it."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from commands.reception import Reception
from commands.vocabulary import Ask, Kind, Mistakes
from procedures.library import Library
from storage import people
from tests.commands.conftest import MONDAY, Council, said
from tests.commands.private import CONCERN, NOT_YOURS, TRIED, agrees, composed, does, raises, waiting
from tests.commands.test_access import EVERYBODY, let_in

# --- the form ---------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_no_case_and_offers_those_who_may_raise_challenges(council: Council) -> None:
    form = council.form("tom", "concern")
    assert [each.name for each in form.inputs] == ["coordinator", "concern", "tried"]
    assert [each.label for each in form.inputs[0].options] == ["Ben Marsden", "Hannah Okafor"]
    assert form.inputs[0].redraws
    texts = [each for each in form.inputs if each.kind is Kind.TEXT]
    assert all("child's file" not in each.hint for each in texts), "It is kept on no child's file."


def test_who_will_read_it_stands_there_by_name_before_it_is_sent(council: Council) -> None:
    assert "Choose the coordinator: then it stands here, by name." in said(council.form("tom", "concern"))
    shown = said(council.form("tom", "concern", None, coordinator=council.row("ben").email))
    assert "Leo Fisher and Priya Nair (team manager), asked to agree a resolution" in shown
    assert "Miriam Stone (CPC team manager), with whom it is agreed" in shown
    assert "Only if it stays unresolved: Gareth Lyle (children's service manager)" in shown
    assert "Ben Marsden is not told of it here." in shown


def test_nobody_sends_it_to_people_that_were_not_shown(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": CONCERN, "tried": TRIED}
    seen = dict(council.form("tom", "concern", None, **values).context)
    first = council.sends("tom", "concern", {}, key="", **values)
    assert isinstance(first, Ask)
    assert "Nothing has been sent yet. Look at who will read this" in said(first)
    assert {each.name: each.initial for each in first.form.inputs} == values
    with council.office.database.write() as session:  # meanwhile the list of people changes
        people.apply_people(session, [r for r in council.rows if r.name != "Leo Fisher"], at=MONDAY)
    assert isinstance(council.sends("tom", "concern", seen, key="", **values), Ask)
    sent = council.sends("tom", "concern", dict(first.form.context), key="", **values)
    assert isinstance(sent, Ask), "Leo has gone since that form, too."
    assert "PC-1 is sent" in said(council.sends("tom", "concern", dict(sent.form.context), key="", **values))


@pytest.mark.parametrize(
    "text", ["See LCS-204815.", "the lcs 204815 meeting", "CH-1001 shows it", "challenge 1001"]
)
def test_br_13_what_looks_like_a_case_is_refused_at_its_input_in_every_form(
    council: Council, text: str
) -> None:
    values = {"coordinator": council.row("ben").email, "concern": text, "tried": text}
    context = dict(council.form("tom", "concern", None, **values).context)
    reply = council.sends("tom", "concern", context, key="", **values)
    assert isinstance(reply, Mistakes)
    assert set(reply.by_input) == {"concern", "tried"}
    assert all("A private concern names none" in sentence for sentence in reply.by_input.values())
    assert not let_in(council.types("tom", "concern PC-1"))
    raises(council)
    partner = council.row("miriam").email
    for name, step, more in (
        ("priya", "agree", {"with_": partner, "agreed": text}),
        ("tom", "further", {"unresolved": text}),
        ("tom", "note", {"text": text}),
    ):
        assert isinstance(does(council, name, step, **more), Mistakes), step


def test_what_may_identify_somebody_is_pointed_out_as_elsewhere(council: Council) -> None:
    values = {"coordinator": council.row("ben").email, "concern": "Ring 07700 900123.", "tried": TRIED}
    context = dict(council.form("tom", "concern", None, **values).context)
    reply = council.sends("tom", "concern", context, key="", **values)
    assert isinstance(reply, Ask)
    assert "A private concern names no child and no family." in said(reply)
    assert "The case reference is enough" not in said(reply)
    kept = council.sends(
        "tom", "concern", dict(reply.form.context), key="", keep_identifying=("yes",), **values
    )
    assert "PC-1 is sent" in said(kept)


def test_only_those_named_in_the_procedure_raise_one(council: Council) -> None:
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern"))]
    assert able == ["tom"]
    assert "Only a social worker can raise a private concern here" in said(council.types("priya", "concern"))
    assert "[Private concerns]" in said(council.types("tom", "help"))
    assert "[Private concerns]" not in said(council.types("priya", "help"))
    assert "/challenge concern" in said(council.types("tom", "help"))
    assert "/challenge concern" not in said(council.types("priya", "help"))


def test_an_authority_whose_procedure_has_none_does_not_offer_it(council: Council) -> None:
    text = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
    begins = text.index("[concern]")
    other = text[:begins] + text[text.index("[immediate_risk]") :]
    council.office = replace(council.office, library=Library([("other", other)]))
    council.reception = Reception(council.office)
    helped = said(council.types("tom", "help"))
    assert "/challenge concern" not in helped
    assert "Private concerns" not in helped
    assert "has no private concerns. Speak to your manager." in said(council.types("tom", "concern"))


def test_a_social_worker_of_several_teams_chooses_one(council: Council) -> None:
    more = replace(council.row("tom"), unit="west-1")
    with council.office.database.write() as session:
        people.apply_people(session, [*council.rows, more], at=MONDAY)
    form = council.form("tom", "concern")
    assert [each.name for each in form.inputs] == ["unit", "concern", "tried"]
    shown = said(council.form("tom", "concern", None, unit="west-1", coordinator=council.row("ben").email))
    assert "Owen Rees (team manager), asked to agree a resolution" in shown
    raises(council, unit="west-1")
    assert ("owen", "concern_asked") in waiting(council)


# --- who reads it -------------------------------------------------------------------------------------------------------


def test_it_goes_to_those_shown_and_to_nobody_else(council: Council) -> None:
    assert raises(council) == "PC-1"
    assert waiting(council) == {
        ("tom", "concern_raiser"),
        ("priya", "concern_asked"),
        ("leo", "concern_asked"),
        ("miriam", "concern_with"),
    }
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern PC-1"))]
    assert able == ["miriam", "tom", "priya", "leo"]
    for name in ("ben", "gareth", "nadia"):
        assert NOT_YOURS in said(council.types(name, "concern PC-1"))
        assert said(council.types(name, "concern PC-1")) == said(council.types(name, "concern PC-2")).replace(
            "PC-2", "PC-1"
        ), "Whether it exists makes no difference."


def test_the_service_manager_reads_it_once_it_has_come_there(council: Council) -> None:
    raises(council)
    assert "Taken further" not in said(does(council, "priya", "further", unresolved="We differ."))
    assert ("gareth", "concern_then") in waiting(council)
    able = [name for name in EVERYBODY if let_in(council.types(name, "concern PC-1"))]
    assert able == ["miriam", "tom", "priya", "leo", "gareth"]


@pytest.mark.parametrize("text", ["concern 1", "concern CH-1001", "concern nonsense words", "show PC-1"])
def test_what_is_no_private_concerns_reference_is_said(council: Council, text: str) -> None:
    raises(council)
    words = said(council.types("tom", text))
    assert words.startswith("This was not done")
    assert "look like" in words


def test_whoever_covers_reads_nothing_and_can_do_nothing(council: Council) -> None:
    day = {"first": "2026-11-23", "last": "2026-11-27"}
    council.sends("priya", "away", {}, key="", cover=council.row("owen").email, **day)
    shown = said(council.form("tom", "concern", None, coordinator=council.row("ben").email))
    assert (
        "Priya Nair is away until Friday 27 November 2026. It waits for Priya Nair: whoever covers does not read it."
        in shown
    )
    raises(council)
    assert NOT_YOURS in said(council.types("owen", "concern PC-1"))
    assert NOT_YOURS in said(agrees(council, "owen"))
    assert "none in which you have a part" in said(council.types("owen", "concern"))


def test_each_message_says_why_it_comes_and_what_is_asked(council: Council) -> None:
    raises(council)
    why = "Tom Ellery raises a private concern about the practice of a child protection coordinator."
    assert f"{why} Please agree a resolution with Miriam Stone." in composed(
        council, "priya", "concern_asked"
    )
    asked = f"{why} Leo Fisher and Priya Nair are asked to agree a resolution with you."
    assert asked in composed(council, "miriam", "concern_with")
    assert "You raised this private concern" in composed(council, "tom", "concern_raiser")
    assert composed(council, "ben", "concern_asked") == "PC-1\nYou have no part in this."
    assert composed(council, "priya", "concern_asked", concern=2) == ""
    agrees(council)
    redrawn = composed(council, "leo", "concern_asked", redraw=True)
    assert "Please" not in redrawn
    assert "Priya Nair recorded on Mon 23 Nov, 10:00 what was agreed with Miriam Stone." in redrawn
