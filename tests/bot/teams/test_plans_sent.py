"""A list of plans comes attached to a message in Teams; what is no list is refused in the form, and changes nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from bot.teams.connector import MOST
from procedures.authority import plans_template
from storage import plans
from tests.bot.teams.world import Answer, World, button

pytestmark = pytest.mark.anyio
LIST = plans_template().encode()
NOT_HANDED_OVER = "Teams did not hand over the file, and nothing was changed. Attach it to a new message"


async def attaches(council: World, name: str, content: bytes, *, host: str = "127.0.0.1") -> Answer:
    """Nadia attaches a file to a message and opens the form that comes; host: of the address where Teams says that it is."""
    council.microsoft.files[name] = content
    port = urlsplit(council.microsoft.address).port
    file = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": name,
        "content": {
            "downloadUrl": f"http://{host}:{port}/files/{name}",
            "uniqueId": "u",
            "fileType": name.rpartition(".")[2],
        },
    }
    await council.writes("nadia", "plans import", attachments=[file])
    form = await council.opens("nadia", button(council.last("nadia"), "Open"))
    assert f"{name}, attached to your message" in form.text
    return form


def known(council: World) -> int:
    """How many plans the council knows of."""
    with council.bot.office.database.read() as session:
        return len(plans.everything(session))


async def test_a_list_is_taken_in_once(council: World) -> None:
    form = await attaches(council, "plans.csv", LIST)
    assert "Plans: 3 new." in (await council.submits("nadia", form, "Send")).text
    assert known(council) == 3
    assert "Nothing was done twice" in (await council.submits("nadia", form, "Send")).text


async def test_a_fault_is_told_by_its_line(council: World) -> None:
    form = await attaches(council, "plans.csv", b"not,a,list\n")
    assert "Line 1: unknown co" in (await council.submits("nadia", form, "Send")).text
    assert known(council) == 0


@pytest.mark.parametrize(
    ("name", "content", "host", "sentence"),
    [
        ("plans.xlsx", b"PK\x03\x04", "127.0.0.1", "“plans.xlsx” is not a CSV file. In the spreadsheet choose “Save as”"),
        ("plans.xlsx", LIST, "127.0.0.1", "“plans.xlsx” is not a CSV file."),
        ("plans.csv", LIST + b"," * 2_100_000, "127.0.0.1", "The file has 2.1 MB; a list has 2 MB at most."),
        ("plans.csv", LIST + b"," * MOST, "127.0.0.1", "The file is too large: 5 MB are possible. Nothing was changed."),
        ("plans.csv", LIST, "localhost", NOT_HANDED_OVER),  # the same server, under a name that is not Microsoft's
    ],
)  # fmt: skip
async def test_what_is_no_list_is_refused_in_the_form_and_the_right_one_is_taken_then(
    council: World, name: str, content: bytes, host: str, sentence: str
) -> None:
    form = await attaches(council, name, content, host=host)
    refused = await council.submits("nadia", form, "Send")
    assert sentence in refused.text
    assert button(refused.card, "Send"), "The form stays open."
    assert known(council) == 0
    form = await attaches(council, "plans.csv", LIST)
    assert "Plans: 3 new." in (await council.submits("nadia", form, "Send")).text


async def test_a_file_that_is_gone_meanwhile(council: World) -> None:
    form = await attaches(council, "plans.csv", LIST)
    council.microsoft.files.clear()
    assert NOT_HANDED_OVER in (await council.submits("nadia", form, "Send")).text
    assert known(council) == 0


async def test_without_a_file_the_form_says_how_to_attach_one(council: World) -> None:
    await council.writes("nadia", "plans import")
    form = await council.opens("nadia", button(council.last("nadia"), "Open"))
    assert "attach the file to that message" in form.text
    assert "Choose a file." in (await council.submits("nadia", form, "Send")).text
