"""What the played Teams takes for an Adaptive Card 1.5, what is wrong with others, and what inputs hold."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.errors import PageError
from bot.playground.teams import cards

WHO = {"type": "Input.Text", "id": "who", "isRequired": True, "errorMessage": "Say who.", "regex": "^[A-Z]"}
COUNT = {"type": "Input.Number", "id": "count", "min": 1, "max": 5}
DAY = {"type": "Input.Date", "id": "day", "min": "2026-11-23"}
HOUR = {"type": "Input.Time", "id": "hour", "max": "17:00"}
SURE = {"type": "Input.Toggle", "id": "sure", "title": "Sure?", "valueOn": "yes", "valueOff": "no"}
MANY = {
    "type": "Input.ChoiceSet",
    "id": "many",
    "isMultiSelect": True,
    "choices": [{"title": one, "value": one} for one in "abc"],
}
SEND = {"type": "Action.Submit", "title": "Send", "data": {"x": 1}}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


FULL = card(
    {
        "type": "TextBlock",
        "text": "CH-1",
        "style": "heading",
        "size": "large",
        "weight": "bolder",
        "wrap": True,
    },
    {"type": "FactSet", "facts": [{"title": "Due", "value": "Monday"}]},
    {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "width": "auto", "items": [{"type": "TextBlock", "text": "x"}]}],
    },
    {
        "type": "Container",
        "style": "attention",
        "bleed": True,
        "items": [{"type": "RichTextBlock", "inlines": ["x"]}],
    },
    {
        "type": "Table",
        "columns": [{"width": 1}],
        "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": []}]}],
    },
    WHO,
    COUNT,
    DAY,
    HOUR,
    SURE,
    MANY,
    {"type": "ActionSet", "actions": [SEND]},
    actions=[
        {"type": "Action.Execute", "title": "Do", "verb": "do", "style": "positive", "tooltip": "Now"},
        {
            "type": "Action.ShowCard",
            "title": "More",
            "card": card({"type": "TextBlock", "text": "y"}, actions=[SEND]),
        },
        {"type": "Action.OpenUrl", "title": "Read", "url": "https://example.org/"},
    ],
)


def test_a_card_with_nearly_everything_passes_and_its_actions_are_counted() -> None:
    assert cards.faults_of(FULL) == []
    assert [one["title"] for one in cards.actions_of(FULL)] == ["Send", "Do", "More", "Send", "Read"]
    assert [one["id"] for one in cards.inputs_of(FULL)] == ["who", "count", "day", "hour", "sure", "many"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (card(version="1.6"), "must be one of: 1.0"),
        (card({"type": "TextBlock"}), "missing required field: text"),
        (card({"type": "TextBlock", "text": "x", "colour": "good"}), "invalid additional property: colour"),
        (card({"type": "TextBlock", "text": "x", "size": "huge"}), "must be one of: default, small"),
        (card({"type": "Badge", "text": "x"}), "unsupported type: Badge"),
        (card({"type": "Input.Text", "label": "Who?"}), "missing required field: id"),
        (card({"type": "Input.Date", "id": "x", "value": "23.11.2026"}), "must be a date"),
        (card(WHO, WHO), "two inputs have the id 'who'"),
        (card(MANY | {"value": "a,z"}), "'z' is not among the choices"),
        (card(MANY | {"choices": [{"title": "x", "value": "a,b"}]}), "must have no comma"),
        (card(actions=[SEND] * 7), "Teams shows 6 actions beside each other, not 7"),
        (card(actions=[{"type": "Action.OpenUrl", "title": "x"}]), "missing required field: url"),
        ({"type": "AdaptiveCard"}, "missing required field: version"),
        ("x", "must be an object"),
    ],
)
def test_what_teams_would_leave_out_or_refuse_is_said(wrong: Any, said: str) -> None:
    assert said in cards.faults_of(wrong)[0]


def test_execute_does_nothing_in_a_dialog() -> None:
    assert cards.faults_of(FULL, in_dialog=True) != []


def test_a_null_is_found_wherever_it_is() -> None:
    assert cards.nulls_in({"a": [{"b": 1}, {"c": None}]}) == "/a/1/c"
    assert cards.nulls_in(FULL) is None


def test_an_empty_input_is_left_out_and_each_sends_its_kind() -> None:
    held, wrong = cards.gathered(
        card(WHO, COUNT, DAY, HOUR, SURE, MANY), SEND, {"who": "Ada", "count": "3", "many": "a,c"}
    )
    assert (held, wrong) == ({"who": "Ada", "count": 3, "sure": "no", "many": "a,c"}, {})


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"who": "Say who."}),
        ({"who": "ada"}, {"who": "Say who."}),
        ({"who": "A", "count": "9"}, {"count": "This number is not between those that are possible."}),
        ({"who": "A", "count": "x"}, {"count": "This must be a number."}),
        ({"who": "A", "day": "2026-11-22"}, {"day": "This date is not between those that are possible."}),
        ({"who": "A", "hour": "18:00"}, {"hour": "This time is not between those that are possible."}),
        ({"who": "A", "hour": "noon"}, {"hour": "This must be a time."}),
    ],
)
def test_what_is_wrong_is_said_at_its_input(given: dict[str, str], wrong: dict[str, str]) -> None:
    assert cards.gathered(card(WHO, COUNT, DAY, HOUR), SEND, given)[1] == wrong


def test_an_action_that_takes_no_inputs_sends_none() -> None:
    assert cards.gathered(card(WHO), SEND | {"associatedInputs": "none"}, {}) == ({}, {})


@pytest.mark.parametrize("number", [2, 4, 9])
def test_only_buttons_that_tell_the_app_something_are_pressed(number: int) -> None:
    with pytest.raises(PageError):
        cards.action_at(FULL, number)
