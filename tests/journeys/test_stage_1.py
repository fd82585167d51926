"""Stage 1: a challenge answered in time and resolved, and one that is answered by half (BR-1, BR-2, BR-3, BR-11, BR-12)."""

from __future__ import annotations

from tests.journeys.challenges import ACTIONS, CONCERN, PLEASE_ANSWER, TALK, raised
from tests.journeys.driver import Council
from tests.journeys.platforms import EVERYWHERE

pytestmark = EVERYWHERE


def test_a_challenge_is_answered_in_time_and_resolved(council: Council) -> None:
    hannah, owen, nina = council.hannah, council.owen, council.nina

    challenge = raised(council)
    assert owen.has(challenge, PLEASE_ANSWER, CONCERN, ACTIONS)
    assert owen.has("Monday 30 November 2026, 17:00", "5 working days from Monday 23 November 2026")
    assert nina.has(challenge, "This is for your information")
    assert hannah.has(challenge, "You raised this challenge. It went to Owen Rees.")
    assert [one.name for one in council.everybody if one.notices] == [hannah.name, owen.name, nina.name]

    council.until("Thursday 2026-11-26 09:00")
    assert owen.has(challenge, "2 working days left")
    assert not hannah.has("working days left")

    council.until("Thursday 2026-11-26 10:00")
    owen.presses("Acknowledge the concerns", "2 working days left")
    assert hannah.has("Owen Rees acknowledged the concerns on Thu 26 Nov, 10:00.")
    assert all("Acknowledge the concerns" not in one.labels for one in owen.about(challenge))
    owen.presses("Confirm actions completed", "Monday 30 November 2026, 17:00")
    for person, next_ in ((hannah, "Next: you decide"), (owen, "Next: Hannah Okafor decides")):
        assert all(f"{next_} whether this resolves it." in one.text for one in person.about("CP Challenge"))
    assert nina.has("Next: Hannah Okafor decides whether this resolves it.")
    assert owen.has("Thank you: this has been answered.")

    council.until("Friday 2026-11-27 12:00")
    assert hannah.has(
        "Your challenges on Friday 27 November 2026", "Answered: decide whether this resolves it"
    )
    before = len(owen.notices)
    council.until("Wednesday 2026-12-02 12:00")
    assert len(owen.notices) == before, "There is nothing left to remind Owen of."

    hannah.presses("Resolve", "You raised this challenge")
    assert "This is kept on the child's file" in hannah.the_form().field("How was it resolved?").hint
    answer = hannah.fills({"How was it resolved?": "The core group met on 25 November."})
    assert f"Resolved: {challenge}" in answer
    for person in (hannah, owen, nina):
        assert all("resolved by Hannah Okafor on Wed 2 Dec, 12:00" in one.text for one in person.about("Due"))
    assert owen.has("Hannah Okafor resolved the challenge", "The core group met on 25 November.")

    record = hannah.types(f"/challenge record {challenge}")
    for line in (
        "CP Challenge Stage 1",
        "Case: WX-204815",
        f"Informal conversation: Social worker, Thursday 19 November 2026: {TALK}",
        f"Concern: {CONCERN}",
        "Asked: Owen Rees (Team manager)",
        "Answer due: Monday 30 November 2026",
        "Owen Rees acknowledged the concerns on Thursday 26 November 2026, 10:00",
        "Owen Rees confirmed on Thursday 26 November 2026, 10:00 that the agreed actions are completed",
        "  Outcome: The core group met on 25 November.",
    ):
        assert line in record.splitlines()


def test_one_answer_without_the_other_leaves_the_window_open(council: Council) -> None:
    hannah, owen = council.hannah, council.owen
    challenge = raised(council)
    council.until("Tuesday 2026-11-24 11:00")
    owen.presses("Acknowledge the concerns", challenge)

    record = hannah.types(f"/challenge record {challenge}")
    assert "Not recorded: that the agreed actions are confirmed as completed" in record
    assert "Owen Rees to confirm that the agreed actions are completed" in hannah.types(
        f"/challenge show {challenge}"
    )

    reminders = [
        (
            "Thursday 2026-11-26 09:00",
            "2 working days left, until Monday 30 November 2026, 17:00: please confirm that the agreed actions are",
        ),
        (
            "Friday 2026-11-27 09:00",
            "One working day left, until Monday 30 November 2026, 17:00: please confirm that the agreed actions are",
        ),
        ("Monday 2026-11-30 09:00", "Due today by 17:00: please confirm that the agreed actions are"),
    ]
    for when, words in reminders:
        assert not owen.has(words)
        council.until(when)
        assert owen.has(words)
    council.until("Monday 2026-11-30 17:00")
    assert all("Overdue since Monday 30 November 2026" in one.text for one in owen.about("Due today by"))
    assert not hannah.has("There was no full answer")

    council.until("Tuesday 2026-12-01 09:00")
    assert owen.has(
        "Overdue since Monday 30 November 2026: please confirm that the agreed actions are completed now."
    )
    told = hannah.about("There was no full answer by Monday 30 November 2026")[-1]
    assert "You decide what happens next" in told.text
    assert "Nothing goes further by itself" in told.text
    assert {"Take it further", "Resolve"} <= set(told.labels)

    council.until("Tuesday 2026-12-08 12:00")
    assert not council.farah.notices, "It must not have gone to the service manager by itself."
    assert challenge in hannah.types("/challenge list overdue")
    owen.presses("Confirm actions completed", "Overdue since")
    assert hannah.has("Next: you decide whether this resolves it.")
