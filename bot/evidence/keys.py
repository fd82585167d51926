"""The key that signs the audit's heads: its file on this machine, and what the database knows of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from commands.desk import SYSTEM
from commands.office import Office
from storage import audit, heads
from storage.signing import PublicKey, SigningKey, UnusableKey, make_key, read_key


class NoKeyHere(Exception):
    """The key that signs the audit's heads cannot be used here; the sentence says why, and what to do."""


@dataclass(frozen=True)
class Made:
    """A key, and whether it was made just now."""

    key: SigningKey
    new: bool


def key_here(office: Office, path: Path) -> Made:
    """The key, made and registered where there has never been one. Raises NoKeyHere.

    A database that knows a key is not signed with another: whoever took the file away, or put another in its place, must not get
    a signature by it. `replace_key` is the way to another.
    """
    with office.database.read() as session:
        known = heads.key_in_use(session)
    found = _read(path, known)
    if known is not None:
        return Made(_the_one(found, known, path), new=False)
    with office.database.write() as session:
        audit.lock(session)  # two replicas that start at once: the second finds the key of the first
        known = heads.key_in_use(session)
        if known is not None:
            return Made(_the_one(_read(path, known), known, path), new=False)
        key = found or _make(path)
        _register(office, session, key, "audit_key_registered", {})
        return Made(key, new=found is None)


def replace_key(office: Office, path: Path, actor: str) -> tuple[SigningKey, bool]:
    """A new key in place of the one in use; the old one, where its file is there, signs that it is so. Also returns whether it did.

    The new file takes the old one's place after the database has it; after a crash in between, `key_here` puts it there.
    """
    with office.database.read() as session:
        known = heads.key_in_use(session)
    try:
        found = _read(path, known)
    except NoKeyHere:
        found = None
    old = found if known is not None and found is not None and found.public == known else None
    waiting = _waiting(path)
    waiting.unlink(missing_ok=True)
    key = _make(waiting)
    body: dict[str, Any] = {"old": None if known is None else known.fingerprint}
    if old is not None:
        statement = {"kind": "audit-key", "old": old.public.fingerprint, "new": key.public.fingerprint}
        body["signature"] = old.sign(statement)
    with office.database.write() as session:
        audit.lock(session)
        _register(office, session, key, "audit_key_replaced", body, actor)
    waiting.replace(path)
    return key, old is not None


def _register(
    office: Office,
    session: Session,
    key: SigningKey,
    action: str,
    body: dict[str, Any],
    actor: str = SYSTEM.email,
) -> None:
    now = office.clock.now()
    heads.use_key(session, key.public, now)
    subject = "audit key"
    audit.append(
        session,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        body={**body, "new": key.public.fingerprint},
    )


def _read(path: Path, known: PublicKey | None) -> SigningKey | None:
    try:
        found = read_key(path)
        if known is not None and (found is None or found.public != known):
            waiting = read_key(_waiting(path))
            if waiting is not None and waiting.public == known:
                _waiting(path).replace(path)
                return waiting
    except UnusableKey as fault:
        raise NoKeyHere(str(fault)) from None
    return found


def _waiting(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _make(path: Path) -> SigningKey:
    try:
        return make_key(path)
    except OSError as error:
        why = (error.strerror or os.strerror(error.errno or 0)).lower()
        raise NoKeyHere(
            f"The key that signs the audit's heads cannot be written to {path}: {why}. Set CHALLENGE_AUDIT_KEY to a file that can be."
        ) from None


def _the_one(found: SigningKey | None, known: PublicKey, path: Path) -> SigningKey:
    if found is not None and found.public == known:
        return found
    what = "is not there" if found is None else "holds another key"
    raise NoKeyHere(
        f"The audit's heads are not signed: {path} {what}, and the one in use has the fingerprint {known.fingerprint[:16]}. "
        "Put that file back from your safe copy; if it is lost, `challenge-bot audit key --replace` makes another."
    )
