"""An authority's own Word template: filled in, kept from doing anything else, and its faults told in one sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from commands.documents.offers import UnknownDocumentError, templates_of
from commands.documents.specimen import check_templates
from procedures.authority import parse_authority, template
from procedures.library import Library
from tests.commands.conftest import CONCERN, Council, said
from tests.commands.documents.conftest import BRADFORD, MORE, Sent, with_procedure
from tests.journeys.papers import headings, read

LINES = (
    "{{ authority }}: {{ title }} of {{ case_reference }}",
    "{%p for section in sections %}",
    "{%p if section.heading %}",
    "Part: {{ section.heading }}",
    "{%p endif %}",
    "{%p for line in section.lines %}",
    "{{ line }}",
    "{%p endfor %}",
    "{%p endfor %}",
)


def written(path: Path, *lines: str, header: str = "") -> Path:
    """A Word file with these paragraphs, as somebody at the council would write it."""
    document = Document()
    document.add_heading("Barsetshire’s own layout", level=1)
    for line in lines:
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = header
    document.save(str(path))
    return path


def test_it_is_filled_in_from_top_to_bottom(council: Council, sent: Sent, tmp_path: Path) -> None:
    own = written(tmp_path / "record.docx", *LINES, header="{{ reference }}")
    with_procedure(council, BRADFORD + MORE, {"bradford/record": own})
    reference = council.raises(concern="Nobody came & <nobody> said why.\nTwice.")
    file = sent("hannah", reference, "record").file
    assert file is not None
    assert headings(file.content) == ["Barsetshire’s own layout"]
    words = read(file.content)
    assert "Barsetshire Children’s Services: Record of the challenge of LCS-204815" in words
    at = words.index("Part: Concern")
    assert words[at + 1] == "Nobody came & <nobody> said why.\nTwice."
    assert words[-1] == reference
    assert not any("{" in line for line in words)
    properties = Document(io.BytesIO(file.content)).core_properties
    assert (properties.title, properties.author) == (
        "Record of the challenge",
        "Barsetshire Children’s Services",
    )
    assert sent("hannah", reference, "record").file == file, "The same bytes again."


def test_what_people_wrote_is_never_taken_for_a_template(
    council: Council, sent: Sent, tmp_path: Path
) -> None:
    own = written(tmp_path / "record.docx", "{{ concern }}")
    with_procedure(council, BRADFORD + MORE, {"bradford/record": own})
    reference = council.raises(concern="{{ authority }} {% for x in y %}")
    file = sent("hannah", reference, "record").file
    assert file is not None
    assert "{{ authority }} {% for x in y %}" in read(file.content)


FAULTS = [
    ("{{ concerm }}", 'there is nothing called "concerm". Did you mean "concern"?'),
    ("{{ concern", "there is a mistake between double braces or after"),
    ("{% for each in invited %}{{ each }}", "there is a mistake between double braces or after"),
    ("{{ concern.__class__.__mro__ }}", "it does more than fill in words, and that is not allowed."),
    ("{% for n in range(10000000) %}{{ n }}{% endfor %}", "something in it cannot be worked out"),
    ("{{ concern + 1 }}", "something in it cannot be worked out"),
    ("{{ title | shout }}", "there is a mistake between double braces or after"),
    ("{% include 'other' %}", "it asks for another file, and that is not possible."),
    ("{{ 1 / 0 }}", "something in it cannot be worked out"),
]


@pytest.mark.parametrize(("line", "said_of_it"), FAULTS)
def test_a_fault_is_one_sentence(
    council: Council, sent: Sent, tmp_path: Path, line: str, said_of_it: str
) -> None:
    own = written(tmp_path / "record.docx", line)
    with_procedure(council, BRADFORD + MORE, {"bradford/record": own})
    ((path, fault),) = check_templates(council.office)
    assert path == own
    assert fault.startswith(f"The template record.docx cannot be used: {said_of_it}"), fault
    assert "\n" not in fault
    card = sent("hannah", council.raises(), "record")
    assert card.file is None
    assert said_of_it in said(card)
    assert CONCERN not in said(card)


def test_a_file_that_is_none_or_not_there(council: Council, tmp_path: Path) -> None:
    text = tmp_path / "letter.docx"
    text.write_text("Dear colleague", encoding="utf-8")
    missing = tmp_path / "missing.docx"
    with_procedure(council, BRADFORD + MORE, {"bradford/letter": text, "bradford/record": missing})
    assert [fault for _, fault in check_templates(council.office)] == [
        "The template letter.docx cannot be used: it is no Word file (.docx), or a damaged one.",
        f"The template missing.docx cannot be used: it cannot be read (no such file or directory) at {missing}.",
    ]


def test_a_right_one_has_no_fault_for_documents_and_reports_alike(council: Council, tmp_path: Path) -> None:
    record = written(
        tmp_path / "record.docx",
        *LINES,
        "{{ field.ground }}",
        "{% for each in notes %}{{ each }}{% endfor %}",
    )
    yearly = written(
        tmp_path / "yearly.docx", "{{ period }}", "{% for row in by_stage %}{{ row[0] }}{% endfor %}"
    )
    with_procedure(council, BRADFORD + MORE, {"bradford/record": record, "bradford/yearly": yearly})
    assert check_templates(council.office) == [(record, ""), (yearly, "")]


def test_where_templates_are_found(tmp_path: Path) -> None:
    text = (BRADFORD + MORE).replace('id = "letter"', 'id = "letter"\ntemplate = "own/letter.docx"')
    named = template().replace('["bradford"]', '["rules/mine.toml"]')
    own = '[documents]\nrecord = "layout/record.docx"\n"mine/yearly" = "layout/yearly.docx"\n[[unit]]'
    authority = parse_authority(named.replace("[[unit]]", own, 1))
    assert templates_of(authority, Library([("mine", text)]), tmp_path) == {
        "mine/letter": tmp_path / "rules" / "own" / "letter.docx",
        "mine/record": tmp_path / "layout" / "record.docx",
        "mine/yearly": tmp_path / "layout" / "yearly.docx",
    }


def test_a_template_for_no_document_is_a_fault_of_authority_toml(tmp_path: Path) -> None:
    authority = parse_authority(template().replace("[[unit]]", '[documents]\nagnda = "a.docx"\n[[unit]]', 1))
    with pytest.raises(
        UnknownDocumentError, match=r'names "agnda", which no procedure .* Did you mean "agenda"'
    ):
        templates_of(authority, Library([("bradford", BRADFORD)]), tmp_path)
