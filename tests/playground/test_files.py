"""Files: announced, brought, shared once, and downloaded only by those with whom they were shared."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.playground.conftest import Shed

CONTENT = b"PK\x03\x04 a small file"


def announce(shed: Shed, content: bytes = CONTENT, name: str = "CH-1042-agenda.docx") -> dict[str, Any]:
    return shed.api("files.getUploadURLExternal", filename=name, length=str(len(content)))


def bring(shed: Shed, upload: dict[str, Any], content: bytes = CONTENT) -> httpx.Response:
    return shed.http.post(upload["upload_url"], content=content)


def share(shed: Shed, upload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return shed.api("files.completeUploadExternal", files=[{"id": upload["file_id"]}], **more)


def fetch(shed: Shed, file_id: str, user: str = "U0ADA") -> httpx.Response:
    return shed.http.get(f"/ui/file/{file_id}", params={"user": user})


def test_a_file_is_announced_brought_and_shared(shed: Shed) -> None:
    upload = announce(shed)
    assert bring(shed, upload).text == f"OK - {len(CONTENT)}"
    answer = share(shed, upload, channel_id="D0ADA", initial_comment="Here you are.")
    assert answer == {"ok": True, "files": [{"id": upload["file_id"], "title": "CH-1042-agenda.docx"}]}
    (message,) = shed.messages()
    assert message["text"] == "Here you are."
    assert message["files"] == [
        {
            "id": upload["file_id"],
            "name": "CH-1042-agenda.docx",
            "title": "CH-1042-agenda.docx",
            "size": len(CONTENT),
        }
    ]
    (kept,) = shed.api("conversations.history", channel="D0ADA")["messages"]
    assert (kept["subtype"], kept["files"][0]["id"]) == ("file_share", upload["file_id"])
    downloaded = fetch(shed, upload["file_id"])
    assert downloaded.content == CONTENT
    assert downloaded.headers["Content-Disposition"] == "attachment; filename*=UTF-8''CH-1042-agenda.docx"


def test_nobody_else_downloads_it(shed: Shed) -> None:
    upload = announce(shed)
    bring(shed, upload)
    assert fetch(shed, upload["file_id"]).status_code == 404, "Not before it is shared."
    share(shed, upload, channel_id="D0ADA")
    for user in ("U0BEN", "U0NOBODY", ""):
        assert fetch(shed, upload["file_id"], user).status_code == 404
    assert shed.messages("U0BEN") == []


def test_it_is_shared_once_and_only_when_it_has_come(shed: Shed) -> None:
    upload = announce(shed)
    assert share(shed, upload, channel_id="D0ADA")["error"] == "file_not_found"
    bring(shed, upload)
    assert share(shed, upload, channel_id="D0ADA")["ok"]
    assert share(shed, upload, channel_id="D0ADA")["error"] == "file_not_found"
    assert len(shed.messages()) == 1


def test_an_address_is_good_once_for_a_quarter_of_an_hour_and_for_what_was_announced(shed: Shed) -> None:
    upload = announce(shed)
    assert bring(shed, upload, b"something longer than that").status_code == 400
    assert bring(shed, upload).status_code == 200
    assert bring(shed, upload).status_code == 404
    late = announce(shed)
    shed.clock.advance(timedelta(minutes=16))
    assert bring(shed, late).status_code == 404
    assert share(shed, upload, channel_id="D0ADA")["error"] == "file_not_found"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "a.docx", "length": "0"}, "missing_argument"),
        ("files.getUploadURLExternal", {"length": "5"}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "../a.docx", "length": "5"}, "invalid_arguments"),
        (
            "files.getUploadURLExternal",
            {"filename": "a", "length": "60000000"},
            "file_upload_size_restricted",
        ),
        ("files.completeUploadExternal", {}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": "["}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}, "file_not_found"),
        ("files.completeUploadExternal", {"files": [{"id": "F1"}], "channel_id": "D0X"}, "channel_not_found"),
    ],
)
def test_what_slack_refuses_is_refused(
    shed: Shed, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert shed.api(method, **arguments)["error"] == error


def test_a_share_that_is_slow_is_not_to_be_seen_at_once(shed: Shed) -> None:
    upload = announce(shed)
    bring(shed, upload)
    share(shed, upload, channel_id="D0ADA")
    shed.workspace.faults.hide_shares()
    assert shed.api("conversations.history", channel="D0ADA")["messages"] == []
    assert len(shed.api("conversations.history", channel="D0ADA")["messages"]) == 1
