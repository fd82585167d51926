"""Messages that come late say how late; those whose moment has passed say nothing, or that it has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.desk import Desk
from commands.notices import Notice, compose, how_late
from storage import people
from tests.commands.conftest import MONDAY, Council, said

LATE = "This message was due on"


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (timedelta(seconds=30), "a moment"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=1, minutes=59), "1 hour"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=5), "2 days"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_a_length_of_time_is_said_in_the_largest_unit_that_fits(by: timedelta, words: str) -> None:
    assert how_late(by) == words


def composed(
    council: Council,
    name: str,
    notice: str,
    due_at: datetime,
    *,
    of: str = "",
    redraw: bool = False,
    replaces: tuple[datetime, ...] = (),
) -> str:
    """What somebody reads of a message about CH-1001's first stage at this moment; empty when there is nothing to say."""
    with council.office.database.read() as session:
        person = people.person(session, council.row(name).email)
        assert person is not None
        about = Notice("key", council.row(of or name).email, notice, 1001, 1, {"entry": 1}, due_at, replaces)
        card = compose(Desk(council.office, session, person), about, redraw=redraw)
        return "" if card is None else said(card)


def test_a_message_in_time_says_nothing_of_it(council: Council) -> None:
    council.raises()
    council.wait(days=3)
    now = council.clock.now()
    assert LATE not in composed(council, "priya", "reminder", now)
    assert LATE not in composed(council, "priya", "reminder", now - timedelta(minutes=30))


@pytest.mark.parametrize(
    ("by", "words"), [(timedelta(minutes=31), "31 minutes"), (timedelta(days=1), "1 day")]
)
def test_a_late_message_says_when_it_was_due_and_how_late_it_is(
    council: Council, by: timedelta, words: str
) -> None:
    council.raises()
    council.wait(days=3)
    shown = composed(council, "priya", "reminder", council.clock.now() - by)
    assert f"{LATE} " in shown
    assert f"and is {words} late, because it could not be sent earlier." in shown


def test_it_stands_for_those_that_could_not_be_sent_before_it(council: Council) -> None:
    council.raises()
    council.wait(days=4, hours=1)
    earlier = (MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))
    shown = composed(council, "priya", "reminder", MONDAY + timedelta(days=4), replaces=earlier)
    assert "is 1 hour late" in shown
    assert "It also stands for the reminders of Wed 25 Nov, 10:00, Thu 26 Nov, 10:00." in shown


def test_waiting_for_office_hours_is_not_being_late(council: Council) -> None:
    council.raises()
    friday_evening = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    council.clock.set(datetime(2026, 11, 30, 8, 45, tzinfo=UTC))
    assert LATE not in composed(council, "priya", "reminder", friday_evening)
    council.clock.set(datetime(2026, 11, 30, 9, 30, tzinfo=UTC))
    shown = composed(council, "priya", "reminder", friday_evening)
    assert "This message was due on Mon 30 Nov, 08:30 and is 1 hour late" in shown


def test_a_message_that_is_redrawn_is_not_late(council: Council) -> None:
    council.raises()
    council.wait(days=3)
    assert LATE not in composed(council, "priya", "asked", MONDAY, redraw=True)


def test_who_covers_is_told_for_whom_the_message_is(council: Council) -> None:
    council.raises()
    council.sends("priya", "away", {}, first="2026-11-23", last="2026-11-23", cover=council.row("owen").email)
    shown = composed(council, "owen", "asked", council.clock.now(), of="priya")
    assert shown.splitlines()[1] == "You get this because you cover for Priya Nair, who is away."


def test_a_reminder_whose_window_is_met_is_not_sent_and_one_that_was_says_so(council: Council) -> None:
    reference = council.raises()
    council.does("priya", "acknowledge", reference, actions_completed=("yes",))
    assert composed(council, "leo", "reminder", council.clock.now()) == ""
    assert "Thank you: this has been answered." in composed(
        council, "leo", "reminder", council.clock.now(), redraw=True
    )


def test_who_has_no_part_any_more_reads_nothing_of_the_case(council: Council) -> None:
    council.raises()
    council.sends("priya", "away", {}, first="2026-11-23", last="2026-11-23", cover=council.row("owen").email)
    council.wait(days=1)
    shown = composed(council, "owen", "asked", MONDAY, of="priya", redraw=True)
    assert shown == "CH-1001\nYou no longer have a part in this challenge."
