"""What a procedure file can say about papers: documents filled from one record, and reports of activity over a period.

The table of a document is `[[paper]]`, because `document` names the paper procedure that a file is made from.
What a section or a report takes up is a small closed set of names; `procedures.document_checks` refuses every other.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
_StageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
_PaperName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
_Taken = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Clause = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    Field(examples=["2.1"]),
]

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
)
"""What a section shows as a label with its value."""
TEXTS = ("concern", "agreed_actions", "invited", "summary", "notes")
"""What a section shows as paragraphs, a list or a table."""
LISTS = ("invited", "notes")
"""Those of them that are lists; a template goes through them item by item."""
SOURCES = (*LINES, *TEXTS)
"""All that a section may take from the record, beside `form.<id>`, `form.<id>.<field>` and `field.<id>`."""

FIGURES = ("opened", "by_stage", "meetings_held", "outcomes", "in_time", "ended")
"""What a report may count, beside `gaps.<form>.<field>` and `forms.<form>.<field>`."""


class _Part(BaseModel):
    """One table of a procedure file; a key that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PaperKind(StrEnum):
    """What a document is for; a letter has an opening line and no table of facts."""

    agenda = "agenda"
    report = "report"
    record = "record"
    letter = "letter"


class Section(_Part):
    """A part of a document: a heading, standing words, and what is taken from the record."""

    heading: _Label | None = None
    text: _Words | None = None
    from_: list[_Taken] = Field(default=[], alias="from")


class _Paper(_Part):
    """What documents and reports have in common: `opening` and `closing` are standing words before and after the rest.

    `template` is the path of the authority's own Word template, beside the procedure file.
    """

    id: _PaperName = Field(examples=["agenda"])
    title: _Label = Field(examples=["Agenda"])
    template: _Taken | None = None
    opening: _Words | None = None
    closing: _Words | None = None
    source: _Clause


class Document(_Paper):
    """A document that can be had of one record.

    `stages` are those of which it can be had (none: any). `by` are the roles that may have it (none: everybody concerned); `raiser`
    and `chair` may stand among them.
    """

    kind: PaperKind
    stages: list[_StageName] = []
    by: list[_Name] = []
    section: list[Section] = Field(min_length=1)


class ActivityReport(_Paper):
    """A report of activity over a period, without any case's detail: figures, and learning points from forms.

    `months` is how long a period usually is; `by` are the roles that may have it, for the units they hold the role for.
    """

    months: int = Field(ge=1, le=24)
    by: list[_Name] = Field(min_length=1)
    figures: list[_Taken] = Field(min_length=1)
    learning: list[_Taken] = []
