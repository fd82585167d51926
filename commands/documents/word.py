"""A paper as a Word file in the program's own layout: real headings, a language, A4, repeated table headings, page numbers.

The same paper gives the same bytes. python-docx is imported when the first document is made: it is not needed to start.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from commands.documents.paper import Block, Numbered, Paper, Table, clean
from commands.documents.words import word
from commands.vocabulary import Bullets, Facts, Paragraph, Quotation, Small

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument

LANGUAGES = {"en": "en-GB", "cy": "cy-GB"}
FONT = "Arial"
INK = "1F2928"
WIDTH = 16.4
"""Centimetres between the margins."""
NARROWEST = 1.9
"""Centimetres of a table's column at least: a heading such as "Number" on one line."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""What the file's own properties say instead of when it was made, so that the same record gives the same bytes."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def to_word(paper: Paper) -> bytes:
    """The paper as a .docx file."""
    import docx
    from docx.shared import Cm

    document = docx.Document()
    _set_styles(document, LANGUAGES[paper.language])
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    section.header.paragraphs[0].text = clean(paper.header)
    _add_footer(section.footer.paragraphs[0], paper)
    document.add_paragraph(clean(paper.title), style="Title")
    _add_text(document, paper.opening)
    for each in paper.sections:
        if each.heading:
            document.add_heading(clean(each.heading), level=1)
        for block in each.blocks:
            _add_block(document, block)
    _add_text(document, paper.closing)
    return finished(document, paper)


def finished(document: DocxDocument, paper: Paper) -> bytes:
    """The file's properties set, and the bytes as they always are for this content."""
    properties = document.core_properties
    properties.title, properties.subject = clean(paper.title), clean(paper.header)
    properties.author = properties.last_modified_by = clean(paper.author)
    properties.language = LANGUAGES[paper.language]
    properties.created = properties.modified = LONG_AGO.replace(tzinfo=None)
    properties.comments = properties.keywords = ""
    properties.revision = 1
    made = io.BytesIO()
    document.save(made)
    return _dateless(made.getvalue())


def _dateless(packed: bytes) -> bytes:
    """The same zip archive without the moments at which its parts were written."""
    again = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            part = zipfile.ZipInfo(info.filename, _ZIP_DATE)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(info))
    return again.getvalue()


# --- how it looks ------------------------------------------------------------------------------------------------------


def _set_styles(document: DocxDocument, language: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    normal = document.styles["Normal"]
    _font(normal, 11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    _language(normal.element.get_or_add_rPr(), language)
    for element in document.styles.element.iter(_w("docDefaults")):
        for run in element.iter(_w("rPr")):
            _language(run, language)
    for name, size, before, after in (
        ("Title", 22, 0, 10),
        ("Heading 1", 14, 16, 4),
        ("Heading 2", 12, 10, 2),
    ):
        style = document.styles[name]
        _font(style, size, bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
        # Word's own title has a coloured line below it.
        for border in style.element.findall(f".//{_w('pBdr')}"):
            border.getparent().remove(border)
    for name in ("Header", "Footer"):
        _font(document.styles[name], 9)
        document.styles[name].paragraph_format.tab_stops.add_tab_stop(Cm(16.4), WD_TAB_ALIGNMENT.RIGHT)
    for name in ("List Bullet", "List Number"):
        document.styles[name].paragraph_format.space_after = Pt(3)


def _font(style: Any, size: int, *, bold: bool | None = None) -> None:
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(INK)
    fonts = style.element.get_or_add_rPr().rFonts
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(_w(kind), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(_w(kind), FONT)


def _language(run: Any, language: str) -> None:
    from docx.oxml import OxmlElement

    for old in run.findall(_w("lang")):
        run.remove(old)
    element = OxmlElement("w:lang")
    element.set(_w("val"), language)
    element.set(_w("eastAsia"), language)
    run.append(element)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


# --- what stands in it -------------------------------------------------------------------------------------------------


def _add_block(document: DocxDocument, block: Block) -> None:
    match block:
        case Paragraph(text, strong):
            paragraph = document.add_paragraph()
            paragraph.add_run(clean(text)).bold = strong or None
            paragraph.paragraph_format.keep_with_next = strong
        case Small(text):
            document.add_paragraph().add_run(clean(text)).italic = True
        case Quotation(label, text):
            document.add_heading(clean(label), level=2)
            _add_text(document, text)
        case Facts(items):
            _add_facts(document, [(fact.label, fact.value) for fact in items])
        case Bullets(items):
            for item in items:
                document.add_paragraph(clean(item), style="List Bullet")
        case Numbered(items):
            _add_numbered(document, items)
        case Table():
            _add_table(document, block)


def _add_text(document: DocxDocument, text: str) -> None:
    for paragraph in clean(text).split("\n\n") if text else ():
        document.add_paragraph(paragraph)


def _add_facts(document: DocxDocument, facts: list[tuple[str, str]]) -> None:
    """Label and value on a line, aligned by a tab stop: read aloud they are sentences, not a table of layout."""
    from docx.shared import Cm, Pt

    for label, value in facts:
        paragraph = document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.left_indent, shape.first_line_indent, shape.space_after = Cm(4.6), Cm(-4.6), Pt(2)
        shape.tab_stops.add_tab_stop(Cm(4.6))
        paragraph.add_run(label if label.endswith("?") else f"{clean(label)}:").bold = True
        paragraph.add_run(f"\t{clean(value)}")


def _add_numbered(document: DocxDocument, items: tuple[str, ...]) -> None:
    """A list that begins with 1, whatever lists stand before it."""
    from docx.oxml import OxmlElement

    numbering = document.part.numbering_part.numbering_definitions._numbering
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    number = numbering.add_num(numbering.num_having_numId(style).abstractNumId.val)
    begin = OxmlElement("w:startOverride")
    begin.set(_w("val"), "1")
    level = OxmlElement("w:lvlOverride")
    level.set(_w("ilvl"), "0")
    level.append(begin)
    number.append(level)
    for item in items:
        paragraph = document.add_paragraph(clean(item), style="List Number")
        paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number.numId


def _add_table(document: DocxDocument, table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    made = document.add_table(rows=1, cols=len(table.headings), style="Table Grid")
    made.autofit = False
    for cell, heading in zip(made.rows[0].cells, table.headings, strict=True):
        cell.paragraphs[0].add_run(clean(heading)).bold = True
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = clean(text)
    widths = _widths(table)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for each in made.rows:
        each._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(each.cells, widths, strict=True):
            cell.width = Cm(width)
            shape = cell.paragraphs[0].paragraph_format
            shape.space_before = shape.space_after = Pt(3)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _widths(table: Table) -> list[float]:
    """Centimetres for each column: enough for a word in each, and the rest by the longest text."""
    columns = zip(table.headings, *table.rows, strict=True)
    wanted = [min(max(len(text) for text in column), 45) for column in columns]
    rest = WIDTH - NARROWEST * len(wanted)
    return [NARROWEST + rest * each / sum(wanted) for each in wanted]


def _add_footer(paragraph: Any, paper: Paper) -> None:
    page, of = word("page", paper.language), word("of", paper.language)
    paragraph.add_run(f"{clean(paper.footer)}\t{page} ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(f" {of} ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    """A number that Word works out (ECMA-376, part 1, 17.16)."""
    from docx.oxml import OxmlElement

    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(_w("fldCharType"), kind)
            run._r.append(mark)
