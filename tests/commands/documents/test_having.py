"""Who gets which document: those concerned, those whom the file names, when its stage has been opened; and the audit knows."""

from __future__ import annotations

from sqlalchemy import select

from commands.vocabulary import Ask, Mistakes, Reply, Say
from storage.statements import table
from storage.tables import Audit, Outbox
from tests.commands.conftest import Council, said
from tests.commands.documents.conftest import BRADFORD, Sent, with_procedure

_OUTBOX, _AUDIT = table(Outbox), table(Audit)


def choices(reply: Reply) -> list[str]:
    """The documents or reports that a form offers."""
    assert isinstance(reply, Ask), said(reply)
    return [
        option.label
        for part in reply.form.inputs
        if part.name in ("document", "report")
        for option in part.options
    ]


def waiting(council: Council) -> list[tuple[str, str, dict[str, str]]]:
    """The files on their way: to whom, which notice, and what is kept about it."""
    columns = (_OUTBOX.c.email, _OUTBOX.c.notice, _OUTBOX.c.body)
    with council.office.database.read() as session:
        rows = session.connection().execute(
            select(*columns).where(_OUTBOX.c.notice.in_(["document", "report"])).order_by(_OUTBOX.c.id)
        )
        return [(row.email, row.notice, row.body) for row in rows]


def readings(council: Council) -> list[tuple[str, str]]:
    """What the audit knows of readings: the subject, and how it was read."""
    with council.office.database.read() as session:
        rows = session.connection().execute(select(_AUDIT).where(_AUDIT.c.action == "read"))
        return [(row.subject, row.body["how"]) for row in rows]


def test_the_raiser_has_the_letter_and_others_have_not(council: Council) -> None:
    reference = council.raises()
    assert choices(council.types("hannah", f"document {reference}")) == [
        "Record of the challenge",
        "Letter about the challenge",
    ]
    assert choices(council.types("priya", f"document {reference}")) == ["Record of the challenge"]


def test_what_is_asked_for_goes_into_the_outbox_without_a_word_of_the_case(council: Council) -> None:
    reference = council.raises()
    answer = council.does("hannah", "document", reference, document="record")
    assert f"Record of the challenge of {reference} is on its way to you." in answer
    assert waiting(council) == [
        (
            council.row("hannah").email,
            "document",
            {"subject": reference, "document": "record", "language": "en"},
        )
    ]
    assert readings(council) == [(reference, "document record")]


def test_without_a_reference_ones_own_are_offered(council: Council) -> None:
    council.raises()
    council.raises(case_reference="LCS-100002")
    assert "Which challenge?" in said(council.types("hannah", "document"))


def test_a_document_that_there_is_not_is_told_with_those_that_there_are(council: Council) -> None:
    reference = council.raises()
    wrong = said(council.types("hannah", f"document {reference} recrod"))
    assert f'{reference} has no document "recrod" for you. Did you mean "record"?' in wrong
    assert waiting(council) == []


def test_a_procedure_without_documents_says_so_and_offers_none(council: Council) -> None:
    with_procedure(council, BRADFORD.split("[[paper]]")[0])
    reference = council.raises()
    assert "has no documents. /challenge record shows its text." in said(
        council.types("hannah", f"document {reference}")
    )
    assert "[Documents]" not in said(council.types("hannah", f"show {reference}"))
    assert "/challenge document" not in said(council.types("hannah", "help"))


def test_a_document_of_a_later_stage_is_not_to_be_had_before_it(council: Council) -> None:
    later = BRADFORD.split("[[paper]]")[0] + "[[paper]]" + BRADFORD.split("[[paper]]")[2]
    with_procedure(council, later)
    reference = council.raises()
    answer = said(council.types("hannah", f"document {reference}"))
    assert (
        f"There is no document of {reference} yet. At a later stage there is: Agenda of the meeting."
        in answer
    )


def test_whoever_lost_their_part_meanwhile_gets_a_sentence_and_no_file(council: Council, sent: Sent) -> None:
    reference = council.raises()
    card = sent("owen", reference, "record")
    assert card.file is None
    assert "You no longer have a part in this challenge" in said(card)


def test_a_cover_has_what_the_covered_person_has(council: Council) -> None:
    reference = council.raises()
    away = {"first": "2026-11-23", "last": "2026-11-25", "cover": council.row("miriam").email}
    assert isinstance(council.sends("hannah", "away", {}, **away), Say)
    assert "Letter about the challenge" in choices(council.types("miriam", f"document {reference}"))


def test_a_report_is_for_those_whom_the_file_names(council: Council) -> None:
    assert "There is no report for you" in said(council.types("hannah", "report"))
    assert "/challenge report" not in said(council.types("hannah", "help"))
    leader = next(row for row in council.rows if row.role == "deputy_director").name.split()[0].lower()
    reply = council.types(leader, "report")
    assert choices(reply) == ["Challenges in the year"]
    assert isinstance(reply, Ask)
    initial = {part.name: part.initial for part in reply.form.inputs}
    assert (initial["first"], initial["last"]) == ("2025-11-01", "2026-10-31")
    assert "/challenge report" in said(council.types(leader, "help"))


def test_a_period_must_be_one(council: Council) -> None:
    leader = next(row for row in council.rows if row.role == "deputy_director").name.split()[0].lower()
    wrong = council.sends(leader, "report", {}, report="yearly", first="2026-10-01", last="2026-09-30")
    assert wrong == Mistakes({"last": "The period ends before it begins, on Thursday 1 October 2026."})
    ahead = council.sends(leader, "report", {}, report="yearly", first="2026-10-01", last="2026-12-31")
    assert ahead == Mistakes({"last": "The period can last until today, Monday 23 November 2026, at most."})
    right = council.sends(leader, "report", {}, report="yearly", first="2026-10-01", last="2026-11-23")
    assert "Challenges in the year is on its way to you." in said(right)
    assert waiting(council)[0][2] == {
        "subject": "bradford",
        "document": "yearly",
        "language": "en",
        "first": "2026-10-01",
        "last": "2026-11-23",
    }
    assert readings(council) == [("bradford", "report yearly")]
