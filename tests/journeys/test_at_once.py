"""Two people in the same instant, a double click, a request that is delivered twice: one effect, and a clear answer to whoever came second."""

from __future__ import annotations

from typing import Any

from tests.journeys.challenges import PLEASE_MEET, form, raised
from tests.journeys.driver import Council
from tests.journeys.test_away import away

NORTH: dict[str, Any] = {"team": "North safeguarding team 1", "social_worker": "Tom Ellery"}


def history(council: Council, challenge: str) -> str:
    """What the record says has happened."""
    return council.hannah.types(f"/challenge record {challenge}")


def test_two_managers_click_at_once(council: Council) -> None:
    priya, leo = council.priya, council.leo
    challenge = raised(council, **NORTH)
    council.at_once(
        priya.pressing("Acknowledge the concerns", challenge),
        leo.pressing("Acknowledge the concerns", challenge),
    )
    answers = [*priya.told_alone, *leo.told_alone]
    assert len(answers) == 1
    assert "Already done: the concerns were acknowledged by" in answers[0]
    assert "Nothing has changed." in answers[0]
    assert history(council, challenge).count("acknowledged the concerns") == 1
    assert len(council.hannah.about("acknowledged the concerns on")) >= 1
    for manager in (priya, leo):
        assert "Acknowledge the concerns" not in manager.about(challenge)[0].labels


def test_a_double_click_and_a_redelivered_click(council: Council) -> None:
    priya = council.priya
    challenge = raised(council, **NORTH)
    council.at_once(
        priya.pressing("Acknowledge the concerns", challenge),
        priya.pressing("Acknowledge the concerns", challenge),
    )
    assert [text for text in priya.told_alone if "Already done" in text] == priya.told_alone
    heard = 1 if council.platform == "slack" else 0  # in Teams both are one press of one button
    assert len(priya.told_alone) == heard
    priya.presses("Confirm actions completed", challenge)
    for _ in range(3):
        council.redeliver()
    assert len(priya.told_alone) == heard, "The same click again needs no answer."
    assert history(council, challenge).count("that the agreed actions are completed") == 1
    council.until("Tuesday 2026-11-24 12:00")


def test_a_form_that_is_sent_twice_raises_one_challenge(council: Council) -> None:
    hannah = council.hannah
    hannah.types("/challenge raise")
    hannah.puts(form())
    send = hannah.sending()
    outcomes = council.at_once(send, send)
    assert any(outcome["ok"] for outcome in outcomes)
    council.redeliver()
    hannah.closes()
    mine = hannah.types("/challenge list mine")
    assert "1 open" in mine
    assert "CH-1001" in mine


def test_two_people_open_a_stage_at_once(council: Council) -> None:
    hannah, ben = council.hannah, council.ben
    challenge = raised(council)
    assert not away(hannah, "Tuesday 2026-12-01", "Friday 2026-12-04", ben)
    council.until("Tuesday 2026-12-01 10:00")
    for person in (hannah, ben):
        person.types(f"/challenge escalate {challenge}")
        person.puts({"What is unresolved?": f"Nobody answered, says {person.name}."})
    outcomes = council.at_once(hannah.sending(), ben.sending())
    told = [
        one
        for person, outcome in zip((hannah, ben), outcomes, strict=True)
        for one in person.refusals(outcome)
    ]
    assert len(told) == 1
    assert "Already done: CP Challenge Stage 2 was opened by" in told[0]
    assert history(council, challenge).count("\nReference: CH-1001") == 2
    assert len(council.farah.about(PLEASE_MEET)) == 1


def test_answering_and_resolving_at_once(council: Council) -> None:
    hannah, owen = council.hannah, council.owen
    challenge = raised(council)
    hannah.presses("Resolve", challenge)
    hannah.puts({"How was it resolved?": "The core group has met after all."})
    council.at_once(hannah.sending(), owen.pressing("Acknowledge the concerns", challenge))
    record = history(council, challenge)
    assert "resolved the challenge" in record
    acknowledged = "acknowledged the concerns" in record
    assert acknowledged != any(
        "Already done: this challenge was resolved by" in text for text in owen.told_alone
    )
