"""What people see in Slack: within Slack's limits for any card or form, and never more markup than was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground import blockkit
from bot.slack import render
from bot.slack.blocks import DoesNotFit, pressed
from bot.words import split
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Card,
    Confirm,
    Fact,
    Facts,
    Filled,
    Form,
    Heading,
    Input,
    Kind,
    Option,
    Paragraph,
    Preformatted,
    Quotation,
    Small,
    Style,
)
from tests.bot.slack import limits, strategies

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

Json = dict[str, Any]
CONCERN = Input("concern", "Concern", Kind.TEXT)


@quick
@given(strategies.cards)
def test_any_card_makes_a_message_that_slack_takes(card: Card) -> None:
    payload = render.message(card, key="CH-1042:stage-1:opened")
    limits.check_message(payload)
    limits.check_literal(payload["text"])
    assert blockkit.check_message(payload["blocks"]) == []
    assert not blockkit.too_long(payload["blocks"])


@quick
@given(strategies.cards)
def test_any_card_makes_a_home_page_and_a_modal_that_slack_takes(card: Card) -> None:
    for kind, view in (("home", render.home(card)), ("modal", render.modal(card))):
        limits.check_view(view)
        assert blockkit.check_view(view, kind) == []


@settings(quick, max_examples=15)
@given(strategies.long_cards)
def test_a_card_that_is_too_long_is_cut_and_says_so(card: Card) -> None:
    payload = render.message(card)
    limits.check_message(payload)
    limits.check_view(render.home(card))
    assert blockkit.check_message(payload["blocks"]) == []
    assert not blockkit.too_long(payload["blocks"])
    assert (render.MORE_THAN_FITS in json.dumps(payload)) == (not render.fits_message(card))


@quick
@given(strategies.forms())
def test_any_form_makes_a_modal_that_slack_takes(form: Form) -> None:
    view = render.modal(form)
    limits.check_view(view)
    assert blockkit.check_view(view, "modal") == []
    assert not blockkit.too_large(view)


@given(st.text(max_size=300), st.integers(3, 60))
def test_splitting_loses_no_visible_character_and_keeps_the_limit(text: str, limit: int) -> None:
    pieces = list(split(text, limit))
    visible = "".join("".join(split(text, 10_000)).split())
    assert "".join("".join(pieces).split()) == visible
    assert all(limits.length(piece) <= limit for piece in pieces)


def test_the_message_of_a_challenge() -> None:
    card = Card(
        "Challenge CH-1042, stage 1",
        (
            Paragraph("You are asked to answer by Friday 4 December 2026.", strong=True),
            Facts((Fact("Case", "BR-20931"), Fact("Stage", "CP Challenge Stage 1"))),
            Small("5 working days from Friday 27 November 2026."),
            Quotation("Concern", "The plan has *not* been reviewed.\nSee <https://example.org|this>."),
            Bullets(("Visit the family", "Update the plan")),
            Buttons((Button("Acknowledge", "acknowledge", {"challenge": "CH-1042"}, Style.PRIMARY),)),
        ),
        preview="Challenge CH-1042 needs your answer.",
    )
    payload = render.message(card, key="CH-1042:stage-1:opened")
    assert payload["text"] == "Challenge CH-1042 needs your answer."
    assert payload["metadata"] == {
        "event_type": "challenge_notice",
        "event_payload": {"key": "CH-1042:stage-1:opened"},
    }
    header, strong, facts, small, quote, bullets, actions = payload["blocks"]
    assert header["text"]["text"] == "Challenge CH-1042, stage 1"
    assert strong["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert [field["text"] for field in facts["fields"]] == [
        "*Case*",
        "BR-20931",
        "*Stage*",
        "CP Challenge Stage 1",
    ]
    assert small["type"] == "context"
    label, said = quote["elements"]
    assert label["elements"][0] == {"type": "text", "text": "Concern", "style": {"bold": True}}
    assert said["type"] == "rich_text_quote"
    assert said["elements"][0]["text"] == "The plan has *not* been reviewed.\nSee <https://example.org|this>."
    assert [item["elements"][0]["text"] for item in bullets["elements"][0]["elements"]] == [
        "Visit the family",
        "Update the plan",
    ]
    (button,) = actions["elements"]
    assert button["action_id"] == "press:acknowledge:0"
    assert button["style"] == "primary"
    assert pressed(button) == ("acknowledge", {"challenge": "CH-1042"})


def test_what_people_type_pings_nobody_and_links_nowhere() -> None:
    nasty = "<!channel> <@U1> <https://example.org|look> *bold* :tada: & more"
    card = Card(
        "T", (Facts((Fact(nasty, nasty),)), Paragraph(nasty), Small(nasty), Quotation(nasty, nasty)), nasty
    )
    payload = render.message(card)
    for text in _texts(payload["blocks"], "mrkdwn"):
        limits.check_markup(text)
    limits.check_literal(payload["text"])
    assert ":tada:" not in payload["text"]


def test_what_only_a_screen_reader_says_and_what_is_asked_first() -> None:
    question = Confirm("Withdraw?", "The challenge ends.", "Withdraw")
    button = Button("Withdraw", "withdraw", {"challenge": "CH-7"}, Style.DANGER, question, "Withdraw CH-7")
    (element,) = _actions(render.message(Card("T", (Buttons((button,)),), "")))
    assert element["accessibility_label"] == "Withdraw CH-7"
    assert element["confirm"]["confirm"]["text"] == "Withdraw"
    assert element["confirm"]["deny"]["text"] == "Go back"
    assert element["style"] == "danger"


def test_the_menu_behind_the_buttons_carries_each_command_back() -> None:
    more = tuple(Button(f"Do {number}", f"do-{number}", {"challenge": "CH-7"}) for number in range(7))
    question = Button("Withdraw", "withdraw", confirm=Confirm("Sure?", "It ends.", "Yes"))
    long = Button("Long", "long", {"note": "x" * 200})
    elements = _actions(render.message(Card("T", (Buttons((), (question, long, *more)),), "")))
    menu = elements[-1]
    assert menu["type"] == "overflow"
    carried = [
        pressed({"action_id": menu["action_id"], "selected_option": option}) for option in menu["options"]
    ]
    beside = [pressed(element) for element in elements[:-1]]
    assert carried == [(f"do-{number}", {"challenge": "CH-7"}) for number in range(5)]
    assert beside == [
        ("withdraw", {}),
        ("long", {"note": "x" * 200}),
        ("do-5", {"challenge": "CH-7"}),
        ("do-6", {"challenge": "CH-7"}),
    ]


@pytest.mark.parametrize(
    "action", [{}, {"action_id": "press:x:1", "value": "no"}, {"selected_option": {"value": "[]"}}]
)
def test_an_action_that_is_no_button_of_ours_is_told_apart(action: Json) -> None:
    assert pressed(action) is None


def test_buttons_stay_when_words_must_go() -> None:
    words = tuple(Paragraph("word " * 590) for _ in range(8))
    card = Card("A long one", (*words, Buttons((Button("Acknowledge", "acknowledge"),))), "p")
    payload = render.message(card)
    kinds = [block["type"] for block in payload["blocks"]]
    assert kinds[-1] == "actions"
    assert payload["blocks"][-2]["text"]["text"] == render.MORE_THAN_FITS
    assert kinds.count("section") == 4
    assert not render.fits_message(card)
    assert len(render.modal(card)["blocks"]) == 9


def test_a_list_is_cut_between_its_entries() -> None:
    entries = [
        part
        for number in range(30)
        for part in (
            Heading(f"CH-{number}"),
            Buttons((Button("Open", "show", {"challenge": f"CH-{number}"}),)),
        )
    ]
    payload = render.message(Card("My challenges", tuple(entries), "p"))
    assert payload["blocks"][-1]["text"]["text"] == render.MORE_THAN_FITS
    assert payload["blocks"][-2]["type"] == "actions"


def test_the_record_of_a_stage_comes_through_unchanged() -> None:
    record = "\n".join(f"{number:03} something that was agreed, and by whom" for number in range(150))
    view = render.modal(Card("Record", (Preformatted(record),), ""))
    pieces = [block["elements"][0]["elements"][0]["text"] for block in view["blocks"]]
    assert "\n".join(pieces) == record


def test_a_form_and_what_comes_back() -> None:
    form = Form(
        "raise",
        "Raise a challenge about a case",
        "Raise",
        (
            Paragraph("Words"),
            Input("case", "Case reference", max_length=20),
            Input("concern", "Concern", Kind.TEXT, max_length=9999, hint="Kept on the file."),
            Input("risk", "Risk now?", Kind.CHOICE, options=_options(2), initial="v1", redraws=True),
            Input("manager", "Manager", Kind.LIST, options=_options(250)),
            Input("seen", "Seen", Kind.TICKS, required=False, options=_options(3), initial=("v0", "v2")),
            Input("day", "Day", Kind.DATE, initial="2026-12-04"),
            Input("hour", "Hour", Kind.TIME, initial="09:30:00"),
        ),
        {"draft": "7"},
    )
    view = render.modal(form)
    limits.check_view(view)
    assert view["title"]["text"] == "Raise a challenge about…"
    assert view["blocks"][0]["text"]["text"] == "Raise a challenge about a case"
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert inputs["in:concern"]["element"]["max_length"] == 3000
    assert inputs["in:concern"]["element"]["multiline"] is True
    assert inputs["in:risk"]["dispatch_action"] is True
    assert inputs["in:risk"]["element"]["initial_option"]["value"] == "v1"
    assert [len(group["options"]) for group in inputs["in:manager"]["element"]["option_groups"]] == [
        100,
        100,
        50,
    ]
    assert inputs["in:seen"]["optional"] is True
    assert [option["value"] for option in inputs["in:seen"]["element"]["initial_options"]] == ["v0", "v2"]
    assert inputs["in:day"]["element"]["initial_date"] == "2026-12-04"
    assert inputs["in:hour"]["element"]["initial_time"] == "09:30"
    state = {
        "in:case": {"case": {"type": "plain_text_input", "value": "BR-1"}},
        "in:concern": {"concern": {"type": "plain_text_input", "value": None}},
        "in:risk": {"risk": {"type": "radio_buttons", "selected_option": {"value": "v0"}}},
        "in:manager": {"manager": {"type": "static_select", "selected_option": None}},
        "in:seen": {"seen": {"type": "checkboxes", "selected_options": [{"value": "v2"}]}},
        "in:day": {"day": {"type": "datepicker", "selected_date": "2026-12-07"}},
        "in:hour": {"hour": {"type": "timepicker", "selected_time": "10:00"}},
    }
    assert render.filled(view | {"state": {"values": state}}) == Filled(
        "raise",
        {"draft": "7"},
        {
            "case": "BR-1",
            "concern": None,
            "risk": "v0",
            "manager": None,
            "seen": ("v2",),
            "day": "2026-12-07",
            "hour": "10:00",
        },
    )


def test_an_option_without_a_value_comes_back_without_one() -> None:
    entry = Input("who", "Who", Kind.CHOICE, options=(Option("", "Nobody"), Option("a", "Ada")))
    view = render.modal(Form("x", "X", "Go", (entry,)))
    chosen = view["blocks"][0]["element"]["options"][0]
    state = {"in:who": {"who": {"type": "radio_buttons", "selected_option": chosen}}}
    back = render.filled(view | {"state": {"values": state}})
    assert back is not None
    assert back.values == {"who": ""}


def test_typed_text_loses_what_no_database_can_hold() -> None:
    view = render.modal(Form("x", "X", "Go", (CONCERN,), {"half": "\ud83d"}))
    state = {"in:concern": {"concern": {"type": "plain_text_input", "value": "a\x00b\r\nc \ud83d"}}}
    back = render.filled(view | {"state": {"values": state}})
    assert back is not None
    assert back.values == {"concern": "ab\nc ?"}


def test_a_choice_without_options_says_so_and_leaves_nothing_to_submit() -> None:
    view = render.modal(Form("x", "X", "Go", (Input("who", "Manager", Kind.LIST),)))
    assert view["blocks"][0]["text"]["text"] == "Manager: there is nothing to choose from."
    assert "submit" not in view


def test_more_options_than_a_view_takes_are_counted_in_a_sentence() -> None:
    view = render.modal(Form("x", "X", "Go", (Input("who", "Manager", Kind.LIST, options=_options(5000)),)))
    limits.check_view(view)
    assert "of 5,000 fit here." in view["blocks"][0]["hint"]["text"]


@pytest.mark.parametrize(
    "shown",
    [
        Form("x", "X", "Go", (), {"draft": "x" * 3000}),
        Form("x", "X", "Go", (Input("a", "A"), Input("a", "A"))),
        Form("x", "X", "Go", (Input("n" * 253, "A"),)),
        Form("x", "X", "Go", (Input("a", "A", Kind.LIST, options=(Option("v" * 151, "V"),)),)),
        Card("X", (Buttons((Button("B", "b", {"a": "x" * 2000}),)),), ""),
        Card("X", (Buttons((Button("B", "b" * 255),)),), ""),
    ],
)
def test_what_is_carried_unseen_is_never_cut(shown: Form | Card) -> None:
    with pytest.raises(DoesNotFit, match=r"characters|same name"):
        render.modal(shown)


def test_a_mistake_is_shown_even_where_its_input_is_not() -> None:
    errors = render.by_block(
        {"case": "Unknown.", "gone": "Choose a unit.", "day": "In the past."}, ["case", "day"]
    )
    assert errors == {"in:case": "Unknown. Choose a unit.", "in:day": "In the past."}


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"v{number}", f"Person {number}") for number in range(count))


def _actions(payload: Json) -> list[Json]:
    return [
        element for block in payload["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]


def _texts(value: object, kind: str) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, kind)]
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == kind else []
        return own + [text for item in value.values() for text in _texts(item, kind)]
    return []
