"""Slack's own requests, signed, through the embedded workspace: who sees what, and that nothing typed is lost."""

from __future__ import annotations

import threading
from typing import Any

from bot.answering import OUR_FAULT, OUR_FAULT_IN_FORM, SLOW_IN_FORM
from bot.slack import render
from bot.slack.handlers import OLD_BUTTON
from bot.slack.listen import OTHER_COMMAND
from bot.slack.screen import TOO_LATE
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Card,
    Filled,
    Form,
    Heading,
    Identity,
    Input,
    Kind,
    Mistakes,
    Option,
    Paragraph,
    Press,
    Quiet,
    Say,
)
from tests.bot.slack.office import ADA, BEN, Gate, Office

ME = Identity("slack", ADA)
RISK = Input(
    "risk", "Risk now?", Kind.CHOICE, options=(Option("yes", "Yes"), Option("no", "No")), redraws=True
)
CONCERN = Input("concern", "Concern", Kind.TEXT)
SECOND = Buttons((Button("Second opinion", "second-opinion"),))
RAISE = Form("raise", "Raise a challenge", "Raise", (RISK, CONCERN, SECOND), {"draft": "7"})
SEEN = Card("Seen", (Paragraph("You have acknowledged CH-1042."),), "Acknowledged.")
BUTTONS = Buttons((Button("Acknowledge", "acknowledge", {"challenge": "CH-1042"}),))
CHALLENGE = Card("Challenge CH-1042", (Paragraph("A concern."), BUTTONS), "A challenge needs your answer.")


# The slash command


def test_a_command_is_answered_to_the_person_alone(office: Office) -> None:
    office.reception.answer = Say(SEEN)
    assert office.command("/challenge ack CH-1042")["ok"]
    (message,) = office.messages()
    assert message["ephemeral"]
    assert "You have acknowledged CH-1042." in _words(message)
    assert office.messages(BEN) == []
    (heard,) = office.reception.heard
    assert heard[:3] == ("typed", ME, "ack CH-1042")
    assert office.woken == 1


def test_a_command_opens_a_form(office: Office) -> None:
    office.reception.answer = Ask(RAISE)
    office.command("/challenge raise")
    (modal,) = office.modals()
    assert modal["title"]["text"] == "Raise a challenge"
    assert modal["submit"]["text"] == "Raise"
    assert office.messages() == []


def test_a_command_redelivered_has_the_same_key(office: Office) -> None:
    office.command("/challenge list")
    office.ui("redeliver")
    first, second = office.reception.heard
    assert first == second


def test_a_form_that_comes_too_late_leaves_a_word(office: Office) -> None:
    office.reception.answer = office.late(Ask(RAISE))
    office.command("/challenge raise")
    assert office.modals() == []
    assert TOO_LATE in _words(office.messages()[-1])


def test_a_card_longer_than_a_message_opens_as_a_window(office: Office) -> None:
    long = Card("Record", tuple(Paragraph("word " * 500) for _ in range(9)), "The record.")
    office.reception.answer = Say(long)
    office.command("/challenge show CH-1042")
    (modal,) = office.modals()
    assert len(modal["blocks"]) == 9
    assert office.messages() == []
    office.reception.answer = office.late(Say(long))
    office.command("/challenge show CH-1042")
    assert render.MORE_THAN_FITS in _words(office.messages()[-1])


def test_mistakes_in_a_command_are_listed(office: Office) -> None:
    office.reception.answer = Mistakes({"reference": "There is no CH-1."})
    office.command("/challenge show CH-1")
    assert "There is no CH-1." in _words(office.messages()[-1])


def test_a_fault_of_ours_is_owned_up_to(office: Office) -> None:
    office.reception.answer = RuntimeError("BR-20931 Ada")
    assert office.command()["ok"]
    assert OUR_FAULT in _words(office.messages()[-1])


def test_an_answer_that_takes_long_comes_later(hurried: Office) -> None:
    gate = Gate(Say(SEEN))
    hurried.reception.answer = gate
    hurried.http.post("/ui/command", json={"user": ADA, "text": "/challenge"})
    assert hurried.messages() == []
    gate.open()
    hurried.settle()
    assert "You have acknowledged CH-1042." in _words(hurried.messages()[-1])


def test_another_command_is_answered_with_ours(office: Office) -> None:
    office.command("/tools")
    assert OTHER_COMMAND in _words(office.messages()[-1])
    assert office.reception.heard == []


# Buttons on messages


def test_a_button_on_a_message(office: Office) -> None:
    _post(office)
    office.reception.answer = Say(SEEN)
    assert office.press(office.messages()[-1], "Acknowledge")["ok"]
    (heard,) = office.reception.heard
    assert heard[:3] == ("pressed", ME, Press("acknowledge", {"challenge": "CH-1042"}))
    assert office.messages()[-1]["ephemeral"]
    assert "You have acknowledged CH-1042." in _words(office.messages()[-1])
    assert "A concern." in _words(office.messages()[0]), "the message itself stays for the delivery to update"


def test_a_button_pressed_quietly_says_nothing(office: Office) -> None:
    _post(office)
    office.press(office.messages()[-1], "Acknowledge")
    assert len(office.messages()) == 1
    assert office.woken == 1


def test_a_button_redelivered_has_the_same_key_and_pressed_again_another(office: Office) -> None:
    _post(office)
    office.press(office.messages()[-1], "Acknowledge")
    office.ui("redeliver")
    office.press(office.messages()[-1], "Acknowledge")
    first, again, second = [heard[3] for heard in office.reception.heard]
    assert first == again != second


def test_a_button_that_asks_opens_a_form_or_says_why_not(office: Office) -> None:
    _post(office)
    office.reception.answer = Ask(RAISE)
    office.press(office.messages()[-1], "Acknowledge")
    assert office.modals()[-1]["title"]["text"] == "Raise a challenge"
    office.ui("view/close", view_id=office.modals()[-1]["id"])
    office.reception.answer = office.late(Ask(RAISE))
    office.press(office.messages()[-1], "Acknowledge")
    assert office.modals() == []
    assert TOO_LATE in _words(office.messages()[-1])


def test_when_the_response_url_is_spent_the_word_comes_another_way(office: Office) -> None:
    _post(office)
    office.reception.answer = Say(SEEN)
    office.workspace.new_response_url = lambda *_: f"{office.workspace.address}/response/spent"  # type: ignore[method-assign]
    office.press(office.messages()[-1], "Acknowledge")
    assert "You have acknowledged CH-1042." in _words(office.messages()[-1])


def test_a_fault_behind_a_button_is_told_to_the_person(office: Office) -> None:
    _post(office)
    office.reception.answer = RuntimeError("BR-20931 Ada")
    office.press(office.messages()[-1], "Acknowledge")
    assert OUR_FAULT in _words(office.messages()[-1])


def test_a_button_whose_answer_takes_long(hurried: Office) -> None:
    _post(hurried)
    gate = Gate(RuntimeError("late and wrong"))
    hurried.reception.answer = gate
    message = hurried.messages()[-1]
    actions = message["blocks"][-1]
    ids = {"block_id": actions["block_id"], "action_id": actions["elements"][0]["action_id"]}
    assert hurried.http.post("/ui/action", json={"user": ADA, "surface": message["ts"], **ids}).json()["ok"]
    gate.open()
    hurried.settle()
    assert OUR_FAULT in _words(hurried.messages()[-1])


def test_a_button_of_an_earlier_version(office: Office) -> None:
    old = render.message(CHALLENGE)
    for name, action_id in (("first", "old"), ("second", "press:old:1")):
        old["blocks"][-1]["elements"] = [
            {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": name}}
        ]
        office.http.post(
            "/api/chat.postEphemeral",
            json={"channel": "D0ADA", "user": ADA, **old},
            headers={"Authorization": "Bearer xoxb-demo-office"},
        )
        office.press(office.messages()[-1], name)
        assert OLD_BUTTON in _words(office.messages()[-1])
    assert office.reception.heard == []


# Forms


def test_a_form_is_sent_with_all_that_was_put_in(office: Office) -> None:
    _open(office)
    office.reception.answer = Quiet()
    assert office.submit(risk="no", concern="The plan was not reviewed.") == _fine()
    assert office.reception.heard[-1][:3] == (
        "submitted",
        ME,
        Filled("raise", {"draft": "7"}, {"risk": "no", "concern": "The plan was not reviewed."}),
    )
    assert office.modals() == []


def test_mistakes_stand_at_their_inputs_and_nothing_typed_is_lost(office: Office) -> None:
    _open(office)
    office.reception.answer = Mistakes({"concern": "It holds an NHS number.", "unit": "Choose a unit."})
    outcome = office.submit(risk="no", concern="943 476 5919")
    assert outcome["errors"] == {"in:concern": "It holds an NHS number.", "in:risk": "Choose a unit."}
    (modal,) = office.modals()
    assert modal["typed"]["in:concern"]["concern"] == "943 476 5919"


def test_a_form_sent_again_has_the_same_key_even_when_corrected(office: Office) -> None:
    _open(office)
    office.reception.answer = Mistakes({"concern": "Too short."})
    office.submit(risk="no", concern="x")
    office.ui("redeliver")
    office.submit(risk="no", concern="A longer one.")
    office.reception.answer = Ask(Form("raise", "Sure?", "Raise", (CONCERN,), {"draft": "7", "sure": "yes"}))
    office.submit(risk="no", concern="A longer one.")
    office.submit(concern="A longer one.")
    keys = [heard[3] for heard in office.reception.heard if heard[0] == "submitted"]
    assert len(set(keys[:4])) == 1
    assert keys[4] != keys[0], "the form that took its place is another one"


def test_a_form_answered_with_another_keeps_what_has_the_same_name(office: Office) -> None:
    _open(office)
    office.reception.answer = Ask(Form("confirm", "Please check", "Yes", (Heading("Sure?"), CONCERN)))
    assert office.submit(risk="no", concern="Kept.") == _fine()
    (modal,) = office.modals()
    assert modal["title"]["text"] == "Please check"
    assert modal["typed"]["in:concern"]["concern"] == "Kept."


def test_a_form_answered_with_a_card_has_nothing_left_to_send(office: Office) -> None:
    _open(office)
    office.reception.answer = Say(SEEN)
    assert office.submit(risk="no", concern="x") == _fine()
    (modal,) = office.modals()
    assert modal["submit"] is None
    assert "You have acknowledged CH-1042." in _words(modal)


def test_a_fault_behind_a_form_loses_nothing(office: Office) -> None:
    _open(office)
    office.reception.answer = RuntimeError("BR-20931 Ada")
    assert office.submit(risk="no", concern="Long words.")["errors"] == {"in:risk": OUR_FAULT_IN_FORM}
    assert office.modals()[-1]["typed"]["in:concern"]["concern"] == "Long words."


def test_a_form_whose_answer_takes_long_stays_open(hurried: Office) -> None:
    _open(hurried)
    gate = Gate(Quiet())
    hurried.reception.answer = gate
    assert hurried.submit(risk="no", concern="Long words.")["errors"] == {"in:risk": SLOW_IN_FORM}
    gate.open()
    hurried.reception.answer = Say(SEEN)
    assert hurried.submit(risk="no", concern="Long words.") == _fine()
    first, second = [heard[3] for heard in hurried.reception.heard if heard[0] == "submitted"]
    assert first == second


def test_an_input_that_redraws_keeps_what_was_typed(office: Office) -> None:
    _open(office)
    office.change("concern", "Typed before.")
    office.reception.form = Form("raise", "Raise a challenge", "Raise", (RISK, Input("why", "Why"), CONCERN))
    office.change("risk", "yes")
    assert office.reception.heard[-1] == (
        "changed",
        ME,
        Filled("raise", {"draft": "7"}, {"risk": "yes", "concern": "Typed before."}),
    )
    (modal,) = office.modals()
    assert [block.get("block_id") for block in modal["blocks"]] == ["in:risk", "in:why", "in:concern"]
    assert modal["typed"]["in:concern"]["concern"] == "Typed before."
    assert modal["typed"]["in:risk"]["risk"] == "yes"


def test_a_form_that_was_closed_or_replaced_meanwhile_is_not_redrawn(office: Office) -> None:
    _open(office)
    office.reception.form = RAISE
    office.workspace.faults.answer("views.update", error="hash_conflict")
    assert office.change("risk", "yes") == _fine()
    office.workspace.faults.answer("views.update", error="not_found")
    assert office.change("risk", "no") == _fine()


def test_of_two_changes_in_quick_succession_the_last_one_counts(office: Office) -> None:
    _open(office)
    slow, asked = threading.Event(), threading.Event()

    def held_up() -> Form:
        asked.set()
        assert slow.wait(10)
        return Form("raise", "Raise a challenge", "Raise", (RISK, Paragraph("The first."), CONCERN))

    office.reception.form = held_up
    change = {"user": ADA, "surface": office.modals()[-1]["id"], "block_id": "in:risk", "action_id": "risk"}
    office.http.post("/ui/view/change", json=change | {"value": "yes"})
    assert asked.wait(10)
    office.reception.form = Form(
        "raise", "Raise a challenge", "Raise", (RISK, Paragraph("The second."), CONCERN)
    )
    office.http.post("/ui/view/change", json=change | {"value": "no"})
    slow.set()
    office.settle()
    assert "The second." in _words(office.modals()[-1])


def test_a_change_made_before_our_own_redrawing_still_counts(office: Office) -> None:
    _open(office)
    office.reception.form = RAISE
    office.change("risk", "yes")
    office.reception.form = Form("raise", "Raise a challenge", "Raise", (RISK, Paragraph("Newer."), CONCERN))
    office.ui("redeliver")
    assert "Newer." in _words(office.modals()[-1])


# Buttons in windows


def test_a_button_in_a_form_lays_its_answer_over_it(office: Office) -> None:
    _open(office)
    office.change("concern", "Typed before.")
    office.reception.answer = Say(Card("Asked", (Paragraph("Your manager was asked."),), "Asked."))
    office.press(office.modals()[-1], "Second opinion")
    press = office.reception.heard[-1][2]
    assert press.form == Filled("raise", {"draft": "7"}, {"risk": None, "concern": "Typed before."})
    below, above = office.modals()
    assert "Your manager was asked." in _words(above)
    assert below["typed"]["in:concern"]["concern"] == "Typed before."


def test_a_button_in_a_form_that_asks_the_same_form_redraws_it(office: Office) -> None:
    _open(office)
    office.change("concern", "Typed before.")
    office.reception.answer = Ask(Form("raise", "Raise a challenge", "Raise", (Paragraph("Added."), CONCERN)))
    office.press(office.modals()[-1], "Second opinion")
    (modal,) = office.modals()
    assert "Added." in _words(modal)
    assert modal["typed"]["in:concern"]["concern"] == "Typed before."


def test_a_button_in_a_form_whose_answer_comes_too_late(office: Office) -> None:
    _open(office)
    office.change("concern", "Typed before.")
    office.reception.form = RAISE
    for reply, sentence in ((Ask(Form("x", "X", "Go", (CONCERN,))), TOO_LATE), (Say(SEEN), "Acknowledged.")):
        office.reception.answer = office.late(reply)
        office.press(office.modals()[-1], "Second opinion")
        (modal,) = office.modals()
        assert sentence in _words(modal)
        assert modal["typed"]["in:concern"]["concern"] == "Typed before."


def test_a_button_in_a_window_to_read_replaces_it(office: Office) -> None:
    office.reception.answer = Say(Card("Long", (*[Paragraph("word " * 500)] * 9, BUTTONS), "Long."))
    office.command("/challenge show CH-1042")
    office.reception.answer = Ask(RAISE)
    office.press(office.modals()[-1], "Acknowledge")
    (modal,) = office.modals()
    assert modal["title"]["text"] == "Raise a challenge"
    office.reception.answer = Quiet()
    assert office.submit(risk="no", concern="x") == _fine()


def test_no_more_than_three_windows(office: Office) -> None:
    _open(office)
    for number in range(4):
        office.reception.answer = Ask(Form(f"form-{number}", f"Form {number}", "Go", (CONCERN, SECOND)))
        office.press(office.modals()[-1], "Second opinion")
    assert [modal["title"]["text"] for modal in office.modals()] == ["Raise a challenge", "Form 0", "Form 3"]


# The home page


def test_the_home_page_is_published_when_it_is_opened(office: Office) -> None:
    assert office.ui("home") == _fine()
    assert "Nothing to do." in _words(office.home())
    assert office.reception.heard == [("home", ME)]
    assert office.reception.homes_opened == 1


def test_a_button_on_the_home_page_opens_a_window_and_renews_the_page(office: Office) -> None:
    office.reception.page = CHALLENGE
    office.ui("home")
    office.reception.page = Card("Home", (Paragraph("Nothing to do."),), "Home")
    office.reception.answer = Say(SEEN)
    office.press(office.home() | {"id": "home"}, "Acknowledge")
    assert office.reception.homes_opened == 1
    assert "You have acknowledged CH-1042." in _words(office.modals()[-1])
    assert "Nothing to do." in _words(office.home())


def test_a_form_opened_from_the_home_page_renews_it_when_it_is_sent(office: Office) -> None:
    office.reception.page = CHALLENGE
    office.ui("home")
    office.reception.answer = Ask(RAISE)
    office.press(office.home() | {"id": "home"}, "Acknowledge")
    office.reception.page = Card("Home", (Paragraph("Nothing to do."),), "Home")
    office.reception.answer = Quiet()
    office.submit(risk="no", concern="x")
    assert "Nothing to do." in _words(office.home())


def test_what_comes_too_late_for_a_window_is_said_on_the_home_page(office: Office) -> None:
    office.reception.page = CHALLENGE
    office.ui("home")
    for reply, sentence in ((Ask(RAISE), TOO_LATE), (Say(SEEN), "Acknowledged.")):
        office.reception.answer = office.late(reply)
        office.press(office.home() | {"id": "home"}, "Acknowledge")
        assert sentence in _words(office.home())


def _post(office: Office) -> None:
    office.do(office.sender.post(ADA, CHALLENGE, "CH-1042:stage-1:opened"))


def _open(office: Office) -> None:
    office.reception.answer = Ask(RAISE)
    office.command("/challenge raise")


def _fine() -> dict[str, Any]:
    return {"ok": True, "problem": None, "errors": {}}


def _words(surface: dict[str, Any]) -> str:
    def texts(value: object) -> list[str]:
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        if isinstance(value, dict):
            own = [value["text"]] if isinstance(value.get("text"), str) else []
            return own + [text for item in value.values() for text in texts(item)]
        return []

    return "\n".join(texts(surface["blocks"]))
