"""The file in which signed heads are published: one line of JSON each, only ever appended to."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

from storage.heads import KIND, SignedHead

_NAMES = {field.name for field in fields(SignedHead)}


def append_missing(path: Path, heads: Iterable[SignedHead]) -> int:
    """Append the heads that the file does not have yet; returns how many. Whoever else appends meanwhile waits.

    The lines are on the disk when this returns. A last line that was cut off, by a crash or a full disk, is taken away first.
    Raises OSError; then the file is as it was.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        there = file.read()
        whole = there[: there.rfind(b"\n") + 1]
        if len(whole) < len(there):
            file.truncate(len(whole))
        lines = set(whole.splitlines())
        new = [line for line in map(_line, heads) if line not in lines]
        if new:
            _write(file, b"".join(line + b"\n" for line in new), len(whole))
        return len(new)


def _write(file: BinaryIO, data: bytes, size: int) -> None:
    try:
        if file.write(data) != len(data):
            raise OSError("The disk is full.")
        os.fsync(file.fileno())
    except OSError:
        file.truncate(size)
        raise


def _line(head: SignedHead) -> bytes:
    return json.dumps(head.line(), sort_keys=True).encode()


def read(path: Path) -> Iterator[tuple[int, SignedHead | None]]:
    """The heads with their lines' numbers, None for a line that is none. Raises OSError."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _read(line)


def _read(line: bytes) -> SignedHead | None:
    try:
        parts = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, dict) or parts.pop("kind", None) != KIND or set(parts) != _NAMES:
        return None
    wanted = {name: int if name == "number" else str for name in _NAMES}
    return SignedHead(**parts) if all(type(parts[name]) is wanted[name] for name in _NAMES) else None
