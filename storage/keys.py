"""The keys of one database: the file that holds them, and what the database knows of them.

The file is TOML, for its owner alone, one `[[key]]` after another; it is only ever replaced as a whole. The database keeps of each
key its id, a check value and its state, so that a program without the right keys never begins:

    announced   every program may read by it, none seals with it yet
    current     what is written is sealed with it
    former      something may still be sealed with it
    retired     nothing is; it may be thrown away
"""

from __future__ import annotations

import base64
import fcntl
import os
import re
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretBytes
from sqlalchemy import Connection, insert, select

from procedures.clock import SystemClock
from storage.narrative import KEY_BYTES, Keyring, in_memory, new_key
from storage.records_tables import NarrativeKey
from storage.statements import table

LOOK_EVERY = 10.0
"""Seconds after which a program looks again at what the database says of its keys, before its next transaction."""
ANNOUNCED, CURRENT, FORMER, RETIRED = "announced", "current", "former", "retired"
OF_THIS_PROCESS = in_memory()
"""For databases without a key file: the demo's and those of tests. What is sealed with it ends with the process."""
_KEY = table(NarrativeKey)
_KNOWN = select(_KEY.c.id, _KEY.c.check_value, _KEY.c.state).order_by(_KEY.c.made_at, _KEY.c.id)
_HEADING = """\
# The keys of challenge-bot's database. Whoever has this file and the database can read everything; without this file nobody can.
# Keep a copy apart from the database's backups, and keep both for as long as you keep those.
"""


def needed(connection: Connection) -> list[str]:
    """The ids of the keys that something in the database may be sealed with."""
    return [key_id for key_id, _, state in connection.execute(_KNOWN) if state != RETIRED]


class WrongKeys(RuntimeError):
    """The key file is not that of the database, or it cannot be used. The message is one sentence for whoever runs the program."""


@dataclass(frozen=True)
class Key:
    """One key of the file. `made` is an aware moment."""

    id: str
    made: datetime
    secret: SecretBytes = field(repr=False)


class KeyFile:
    """The file. Every fault in it is a WrongKeys; whether it exists is the caller's question."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is one."""
        return self.path.exists()

    def read(self) -> list[Key]:
        """The keys, the oldest first; none where there is no file. Raises WrongKeys."""
        try:
            others_may = self.path.stat().st_mode & 0o007
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            reason = (getattr(error, "strerror", None) or "not text").lower()
            raise WrongKeys(f"The key file {self.path} cannot be read: {reason}.") from None
        if others_may:
            raise WrongKeys(
                f"The key file {self.path} can be read by everybody on this machine: chmod 600 {self.path}."
            )
        try:
            keys = tomllib.loads(text).get("key", [])
        except (ValueError, RecursionError):
            keys = None  # what is wrong may quote a key
        if not isinstance(keys, list):
            raise WrongKeys(f"The key file {self.path} is damaged: put its copy there.")
        found = [_key(each) for each in keys]
        ids = [key.id for key in found if key is not None]
        if None in found or len(set(ids)) < len(found):
            raise WrongKeys(f"The key file {self.path} is damaged: put its copy there.")
        return [key for key in found if key is not None]

    def make_key(self, *, only_first: bool = False) -> str:
        """Add a new key and return its id; with `only_first` only where there is none yet, and else the newest one's."""
        with self._alone():
            keys = self.read()
            if only_first and keys:
                return keys[-1].id
            key_id, secret = new_key()
            self._write([*keys, Key(key_id, SystemClock().now(), secret)])
        return key_id

    def remove_key(self, key_id: str) -> bool:
        """Take a key out; False when it was not there."""
        with self._alone():
            keys = self.read()
            left = [key for key in keys if key.id != key_id]
            if len(left) < len(keys):
                self._write(left)
        return len(left) < len(keys)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two programs that change the file take turns."""
        try:
            folder = os.open(self.path.parent, os.O_RDONLY)
        except OSError as error:
            raise self._cannot_write(error) from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write(self, keys: list[Key]) -> None:
        """Replace the file as a whole; a kill leaves the old one or the new one."""
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        text = _HEADING + "".join(_written(key) for key in keys)
        try:
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self._cannot_write(error) from None

    def _cannot_write(self, error: OSError) -> WrongKeys:
        reason = (error.strerror or "unknown reason").lower()
        return WrongKeys(
            f"The key file {self.path} cannot be written: {reason}. CHALLENGE_KEYS names another place."
        )


def _written(key: Key) -> str:
    secret = base64.b64encode(key.secret.get_secret_value()).decode()
    made = key.made.astimezone(UTC).replace(microsecond=0).isoformat()
    return f'\n[[key]]\nid = "{key.id}"\nmade = {made}\nsecret = "{secret}"\n'


def _key(row: Any) -> Key | None:
    match row:
        case {"id": str(key_id), "made": datetime() as made, "secret": str(text)} if made.tzinfo is not None:
            try:
                secret = base64.b64decode(text, validate=True)
            except ValueError:
                return None
            if re.fullmatch(r"[0-9a-f]{8}", key_id) and len(secret) == KEY_BYTES:
                return Key(key_id, made, SecretBytes(secret))
    return None


class Keys:
    """The keys that a program works with on one database. Without a file they are those of the process."""

    def __init__(self, path: Path | None, *, look_every: float = LOOK_EVERY) -> None:
        self.file = None if path is None else KeyFile(path)
        self.ring = OF_THIS_PROCESS if self.file is None else Keyring(self._read_again)
        self.lacking: list[str] = []
        """The announced keys that the file does not hold yet."""
        self._look_every = look_every
        self._looked_at: float | None = None

    def are_due(self) -> bool:
        """Whether to look at what the database says before the next transaction."""
        if self.file is None:
            return False
        return self._looked_at is None or time.monotonic() - self._looked_at >= self._look_every

    def look(self, connection: Connection) -> bool:
        """Take over what the database says; False when it knows no key yet. Raises WrongKeys when its keys are not here."""
        known = [tuple(row) for row in connection.execute(_KNOWN)]
        if not known:
            return False
        states = {key_id: state for key_id, _, state in known if state != RETIRED}
        if set(states) - set(self.ring.ids):
            self._read_again()
        here = set(self.ring.ids)
        for key_id, check_value, state in known:
            if state != RETIRED and key_id in here and self.ring.check(key_id) != check_value:
                raise WrongKeys(
                    f"The key file {self._path} holds another key under the id {key_id} than this database was written "
                    "with: put the key file of this database there. Nothing was changed."
                )
        lacking = [key_id for key_id, state in states.items() if key_id not in here]
        needed = [key_id for key_id in lacking if states[key_id] != ANNOUNCED]
        if needed:
            raise WrongKeys(
                f"What is in the database is sealed with the key {', '.join(needed)}, which the key file {self._path} does "
                "not hold: put the key file of this database there, from its copy or from the machine that made it. "
                "Nothing was changed."
            )
        self.lacking = lacking
        self.ring.seal_with(next(key_id for key_id, state in states.items() if state == CURRENT))
        self._looked_at = time.monotonic()
        return True

    def register(self, connection: Connection) -> str | None:
        """Let a database that holds nothing sealed begin with the file's newest key; the id of one that was made for it, if any."""
        if self.file is None:
            return None
        there = self.file.exists()
        key_id = self.file.make_key(only_first=True)
        self._read_again()
        row = key_row(self.ring, key_id, CURRENT, SystemClock().now())
        connection.execute(insert(_KEY).values(**row))
        return None if there else key_id

    def for_another(self) -> Keys:
        """The same keys for another database, such as a copy of this one."""
        return Keys(None if self.file is None else self.file.path, look_every=self._look_every)

    def look_soon(self) -> None:
        """Look again before the next transaction, because something has just been changed."""
        self._looked_at = None

    @property
    def _path(self) -> str:
        return str(self.file.path) if self.file is not None else "of this process"

    def _read_again(self) -> None:
        if self.file is not None:
            for key in self.file.read():
                self.ring.add(key.id, key.secret)


def key_row(ring: Keyring, key_id: str, state: str, at: datetime) -> Mapping[str, Any]:
    """What the database keeps of a key."""
    return {
        "id": key_id,
        "check_value": ring.check(key_id),
        "state": state,
        "made_at": at,
        "since": at,
        "emptied_at": None,
    }
