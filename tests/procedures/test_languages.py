"""A procedure in English and Welsh: one file, each reader in their own language."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from procedures import library
from procedures.languages import speaking, spoken, translate
from procedures.reading import FaultyFile

BOTH = """\
schema = 1
languages = ["en", "cy"]
title = { en = "Challenging cases", cy = "Achosion heriol" }
document = "Protocol 2026"
nation = "england-and-wales"

[role.manager]
name = { en = "Team manager", cy = "Rheolwr tîm" }
[role.worker]
name = { en = "Social worker", cy = "Gweithiwr cymdeithasol" }

[raise]
by = ["worker"]
source = "1"
[record]
reminder = { en = "It is kept.", cy = "Fe'i cedwir." }
source = "1"
[resolve]
source = "1"
[withdraw]
source = "1"

[[stage]]
id = "tier-1"
name = { en = "Tier 1", cy = "Haen 1" }
source = "2"
to = ["manager"]
[stage.window]
working_days = 10
on = "manager"
until = ["acknowledged"]
source = "2"

[[stage]]
id = "tier-2"
source = "3"
after = ["tier-1"]
opens = ["lapsed"]
to = ["manager"]
[stage.name]
en = "Tier 2"
cy = "Haen 2"
[stage.meeting]
chair = "manager"
attend = ["raiser"]
agenda = [{ en = "Why we are here", cy = "Pam rydym ni yma" }, "A.O.B."]
source = "3"
[stage.outcome]
by = ["chair"]
choices = [{ id = "done", label = { en = "Settled", cy = "Wedi'i ddatrys" }, resolves = true }]
source = "3"
"""


def faults_of(text: str) -> str:
    with pytest.raises(FaultyFile) as refused:
        library.parse(text, "p.toml")
    return str(refused.value)


def test_each_reader_gets_the_words_of_their_language() -> None:
    english = library.parse(BOTH, "both.toml")
    welsh = english.in_language("cy")
    assert (english.title, welsh.title) == ("Challenging cases", "Achosion heriol")
    assert (english.language, welsh.language) == ("en", "cy")
    assert [stage.name for stage in welsh.stage] == ["Haen 1", "Haen 2"]
    meeting = welsh.stage[1].meeting
    assert meeting is not None
    assert meeting.agenda == ["Pam rydym ni yma", "A.O.B."]
    assert welsh.role_title("worker") == "Gweithiwr cymdeithasol"


def test_it_is_the_same_procedure_in_every_language() -> None:
    english = library.parse(BOTH, "both.toml")
    welsh = english.in_language("cy")
    assert (welsh.id, welsh.version) == (english.id, english.version) == ("both", english.version)
    assert [stage.id for stage in welsh.stage] == [stage.id for stage in english.stage]
    assert welsh.in_language("en") is english
    assert english.in_language("cy") is welsh
    assert welsh != english
    assert library.parse(BOTH, "both.toml").in_language("cy") == welsh


def test_a_procedure_in_one_language_is_the_same_for_every_reader() -> None:
    _, file, text = library.find("bradford")
    procedure = library.parse(text, file, "bradford")
    assert procedure.languages == ["en"]
    assert procedure.in_language("cy") is procedure


def test_what_a_file_leaves_out_is_said_in_the_readers_language() -> None:
    procedure = library.parse(BOTH, "both.toml")
    assert procedure.raising.concern == "What are the concerns?"
    assert procedure.in_language("cy").raising.concern == "Beth yw'r pryderon?"
    assert procedure.in_language("cy").ways[0].label == "Codi her"
    own = library.parse(
        BOTH.replace("[raise]", '[raise]\nconcern = { en = "Why?", cy = "Pam?" }'), "both.toml"
    )
    assert (own.raising.concern, own.in_language("cy").raising.concern) == ("Why?", "Pam?")


def test_a_procedure_may_be_in_welsh_alone() -> None:
    text = re.sub(r'{ en = ".*?", cy = ("[^"]*") }', r"\1", BOTH).replace('["en", "cy"]', '["cy"]')
    procedure = library.parse(text.replace('en = "Tier 2"\n', ""), "welsh.toml")
    assert (procedure.language, procedure.raising.concern) == ("cy", "Beth yw'r pryderon?")


FAULTS = [
    ('en = "Tier 1", cy = "Haen 1"', 'en = "Tier 1"', 'p.toml:25: the words in Welsh are missing. Add cy = "…".'),
    ('en = "Tier 1", cy = "Haen 1"', 'en = "Tier 1", cy = "Haen 1", fr = "Niveau 1"', 'p.toml:25: unknown language "fr". Languages: "en" and "cy".'),
    ('en = "Tier 1", cy = "Haen 1"', 'en = "Tier 1", cyy = "Haen 1"', 'p.toml:25: unknown language "cyy". Did you mean "cy"?\np.toml:25: the words in Welsh are missing. Add cy = "…".'),
    ('en = "Tier 1", cy = "Haen 1"', 'en = "Tier 1", cy = ""', 'p.toml:25: "name" must not be empty.'),
    ('en = "Tier 1", cy = "Haen 1"', 'en = "Tier 1", cy = 1', 'p.toml:25: "name" must be text in quotes, not the number 1. Write name = "1".'),
    ('cy = "Haen 2"', f'cy = "{"H" * 76}"', 'p.toml:42: "name" must have at most 75 characters, not 76.'),
    ('cy = "Haen 2"\n', "", 'p.toml:40: the words in Welsh are missing. Add cy = "…".'),
    ('cy = "Haen 2"', 'cy = "Haen 1"', 'p.toml:42: two stages have the name "Haen 1". Give each its own.'),
    ('id = "tier-1"', 'id = { en = "tier-1", cy = "haen-1" }', 'p.toml:24: "id" must be text in quotes, not a table.'),
    ('en = "Settled", cy = "Wedi\'i ddatrys"', "", 'p.toml:50: the words in English are missing. Add en = "…".\np.toml:50: the words in Welsh are missing. Add cy = "…".'),
    ('languages = ["en", "cy"]', "languages = []", 'p.toml:2: "languages" needs at least 1 entry.'),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), FAULTS)
def test_a_fault_in_one_language_is_named_once_at_its_words(right: str, wrong: str, said: str) -> None:
    assert right in BOTH
    assert said in faults_of(BOTH.replace(right, wrong, 1))


def test_a_file_that_does_not_say_that_it_has_a_language() -> None:
    said = faults_of(BOTH.replace('languages = ["en", "cy"]\n', "")).splitlines()
    assert len(said) == 8
    assert said[0] == (
        'p.toml:2: "cy" (Welsh) is not among the languages of this file. '
        'Write languages = ["en", "cy"] at the top of the file, or take it away here.'
    )


def test_words_that_are_the_same_in_every_language_are_pointed_out(tmp_path: Path) -> None:
    file = tmp_path / "both.toml"
    file.write_text(BOTH, encoding="utf-8")
    doubts = library.check_file(file).doubts
    assert [(doubt.line, doubt.message) for doubt in doubts] == [
        (4, 'perhaps not meant: "document" has the same words in every language'),
        (46, 'perhaps not meant: "agenda" has the same words in every language'),
    ]


def test_an_editor_that_knows_the_schema_takes_text_and_tables() -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs" / "procedure.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    data = tomllib.loads(BOTH)
    validator.validate(data)
    data["title"]["fr"] = "Cas difficiles"
    assert not validator.is_valid(data)
    data["title"] = "Challenging cases"
    assert validator.is_valid(data)


def test_the_programs_own_words_follow_the_reader() -> None:
    assert translate("Raised by") == "Raised by"
    with speaking("cy"):
        assert spoken() == "cy"
        assert translate("Raised by") == "Codwyd gan"
        with speaking("en"):
            assert translate("Raised by") == "Raised by"
        assert translate("Words that nobody has translated") == "Words that nobody has translated"
    assert spoken() == "en"
    assert translate("") == ""
