"""Times to choose from for a stage's meeting: when everybody who is to come is free, before the window ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commands.attendance import required, seats
from commands.desk import Desk
from commands.diary import FreeBusy, Needed
from commands.record import Record
from commands.vocabulary import Button, Buttons, Option, Part, Small
from procedures.dates import long_date, short_date
from procedures.engine import BadStep
from procedures.free_slots import Search, Seat, Slot, people, proposals
from procedures.schema import Fact

OTHER = "other"
"""The choice of a day and a time of one's own."""
AHEAD = 20
"""Working days that are looked through where no window says by when."""
NOTICE = timedelta(hours=1)
"""How long before a meeting people must hear of it at least."""


@dataclass(frozen=True)
class Times:
    """What can be said of the calendars now: `read` is None while they have not answered."""

    needed: Needed
    search: Search
    seats: tuple[Seat, ...]
    read: FreeBusy | None
    due: date | None
    """The day by which the window must be met."""

    @property
    def slots(self) -> list[Slot]:
        """Up to six times at which all are free; none where nothing could be read."""
        if self.read is None or not self.read.answered:
            return []
        return proposals(self.search, self.seats, self.read.busy)

    @property
    def unread(self) -> list[str]:
        """Whose calendars could not be read, though others could."""
        if self.read is None or not self.read.answered:
            return []
        return sorted(self.needed.people - self.read.busy.keys())


def times(desk: Desk, record: Record) -> Times | None:
    """The times for the present stage's meeting; None where calendars cannot be read here, or the stage has no meeting."""
    run = record.standing.now
    if desk.office.diary is None or run.stage.meeting is None:
        return None
    window = run.stage.window
    due = record.due_day if record.due_day is not None and record.due_day >= desk.today else None
    # Where the window asks for the date alone, the meeting itself may be later (BR-5).
    last = due if window is not None and Fact.meeting_held in window.until else None
    last = last or desk.office.calendar.add(desk.today, AHEAD)
    places = tuple(seats(desk, required(record, run), desk.today, last))
    hours = desk.office.hours
    search = Search(hours, desk.now + NOTICE, last, desk.office.authority.meetings.minutes)
    needed = Needed(people(places), hours.at(desk.today, hours.opens), hours.due_at(last))
    return Times(needed, search, places, desk.office.diary.known(needed), due)


def options(found: Times, slots: Iterable[Slot], chosen: str) -> tuple[Option, ...]:
    """The times, and the choice of another; what was chosen before stays among them, whatever the calendars say by now."""
    zone = found.search.hours.zone
    offered = [
        Option(
            value(slot.start.astimezone(zone).replace(tzinfo=None)),
            label(slot, found.search, found.due),
        )
        for slot in slots
    ]
    if chosen not in ("", OTHER, *(each.value for each in offered)):
        offered.append(Option(chosen, f"{_words(*read_value(chosen))} (chosen before)"))
    return (*offered, Option(OTHER, "Another day or time"))


def label(slot: Slot, search: Search, due: date | None) -> str:
    """A time in words, with what is left of the window then: "Tue 1 Dec, 10:00 to 11:00 (4 working days left)"."""
    start, end = slot.start.astimezone(search.hours.zone), slot.end.astimezone(search.hours.zone)
    words = f"{_words(start.date(), start.time())} to {end:%H:%M}"
    if due is None or slot.day > due:
        return words
    count = search.hours.calendar.count(slot.day, due)
    left = "last day" if count == 0 else f"{count} working day{'' if count == 1 else 's'} left"
    return f"{words} ({left})"


def _words(day: date, at: time) -> str:
    return f"{short_date(day)}, {at:%H:%M}"


def value(local: datetime) -> str:
    """What a choice of a time sends back."""
    return local.isoformat(timespec="minutes")


def read_value(text: str) -> tuple[date, time]:
    """The day and the time that were chosen. Raises BadStep."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadStep("slot", "Choose one of the times listed, or another day and time.") from None
    return moment.date(), moment.time().replace(second=0, microsecond=0, tzinfo=None)


def told(desk: Desk, record: Record, found: Times, slots: list[Slot]) -> Iterable[Part]:
    """What stands above the choice: what was looked for, and what could not be read."""
    last = long_date(found.search.last)
    if found.read is None:
        yield Small(
            "The calendars have not answered yet. Any date can be set below; or look again in a moment."
        )
        yield Buttons((Button("Look at the calendars again", "schedule", {"challenge": record.reference}),))
        return
    if not found.read.answered:
        yield Small("The calendars could not be read just now. Any date can be set all the same.")
        return
    if not slots:
        yield Small(f"Everybody is free at no time up to {last}. Choose a day and a time all the same.")
    else:
        minutes = found.search.minutes
        yield Small(f"Everybody who is to come is free at these times, for {minutes} minutes, up to {last}.")
    if found.unread:
        yield Small(f"These calendars could not be read: {desk.name_all(found.unread, 'and')}.")
