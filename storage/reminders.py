"""The reminders of a stage: after a time of silence one of them stands for the others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from storage import outbox
from storage.outbox_rows import LOCK_CHALLENGE, OUTBOX, WAITING, Claimed, Waiting, said_by
from storage.statements import link

REMINDER = "reminder"


def overtaken(session: Session, claimed: Waiting, now: datetime) -> list[Waiting]:
    """The other reminders that are due to the same person about the same stage, in the order in which they fell due."""
    query = WAITING.where(
        OUTBOX.c.email == claimed.email,
        OUTBOX.c.challenge_id == claimed.challenge_id,
        OUTBOX.c.stage_number == claimed.stage_number,
        OUTBOX.c.notice == REMINDER,
        OUTBOX.c.send_after <= now,
        OUTBOX.c.id != claimed.id,
    )
    return [Waiting(*row) for row in link(session).execute(query)]


def collapse(session: Session, claimed: Claimed, now: datetime) -> str | None:
    """After a time of silence only the newest of the reminders about a stage is worth sending: replace the others by it.

    Returns None when `claimed` is to be sent (it is no reminder, or the newest one), else the key of the newest, which is
    claimed in its turn. A row that may have been sent must have been looked up before it is given here.
    """
    if claimed.notice != REMINDER:
        return None
    # The challenge's row first, as whoever acts on the challenge does: otherwise each could wait for the other's rows.
    link(session).execute(LOCK_CHALLENGE, {"challenge": claimed.challenge_id})
    others = overtaken(session, claimed, now)
    newest = max([claimed, *others], key=lambda row: (row.due_at, row.id))
    older = [row.key for row in others if row is not newest and not row.maybe_sent]
    outbox.replace(session, older, newest.key, claimed=None if newest is claimed else claimed)
    return None if newest is claimed else newest.key


def stands_for(session: Session, key: str) -> list[datetime]:
    """When the messages about a challenge were due that are said by this one instead, the earliest first."""
    same = select(OUTBOX.c.challenge_id).where(OUTBOX.c.key == key).scalar_subquery()
    said = (
        (OUTBOX.c.challenge_id == same) & (OUTBOX.c.state == "replaced") & (OUTBOX.c.trouble == said_by(key))
    )
    return list(
        link(session).execute(select(OUTBOX.c.due_at).where(said).order_by(OUTBOX.c.due_at)).scalars()
    )
