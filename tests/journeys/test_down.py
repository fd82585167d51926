"""The program was down: what fell due meanwhile is sent once on its return, says how late it is, and disturbs nobody's weekend."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.challenges import PLEASE_ANSWER, PLEASE_MEET, raised
from tests.journeys.driver import Council, moment, running


def test_down_for_days(council: Council) -> None:
    hannah, owen, nina = council.hannah, council.owen, council.nina
    challenge = raised(council)
    council.until("Tuesday 2026-11-24 12:00")
    before = {one.name: len(one.notices) for one in (hannah, owen, nina)}

    council.restart("Wednesday 2026-12-02 11:00")
    council.live()
    assert len(owen.notices) == before[owen.name] + 2, "One reminder that stands for four, and one digest."
    reminder = owen.about("Overdue since Monday 30 November 2026: please")[-1].text
    assert "This message was due on Tue 1 Dec, 09:00 and is 1 day late" in reminder
    assert "Thu 26 Nov, 09:00, Fri 27 Nov, 09:00, Mon 30 Nov, 09:00" in reminder
    assert owen.has("Your challenges on Wednesday 2 December 2026", "Overdue")
    assert not owen.has("Your challenges on Tuesday 1 December 2026")
    assert len(hannah.notices) == before[hannah.name] + 2
    lapsed = hannah.about("There was no full answer by Monday 30 November 2026")[-1].text
    assert "is 1 day late" in lapsed
    assert len(nina.notices) == before[nina.name]
    assert all("Overdue since" in one.text for one in nina.about(challenge))

    before = {one.name: len(one.notices) for one in (hannah, owen)}
    council.restart("Wednesday 2026-12-02 11:30")
    council.live()
    assert {one.name: len(one.notices) for one in (hannah, owen)} == before


def test_the_ticker_sends_by_itself(database_url: str, platform: str, tmp_path: Path) -> None:
    with running(
        database_url, tmp_path, "Monday 2026-11-23 09:10", ticking=True, platform=platform
    ) as council:
        challenge = raised(council)
        council.waits_for(lambda: council.owen.has(challenge) and council.nina.has(challenge))
        council.clock.set(moment("Friday 2026-11-27 10:00"))
        council.waits_for(lambda: council.owen.has(challenge, "One working day left"))
        council.owen.presses("Acknowledge the concerns", "One working day left")
        council.waits_for(lambda: council.nina.has("Owen Rees acknowledged the concerns"))


def test_back_on_a_saturday(council: Council) -> None:
    hannah, owen, farah = council.hannah, council.owen, council.farah
    challenge = raised(council)
    council.until("Tuesday 2026-11-24 12:00")
    before = len(owen.notices)

    council.restart("Saturday 2026-11-28 12:00")
    council.live()
    assert len(owen.notices) == before, "Nobody is written to on a Saturday because a program was down."
    hannah.presses("A child is at immediate risk", challenge)
    hannah.puts({"Which stage?": "CP Challenge Stage 2"})
    hannah.fills(
        {"Why is this stage opened directly?": "A new injury.", "What is unresolved?": "Nobody answered."}
    )
    assert farah.has(challenge, PLEASE_MEET)
    second = raised(council, case="WX-204999")
    council.until("Monday 2026-11-30 08:29")
    assert not owen.about(second)
    council.until("Monday 2026-11-30 08:31")
    assert owen.has(second, PLEASE_ANSWER)
    assert owen.has("Your challenges on Monday 30 November 2026")
    assert not owen.has("working days left"), "That window is closed."


def test_back_on_a_saturday_with_a_reminder_that_still_holds(council: Council) -> None:
    owen = council.owen
    raised(council)
    council.until("Tuesday 2026-11-24 12:00")
    council.restart("Saturday 2026-11-28 12:00")
    council.until("Monday 2026-11-30 08:29")
    assert not owen.has("left: please")
    council.until("Monday 2026-11-30 08:45")
    reminder = owen.about("This message was due on")[-1].text
    assert "Fri 27 Nov, 09:00" in reminder
    council.until("Monday 2026-11-30 09:05")
    assert owen.has("Due today by 17:00")


def test_a_request_that_arrives_twice_around_a_restart(council: Council) -> None:
    owen = council.owen
    challenge = raised(council)
    owen.presses("Acknowledge the concerns", challenge)
    owen.presses("Answer with a comment", challenge)
    owen.puts({"Comment": "Done on Monday, in the end."})
    council.restart("Monday 2026-11-23 09:30")
    owen.fills({})
    record = council.hannah.types(f"/challenge record {challenge}")
    assert record.count("Done on Monday, in the end.") == 1
