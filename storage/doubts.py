"""After a backup was restored: messages that may have been sent since the backup was made, of which the record knows nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session

from storage import meetings, memory
from storage.outbox_rows import LIVE, OUTBOX
from storage.statements import link

_RESTORED_AT = "restored_at"


def begin(session: Session, restored_at: datetime) -> int:
    """Remember when the record was restored, and doubt what waits in it; returns how many messages that are."""
    memory.remember(session, _RESTORED_AT, restored_at.isoformat())
    meetings.doubt(session)
    return _doubt(session, restored_at)


def renew(session: Session) -> None:
    """The same for what is made only now and was due before the last restore, such as the day's digests."""
    restored_at = memory.recall(session, _RESTORED_AT)
    if restored_at is not None:
        _doubt(session, datetime.fromisoformat(restored_at))


def _doubt(session: Session, until: datetime) -> int:
    """Have everything that waits and was due by then looked up at the platform before it is sent."""
    which = update(OUTBOX).where(LIVE, OUTBOX.c.due_at <= until, OUTBOX.c.maybe_sent.is_(False))
    return link(session).execute(which.values(maybe_sent=True)).rowcount
