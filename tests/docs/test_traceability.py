"""Every clause has a line and a test, and the page that says so is up to date."""

from __future__ import annotations

import pytest

from tests.docs import traceability
from tests.docs.traceability import PAGE, authorities, clauses_named

CLAUSES = [clause for clauses in authorities().values() for clause in clauses]


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_every_clause_has_a_line_and_a_test(clause: traceability.Clause) -> None:
    assert clause.state == "done"


def test_every_source_and_every_test_names_a_clause_that_there_is() -> None:
    known = {clause.id for clause in CLAUSES}
    assert {clause for _, _, clause in traceability.sources()} == known
    assert {clause for _, _, clause in traceability.tests()} <= known


def test_a_test_may_prove_several_clauses() -> None:
    assert clauses_named("test_br_5_br_7_the_window_is_met") == ["BR-5", "BR-7"]
    assert clauses_named("test_the_br_5_window") == []


def test_the_page_is_up_to_date() -> None:
    """After a change: python -m tests.docs.traceability."""
    assert PAGE.read_text(encoding="utf-8") == traceability.page()
