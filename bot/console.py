"""What the parts of the command line share: reading the settings, and ending with a sentence instead of a trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings, WrongSettings, load
from procedures.faults import FaultyFile

if TYPE_CHECKING:
    from commands.office import Office
    from storage.database import Database


def fail(*sentences: str) -> SystemExit:
    """Say what is wrong on standard error; the exception ends the program with status 1."""
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")
    return SystemExit(1)


def cannot_write(target: Path, error: OSError) -> SystemExit:
    """As `fail`, for a file that the program was to write."""
    return fail(f"{target} cannot be written: {(error.strerror or 'unknown reason').lower()}.")


@contextmanager
def faults_as_sentences() -> Iterator[None]:
    """Every expected fault ends the program with its sentences and no trace."""
    from procedures.library import UnknownProcedureError
    from storage.database import DatabaseNewer, DatabaseUnreachable, UnknownDatabase
    from storage.keys import WrongKeys
    from storage.narrative import UnknownKey
    from storage.troubles import DatabaseTrouble

    try:
        yield
    except WrongSettings as wrong:
        raise fail(*wrong.faults) from None
    except FaultyFile as faulty:
        raise fail(faulty.report()) from None
    except UnknownProcedureError as unknown:
        text = str(unknown)
        raise fail(text[:1].upper() + text[1:]) from None
    except (
        DatabaseNewer,
        DatabaseUnreachable,
        DatabaseTrouble,
        UnknownDatabase,
        UnknownKey,
        WrongKeys,
    ) as trouble:
        raise fail(str(trouble)) from None


def read_settings() -> Settings:
    """The settings of this process: its environment and .env in the present folder. Raises WrongSettings."""
    return load(os.environ, Path(".env"))


def database_of(settings: Settings) -> Database:
    """The database that the settings name, with its keys; nothing is opened yet. Raises UnknownDatabase."""
    from storage.database import Database
    from storage.keys import Keys

    return Database(settings.database_url, Keys(settings.key_file))


@contextmanager
def open_office() -> Iterator[Office]:
    """The office with its database up to date, for as long as the block lasts; expected faults end the program as sentences."""
    from bot.office import make_office
    from procedures.clock import SystemClock

    with faults_as_sentences():
        office = make_office(read_settings(), SystemClock())
        try:
            office.database.migrate()
            yield office
        finally:
            office.database.dispose()


def who() -> str:
    """Who is at the command line, for the audit."""
    try:
        return f"command line: {getuser()}"
    except (KeyError, OSError):
        return "command line"
