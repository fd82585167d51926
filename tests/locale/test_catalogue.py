"""The program's own words in other languages: complete, and compiled from what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from pydantic import BaseModel

from commands.documents.words import WORDS
from procedures import schema
from procedures.languages import LANGUAGES, OWN_NAMES
from procedures.schema import FACT_REQUESTS, FACT_WORDS, ActionsRule
from procedures.schema.parts import is_text
from procedures.spans import UNITS
from tests.locale.catalogues import LANGUAGES as TRANSLATED
from tests.locale.catalogues import catalogue, compiled, path

ROOT = Path(__file__).parents[2]
KEYWORDS = {"translate": (1,), "translate_number": (1, 2)}


def said() -> Iterator[str]:
    """Every sentence of the program that is to be read in the reader's language."""
    for folder in ("procedures", "commands"):
        for _, _, words, _, _ in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            yield words if isinstance(words, str) else words[0]
    yield from (*FACT_WORDS.values(), *FACT_REQUESTS.values(), *(one for one, _ in UNITS.values()))
    yield from WORDS.values()
    yield from (kind.label for kind in ActionsRule(by=["raiser"], source="1").kinds)
    for part in vars(schema).values():
        if isinstance(part, type) and issubclass(part, BaseModel):
            for field in part.model_fields.values():
                if is_text(field.annotation) and isinstance(field.default, str):
                    yield field.default


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_program_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = sorted({words for words in said() if words not in known or not known[words].string})
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_that_the_program_does_not_say(language: str) -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(language)}
    assert ids - {""} - set(said()) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_english_fills_in(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        assert strings
        for string in strings:
            assert string
            assert set(re.findall(r"{\w+}", string)) == set(re.findall(r"{\w+}", ids[0])), message.id
        assert not message.fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_what_people_wrote(language: str) -> None:
    assert path(language, "mo").read_bytes() == compiled(language), "Run: python -m tests.locale"


def test_every_language_has_its_catalogue_and_its_own_name() -> None:
    assert set(TRANSLATED) == LANGUAGES.keys() - {"en"}
    assert OWN_NAMES.keys() == LANGUAGES.keys()
