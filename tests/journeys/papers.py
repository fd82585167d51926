"""Reading a Word file as a person does: what stands in it from top to bottom, and on every page."""

from __future__ import annotations

import io

from docx import Document
from docx.table import Table


def read(content: bytes) -> list[str]:
    """All its words in reading order, a text for each paragraph; a table's rows with | between the cells."""
    document = Document(io.BytesIO(content))
    found: list[str] = []
    for piece in document.iter_inner_content():
        if isinstance(piece, Table):
            found += [" | ".join(cell.text for cell in row.cells) for row in piece.rows]
        else:
            found.append(piece.text)
    for section in document.sections:
        found += [part.text for part in (*section.header.paragraphs, *section.footer.paragraphs)]
    return [text for text in found if text.strip()]


def headings(content: bytes) -> list[str]:
    """Its headings, as a screen reader lists them."""
    document = Document(io.BytesIO(content))
    return [
        each.text for each in document.paragraphs if (each.style.name or "").startswith(("Title", "Heading"))
    ]
