"""The bundle for a court or an inspector: checked by its own script, in an empty folder, with no library and nothing of ours."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.evidence import bundle
from bot.evidence.keys import key_here
from storage.database import Database
from storage.signing import make_key
from tests.bot.evidence.conftest import Council
from tests.commands.conftest import CONCERN, staffed_file

__all__ = ["staffed_file"]


@pytest.fixture
def council(staffed_file: Path, tmp_path: Path) -> Iterator[Council]:
    """The council with two challenges and some days behind it; on SQLite."""
    shutil.copy(staffed_file, tmp_path / "challenge.db")
    database = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    council = Council(database, tmp_path)
    council.raises()
    council.raises(case_reference="LCS-204999")
    council.next_day()
    council.does("priya", "acknowledge", "CH-1001")
    for reference in ("CH-1001", "CH-1002", "CH-1001"):
        council.types("hannah", f"show {reference}")
    council.next_day()
    council.types("hannah", "show CH-1001")
    yield council
    database.dispose()


def export(council: Council, folder: Path) -> Path:
    """The bundle of CH-1001, unpacked."""
    data = bundle.export(
        council.office, council.key, 1001, actor="command line: ada", reason="The court asked."
    )
    with ZipFile(BytesIO(data)) as file:
        file.extractall(folder)
    return folder


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """As somebody with a plain Python does it."""
    return subprocess.run(
        [sys.executable, "-E", "-s", "-S", "check.py", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_good_bundle_is_proven_and_says_what_it_does_not_prove(council: Council, tmp_path: Path) -> None:
    folder = export(council, tmp_path / "bundle")
    ran = check(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(
        "PROVEN for CH-1001, as Barsetshire Children’s Services gave it out on 2026-11-25:"
    )
    assert "Every step (2) is as it was written" in ran.stdout
    assert "NOT proven: that it is true" in ran.stdout
    fingerprint = key_here(council.office, council.key).key.public.fingerprint
    assert f"Signed with the key {fingerprint}, " in ran.stdout
    assert "which came along: ask the authority for its own" in ran.stdout
    for line in council.lines():
        assert (
            json.loads(line)["hash"] in ran.stdout
        )  # each row is proven by the first published head after it


def test_the_bundle_has_the_record_in_plain_form_and_nothing_of_other_cases(
    council: Council, tmp_path: Path
) -> None:
    folder = export(council, tmp_path / "bundle")
    told = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    assert [step["kind"] for step in told["steps"]] == ["raised", "acknowledged"]
    assert told["opening"]["case_reference"] == "LCS-204815"
    assert CONCERN in json.dumps(told["steps"])
    actions = [each["row"]["action"] for each in told["rows"]]
    assert actions == ["raised", "acknowledged", "read", "read", "read", "exported"]
    assert told["rows"][-1]["body"] == {"reason": "The court asked."}
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert "CH-1002" not in everything
    assert "LCS-204999" not in everything


def test_another_key_than_the_authoritys_proves_nothing(council: Council, tmp_path: Path) -> None:
    folder = export(council, tmp_path / "bundle")
    ours = tmp_path / "ours.pem"
    ours.write_text(key_here(council.office, council.key).key.public.pem, encoding="utf-8")
    assert check(folder, str(ours)).returncode == 0
    theirs = tmp_path / "theirs.pem"
    theirs.write_text(make_key(tmp_path / "private.pem").public.pem, encoding="utf-8")
    ran = check(folder, str(theirs))
    assert ran.returncode == 1
    assert ran.stderr.startswith("NOT PROVEN: ")


MUTATIONS: dict[str, Callable[[Any], object]] = {
    "a word of a step": lambda it: it["steps"][0]["body"].update(concern="None."),
    "who took a step": lambda it: it["steps"][1].update(by="mallory@example.org"),
    "a step left out": lambda it: it["steps"].pop(),
    "the first step left out": lambda it: it["steps"].pop(0),
    "a step put in": lambda it: it["steps"].append({**it["steps"][0], "number": 3}),
    "two steps exchanged": lambda it: it["steps"].reverse(),
    "the case": lambda it: it["opening"].update(case_reference="LCS-000001"),
    "another challenge": lambda it: it["opening"].update(reference="CH-1002"),
    "the reader": lambda it: it["rows"][2]["row"].update(actor="mallory@example.org"),
    "the time of a reading": lambda it: it["rows"][2]["row"].update(at="2026-11-20T10:00:00.000000+00:00"),
    "the reason": lambda it: it["rows"][-1]["body"].update(reason="Nobody asked."),
    "a salt": lambda it: it["rows"][1].update(salt="00" * 16),
    "a row's place": lambda it: it["rows"][1]["row"].update(number=it["rows"][1]["row"]["number"] + 1),
    "a way to the root": lambda it: it["rows"][1]["path"].reverse(),
    "a row of a step left out": lambda it: it["rows"].pop(1),
    "a body of a step left out": lambda it: it["rows"][1].update(body=None),
    "a head's day": lambda it: it["heads"][0].update(at="2026-11-20T10:00:00.000000+00:00"),
    "a head's signature": lambda it: it["heads"][0].update(signature="00" * 64),
    "a head of a key that is not there": lambda it: it["heads"][0].update(key="00" * 32),
}


@pytest.mark.parametrize("sealed", ["as it was sealed", "sealed anew with the key"])
def test_any_change_of_the_bundle_is_found(council: Council, tmp_path: Path, sealed: str) -> None:
    """By its seal; and without the seal, as somebody could make one who holds the key, by the signed heads."""
    good = export(council, tmp_path / "good")
    for name, mutate in MUTATIONS.items():
        folder = tmp_path / name
        shutil.copytree(good, folder)
        told = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
        mutate(told)
        if sealed != "as it was sealed":
            del told["signature"]
            told["signature"] = key_here(council.office, council.key).key.sign(told)
        (folder / "evidence.json").write_text(json.dumps(told), encoding="utf-8")
        ran = check(folder)
        assert ran.returncode == 1, name
        assert ran.stdout == ""
        assert ran.stderr.startswith("NOT PROVEN: "), name
        assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", ["evidence.json", "public-key.pem"])
def test_a_file_that_is_missing_or_spoilt_is_one_sentence(
    council: Council, tmp_path: Path, name: str
) -> None:
    folder = export(council, tmp_path / "bundle")
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"A", b"B").replace(b"{", b"["))
    ran = check(folder)
    assert ran.returncode == 1
    assert ran.stderr.startswith("NOT PROVEN: ")
    path.unlink()
    ran = check(folder)
    assert ran.returncode == 1
    assert ran.stderr.startswith("NOT PROVEN: the evidence cannot be read (FileNotFoundError)")


def test_of_the_heads_that_it_prints_all_but_the_last_were_published(
    council: Council, tmp_path: Path
) -> None:
    """Whoever compares them would otherwise look for one in vain, and take it for a forgery."""
    folder = export(council, tmp_path / "bundle")
    printed = [line.split()[-1] for line in check(folder).stdout.splitlines() if line.startswith("  ")]
    published = [json.loads(line)["hash"] for line in council.lines()]
    assert printed[:-1] == published
    assert printed[-1] not in published
    assert "All but the last, signed for this bundle, were published" in check(folder).stdout


def test_the_check_is_short_enough_to_be_read() -> None:
    """What docs/evidence.md promises: some fifty lines, docstrings and empty lines apart, and fewer for the two standards."""
    for name, most in (("check.py", 52), ("standards.py", 36)):
        source = Path(bundle.__file__).with_name(name).read_text(encoding="utf-8")
        told = {
            line
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node)
            for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
        }
        lines = [line for number, line in enumerate(source.splitlines(), start=1) if number not in told]
        assert len([line for line in lines if line.strip()]) <= most


def test_heads_of_a_key_that_was_replaced_still_prove(council: Council, tmp_path: Path) -> None:
    from bot.evidence.keys import replace_key

    replace_key(council.office, council.key, "command line: ada")
    folder = export(council, tmp_path / "bundle")
    assert (folder / "public-key.pem").read_text(encoding="utf-8").count("BEGIN PUBLIC KEY") == 2
    assert check(folder).returncode == 0
