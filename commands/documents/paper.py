"""A document before it is a file: what stands in it, in order, whatever it is rendered to. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from commands.vocabulary import Bullets, Facts, Paragraph, Quotation, Small

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The media type of a Word file (ECMA-376)."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Numbered:
    """A list whose items are numbered from 1, an agenda say."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table; each row has as many cells as there are headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Small | Quotation | Facts | Bullets | Numbered | Table


@dataclass(frozen=True)
class PaperSection:
    """A part under its heading; without one (in a letter) the blocks alone."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A document. `header` stands on every page; `footer` too, before the page's number; `name` is the file's, without case detail.

    `language` is "en" or "cy". `author` is the authority. `values` are the same contents by the names that a template uses.
    """

    name: str
    title: str
    language: str
    author: str
    header: str
    footer: str
    opening: str
    sections: tuple[PaperSection, ...]
    closing: str
    values: dict[str, object]


def clean(text: str) -> str:
    """The text with line ends as \\n and without what no XML file may hold (XML 1.0, section 2.2)."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
