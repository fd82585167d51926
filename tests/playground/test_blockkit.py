"""What Slack takes and what it refuses, one row a rule. Source: Slack's Block Kit reference and
PLATFORM_FACTS, "Sizes"."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.playground import blockkit
from tests.playground.refused_shapes import ILL_FORMED
from tests.playground.refused_sizes import TOO_MUCH
from tests.playground.samples import (
    GOOD_BLOCKS,
    GOOD_ELEMENTS,
    actions,
    asked,
    button,
    home,
    marked,
    modal,
    option,
    options,
    plain,
    section,
    without,
)

ACCESSORIES = {
    "button",
    "image",
    "overflow",
    "static_select",
    "multi_static_select",
    "users_select",
    "multi_users_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
}
ACTIONS = {
    "button",
    "overflow",
    "static_select",
    "users_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "datetimepicker",
}
INPUTS = set(GOOD_ELEMENTS) - {"button", "overflow", "image", "file_input"}


@pytest.mark.parametrize("name", GOOD_BLOCKS)
def test_a_good_block_is_taken_in_a_message_a_modal_and_a_home_tab(name: str) -> None:
    assert blockkit.check_message([GOOD_BLOCKS[name]]) == []
    assert blockkit.check_view(modal(GOOD_BLOCKS[name]), "modal") == []
    assert blockkit.check_view(home(GOOD_BLOCKS[name]), "home") == []


@pytest.mark.parametrize("name", [name for name in GOOD_BLOCKS if name != "rich_text"])
def test_the_good_examples_pass_slacks_own_models_too(name: str) -> None:
    parsed = Block.parse(GOOD_BLOCKS[name])
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize("name", GOOD_ELEMENTS)
@pytest.mark.parametrize(
    ("allowed", "place", "block"),
    [
        (ACCESSORIES, "accessory", lambda element: section(accessory=element)),
        (ACTIONS, "elements/0", actions),
        (INPUTS, "element", lambda element: {"type": "input", "label": plain(), "element": element}),
    ],
    ids=["section", "actions", "input"],
)
def test_each_element_stands_only_where_slack_has_it(
    name: str, allowed: set[str], place: str, block: Any
) -> None:
    found = blockkit.check_message([block(GOOD_ELEMENTS[name])])
    if name in allowed:
        assert found == []
    else:
        assert len(found) == 1
        assert f"{name} is not allowed in" in found[0]
        assert f"[json-pointer:/blocks/0/{place}/type]" in found[0]


BAD_IN_A_MESSAGE = TOO_MUCH + ILL_FORMED


@pytest.mark.parametrize(
    ("blocks", "sentence", "pointer"),
    [row[1:] for row in BAD_IN_A_MESSAGE],
    ids=[row[0] for row in BAD_IN_A_MESSAGE],
)
def test_what_slack_refuses_in_a_message_is_refused_once_with_its_place(
    blocks: Any, sentence: str, pointer: str
) -> None:
    found = blockkit.check_message(blocks)
    assert len(found) == 1
    assert found[0].startswith("[ERROR] ")
    assert sentence in found[0]
    assert found[0].endswith(f"[json-pointer:{pointer}]")


BAD_VIEWS: list[tuple[str, str, Any, str, str]] = [
    (
        "101 blocks",
        "modal",
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed",
        "/view/blocks",
    ),
    (
        "101 blocks at home",
        "home",
        home(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed",
        "/view/blocks",
    ),
    ("no blocks", "modal", modal(blocks=[]), "no fewer than 1 items allowed", "/view/blocks"),
    ("title", "modal", modal(title=plain("x" * 25)), "must be less than 25 characters", "/view/title/text"),
    ("title in mrkdwn", "modal", modal(title=marked()), "must be a plain_text object", "/view/title/type"),
    ("no title", "modal", without(modal(), "title"), "missing required field: title", "/view"),
    (
        "submit",
        "modal",
        modal(submit=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/submit/text",
    ),
    ("close", "modal", modal(close=plain("x" * 25)), "must be less than 25 characters", "/view/close/text"),
    ("metadata", "modal", modal(private_metadata="x" * 3001), "less than 3001", "/view/private_metadata"),
    ("callback_id", "modal", modal(callback_id="x" * 256), "less than 256", "/view/callback_id"),
    ("external_id", "home", home(external_id="x" * 256), "less than 256", "/view/external_id"),
    (
        "input, no submit",
        "modal",
        without(modal(asked("datepicker")), "submit"),
        "missing required field: submit",
        "/view",
    ),
    ("unknown field", "modal", modal(width="wide"), "invalid additional property: width", "/view"),
    ("a home with submit", "home", home(submit=plain()), "invalid additional property: submit", "/view"),
    ("home for modal", "modal", home(), "must be a view of type modal", "/view/type"),
    ("modal for home", "home", modal(), "must be a view of type home", "/view/type"),
    ("unknown type", "modal", {"type": "dialog"}, "unsupported type: dialog", "/view/type"),
    ("no object", "modal", "view", "must be an object", "/view"),
    (
        "block_id twice",
        "home",
        home(section(block_id="b"), section(block_id="b")),
        "already exists",
        "/view/blocks/1/block_id",
    ),
    (
        "two focused",
        "modal",
        modal(asked("datepicker", focus_on_load=True), asked("timepicker", focus_on_load=True)),
        "only one element may have focus_on_load",
        "/view/blocks",
    ),
]


@pytest.mark.parametrize(
    ("kind", "view", "sentence", "pointer"), [row[1:] for row in BAD_VIEWS], ids=[row[0] for row in BAD_VIEWS]
)
def test_what_slack_refuses_in_a_view_is_refused_with_its_place(
    kind: str, view: Any, sentence: str, pointer: str
) -> None:
    found = blockkit.check_view(view, kind)
    assert len(found) == 1
    assert sentence in found[0]
    assert found[0].endswith(f"[json-pointer:{pointer}]")


def test_a_file_is_asked_for_in_a_window_alone() -> None:
    assert blockkit.check_view(modal(asked("file_input")), "modal") == []
    (unknown,) = blockkit.check_view(modal(asked("file_input", colour="red")), "modal")
    assert "invalid additional property: colour" in unknown
    (many,) = blockkit.check_view(modal(asked("file_input", max_files=11)), "modal")
    assert "/blocks/0/element/max_files" in many


@pytest.mark.parametrize("name", [name for name in GOOD_ELEMENTS if name != "file_input"])
def test_every_element_refuses_an_unknown_field(name: str) -> None:
    element = {**GOOD_ELEMENTS[name], "colour": "red"}
    place = (
        {"type": "input", "label": plain(), "element": element}
        if name in INPUTS
        else section(accessory=element)
    )
    assert ["invalid additional property: colour" in one for one in blockkit.check_message([place])] == [True]


@pytest.mark.parametrize(
    "fits",
    [
        [{"type": "divider"}] * 50,
        [section("x" * 3000)],
        [{"type": "header", "text": plain("x" * 150)}],
        [actions(*[button(action_id=str(number)) for number in range(25)])],
        [actions(button(text=plain("x" * 75), value="x" * 2000))],
        [{"type": "section", "fields": [marked("x" * 2000)] * 10}],
        [
            asked(
                "static_select",
                options=[option("x" * 150, "y" * 75)],
                initial_option=option("x" * 150, "y" * 75),
            )
        ],
        [asked("static_select") | {"element": {"type": "static_select", "options": options(100)}}],
        [section(block_id="x" * 255)],
    ],
)
def test_exactly_the_limit_is_taken(fits: list[dict[str, Any]]) -> None:
    assert blockkit.check_message(fits) == []


def test_a_message_is_too_long_past_13000_characters_of_blocks() -> None:
    small = [section("x" * 2950) for _ in range(4)]
    assert not blockkit.too_long(small)
    assert blockkit.too_long([*small, section("x" * 1500)])


def test_a_view_is_too_large_past_250_kb() -> None:
    assert not blockkit.too_large(modal())
    assert blockkit.too_large(modal(*[section("é" * 2900) for _ in range(45)]))


def test_ids_that_were_left_out_are_filled_in_and_the_given_list_stays_as_it_was() -> None:
    given = [
        section(),
        actions({"type": "button", "text": plain()}),
        section(accessory=GOOD_ELEMENTS["image"]),
    ]
    filled = blockkit.complete(given)
    assert all(block["block_id"] for block in filled)
    assert filled[1]["elements"][0]["action_id"]
    assert "action_id" not in filled[2]["accessory"]
    assert "block_id" not in given[0]
    assert len({block["block_id"] for block in filled}) == 3


def test_a_block_may_share_its_action_ids_with_another_block() -> None:
    assert blockkit.check_message([actions(button()), actions(button())]) == []
