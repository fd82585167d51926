"""Whoever reads of a challenge is in the audit: in the record, in a list, on the Home tab; a step is one row, as before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.statements import table
from storage.tables import Audit
from tests.commands.conftest import Council


def audited(council: Council) -> list[tuple[str, str, str, Any]]:
    """Who did what to what, and of which challenges or how."""
    rows = table(Audit)
    with council.office.database.read() as session:
        found = session.connection().execute(select(rows).order_by(rows.c.number)).all()
    return [
        (row.actor.split(".")[0], row.action, row.subject, row.body.get("challenges") or row.body.get("how"))
        for row in found
    ]


def test_every_way_of_reading_is_written_down(council: Council) -> None:
    first, second = council.raises(), council.raises(case_reference="LCS-204816")
    before = len(audited(council))
    council.types("hannah", f"show {first}")
    council.types("hannah", f"record {first}")
    council.types("hannah", "list")
    council.types("priya", "list unit")
    council.reception.home(council.who("hannah"), opened=True)
    assert audited(council)[before:] == [
        ("hannah", "read", first, "show"),
        ("hannah", "read", first, "record"),
        ("hannah", "read", "list", [first, second]),
        ("priya", "read", "list", [first, second]),
        ("hannah", "read", "home", [first, second]),
    ]


def test_a_step_is_one_row_whatever_its_answer_shows(council: Council) -> None:
    reference = council.raises()
    before = len(audited(council))
    council.does("priya", "acknowledge", reference)
    assert [row[:3] for row in audited(council)[before:]] == [("priya", "acknowledged", reference)]


def test_nothing_shown_is_nothing_read(council: Council) -> None:
    council.raises()
    before = len(audited(council))
    council.types("leo", "help")
    council.types("ben", "list")
    council.types("ben", "show CH-1001")
    council.reception.home(council.who("ben"), opened=True)
    council.reception.home(council.who("hannah"))  # drawn anew after something she did
    council.reception.home(council.who("stranger"), opened=True)
    assert audited(council)[before:] == []
