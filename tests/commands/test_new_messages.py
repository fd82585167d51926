"""The messages about the new steps: why each person reads them, and a preview without a word of the case; the right buttons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.vocabulary import Ask, Buttons, Card, Reply, Say, Value
from tests.commands.conftest import said
from tests.commands.harbour import VIEW, Harbour

OTIS = "otis.kay@harbour.example"
EVERYBODY = ("cora", "otis", "sam", "tess", "sol", "quinn", "serena", "lena", "paul")
HELD: dict[str, Value] = {"held_on": "2026-11-30", "present": ("team_manager",)}
OUTCOME: dict[str, Value] = {"held_on": "2026-11-30", "summary": "Each was heard."}
ACTION: dict[str, Value] = {
    "of": "action",
    "what": "Call the core group.",
    "owner": OTIS,
    "by_day": "2026-12-04",
}


def lead(card: Card) -> str:
    """The first sentence of a message."""
    return said(card).splitlines()[1]


def test_each_part_of_a_decision_is_told_to_the_others(harbour: Harbour) -> None:
    reference = harbour.asks()
    asked = harbour.messages("sol")["asked"]
    assert lead(asked) == "By Thursday 26 November 2026, 17:00, please decide on the request."
    assert "Quinn Park is asked too." in said(asked)
    assert "one answer is enough" not in said(asked)
    harbour.does("sol", "decide", reference, decision="agree")
    for name in ("cora", "quinn"):
        told = harbour.messages(name)["decided"]
        assert lead(told) == "Sol Grant agreed on Mon 23 Nov, 10:00, as safeguarding lead."
        assert told.preview == f"{reference}: there is a decision"


def test_who_is_asked_at_a_stage_that_opened_by_itself_is_told_how(harbour: Harbour) -> None:
    reference = harbour.asks()
    harbour.does("sol", "decide", reference, decision="agree")
    harbour.does("quinn", "decide", reference, decision="agree")
    came = "The challenge went on to Tier 1 on Mon 23 Nov, 10:00, as the procedure says."
    assert lead(harbour.messages("tess")["asked"]) == (
        f"{came} By Monday 7 December 2026, 17:00, please hold the meeting."
    )
    assert lead(harbour.messages("sam")["attends"]) == (
        f"{came} You are asked to attend the meeting of this stage."
    )
    assert lead(harbour.messages("cora")["raised"]) == f"{came} It went to Tess Moore."


def test_a_declined_request_ends_with_its_reason_for_whoever_raised_it(harbour: Harbour) -> None:
    reference = harbour.asks()
    harbour.does("sol", "decide", reference, decision="decline", reason="Too early.")
    ended = harbour.messages("cora")["ended"]
    assert "Declined: Too early." in said(ended)
    assert ended.preview == f"{reference} was closed"


def test_who_was_added_is_told_of_the_meeting_and_what_they_say_can_be_used_for(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "invite", reference, colleague=OTIS)
    card = harbour.messages("otis")["invited"]
    assert lead(card) == "You are invited to the meeting of this stage. Its date is still to be set."
    harbour.does("tess", "schedule", reference, day="2026-11-30", at="10:00", decision="confirm")
    card = harbour.messages("otis")["invited"]
    assert "It is confirmed for Monday 30 November 2026, 10:00." in lead(card)
    assert "What is recorded here can be read out in court." in said(card)
    assert card.preview == f"{reference}: you are invited to a meeting"


def test_a_meeting_held_or_cancelled_and_a_form_are_told(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("sam", "fill", reference, **VIEW)
    form = harbour.messages("cora")["form_recorded"]
    assert "Did the core group meet?: Yes" in said(form)
    harbour.does("tess", "schedule", reference, day="2026-11-30", at="10:00", decision="confirm")
    harbour.wait(hours=1)
    harbour.does("tess", "cancel", reference, reason="The chair is ill.")
    cancelled = harbour.messages("sam")["meeting_cancelled"]
    assert lead(cancelled) == "Tess Moore cancelled the meeting on Mon 23 Nov, 11:00."
    assert "Reason: The chair is ill." in said(cancelled)
    assert (form.preview, cancelled.preview) == (
        f"{reference}: a form was filled in",
        f"{reference}: the meeting is cancelled",
    )


def test_an_action_is_told_reminded_of_and_thanked_for(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "action", reference, **ACTION)
    agreed = harbour.messages("otis")["action_agreed"]
    assert lead(agreed) == (
        "Tess Moore has recorded an agreed action for you, by Friday 4 December 2026: Call the core group."
    )
    assert agreed.preview == f"{reference}: an action for you"
    assert "[Done]" in said(agreed)
    harbour.wait(days=9)  # Wednesday, two working days before
    assert "To be done by Friday 4 December 2026: Call the core group." in said(
        harbour.messages("otis")["action_due"]
    )
    harbour.wait(days=5)
    assert "This was to be done by Friday 4 December 2026: Call the core group." in said(
        harbour.messages("otis")["action_due"]
    )
    harbour.does("otis", "done", reference, action="2", note="They meet on Friday.")
    assert "action_due" not in harbour.messages("otis")
    told = harbour.messages("cora")["action_done"]
    assert "Action: Call the core group.\nNote: They meet on Friday." in said(told)


def test_an_action_outlives_its_challenge(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    harbour.does("tess", "action", reference, **ACTION)
    harbour.wait(days=7)
    harbour.does("tess", "outcome", reference, choice="conference", **OUTCOME)
    harbour.wait(days=7)
    reminder = harbour.messages("otis")["action_due"]
    assert "This was to be done by Friday 4 December 2026" in said(reminder)
    assert "[Done]" in said(reminder)


def test_a_stopped_clock_is_told_and_asks_for_nothing_meanwhile(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("tess", "pause", reference, reason="court")
    told = harbour.messages("cora")["clock"]
    assert lead(told) == "Tess Moore stopped the clock on Mon 23 Nov, 10:00: the case is before the court."
    asked = harbour.messages("tess")["asked"]
    assert lead(asked) == "The clock stands still. Once it runs again, please hold the meeting."
    assert asked.preview == f"{reference}: please answer"


def test_those_outside_the_stages_are_told_of_a_route_and_of_its_result(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.wait(hours=1)
    harbour.does("cora", "refer", reference, outline="They asked.", field_letter="2026-11-20")
    begun = harbour.messages("quinn")["side_opened"]
    assert lead(begun) == "Cora Hale began “Referral to the ombudsman” on Mon 23 Nov, 11:00."
    assert "Why: They asked." in said(begun)
    harbour.wait(hours=1)
    harbour.does("cora", "refer", reference, outline="No fault.")
    assert "What came of it: No fault." in said(harbour.messages("quinn")["side_closed"])


# Buttons


STEPS: list[tuple[str, Callable[[Harbour, str], object]]] = [
    ("as it begins", lambda h, r: None),
    ("a date is set", lambda h, r: h.meets(r)),
    ("its day has come", lambda h, r: h.wait(days=7)),
    ("an action is agreed", lambda h, r: h.does("tess", "action", r, **ACTION)),
    ("the clock stands still", lambda h, r: h.does("tess", "pause", r, reason="court")),
    ("it runs again", lambda h, r: h.presses("tess", "pause", challenge=r, at_once="yes")),
    ("a route is taken", lambda h, r: h.does("cora", "refer", r, outline="-", field_letter="2026-11-20")),
    ("it was held", lambda h, r: h.does("tess", "held", r, **HELD)),
    ("it goes to tier 2", lambda h, r: h.does("tess", "outcome", r, choice="tier_2", **OUTCOME)),
    ("and on to tier 3", lambda h, r: h.does("serena", "fill", r, field_safety="0 0 0")),
    ("it is settled", lambda h, r: h.does("quinn", "outcome", r, choice="settled", **OUTCOME)),
]


def let_in(reply: Reply) -> bool:
    return isinstance(reply, Ask) or (isinstance(reply, Say) and reply.card.title != "This was not done")


@pytest.mark.parametrize("way", ["request", "core_group"])
def test_every_button_that_somebody_sees_works_for_them(harbour: Harbour, way: str) -> None:
    reference = harbour.asks(way=way)
    for what, step in STEPS if way == "core_group" else STEPS[:1]:
        step(harbour, reference)
        for name in EVERYBODY:
            if reference not in said(harbour.types(name, "list")):
                continue
            reply = harbour.types(name, f"options {reference}")
            assert isinstance(reply, Say)
            groups = [part for part in reply.card.parts if isinstance(part, Buttons)]
            for button in (button for group in groups for button in group.items):
                arguments = {key: value for key, value in button.arguments.items() if key != "at_once"}
                opened = harbour.presses(name, button.command, **arguments)
                assert let_in(opened), f"{what}: {name}: {button.label}: {said(opened)}"


def test_at_most_five_buttons_stand_in_view_and_five_behind(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    harbour.wait(days=7)
    for name in ("cora", "tess", "sam"):
        for card in (harbour.shows(name, reference), *harbour.messages(name).values()):
            for part in card.parts:
                if isinstance(part, Buttons):
                    assert len(part.items) <= 5
                    assert len(part.more) <= 5
