"""The program `challenge-bot`. `serve`, which runs for months, goes past the command line and what it loads."""

from __future__ import annotations

import sys


def main() -> None:
    """The program `challenge-bot`."""
    if sys.argv[1:] == ["serve"]:
        from bot.start import serve

        serve()
    else:
        from bot.command_line import app

        app()


if __name__ == "__main__":
    main()
