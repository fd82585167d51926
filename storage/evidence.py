"""A record in the plain form in which it is proven: what the audit keeps the digest of when a step is written, and what is told later.

Both come from here, so that they are the same to the letter. It is the record as it was written, whatever the program has learnt since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from storage.audit_hash import canonical
from storage.statements import link, table
from storage.tables import Audit, Challenge, Entry

_CHALLENGE, _ENTRY, _AUDIT = table(Challenge), table(Entry), table(Audit)
_STEP = ("number", "stage_number", "kind", "by", "on_behalf_of", "at", "body")
_OPENING = ("case_reference", "procedure", "version", "unit", "opened_at")
_ROW = ("number", "at", "actor", "action", "subject", "body", "salt", "digest", "previous", "hash")


def digest(told: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of what `step` or `opening` tells, as canonical JSON."""
    return sha256(canonical(dict(told))).hexdigest()


def step(**columns: Any) -> dict[str, Any]:
    """One step of a challenge: number, stage_number, kind, by, on_behalf_of, at and body."""
    return _plain({name: columns[name] for name in _STEP})


def opening(challenge_id: int, **columns: Any) -> dict[str, Any]:
    """What stays of a challenge from its first day on: case_reference, procedure, version, unit and opened_at."""
    return _plain({"reference": f"CH-{challenge_id}", **{name: columns[name] for name in _OPENING}})


def record(session: Session, challenge_id: int) -> dict[str, Any] | None:
    """A challenge as its opening and its steps, in order; None where there is none."""
    columns = [_CHALLENGE.c[name] for name in _OPENING]
    found = link(session).execute(select(*columns).where(_CHALLENGE.c.id == challenge_id)).first()
    if found is None:
        return None
    query = select(*(_ENTRY.c[name] for name in _STEP)).where(_ENTRY.c.challenge_id == challenge_id)
    steps = link(session).execute(query.order_by(_ENTRY.c.number))
    return {
        "opening": opening(challenge_id, **found._mapping),
        "steps": [step(**row._mapping) for row in steps],
    }


def rows_about(session: Session, subject: str) -> list[dict[str, Any]]:
    """The audit's rows about a subject, in order, with all that their hashes are worked out from."""
    query = select(*(_AUDIT.c[name] for name in _ROW)).where(_AUDIT.c.subject == subject)
    return [_plain(dict(row._mapping)) for row in link(session).execute(query.order_by(_AUDIT.c.number))]


def all_hashes(session: Session, up_to: int) -> list[bytes]:
    """The hashes of the audit's first rows: the leaves of its Merkle tree."""
    query = select(_AUDIT.c.hash).where(_AUDIT.c.number <= up_to).order_by(_AUDIT.c.number)
    return [bytes.fromhex(each) for each in link(session).execute(query).scalars()]


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for name, value in columns.items()
    }
