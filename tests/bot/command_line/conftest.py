"""The command line for its tests: run in this process, in an empty folder, with nothing set but what the test sets."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.command_line import app
from tests.barsetshire import people_csv

PROGRAM = Path(sys.executable).parent / "challenge-bot"


@dataclass
class Ran:
    """What a run said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it said to a program."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put_log_back: None) -> Run:
    """The command line in this process, in an empty folder, with nothing set but what the test sets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in [name for name in os.environ if name.startswith("CHALLENGE_")]:
        monkeypatch.delenv(name)

    def run(*words: str, **settings: str) -> Ran:
        result = CliRunner().invoke(
            app, list(words), env={f"CHALLENGE_{name.upper()}": text for name, text in settings.items()}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def council(run: Run, tmp_path: Path) -> Path:
    """A folder as `init` leaves it, with everybody's member ID filled in; its people.csv."""
    assert run("init", ".").status == 0
    people = tmp_path / "people.csv"
    people.write_text(people_csv(), encoding="utf-8")
    return people


def refused(ran: Ran, *sentences: str) -> None:
    """It said just this, on standard error, and ended with status 1."""
    assert (ran.status, ran.out, ran.err.splitlines()) == (1, "", list(sentences))
