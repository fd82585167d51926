"""What stands in a document: what is recorded, by roles and never by names, in real headings, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document

from commands.documents import word
from commands.documents.paper import Numbered, Paper, PaperSection, Table
from commands.vocabulary import Bullets, Fact, Facts, Paragraph, Quotation
from tests.commands.conftest import CONCERN, Council
from tests.commands.documents.conftest import Sent
from tests.journeys.papers import headings, read

NAMES = ("Hannah", "Okafor", "Priya", "Aisha", "Miriam")


def paper(**changes: Any) -> Paper:
    """A small document."""
    given: dict[str, Any] = {
        "name": "CH-1042-agenda.docx",
        "title": "Agenda",
        "language": "en",
        "author": "Barsetshire",
        "header": "Case reference LCS-204815 · CH-1042",
        "footer": "As recorded",
        "opening": "Welcome.",
        "sections": (PaperSection("First", (Paragraph("Words."),)),),
        "closing": "Thank you.",
        "values": {},
    }
    return Paper(**(given | changes))


def made(**changes: Any) -> Any:
    """The same, opened as Word would."""
    return Document(io.BytesIO(word.to_word(paper(**changes))))


def test_the_record_holds_what_was_recorded_and_no_name(council: Council, sent: Sent) -> None:
    reference = council.raises()
    council.does("hannah", "note", reference, text="The school was told.")
    card = sent("hannah", reference, "record")
    assert card.preview == f"{reference}: Record of the challenge, as asked for."
    assert card.file is not None
    assert card.file.name == f"{reference}-record.docx"
    words = read(card.file.content)
    assert CONCERN in words
    assert "Child protection coordinator, Monday 23 November 2026, 10:00: The school was told." in words
    assert "Raised by:\tChild protection coordinator" in words
    assert "Team:\tEast safeguarding team 1" in words
    assert not [name for name in NAMES if any(name in line for line in words)]


def test_what_is_not_recorded_yet_is_said(council: Council, sent: Sent) -> None:
    reference = council.raises()
    file = sent("hannah", reference, "record").file
    assert file is not None
    words = read(file.content)
    assert words[words.index("Notes") + 1] == "Nothing is recorded yet."


def test_a_letter_has_an_opening_and_no_table_of_facts(council: Council, sent: Sent) -> None:
    reference = council.raises()
    file = sent("hannah", reference, "letter").file
    assert file is not None
    words = read(file.content)
    assert words[:5] == [
        "Letter about the challenge",
        "Dear colleague,",
        "A challenge has been raised.",
        CONCERN,
        "Please answer within five working days.",
    ]
    assert headings(file.content) == ["Letter about the challenge"]


def test_the_same_record_gives_the_same_bytes_whenever_it_is_asked_for(council: Council, sent: Sent) -> None:
    reference = council.raises()
    first = sent("hannah", reference, "record").file
    council.wait(days=3)
    second = sent("hannah", reference, "record").file
    assert first == second
    council.does("hannah", "note", reference, text="Something new.")
    assert sent("hannah", reference, "record").file != first


def test_a_document_says_its_language_its_title_and_nobodys_name() -> None:
    document = made()
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == ("Agenda", "Barsetshire", "en-GB")
    assert properties.last_modified_by == "Barsetshire"
    languages = {
        element.get(f"{{{element.nsmap['w']}}}val")
        for element in document.styles.element.iter()
        if str(element.tag).endswith("}lang")
    }
    assert languages == {"en-GB"}
    assert made(language="cy").core_properties.language == "cy-GB"


def test_it_is_on_a4_with_the_reference_and_the_pages_number_on_every_page() -> None:
    section = made().sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.header.paragraphs[0].text == "Case reference LCS-204815 · CH-1042"
    codes = [e.text for e in section.footer._element.iter() if str(e.tag).endswith("instrText")]
    assert codes == ["PAGE", "NUMPAGES"]
    assert section.footer.paragraphs[0].text.startswith("As recorded\tPage ")


def test_a_table_repeats_its_headings_and_parts_no_row() -> None:
    table = Table(("What", "By when"), (("Core group meets", "Friday"), ("School told", "Monday")))
    (made_table,) = made(sections=(PaperSection("Actions", (table,)),)).tables
    first, *others = made_table.rows
    assert "tblHeader" in first._tr.xml
    assert all("tblHeader" not in row._tr.xml for row in others)
    assert all("cantSplit" in row._tr.xml for row in made_table.rows)
    assert [[cell.text for cell in row.cells] for row in made_table.rows] == [
        ["What", "By when"],
        ["Core group meets", "Friday"],
        ["School told", "Monday"],
    ]


def test_every_numbered_list_begins_with_one() -> None:
    lists = (Numbered(("Welcome", "Outcome")), Numbered(("Again", "Goodbye")))
    document = made(sections=(PaperSection("Agenda", lists),))
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(numbers) == 4
    assert numbers[0] == numbers[1]
    assert numbers[2] == numbers[3] != numbers[0]
    assert document.part.numbering_part._element.xml.count("startOverride") == 2


def test_what_people_wrote_keeps_its_lines_and_loses_what_no_file_may_hold() -> None:
    blocks = (
        Quotation("Concern", "First line\r\nSecond line\n\nNew paragraph\x00\x0b\ud800"),
        Facts((Fact("Chair", "Team manager <&>"),)),
        Bullets(("One", "Two")),
    )
    document = made(sections=(PaperSection("Part", blocks),))
    texts = [each.text for each in document.paragraphs]
    at = texts.index("Concern")
    assert texts[at + 1 : at + 6] == [
        "First line\nSecond line",
        "New paragraph",
        "Chair:\tTeam manager <&>",
        "One",
        "Two",
    ]


def test_nothing_in_the_file_says_when_or_where_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(word.to_word(paper()))) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core
    assert "python-docx" not in core


def test_in_welsh_the_fixed_words_and_the_dates_are_welsh(council: Council, sent: Sent) -> None:
    reference = council.raises()
    file = sent("hannah", reference, "record", language="cy").file
    assert file is not None
    assert file.name == f"{reference}-record-cy.docx"
    words = read(file.content)
    assert "Cyfeirnod yr achos:\tLCS-204815" in words
    assert "I'w gwblhau erbyn:\tDydd Llun 30 Tachwedd 2026" in words
