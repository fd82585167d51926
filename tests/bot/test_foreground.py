"""`make demo` and Ctrl-C: the program ends as it wants to, and make has nothing to complain about."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = """
import signal, sys
try:
    print("running", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("ended cleanly", flush=True)
    sys.exit({status})
"""
TAKE_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
ROOT = Path(__file__).parents[2]


class Terminal:
    """A terminal in which `make demo` runs, and somebody to type and to read."""

    def __init__(self, folder: Path, status: int) -> None:
        (folder / "program.py").write_text(PROGRAM.format(status=status), encoding="utf-8")
        makefile = f"demo:\n\t@cd '{ROOT}' && exec '{sys.executable}' -m bot.foreground '{sys.executable}' '{folder / 'program.py'}'\n"
        (folder / "Makefile").write_text(makefile, encoding="utf-8")
        self._ours, theirs = pty.openpty()
        environ = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        self.make = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, "make", "--no-print-directory", "-C", str(folder), "demo"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=environ | {"LC_ALL": "C"},
        )
        os.close(theirs)
        self.read = ""

    def read_until(self, words: str | None) -> None:
        """Read until the words were shown, or (None) to the end."""
        while words is None or words not in self.read:
            ready, _, _ = select.select([self._ours], [], [], 20)
            assert ready, f"nothing more came after: {self.read}"
            try:
                self.read += os.read(self._ours, 4096).decode()
            except OSError:  # Linux says so when the other side is closed
                assert words is None, self.read
                return

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def close(self) -> None:
        if self.make.poll() is None:
            os.killpg(self.make.pid, signal.SIGKILL)
        self.make.wait()
        os.close(self._ours)


@pytest.fixture
def status() -> int:
    return 0


@pytest.fixture
def terminal(tmp_path: Path, status: int) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, status)
    yield terminal
    terminal.close()


def test_ctrl_c_ends_the_program_and_make_says_nothing(terminal: Terminal) -> None:
    terminal.read_until("running\r\n")
    terminal.type(b"\x03")
    terminal.read_until(None)
    assert terminal.make.wait(20) == 0
    assert terminal.read.replace("^C", "").split("\r\n") == ["running", "ended cleanly", ""]


@pytest.mark.parametrize("status", [3])
def test_a_program_that_fails_is_still_a_failure(terminal: Terminal) -> None:
    terminal.read_until("running\r\n")
    terminal.type(b"\x03")
    terminal.read_until(None)
    assert terminal.make.wait(20) == 2
    assert "Error 3" in terminal.read


def test_without_a_terminal_the_program_takes_its_place() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "bot.foreground", sys.executable, "-c", "import os; print(os.getpid())"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    shown, _ = program.communicate(timeout=20)
    assert shown == f"{program.pid}\n"


def test_it_says_how_it_is_used() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot.foreground"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("usage: python -m bot.foreground PROGRAM")
