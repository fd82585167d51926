"""Small facts that the program must remember from one pass to the next."""

from __future__ import annotations

from sqlmodel import Session

from storage.tables import Setting


def recall(session: Session, name: str) -> str | None:
    """What was remembered under this name, or None."""
    row = session.get(Setting, name)
    return None if row is None else row.value


def remember(session: Session, name: str, value: str) -> None:
    """Remember it, in place of what was remembered before."""
    session.merge(Setting(name=name, value=value))
    session.flush()
