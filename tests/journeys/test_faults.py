"""Slack misbehaves: nothing is lost, nothing is sent twice, and what can never arrive is told to a person."""

from __future__ import annotations

import pytest

from tests.journeys.challenges import raised
from tests.journeys.driver import Council
from tests.journeys.platforms import slack_s_own
from tests.journeys.sent import sent_messages

pytestmark = slack_s_own("the faults of Slack's API; those of Teams are in tests/bot/teams and tests/faults")


def test_too_many_requests(council: Council) -> None:
    council.demo.workspace.faults.answer("chat.postMessage", status=429, retry_after=7, times=3)
    challenge = raised(council)
    assert all(one.has(challenge) for one in (council.hannah, council.owen, council.nina))


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open", "chat.update"])
def test_errors_on_slacks_side(council: Council, method: str) -> None:
    faults = council.demo.workspace.faults
    faults.answer(method, status=500, times=4)
    faults.answer(method, status=200, error="internal_error", times=1)
    challenge = raised(council)
    council.until("Monday 2026-11-23 11:00")
    council.owen.presses("Acknowledge the concerns", challenge)
    for minute in range(1, 8):
        council.until(f"Monday 2026-11-23 11:0{minute}")
    for person in (council.hannah, council.owen, council.nina):
        assert all("Owen Rees acknowledged the concerns" in one.text for one in person.about("Due"))
        assert person.about("Due")


@pytest.mark.parametrize("looking", ["works", "fails at first"])
def test_the_connection_breaks_after_slack_has_taken_a_message(council: Council, looking: str) -> None:
    council.expected.add("library_message")  # the workspace's own server notices that it broke off
    faults = council.demo.workspace.faults
    faults.cut_after_accepting("chat.postMessage", times=3)
    if looking == "fails at first":
        faults.answer("conversations.history", status=503, times=2)
    challenge = raised(council)
    council.until("Monday 2026-11-23 10:00")
    for person in (council.hannah, council.owen, council.nina):
        assert len(person.about(challenge)) == 1
    assert len(sent_messages(council)) == 3
    council.owen.presses("Acknowledge the concerns", challenge)
    assert council.nina.has("Owen Rees acknowledged the concerns on Mon 23 Nov")


def test_the_connection_breaks_while_a_message_is_redrawn(council: Council) -> None:
    council.expected.add("library_message")
    challenge = raised(council)
    council.demo.workspace.faults.cut_after_accepting("chat.update", times=2)
    council.owen.presses("Acknowledge the concerns", challenge)
    council.until("Monday 2026-11-23 10:00")
    assert council.nina.has("Owen Rees acknowledged the concerns on Mon 23 Nov")


def test_somebody_who_cannot_be_reached_in_slack(council: Council) -> None:
    nadia, hannah = council.nadia, council.hannah
    council.leaves(council.owen)
    challenge = raised(council)
    sentence = f"A message about {challenge} could not be delivered to Owen Rees. Slack knows no such person."
    for person in (nadia, hannah):
        assert person.has(sentence)
    assert sentence in nadia.types("/challenge problems")
    assert council.nina.has(challenge), "The others have theirs."
    council.until("Tuesday 2026-11-24 12:00")


def test_slack_is_down_for_hours(council: Council) -> None:
    faults = council.demo.workspace.faults
    for method in ("chat.postMessage", "chat.update", "conversations.open"):
        faults.answer(method, status=503, times=100_000)
    challenge = raised(council)
    council.until("Monday 2026-11-23 13:00")
    assert not council.owen.notices
    faults.clear()
    council.until("Monday 2026-11-23 14:00")
    assert council.owen.has(challenge, "This message was due on Mon 23 Nov, 09:10", "late")
    assert council.nadia.has("Messages have not got through for more than an hour.")


def test_slack_is_down_until_the_evening(council: Council) -> None:
    council.until("Monday 2026-11-23 16:00")
    council.demo.workspace.faults.answer("chat.postMessage", status=503, times=100_000)
    challenge = raised(council)
    council.until("Monday 2026-11-23 19:00")
    council.demo.workspace.faults.clear()
    council.until("Monday 2026-11-23 22:00")
    assert not council.owen.notices
    assert council.hannah.has(challenge), "What she did herself is hers to read at any hour."
    council.until("Tuesday 2026-11-24 08:45")
    assert council.owen.has(challenge, "This message was due on Mon 23 Nov, 16:00", "late")
