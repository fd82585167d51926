"""The stage's own forms, with fields of every kind: drawn, read with each mistake at its field, and told in words."""

from __future__ import annotations

import pytest

from commands import own_fields
from commands.vocabulary import Ask, Kind, Mistakes, Value
from procedures.engine import BadStep
from procedures.schema import OwnField
from tests.commands.conftest import said
from tests.commands.harbour import VIEW, Harbour

CHOICES = [{"id": "a", "label": "First"}, {"id": "b", "label": "Second"}]


def field(kind: str, **more: object) -> OwnField:
    """A field of the authority's own, called Thing."""
    return OwnField.model_validate({"id": "thing", "title": "Thing", "kind": kind, "source": "1", **more})


@pytest.mark.parametrize(
    ("own", "kind", "hint"),
    [
        (field("line"), Kind.LINE, ""),
        (field("text", hint="In brief."), Kind.TEXT, "In brief. Be kind."),
        (field("choice", choices=CHOICES), Kind.CHOICE, ""),
        (field("ticks", choices=CHOICES), Kind.TICKS, ""),
        (field("ticks", choices=CHOICES, all=True), Kind.TICKS, "Tick each of them once it is done."),
        (field("date"), Kind.DATE, ""),
        (field("number", least=1, most=9), Kind.LINE, "A whole number from 1 to 9."),
        (
            field("scores", most=10),
            Kind.LINE,
            "A whole number from 0 to 10 for each person, such as 0, 3, 7.",
        ),
    ],
)
def test_each_kind_has_its_input(own: OwnField, kind: Kind, hint: str) -> None:
    (drawn,) = own_fields.inputs([own], {}, "Be kind.")
    assert (drawn.name, drawn.title, drawn.kind, drawn.hint) == ("field_thing", "Thing", kind, hint)
    assert [option.label for option in drawn.options] == [choice.label for choice in own.choices]


@pytest.mark.parametrize(
    ("own", "typed", "kept", "told"),
    [
        (field("line"), "  A room ", "A room", "A room"),
        (field("choice", choices=CHOICES), "b", "b", "Second"),
        (field("ticks", choices=CHOICES), ("a",), ("a",), "First (not ticked: Second)"),
        (field("ticks", choices=CHOICES), ("a", "b"), ("a", "b"), "First; Second"),
        (field("date"), "2026-12-18", "2026-12-18", "Friday 18 December 2026"),
        (field("scores"), "0 3;7", "0, 3, 7", "0, 3, 7"),
        (field("number"), "7", "7", "7"),
    ],
)
def test_each_answer_is_kept_plainly_and_told_in_words(
    own: OwnField, typed: Value, kept: object, told: str
) -> None:
    values = own_fields.read([own], {"field_thing": typed})
    assert values == {"thing": kept}
    assert own_fields.told([own], values) == [("Thing", told)]


def test_what_was_left_empty_is_left_out_and_a_wrong_date_is_refused_at_its_field() -> None:
    for empty in (None, "", "  ", ()):
        assert own_fields.read([field("line")], {"field_thing": empty}) == {}
    assert own_fields.read([field("ticks")], {"field_thing": ()}) == {}
    with pytest.raises(BadStep, match="Did you mean 2026-12-18") as refusal:
        own_fields.read([field("date")], {"field_thing": "18/12/2026"})
    assert refusal.value.field == "field_thing"


def test_the_form_asks_what_the_procedure_asks_and_nothing_before_it_is_needed(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    form = harbour.opens("sam", f"fill {reference}")
    assert [each.name for each in form.inputs] == ["field_assessed_on", "field_met", "field_read"]
    assert "What works, and what does not." in said(form)
    more = harbour.form("sam", "fill", {"challenge": reference}, field_met="no")
    why = next(each for each in more.inputs if each.name == "field_why_not")
    assert (why.required, why.hint) == (
        True,
        "This can be read by the family. Please choose considerate words.",
    )


WRONG: list[tuple[dict[str, Value], dict[str, str]]] = [
    ({"field_assessed_on": None}, {"field_assessed_on": "Please fill this in."}),
    ({"field_met": "no"}, {"field_why_not": "Please fill this in."}),
    ({"field_met": "maybe"}, {"field_met": "Choose one of the answers listed."}),
    ({"field_read": ("plan",)}, {"field_read": "Everything must be ticked. Still open: The last minutes."}),
    ({"field_read": ()}, {"field_read": "Please fill this in."}),
]


@pytest.mark.parametrize(("wrong", "sentences"), WRONG)
def test_each_mistake_is_at_its_field_and_nothing_is_saved(
    harbour: Harbour, wrong: dict[str, Value], sentences: dict[str, str]
) -> None:
    reference = harbour.at_tier_1()
    sent = harbour.sends("sam", "fill", {"challenge": reference}, **(VIEW | wrong))
    assert sent == Mistakes(sentences)
    assert len(harbour.record(reference).stored.entries) == 1


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (
            "0 0 12",
            "Enter whole numbers from 0 to 10, one for each person, with commas between them: 0, 3, 7.",
        ),
        ("low", "Enter whole numbers from 0 to 10, one for each person, with commas between them: 0, 3, 7."),
    ],
)
def test_scores_are_whole_numbers_within_their_range(harbour: Harbour, scores: str, sentence: str) -> None:
    reference = harbour.at_tier_1()
    harbour.does("cora", "escalate", reference, immediate_risk="no", stage="tier-2", outline="It is stuck.")
    sent = harbour.sends("serena", "fill", {"challenge": reference}, field_safety=scores)
    assert sent == Mistakes({"field_safety": sentence})


def test_each_part_fills_in_its_own_and_the_button_goes(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    button = harbour.buttons("sam", reference)[0]
    assert button.label == "Fill in: Your view of the plan"
    assert isinstance(harbour.presses("sam", "fill", **button.arguments), Ask)
    done = harbour.does("sam", "fill", reference, **VIEW)
    assert "Sam Reed filled in “Your view of the plan” on Mon 23 Nov, 10:00, as social worker." in done
    assert "Fill in: Your view of the plan" not in harbour.labels("sam", reference)
    assert "Fill in: Your view of the plan" in harbour.labels("tess", reference)
    again = said(harbour.types("sam", f"fill {reference}"))
    assert "Already done: “Your view of the plan” was filled in by Sam Reed on Mon 23 Nov, 10:00." in again


def test_the_record_tells_the_answers_in_words(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("sam", "fill", reference, **(VIEW | {"field_met": "no", "field_why_not": "Holidays."}))
    for shown in (said(harbour.shows("cora", reference)), said(harbour.types("cora", f"record {reference}"))):
        assert "Day of the last assessment: Monday 2 November 2026" in shown
        assert "Did the core group meet?: No" in shown
        assert "Why did it not meet?: Holidays." in shown
        assert "Read before the meeting: The plan; The last minutes" in shown


def test_what_will_be_too_old_is_pointed_out_once_and_may_be_saved_all_the_same(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    old = VIEW | {"field_assessed_on": "2026-08-03"}
    reply = harbour.sends("sam", "fill", {"challenge": reference}, **old)
    assert isinstance(reply, Ask)
    assert "this will be older than 2 months. An up-to-date one is needed." in said(reply)
    tick = next(each for each in reply.form.inputs if each.title == "Nothing has been saved yet")
    assert {each.name: each.initial for each in reply.form.inputs}["field_assessed_on"] == "2026-08-03"
    meant = {tick.name: (tick.options[0].value,)}
    harbour.does("sam", "fill", reference, **(meant | old))


def test_a_form_may_be_named_by_how_it_begins(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("cora", "escalate", reference, immediate_risk="no", stage="tier-2", outline="It is stuck.")
    assert "Safety scores" in said(harbour.types("serena", f"fill {reference} safe"))


def test_an_answer_that_leads_somewhere_leads_there_at_once(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    harbour.does("cora", "escalate", reference, immediate_risk="no", stage="tier-2", outline="It is stuck.")
    done = harbour.does("serena", "fill", reference, field_safety="0 0 4")
    assert "The challenge went on to Tier 3" in done
    assert "Next: Quinn Park to record the outcome." in done


def test_where_there_is_no_form_that_is_said(harbour: Harbour) -> None:
    words = said(harbour.types("sol", f"fill {harbour.asks()}"))
    assert "This stage has no form to fill in. At Request the request is to decide on the request." in words
