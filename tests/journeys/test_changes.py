"""What changes under way: a challenge is withdrawn, a part passes on, people come and go, the working days change."""

from __future__ import annotations

from tests.journeys.challenges import PLEASE_ANSWER, raised
from tests.journeys.driver import Council
from tests.journeys.platforms import IN_TEAMS_TOO

pytestmark = IN_TEAMS_TOO

CLOSED = '\n[[closure]]\nday = {day}\nreason = "Offices closed after a storm"\n'


def without(email: str, rows: str) -> str:
    """people.csv without somebody."""
    return "".join(row for row in rows.splitlines(keepends=True) if not row.startswith(email))


def test_withdrawn_with_a_reason(council: Council) -> None:
    hannah, owen = council.hannah, council.owen
    challenge = raised(council)
    hannah.presses("Withdraw the challenge", challenge)
    assert set(hannah.tries({})) == {"Why is it withdrawn?"}
    hannah.fills({"Why is it withdrawn?": "It was about another case."})
    assert owen.has("Hannah Okafor withdrew the challenge", "It was about another case.")
    before = len(owen.notices)
    council.until("Wednesday 2026-12-02 12:00")
    assert len(owen.notices) == before
    refused = owen.types(f"/challenge acknowledge {challenge}")
    assert "this challenge was withdrawn by Hannah Okafor on Mon 23 Nov, 09:10" in refused


def test_a_part_passes_to_somebody_else_with_its_reminders(council: Council) -> None:
    hannah, owen, claire = council.hannah, council.owen, council.claire
    challenge = raised(council)
    council.until("Thursday 2026-11-26 10:00")
    hannah.presses("Pass a part to somebody else", challenge)
    hannah.fills(
        {
            "Which part?": "Team manager: Owen Rees",
            "To whom?": "Claire Dunn",
            "Why?": "Owen moves to another team.",
        }
    )
    hannah.closes()
    assert claire.has(challenge, PLEASE_ANSWER)
    assert owen.has("passed the part of team manager from Owen Rees to Claire Dunn")
    for message in owen.about(challenge):
        assert "core group" not in message.text, message.text
        assert not {"Acknowledge the concerns", "Open the record"} & set(message.labels), message.text
    refused = owen.types(f"/challenge show {challenge}")
    assert "is not a challenge that you have a part in" in refused

    before = len(owen.notices)
    for when, words in (
        ("Friday 2026-11-27 09:00", "One working day left"),
        ("Monday 2026-11-30 09:00", "Due today"),
    ):
        council.until(when)
        assert claire.has(words)
    assert len(owen.notices) == before
    claire.presses("Acknowledge the concerns", "Due today")

    # The raiser's own part passes on as well, and back.
    for to, gone in (("Ben Marsden", "Hannah Okafor"), ("Hannah Okafor", "Ben Marsden")):
        holder = council.hannah if gone == "Hannah Okafor" else council.ben
        holder.types(f"/challenge reassign {challenge}")
        parts = [label for label in holder.the_form().field("Which part?").choices if gone in label]
        holder.fills({"Which part?": parts[-1], "To whom?": to, "Why?": "Leave."})
        holder.closes()
    council.until("Tuesday 2026-12-01 09:00")
    assert hannah.has("There was no full answer by")
    assert not council.ben.has("was no full answer by")


def test_a_role_that_nobody_holds(council: Council) -> None:
    hannah, nadia, claire = council.hannah, council.nadia, council.claire
    told = council.imports_people(lambda rows: without("owen.rees", rows))
    assert "Still missing: Team manager for South safeguarding team." in told
    challenge = raised(council)
    for person in (nadia, hannah):
        assert person.has("Nobody holds the role Team manager for South safeguarding team", challenge)
    assert "core group" not in nadia.messages[-1].text, "An administrator sees no case."
    hannah.types(f"/challenge reassign {challenge}")
    hannah.fills(
        {
            "Which part?": "Team manager: nobody yet",
            "To whom?": "Claire Dunn",
            "Why?": "The post is vacant.",
        }
    )
    assert claire.has(challenge, PLEASE_ANSWER)
    council.until("Thursday 2026-11-26 09:00")
    assert claire.has("2 working days left")


def test_somebody_leaves_while_they_are_asked(council: Council) -> None:
    hannah, owen, nadia, claire = council.hannah, council.owen, council.nadia, council.claire
    challenge = raised(council)
    council.until("Wednesday 2026-11-25 12:00")
    council.imports_people(lambda rows: without("owen.rees", rows))
    for person in (nadia, hannah):
        assert person.has(f"{challenge} waits for the team manager, Owen Rees, who is no longer on")
    before = len(owen.notices)
    refused = owen.presses("Acknowledge the concerns", challenge)
    assert "You are not on Wexborough Children’s Services's list of people" in refused
    assert "Ask Nadia Rahman" in refused
    hannah.types(f"/challenge reassign {challenge}")
    hannah.fills(
        {
            "Which part?": "Team manager: Owen Rees",
            "To whom?": "Claire Dunn",
            "Why?": "Owen has left.",
        }
    )
    council.until("Friday 2026-11-27 09:00")
    assert claire.has("One working day left")
    assert len(owen.notices) == before


def test_a_closure_day_is_added_while_a_window_is_open(council: Council) -> None:
    hannah, owen = council.hannah, council.owen
    challenge = raised(council)
    file = council.folder / "authority.toml"
    before = file.read_text(encoding="utf-8")

    def closes(day: str, at: str) -> None:
        file.write_text(before + (CLOSED.format(day=day) if day else ""), encoding="utf-8")
        council.restart(at)
        council.live()

    closes("2026-11-27", "Tuesday 2026-11-24 10:00")
    moved = "The due date has changed to Tuesday 1 December 2026, 17:00"
    for person in (hannah, owen):
        assert person.has(challenge, moved)
        assert all("Monday 30 November 2026, 17:00" not in one.text for one in person.about("Due"))
    assert owen.has("Friday 27 November is", "Offices closed after a storm")
    assert len(owen.about("has changed to")) == 1

    closes("", "Tuesday 2026-11-24 11:00")
    assert owen.has("The due date has changed to Monday 30 November 2026, 17:00")
    closes("2026-11-27", "Tuesday 2026-11-24 12:00")
    closes("2026-11-27", "Tuesday 2026-11-24 13:00")
    assert all("Tuesday 1 December 2026" in one.text for one in owen.about("Due"))

    council.until("Thursday 2026-11-26 09:00")
    assert len(owen.about("2 working days left")) == 1
    council.until("Friday 2026-11-27 12:00")
    assert not owen.has("One working day left")
    council.until("Monday 2026-11-30 09:00")
    assert len(owen.about("One working day left")) == 1
    council.until("Monday 2026-11-30 18:00")
    assert not owen.has("Overdue")
    council.until("Tuesday 2026-12-01 09:00")
    assert len(owen.about("Due today by 17:00")) == 1
