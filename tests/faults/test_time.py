"""The clock jumps, the hour changes, the program sleeps over Christmas, the working days change, people go: nothing is lost or doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import outbox
from tests.faults.station import MONDAY, station
from tests.journeys import whole
from tests.journeys.challenges import PLEASE_ANSWER, raised
from tests.journeys.driver import LONDON, Council, running
from tests.journeys.test_away import away

CLOSED = '\n[[closure]]\nday = 2026-11-27\nreason = "Offices closed after a storm"\n'


def told(council: Council, key: str) -> list[datetime]:
    """When the messages went out whose keys hold these words, in London time."""
    return [
        datetime.fromtimestamp(float(message.shown.surface), UTC).astimezone(LONDON)
        for found, messages in sorted(whole.sent_messages(council).items())
        for message in messages
        if key in found
    ]


def law_holds(council: Council, case: str = "WX-204815") -> None:
    """As after every journey; and the log names no case and nobody."""
    whole.check(council)
    log = council.log.getvalue()
    assert not [words for words in (case, "Owen Rees", "owen.rees", "core group") if words in log]


@pytest.mark.parametrize("by", [timedelta(minutes=10), timedelta(hours=26)])
def test_the_clock_is_set_back_and_right_again(council: Council, by: timedelta) -> None:
    challenge = raised(council)
    right = council.clock.now()
    council.clock.set(right - by)
    council.live()
    council.live()
    council.clock.set(right + timedelta(minutes=1))
    council.live()
    council.until("Friday 2026-11-27 09:30")
    assert [len(told(council, f"due-{day}:owen")) for day in (2, 1)] == [1, 1]
    council.owen.presses("Acknowledge the concerns", "One working day left")
    assert council.nina.has(challenge, "Owen Rees acknowledged the concerns on Fri 27 Nov")
    law_holds(council)


def test_the_clock_runs_ahead_and_is_set_right(council: Council) -> None:
    challenge = raised(council)
    right = council.clock.now()
    council.clock.set(right + timedelta(minutes=50))
    council.owen.presses("Answer with a comment", challenge)
    council.owen.fills({"Comment": "The core group meets on Thursday."})
    council.owen.closes()
    council.clock.set(right + timedelta(seconds=30))
    council.live()
    council.until("Thursday 2026-11-26 09:30")
    assert len(council.hannah.about("The core group meets on Thursday.")) >= 1
    assert len(told(council, "due-2:owen")) == 1
    law_holds(council)


@pytest.mark.anyio
async def test_a_claim_of_a_clock_that_ran_ahead_binds_nobody(database_url: str, tmp_path: Path) -> None:
    async with station(database_url, tmp_path) as here:
        here.people(1)
        here.tell(1, "1:a", "1:b")
        here.clock.set(MONDAY + timedelta(days=1))
        dead = await here.replica()
        assert [row.key for row in dead._take(outbox.claim, here.clock.now(), 10)] == ["1:a"]
        here.clock.set(MONDAY)
        alive = await here.replica()
        await here.until(alive, MONDAY + timedelta(minutes=5))
        assert here.platform.of("U1") == ["1:a", "1:b"]
        here.law_holds()


@pytest.mark.parametrize(
    ("begins", "night", "days"),
    [
        ("Friday 2027-10-29 16:00", "2027-10-30T23:00+00:00", ["2027-11-03", "2027-11-04", "2027-11-05"]),
        ("Wednesday 2027-03-24 16:00", "2027-03-27T23:00+00:00", ["2027-03-31", "2027-04-01"]),
    ],
)
def test_the_night_in_which_the_hour_changes(
    database_url: str, tmp_path: Path, begins: str, night: str, days: list[str]
) -> None:
    with running(database_url, tmp_path, begins) as council:
        raised(council)
        before = sum(map(len, whole.sent_messages(council).values()))
        at = datetime.fromisoformat(night)
        for half_hour in range(
            9
        ):  # from an hour before to three hours after, the doubled or missing one among them
            council.clock.set(at + timedelta(minutes=30 * half_hour))
            council.live()
        assert sum(map(len, whole.sent_messages(council).values())) <= before + 4, "The digests of Friday."
        for day in days:
            parsed = datetime.fromisoformat(day)
            council.until(f"{parsed:%A} {day} 09:05")
            [reminder] = [each for each in told(council, ":due") if each.date() == parsed.date()]
            assert (reminder.hour, reminder.minute) == (9, 0), "At nine by the clock on the wall."
        law_holds(council)


def test_asleep_over_christmas(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, "Thursday 2026-12-17 15:00") as council:
        owen, challenge = council.owen, raised(council)
        council.until("Monday 2026-12-21 12:00")
        before = len(owen.notices)
        council.restart("Monday 2027-01-04 08:00")
        council.live()
        assert len(owen.notices) == before, "Nobody is written to before the office opens."
        council.until("Monday 2027-01-04 10:00")
        about = owen.about("Overdue since")
        assert len([one for one in about if "This message was due on" in one.text]) == 1
        assert "It also stands for the reminders of" in "".join(one.text for one in about)
        assert len(owen.about("Your challenges on")) == 3, "One digest a day, and none of the days asleep."
        council.restart("Monday 2027-01-04 10:05")
        council.live()
        assert len(owen.about("Overdue since")) == len(about)
        owen.presses("Acknowledge the concerns", challenge)
        law_holds(council)


def test_a_closure_day_is_added_while_a_window_is_open_and_the_platform_is_down(council: Council) -> None:
    raised(council)
    council.until("Tuesday 2026-11-24 12:00")
    file = council.folder / "authority.toml"
    file.write_text(file.read_text(encoding="utf-8") + CLOSED, encoding="utf-8")
    council.restart("Tuesday 2026-11-24 12:30")
    council.demo.workspace.faults.answer("chat.postMessage", status=503, times=7)
    council.live()
    council.until("Tuesday 2026-11-24 14:00")
    council.restart("Tuesday 2026-11-24 14:30")
    council.live()
    for person in (council.owen, council.hannah):
        moved = told(council, f":moved:2026-12-01:{council.demo.bot.office.calendar.version}:{person.email}")
        assert len(moved) == 1
    council.until("Friday 2026-11-27 12:00")
    assert not [each for each in told(council, ":due-") if f"{each:%F}" == "2026-11-27"]
    council.until("Tuesday 2026-12-01 09:05")
    assert council.owen.has("Due today by 17:00")
    law_holds(council)


@pytest.mark.parametrize("arrived", [True, False])
def test_somebody_is_removed_while_it_is_open_whether_they_were_asked(
    council: Council, arrived: bool
) -> None:
    council.expected.add("library_message")  # the workspace's own server notices that it broke off
    faults = council.demo.workspace.faults
    if arrived:
        faults.cut_after_accepting("chat.postMessage", times=3)
        faults.answer("conversations.history", status=503, times=6)
    else:
        faults.answer("chat.postMessage", status=500, times=12)
    challenge = raised(council)
    council.imports_people(
        lambda rows: "".join(row for row in rows.splitlines(keepends=True) if "owen.rees" not in row)
    )
    council.until("Monday 2026-11-23 11:00")
    listed = council.nadia.types("/challenge undelivered")
    if arrived:
        assert "Every message has been delivered" in listed
        assert len(council.owen.about(challenge)) == 1
    else:
        assert "The request to answer about CH-1001, for Owen Rees" in listed
        assert not council.owen.notices
    for person in (council.nadia, council.hannah):
        assert person.has(f"{challenge} waits for the team manager, Owen Rees, who is no longer on")
    council.hannah.types(f"/challenge reassign {challenge}")
    to_claire = {
        "Which part?": "Team manager: Owen Rees",
        "To whom?": "Claire Dunn",
        "Why?": "Owen has left.",
    }
    council.hannah.fills(to_claire)
    assert council.claire.has(challenge, PLEASE_ANSWER)
    law_holds(council)


def test_what_went_to_a_cover_is_not_sent_again_to_whoever_is_back(council: Council) -> None:
    council.expected.add("library_message")
    owen, claire = council.owen, council.claire
    assert not away(owen, "Monday 2026-11-23", "Monday 2026-11-23", claire)
    council.until("Monday 2026-11-23 16:59")
    faults = council.demo.workspace.faults
    faults.cut_after_accepting("chat.postMessage", times=3)
    faults.answer("conversations.history", status=503, times=100)
    challenge = raised(council)
    council.until("Monday 2026-11-23 20:00")
    faults.clear()
    council.until("Tuesday 2026-11-24 08:45")
    assert len(claire.about(challenge)) == 1
    assert not owen.about("This message was due on")
    assert owen.has("Your challenges on Tuesday 24 November 2026", challenge)
    law_holds(council)
