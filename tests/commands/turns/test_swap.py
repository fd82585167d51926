"""A swap by agreement of both: one asks, the other accepts or declines; whatever happens meanwhile, nobody is left unsure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from commands.vocabulary import Ask, Mistakes, Reply
from procedures.steps import Reassigned
from storage import allocations
from storage.allocations import Pool
from tests.commands.conftest import said
from tests.commands.turns.council import Council, button

FACILITATORS = Pool("sessions", "facilitator", "childrens-services")


def asks(council: Council, reference: str, asker: str = "ann", asked: str = "bea") -> dict[str, str]:
    """Somebody asks a colleague to take their part as facilitator; what the colleague's button to accept carries."""
    email = council.row(asked).email
    told = council.does(asker, "swap", reference, role="facilitator", asked=email)
    assert f"{council.row(asked).name} has been asked." in told
    return button(council.cards(asked, "swap_asked")[-1], "I will take it")


def answers(council: Council, name: str, this: dict[str, str], answer: str = "accepted") -> str:
    return said(council.presses(name, "swap", **(this | {"answer": answer})))


def offered(reply: Reply) -> list[str]:
    """Whom the form offers, in order."""
    assert isinstance(reply, Ask), said(reply)
    found = next(each for each in reply.form.inputs if each.name in ("asked", "joins"))
    return [option.label for option in found.options]


def history(council: Council) -> list[tuple[str, str, bool]]:
    with council.office.database.read() as session:
        rows = allocations.history(session, FACILITATORS, 10)
    return [(row.email.split("@")[0], row.how, row.ended_at is None) for row in rows]


def test_both_agree_and_the_part_and_its_turn_pass_on(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    question = council.reads("bea", "swap_asked")
    assert f"Ann Lee asks you to take over as the facilitator of {reference}." in question
    assert "Nothing has moved" not in question, "Bea has no part yet, and reads nothing of the case."
    assert council.having(reference, "facilitator") == ["ann"]

    told = answers(council, "bea", this)
    assert f"You are the facilitator of {reference} now. Ann Lee and whoever raised it are told." in told
    assert council.having(reference, "facilitator") == ["bea"]
    assert history(council) == [("bea", "swapped", True), ("ann", "turn", False)]
    step = council.record(reference).stored.entries[-1].step
    assert isinstance(step, Reassigned)
    assert step.reason == "A swap that both agreed to: Ann Lee asked, Bea Cole accepted."
    for name in ("ann", "rita"):
        assert "passed the part of facilitator from Ann Lee to Bea Cole" in council.reads(name, "reassigned")
    assert "please acknowledge the concerns" in council.reads("bea", "asked")
    assert "You took it over." in council.reads("bea", "swap_asked", redraw=True)


def test_the_reminders_go_to_whoever_has_the_part(council: Council) -> None:
    reference = council.begins()
    before = [row["due_at"] for row in council.notices("ann", "reminder")]
    assert before
    answers(council, "bea", asks(council, reference))
    assert {row["state"] for row in council.notices("ann", "reminder")} == {"cancelled"}
    assert [row["due_at"] for row in council.notices("bea", "reminder")] == before


def test_a_swap_does_not_make_the_turns_unfair(council: Council) -> None:
    answers(council, "bea", asks(council, council.begins()))
    led = []
    for n in range(5):
        council.wait(minutes=1)
        led += council.having(council.begins(case=f"LCS-20400{n}"), "facilitator")
    assert led == ["ann", "cem", "bea", "ann", "cem"], "Ann is next, because Bea took her turn."


def test_the_other_declines(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    assert "Ann Lee is told that you cannot take it." in answers(council, "bea", this, "declined")
    assert council.having(reference, "facilitator") == ["ann"]
    told = council.reads("ann", "swap_answered")
    assert "Bea Cole cannot take it; the part is still yours." in told
    assert "[Ask somebody else]" in told
    assert "This was declined already. Nothing has changed." in answers(council, "bea", this)
    asks(council, reference, asked="cem")


def test_a_question_can_be_taken_back_and_asked_of_somebody_else(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    form = council.types("ann", f"swap {reference}")
    assert "You have asked Bea Cole, who can answer until Thursday 26 November 2026." in said(form)
    assert "The question is taken back." in answers(council, "ann", this, "withdrawn")
    assert "The question was taken back. Nothing has changed." in answers(council, "bea", this)

    first = asks(council, reference)
    second = asks(council, reference, asked="cem")
    assert "The question was taken back." in answers(council, "bea", first)
    assert "You are the facilitator" in answers(council, "cem", second)


def test_only_the_two_themselves_can_agree(council: Council) -> None:
    this = asks(council, council.begins())
    for name in ("cem", "ann", "rita", "nadia", "mia"):
        assert "Only the two colleagues themselves" in answers(council, name, this)
    assert "Only the two colleagues themselves" in answers(council, "bea", this, "withdrawn")
    assert "Only the two colleagues themselves" in answers(council, "bea", {"swap": "999"})
    assert "Only the two colleagues themselves" in answers(council, "bea", {"swap": "x"})


def test_who_covers_reads_the_question_and_cannot_answer_it(council: Council) -> None:
    asks(council, council.begins())
    read = council.reads("bea", "swap_asked", reader="cem")
    assert "Only Bea Cole can agree to this. Ann Lee can ask somebody else." in read
    assert "[I will take it]" not in read


def test_the_form_has_the_pool_in_order_of_turns_and_says_who_is_left_out(council: Council) -> None:
    references = [council.begins(case=f"LCS-20400{n}") for n in range(3)]
    council.away("cem")
    reply = council.types("bea", f"swap {references[1]}")
    assert offered(reply) == ["1. Ann Lee (1 turn, last on Mon 23 Nov 2026)"]
    assert "Left out: Bea Cole has the part already; Cem Dogan is away until Friday 4 December 2026." in said(
        reply
    )


def test_who_is_involved_or_away_cannot_be_asked(council: Council) -> None:
    council.begins(case="LCS-204815")
    reference = council.begins(case="LCS-204815")
    assert council.having(reference, "facilitator") == ["bea"]
    council.away("cem")
    told = said(council.types("bea", f"swap {reference}"))
    assert "There is nobody to ask now" in told
    assert f"/challenge reassign {reference}" in told
    for name in ("ann", "cem", "wes"):
        values = {"role": "facilitator", "asked": council.row(name).email}
        reply = council.sends("bea", "swap", {"challenge": reference}, **values)
        assert "There is nobody to ask now" in said(reply)


def test_somebody_who_became_involved_meanwhile_cannot_accept(council: Council) -> None:
    reference = council.begins(case="LCS-204815")
    this = asks(council, reference)
    council.begins(
        name="rob", case="LCS-204815"
    )  # Bea's turn: she has a part in a challenge about the same case now
    told = answers(council, "bea", this)
    assert "You have or had a part in a challenge about the same case" in told
    assert council.having(reference, "facilitator") == ["ann"]
    assert "You have or had a part in a challenge about the same case" in council.reads("bea", "swap_asked")


def test_nobody_answers_in_time(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    council.wait(3, hours=6)
    council.passes()
    assert not council.notices("ann", "swap_answered"), "It is Thursday, 16:00."
    council.wait(hours=1, minutes=1)
    assert "The time to answer this question is over." in answers(council, "bea", this)
    council.passes()
    council.passes()
    assert len(council.notices("ann", "swap_answered")) == 1
    assert "Bea Cole did not answer in time; the part is still yours." in council.reads(
        "ann", "swap_answered"
    )
    assert "nothing is asked of you any more" in council.reads("bea", "swap_asked")
    assert council.having(reference, "facilitator") == ["ann"]


def test_the_challenge_ends_before_the_answer(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    council.does("rita", "resolve", reference, outcome="It is settled.")
    assert f"{reference} is resolved. Nothing has changed." in answers(council, "bea", this)
    council.passes()
    assert not council.notices("ann", "swap_answered"), "There is nothing left to swap, and nothing to tell."
    assert "The time to answer this question is over." in answers(council, "bea", this)


def test_the_part_has_passed_on_before_the_answer(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    cem = council.row("cem").email
    step = Reassigned(role="facilitator", leaves=council.row("ann").email, joins=cem, reason="Ann is ill.")
    council.takes("rita", reference, step)
    assert f"Ann Lee is no longer the facilitator of {reference}." in answers(council, "bea", this)
    council.passes()
    assert council.having(reference, "facilitator") == ["cem"]
    assert not council.notices("ann", "swap_answered")


def test_who_has_left_the_pool_cannot_accept(council: Council) -> None:
    this = asks(council, council.begins())
    rows = [row for row in council.rows if row.name != "Bea Cole"]
    listed = "email,name,role,unit,slack_user_id,teams_user_id\n" + "".join(
        f"{row.email},{row.name},{row.role},{row.unit},{row.slack_user_id},\n" for row in rows
    )
    council.lists(listed + "bea@barsetshire.example,Bea Cole,worker,east-1,U01BEA0001,\n")
    assert "You are no longer one of those who take turns as facilitator." in answers(council, "bea", this)


@pytest.mark.parametrize("name", ["cem", "rita", "mia"])
def test_only_who_was_given_a_part_can_ask(council: Council, name: str) -> None:
    reference = council.begins()
    told = said(council.types(name, f"swap {reference}"))
    assert told.startswith("This was not done\n")
    assert "You have no part now that was given to you in turn" in said(council.types(name, "swap"))


def test_without_a_reference_it_is_the_one_that_they_have(council: Council) -> None:
    first = council.begins(case="LCS-204001")
    assert first in said(council.types("ann", "swap"))
    for n in range(2, 5):
        council.begins(case=f"LCS-20400{n}")
    assert "Which challenge?" in said(council.types("ann", "swap")), "It has been her turn twice."


def test_what_is_sent_is_checked_again(council: Council) -> None:
    reference = council.begins()
    bad = {"role": "lead", "asked": council.row("bea").email}
    reply = council.sends("ann", "swap", {"challenge": reference}, **bad)
    assert isinstance(reply, Mistakes)
    reply = council.sends(
        "ann", "swap", {"challenge": reference}, role="facilitator", asked="nobody@example.org"
    )
    assert isinstance(reply, Mistakes)
    assert not council.notices("bea", "swap_asked")


def test_accepting_twice_at_once_has_one_effect(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference)
    before = len(council.record(reference).stored.entries)
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(lambda n: answers(council, "bea", this), range(2)))
    assert [text.split("\n")[0] for text in found] == ["The part is yours", "This was not done"]
    assert "This swap was agreed on already." in found[1]
    assert len(council.record(reference).stored.entries) == before + 1


def test_a_repeated_press_changes_nothing_and_says_nothing(council: Council) -> None:
    reference = council.begins()
    this = asks(council, reference) | {"answer": "accepted"}
    council.presses("bea", "swap", key="the same", **this)
    entries = len(council.record(reference).stored.entries)
    assert said(council.presses("bea", "swap", key="the same", **this)) == ""
    assert len(council.record(reference).stored.entries) == entries


def test_the_card_has_a_button_for_who_was_given_the_part(council: Council) -> None:
    reference = council.begins()
    assert "[Ask a colleague to swap]" in said(council.types("ann", f"show {reference}"))
    assert "[Ask a colleague to swap]" in council.reads("ann", "asked")
    assert "[Ask a colleague to swap]" not in said(council.types("rita", f"show {reference}"))
    answers(council, "bea", asks(council, reference))
    assert "[Ask a colleague to swap]" not in said(council.types("ann", f"show {reference}"))
    assert "[Ask a colleague to swap]" in council.reads("bea", "asked")


def test_the_question_waits_on_the_colleagues_page_and_in_the_digest(council: Council) -> None:
    this = asks(council, council.begins())
    assert "Answer Ann Lee, who asks you to swap" in council.home("bea")
    council.wait(1)
    council.passes()
    assert "Answer Ann Lee, who asks you to swap" in council.reads("bea", "digest")
    asked = said(council.presses("bea", "swap", swap=this["swap"]))
    assert "[I will take it]" in asked
    assert "This question was not put to you." in said(council.presses("cem", "swap", swap=this["swap"]))
    answers(council, "bea", this, "declined")
    assert "who asks you to swap" not in council.home("bea")
