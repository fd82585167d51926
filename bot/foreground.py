"""Run a program in the terminal's foreground, so that Ctrl-C reaches it and not whoever started it.

`make demo` goes through here. A terminal sends Ctrl-C to the whole foreground group; make would then report "Interrupt" and
end with an error, however cleanly the program ended. In a group of its own the program alone hears it, and its exit status
is what make sees. Without a terminal there is nothing to arrange: the program takes our place.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

USAGE = "usage: python -m bot.foreground PROGRAM [ARGUMENT…]"


def run(command: list[str]) -> int:
    """Run the command to its end and return its exit status (128 + the signal's number if a signal ended it).

    SIGINT, SIGTERM and SIGHUP that reach us are handed on to it. Ctrl-Z stops it and us, and `fg` wakes both.
    Raises OSError when the program cannot be started.
    """
    terminal = _terminal()
    if terminal is None:
        os.execvp(command[0], command)  # noqa: S606  the Makefile names it
    program = subprocess.Popen(command, process_group=0)  # noqa: S603  the Makefile names it

    def hand_on(number: int, frame: FrameType | None) -> None:
        program.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hand_on)
    # Whoever is in the background and touches the terminal is stopped; taking the foreground back is such a touch.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        return _wait(program, terminal)
    finally:
        os.tcsetpgrp(terminal, os.getpgrp())


def _wait(program: subprocess.Popen[bytes], terminal: int) -> int:
    """Keep the program in the foreground until it ends; stop when it is stopped (Ctrl-Z), go on when woken."""
    while True:
        os.tcsetpgrp(terminal, program.pid)
        os.killpg(program.pid, signal.SIGCONT)  # it may have touched the terminal before it was given it
        _, status = os.waitpid(program.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            program.returncode = os.waitstatus_to_exitcode(status)
            return program.returncode if program.returncode >= 0 else 128 - program.returncode
        os.tcsetpgrp(terminal, os.getpgrp())
        os.killpg(0, signal.SIGSTOP)


def _terminal() -> int | None:
    """The terminal's file descriptor, if we are in its foreground now."""
    if not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        return None
    return sys.stdin.fileno()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(USAGE)
    sys.exit(run(sys.argv[1:]))
