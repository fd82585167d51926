"""The languages that people read here, and the program's own few words in them."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

ENGLISH = "en"
LANGUAGES = {"en": "English", "cy": "Welsh"}
"""Each language by the code that a procedure file uses for it (ISO 639-1)."""
OWN_NAMES = {"en": "English", "cy": "Cymraeg"}
"""What those who speak a language call it."""

_READER: ContextVar[str] = ContextVar("reader", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block words and dates come out in the given language, one of LANGUAGES. For the person who will read them."""
    before = _READER.set(language)
    try:
        yield
    finally:
        _READER.reset(before)


def spoken() -> str:
    """The language of the present reader; English where nobody has said anything else."""
    return _READER.get()


def translate(words: str, language: str | None = None) -> str:
    """The program's own words in a language, the reader's if none is named; English where the catalogue has nothing."""
    language = language or spoken()
    return words if language == ENGLISH or not words else _catalogue(language).gettext(words)


def translate_number(one: str, many: str, number: int) -> str:
    """The form of some words that goes with a number, in the reader's language: Welsh has its own for two."""
    if spoken() == ENGLISH:
        return one if number == 1 else many
    return _catalogue(spoken()).ngettext(one, many, number)


def in_a_sentence(name: str) -> str:
    """A name as people say it: in lower case, unless it begins with an abbreviation."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    compiled = files("procedures").joinpath("locale", f"{language}.mo")
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)
