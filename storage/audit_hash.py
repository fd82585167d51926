"""What the audit's hashes are worked out from, so that anybody can do it again without this program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

ERASED = "erased"
"""The action of the row that says whose bodies were erased, and why."""


_written = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Head:
    """The end of the chain: the last row's number (0 when there is none) and its hash."""

    number: int
    hash: str


def digest_of(salt: str, body: Any) -> str:
    """SHA-256, in hex, of the salt's 32 hex digits and the body as `canonical` JSON."""
    return sha256(salt.encode() + canonical(body)).hexdigest()


def hash_of(row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of `canonical` JSON of number, at, actor, action, subject, digest and previous; `at` in UTC to the microsecond."""
    covered = {name: row[name] for name in ("number", "actor", "action", "subject", "digest", "previous")}
    covered["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(canonical(covered)).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, ASCII only."""
    return _written(value).encode()
