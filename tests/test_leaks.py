"""The check of all logs can fail: what it must find, it finds, and it names the test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from tests import leaks

TEST = """
import structlog
import prometheus_client
counted = prometheus_client.Counter("seen", "Seen.", ["by"])

def test_of_the_log():
    structlog.get_logger().info("sent", case="LCS-204815")

def test_of_an_exception():
    try:
        raise ValueError("Quixotic-Badger was not seen")
    except ValueError:
        structlog.get_logger().exception("failed")

def test_that_says_nothing():
    structlog.get_logger().info("sent", challenge="CH-1001")

def test_of_the_metrics():
    counted.labels("Hannah Okafor").inc()
"""


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("raised CH-1001", False),
        ('{"event": "message_sent", "outbox": 12}', False),
        ("case LCS-204815", True),
        ("for hannah.okafor@barsetshire.example", True),
        ("Hannah Okafor", True),
        ("{'concern': 'The core group has not met since the conference.'}", True),
    ],
)
def test_seeded_words_are_found(line: str, is_found: bool) -> None:
    with leaks.caught() as found:
        leaks.look(line)
    assert bool(found) is is_found


def test_whatever_is_logged_is_looked_at() -> None:
    with leaks.caught() as found:
        structlog.get_logger().warning("sent", to="priya.nair@barsetshire.example")
    assert len(found) == 1


def test_the_test_that_leaks_fails_by_name(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST, encoding="utf-8")
    (tmp_path / "empty.ini").write_text("[pytest]\n", encoding="utf-8")
    options = ["-q", "-rE", "-p", "tests.leaks", "-p", "no:cacheprovider", "-p", "no:xdist"]
    places = ["-c", str(tmp_path / "empty.ini"), "--rootdir", str(tmp_path), str(tmp_path / "test_it.py")]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *places],
        capture_output=True,
        text=True,
        cwd=leaks.ROOT,
        check=False,
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for name in ("test_of_the_log", "test_of_an_exception", "test_of_the_metrics"):
        assert f"ERROR at teardown of {name} " in ran.stdout, ran.stdout
    assert '"LCS-204815" in: ' in ran.stdout
    assert "of test_that_says_nothing" not in ran.stdout
