"""What a procedure file can say about papers: documents filled from one record, and reports of activity over a period.

The table of a document is `[[paper]]`, because `document` names the paper procedure that a file is made from.
What a section or a report takes up is a small closed set of names; `procedures.consistency.documents` refuses every other.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from procedures.schema.parts import Label, Name, Part, Source, StageName, Words

PaperName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Taken = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
"""A name of something that is taken up, or a file's path."""

LINES = (
    "case_reference",
    "reference",
    "unit",
    "stage",
    "procedure",
    "raised_by_role",
    "chair",
    "meeting",
    "due",
    "outcome",
    "follow_up",
)
"""What a section shows as a label with its value."""
LISTS = ("invited", "considered", "present", "agenda", "decisions", "notes")
"""What a section shows as a list; a template goes through them item by item."""
ACTION = ("what", "owner", "by_when", "done")
"""What a section's table of `actions` says of each, in this order; a template has them by these names."""
TEXTS = ("concern", "agreed_actions", "summary", *LISTS, "actions")
"""What a section shows as paragraphs, a list or a table."""
SOURCES = (*LINES, *TEXTS)
"""All that a section may take from the record, beside `form.<id>`, `form.<id>.<field>` and `field.<id>`."""

IN_BRACES = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
"""A name in the standing words of a document, in whose place stands what the record holds."""

FIGURES = ("opened", "by_stage", "meetings_held", "outcomes", "in_time", "ended")
"""What a report may count, beside `gaps.<form>.<field>` and `forms.<form>.<field>`."""


class PaperKind(StrEnum):
    """What a document is for; a letter has an opening line and no table of facts."""

    agenda = "agenda"
    report = "report"
    record = "record"
    letter = "letter"


class Section(Part):
    """A part of a document: a heading, standing words, and what is taken from the record.

    Standing words may name what is taken from the record between braces: `{case_reference}`.
    """

    heading: Label | None = None
    text: Words | None = None
    from_: list[Taken] = Field(default=[], alias="from")


class _Paper(Part):
    """What documents and reports have in common: `opening` and `closing` are standing words before and after the rest.

    `template` is the path of the authority's own Word template, beside the procedure file.
    """

    id: PaperName = Field(examples=["agenda"])
    title: Label = Field(examples=["Agenda"])
    template: Taken | None = None
    opening: Words | None = None
    closing: Words | None = None
    source: Source


class Document(_Paper):
    """A document that can be had of one record.

    `stages` are those of which it can be had (none: any). `by` are the roles that may have it (none: everybody concerned); `raiser`
    and `chair` may stand among them.
    """

    kind: PaperKind
    stages: list[StageName] = []
    by: list[Name] = []
    section: list[Section] = Field(min_length=1)


class ActivityReport(_Paper):
    """A report of activity over a period, without any case's detail: figures, and learning points from forms.

    `months` is how long a period usually is; `by` are the roles that may have it, for the units they hold the role for.
    """

    months: int = Field(ge=1, le=24)
    by: list[Name] = Field(min_length=1)
    figures: list[Taken] = Field(min_length=1)
    learning: list[Taken] = []
