"""The played connector refuses what Teams refuses, in its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.playground.teams import cards, files
from procedures.clock import SetClock
from tests.playground.teams_shed import ADA_ID, CLIENT, TENANT, TeamsShed, open_teams_shed

HELLO = {"type": "message", "text": "Hello"}


@pytest.fixture(scope="module")
def shed() -> Iterator[TeamsShed]:
    with open_teams_shed(SetClock(datetime(2026, 11, 23, 10, 4, tzinfo=UTC))) as found:
        yield found


@pytest.fixture(autouse=True)
def _later(shed: TeamsShed) -> None:
    shed.clock.advance(timedelta(hours=1))


def posted(shed: TeamsShed, activity: object, **more: Any) -> tuple[int, str]:
    """Post into Ada's chat; the status and the error's code, "" for none."""
    answer = shed.call("POST", f"conversations/{personal(shed)}/activities", json=activity, **more)
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def personal(shed: TeamsShed) -> str:
    return shed.tenant.personal("U0ADA").id


def with_card(card: object) -> dict[str, Any]:
    return {"type": "message", "attachments": [{"contentType": cards.ADAPTIVE, "content": card}]}


@pytest.mark.parametrize("token", ["", "ey.forged.token"])
def test_without_a_token_of_the_sign_in_service_nothing_is_done(shed: TeamsShed, token: str) -> None:
    assert posted(shed, HELLO, token=token) == (401, "Unauthorized")


def test_a_token_for_graph_is_none_for_the_connector(shed: TeamsShed) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT,
        "client_secret": "tiny-secret",
        "scope": "https://graph.microsoft.com/.default",
    }
    token = shed.tenant.login.token(TENANT, form)["access_token"]
    assert posted(shed, HELLO, token=token) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("activity", "answer"),
    [
        (HELLO, (201, "")),
        ({"type": "typing"}, (202, "")),
        ({"type": "event", "name": "x"}, (400, "BadArgument")),
        ({"type": "message", "text": " "}, (400, "BadArgument")),
        ({"type": "message", "text": "x", "textFormat": None}, (400, "BadArgument")),
        ({"type": "message", "text": "x" * 110_000}, (413, "MessageSizeTooBig")),
        (
            {"type": "message", "attachments": [{"contentType": "text/plain", "content": "x"}]},
            (400, "BadArgument"),
        ),
        (with_card({"type": "AdaptiveCard", "version": "1.6"}), (400, "BadArgument")),
        (with_card({"type": "AdaptiveCard", "version": "1.5", "body": []}), (201, "")),
        ([], (400, "BadSyntax")),
    ],
)
def test_only_what_teams_shows_is_taken(shed: TeamsShed, activity: object, answer: tuple[int, str]) -> None:
    assert posted(shed, activity) == answer


def test_conversations_and_messages_that_are_not_there(shed: TeamsShed) -> None:
    gone = shed.call("POST", "conversations/a:1nobody/activities", json=HELLO)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "ConversationNotFound")
    gone = shed.call("PUT", f"conversations/{personal(shed)}/activities/17", json=HELLO)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "ActivityNotFoundInConversation")


def test_what_a_person_wrote_is_not_the_apps_to_change(shed: TeamsShed) -> None:
    shed.say("mine")
    mine = shed.tenant.personal("U0ADA").posts[-2]
    refused = shed.call("PUT", f"conversations/{personal(shed)}/activities/{mine.id}", json=HELLO)
    assert refused.status_code == 403


def test_a_message_is_deleted_once(shed: TeamsShed) -> None:
    identity = shed.call("POST", f"conversations/{personal(shed)}/activities", json=HELLO).json()["id"]
    path = f"conversations/{personal(shed)}/activities/{identity}"
    assert [shed.call("DELETE", path).status_code for _ in range(2)] == [200, 404]
    assert shed.last()["deleted"]
    assert shed.last()["text"] == ""


def test_the_eighth_message_in_a_second_is_too_many_and_waits(shed: TeamsShed) -> None:
    assert [posted(shed, HELLO)[0] for _ in range(8)] == [201] * 7 + [429]
    refused = shed.call("POST", f"conversations/{personal(shed)}/activities", json=HELLO)
    shed.clock.advance(timedelta(seconds=int(refused.headers["retry-after"])))
    assert [posted(shed, HELLO)[0] for _ in range(2)] == [201, 429]


@pytest.mark.parametrize("given", [ADA_ID, f"8:orgid:{ADA_ID}", "29:"])
def test_the_chat_with_somebody_is_had_by_each_of_their_ids(shed: TeamsShed, given: str) -> None:
    given = shed.tenant.member("U0ADA").account if given == "29:" else given
    body = {"members": [{"id": given}], "tenantId": TENANT, "isGroup": False}
    answer = shed.call("POST", "conversations", json=body)
    assert (answer.status_code, answer.json()) == (201, {"id": personal(shed)})


def test_no_chat_with_a_stranger_in_another_tenant_or_with_two_at_once(shed: TeamsShed) -> None:
    members = [{"id": ADA_ID}]
    bodies = [
        {"members": [{"id": "29:nobody"}], "tenantId": TENANT},
        {"members": members, "tenantId": CLIENT},
        {"members": members * 2, "tenantId": TENANT},
    ]
    assert [shed.call("POST", "conversations", json=one).status_code for one in bodies] == [400, 403, 400]


def test_members_are_told_with_their_address(shed: TeamsShed) -> None:
    account = shed.tenant.member("U0ADA").account
    found = shed.call("GET", f"conversations/{personal(shed)}/members/{account}").json()
    assert (found["email"], found["aadObjectId"], found["tenantId"]) == ("ada@example.org", ADA_ID, TENANT)
    assert shed.call("GET", f"conversations/{personal(shed)}/members").json() == [found]
    assert shed.call("GET", f"conversations/{personal(shed)}/members/29:x").status_code == 404


def test_only_a_member_of_a_team_can_be_written_to_there_alone(shed: TeamsShed) -> None:
    workshop = shed.chat(name="Workshop")["id"]
    path = f"conversations/{workshop}/activities?isTargetedActivity=true"
    ada = {"id": shed.tenant.member("U0ADA").account}
    assert shed.call("POST", path, json=HELLO | {"recipient": ada}).status_code == 201
    assert shed.last(name="Workshop")["only"]
    assert shed.chat("U0BEN", "Workshop")["posts"] == []
    assert shed.call("POST", path, json=HELLO | {"recipient": {"id": "29:x"}}).status_code == 400


def test_a_file_comes_into_somebodys_onedrive_when_they_agree(shed: TeamsShed) -> None:
    consent = {"contentType": files.CONSENT, "name": "record.docx", "content": {"sizeInBytes": 5}}
    assert posted(shed, {"type": "message", "attachments": [consent]}) == (201, "")
    assert shed.last()["files"] == [{"offered": True, "name": "record.docx", "size": 5, "more": ""}]
    stored = shed.tenant.store("U0ADA", "record.docx", None, 5)
    place = files.upload_info(shed.tenant, stored)["uploadUrl"]
    ranges = ["bytes 0-4/9", "bytes 0-4/5", "bytes 0-4/5"]
    answers = [shed.http.put(place, content=b"hello", headers={"Content-Range": one}) for one in ranges]
    assert [one.status_code for one in answers] == [400, 201, 404]
    info = {
        "contentType": files.INFO,
        "name": "record.docx",
        "content": {"uniqueId": stored.id, "fileType": "docx"},
    }
    assert posted(shed, {"type": "message", "attachments": [info]}) == (201, "")
    shown = shed.last()["files"][0]
    kept = shed.http.get(f"/ui/teams/file/{shown['id']}", params={"user": "U0ADA"})
    assert kept.content == b"hello"
    assert shed.http.get(f"/ui/teams/file/{shown['id']}", params={"user": "U0BEN"}).status_code == 404


def test_faults_on_demand(shed: TeamsShed) -> None:
    shed.tenant.faults.answer("activities.create", status=502)
    shed.tenant.faults.answer("activities.create", status=429, error="Throttled", retry_after=9)
    assert shed.call("POST", f"conversations/{personal(shed)}/activities", json=HELLO).status_code == 502
    assert posted(shed, HELLO) == (429, "Throttled")
    assert posted(shed, HELLO) == (201, "")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": TENANT}, 400, "unauthorized_client"),
        ({"scope": "https://example.org/.default"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_token_is_for_the_apps_own_credentials(
    shed: TeamsShed, change: dict[str, str], status: int, error: str
) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT,
        "client_secret": "tiny-secret",
        "scope": "https://api.botframework.com/.default",
    }
    address = f"{shed.tenant.login.address}/{TENANT}/oauth2/v2.0/token"
    answer = shed.http.post(address, data=form | change)
    assert (answer.status_code, json.loads(answer.text)["error"]) == (status, error)
