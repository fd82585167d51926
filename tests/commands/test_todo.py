"""What each person has to do, in its group; and the digest of it, for those who have something to do and for nobody else."""

from __future__ import annotations

import pytest

from commands.desk import Desk
from commands.todo import GROUPS, ToDo, group_of, people_with_something
from commands.vocabulary import Buttons, Say
from storage import people
from tests.commands.conftest import Council, said


def heads(text: str) -> list[str]:
    """The group headings that are shown, with their counts."""
    return [line for line in text.splitlines() if line.startswith(GROUPS) and "(" in line]


def digest(council: Council, name: str) -> str:
    return said(council.types(name, "digest"))


def test_who_has_nothing_to_do_is_told_so_and_gets_no_digest(council: Council) -> None:
    assert (
        digest(council, "priya") == "Your challenges on Monday 23 November 2026\nNothing waits for you now."
    )
    council.raises()
    with council.office.database.read() as session:
        nadia = people.person(session, council.row("nadia").email)
        assert nadia is not None
        waiting = people_with_something(Desk(council.office, session, nadia))
    assert sorted(waiting) == [council.row("leo").email, council.row("priya").email]


def test_one_challenge_is_one_line_with_all_that_is_asked(council: Council) -> None:
    council.raises()
    lines = digest(council, "priya").splitlines()
    assert lines[0] == "Your challenges on Monday 23 November 2026"
    assert lines[1] == "One thing waits for you."
    assert lines[2] == "In the next five working days (1)"
    assert lines[3] == (
        "CH-1001 · LCS-204815 · Acknowledge the concerns and confirm that the agreed actions are completed"
    )
    assert lines[4] == "CP Challenge Stage 1; by Mon 30 Nov"


@pytest.mark.parametrize(
    ("days", "group"),
    [
        (0, "In the next five working days (1)"),
        (4, "In the next five working days (1)"),  # Friday; due on Monday
        (7, "Today (1)"),
        (8, "Overdue (1)"),
        (30, "Overdue (1)"),
    ],
)
def test_a_window_goes_from_later_to_overdue(council: Council, days: int, group: str) -> None:
    council.raises()
    council.wait(days=days)
    assert heads(digest(council, "priya")) == [group]


def test_on_the_due_day_it_is_overdue_from_the_close_of_business(council: Council) -> None:
    council.raises()
    council.wait(days=7, hours=6, minutes=59)
    assert heads(digest(council, "priya")) == ["Today (1)"]
    council.wait(minutes=1)
    assert heads(digest(council, "priya")) == ["Overdue (1)"]
    assert "CP Challenge Stage 1; was due Mon 30 Nov" in digest(council, "priya")


def test_a_lapsed_window_is_the_raisers_to_judge_today(council: Council) -> None:
    council.raises()
    assert (
        digest(council, "hannah") == "Your challenges on Monday 23 November 2026\nNothing waits for you now."
    )
    council.wait(days=9)
    lines = digest(council, "hannah").splitlines()
    assert lines[2] == "Today (1)"
    assert lines[3] == "CH-1001 · LCS-204815 · No full answer in time: decide whether to take it further"
    assert lines[4] == "CP Challenge Stage 1; the answer was due Mon 30 Nov"
    assert "[Take it further]" in lines


def test_the_groups_come_in_their_order_the_most_pressing_first(council: Council) -> None:
    council.raises(case_reference="LCS-100001")
    council.wait(days=1)
    council.raises(case_reference="LCS-100002")
    council.wait(days=3)
    council.raises(case_reference="LCS-100003")
    council.wait(
        days=4
    )  # Tuesday 1 December: the first is overdue, the second due today, the third on Friday
    shown = digest(council, "priya")
    assert heads(shown) == ["Overdue (1)", "Today (1)", "In the next five working days (1)"]
    order = [shown.index(f"LCS-10000{number}") for number in (1, 2, 3)]
    assert order == sorted(order)


def test_what_has_no_date_stands_last(council: Council) -> None:
    reference = council.raises()
    council.does("priya", "acknowledge", reference, actions_completed=("yes",))
    assert heads(digest(council, "hannah")) == ["Later, or without a date (1)"]
    assert "Answered: decide whether this resolves it" in digest(council, "hannah")


def test_a_cover_sees_what_the_other_has_to_do_and_for_whom(council: Council) -> None:
    council.raises()
    council.sends("priya", "away", {}, first="2026-11-23", last="2026-11-23", cover=council.row("owen").email)
    assert "you cover for Priya Nair" in digest(council, "owen")
    with council.office.database.read() as session:
        owen = people.person(session, council.row("owen").email)
        assert owen is not None
        waiting = people_with_something(Desk(council.office, session, owen))
    assert council.row("priya").email not in waiting
    assert council.row("owen").email in waiting


def test_a_long_list_is_counted_and_not_shown_whole(council: Council) -> None:
    for number in range(14):
        council.raises(case_reference=f"LCS-2000{number:02}")
    shown = digest(council, "priya")
    assert "14 things wait for you." in shown
    assert "And 2 more: /challenge list mine shows them all." in shown


def test_groups_by_day(council: Council) -> None:
    with council.office.database.read() as session:
        priya = people.person(session, council.row("priya").email)
        assert priya is not None
        desk = Desk(council.office, session, priya)
        add = desk.office.calendar.add

        def group(day: object, late: bool = False) -> str:
            return group_of(desk, ToDo("x", day, late, priya.email, ()))  # type: ignore[arg-type, union-attr]

        assert group(desk.today, late=True) == "Overdue"
        assert group(None) == "Later, or without a date"
        assert group(desk.today) == "Today"
        assert group(add(desk.today, 1)) == group(add(desk.today, 5)) == "In the next five working days"
        assert group(add(desk.today, 6)) == "Later, or without a date"


def test_the_home_page_shows_what_to_do_what_was_raised_and_what_is_due(council: Council) -> None:
    council.raises()
    priya, hannah, nadia = (council.home(name) for name in ("priya", "hannah", "nadia"))
    assert "What you must do\nIn the next five working days (1)\nCH-1001" in priya
    assert "[Acknowledge the concerns]" in priya
    assert "[Raise a challenge]" not in priya
    assert "What you must do\nNothing waits for you now." in hannah
    assert "What you raised\nCH-1001 · LCS-204815 · CP Challenge Stage 1" in hannah
    assert "[Raise a challenge]" in hannah
    assert "What is due in your teams\nCH-1001" in council.home("ruth")
    assert "CH-1001" not in nadia


def test_a_button_of_the_digest_acts_there_and_then(council: Council) -> None:
    reference = council.raises()
    reply = council.types("priya", "digest")
    assert isinstance(reply, Say)
    buttons = [button for part in reply.card.parts if isinstance(part, Buttons) for button in part.items]
    acknowledge = next(button for button in buttons if button.label == "Acknowledge the concerns")
    answer = said(council.presses("priya", acknowledge.command, **acknowledge.arguments))
    assert "Priya Nair acknowledged the concerns" in answer
    assert len(council.record(reference).stored.entries) == 2


def test_what_is_rare_stays_in_the_menu_of_the_record(council: Council) -> None:
    council.raises()
    council.wait(days=10)
    shown = digest(council, "hannah")
    assert "[Take it further]" in shown
    assert "A child is at immediate risk" not in shown
