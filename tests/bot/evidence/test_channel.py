"""The signed head in a channel of the authority's choice: once, in office hours, also when the line is cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.evidence.channel import Poster
from bot.sending import CannotDeliver
from bot.slack.send import SlackSender
from tests.bot.evidence.conftest import Council
from tests.bot.slack.office import Office as Slack
from tests.bot.slack.office import open_office

CHANNEL = "C0DEMO001"


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """What the program does on a worker thread."""
    return function(*arguments)


@pytest.fixture
def slack() -> Iterator[Slack]:
    """The embedded workspace, which has one channel."""
    with open_office() as office:
        yield office


@pytest.fixture
def publishing(council: Council) -> Council:
    """The council with the channel named in authority.toml, and a head that is signed."""
    council.publishes_to(CHANNEL)
    return council


def go(council: Council, slack: Slack, *, replicas: int = 1) -> None:
    """A pass of each replica."""
    for _ in range(replicas):
        slack.do(Poster(council.office, {"slack": slack.sender}, at_once).go())


def in_channel(slack: Slack) -> list[str]:
    """What stands in the channel."""
    messages = slack.workspace.channels[CHANNEL].messages
    return [json.dumps(message.blocks) for message in messages]


def test_the_head_stands_in_the_channel_once_as_it_stands_in_the_file(
    publishing: Council, slack: Slack
) -> None:
    go(publishing, slack, replicas=3)
    [message] = in_channel(slack)
    head = json.loads(publishing.lines()[0])
    assert head["signature"] in message
    assert f"The audit on 2026-11-23: {head['number']} rows" in message
    assert "CH-1001" not in message
    assert "LCS-204815" not in message


def test_it_waits_for_office_hours(publishing: Council, slack: Slack) -> None:
    publishing.wait(hours=10)
    go(publishing, slack)
    assert in_channel(slack) == []
    publishing.wait(hours=13)
    go(publishing, slack)
    assert len(in_channel(slack)) == 1


def test_a_line_that_is_cut_after_slack_has_posted_makes_no_second_one(
    publishing: Council, slack: Slack
) -> None:
    slack.workspace.faults.cut_after_accepting("chat.postMessage")
    go(publishing, slack)
    go(publishing, slack)
    publishing.wait(minutes=2)
    slack.clock.advance(timedelta(minutes=2))
    go(publishing, slack, replicas=2)
    assert len(in_channel(slack)) == 1
    assert publishing.problems() == []


def test_a_replica_that_dies_before_it_posts_leaves_it_to_another(publishing: Council, slack: Slack) -> None:
    Poster(publishing.office, {"slack": slack.sender}, at_once)._claim()
    go(publishing, slack)
    assert in_channel(slack) == []
    publishing.wait(minutes=2)
    go(publishing, slack)
    assert len(in_channel(slack)) == 1


def test_a_channel_that_takes_nothing_is_told_once_and_tried_again(publishing: Council, slack: Slack) -> None:
    slack.workspace.faults.answer("chat.postMessage", error="not_in_channel")
    go(publishing, slack)
    [sentence] = publishing.problems()
    assert sentence.startswith(f"The signed head of the audit cannot be posted to the channel {CHANNEL}.")
    assert "not a member" in sentence
    publishing.wait(minutes=31)
    go(publishing, slack)
    assert len(in_channel(slack)) == 1
    assert publishing.problems() == []


def test_without_a_channel_nothing_is_posted(council: Council, slack: Slack) -> None:
    council.raises()
    council.publisher.go()
    go(council, slack)
    assert in_channel(slack) == []
    assert len(council.lines()) == 1


def test_a_channel_is_not_taken_for_a_person_who_may_be_a_guest(publishing: Council, slack: Slack) -> None:
    async def refuse(person: str) -> None:
        raise CannotDeliver("This is a guest.", "guest")

    sender = SlackSender(slack.sender._client, slack.installation, refuse)
    slack.do(Poster(publishing.office, {"slack": sender}, at_once).go())
    assert len(in_channel(slack)) == 1
