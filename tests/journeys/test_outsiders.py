"""Guests and people of other organisations: they are shown nothing and sent nothing, and a channel gets no answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from bot.answering import OUTSIDE
from bot.app import slack_side
from bot.playground.state import Channel
from bot.slack.screen import NOT_HERE
from tests.journeys.challenges import raised
from tests.journeys.driver import Council
from tests.journeys.person import Person
from tests.journeys.platforms import slack_s_own

pytestmark = slack_s_own("Slack's guests and shared channels; in Teams: tests/bot/teams/test_who_comes_in.py")
Standing = Literal["guest", "single_channel_guest", "stranger"]


def becomes(council: Council, person: Person, standing: Standing) -> None:
    """Somebody's account changes, and the program asks Slack for everybody's again."""
    workspace = council.demo.workspace
    workspace.personas[person.id] = replace(workspace.personas[person.id], standing=standing)
    council.portal.call(slack_side(council.demo.bot).colleagues.learn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_guest_is_turned_away_at_every_door_and_nothing_is_sent_to_them(council: Council) -> None:
    raised(council)
    owen = council.owen
    assert owen.has("CH-1001")
    sent = len(owen.notices)
    becomes(council, owen, "guest")
    assert OUTSIDE in owen.types("/challenge show CH-1001")
    assert OUTSIDE in owen.presses("Acknowledge the concerns", "CH-1001")
    assert OUTSIDE in owen.home.text
    assert "CH-1001" not in owen.home.text
    council.until("Thursday 2026-11-26 09:30")
    assert len(owen.notices) == sent, "the reminder of that day is not for a guest"
    assert "is the account of a guest" in council.nadia.types("/challenge problems")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebody_of_another_organisation_learns_nothing(council: Council) -> None:
    raised(council)
    visitor = council.joins("Vera Hale", "owen.rees@wexborough.example")
    becomes(council, visitor, "stranger")
    assert OUTSIDE in visitor.types("/challenge list")
    assert "You are not on" in visitor.home.text, (
        "an opened page does not say whose; Slack is asked meanwhile"
    )
    assert OUTSIDE in visitor.home.text
    told = council.demo.workspace.personas[visitor.id]
    assert told.team != council.demo.workspace.personas[council.owen.id].team


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_channel_gets_no_answer_but_a_window_and_a_shared_one_not_even_that(council: Council) -> None:
    raised(council)
    hannah, workspace = council.hannah, council.demo.workspace
    channel = Channel("C0SHARED", "with-health", frozenset({hannah.id}), workspace.seconds(), shared=True)
    workspace.channels[channel.id] = channel
    assert council.post("command", user=hannah.id, channel=channel.id, text="/challenge show CH-1001")["ok"]
    council.settle()
    assert "CH-1001" in hannah.the_form().text
    assert not channel.messages
    assert not channel.ephemerals
    hannah.closes()
    workspace.faults.answer("views.open", error="expired_trigger_id")
    council.post("command", user=hannah.id, channel=channel.id, text="/challenge show CH-1001")
    council.settle()
    (word,) = channel.ephemerals
    assert NOT_HERE in str(word.blocks)
    assert "CH-1001" not in str(word.blocks)
