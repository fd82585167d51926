"""What happens to a message on its way into Teams: where the chat is made, what is tried again, and what a person must be told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sending import CannotDeliver, Gone, NotConnected, TryLater
from bot.teams.send import TeamsSender
from commands.vocabulary import Bullets, Button, Buttons, Card, File, Paragraph
from tests.bot.teams.microsoft import TENANT
from tests.bot.teams.world import World, entra_id, words

pytestmark = pytest.mark.anyio

CARD = Card(
    "CH-1001",
    (Paragraph("Please answer."), Buttons((Button("Show", "show", {"challenge": "CH-1001"}),))),
    "CH-1001 waits",
)


def sender(council: World) -> TeamsSender:
    assert council.bot.teams is not None
    return council.bot.teams.sender


def refuses(council: World, path: str, status: int, code: str = "", **headers: str) -> None:
    """The next call to a path that begins so gets this answer."""
    council.microsoft.answers.append((path, status, headers, {"error": {"code": code}} if code else {}))


async def test_a_chat_is_made_once_and_kept(council: World) -> None:
    first = await sender(council).post(entra_id("priya"), CARD, "key-1")
    second = await sender(council).post(entra_id("priya"), CARD, "key-2")
    made = [call.body for call in council.microsoft.calls if call.path == "/v3/conversations"]
    assert made == [
        {
            "members": [{"id": entra_id("priya")}],
            "tenantId": TENANT,
            "channelData": {"tenant": {"id": TENANT}},
        }
    ]
    assert first.channel == second.channel
    assert first.channel.endswith(f"a:{entra_id('priya')}")
    assert first.ts != second.ts
    posted = council.said("priya")[-1]
    assert posted["summary"] == "CH-1001 waits"
    assert "null" not in str(posted)


async def test_it_is_written_where_the_person_has_written(council: World) -> None:
    await council.writes("priya", "help")
    posted = await sender(council).post(entra_id("priya"), CARD, "key")
    assert posted.channel == f"{council.microsoft.service} a:priya"


async def test_a_chat_that_is_no_more_is_made_anew(council: World) -> None:
    await council.writes("priya", "help")
    refuses(council, "/v3/conversations/a:priya/", 404, "ConversationNotFound")
    posted = await sender(council).post(entra_id("priya"), CARD, "key")
    assert posted.channel.endswith(f"a:{entra_id('priya')}")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "", "does not have the app in Teams"),
        (403, "BotDisabledByAdmin", "An administrator has blocked the app"),
        (400, "BadArgument", "Teams knows nobody with this person's teams_user_id in your tenant"),
        (400, "BadSyntax", "it is the object id in Microsoft Entra"),
        (413, "MessageSizeTooBig", "larger than Teams takes"),
        (418, "Teapot", "418 Teapot"),
    ],
)
async def test_what_can_never_be_delivered_says_why(
    council: World, status: int, code: str, words: str
) -> None:
    refuses(council, "/v3/conversations", status, code)
    with pytest.raises(CannotDeliver, match=words):
        await sender(council).post(entra_id("tom"), CARD, "key")


async def test_too_many_messages_wait_as_long_as_teams_asks(council: World) -> None:
    await council.writes("priya", "help")
    refuses(council, "/v3/conversations/a:priya/", 429, **{"Retry-After": "17"})
    with pytest.raises(TryLater) as caught:
        await sender(council).post(entra_id("priya"), CARD, "key")
    assert (caught.value.retry_after, caught.value.maybe_sent) == (17.0, False)


@pytest.mark.parametrize("status", [412, 429])
async def test_what_was_not_taken_is_tried_again_at_once(council: World, status: int) -> None:
    await council.writes("priya", "help")
    refuses(council, "/v3/conversations/a:priya/", status)
    before = len(council.said("priya"))
    await sender(council).post(entra_id("priya"), CARD, "key")
    assert len(council.said("priya")) == before + 2  # both calls are counted, the second was taken


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_what_may_have_been_taken_is_not_posted_twice(council: World, status: int) -> None:
    await council.writes("priya", "help")
    refuses(council, "/v3/conversations/a:priya/", status)
    with pytest.raises(TryLater) as caught:
        await sender(council).post(entra_id("priya"), CARD, "key")
    assert caught.value.maybe_sent


async def test_a_token_that_teams_does_not_take_is_for_an_administrator(council: World) -> None:
    await council.writes("priya", "help")
    refuses(council, "/v3/conversations/a:priya/", 401)
    with pytest.raises(NotConnected, match="CHALLENGE_TEAMS_CLIENT_ID"):
        await sender(council).post(entra_id("priya"), CARD, "key")


async def test_a_message_is_redrawn_or_gone(council: World) -> None:
    posted = await sender(council).post(entra_id("priya"), CARD, "key")
    refuses(council, "/v3/conversations/a:", 502)
    await sender(council).update(posted.channel, posted.ts, CARD, "key")  # redrawing twice does no harm
    refuses(council, "/v3/conversations/a:", 404)
    with pytest.raises(Gone):
        await sender(council).update(posted.channel, posted.ts, CARD, "key")


async def test_a_message_that_is_too_long_is_shortened_and_keeps_its_buttons(council: World) -> None:
    long = Card(
        "CH-1001", (Bullets(tuple("A line of a record. " * 20 for _ in range(400))), *CARD.parts), "CH-1001"
    )
    await sender(council).post(entra_id("priya"), long, "key")
    posted = council.said("priya")[-1]
    assert len(str(posted)) < 80_000
    assert "There is more than fits here" in words(posted)
    assert "Show" in words(posted)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"id": "the-id", "userType": "Member", "accountEnabled": True}, "the-id"),
        ({"id": "the-id", "userType": "Guest"}, None),
        ({"id": "the-id", "accountEnabled": False}, None),
        (None, None),
    ],
)
async def test_somebody_is_looked_up_by_their_address(
    council: World, known: dict[str, Any] | None, found: str | None
) -> None:
    assert council.bot.teams is not None
    council.bot.teams.directory._graph = f"{council.microsoft.address}/graph"
    council.microsoft.users = {} if known is None else {"ada@council.example": known}
    assert await sender(council).lookup_user("ada@council.example") == found


async def test_without_the_permission_an_administrator_reads_which_one(council: World) -> None:
    assert council.bot.teams is not None
    council.bot.teams.directory._graph = f"{council.microsoft.address}/graph"
    refuses(council, "/graph/v1.0/users", 403, "Authorization_RequestDenied")
    with pytest.raises(CannotDeliver, match=r"User\.Read\.All"):
        await sender(council).lookup_user("ada@council.example")


async def test_a_file_is_put_where_its_reader_says_and_then_kept_no_longer(council: World) -> None:
    file = File("CH-1001.docx", "application/x-word", b"the record")
    card = Card("Your file", (Paragraph("The record of CH-1001."),), "A file", file)
    brought = await sender(council).bring(file)
    await sender(council).share(entra_id("priya"), brought, card)
    with pytest.raises(Gone):  # a file is shared once
        await sender(council).share(entra_id("priya"), brought, card)
    asked = council.said("priya")[-1]["attachments"][0]
    assert (asked["name"], asked["content"]["acceptContext"]) == ("CH-1001.docx", {"file": brought})
    where = {
        "uploadUrl": f"{council.microsoft.address}/files/CH-1001.docx",
        "contentUrl": "https://council-my.sharepoint.com/CH-1001.docx",
        "uniqueId": "u1",
        "fileType": "docx",
        "name": "CH-1001.docx",
    }
    consent = {"action": "accept", "context": {"file": brought}, "uploadInfo": where, "type": "fileUpload"}
    await council.invoke("tom", "fileConsent/invoke", consent)
    assert council.microsoft.files == {}  # nobody else's
    await council.invoke(
        "priya",
        "fileConsent/invoke",
        {**consent, "uploadInfo": {**where, "uploadUrl": "https://evil.example/x"}},
    )
    assert "did not take the file" in words(council.last("priya"))
    await council.invoke("priya", "fileConsent/invoke", consent)
    assert council.microsoft.files == {"CH-1001.docx": b"the record"}
    council.microsoft.files.clear()
    await council.invoke("priya", "fileConsent/invoke", consent)
    assert "no longer kept here" in words(council.last("priya"))
    assert council.microsoft.files == {}
