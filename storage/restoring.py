"""Putting a backup in the place of what there is: verified first, and nothing that was there is lost before that.

What was sent after the backup was made is not in it. So whatever waits there and was due by now counts as perhaps sent: it is
looked up at the platform by its key before it is sent. Numbers that people know are not given a second time where the database
that is replaced can still say which were given.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from storage import audit, backups, doubts, moving, raw
from storage.backups import Contents
from storage.database import Database, DatabaseUnreachable
from storage.keys import WrongKeys
from storage.moving import InUse, NotWhole, Refusal, named
from storage.troubles import DatabaseTrouble


class WouldReplace(Refusal):
    """There is a record in the database, and nobody said that it may be replaced."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            f"{named(database)} holds a record, and nothing was changed. To put the backup in its place, add --force."
        )


@dataclass(frozen=True)
class Restored:
    """What was restored, how many messages are looked up before they are sent, and where the former file is kept."""

    contents: Contents
    doubted: int
    kept: Path | None
    last_reference: int


def restore(database: Database, path: Path, at: datetime, *, force: bool = False) -> Restored:
    """Verify a backup and put it in the place of what the database holds.

    Raises Refusal (BrokenBackup, WouldReplace, InUse, NotWhole among them), DatabaseNewer, DatabaseUnreachable or OSError;
    then everything is as it was.
    """
    contents = backups.read(path)
    replaces = not _is_free(database)
    if replaces and not force:
        raise WouldReplace(database)
    if _in_use(database):
        raise InUse(database)
    given = _numbers_given(database) if replaces else {}
    if database.is_sqlite:
        return _restore_file(database, contents, at, given)
    if not replaces:
        database.migrate()
    with database.whole(afresh=replaces) as session:
        doubted = _load(contents, session, at, given)
        last = raw.counters(session)["challenge"]
    _write_down(database, contents, at)
    return Restored(contents, doubted, None, last)


def _is_free(database: Database) -> bool:
    try:
        return moving.holds_nothing(database)
    except (DatabaseUnreachable, DatabaseTrouble, WrongKeys, raw.UnknownTables, moving.OtherRevision):
        if not database.is_sqlite and not database.reachable():
            raise
        return False  # something is there, whatever it is


def _in_use(database: Database) -> bool:
    try:
        return moving.in_use(database)
    except sqlite3.DatabaseError:
        return False  # nobody can work with a file that cannot be read


def _numbers_given(database: Database) -> dict[str, int]:
    try:
        with database.read() as session:
            return raw.counters(session)
    except Exception:  # noqa: BLE001  what cannot be read is replaced all the same
        return {}
    finally:
        database.dispose()


def _load(contents: Contents, session: Session, at: datetime, given: dict[str, int]) -> int:
    backups.load(contents, session)
    broken = audit.verify(session, [contents.head])
    if broken is not None:
        raise NotWhole(f"{broken}")
    raw.count_on(session, given)
    return doubts.begin(session, at)


def _write_down(database: Database, contents: Contents, at: datetime) -> None:
    database.keys.look_soon()  # they came with the backup
    with database.write() as session:
        body = {"made_at": contents.made_at.isoformat(), "audit": contents.head.number}
        audit.append(session, at=at, actor="administrator", action="restored", subject="database", body=body)


# --- a file of SQLite ------------------------------------------------------------------------------------------------


def _restore_file(database: Database, contents: Contents, at: datetime, given: dict[str, int]) -> Restored:
    """A new file is made and verified beside the old one, which is kept under another name; the change itself is one renaming."""
    place = Path(str(database.url.database))
    half = place.with_name(f".{place.name}.restoring-{os.getpid()}")
    _remove(half)
    new = Database(f"sqlite:///{half}", database.keys.for_another())
    try:
        new.migrate()
        with new.whole() as session:
            doubted = _load(contents, session, at, given)
            last = raw.counters(session)["challenge"]
        _write_down(new, contents, at)
        if moving.in_use(new):  # which also puts all that is in its write-ahead log into the file itself
            raise InUse(new)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        kept = _keep(place, at)
        half.replace(place)
        backups.sync_folder(place)
    finally:
        new.dispose()
        _remove(half)
    return Restored(contents, doubted, kept, last)


def _keep(place: Path, at: datetime) -> Path | None:
    """Give the old file a second name. It has no log beside it any more, unless it cannot be read: then that moves with it."""
    if not place.exists():
        return None
    kept = place.with_name(f"{place.name}.before-{at:%Y%m%dT%H%M%S}")
    try:
        os.link(place, kept)
    except OSError:  # a file system without links
        shutil.copy2(place, kept)
    for helper in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            place.with_name(place.name + helper).rename(kept.with_name(kept.name + helper))
    return kept


def _remove(half: Path) -> None:
    for name in (half.name, f"{half.name}-wal", f"{half.name}-shm", f"{half.name}-journal"):
        half.with_name(name).unlink(missing_ok=True)
