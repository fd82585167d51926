"""Documents and reports in a procedure file: whatever they name must be there."""

from __future__ import annotations

from importlib.resources import files

import pytest

from procedures.library import FaultyFile, parse

BRADFORD = files("procedures").joinpath("bradford.toml").read_text(encoding="utf-8")
PAPERS = """
[[paper]]
id = "letter"
title = "Letter"
kind = "letter"
stages = ["partnership"]
by = ["raiser", "chair", "cpc"]
source = "BR-9"
[[paper.section]]
text = "Dear colleague"
from = ["concern", "field.ground"]

[[report]]
id = "yearly"
title = "The year"
months = 12
by = ["assistant_director"]
figures = ["opened", "in_time"]
source = "X-1"
"""
FIRST = BRADFORD.count("\n") + 2


def faults_of(text: str) -> list[str]:
    """What is wrong with Bradford's file with this at its end, without the file's name; lines count from the end."""
    try:
        parse(f"{BRADFORD}{text}", "p.toml")
    except FaultyFile as faulty:
        return [str(fault).removeprefix("p.toml:") for fault in faulty.faults]
    return []


def test_what_names_only_what_there_is_has_no_fault() -> None:
    assert faults_of(PAPERS) == []


# (what to replace, by what, the line from where the papers begin, the sentence)
FAULTS = [
    ('id = "letter"', 'id = "agenda"', 1, 'two documents or reports have the id "agenda". Give each its own.'),
    ('id = "yearly"', 'id = "letter"', 12, 'two documents or reports have the id "letter". Give each its own.'),
    ('"partnership"', '"partnershp"', 4, 'unknown stage "partnershp". Did you mean "partnership"?'),
    ('"cpc"]', '"cpcc"]', 5, 'unknown role "cpcc". Did you mean "cpc"?'),
    ('"concern"', '"concerm"', 9, 'a section cannot take up "concerm". Did you mean "concern"?'),
    ('"field.ground"', '"field.grund"', 9, 'no stage of this document asks for a field "grund". Did you mean "ground"?'),
    ('"field.ground"', '"form.session"', 9, 'unknown form "session". The procedure has no forms.'),
    ('text = "Dear colleague"\nfrom = ["concern", "field.ground"]\n', "", 7, "this section says nothing. Give it a heading, a text or a from."),
    ('"assistant_director"', '"raiser"', 15, 'unknown role "raiser". Roles: '),
    ('"in_time"', '"intime"', 16, 'a report cannot count "intime". Did you mean "in_time"?'),
    ('"in_time"', '"gaps.form.field"', 16, 'unknown form "form". The procedure has no forms.'),
    ('"in_time"]', '"in_time"]\nlearning = ["summary"]', 17, 'learning points come from forms, not from "summary". Write form.<id>.<field>, for example "form.report.learning".'),
    ("Dear colleague", "Dear {role}", 8, 'a section cannot take up "role". '),
    ("Dear colleague", "Dear {form.x}", 8, 'a whole form does not fit into a sentence: "form.x". Name one of its fields'),
    ("months = 12", "months = 0", 14, '"months" must be at least 1, not 0'),
    ('kind = "letter"', 'kind = "leter"', 3, '"leter" is not allowed for "kind". Did you mean "letter"?'),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "said"), FAULTS)
def test_a_fault_is_named_with_its_line(right: str, wrong: str, line: int, said: str) -> None:
    assert right in PAPERS
    (fault,) = faults_of(PAPERS.replace(right, wrong, 1))
    number, _, sentence = fault.partition(": ")
    assert sentence.startswith(said)
    assert int(number) - FIRST == line
