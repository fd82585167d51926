"""Records at the command line: what is due, held, released and deleted, each with a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bot.office import make_office
from bot.settings import load
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Say
from procedures.clock import SystemClock
from storage import people
from tests.bot.command_line.conftest import Run, refused
from tests.bot.command_line.test_documents import with_challenge

__all__ = ["with_challenge"]


def keep(folder: Path, words: str) -> None:
    file = folder / "authority.toml"
    text = file.read_text(encoding="utf-8").replace("[[unit]]", f"{words}\n[[unit]]", 1)
    file.write_text(text, encoding="utf-8")


def test_nothing_is_deleted_without_the_authoritys_say(run: Run, council: Path) -> None:
    assert run("records", "due").out == "authority.toml has no [retention], so nothing is ever deleted.\n"
    assert run("records", "delete").out == "0 records deleted.\n"
    keep(council.parent, "[retention]\nclosed_years = 6")
    assert run("records", "due").out == "Nothing is due.\n"
    assert run("records", "due", "--json").data == {"records": [], "plans": 0}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('[retention]\nclosed_years = "6 years"', "closed_years"),
        ("[retention]\nclosed_years = 0", "closed_years"),
        ("[retention]\nclosed_year = 6", "closed_years"),
        ("[retention.procedures]\nbradfrod = 6", 'there is no procedure "bradfrod" here'),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused(
    run: Run, council: Path, words: str, sentence: str
) -> None:
    keep(council.parent, words)
    ran = run("records", "due")
    assert (ran.status, ran.out) == (1, "")
    assert sentence in ran.err


def test_a_case_is_held_and_released(run: Run, with_challenge: Path) -> None:
    assert run("records", "hold", "CH-1001", "--reason", "Letter of the court").out == "LCS-204815 is held.\n"
    again = run("records", "hold", "LCS-204815", "--reason", "Letter of the court")
    assert again.out == "LCS-204815 was held already; nothing was changed.\n"
    assert "Letter of the court" in run("records", "holds").out
    assert [row["case_reference"] for row in run("records", "holds", "--json").data] == ["LCS-204815"]
    refused(
        run("records", "release", "LCS-204815", "--reason", "over"),
        'Say why in a few words: --reason "Letter of the court of 3 May".',
    )
    assert (
        run("records", "release", "LCS-204815", "--reason", "It is over").out
        == "LCS-204815 is held no longer.\n"
    )
    refused(
        run("records", "release", "LCS-204815", "--reason", "It is over"),
        "LCS-204815 is not held. `challenge-bot records holds` lists what is.",
    )
    refused(run("records", "hold", "CH-7", "--reason", "Letter of the court"), "There is no CH-7.")
    refused(
        run("records", "hold", "Billie", "--reason", "Letter of the court"),
        '"Billie" is neither a case reference of this authority nor a challenge such as CH-1042.',
    )
    assert run("audit", "verify").status == 0


def test_readings_in_an_emergency_are_counted_and_listed_by_whom(run: Run, with_challenge: Path) -> None:
    none = run("access", "log", "--days", "1")
    assert (none.status, none.out) == (0, "No records were read in an emergency in the last day.\n")
    office = make_office(load({}, with_challenge / ".env"), SystemClock())
    with office.database.read() as session:
        gareth = people.person(session, "gareth.lyle@barsetshire.example")
    assert gareth is not None
    form = Filled("emergency-access", {"challenge": "CH-1001"}, {"reason": "The night team must know this."})
    read = Reception(office).submitted(Identity("slack", gareth.slack_user_id or ""), form, "2")
    office.database.dispose()
    assert isinstance(read, Say)
    ran = run("access", "log", "--days", "1")
    first, line = ran.out.splitlines()
    assert first == "One record was read in an emergency in the last day."
    assert line.endswith("  CH-1001  Gareth Lyle (gareth.lyle@barsetshire.example)")
    assert run("access", "log").out.startswith("One record was read in an emergency in the last 90 days.")
    assert [row["challenge"] for row in run("access", "log", "--json").data] == ["CH-1001"]


def test_what_is_held_on_a_case_is_given_out_once_and_written_down(run: Run, with_challenge: Path) -> None:
    reason = "Request of 3 May"
    ran = run("records", "export", "LCS-204815", "out", "--reason", reason)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("files to out. Read redaction.txt before anything leaves the house.\n")
    page = Path("out/record.html").read_text(encoding="utf-8")
    assert "The core group has not met since the conference." in page
    assert "<mark>Hannah Okafor</mark> raised" in page
    data = json.loads(Path("out/data.json").read_text(encoding="utf-8"))
    assert data["tables"]["challenge"][0]["case_reference"] == "LCS-204815"
    assert data["tables"]["entry"][0]["body"]["concern"] == "The core group has not met since the conference."
    assert not any(name.startswith("privateconcern") for name in data["tables"])
    assert "  Hannah Okafor (" in Path("out/redaction.txt").read_text(encoding="utf-8")
    assert Path("out/documents/CH-1001-record.docx").exists()
    assert Path("out").stat().st_mode & 0o077 == 0
    refused(
        run("records", "export", "LCS-204815", "out", "--reason", reason),
        "out exists already and is left as it is. Name another.",
    )
    assert run("records", "export", "CH-1001", "all.zip", "--reason", reason).status == 0
    with zipfile.ZipFile("all.zip") as archive:
        assert {"record.html", "data.json", "redaction.txt"} <= set(archive.namelist())
        exported = [
            row["body"]["reason"]
            for row in json.loads(archive.read("data.json"))["tables"]["audit"]
            if row["action"] == "exported"
        ]
    assert exported == [reason]
    refused(
        run("records", "export", "LCS-999999", "none", "--reason", reason), "Nothing is held on LCS-999999."
    )
    assert not Path("none").exists()
