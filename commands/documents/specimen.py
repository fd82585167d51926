"""Trying templates out: filled with specimen words, so that a fault is found before somebody needs the document."""

from __future__ import annotations

from pathlib import Path

from commands.documents import template
from commands.documents.offers import papers_of
from commands.documents.paper import Paper, PaperSection
from commands.office import Office
from commands.vocabulary import Paragraph
from procedures.schema import Procedure
from procedures.schema.documents import ACTION, LISTS, SOURCES, ActivityReport, Document


def check_templates(office: Office) -> list[tuple[Path, str]]:
    """Every template with what is wrong in it, a sentence; empty where nothing is."""
    found: list[tuple[Path, str]] = []
    for key, path in office.templates.items():
        procedure_id, _, paper_id = key.partition("/")
        procedure = next(each for each in office.library.in_use if each.id == procedure_id)
        wanted = next(each for each in papers_of(procedure) if each.id == paper_id)
        try:
            template.to_word(_specimen(office, procedure, wanted), path)
            found.append((path, ""))
        except template.TemplateFault as fault:
            found.append((path, str(fault)))
    return found


def _specimen(office: Office, procedure: Procedure, wanted: Document | ActivityReport) -> Paper:
    """A document in which each thing says what it is."""
    standing = {"title": wanted.title, "opening": wanted.opening or "", "closing": wanted.closing or ""}
    values: dict[str, object] = {**standing, "authority": office.authority.name}
    if isinstance(wanted, ActivityReport):
        values |= {"procedure": procedure.title, "period": "period", "units": "units"}
        values |= {figure: [[figure, "0"]] for figure in wanted.figures}
        sections = [PaperSection(figure, (Paragraph(figure),)) for figure in wanted.figures]
    else:
        values |= {source: [source] if source in LISTS else source for source in SOURCES}
        values["actions"] = [{name: name for name in ACTION}]
        values["form"] = {
            form.id: {field.id: field.title for field in form.field}
            for stage in procedure.stage
            for form in stage.form
        }
        values |= {"as_recorded": "as_recorded"}
        values["field"] = {field.id: field.title for stage in procedure.stage for field in stage.field}
        sections = [PaperSection(each.heading or "", (Paragraph("specimen"),)) for each in wanted.section]
    return Paper(
        name="specimen.docx",
        title=wanted.title,
        language="en",
        author=office.authority.name,
        header="",
        footer="",
        opening=wanted.opening or "",
        sections=tuple(sections),
        closing=wanted.closing or "",
        values=values,
    )
