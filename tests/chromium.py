"""Where the browser of the browser tests is. `python -m tests.chromium` prints its path, or says what to install."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class NoChromium(Exception):
    """The browser tests need Chromium, and none was found. Install it (Debian: sudo apt-get install chromium), or say where it is: CHROMIUM=/path/to/chromium."""

    def __str__(self) -> str:
        return str(self.__doc__)


class WrongChromium(Exception):
    """CHROMIUM must be the path of a Chromium or Chrome program."""

    def __init__(self, named: str) -> None:
        super().__init__(
            f'CHROMIUM is "{named}", and there is no such program. Give the path of a Chromium or Chrome.'
        )


def find() -> str:
    """The path of a Chromium or Chrome: the one that CHROMIUM names, or else the first of NAMES that is installed.

    Raises NoChromium or WrongChromium.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise WrongChromium(named)
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise NoChromium


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{find()}\n")
    except (NoChromium, WrongChromium) as error:
        sys.exit(str(error))
