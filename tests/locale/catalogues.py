"""The catalogues of the program's own words, read and compiled."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("cy",)
_FOLDER = Path(__file__).parents[2] / "procedures" / "locale"


def path(language: str, ending: str) -> Path:
    """The file of a language: `po` is written by people, `mo` is made from it."""
    return _FOLDER / f"{language}.{ending}"


def catalogue(language: str) -> Catalog:
    """What people wrote."""
    with path(language, "po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(language: str) -> bytes:
    """What the program reads."""
    made = io.BytesIO()
    write_mo(made, catalogue(language))
    return made.getvalue()
