"""At the front desk: who is asking, what they mean, and that the same request has one effect."""

from __future__ import annotations

import pytest

from commands import registry
from commands.reception import StrangerCard
from commands.vocabulary import Ask, Filled, Identity, Mistakes, Press, Quiet, Say
from storage import people
from tests.commands.conftest import CONCERN, RAISED, Council, said


def test_a_stranger_is_told_how_to_be_added_and_sees_nothing(council: Council) -> None:
    council.raises()
    stranger = council.who("mallory")
    answers = [
        council.types("mallory", "list"),
        council.types("mallory", "show CH-1001"),
        council.presses("mallory", "acknowledge", challenge="CH-1001", at_once="yes"),
        council.sends("mallory", "note", {"challenge": "CH-1001"}, text="Hello."),
        Say(council.reception.home(stranger)),
    ]
    for answer in answers:
        assert isinstance(answer, Say)
        assert isinstance(answer.card, StrangerCard)
        assert said(answer) == (
            "Not on the list yet\nYou are not on Barsetshire Children’s Services's list of people yet, so nothing can be "
            "shown to you. Ask Nadia Rahman to add you to people.csv with your e-mail address, your role and your team; "
            "your member ID is U0MALLORY99."
        )
    form = council.form("mallory", "note", {"challenge": "CH-1001"})
    assert said(form) == "Add a note\nYou are not on the council's list."
    assert len(council.record("CH-1001").stored.entries) == 1


def test_who_has_left_is_a_stranger(council: Council) -> None:
    council.raises()
    rest = [row for row in council.rows if not row.name.startswith("Priya")]
    with council.office.database.write() as session:
        people.apply_people(session, rest, at=council.clock.now())
    assert said(council.types("priya", "list")).startswith("Not on the list yet")


def test_somebody_new_is_introduced_by_the_address_that_the_platform_vouches_for(council: Council) -> None:
    new = Identity("slack", "U0NEWHERE1")
    assert not council.reception.introduce(new, "nobody@barsetshire.example")
    assert not council.reception.introduce(new, council.row("priya").email)  # she is known under another id
    known = Identity("teams", "29:priya")
    assert council.reception.introduce(known, council.row("priya").email.upper())
    assert said(council.reception.typed(known, "list", "k")).startswith("My open challenges")


NOT_FOR_PRIYA = set(
    "concern opinion problems undelivered decide fill action done pause refer swap name rota patterns language report".split()  # noqa: SIM905
)
"""What is done with a button alone, by administrators or social workers, or under other procedures than hers."""


def test_bare_the_command_helps(council: Council) -> None:
    for text in ("", "  ", "help"):
        text_shown = said(council.types("priya", text))
        assert text_shown.startswith("What you can do")
        for command in registry.ALL:
            named = any(line.startswith(f"/challenge {command.name}") for line in text_shown.splitlines())
            hidden = command.from_button or command.name in NOT_FOR_PRIYA
            assert named is not hidden, command.name
    assert "/challenge problems" in said(council.types("nadia", ""))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("riase", "raise"),
        ("ack CH-1001", "acknowledge"),
        ("acknowlege CH-1001", "acknowledge"),
        ("confrim CH-1001", "confirm"),
        ("escelate", "escalate"),
        ("shedule", "schedule"),
        ("widthraw", "withdraw"),
        ("LSIT", "list"),
        ("invit CH-1001", "invite"),
        ("pasue", "pause"),
        ("desicion", "decide"),
        ("digets", "digest"),
        ("reasign", "reassign"),
        ("hlep", "help"),
    ],
)
def test_a_mistyped_command_gets_the_closest_and_the_help(council: Council, typed: str, meant: str) -> None:
    shown = said(council.types("priya", typed))
    word = typed.split()[0]
    assert f'There is no "/challenge {word}". Did you mean /challenge {meant}?' in shown
    assert "/challenge raise" in shown


def test_what_resembles_nothing_gets_the_help_alone(council: Council) -> None:
    shown = said(council.types("priya", "xyzzy " * 100))
    assert 'There is no "/challenge xyzzy".\n' in shown
    assert "Did you mean" not in shown


def test_capitals_and_spaces_make_no_difference(council: Council) -> None:
    council.raises()
    for text in ("show CH-1001", "SHOW ch-1001", "  Show   ch1001 ", "show 1001"):
        assert said(council.types("priya", text)).startswith("CH-1001 · CP Challenge Stage 1")


def test_a_reference_that_is_none_and_one_that_is_not_ours_tell_nothing(council: Council) -> None:
    council.raises()
    assert '"CH-12x" is not a challenge\'s reference' in said(council.types("priya", "show CH-12x"))
    unknown = said(council.types("owen", "show CH-4711"))
    hidden = said(council.types("owen", "show CH-1001"))
    assert unknown.replace("4711", "1001") == hidden
    assert CONCERN not in hidden


def test_a_button_of_an_older_version_says_so(council: Council) -> None:
    sentence = "This button is from an older version. /challenge help shows what you can do."
    assert sentence in said(council.presses("priya", "vanished"))
    assert sentence in said(council.sends("priya", "vanished", {}, text="x"))
    assert sentence in said(council.form("priya", "vanished", text="x"))


def test_the_same_request_again_has_one_effect(council: Council) -> None:
    reference = council.raises()
    press = {"key": "click", "challenge": reference, "at_once": "yes"}
    assert council.presses("priya", "acknowledge", **press) == Quiet()
    assert council.presses("priya", "acknowledge", **press) == Quiet()
    again = council.sends("hannah", "note", {"challenge": reference}, key="form", text="One.")
    twice = council.sends("hannah", "note", {"challenge": reference}, key="form", text="One.")
    assert said(again).startswith("Note saved: CH-1001")
    assert said(twice).startswith("Saved already\nThis was saved when you sent it the first time.")
    assert [entry.step.kind for entry in council.record(reference).stored.entries] == [
        "raised",
        "acknowledged",
        "noted",
    ]


def test_a_raised_challenge_sent_twice_is_raised_once(council: Council) -> None:
    for _ in range(2):
        council.sends("hannah", "raise", {}, key="same", **RAISED)
    assert "1 open" in said(council.types("hannah", "list"))


def test_two_managers_at_once_one_entry_and_the_second_is_told_who_was_first(council: Council) -> None:
    reference = council.raises()
    council.presses("priya", "acknowledge", challenge=reference, at_once="yes")
    assert "Already done: the concerns were acknowledged by Priya Nair on Mon 23 Nov, 10:00." in said(
        council.presses("leo", "acknowledge", challenge=reference, at_once="yes")
    )


def test_a_refusal_of_a_form_stands_at_its_input_and_loses_nothing(council: Council) -> None:
    reply = council.sends("hannah", "raise", {}, **(RAISED | {"case_reference": "Jane Doe"}))
    assert reply == Mistakes(
        {"case_reference": "A case reference looks like LCS-204815. Never write a name."}
    )


PRESSES = [(command.name, arguments) for command in registry.ALL for arguments in (
    {},
    {"challenge": ""},
    {"challenge": "CH-9999999999999"},
    {"challenge": "nothing", "at_once": "yes"},
    {"at_once": "yes"},
    {"opinion": "x"},
    {"opinion": "99"},
    {"ask": "yes"},
    {"cancel": "x"},
    {"cancel": "99"},
    {"talks": "x"},
    {"solved": "nothing"},
    {"which": "theirs"},
    {"more": "x", "step": "1"},
    {"swap": "x", "answer": "accepted"},
    {"swap": "99", "answer": "withdrawn"},
    {"role": "nobody"},
)]  # fmt: skip


@pytest.mark.parametrize("name", ["hannah", "priya", "nadia"])
def test_no_button_whatever_it_carries_breaks_anything(council: Council, name: str) -> None:
    council.raises()
    for command, arguments in PRESSES:
        for form in (None, Filled("raise", {"talks": "x"}, {}), Filled("note", {}, {"text": "x"})):
            reply = council.reception.pressed(
                council.who(name), Press(command, arguments, form), f"{command}{arguments}{form}"
            )
            assert isinstance(reply, Say | Ask | Mistakes | Quiet)
    assert len(council.record("CH-1001").stored.entries) == 1


@pytest.mark.parametrize("name", ["hannah", "priya"])
def test_no_form_whatever_it_carries_breaks_anything(council: Council, name: str) -> None:
    council.raises()
    contexts = (
        {},
        {"challenge": "CH-1002"},
        {"challenge": "x"},
        {"choose": "yes"},
        {"opinion": "x"},
        {"talks": "x"},
    )
    values = ({}, {"unit": "nowhere"}, {"informal": "had"}, {"day": "2026-02-30", "at": "25:00"}, {"first": "x"}, {"challenge": "x"})  # fmt: skip
    for command in registry.ALL:
        for context in contexts:
            for filled in values:
                form = Filled(command.name, context, filled)
                reply = council.reception.submitted(council.who(name), form, f"{form}")
                assert isinstance(reply, Say | Ask | Mistakes)
                council.reception.changed(council.who(name), form)
    assert len(council.record("CH-1001").stored.entries) == 1
