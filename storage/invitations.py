"""Which versions of a meeting somebody was sent, or is about to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from storage.outbox_rows import OUTBOX
from storage.statements import link

INVITATION = "invitation"
"""The notice of a meeting's invitation."""


def invitation_key(uid: str, sequence: int, email: str, channel: str) -> str:
    """The key of one version of a meeting for one person on one channel."""
    return f"{INVITATION}:{uid}:{sequence}:{email}:{channel}"


@dataclass(frozen=True)
class SoFar:
    """What one person has of one meeting on one channel. `latest`: the body of the newest version that they have or will get; `waiting`: the
    keys of those that wait; `told`: whether any version was sent, or may have been."""

    latest: dict[str, Any] | None
    waiting: tuple[str, ...]
    told: bool


def so_far(session: Session, challenge_id: int, uid: str, email: str, channel: str, before: int) -> SoFar:
    """The same, of the versions below the sequence number `before`."""
    query = select(OUTBOX.c.key, OUTBOX.c.body, OUTBOX.c.state, OUTBOX.c.maybe_sent).where(
        OUTBOX.c.challenge_id == challenge_id,
        OUTBOX.c.notice == INVITATION,
        OUTBOX.c.email == email,
        OUTBOX.c.channel == channel,
    )
    versions = {}
    for row in link(session).execute(query):
        _, its_uid, sequence, *_ = row.key.split(":")
        if its_uid == uid and int(sequence) < before:
            versions[int(sequence)] = row
    rows = [versions[sequence] for sequence in sorted(versions)]
    told = [row for row in rows if row.state in ("sent", "claimed") or row.maybe_sent]
    waiting = [row for row in rows if row.state == "waiting"]
    coming = [row for row in rows if row in told or row in waiting]
    return SoFar(dict(coming[-1].body) if coming else None, tuple(row.key for row in waiting), bool(told))
