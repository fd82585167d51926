"""What the outbox does: posts once, finds what it posted, updates in place, and knows what each refusal means."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.sending import CannotDeliver, Gone, NotConnected, TryLater
from bot.slack.client import connect
from bot.slack.errors import answered
from bot.slack.send import CLOCK_SKEW, Posted
from commands.vocabulary import Button, Buttons, Card, Paragraph
from tests.bot.slack.office import ADA, BEN, MONDAY, Office

CARD = Card("Challenge CH-1042", (Paragraph("A concern about BR-20931."),), "A challenge needs your answer.")
KEY = "CH-1042:stage-1:opened"


def test_a_message_is_posted_with_its_key_and_found_by_it(office: Office) -> None:
    posted = office.do(office.sender.post(ADA, CARD, KEY))
    (message,) = office.messages()
    assert message["text"] == "A challenge needs your answer."
    assert message["ts"] == posted.ts
    assert office.do(office.sender.find(ADA, KEY, MONDAY)) == posted
    assert office.do(office.sender.find(ADA, "another", MONDAY)) is None
    assert office.do(office.sender.find(BEN, KEY, MONDAY)) is None


def test_the_search_goes_through_every_page_but_no_further_back_than_asked(office: Office) -> None:
    first = office.do(office.sender.post(ADA, CARD, KEY))
    for number in range(205):
        office.clock.advance(timedelta(seconds=2))
        office.do(office.sender.post(ADA, CARD, f"other-{number}"))
    assert office.do(office.sender.find(ADA, KEY, MONDAY)) == first
    assert office.do(office.sender.find(ADA, KEY, MONDAY + CLOCK_SKEW + timedelta(seconds=1))) is None


def test_a_message_is_updated_in_place_and_keeps_its_key(office: Office) -> None:
    posted = office.do(office.sender.post(ADA, CARD, KEY))
    answer = Card("Challenge CH-1042", (Paragraph("Ben acknowledged it."),), "Answered.")
    office.do(office.sender.update(posted.channel, posted.ts, answer, KEY))
    (message,) = office.messages()
    assert message["blocks"][1]["text"]["text"] == "Ben acknowledged it."
    assert office.do(office.sender.find(ADA, KEY, MONDAY)) == posted


def test_a_deleted_message_is_gone(office: Office) -> None:
    with pytest.raises(Gone):
        office.do(office.sender.update("D0ADA", "1.000001", CARD, KEY))


def test_the_connection_breaks_after_slack_has_posted(office: Office) -> None:
    office.workspace.faults.cut_after_accepting("chat.postMessage")
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.post(ADA, CARD, KEY))
    assert caught.value.maybe_sent
    assert len(office.messages()) == 1, "nothing behind our back sends it again"
    assert isinstance(office.do(office.sender.find(ADA, KEY, MONDAY)), Posted)


@pytest.mark.parametrize(
    ("status", "error", "maybe_sent"),
    [
        (500, None, True),
        (503, None, True),
        (200, "internal_error", True),
        (200, "service_unavailable", False),
    ],
)
def test_trouble_at_slack_is_tried_again_later(
    office: Office, status: int, error: str | None, maybe_sent: bool
) -> None:
    office.workspace.faults.answer("chat.postMessage", status=status, error=error)
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.post(ADA, CARD, KEY))
    assert caught.value.maybe_sent is maybe_sent
    assert caught.value.retry_after is None


def test_slack_asks_for_patience(office: Office) -> None:
    office.workspace.faults.answer("chat.postMessage", status=429, retry_after=30)
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.post(ADA, CARD, KEY))
    assert caught.value.retry_after == 30
    assert not caught.value.maybe_sent


def test_two_messages_in_one_second_are_one_too_many(office: Office) -> None:
    office.do(office.sender.post(ADA, CARD, KEY))
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.post(ADA, CARD, "second"))
    assert not caught.value.maybe_sent


def test_nothing_can_have_been_sent_when_the_conversation_could_not_be_opened(office: Office) -> None:
    office.workspace.faults.answer("conversations.open", status=503)
    with pytest.raises(TryLater) as caught:
        office.do(office.sender.post(ADA, CARD, KEY))
    assert not caught.value.maybe_sent


@pytest.mark.parametrize(
    ("method", "code", "sentence"),
    [
        ("conversations.open", "user_disabled", "switched off"),
        ("conversations.open", "cannot_dm_bot", "people.csv"),
        ("conversations.history", "channel_not_found", "cannot be found"),
        ("chat.postMessage", "is_archived", "archived"),
        ("chat.postMessage", "something_new", "something_new"),
    ],
)
def test_what_will_never_arrive_is_told_with_a_reason(
    office: Office, method: str, code: str, sentence: str
) -> None:
    office.workspace.faults.answer(method, error=code)
    work = (
        office.sender.find(ADA, KEY, MONDAY)
        if method.endswith("history")
        else office.sender.post(ADA, CARD, KEY)
    )
    with pytest.raises(CannotDeliver, match=sentence) as caught:
        office.do(work)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert "BR-20931" not in str(caught.value)
    assert caught.value.__context__ is None or "BR-20931" not in repr(caught.value.__context__)


def test_nobody_by_that_id(office: Office) -> None:
    with pytest.raises(CannotDeliver, match="no such person"):
        office.do(office.sender.post("U0NOBODY", CARD, KEY))


def test_a_conversation_that_changed_is_opened_anew(office: Office) -> None:
    office.do(office.sender.post(ADA, CARD, KEY))
    office.clock.advance(timedelta(seconds=2))
    office.workspace.faults.answer("chat.postMessage", error="channel_not_found")
    office.do(office.sender.post(ADA, CARD, "second"))
    assert len(office.messages()) == 2


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
def test_a_token_that_slack_does_not_accept_is_for_an_administrator(office: Office, code: str) -> None:
    office.workspace.faults.answer("chat.postMessage", error=code)
    with pytest.raises(NotConnected, match=r"CHALLENGE_SLACK_BOT_TOKEN|manifest"):
        office.do(office.sender.post(ADA, CARD, KEY))


def test_people_are_found_by_address_and_addresses_by_id(office: Office) -> None:
    assert office.do(office.sender.lookup_user("ADA@example.org")) == ADA
    assert office.do(office.sender.lookup_user("nobody@example.org")) is None
    assert office.do(office.sender.email_of(BEN)) == "ben@example.org"
    assert office.do(office.sender.email_of("U0NOBODY")) is None
    assert office.do(office.sender.email_of("U0DEMO0BOT")) is None
    office.workspace.faults.answer("users.info", status=503)
    with pytest.raises(TryLater):
        office.do(office.sender.email_of(BEN))
    office.workspace.faults.answer("users.lookupByEmail", error="something_new")
    with pytest.raises(CannotDeliver):
        office.do(office.sender.lookup_user("ada@example.org"))


@pytest.mark.parametrize(
    ("user", "ours"),
    [
        ({"team_id": "T0DEMO0TEAM"}, True),
        ({"team_id": "T0OTHER"}, False),
        ({"team_id": "T0DEMO0TEAM", "is_restricted": True}, False),
        ({"team_id": "T0DEMO0TEAM", "is_ultra_restricted": True}, False),
        ({"team_id": "T0DEMO0TEAM", "deleted": True}, False),
        ({"team_id": "T0DEMO0TEAM", "is_stranger": True}, False),
    ],
)
def test_guests_leavers_and_other_organisations_are_no_colleagues(
    office: Office, user: dict[str, object], ours: bool
) -> None:
    assert not office.installation.is_ours(user), "not before Slack has said who we are"
    office.do(office.installation.identify())
    assert office.installation.is_ours(user) is ours


def test_across_the_workspaces_of_one_organisation_people_are_colleagues(office: Office) -> None:
    known = office.do(office.installation.identify())
    known.enterprise_id = "E0GRID"
    assert office.installation.is_ours(
        {"team_id": "T0SISTER", "enterprise_user": {"enterprise_id": "E0GRID"}}
    )
    assert not office.installation.is_ours({"team_id": "T1", "enterprise_user": {"enterprise_id": "E0ELSE"}})


def test_whether_slack_can_be_reached(office: Office) -> None:
    assert office.do(office.sender.reachable())
    for fault in ({"status": 503}, {"error": "invalid_auth"}, {"error": "something_new"}):
        office.workspace.faults.answer("auth.test", **fault)  # type: ignore[arg-type]
        assert not office.do(office.sender.reachable())
    assert office.do(office.sender.reachable())


def test_nothing_was_sent_where_nobody_listens(office: Office) -> None:
    office.sender._client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(TryLater) as caught:
        office.do(answered(office.sender._client.chat_postMessage(channel="D1", text="x"), sends=True))
    assert not caught.value.maybe_sent


def test_a_connection_that_ends_without_an_answer_is_not_tried_again_behind_our_back() -> None:
    requests = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async def post() -> None:
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        async with server, connect("xoxb-demo-office", f"http://{host}:{port}/api") as client:
            await answered(client.chat_postMessage(channel="D1", text="x"), sends=True)

    with pytest.raises(TryLater) as caught:
        asyncio.run(post())
    assert caught.value.maybe_sent
    assert len(requests) == 1


def test_a_card_that_carries_too_much_is_refused_before_anything_is_sent(office: Office) -> None:
    card = Card("T", (Buttons((Button("B", "b", {"a": "x" * 2000}),)),), "")
    with pytest.raises(ValueError, match="characters"):
        office.do(office.sender.post(ADA, card, KEY))
    assert office.messages() == []
