"""Filling a document from a record (CT-5, NC-5, CA-3, BI-1): which stage it is about, what stands in it, what its file is called."""

from __future__ import annotations

import re

from commands.desk import Desk
from commands.documents.paper import Block, Paper, PaperSection, clean
from commands.documents.sources import blocks, taken
from commands.documents.view import View
from commands.documents.words import word
from commands.record import Record
from commands.vocabulary import Paragraph, Small
from procedures.engine import StageRun
from procedures.schema.documents import IN_BRACES, SOURCES, Document, PaperKind, Section


def run_of(record: Record, document: Document) -> StageRun | None:
    """The latest stage of the record that the document is about; None while there has been none."""
    runs = [run for run in record.standing.runs if not document.stages or run.stage.id in document.stages]
    return runs[-1] if runs else None


def filled(desk: Desk, record: Record, document: Document, language: str) -> Paper:
    """The document as the record stands now. Raises ValueError when the record has had none of the document's stages.

    The same record gives the same document, whenever it is asked for. `language` is one of the procedure's.
    """
    record = Record(record.stored, record.procedure.in_language(language))
    document = next(each for each in record.procedure.paper if each.id == document.id)
    run = run_of(record, document)
    if run is None:
        raise ValueError(f"{record.reference} has had no stage that {document.id} is about.")
    view = View(desk, record, run, language)
    opening, closing = worded(view, document.opening), worded(view, document.closing)
    last = record.stored.entries[-1]
    as_recorded = word("as_recorded", language).format(moment=view.moment(last))
    sections = [_section(view, each) for each in document.section]
    if document.kind is not PaperKind.letter:
        lines = blocks(view, ["case_reference", "reference", "unit", "stage", "raised_by_role"])
        sections.insert(0, PaperSection("", tuple(lines)))
    case = f"{word('case_reference', language)} {record.head.case_reference}"
    return Paper(
        name=f"{record.reference}-{document.id}{'' if language == 'en' else f'-{language}'}.docx",
        title=document.title,
        language=language,
        author=desk.office.authority.name,
        header=f"{case} · {record.reference}",
        footer=f"{record.procedure.title} · {as_recorded}",
        opening=opening,
        sections=tuple(sections),
        closing=closing,
        values={**_values(view, document, as_recorded), "opening": opening, "closing": closing},
    )


def worded(view: View, words: str | None) -> str:
    """Standing words, with what the record holds in the place of each name between braces; a dash where it holds nothing."""

    def found(name: re.Match[str]) -> str:
        value = taken(view, name[1])
        text = value if isinstance(value, str) else "; ".join(str(each) for each in value)
        return text or "–"

    return IN_BRACES.sub(found, words or "")


def _section(view: View, section: Section) -> PaperSection:
    text = worded(view, section.text)
    found: list[Block] = [Paragraph(each) for each in text.split("\n\n")] if text else []
    taken_up = blocks(view, section.from_)
    if section.from_ and not taken_up:
        taken_up = [Small(view.word("nothing"))]
    return PaperSection(section.heading or "", (*found, *taken_up))


def _values(view: View, document: Document, as_recorded: str) -> dict[str, object]:
    """What a template may name: every source, and the document's own words."""
    values: dict[str, object] = {source: taken(view, source) for source in SOURCES}
    procedure = view.record.procedure
    values["field"] = {
        field.id: taken(view, f"field.{field.id}") for stage in procedure.stage for field in stage.field
    }
    values["form"] = {
        rule.id: {field.id: taken(view, f"form.{rule.id}.{field.id}") for field in rule.field}
        for rule in view.rules()
    }
    values |= {
        "title": document.title,
        "authority": clean(view.desk.office.authority.name),
        "as_recorded": as_recorded,
    }
    return values
