"""Which documents and reports there are for whom, and making them into files."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path

from commands.desk import Desk
from commands.documents import template, word
from commands.documents.fill import filled, run_of
from commands.documents.paper import WORD, Paper
from commands.office import Office
from commands.record import Record
from commands.vocabulary import File
from procedures.authority import Authority
from procedures.faults import did_you_mean
from procedures.library import Library
from procedures.schema import CHAIR, RAISER, Procedure
from procedures.schema.documents import ActivityReport, Document


class UnknownDocumentError(LookupError):
    """No procedure in use has a document or report of this name; the message says which there are."""


def templates_of(authority: Authority, library: Library, folder: Path) -> dict[str, Path]:
    """The templates of all documents that have one, by `procedure/document`.

    A procedure file's are beside it, those of authority.toml, which count for more, in `folder`. Raises UnknownDocumentError for
    what authority.toml names and no procedure has.
    """
    found: dict[str, Path] = {}
    known: list[str] = []
    for name, procedure in zip(authority.procedures, library.in_use, strict=True):
        for each in papers_of(procedure):
            known.append(template_key(procedure, each.id))
            if each.template is not None:
                found[known[-1]] = (folder / name).parent / each.template
    for key, path in authority.documents.items():
        meant = [each for each in known if each == key or each.partition("/")[2] == key]
        if not meant:
            short = sorted({each.partition("/")[2] for each in known})
            hint = did_you_mean(key, short, noun="There are") or "The procedures in use have no documents."
            raise UnknownDocumentError(
                f'[documents] names "{key}", which no procedure in use has as a document. {hint}'
            )
        found |= dict.fromkeys(meant, folder / path)
    return found


def papers_of(procedure: Procedure) -> list[Document | ActivityReport]:
    """The documents of a procedure, then its reports."""
    return [*procedure.paper, *procedure.report]


def template_key(procedure: Procedure, document: str) -> str:
    """By what `Office.templates` knows a document or report."""
    return f"{procedure.id}/{document}"


def documents_for(desk: Desk, record: Record) -> list[Document]:
    """The documents that the person at the desk may have of a record as it stands."""
    return [
        each
        for each in record.procedure.paper
        if run_of(record, each) is not None and _may_have(desk, record, each)
    ]


def _may_have(desk: Desk, record: Record, document: Document) -> bool:
    if not document.by:
        return True
    allowed = {desk.actor.email, *desk.covered} & _having(record, document.by)
    return bool(allowed)


def _having(record: Record, roles: Iterable[str]) -> set[str]:
    """Who has or had one of these roles in the record."""
    wanted = set(roles)
    found = {record.head.raiser} if RAISER in wanted else set()
    found |= {party.email for party in record.stored.parties if party.role in wanted}
    if CHAIR in wanted:
        found |= {party.email for party in record.stored.parties if party.part == "chair"}
    return found


def why_none(record: Record) -> str:
    """What to tell somebody for whom there is no document of a record."""
    if not record.procedure.paper:
        return f"The procedure of {record.reference} has no documents. /challenge record shows its text."
    later = [each for each in record.procedure.paper if run_of(record, each) is None]
    if len(later) == len(record.procedure.paper):
        names = ", ".join(each.title for each in later)
        return f"There is no document of {record.reference} yet. At a later stage there is: {names}."
    return f"The documents of {record.reference} are for others who have a part in it."


def made(desk: Desk, record: Record, document: Document, language: str) -> File:
    """The document as a Word file. Raises template.TemplateFault."""
    return as_file(desk.office, record.procedure, document.id, filled(desk, record, document, language))


def as_file(office: Office, procedure: Procedure, document: str, paper: Paper) -> File:
    """A paper as a Word file, in the authority's own layout where it has one. Raises template.TemplateFault."""
    own = office.templates.get(template_key(procedure, document))
    content = word.to_word(paper) if own is None else template.to_word(paper, own)
    # A document's XML nodes refer to each other and so outlive it: 60 documents in a row took 75 MB more without this.
    gc.collect(1)
    return File(paper.name, WORD, content)
