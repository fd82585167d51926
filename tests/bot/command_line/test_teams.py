"""`challenge-bot teams package`: the app package is written, or a sentence says why not."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.bot.command_line.conftest import Run

CLIENT = "11111111-2222-4333-8444-555555555555"


def test_it_is_written_by_a_command(run: Run, council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALLENGE_TEAMS_CLIENT_ID", CLIENT)
    ran = run("teams", "package", "teams.zip", "--address", "https://bot.barsetshire.example")
    assert (ran.status, ran.err) == (0, "")
    with zipfile.ZipFile("teams.zip") as archive:
        found = json.loads(archive.read("manifest.json"))
    assert found["bots"][0]["botId"] == CLIENT
    assert found["validDomains"] == ["bot.barsetshire.example"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["version"])


@pytest.mark.parametrize(
    "address", ["", "http://bot.barsetshire.example", "bot.barsetshire.example", "https://"]
)
def test_an_address_that_teams_would_not_take_is_refused(
    run: Run, council: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CHALLENGE_TEAMS_CLIENT_ID", CLIENT)
    ran = run("teams", "package", "--address", address)
    assert ran.status == 1
    assert "must be an address that begins with https://" in ran.err
