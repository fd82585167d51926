"""Patterns across cases: whoever must know is told once a period, with the references and nothing of any case (BI-2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.vocabulary import Say
from procedures.library import Library
from storage import memory, patterns
from storage.database import Database
from tests.commands.conftest import said
from tests.commands.turns.council import PEOPLE, PROCEDURE, WEST_LEAD, Council


def absent(
    council: Council, agency: str = "health", times: int = 3, *, begin: int = 0, unit: str = "east-1"
) -> list[str]:
    """So many records say that an agency was absent."""
    cases = [f"LCS-{206000 + begin + n}" for n in range(times)]
    return [council.begins(case=case, unit=unit, agency=agency) for case in cases]


def test_bi_2_the_agencys_own_lead_is_told_of_the_third_absence(council: Council) -> None:
    first, second = absent(council, times=2)
    council.passes()
    assert not council.notices("hal", "pattern")
    council.wait(1)
    (third,) = absent(council, times=1, begin=2)
    council.passes()
    told = council.reads("hal", "pattern")
    assert (
        "Absence from meetings: Health visiting, 3 times from Monday 25 May 2026 to Tuesday 24 November 2026."
        in told
    )
    assert f"In {first}, {second}, {third}." in told
    assert "Please find out why." in told
    assert "LCS-" not in told
    assert "Nothing has moved" not in told
    assert not council.notices("olga", "pattern"), "The answer has a role of its own."


def test_an_answer_without_a_role_of_its_own_goes_to_those_of_the_pattern(council: Council) -> None:
    absent(council, "other")
    council.passes()
    assert "Another agency, 3 times" in council.reads("olga", "pattern")
    assert not council.notices("hal", "pattern")


def test_answers_of_a_form_count_too(council: Council) -> None:
    references = [council.begins(case=f"LCS-20600{n}") for n in range(2)]
    for reference in (references[0], *references):
        council.notes(reference, "parent")
    council.notes(references[0], "nobody")
    council.passes()
    assert "Parents stay away: A parent, 2 times" in council.reads("olga", "pattern")
    assert len(council.notices("olga", "pattern")) == 1, "One record counts once, and “nobody” came once."


def test_bi_2_it_is_told_once_a_period_however_often_the_rounds_go(council: Council) -> None:
    absent(council)
    for _ in range(3):
        council.passes()
        council.wait(1)
        absent(council, times=1, begin=council.clock.now().day)
    assert len(council.notices("hal", "pattern")) == 1
    council.wait(190)
    council.passes()
    assert len(council.notices("hal", "pattern")) == 1, (
        "The three later ones are older than the period by now."
    )
    absent(council, begin=100)
    council.passes()
    council.passes()
    assert len(council.notices("hal", "pattern")) == 2


def test_what_was_withdrawn_does_not_count(council: Council) -> None:
    references = absent(council)
    council.does("rita", "withdraw", references[0], reason="It was raised by mistake.")
    council.passes()
    assert not council.notices("hal", "pattern")
    council.wait(1)
    absent(council, times=1, begin=3)
    council.passes()
    assert references[0] not in council.reads("hal", "pattern")


def test_an_old_answer_is_no_part_of_the_pattern(council: Council) -> None:
    absent(council, times=1)
    council.wait(190)
    absent(council, times=2, begin=1)
    council.passes()
    assert not council.notices("hal", "pattern")


def test_where_nobody_holds_the_role_an_administrator_is_told_and_the_lead_hears_of_it_later(
    council: Council,
) -> None:
    absent(council, "school")
    council.passes()
    council.passes()
    told = said(council.types("nadia", "problems"))
    words = "“Absence from meetings: A school” was found 3 times across cases, and nobody holds the role Schools' safeguarding lead"
    assert words in told
    assert len(council.notices("nadia", "problem")) == 1
    sue = "sue@barsetshire.example,Sue Dale,school_lead,childrens-services,U01SUE0001,\n"
    council.lists(PEOPLE + WEST_LEAD + sue)
    council.passes()
    assert "A school, 3 times" in council.reads("sue", "pattern")


def test_two_replicas_tell_once(council: Council) -> None:
    absent(council)

    def replica(n: int) -> None:
        database = Database(council.office.database.url.render_as_string(hide_password=False))
        other = Council(database)
        other.office = replace(other.office, clock=council.clock)
        try:
            other.passes()
        finally:
            database.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(replica, range(4)))
    assert len(council.notices("hal", "pattern")) == 1
    with council.office.database.read() as session:
        assert [each.period for each in patterns.told_of(session, ["sessions"])] == [1]


def test_nothing_is_counted_while_nothing_is_recorded(council: Council) -> None:
    absent(council, times=2)
    council.passes()
    with council.office.database.read() as session:
        before = memory.recall(session, "patterns:sessions")
    council.passes()
    with council.office.database.read() as session:
        assert memory.recall(session, "patterns:sessions") == before
    absent(council, times=1, begin=2)
    council.passes()
    with council.office.database.read() as session:
        assert memory.recall(session, "patterns:sessions") != before
    assert council.notices("hal", "pattern")


def test_a_new_file_counts_at_once(council: Council) -> None:
    absent(council, times=2)
    council.passes()
    text = PROCEDURE.replace("at_least = 3", "at_least = 2")
    council.office = replace(council.office, library=Library([("sessions", text)]))
    council.passes()
    assert "2 times" in council.reads("hal", "pattern")


def test_the_list_is_for_those_told_and_those_who_oversee(council: Council) -> None:
    references = absent(council)
    council.passes()
    for name in ("hal", "mia"):
        shown = said(council.types(name, "patterns"))
        assert "Absence from meetings: Health visiting, 3 times" in shown
        assert f"In {', '.join(references)}." in shown
        assert "Hal Reed told on Monday 23 November 2026." in shown
    for name in ("max", "rita", "olga", "nadia"):
        assert "No pattern has been found" in said(council.types(name, "patterns"))
    assert isinstance(council.presses("hal", "patterns"), Say)


@pytest.mark.parametrize("hour", [6, 10])
def test_the_message_waits_for_office_hours(council: Council, hour: int) -> None:
    absent(council)
    council.clock.advance(timedelta(hours=14 + hour))
    council.passes()
    (row,) = council.notices("hal", "pattern")
    opens = council.office.hours.next_open(council.clock.now())
    assert row["send_after"] == opens
