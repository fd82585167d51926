"""A backup: the whole record in one file, from either database and for either.

The file is gzip over lines of JSON: a heading, then for each table a line with its columns, a line for each row, and a line that
counts them; the last line has SHA-256 over all the lines before. So a file that was cut short or changed is found before
anything is done with it.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, StatementError
from sqlmodel import Session

from storage import audit, raw
from storage.database import Database
from storage.migrations import HEAD
from storage.moving import NotWhole, Refusal, must_be_current
from storage.raw import Tally

FORMAT = "challenge-bot backup 1"
LONGEST_LINE = 64_000_000
"""Bytes; so that a small file that unpacks to a large one does not fill the memory."""
FOREIGN_KEY_VIOLATION = "23503"
"""PostgreSQL's; SQLite looks for such rows at the end (`Database.whole`)."""
_SMALL = 3
"""How hard gzip tries; more takes several times as long and saves a tenth."""


class BrokenBackup(Refusal):
    """This is not a whole backup."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be restored: {why} Nothing was changed.")


@dataclass(frozen=True)
class Contents:
    """What a backup holds: when it was made, at which revision, each table's tally, what the database counted, the audit's end."""

    path: Path
    made_at: datetime
    revision: str
    tallies: dict[str, Tally]
    counters: dict[str, int]
    head: audit.Head

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(tally.rows for tally in self.tallies.values())


def write(database: Database, path: Path, at: datetime) -> Contents:
    """Write a backup of what the database holds at one moment; writers go on. It takes the place of `path` once it is whole.

    The file is readable by its owner only. Raises OSError when it cannot be written, and then `path` is as it was.
    """
    with database.snapshot() as session, _whole_file(path) as file:
        raw.check_tables(session)
        digest = sha256()

        def put(content: Any) -> None:
            written = raw.line(content)
            digest.update(written)
            file.write(written)

        head = audit.head(session)
        counters = raw.counters(session)
        heading = {
            "format": FORMAT,
            "revision": HEAD,
            "made_at": at.isoformat(),
            "audit": [head.number, head.hash],
            "counters": counters,
        }
        put(heading)
        tallies: dict[str, Tally] = {}
        for sheet in raw.sheets():
            put({"table": sheet.name, "columns": sheet.columns})
            counting = raw.Counting()
            for row in counting.over(raw.rows(session, sheet)):
                put(row)
            tallies[sheet.name] = counting.tally
            put({"rows": counting.tally.rows, "sha256": counting.tally.sha256})
        file.write(raw.line({"end": digest.hexdigest()}))
    return Contents(path, at, HEAD, tallies, counters, head)


@contextmanager
def _whole_file(path: Path) -> Iterator[gzip.GzipFile]:
    """A file that is there once all of it is on the disk, and not at all before."""
    half = path.with_name(f".{path.name}.part-{os.getpid()}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            # Without the time and the name, so that the same record gives the same file.
            with gzip.GzipFile("", "wb", _SMALL, file, mtime=0) as packed:
                yield packed
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        sync_folder(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Have a new name in a folder survive a power cut."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no such thing for a folder
            os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> Contents:
    """Check a backup from its first line to its last, without a database. Raises BrokenBackup, Refusal or DatabaseNewer; OSError."""
    try:
        return _read(path)
    except (KeyError, TypeError, ValueError):
        raise BrokenBackup(path, "it is not as challenge-bot writes one.") from None


def _read(path: Path) -> Contents:
    lines = _lines(path)
    digest = sha256()

    def following() -> Any:
        found = next(lines, None)
        if found is None:
            raise BrokenBackup(path, "it ends too early.")
        digest.update(found)
        return _content(path, found)

    heading = following()
    if not isinstance(heading, dict) or heading.get("format") != FORMAT:
        raise BrokenBackup(path, "it is not a backup that challenge-bot has written.")
    made_at, counters, head = _headed(path, heading)
    must_be_current(str(path), str(heading.get("revision")))
    tallies: dict[str, Tally] = {}
    for sheet in raw.sheets():
        if following() != {"table": sheet.name, "columns": list(sheet.columns)}:
            raise BrokenBackup(
                path, f"it does not have the table {sheet.name} as this version of the program does."
            )
        counting = raw.Counting()
        while isinstance(row := following(), list):
            if len(row) != len(sheet.columns):
                raise BrokenBackup(path, f"a row of the table {sheet.name} is not whole.")
            _count(path, counting, row)
        tallies[sheet.name] = counting.tally
        if row != {"rows": counting.tally.rows, "sha256": counting.tally.sha256}:
            raise BrokenBackup(
                path, f"the table {sheet.name} does not have the rows that it was written with."
            )
    whole = digest.hexdigest()
    if following() != {"end": whole} or next(lines, None) is not None:
        raise BrokenBackup(path, "its checksum is not the one that it was written with.")
    return Contents(path, made_at, HEAD, tallies, counters, head)


def _headed(path: Path, heading: dict[str, Any]) -> tuple[datetime, dict[str, int], audit.Head]:
    """When it was made, what the database counted and the audit's end. Raises BrokenBackup."""
    match heading:
        case {"made_at": str(text), "counters": dict(counters), "audit": [int(number), str(last)]}:
            whole = all(type(each) is int and 0 <= each < 2**31 for each in (number, *counters.values()))
            with suppress(ValueError):
                made_at = datetime.fromisoformat(text)
                if whole and made_at.tzinfo is not None:
                    return made_at, counters, audit.Head(number, last)
    raise BrokenBackup(path, "its heading is not as challenge-bot writes it.")


def load(contents: Contents, session: Session) -> None:
    """Fill new tables from a backup that was read, and make sure that it arrived. Raises NotWhole."""
    lines = _lines(contents.path)
    next(lines)
    for sheet in raw.sheets():
        next(lines)
        try:
            raw.fill(session, sheet, _until_counted(contents.path, lines))
        except (ValueError, TypeError, OverflowError, AttributeError, StatementError) as error:
            if isinstance(error, OperationalError):
                raise  # the database's trouble and not the row's
            # Not what went wrong, which quotes the row.
            loose = getattr(getattr(error, "orig", None), "sqlstate", None) == FOREIGN_KEY_VIOLATION
            why = "refers to another that is not in it." if loose else "cannot be stored."
            raise BrokenBackup(contents.path, f"a row of the table {sheet.name} {why}") from None
    raw.count_on(session, contents.counters)
    session.flush()
    for name, tally in raw.tallies(session).items():
        if tally != contents.tallies[name]:
            raise NotWhole(f"The table {name} did not arrive as it is in the backup.")


def _count(path: Path, counting: raw.Counting, row: raw.Row) -> None:
    try:
        counting.add(row)
    except (UnicodeEncodeError, RecursionError):
        raise BrokenBackup(path, "a line of it cannot be read.") from None


def _until_counted(path: Path, lines: Iterator[bytes]) -> Iterator[raw.Row]:
    for found in lines:
        row = _content(path, found)
        if not isinstance(row, list):
            return
        yield row


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise BrokenBackup(path, "a line of it is longer than any that challenge-bot writes.")
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BrokenBackup(path, "it is cut short or damaged, or it is no backup of challenge-bot.") from None


def _content(path: Path, found: bytes) -> Any:
    try:
        return json.loads(found)
    except (ValueError, RecursionError):
        raise BrokenBackup(path, "a line of it cannot be read.") from None
