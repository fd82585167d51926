"""Triggers in procedure files: what is read, how it is told, and what is refused with the words that help."""

from __future__ import annotations

import pytest

from procedures import library
from procedures.faults import FaultyFile
from procedures.telling import tell
from tests.procedures.test_schema import GOOD

TRIGGER = """
[[trigger]]
id = "long"
title = "Third review, or 15 months on the plan"
at = [{ review = 3 }, { months = 15 }]
each_later_review = true
before = { working_days = 5 }
unless = ["looked_after", "moved"]
opens = "first"
raiser = "coordinator"
concern = "The plan has run long."
source = "9"

[[trigger]]
id = "after"
title = "The plan has ended"
at = [{ status = "ended" }]
opens = "first"
raiser = "worker"
concern = "A child in need plan follows."
source = "10"
"""
LINES = GOOD.count("\n")


def test_a_trigger_is_told_in_words() -> None:
    lines = tell(library.parse(GOOD + TRIGGER, "own.toml"))
    assert [line for line in lines if line.startswith("Opens by itself")] == [
        "Opens by itself: Third review, or 15 months on the plan (review 3 / 15 months on the plan; whichever comes first; "
        "and at each later review; 5 working days beforehand; except where: the child is looked after / the child has moved away; "
        "Raised by: the plan's coordinator) [9] → Stage 1",
        "Opens by itself: The plan has ended (the plan has ended; Raised by: Worker) [10] → Stage 1",
    ]


def test_a_stage_that_only_a_trigger_opens_needs_nothing_else_that_leads_to_it() -> None:
    alone = GOOD.replace('after = ["first"]\nopens = ["answered", "lapsed"]\n', "")
    text = alone + TRIGGER.replace('opens = "first"', 'opens = "second"', 1)
    assert [trigger.opens for trigger in library.parse(text, "own.toml").trigger] == ["second", "first"]


def test_the_role_that_raises_by_a_trigger_must_be_held() -> None:
    text = GOOD.replace('name = "Worker"\n', 'name = "Worker"\n[role.head]\nname = "Head"\n')
    procedure = library.parse(text + TRIGGER.replace('raiser = "worker"', 'raiser = "head"'), "own.toml")
    assert procedure.needs()["head"] == "10"


FAULTS = [
    ('id = "after"', 'id = "long"', 15, 'two triggers have the id "long". Give each its own.'),
    ('opens = "first"', 'opens = "frist"', 9, 'unknown stage "frist". Did you mean "first"?'),
    ('raiser = "worker"', 'raiser = "wroker"', 19, 'unknown role "wroker". Did you mean "worker"?'),
    ('raiser = "worker"', 'raiser = "worker"\nsocial_worker = "wroker"', 20, 'unknown role "wroker". Did you mean "worker"?'),
    ("{ months = 15 }", "{ review = 3 }", 5, "this day stands here twice. Keep one."),
    ("{ months = 15 }", '{ status = "moved" }', 5, 'the status "moved" is awaited here and ruled out by unless. Keep one of the two.'),
    ('"ended" }]', '"ended" }]\nbefore = { weeks = 1 }', 18, "nobody knows beforehand when a status will change, so nothing can come before it. Leave before out."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "sentence"), FAULTS)
def test_a_fault_says_where_it_is_and_what_would_be_right(
    old: str, new: str, line: int, sentence: str
) -> None:
    with pytest.raises(FaultyFile) as faulty:
        library.parse(GOOD + TRIGGER.replace(old, new, 1), "own.toml")
    assert str(faulty.value) == f"own.toml:{LINES + line}: {sentence}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{ months = 15 }", "{ months = 15, weeks = 2 }"),
        ("{ months = 15 }", "{ years = 1 }"),
        ('"looked_after"', '"looked-after"'),
        ("{ working_days = 5 }", "{ }"),
    ],
)
def test_what_the_schema_refuses_is_named_with_its_line(old: str, new: str) -> None:
    with pytest.raises(FaultyFile) as faulty:
        library.parse(GOOD + TRIGGER.replace(old, new, 1), "own.toml")
    assert all(LINES < fault.line <= LINES + 12 and fault.message for fault in faulty.value.faults)
