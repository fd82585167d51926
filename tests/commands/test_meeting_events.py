"""What ought to stand in calendars follows from the record, whatever the step was; and what calendars hold of a case is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.desk import SYSTEM, Desk
from commands.diary import FreeBusy, Needed
from commands.meeting_events import MeetingChange, change_of
from commands.reception import Reception
from commands.vocabulary import Ask, Mistakes, Value
from procedures.free_slots import Interval
from storage import meetings
from storage.meetings import Event
from tests.commands.conftest import said
from tests.commands.harbour import Harbour

CONFIRM: dict[str, Value] = {"decision": "confirm"}
TESS = "tess.moore@harbour.example"


class Read:
    """Calendars that were read already: whoever is named is busy then, the others are free."""

    def __init__(self) -> None:
        self.busy: dict[str, tuple[Interval, ...]] = {}
        self.hidden: set[str] = set()
        self.answer: bool | None = True

    def known(self, needed: Needed) -> FreeBusy | None:
        if self.answer is None:
            return None
        read = {each: self.busy.get(each, ()) for each in needed.people - self.hidden}
        return FreeBusy(read if self.answer else {}, answered=self.answer)


@pytest.fixture
def diary() -> Read:
    return Read()


@pytest.fixture
def harbour(harbour: Harbour, diary: Read) -> Harbour:
    """The harbour, whose meetings get into calendars."""
    harbour.office = replace(harbour.office, invites=True, diary=diary)
    harbour.reception = Reception(harbour.office)
    return harbour


def event(harbour: Harbour, reference: str) -> Event:
    with harbour.office.database.read() as session:
        found = meetings.latest(session, int(reference.removeprefix("CH-")), 1)
    assert found is not None
    return found


def change(harbour: Harbour, reference: str) -> MeetingChange:
    found = event(harbour, reference)
    with harbour.office.database.read() as session:
        return change_of(Desk(harbour.office, session, SYSTEM), found)


def carried_out(harbour: Harbour, reference: str) -> None:
    """Somebody has put it into the calendars."""
    now = harbour.now
    with harbour.office.database.write() as session:
        later = now + timedelta(minutes=2)
        for each in meetings.claim(
            session, worker="w", now=now, until=later, beyond=later + timedelta(1), limit=8
        ):
            meetings.done(session, each, at=now, organiser=each.chair, calendar_id="x", join="", look_at=None)


def test_a_confirmed_date_is_wanted_and_a_proposed_one_is_not(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    when: dict[str, Value] = {"slot": "other", "day": "2026-11-30", "at": "10:00"}
    harbour.does("sam", "schedule", reference, **when)
    with harbour.office.database.read() as session:
        assert meetings.live(session, 1001) == []
    harbour.does("tess", "schedule", reference, **when, **CONFIRM, place="Room 4")
    wanted = change(harbour, reference)
    assert (wanted.kind, wanted.sequence, wanted.title) == ("request", 0, f"{reference}: meeting")
    assert wanted.starts_at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert wanted.ends_at - wanted.starts_at == timedelta(minutes=60)
    assert (wanted.chair.email, wanted.chair.name) == (TESS, "Tess Moore")
    assert "Sam Reed" in [each.name for each in wanted.attendees]
    assert (wanted.place, wanted.zone) == ("Room 4", "Europe/London")


def test_whoever_is_added_is_invited_and_nobody_else_need_know_of_a_change_that_never_went_out(
    harbour: Harbour,
) -> None:
    reference = harbour.at_tier_1()
    when: dict[str, Value] = {"slot": "other", "day": "2026-11-30", "at": "10:00"}
    harbour.does(
        "tess",
        "schedule",
        reference,
        **when,
        **CONFIRM,
        colleague="otis.kay@harbour.example",
        outside="Nurse @ St Mary's",
    )
    names = [each.name for each in change(harbour, reference).attendees]
    assert "Otis Kay" in names
    assert not [each for each in names if "Nurse" in each], "Nobody outside is written to."
    harbour.does("tess", "cancel", reference, reason="Tess is away.")
    called_off = event(harbour, reference)
    assert (called_off.cancelled, called_off.state) == (True, "done")


def test_cancelling_and_ending_take_it_back_and_a_meeting_that_was_is_left_alone(
    harbour: Harbour, diary: Read
) -> None:
    diary.answer = None
    reference = harbour.at_tier_1()
    harbour.meets(reference)
    carried_out(harbour, reference)
    harbour.does("cora", "withdraw", reference, reason="It has been settled.")
    assert change(harbour, reference).kind == "cancel"

    another = harbour.at_tier_1()
    harbour.meets(another)
    carried_out(harbour, another)
    harbour.clock.set(datetime(2026, 11, 30, 12, tzinfo=UTC))
    harbour.does("cora", "withdraw", another, reason="It has been settled.")
    assert change(harbour, another).kind == "request"


def test_the_case_reference_never_gets_into_a_calendar(harbour: Harbour) -> None:
    reference = harbour.at_tier_1()
    when: dict[str, Value] = {"slot": "other", "day": "2026-11-30", "at": "10:00"}
    reply = harbour.sends(
        "tess", "schedule", {"challenge": reference}, **when, **CONFIRM, place="lcs-204815, room 2"
    )
    sentence = "The place stands in people’s calendars. Leave the case reference out."
    assert reply == Mistakes({"place": sentence})


def test_times_are_offered_until_the_window_ends_with_what_is_left_of_it(
    harbour: Harbour, diary: Read
) -> None:
    reference = harbour.at_tier_1()
    form = harbour.opens("tess", f"schedule {reference}")
    assert form.needs is None
    slot = next(each for each in form.inputs if each.name == "slot")
    labels = [option.label for option in slot.options]
    assert len(labels) == 7
    assert labels[0].endswith("(10 working days left)")
    assert labels[-1] == "Another day or time"
    assert [each.name for each in form.inputs][:2] == ["slot", "place"]
    other = harbour.form("tess", "schedule", {"challenge": reference}, slot="other")
    assert [each.name for each in other.inputs][:4] == ["slot", "day", "at", "place"]

    whole = Interval(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC))
    diary.busy = {TESS: (whole,)}
    shown = harbour.opens("tess", f"schedule {reference}")
    assert "Everybody is free at no time up to Monday 7 December 2026." in said(shown)
    assert [each.name for each in shown.inputs][:2] == ["day", "at"]


def test_a_time_that_was_chosen_is_taken_although_the_calendars_are_not_known_any_more(
    harbour: Harbour, diary: Read
) -> None:
    reference = harbour.at_tier_1()
    diary.answer = None
    assert "Date confirmed" in harbour.does("tess", "schedule", reference, slot="2026-11-27T14:30", **CONFIRM)
    assert event(harbour, reference).starts_at == datetime(2026, 11, 27, 14, 30, tzinfo=UTC)
    wrong = harbour.sends("tess", "schedule", {"challenge": reference}, slot="tomorrow", **CONFIRM)
    assert wrong == Mistakes({"slot": "Choose one of the times listed, or another day and time."})


def test_a_form_says_what_it_needs_and_works_by_date_meanwhile(harbour: Harbour, diary: Read) -> None:
    reference = harbour.at_tier_1()
    diary.answer = None
    form = harbour.opens("tess", f"schedule {reference}")
    assert form.needs is not None
    assert TESS in form.needs.people
    assert "The calendars have not answered yet." in said(form)
    diary.answer = False
    assert "The calendars could not be read just now." in said(harbour.opens("tess", f"schedule {reference}"))
    diary.answer, diary.hidden = True, {TESS}
    shown = harbour.opens("tess", f"schedule {reference}")
    assert "These calendars could not be read: Tess Moore." in said(shown)
    reply = harbour.sends(
        "tess",
        "schedule",
        {"challenge": reference},
        slot="other",
        day="2026-12-21",
        at="10:00",
        **CONFIRM,
    )
    assert isinstance(reply, Ask)
    assert "This date is outside the window" in said(reply)
    assert reply.form.needs is None
