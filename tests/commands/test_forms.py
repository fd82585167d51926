"""Forms: the class is the form. Each field has its input, its limit and its reminder, and each mistake its sentence."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

import pytest
from pydantic import Field

from commands import registry
from commands.command import (
    TEXT_LIMIT,
    ChallengeRef,
    Choice,
    Command,
    Hidden,
    Line,
    ListChoice,
    LongText,
    Widget,
    YesNo,
    closest,
    whole_number,
)
from commands.vocabulary import Ask, Form, Input, Kind, Mistakes, Option, Say
from tests.commands.conftest import RAISED, Council, said

REMINDER = "This is kept on the child's file. Please choose considerate words."


class Everything(Command):
    """Try every kind of field."""

    name = "everything"
    title = "Everything"

    challenge: ChallengeRef = "CH-1001"
    secret: Annotated[str, Hidden()] = ""
    line: Line = Field(title="A line")
    short: Annotated[str, Field(max_length=5)] = Field("x", title="Short")
    text: LongText = Field(title="A text", description="Say more.")
    maybe: LongText | None = Field(None, title="Perhaps")
    day: date = Field(title="A day")
    at: time | None = Field(None, title="An hour")
    yes: YesNo = Field("no", title="Yes?")
    few: Choice = Field(title="One of few")
    many: ListChoice | None = Field(None, title="One of many")
    ticks: tuple[str, ...] = ()
    again: Annotated[str, Widget(Kind.CHOICE, redraws=True)] = Field("a", title="Redraws")
    more: dict[str, str] = Field(default_factory=dict)


@pytest.fixture
def inputs(council: Council) -> dict[str, Input]:
    return Everything._inputs(REMINDER)


def test_each_type_has_its_input_and_what_travels_unseen_has_none(inputs: dict[str, Input]) -> None:
    assert {name: each.kind for name, each in inputs.items()} == {
        "line": Kind.LINE,
        "short": Kind.LINE,
        "text": Kind.TEXT,
        "maybe": Kind.TEXT,
        "day": Kind.DATE,
        "at": Kind.TIME,
        "yes": Kind.CHOICE,
        "few": Kind.CHOICE,
        "many": Kind.LIST,
        "ticks": Kind.TICKS,
        "again": Kind.CHOICE,
    }


def test_what_has_no_default_is_required(inputs: dict[str, Input]) -> None:
    assert [name for name, each in inputs.items() if each.required] == ["line", "text", "day", "few"]


def test_each_text_has_its_limit(inputs: dict[str, Input]) -> None:
    limits = {name: each.max_length for name, each in inputs.items() if each.max_length is not None}
    assert limits == {"line": 200, "short": 5, "text": TEXT_LIMIT, "maybe": TEXT_LIMIT}


def test_every_free_text_reminds_of_the_childs_file_and_nothing_else_does(inputs: dict[str, Input]) -> None:
    hints = {name: each.hint for name, each in inputs.items() if each.hint}
    assert hints == {"text": f"Say more. {REMINDER}", "maybe": REMINDER}


def test_titles_options_and_what_redraws(inputs: dict[str, Input]) -> None:
    assert inputs["ticks"].title == "Ticks"
    assert inputs["yes"].options == (Option("yes", "Yes"), Option("no", "No"))
    assert [name for name, each in inputs.items() if each.redraws] == ["again"]


FILLED = {"line": "A", "text": "B", "day": "2026-11-23", "few": "x", "ticks": ("a",), "yes": "no"}
MISTAKES = [
    ({"line": "x" * 201}, {"line": "This is too long: 201 characters. Use at most 200."}),
    ({"text": "x" * 3001}, {"text": "This is too long: 3,001 characters. Use at most 3,000."}),
    ({"day": "soon"}, {"day": "“soon” is not a date. A date looks like 2026-12-18."}),
    ({"day": "2026-02-30"}, {"day": "“2026-02-30” is not a date. A date looks like 2026-12-18."}),
    ({"at": "25:00"}, {"at": "“25:00” is not a time. A time looks like 14:30."}),
    ({"at": "noon"}, {"at": "“noon” is not a time. A time looks like 14:30."}),
    ({"yes": "perhaps"}, {"yes": "Choose one of the answers listed."}),
    ({"line": "", "few": None}, {"line": "Please fill this in.", "few": "Please fill this in."}),
    ({"line": " \n "}, {"line": "Please fill this in."}),
    ({"ticks": ()}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "sentences"), MISTAKES)
def test_each_mistake_has_its_sentence_at_its_input(
    inputs: dict[str, Input], wrong: dict[str, object], sentences: dict[str, str]
) -> None:
    form = Form("everything", "Everything", "Save", tuple(inputs.values()), {})
    values = FILLED | wrong
    mistakes = {
        each.name: "Please fill this in."
        for each in inputs.values()
        if each.required and not str(values.get(each.name) or "").strip()
    }
    command = Everything._read(form, values, mistakes)  # type: ignore[arg-type]
    assert mistakes == sentences
    assert (command is None) is bool(sentences)


# --- the real ones ---------------------------------------------------------------------------------------------------------


def test_every_command_has_a_name_a_title_that_fits_and_one_line_of_help() -> None:
    assert len(registry.BY_NAME) == len(registry.ALL)
    for command in registry.ALL:
        assert command.name == command.name.lower()
        assert len(command.title) <= 24
        assert len(command.submit) <= 24
        assert command.help().endswith(".")
        assert "\n" not in command.help()


def test_the_form_of_a_challenge_asks_what_the_procedure_asks(council: Council) -> None:
    form = council.form("hannah", "raise")
    assert [(each.name, each.required) for each in form.inputs] == [
        ("immediate_risk", True),
        ("case_reference", True),
        ("unit", True),
        ("informal", True),
        ("concern", True),
        ("agreed_actions", True),
    ]
    texts = [each for each in form.inputs if each.kind is Kind.TEXT]
    assert all(each.hint.endswith(REMINDER) for each in texts)
    assert all(each.max_length == 3000 for each in texts)
    assert form.inputs[1].hint == "For example LCS-204815. Never a name."
    assert form.inputs[0].title == "Is a child at immediate risk of significant harm?"
    assert [each.redraws for each in form.inputs[:4]] == [True, False, True, True]


def test_what_the_form_asks_follows_what_was_answered(council: Council) -> None:
    def names(**values: str) -> set[str]:
        return {each.name for each in council.form("hannah", "raise", None, **values).inputs}

    plain = names()
    talk = {"talk_1_with", "talk_1_on", "talk_1_result"}
    assert names(informal="had") - plain == talk
    assert names(informal="none") - plain == {"no_informal_reason"}
    assert names(immediate_risk="yes") - plain == {"stage", "risk_reason"}
    referral = names(immediate_risk="yes", stage="partnership") - names(immediate_risk="yes")
    assert referral == {
        "consulted_review_head_of_service",
        "consulted_note_review_head_of_service",
        "consulted_assistant_director",
        "consulted_note_assistant_director",
        "field_ground",
    }
    assert "Social worker: Tom Ellery" in said(council.form("hannah", "raise", None, unit="east-1"))


def test_risk_shows_what_to_do_now_before_anything_else(council: Council) -> None:
    shown = said(council.form("hannah", "raise", None, immediate_risk="yes")).splitlines()
    assert shown[2] == "Do this now, outside this tool"
    assert shown[3] == "If a child is in danger now, call 999."


def test_another_conversation_can_be_added_three_at_most(council: Council) -> None:
    form = council.form("hannah", "raise", {"talks": "2"}, informal="had", concern="Words.")
    assert {"talk_2_with", "talk_2_result"} <= {each.name for each in form.inputs}
    assert "[Add another conversation]" in said(form)
    last = council.form("hannah", "raise", {"talks": "3"}, informal="had")
    assert "[Add another conversation]" not in said(last)
    assert next(each.initial for each in form.inputs if each.name == "concern") == "Words."


WRONG = [
    ({"case_reference": "204815"}, {"case_reference": "A case reference looks like LCS-204815. Never write a name."}),
    ({"unit": "east"}, {"unit": "Choose one of the teams listed."}),
    ({"unit": "nowhere"}, {"unit": "Choose one of the teams listed."}),
    ({"concern": ""}, {"concern": "Please fill this in."}),
    ({"informal": None}, {"informal": "Please fill this in."}),
    ({"informal": "none"}, {"no_informal_reason": "Please fill this in."}),
    ({"talk_1_with": "deputy_director"}, {"talk_1_with": "Choose one of the people listed."}),
    ({"talk_1_on": "2026-11-24"}, {"talk_1_on": "This day is still to come. Enter the day on which you spoke."}),
    ({"talk_1_on": "24/11/2026"}, {"talk_1_on": '"24/11/2026" is not a date written year-month-day, for example 2026-12-18. Did you mean 2026-11-24?'}),
    ({"immediate_risk": "yes"}, {"stage": "Please fill this in.", "risk_reason": "Please fill this in."}),
    ({"immediate_risk": "yes", "stage": "stage-9", "risk_reason": "Now."}, {"stage": "Choose the stage that fits."}),
    ({"immediate_risk": "maybe"}, {"immediate_risk": "Choose one of the answers listed."}),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "sentences"), WRONG)
def test_a_challenge_with_a_mistake_is_not_raised(
    council: Council, wrong: dict[str, str | None], sentences: dict[str, str]
) -> None:
    assert council.sends("hannah", "raise", {}, **(RAISED | wrong)) == Mistakes(sentences)
    assert "You have no open challenge." in said(council.types("hannah", "list"))


def test_a_case_reference_may_be_typed_with_the_command(council: Council) -> None:
    reply = council.types("hannah", "raise LCS-204815")
    assert isinstance(reply, Ask)
    assert next(each.initial for each in reply.form.inputs if each.name == "case_reference") == "LCS-204815"


def test_the_text_behind_a_reference_is_in_the_form(council: Council) -> None:
    reference = council.raises()
    reply = council.types("hannah", f"note {reference} Rang the school.")
    assert isinstance(reply, Ask)
    assert reply.form.inputs[0].initial == "Rang the school."
    assert reply.form.context["challenge"] == reference


def test_without_a_reference_the_only_challenge_is_taken_and_several_are_offered(council: Council) -> None:
    assert "There is no challenge for which you can do this now." in said(council.types("priya", "note"))
    first = council.raises()
    reply = council.types("priya", "acknowledge")
    assert isinstance(reply, Ask)
    assert reply.form.context["challenge"] == first
    second = council.raises(case_reference="LCS-204816")
    reply = council.types("priya", "acknowledge")
    assert isinstance(reply, Ask)
    assert reply.form.context == {"choose": "yes"}
    assert [option.value for option in reply.form.inputs[0].options] == [first, second]
    chosen = council.sends("priya", "acknowledge", {"choose": "yes"}, challenge=second)
    assert isinstance(chosen, Ask)
    assert chosen.form.context["challenge"] == second


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("due 2026-12-18 0", '"0" is not a number of working days; use a whole number from 1 to 260.'),
        ("due 2026-12-18 ٣", '"٣" is not a number of working days; use a whole number from 1 to 260.'),
        (f"due 2026-12-18 {'9' * 5000}", f'"{"9" * 20}" is not a number of working days; use a whole number from 1 to 260.'),
        ("due 18/12/2026 5", '"18/12/2026" is not a date written year-month-day, for example 2026-12-18. Did you mean 2026-12-18? For example: /challenge due 2026-12-18 5'),
        ("due 2026-12-18", "Give a date and a number of working days, for example: /challenge due 2026-12-18 5"),
        ("due 2060-12-18 5", "Saturday 18 December 2060 is outside the working calendar, which runs from Friday 1 January 2010 to Monday 31 December 2040."),
        ("list theirs", 'There is no list "theirs". Use /challenge list mine, /challenge list unit or /challenge list overdue.'),
    ],
)  # fmt: skip
def test_words_that_do_not_fit_are_answered_with_what_would(
    council: Council, typed: str, sentence: str
) -> None:
    assert said(council.types("priya", typed)) == f"This was not done\n{sentence}"


def test_a_due_date_comes_with_its_sum(council: Council) -> None:
    reply = council.types("priya", "due 2026-12-18 5")
    assert isinstance(reply, Say)
    assert reply.card.title == "Due Tuesday 29 December 2026"
    assert "Mon 28 Dec 2026  not counted: Boxing Day (substitute)" in said(reply)


AWAY = [
    ({"first": "2026-11-25", "last": "2026-11-24"}, "last", "The last day is before the first. Enter the day itself for a single day away."),
    ({"first": "2026-11-19", "last": "2026-11-20"}, "last", "These days are over. Enter days from today on."),
    ({"first": "2026-11-24", "last": "2028-11-24"}, "last", "An absence lasts a year at most. For longer, ask an administrator to change people.csv."),
    ({"first": "2050-11-24", "last": "2050-11-25"}, "first", "This is more than a year ahead. Enter it when it is nearer."),
    ({"cover": "priya.nair@barsetshire.example"}, "cover", "Choose one of the people listed."),
    ({"cover": "nobody@barsetshire.example"}, "cover", "Choose one of the people listed."),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "at", "sentence"), AWAY)
def test_an_absence_with_a_mistake_is_not_recorded(
    council: Council, wrong: dict[str, str], at: str, sentence: str
) -> None:
    right = {"first": "2026-11-24", "last": "2026-11-25", "cover": "leo.fisher@barsetshire.example"}
    assert council.sends("priya", "away", {}, **(right | wrong)) == Mistakes({at: sentence})


def test_a_cover_who_would_not_be_there_is_refused(council: Council) -> None:
    days = {"first": "2026-11-24", "last": "2026-11-25"}
    leo, priya = council.row("leo").email, council.row("priya").email
    assert isinstance(council.sends("leo", "away", {}, **days, cover=priya), Say)
    assert council.sends("priya", "away", {}, **days, cover=leo) == Mistakes(
        {
            "cover": "On Tuesday 24 November 2026 nobody would be reached: the covers go round in a circle (Leo Fisher). "
            "Choose somebody else."
        }
    )


def test_small_helpers() -> None:
    assert closest("ack", ["acknowledge", "away"]) == "acknowledge"
    assert closest("a", ["acknowledge", "away"]) is None
    assert closest("zzz", ["acknowledge", "away"]) is None
    assert [whole_number(text) for text in ("7", "0012", "", "-1", "x", "²", "٣", "9" * 10)] == [
        7,
        12,
        -1,
        -1,
        -1,
        -1,
        -1,
        -1,
    ]
