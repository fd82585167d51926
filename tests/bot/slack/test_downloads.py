"""Files in forms: fetched from Slack with the bot's token, from nowhere else, and never for longer than an answer may take."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground import attachments
from bot.slack.client import connect
from bot.slack.downloads import MOST, NOT_HERE, TOO_LARGE, TOO_SLOW, Downloads
from commands.vocabulary import Ask, Filled, Form, Input, Kind, Mistakes, Quiet, Upload
from tests.bot.slack.office import ADA, TOKEN, Office

SEND = Form(
    "plans",
    "Plans",
    "Send",
    (Input("file", "The list", Kind.FILE, endings=("csv",)), Input("note", "Note", required=False)),
)
ROWS = b"case_reference,unit\r\nLCS-204815,east-1\r\n"


def opened(office: Office) -> None:
    office.reception.answer = Ask(SEND)
    office.command("/challenge plans import")


def attach(office: Office, content: bytes = ROWS, name: str = "plans.csv") -> list[str]:
    found = office.http.post("/ui/attach", params={"user": ADA, "name": name}, content=content).json()
    return [found["file"]["id"]]


def sent(office: Office) -> Filled:
    filled = office.reception.heard[-1][2]
    assert isinstance(filled, Filled)
    return filled


def test_the_file_comes_with_the_form(office: Office) -> None:
    opened(office)
    office.reception.answer = Quiet()
    assert office.submit(file=attach(office), note="June")["ok"]
    assert sent(office) == Filled(
        "plans",
        {},
        {"file": "plans.csv", "note": "June"},
        {"file": Upload("plans.csv", ROWS)},
    )


def test_a_mistake_stands_at_the_file_and_it_can_be_sent_again(office: Office) -> None:
    opened(office)
    office.reception.answer = Mistakes({"file": "Line 2 is wrong."})
    assert office.submit(file=attach(office))["errors"] == {"in:file": "Line 2 is wrong."}
    (modal,) = office.modals()
    assert [file["name"] for file in modal["typed"]["in:file"]["file"]] == ["plans.csv"]


def test_a_form_without_a_file_has_none(office: Office) -> None:
    office.reception.answer = Ask(Form("note", "Note", "Send", (Input("note", "Note"),)))
    office.command()
    office.reception.answer = Quiet()
    office.submit(note="x")
    assert sent(office).files == {}


@pytest.mark.parametrize("status", [302, 403, 500])
def test_what_slack_does_not_hand_over_is_said(office: Office, status: int) -> None:
    opened(office)
    office.reception.answer = Quiet()
    office.workspace.faults.answer(attachments.METHOD, status=status)
    office.submit(file=attach(office))
    assert sent(office).files == {"file": Upload("plans.csv", problem=NOT_HERE)}


def test_a_file_larger_than_any_list_is_not_fetched(office: Office) -> None:
    opened(office)
    office.reception.answer = Quiet()
    office.submit(file=attach(office, b"x" * (MOST + 1)))
    assert sent(office).files == {"file": Upload("plans.csv", problem=TOO_LARGE)}


# --- the token goes to Slack and to nobody else ------------------------------------------------------------------------------


def view(**file: Any) -> dict[str, Any]:
    told = {"name": "plans.csv", "size": 3} | file
    return {"state": {"values": {"in:file": {"file": {"type": "file_input", "files": [told]}}}}}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://files.slack.com/plans.csv",
        "https://files.slack.com.example.org/plans.csv",
        "https://notslack.com/plans.csv",
        "https://slack.com@example.org/plans.csv",
        "https://[bad/plans.csv",
        "file:///etc/passwd",
    ],
)
async def test_a_file_elsewhere_is_not_fetched(address: str) -> None:
    async with connect(TOKEN) as client:
        form = await Downloads(client).with_files(view(url_private=address), Filled("plans", {}, {}))
    assert form.files == {"file": Upload("plans.csv", problem=NOT_HERE)}


@pytest.mark.anyio
async def test_a_slack_that_cannot_be_reached_or_is_too_slow_is_said(office: Office) -> None:
    ours = f"{office.workspace.address}/api/"
    filled = Filled("plans", {}, {})
    (file,) = attach(office)
    there = f"{office.workspace.address}/files-pri/T0DEMO-{file}/plans.csv"
    async with connect(TOKEN, ours) as client:
        slow = await Downloads(client, patience=0).with_files(view(url_private=there), filled)
        assert slow.files["file"].problem == TOO_SLOW
        in_time = await Downloads(client).with_files(view(url_private=there, size=0), filled)
        assert in_time.files["file"].content == ROWS
    nowhere = "http://127.0.0.1:9"
    async with connect(TOKEN, f"{nowhere}/api/") as client:
        gone = await Downloads(client).with_files(view(url_private=f"{nowhere}/plans.csv"), filled)
    assert gone.files["file"].problem == TOO_SLOW
