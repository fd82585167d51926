"""An authority's own Word template, filled in: Jinja in a sandbox, every fault told in one sentence.

docxtpl and Jinja are imported when the first template is used.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from commands.documents.paper import Paper, PaperSection, Table, clean
from commands.documents.word import finished
from commands.vocabulary import Bullets, Facts, Quotation
from procedures.faults import did_you_mean

LARGEST = 10_000_000
"""Bytes of a template at most; one with a crest has a few hundred thousand."""
LARGEST_UNPACKED = 50_000_000


class TemplateFault(Exception):
    """The template cannot be used: which file, and what is wrong in it."""

    def __init__(self, template: Path, what: str) -> None:
        self.template = template
        super().__init__(f"The template {template.name} cannot be used: {what}")


def to_word(paper: Paper, template: Path) -> bytes:
    """The paper in the authority's own layout. Raises TemplateFault."""
    from docxtpl import DocxTemplate
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    content = _read(template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, loader=DictLoader({}))
    _check_size(content, template)
    values = {**paper.values, "sections": [_plain(section) for section in paper.sections]}
    try:
        document = DocxTemplate(io.BytesIO(content))
        document.init_docx()
    except Exception:  # noqa: BLE001  a damaged file makes zip, XML and docx libraries fail in many ways
        raise TemplateFault(template, "it is no Word file (.docx), or a damaged one.") from None
    try:
        document.render(values, environment, autoescape=True)
        return finished(document.docx, paper)
    except Exception as fault:  # noqa: BLE001  whatever somebody has written between braces can fail in any way
        raise TemplateFault(template, _explained(fault, values)) from None


def _explained(fault: Exception, values: dict[str, object]) -> str:
    """What is wrong in a template. Words of the record never get in, as they might with an exception's own."""
    from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    match fault:
        case SecurityError():
            return "it does more than fill in words, and that is not allowed."
        case UndefinedError():
            return _unknown(str(fault), values)
        case TemplateSyntaxError():
            return f'there is a mistake between double braces or after "{{%": {fault.message}.'
        case TemplateNotFound():
            return "it asks for another file, and that is not possible."
        case _:
            return f"something in it cannot be worked out ({type(fault).__name__})."


def _read(template: Path) -> bytes:
    try:
        if template.stat().st_size > LARGEST:
            raise TemplateFault(template, f"it is larger than {LARGEST // 1_000_000} MB.")
        return template.read_bytes()
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise TemplateFault(template, f"it cannot be read ({why}) at {template}.") from None


def _check_size(content: bytes, template: Path) -> None:
    """A small file may unpack to one that fills the memory. No part gives more than it says here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except Exception:  # noqa: BLE001  a damaged archive fails in many ways, and is told as what it is
        raise TemplateFault(template, "it is no Word file (.docx), or a damaged one.") from None
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise TemplateFault(template, f"it unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB.")


def _unknown(fault: str, values: dict[str, object]) -> str:
    """Jinja's "'x' is undefined" as a sentence with what was meant."""
    name = fault.split("'")[1] if fault.count("'") >= 2 and "has no attribute" not in fault else ""
    if not name:
        return f"it names something that is not there ({fault})."
    return f'there is nothing called "{name}". {did_you_mean(name, sorted(values), noun="There is")}'


def _plain(section: PaperSection) -> dict[str, object]:
    """A section as a template goes through it: its heading, and its contents line by line."""
    lines: list[str] = []
    for block in section.blocks:
        match block:
            case Facts(items):
                lines += [f"{fact.label}: {fact.value}" for fact in items]
            case Quotation(label, text):
                lines += [f"{label}:", text]
            case Bullets(items):
                lines += items
            case Table(headings, rows):
                lines += ["; ".join(f"{h}: {c}" for h, c in zip(headings, row, strict=True)) for row in rows]
            case _:
                lines += getattr(block, "items", None) or [getattr(block, "text", "")]
    return {"heading": section.heading, "lines": [clean(line) for line in lines]}
