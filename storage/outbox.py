"""The outbox: what must be said to somebody, one row a message, written in the transaction that made it true.

A row waits, is claimed by a worker for the length of a lease, and ends as sent, cancelled, replaced or failed. A worker that
dies leaves its claim to expire; whoever claims the row then is told that it may have been sent (`Claimed.maybe_sent`) and
looks it up at the platform by its key before sending it. `Claimed.attempts` fences: what a worker reports about a claim that
is no longer its own changes nothing.

A cancelled row is never claimed again. One that is being sent while it is cancelled cannot be called back from the platform:
`hold`, asked just before sending, keeps that moment short, and `sent` still records the message, as one to be redrawn. If nobody
reports on it, it is looked for (`take_looked_for`), and recorded if it is found.

Each person reads in the order of `queued_at`. A row that is to be tried again keeps its place, and holds back what comes after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlmodel import Session

from storage import postings
from storage.database import Database
from storage.outbox_rows import (
    CALLED_OFF,
    CHANNELS,
    CHAT,
    CLAIM,
    EARLIEST,
    EMAIL,
    HOLD,
    IS_SENT,
    LIVE,
    LOOK,
    NEW,
    OUTBOX,
    PUT,
    RENEW,
    SENT,
    WAITING,
    Claimed,
    Note,
    Waiting,
    cancelling,
    claimed_of,
    mine,
    said_by,
    this,
)
from storage.prepared import Prepared
from storage.statements import is_literally, link

__all__ = [
    "CHANNELS",
    "CHAT",
    "EMAIL",
    "Claimed",
    "Note",
    "Waiting",
    "cancel",
    "cancel_keys",
    "claim",
    "drop_digests",
    "earliest",
    "earliest_of",
    "failed",
    "hold",
    "later",
    "look_later",
    "not_there",
    "put",
    "remember",
    "renew",
    "replace",
    "sent",
    "sent_together",
    "take_looked_for",
    "waiting_for",
]

# Written by commands, in the transaction of what happened


def put(session: Session, notes: Sequence[Note]) -> int:
    """Add these, but for those whose key is there already in whatever state; returns how many were added."""
    return _insert(session, PUT, notes)


def renew(session: Session, notes: Sequence[Note]) -> int:
    """As `put`, but what waits under the same key is moved to the new times, and what was cancelled waits again.

    For deadlines that moved, and for a task that went back to the person who had it. What is claimed, sent, replaced or
    failed stays as it is. Returns how many were added, moved or brought back.
    """
    return _insert(session, RENEW, notes)


def _insert(session: Session, statement: Prepared, notes: Sequence[Note]) -> int:
    if not notes:
        return 0
    return statement.run_each(
        session, [{**vars(note), **NEW, "queued_at": note.send_after} for note in notes]
    )


def cancel(
    session: Session,
    *,
    challenge_id: int,
    stage_number: int | None = None,
    notices: Collection[str] | None = None,
    email: str | None = None,
) -> int:
    """Cancel what has not been said yet about a challenge: of one stage, of some notices, to one person, or all of it.

    Claimed rows are cancelled as well: a worker that has not begun to send finds out by `hold` and lets it be. Returns how
    many rows were cancelled.
    """
    which = {"challenge": challenge_id, "stage": stage_number, "notices": notices, "whose": email}
    given = {name: value for name, value in which.items() if value is not None}
    if notices is not None:
        given["notices"] = sorted(notices)
    return link(session).execute(cancelling(frozenset(given)), given).rowcount


def cancel_keys(session: Session, keys: Iterable[str]) -> int:
    """Cancel what has not been said yet under these keys, as `cancel` does; returns how many rows were cancelled."""
    wanted = sorted(keys)
    which = update(OUTBOX).where(LIVE, OUTBOX.c.key.in_(wanted))
    return link(session).execute(which.values(**CALLED_OFF)).rowcount if wanted else 0


# Claimed and reported on by delivery


def claim(
    database: Database,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int = 100,
    channel: str = CHAT,
) -> list[Claimed]:
    """Take what is due on a channel, in the order of `send_after`: one row for each person, so that nobody reads things out of order.

    `worker` is unique to the running program. The lease must be longer than everything done with a row, time-outs included.
    Whose earlier row is still in somebody's hands, or is to be tried again first, is passed over.
    """
    return _take(database, CLAIM, worker, now, lease, limit, channel)


def take_looked_for(
    database: Database,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int = 20,
    channel: str = CHAT,
) -> list[Claimed]:
    """Take what was called off and has perhaps been sent all the same, to look for it at the platform.

    Say how it ended with `sent` (it stands there), `not_there` or `look_later`.
    """
    return _take(database, LOOK, worker, now, lease, limit, channel)


def _take(
    database: Database,
    statement: Prepared,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    channel: str,
) -> list[Claimed]:
    values = {
        "worker": worker,
        "now": now,
        "until": now + lease,
        "beyond": now + 2 * lease,
        "limit": limit,
        "by": channel,
    }
    with database.write() as session:
        found = [claimed_of(row) for row in statement.rows(session, values)]
    return sorted(found, key=lambda row: (row.send_after, row.id))


def hold(
    session: Session, claimed: Claimed, *, now: datetime, lease: timedelta, sent_to: str | None = None
) -> bool:
    """Ask just before sending: True, and the lease begins anew, when the row is still this worker's and still wanted.

    `sent_to` is who will be written to, so that whoever has to look for the message knows where.
    """
    if HOLD.run(session, {**this(claimed), "until": now + lease, "to": sent_to}) == 1:
        return True
    if not claimed.maybe_sent:
        not_there(session, claimed)
    return False


def not_there(session: Session, claimed: Claimed) -> bool:
    """What was called off has never been sent. False when the row is no longer this worker's, or waits again."""
    return _changed(
        session,
        mine(claimed, "cancelled", "replaced").values(
            look=False, maybe_sent=False, claimed_by=None, claimed_until=None
        ),
    )


def look_later(session: Session, claimed: Claimed, at: datetime) -> bool:
    """Looking for it did not work; somebody looks again from `at` on."""
    return _changed(session, mine(claimed, "cancelled", "replaced").values(claimed_until=at))


def remember(session: Session, claimed: Claimed, body: Mapping[str, Any]) -> bool:
    """Keep more about a row that is being sent: whoever claims it next gets this body. False when the claim is no longer this worker's."""
    return _changed(session, mine(claimed, "claimed").values(body=dict(body)))


def sent(session: Session, claimed: Claimed, *, at: datetime, posting: postings.Place | None) -> bool:
    """The platform has it: as `sent_together`, for one."""
    return all(sent_together(session, [(claimed, posting)], at=at))


def sent_together(
    session: Session, arrived: Sequence[tuple[Claimed, postings.Place | None]], *, at: datetime
) -> list[bool]:
    """The platform has these. The posting says where one stands, or is None for what cannot be redrawn (an e-mail).

    What was cancelled while it was being sent counts as sent, because it was, and is redrawn at once. So is what became
    outdated meanwhile, and what a worker before may have sent: that one knew less. Of each, in this order: False when the claim
    had passed to somebody else, who looks it up and records it.
    """
    claims = [this(claimed) for claimed, _ in arrived]
    ours = [True] * len(arrived)
    if SENT.run_each(session, claims, {"now": at}) < len(arrived):
        ours = [bool(IS_SENT.rows(session, claim)) for claim in claims]
    placed = [
        (posting, claimed, claim, claimed.maybe_sent)
        for (claimed, posting), claim, is_ours in zip(arrived, claims, ours, strict=True)
        if is_ours and posting is not None
    ]
    postings.place(session, placed)
    return ours


def _changed(session: Session, statement: Update) -> bool:
    return link(session).execute(statement).rowcount == 1


def later(
    session: Session,
    claimed: Claimed,
    *,
    send_after: datetime,
    trouble: str,
    maybe_sent: bool = True,
    keeps_place: bool = True,
) -> bool:
    """It did not work; try again from `send_after` on. False when the claim is no longer this worker's.

    What keeps its place holds back the messages that come after it to the same person. Without it others go first: for what waits
    for a moment of its own, or cannot be made at all.

    Pass `maybe_sent=False` only when the platform itself said no (too many requests, a lookup without result): after a
    time-out or a broken connection nobody knows, and the next try has to look first.
    """
    return _changed(
        session,
        mine(claimed, "claimed").values(
            state="waiting",
            claimed_by=None,
            claimed_until=None,
            send_after=send_after,
            queued_at=claimed.queued_at if keeps_place else send_after,
            trouble=trouble,
            maybe_sent=maybe_sent,
        ),
    )


def failed(session: Session, claimed: Claimed, *, trouble: str) -> bool:
    """It can never be delivered; a person must be told. False when the claim is no longer this worker's."""
    return _changed(session, mine(claimed, "claimed").values(state="failed", trouble=trouble))


def replace(session: Session, keys: Iterable[str], by_key: str, *, claimed: Claimed | None = None) -> int:
    """What waits under these keys is said by the message `by_key` instead; so is `claimed`, when it is given.

    Returns how many rows were replaced; what is no longer waiting, or no longer this worker's, stays as it is.
    """
    connection = link(session)
    values = {"state": "replaced", "trouble": said_by(by_key)}
    keys = sorted(set(keys) - {by_key})
    count = 0
    if keys:
        which = update(OUTBOX).where(OUTBOX.c.key.in_(keys), OUTBOX.c.state == "waiting")
        count += connection.execute(which.values(**values)).rowcount
    if claimed is not None:  # what may have been sent although there is nothing left to say is looked for
        left = {**values, "look": claimed.maybe_sent, "outdated": True}
        count += connection.execute(mine(claimed, "claimed").values(**left)).rowcount
    return count


def drop_digests(session: Session, *, before: datetime) -> int:
    """Cancel the digests of earlier days that were never sent: today's says all that they would have said."""
    which = update(OUTBOX).where(
        is_literally(OUTBOX.c.state, "waiting"), LIVE, OUTBOX.c.notice == "digest", OUTBOX.c.due_at < before
    )
    return link(session).execute(which.values(state="cancelled", look=OUTBOX.c.maybe_sent)).rowcount


# Asked by whoever plans


def waiting_for(session: Session, email: str, notices: Collection[str] | None = None) -> list[Waiting]:
    """What waits to be said to a person, the earliest due first."""
    wanted = [] if notices is None else [OUTBOX.c.notice.in_(sorted(notices))]
    query = WAITING.where(OUTBOX.c.email == email, *wanted)
    return [Waiting(*row) for row in link(session).execute(query)]


def earliest_of(session: Session, notices: Collection[str]) -> datetime | None:
    """When the next message of one of these notices waits to be sent, or None."""
    query = select(func.min(OUTBOX.c.send_after)).where(
        LIVE, is_literally(OUTBOX.c.state, "waiting"), OUTBOX.c.notice.in_(sorted(notices))
    )
    return link(session).execute(query).scalar()


def earliest(session: Session, channel: str = CHAT) -> datetime | None:
    """When there is next something to claim on a channel, perhaps since long; None when nothing waits and nothing is claimed.

    What waits behind a row in somebody's hands counts from the moment when that claim expires.
    """
    found = link(session).execute(EARLIEST, {"by": channel}).one()
    return min((moment for moment in found if moment is not None), default=None)
