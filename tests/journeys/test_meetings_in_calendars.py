"""A stage's meeting lands in people's calendars, follows the record, and what is changed in a calendar is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.graph import Appointment, FakeGraph
from tests.journeys import whole
from tests.journeys.challenges import raised
from tests.journeys.driver import Council, moment, running
from tests.journeys.person import Person

MIRIAM, FARAH = "miriam.stone@wexborough.example", "farah.malik@wexborough.example"
HANNAH, OWEN = "hannah.okafor@wexborough.example", "owen.rees@wexborough.example"
OTHER = {"When?": "Another day or time"}
CONFIRM = {"What is this date?": "Confirm this date"}


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """A council with calendars, on Monday 23 November 2026, 09:10."""
    with with_calendars("", tmp_path) as started:
        yield started


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Council]:
    """The same on both databases, for what depends on claims."""
    with with_calendars(database_url, tmp_path) as started:
        yield started


@contextmanager
def with_calendars(database_url: str, folder: Path) -> Iterator[Council]:
    with running(database_url, folder, "Monday 2026-11-23 09:10", calendars=True) as started:
        yield started
        _nothing_of_the_case_left(started)
        whole.check(started)


def _nothing_of_the_case_left(council: Council) -> None:
    """What stands in calendars, and every request that was made about them, holds the challenge's reference and nothing of the case."""
    for asked in council.demo.graph.asked:
        text = f"{asked.path} {asked.body}"
        assert "WX-204815" not in text
        assert "core group" not in text.lower()


def at_stage_2(council: Council) -> str:
    """No answer came at stage 1, and Farah is asked to confirm a date by Tuesday 8 December; Tuesday 1 December, 10:00."""
    challenge = raised(council)
    council.until("Tuesday 2026-12-01 10:00")
    council.hannah.presses("Take it further", "There was no full answer")
    council.hannah.fills({"What is unresolved?": "No answer came."})
    council.hannah.closes()
    return challenge


def graph(council: Council) -> FakeGraph:
    return council.demo.graph


def the_event(council: Council) -> Appointment:
    (event,) = graph(council).calendar(MIRIAM)
    return event


def can_join(person: Person, event: Appointment) -> bool:
    """Whether the link to the meeting stands in a message of theirs."""
    return any(event.link in str(message.blocks) for message in person.notices)


def when(event: Appointment) -> str:
    return f"{event.starts_at:%a %d %b %H:%M}"


def test_a_meeting_is_set_from_a_proposal_moved_and_cancelled(council: Council) -> None:
    hannah, farah, miriam = council.hannah, council.farah, council.miriam
    calendars = graph(council)
    challenge = at_stage_2(council)
    # Miriam is out until Thursday noon, Owen has all of Monday morning taken.
    calendars.busy(MIRIAM, moment("Tuesday 2026-12-01 08:00"), moment("Thursday 2026-12-03 12:00"), "oof")
    calendars.busy(OWEN, moment("Monday 2026-12-07 08:00"), moment("Monday 2026-12-07 12:30"))

    # Set from a proposal.
    shown = farah.types(f"/challenge schedule {challenge}")
    assert "Everybody who is to come is free at these times, for 60 minutes" in shown
    times = list(farah.the_form().field("When?").choices)
    assert times == [
        "Thu 3 Dec, 12:00 to 13:00 (3 working days left)",
        "Fri 4 Dec, 12:30 to 13:30 (2 working days left)",
        "Mon 7 Dec, 12:30 to 13:30 (1 working day left)",
        "Tue 8 Dec, 12:30 to 13:30 (last day)",
        "Wed 9 Dec, 08:30 to 09:30",
        "Thu 10 Dec, 12:30 to 13:30",
        "Another day or time",
    ]
    farah.fills({"When?": times[1], **CONFIRM, "Place": "Room 4"})
    farah.closes()
    event = the_event(council)
    assert (when(event), event.subject, event.place) == (
        "Fri 04 Dec 12:30",
        f"{challenge}: meeting",
        "Room 4",
    )
    assert sorted(guest.email for guest in event.guests) == [FARAH, HANNAH, OWEN]
    assert hannah.has("Farah Malik confirmed the date of the meeting", "Invitations", "Sent on")
    assert can_join(hannah, event)
    shown = hannah.types(f"/challenge show {challenge}")
    assert "Join the meeting online" in shown
    hannah.closes()

    # Moved: the same event, and nobody is invited twice.
    farah.types(f"/challenge schedule {challenge}")
    farah.fills({"Day": "Wednesday 2026-12-09", "Time": "14:00", **CONFIRM})
    farah.closes()
    assert the_event(council) is event
    assert (when(event), event.sent) == ("Wed 09 Dec 14:00", 2)

    # Moved by Miriam in her calendar: she is told on the next look, once, and records it.
    council.until("Wednesday 2026-12-02 11:00")
    calendars.move(event.id, moment("Thursday 2026-12-10 09:00"))
    council.until("Wednesday 2026-12-02 12:30")
    told = "The meeting was moved in the calendar to Thu 10 Dec, 09:00."
    assert len(miriam.about(told)) == 1
    assert not hannah.has(told)
    farah.types(f"/challenge schedule {challenge}")
    farah.fills({"Day": "Thursday 2026-12-10", "Time": "09:00", **CONFIRM})
    farah.closes()
    assert not miriam.about(told)
    assert miriam.has("The calendars and the record agree on the meeting again.")

    # Declined, then cancelled in challenge-bot.
    calendars.answer(OWEN, event.id, "declined")
    council.until("Wednesday 2026-12-02 15:00")
    assert miriam.has("Owen Rees declined the invitation to the meeting.")
    miriam.types(f"/challenge cancel {challenge}")
    miriam.fills({"Why is it cancelled?": "Owen Rees cannot come."})
    miriam.closes()
    assert calendars.calendar(MIRIAM) == calendars.calendar(HANNAH) == []
    assert "Taken back on" in hannah.types(f"/challenge show {challenge}")
    hannah.closes()

    # A date set anew is a new event.
    farah.types(f"/challenge schedule {challenge}")
    farah.fills({"When?": "Wed 9 Dec, 08:30 to 09:30", **CONFIRM})
    farah.closes()
    assert the_event(council) is not event
    assert hannah.has("Wednesday 9 December 2026, 08:30", "Sent on")


def test_calendars_that_are_down_hold_nothing_up_and_the_invitation_follows(either: Council) -> None:
    council = either
    hannah, farah, miriam = council.hannah, council.farah, council.miriam
    challenge = at_stage_2(council)
    graph(council).down = True

    shown = farah.types(f"/challenge schedule {challenge}")
    assert "The calendars could not be read just now. Any date can be set all the same." in shown
    farah.fills({"Day": "Friday 2026-12-04", "Time": "10:00", **CONFIRM})
    farah.closes()
    assert hannah.has("Farah Malik confirmed the date of the meeting", "Friday 4 December 2026, 10:00")
    council.until("Tuesday 2026-12-01 10:30")
    late = "The meeting is recorded, and the invitations are not out yet: the calendars do not answer."
    assert farah.has(late)
    assert miriam.has(late)
    assert not hannah.has(late)
    assert hannah.has("Not sent yet (the calendars do not answer)")

    graph(council).down = False
    council.until("Tuesday 2026-12-01 11:30")
    event = the_event(council)
    assert when(event) == "Fri 04 Dec 10:00"
    assert farah.has("The meeting’s invitations are no longer late.")
    assert can_join(hannah, event)

    # Nobody needs the meeting any more.
    hannah.types(f"/challenge resolve {challenge}")
    hannah.fills({"How was it resolved?": "The core group met after all."})
    hannah.closes()
    assert graph(council).calendar(MIRIAM) == []


def test_a_mailbox_that_is_refused_is_listed_and_put_right(council: Council) -> None:
    farah, nadia = council.farah, council.nadia
    challenge = at_stage_2(council)
    graph(council).refused.add(MIRIAM)
    shown = farah.types(f"/challenge schedule {challenge}")
    assert "These calendars could not be read: Miriam Stone." in shown
    farah.fills({"When?": "Wed 2 Dec, 12:30 to 13:30 (4 working days left)", **CONFIRM})
    farah.closes()
    told = f"The meeting of {challenge} cannot be put into the calendars."
    assert nadia.has(told, "give the application Calendars.ReadWrite for that mailbox")
    assert farah.has(told)
    graph(council).refused.clear()
    council.until("Tuesday 2026-12-01 11:30")
    assert when(the_event(council)) == "Wed 02 Dec 12:30"
    assert nadia.has("This is solved", "The calendars are as they ought to be now.")


def test_a_second_request_after_a_broken_answer_makes_no_second_event(either: Council) -> None:
    council = either
    farah = council.farah
    challenge = at_stage_2(council)
    graph(council).faults.cut_after_accepting("create", times=1)
    council.expected.add("library_message")  # the server's own word of the answer that it broke off
    farah.types(f"/challenge schedule {challenge}")
    farah.fills({**OTHER, "Day": "Friday 2026-12-04", "Time": "10:00", **CONFIRM})
    farah.closes()
    council.until("Tuesday 2026-12-01 10:30")
    assert len(graph(council).appointments) == 1
    assert can_join(council.hannah, the_event(council))


def test_whoever_covers_is_invited_in_the_place_of_who_is_away(council: Council) -> None:
    challenge = at_stage_2(council)
    council.owen.types("/challenge away")
    away = {
        "First day away": "Thursday 2026-12-03",
        "Last day away": "Friday 2026-12-04",
        "Who covers?": "Claire Dunn",
    }
    council.owen.fills(away)
    council.owen.closes()
    claire = "claire.dunn@wexborough.example"
    graph(council).busy(claire, moment("Thursday 2026-12-03 08:00"), moment("Thursday 2026-12-03 17:00"))
    council.farah.types(f"/challenge schedule {challenge}")
    times = list(council.farah.the_form().field("When?").choices)
    assert not [each for each in times if each.startswith("Thu 3 Dec")]
    friday = next(each for each in times if each.startswith("Fri 4 Dec"))
    council.farah.fills({"When?": friday, **CONFIRM})
    council.farah.closes()
    event = the_event(council)
    assert sorted(guest.email for guest in event.guests) == [claire, FARAH, HANNAH]
    assert event.ends_at - event.starts_at == timedelta(hours=1)


def test_the_ticker_brings_it_about_beside_the_messages(tmp_path: Path) -> None:
    """As in the running program: nobody waits for the calendar, and the messages show it once it has been brought about."""
    with running("", tmp_path, "Monday 2026-11-23 09:10", calendars=True, ticking=True) as council:
        challenge = raised(council)
        council.clock.set(moment("Tuesday 2026-12-01 10:00"))
        council.waits_for(lambda: bool(council.hannah.about("There was no full answer")))
        council.hannah.presses("Take it further", "There was no full answer")
        council.hannah.fills({"What is unresolved?": "No answer came."})
        council.hannah.closes()
        council.farah.types(f"/challenge schedule {challenge}")
        council.farah.fills({**OTHER, "Day": "Friday 2026-12-04", "Time": "10:00", **CONFIRM})
        council.farah.closes()
        council.waits_for(lambda: bool(graph(council).calendar(MIRIAM)))
        event = the_event(council)
        council.waits_for(lambda: can_join(council.hannah, event))
