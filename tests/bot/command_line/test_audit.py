"""`challenge-bot audit`: verified against heads that were kept elsewhere, the key shown and replaced, a challenge exported."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.evidence.publishing import Publisher
from bot.office import make_office
from bot.settings import load
from commands.reception import Reception
from commands.vocabulary import Filled, Identity, Say
from procedures.clock import SetClock
from storage import audit
from storage.database import Database
from storage.signing import make_key
from tests.bot.command_line.conftest import Run, refused
from tests.commands.conftest import MONDAY, RAISED
from tests.storage.attacker import without_triggers


def days(folder: Path, number: int) -> None:
    """Days on each of which a challenge is raised, and `serve` publishes a head."""
    clock = SetClock(MONDAY)
    settings = load({}, folder / ".env")
    office = make_office(settings, clock)
    reception, hannah = Reception(office), Identity("slack", "U01HANNAH1")
    for day in range(number):
        publisher = Publisher(office, settings.audit_key_file, settings.audit_heads_file)
        values = {**RAISED, "concern": f"{RAISED['concern']} On {clock.now():%A}."}
        answer = reception.submitted(hannah, Filled("raise", {}, values), f"request {day}")
        assert isinstance(answer, Say)
        publisher.begin()
        publisher.go()
        clock.advance(timedelta(days=1))
    office.database.dispose()


def rows(folder: Path) -> int:
    database = Database(f"sqlite:///{folder / 'challenge.db'}")
    with database.read() as session:
        number = audit.head(session).number
    database.dispose()
    return number


def tamper(folder: Path, *statements: str) -> None:
    database = Database(f"sqlite:///{folder / 'challenge.db'}")
    with database.write() as session:
        without_triggers(session)
    database.dispose()
    with sqlite3.connect(folder / "challenge.db") as other:
        for statement in statements:
            other.execute(statement)
    other.close()


@pytest.fixture
def lived_in(run: Run, council: Path) -> Path:
    """The council of `init` after three days; its folder."""
    assert run("people", "import", "people.csv").status == 0
    days(council.parent, 3)
    return council.parent


def test_a_whole_audit_says_how_far_signed_heads_confirm_it(run: Run, lived_in: Path) -> None:
    ran = run("audit", "verify")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"The audit is whole: {rows(lived_in)} rows. 3 signed heads confirm it up to row {rows(lived_in)}, "
        "the last of 2026-11-25.\n"
    )
    assert run("audit", "verify", "--json").data == {
        "whole": True,
        "rows": rows(lived_in),
        "heads": 3,
        "confirmed": rows(lived_in),
        "broken": None,
        "faults": [],
        "records": [],
    }


def test_a_tail_that_was_cut_off_together_with_all_that_told_of_it_is_found_by_the_published_heads(
    run: Run, lived_in: Path
) -> None:
    whole = rows(lived_in)
    tamper(
        lived_in,
        "DELETE FROM audit WHERE number > 2",
        "UPDATE audithead SET number = 2, hash = (SELECT hash FROM audit WHERE number = 2)",
        "DELETE FROM auditsigned",
        "DELETE FROM auditkey",
    )
    said = f"The audit does not hold at row 3: a kept head names row {whole}, but the chain ends at row 2."
    refused(run("audit", "verify"), said)
    kept = lived_in / "kept.jsonl"
    (lived_in / "audit-heads.jsonl").rename(kept)
    # No head is left to compare it with, but the steps are there that it told of.
    ran = run("audit", "verify")
    assert ran.status == 1
    assert ran.out.startswith("The audit is whole: 2 rows.")
    assert ran.err.splitlines() == [
        f"Step 1 of CH-{each} is in no row of the audit." for each in (1002, 1003)
    ]
    refused(run("audit", "verify", "--heads", str(kept)), said)
    ran = run("audit", "verify", "--heads", str(kept), "--json")
    assert ran.status == 1
    assert ran.data["broken"]["number"] == 3


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (
            "CREATE TEMP TABLE was AS SELECT * FROM entry; "
            "UPDATE entry SET body = (SELECT body FROM was WHERE was.challenge_id = 2003 - entry.challenge_id) WHERE challenge_id < 1003",
            ["Step 1 of CH-1001 is not as it was written: it does not fit row 2", "Step 1 of CH-1002 is not"],
        ),
        (
            "UPDATE entry SET at = datetime(at, '-1 day') WHERE challenge_id = 1002",
            ["Step 1 of CH-1002 is not as"],
        ),
        (
            "UPDATE challenge SET case_reference = 'LCS-000001' WHERE id = 1003",
            ["How CH-1003 was opened is not"],
        ),
        ("DELETE FROM entry WHERE challenge_id = 1002", ["Step 1 of CH-1002 is missing: row "]),
        ("UPDATE challenge SET id = 1009 WHERE id = 1003", ["Step 1 of CH-1003 is missing: row "]),
        (
            """INSERT INTO entry (challenge_id, number, stage_number, kind, "by", at, body)
            SELECT challenge_id, 2, 1, kind, "by", at, body FROM entry WHERE challenge_id = 1001""",
            ["Step 2 of CH-1001 is in no row of the audit."],
        ),
        (
            "UPDATE entry SET body = (SELECT body FROM audit WHERE number = 2) WHERE challenge_id = 1002",
            ["Step 1 of CH-1002 cannot be read"],
        ),
    ],
)
def test_a_record_that_does_not_fit_a_whole_audit(
    run: Run, lived_in: Path, done: str, said: list[str]
) -> None:
    """What the encryption does not notice: values of one column in each other's place, and all that is not sealed."""
    tamper(lived_in, *done.split("; "))
    ran = run("audit", "verify")
    assert ran.status == 1
    lines = ran.err.splitlines()
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True)), lines
    assert ran.out.startswith("The audit is whole: ")
    found = run("audit", "verify", "--json").data
    assert (found["whole"], found["broken"], found["records"]) == (False, None, lines)


def test_heads_are_believed_by_the_key_that_was_given(run: Run, lived_in: Path) -> None:
    ours, theirs = lived_in / "ours.pem", lived_in / "theirs.pem"
    ours.write_text(run("audit", "key", "--public").out, encoding="utf-8")
    theirs.write_text(make_key(lived_in / "private.pem").public.pem, encoding="utf-8")
    assert run("audit", "verify", "--public-key", str(ours)).status == 0
    ran = run("audit", "verify", "--public-key", str(theirs))
    assert ran.status == 1
    assert len(ran.err.splitlines()) == 6  # three of the file, three of the database
    assert "line 1: it is signed with a key that is not trusted here" in ran.err


def test_a_head_that_was_changed_is_named_by_its_line(run: Run, lived_in: Path) -> None:
    heads = lived_in / "audit-heads.jsonl"
    lines = heads.read_text(encoding="utf-8").splitlines()
    for change, sentence in (
        (
            lines[1].replace('"number": ', '"number": 1'),
            "the signature is not that of the key that it names.",
        ),
        ("Dear Sir or Madam", "this is not a signed head of the audit as it was published."),
        ("[" * 5000, "this is not a signed head of the audit as it was published."),
    ):
        heads.write_text("\n".join([lines[0], change, lines[2]]) + "\n", encoding="utf-8")
        ran = run("audit", "verify")
        assert ran.status == 1
        assert ran.err == f"audit-heads.jsonl, line 2: {sentence}\n"


WRONG: list[tuple[tuple[str, ...], str]] = [
    (("verify", "--heads", "no.jsonl"), "no.jsonl cannot be read: no such file or directory."),
    (("verify", "--public-key", "no.pem"), "no.pem cannot be read: no such file or directory."),
    (
        ("verify", "--public-key", "people.csv"),
        "people.csv holds no Ed25519 key in PEM form that can be read. Put the right file there, or take it away.",
    ),
    (("export", "CH-9999", "--reason", "court"), "There is no challenge CH-9999."),
    (
        ("export", "Ada", "--reason", "court"),
        'There is no challenge "Ada". A reference looks like CH-1042.',
    ),
    (
        ("export", "CH-1001", "--reason", " "),
        "Say why it is exported: --reason TEXT. It is written down in the audit.",
    ),
    (
        ("export", "CH-1001", "people.csv", "--reason", "court"),
        "people.csv is there already. Choose another name, or move it away.",
    ),
    (
        ("export", "CH-1001", "no/such/file.zip", "--reason", "court"),
        "no/such/file.zip cannot be written: no such file or directory.",
    ),
]


def test_what_cannot_be_done_is_one_sentence(run: Run, lived_in: Path) -> None:
    for words, sentence in WRONG:
        refused(run("audit", *words), sentence)


def test_the_key_is_made_shown_and_replaced(run: Run, council: Path) -> None:
    first = run("audit", "key")
    assert (first.status, first.err) == (0, "")
    assert len(first.out.strip()) == 64
    assert run("audit", "key").out == first.out
    public = run("audit", "key", "--public").out
    load_pem_public_key(public.encode())
    second = run("audit", "key", "--replace")
    assert second.err == ""
    assert second.out != first.out
    assert run("audit", "key").out == second.out
    (council.parent / "audit-key.pem").unlink()
    lost = run("audit", "key")
    assert lost.status == 1
    assert lost.err.startswith(
        "The audit's heads are not signed: audit-key.pem is not there, and the one in use"
    )
    third = run("audit", "key", "--replace")
    assert third.status == 0
    assert third.err.startswith("The old key was not there to sign for the new one.")
    assert run("audit", "verify").status == 0


def test_a_challenge_is_exported_and_the_export_written_down(
    run: Run, lived_in: Path, tmp_path: Path
) -> None:
    ran = run("audit", "export", "CH-1001", "--reason", "The inspector asked.")
    assert (ran.status, ran.out, ran.err) == (0, "Wrote CH-1001-evidence.zip\n", "")
    file = lived_in / "CH-1001-evidence.zip"
    assert file.stat().st_mode & 0o777 == 0o600
    away = tmp_path / "inspector"
    with ZipFile(file) as bundle:
        bundle.extractall(away)
    checked = subprocess.run(
        [sys.executable, "-E", "-s", "check.py"], cwd=away, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    told = json.loads((away / "evidence.json").read_text())
    [last] = [each for each in told["rows"] if each["row"]["action"] == "exported"]
    assert last["row"]["actor"].startswith("command line: ")
    assert last["body"] == {"reason": "The inspector asked."}
