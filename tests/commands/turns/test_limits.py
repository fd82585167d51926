"""The overall limit: counted down on the card, reminded of on its days, whoever is to be told by then (CA-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from commands.rounds import next_moment
from procedures.authority import parse_authority, template
from procedures.library import Library
from storage import limits
from tests.commands.conftest import WEST, said
from tests.commands.turns.council import PEOPLE, PROCEDURE, WEST_LEAD, Council

PLAN = date(2025, 2, 10)
"""Two years later is Wednesday 10 February 2027; 20 working days before it is Wednesday 13 January."""


def stored(council: Council, reference: str) -> limits.Limit | None:
    with council.office.database.read() as session:
        return limits.of_challenge(session, int(reference.removeprefix("CH-")))


def until(council: Council, day: str, hour: int = 9) -> None:
    """Time goes by, with one of the rounds each day at nine, until a day at an hour."""
    target = council.office.hours.at(date.fromisoformat(day), council.office.authority.remind_at)
    target += timedelta(hours=hour - 9)
    while council.clock.now() < target:
        council.clock.set(min(target, council.clock.now() + timedelta(days=1)))
        council.passes()


def test_ca_7_the_card_counts_the_limit_down(council: Council) -> None:
    reference = council.begins(plan=date(2025, 5, 14))
    shown = said(council.types("rita", f"show {reference}"))
    assert "Overall limit: Friday 14 May 2027, 5 months and 21 days left" in shown
    council.wait(18)
    assert "Overall limit: Friday 14 May 2027, 5 months and 3 days left" in said(
        council.types("rita", f"show {reference}")
    )


def test_without_the_start_of_the_plan_it_says_so(council: Council) -> None:
    reference = council.begins()
    shown = said(council.types("rita", f"show {reference}"))
    assert "Overall limit: Not known, because the start of the plan was not given" in shown
    assert stored(council, reference) is None


def test_ca_7_those_who_are_to_be_told_are_reminded_on_each_of_its_days(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    until(council, "2027-01-12", 17)
    assert not council.notices("mia", "limit")
    until(council, "2027-01-13")
    for name in ("mia", "olga"):
        told = council.reads(name, "limit")
        assert "Overall limit: Wednesday 10 February 2027, 28 days left." in told
        assert f"{reference} · LCS-204815 · Meeting before · East safeguarding team 1" in told
        assert "Nothing has moved" not in told, "They have no part in it."
    council.passes()
    assert len(council.notices("mia", "limit")) == 1
    until(council, "2027-02-10")
    assert len(council.notices("mia", "limit")) == 2
    assert "Wednesday 10 February 2027, ends today." in council.reads("mia", "limit")
    until(council, "2027-02-12")
    assert "over for 2 days" in council.reads("olga", "limit")
    assert len(council.notices("mia", "limit")) == 2


def test_who_has_a_part_reads_what_is_next(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    council.goes_on(reference)
    until(council, "2027-01-13")
    told = council.reads("mia", "limit")
    assert "Mia Holt to acknowledge the concerns" in told
    assert "[Open the record]" in told


def test_whoever_has_the_role_by_then_is_told(council: Council) -> None:
    council.begins(plan=PLAN)
    council.lists(
        PEOPLE.replace("mia@barsetshire.example,Mia Holt", "ned@barsetshire.example,Ned Ash") + WEST_LEAD
    )
    until(council, "2027-01-13")
    assert council.notices("ned", "limit")
    assert not council.notices("mia", "limit")


def test_where_nobody_has_the_role_by_then_that_is_told(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    council.lists("".join(row for row in PEOPLE.splitlines(True) if ",manager," not in row))
    until(council, "2027-01-13")
    words = f"Nobody holds the role Service manager for East safeguarding team 1 or above it, who is to be reminded of the overall limit of {reference}."
    assert words in said(council.types("nadia", "problems"))
    assert council.notices("olga", "limit"), "The others are told all the same."


def test_once_it_is_over_nobody_is_reminded(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    council.does("rita", "resolve", reference, outcome="It is settled.")
    until(council, "2027-01-14")
    assert not council.notices("mia", "limit")
    assert "Overall limit" not in said(council.types("rita", f"show {reference}"))


def test_a_reminder_that_stands_in_a_chat_says_when_it_is_over(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    until(council, "2027-01-13")
    council.does("rita", "resolve", reference, outcome="It is settled.")
    assert council.reads("mia", "limit") == ""
    assert f"{reference} is resolved. Nothing more needs to be done about its limit." in council.reads(
        "mia", "limit", redraw=True
    )


def test_days_before_the_beginning_are_left_out(council: Council) -> None:
    reference = council.begins(plan=date(2024, 12, 1))
    limit = stored(council, reference)
    assert limit is not None
    assert (limit.day, limit.next_offset) == (date(2026, 12, 1), 0)


def test_ca_7_a_limit_that_is_over_from_the_beginning_is_told_of_once(council: Council) -> None:
    reference = council.begins(case="LCS-204001", plan=date(2020, 1, 1))
    council.passes()
    assert len(council.notices("mia", "limit")) == 1
    assert reference in council.reads("mia", "limit")
    assert "over for" in council.reads("mia", "limit")
    council.passes()
    assert len(council.notices("mia", "limit")) == 1


def test_after_silence_one_reminder_stands_for_all(council: Council) -> None:
    council.begins(plan=PLAN)
    council.wait(100)
    council.passes()
    council.passes()
    assert [row["body"] for row in council.notices("mia", "limit")] == [{"offset": 0}]
    assert "over for 21 days" in council.reads("mia", "limit")


def test_the_next_moment_knows_of_it(council: Council) -> None:
    reference = council.begins(plan=PLAN)
    limit = stored(council, reference)
    assert limit is not None
    assert limit.next_at is not None
    until(council, "2027-01-12", 17)
    moment = next_moment(council.office)
    assert moment is not None
    assert moment <= limit.next_at


def test_a_closure_day_moves_its_reminders_and_its_day(council: Council) -> None:
    text = PROCEDURE.replace('months = 24\nfrom = "plan_start"', "working_days = 10")
    council.office = replace(council.office, library=Library([("sessions", text)]))
    reference = council.begins()
    limit = stored(council, reference)
    assert limit is not None
    assert limit.day == date(2026, 12, 7)
    closure = '[[closure]]\nday = 2026-12-02\nreason = "Move"\n'
    authority = parse_authority(template() + WEST + closure)
    council.office = replace(council.office, authority=authority)
    council.office.__dict__.pop("calendar", None)
    council.passes()
    moved = stored(council, reference)
    assert moved is not None
    assert moved.day == date(2026, 12, 8)
    until(council, "2026-12-07")
    assert not council.notices("mia", "limit")
    until(council, "2026-12-08")
    assert len(council.notices("mia", "limit")) == 1
