"""Files that somebody puts into a form: taken from the page, told as Slack tells them, handed to the bot alone."""

from __future__ import annotations

from typing import Any

from bot.playground import attachments
from tests.playground.conftest import Shed
from tests.playground.doing import submit
from tests.playground.tiny import TOKEN, field, plain

ROWS = b"tool,size\nsaw,small\n"


def opened(shed: Shed, **more: Any) -> dict[str, Any]:
    """A form that asks for a list as a file."""
    shed.command("/tool hello")
    element = {"type": "file_input", "filetypes": ["csv"], "max_files": 1} | more
    view = {
        "type": "modal",
        "callback_id": "all",
        "title": plain("The tools"),
        "submit": plain("Send"),
        "blocks": [field("list", "The list", element)],
    }
    answer = shed.api("views.open", trigger_id=shed.heard("/tool")[-1]["trigger_id"], view=view)
    assert answer["ok"], answer
    return shed.modal()


def attach(shed: Shed, name: str = "tools.csv", content: bytes = ROWS, user: str = "U0ADA") -> dict[str, Any]:
    found: dict[str, Any] = shed.http.post(
        "/ui/attach", params={"user": user, "name": name}, content=content
    ).json()
    return found


def test_a_file_goes_with_the_form_and_only_the_bot_can_read_it(shed: Shed) -> None:
    view = opened(shed)
    file = attach(shed)["file"]
    assert submit(shed, view, list=[file["id"]])["ok"]
    (body,) = shed.heard("view_submission")
    (told,) = body["view"]["state"]["values"]["list"]["value"]["files"]
    assert (told["name"], told["size"], told["filetype"], told["user"]) == ("tools.csv", 20, "csv", "U0ADA")
    for address in (told["url_private"], told["url_private_download"]):
        signed_in = shed.http.get(address, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (signed_in.status_code, signed_in.content) == (200, ROWS)
        stranger = shed.http.get(address)
        assert (stranger.status_code, "?redir=" in stranger.headers["location"]) == (302, True)


def test_a_form_that_needs_a_file_is_not_sent_without(shed: Shed) -> None:
    view = opened(shed)
    assert submit(shed, view)["errors"] == {"list": "Please complete this required field."}
    assert submit(shed, view, list=[])["errors"] == {"list": "Please complete this required field."}
    assert shed.heard("view_submission") == []


def test_what_the_input_cannot_hold_is_refused(shed: Shed) -> None:
    view = opened(shed)
    sheet, theirs = attach(shed, "tools.xlsx")["file"]["id"], attach(shed, user="U0BEN")["file"]["id"]
    problems = {
        submit(shed, view, list=wanted)["problem"]
        for wanted in ([sheet], [theirs], ["F0DEMO9999"], [attach(shed)["file"]["id"]] * 2)
    }
    assert problems == {
        "tools.xlsx has the wrong type. Possible: csv.",
        "This file is not here any more. Choose it again.",
        "At most 1 file can be chosen.",
    }


def test_files_are_of_somebody_here_have_a_name_and_are_not_too_large(shed: Shed) -> None:
    assert attach(shed, user="U0NOBODY")["problem"] == "There is nobody with the user id 'U0NOBODY' here."
    assert attach(shed, name="")["problem"] == "A file needs a name."
    large = attach(shed, content=b"x" * (attachments.MOST + 1))
    assert large["problem"] == "This file is too large: 10 MB are possible."


def test_a_file_that_is_not_there_and_one_that_fails(shed: Shed) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert shed.http.get("/files-pri/T0DEMO-F0DEMO9999/x.csv", headers=headers).status_code == 404
    shed.workspace.faults.answer(attachments.METHOD, status=503)
    assert shed.http.get("/files-pri/T0DEMO-F0DEMO9999/x.csv", headers=headers).status_code == 503
