"""The keys at the command line: made, listed, changed while nothing is lost, thrown away only when nothing needs them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from storage.keys import KeyFile
from tests.bot.command_line.conftest import Run, refused


def test_a_key_is_changed_and_the_old_one_waits_its_ten_minutes(
    run: Run, council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("people", "import", "people.csv").out.splitlines()[0]
    assert first == "Made the key file challenge.keys: keep a copy of it apart from the database."
    [old] = KeyFile(Path("challenge.keys")).read()
    listed = run("keys", "list").out
    assert re.fullmatch(rf"{old.id}: current since \S+ \S+ UTC, 1 values encrypted with it\n", listed)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # it waits for others by the real clock
    monkeypatch.setattr("storage.rotation.STRAGGLERS", type(old.made - old.made)())
    ran = run("keys", "rotate", "--batch", "1")
    assert (ran.status, ran.err) == (0, "")
    new = KeyFile(Path("challenge.keys")).read()[-1].id
    assert ran.out.splitlines()[-2:] == [
        f"Everything is encrypted with the key {new}. Keep a copy of challenge.keys.",
        f"Nothing is encrypted with the key {old.id} any more but in backups of before. In ten minutes it may go: "
        f"challenge-bot keys retire {old.id}",
    ]
    assert [row["state"] for row in run("keys", "list", "--json").data] == ["former", "current"]
    refused(
        run("keys", "retire", old.id),
        f"The key {old.id} has not been unused for 10 minutes: another program may just be writing with it. Wait, then say it again.",
    )
    assert run("audit", "verify").status == 0


def test_without_its_keys_every_command_ends_with_one_sentence(run: Run, council: Path) -> None:
    assert run("people", "import", "people.csv").status == 0
    [key] = KeyFile(Path("challenge.keys")).read()
    Path("challenge.keys").rename("elsewhere.keys")
    sentence = (
        f"What is in the database is sealed with the key {key.id}, which the key file challenge.keys does not hold: put the key "
        "file of this database there, from its copy or from the machine that made it. Nothing was changed."
    )
    for words in (["people", "check"], ["keys", "list"], ["records", "due"], ["audit", "verify"]):
        refused(run(*words), sentence)
    assert run("people", "check", keys="elsewhere.keys").status == 0


def test_a_key_is_made_beforehand(run: Run, council: Path) -> None:
    made = run("keys", "make").out
    [key] = KeyFile(Path("challenge.keys")).read()
    assert (
        made
        == f"Made the key {key.id} in challenge.keys. Keep a copy of this file apart from the database.\n"
    )
    assert run("keys", "list").out.startswith("Nothing is encrypted yet.")
