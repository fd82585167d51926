"""Documents and reports at the command line: listed, written whole or not at all, their templates tried out; the audit knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select

from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Say
from procedures import library
from procedures.authority import read_authority
from procedures.clock import SetClock
from storage import people
from storage.database import Database
from storage.keys import Keys
from storage.statements import table
from storage.tables import Audit
from tests.bot.command_line.conftest import Run, refused
from tests.commands.conftest import RAISED
from tests.commands.documents.conftest import BRADFORD, MORE
from tests.journeys.papers import read

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def with_challenge(run: Run, council: Path) -> Path:
    """The council of `init` under a procedure file of its own, with CH-1001 raised; its folder."""
    folder = council.parent
    (folder / "mine.toml").write_text(BRADFORD + MORE, encoding="utf-8")
    settings = folder / "authority.toml"
    text = settings.read_text(encoding="utf-8").replace('["bradford"]', '["mine.toml"]')
    settings.write_text(text, encoding="utf-8")
    assert run("people", "import", "people.csv").status == 0
    authority = read_authority(settings)
    database = Database(f"sqlite:///{folder / 'challenge.db'}", Keys(folder / "challenge.keys"))
    office = Office(authority, library.load(authority.procedures, folder), database, SetClock(MONDAY))
    with database.read() as session:
        hannah = people.person(session, "hannah.okafor@barsetshire.example")
        assert hannah is not None
    who = Identity("slack", hannah.slack_user_id or "")
    assert isinstance(Reception(office).submitted(who, Filled("raise", {}, RAISED), "1"), Say)
    database.dispose()
    return folder


def readings(folder: Path) -> list[tuple[str, str, str]]:
    """What the audit knows of readings: by whom, of what, how."""
    database = Database(f"sqlite:///{folder / 'challenge.db'}", Keys(folder / "challenge.keys"))
    rows = table(Audit)
    with database.read() as session:
        found = session.connection().execute(select(rows).where(rows.c.action == "read"))
        result = [(row.actor, row.subject, row.body["how"]) for row in found]
    database.dispose()
    return result


def test_they_are_listed_with_their_templates(run: Run, with_challenge: Path) -> None:
    ran = run("documents", "list")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "mine: record (Record of the challenge, record): the program's own layout",
        "mine: agenda (Agenda of the meeting, agenda): the program's own layout",
        "mine: letter (Letter about the challenge, letter): the program's own layout",
        "mine: yearly (Challenges in the year, report of activity): the program's own layout",
    ]
    assert run("documents", "list", "--json").data[3]["what"] == "report of activity"


def test_a_document_is_written_under_its_own_name_or_another(run: Run, with_challenge: Path) -> None:
    ran = run("documents", "make", "ch-1001", "record")
    assert (ran.status, ran.out, ran.err) == (0, "Wrote CH-1001-record.docx\n", "")
    assert "Record of the challenge" in read((with_challenge / "CH-1001-record.docx").read_bytes())
    (with_challenge / "out").mkdir()
    assert run("documents", "make", "CH-1001", "letter", "-o", "out").out == "Wrote out/CH-1001-letter.docx\n"
    assert run("documents", "make", "CH-1001", "letter", "-o", "l.docx").out == "Wrote l.docx\n"
    assert [entry.name for entry in with_challenge.glob(".*.part")] == []
    assert readings(with_challenge) == [
        ("challenge-bot", "CH-1001", "document record"),
        ("challenge-bot", "CH-1001", "document letter"),
        ("challenge-bot", "CH-1001", "document letter"),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("make", "CH-9999", "record"), 'There is no challenge "CH-9999". A reference looks like CH-1042.'),
        (("make", "CH-1001", "recrod"), 'CH-1001 has no document "recrod". Did you mean "record"?'),
        (
            ("make", "CH-1001", "agenda"),
            'CH-1001 has no document "agenda". There are: "record" and "letter".',
        ),
        (
            ("make", "CH-1001", "record", "--language", "cy"),
            'The procedure has no wording in "cy"; it has en.',
        ),
        (
            ("make", "CH-1001", "record", "-o", "nowhere/r.docx"),
            "nowhere/r.docx cannot be written: no such file or directory.",
        ),
    ],
)
def test_what_cannot_be_written_is_told(
    run: Run, with_challenge: Path, words: tuple[str, ...], sentence: str
) -> None:
    refused(run("documents", *words), sentence)
    assert list(with_challenge.glob("*.docx")) == []


def test_a_report_for_the_days_that_are_asked_for(run: Run, with_challenge: Path) -> None:
    ran = run("report", "yearly", "--from", "2026-11-01", "--to", "2026-11-30", "-o", "r.docx")
    assert (ran.status, ran.out, ran.err) == (0, "Wrote r.docx\n", "")
    words = read((with_challenge / "r.docx").read_bytes())
    assert "All together:\t1" in words
    assert "Teams:\tAll teams" in words
    assert run("report", "mine/yearly", "-o", "whole.docx").status == 0
    assert readings(with_challenge) == [("challenge-bot", "mine", "report yearly")] * 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("yearli",), 'There is no report "yearli". Did you mean "yearly"?'),
        (
            ("yearly", "--from", "1/11/2026"),
            '"1/11/2026" is not a date written year-month-day, for example 2026-12-18. Did you mean 2026-11-01?',
        ),
        (
            ("yearly", "--from", "2026-11-30", "--to", "2026-11-01"),
            "The period ends (2026-11-01) before it begins (2026-11-30).",
        ),
    ],
)
def test_a_report_that_cannot_be_is_told(
    run: Run, with_challenge: Path, words: tuple[str, ...], sentence: str
) -> None:
    refused(run("report", *words), sentence)


def test_templates_are_tried_out(run: Run, with_challenge: Path) -> None:
    assert run("documents", "check").out == "No document has a template of its own.\n"
    own = Document()
    own.add_paragraph("{{ concern }}")
    own.save(str(with_challenge / "own.docx"))
    settings = with_challenge / "authority.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("[[unit]]", '[documents]\nrecord = "own.docx"\n\n[[unit]]', 1), encoding="utf-8"
    )
    assert run("documents", "check").out == "own.docx: nothing is wrong.\n"
    own.add_paragraph("{{ concerm }}")
    own.save(str(with_challenge / "own.docx"))
    sentence = (
        'The template own.docx cannot be used: there is nothing called "concerm". Did you mean "concern"?'
    )
    refused(run("documents", "check"), sentence)
    refused(run("documents", "make", "CH-1001", "record"), sentence)
    assert run("documents", "check", "--json").data == [{"template": "own.docx", "fault": sentence}]


def test_a_template_for_a_document_that_there_is_not(run: Run, with_challenge: Path) -> None:
    settings = with_challenge / "authority.toml"
    text = settings.read_text(encoding="utf-8").replace("[[unit]]", '[documents]\nagnda = "a"\n\n[[unit]]', 1)
    settings.write_text(text, encoding="utf-8")
    refused(
        run("documents", "list"),
        'authority.toml: [documents] names "agnda", which no procedure in use has as a document. Did you mean "agenda"?',
    )
