"""The rows of the outbox as they are handed around, and the statements that `storage.outbox` runs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Update,
    bindparam,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)

from storage.prepared import Prepared
from storage.statements import for_each_database, is_literally, table
from storage.tables import Challenge, Outbox

OUTBOX = table(Outbox)
CHALLENGE = table(Challenge)
CHAT, EMAIL = "chat", "email"
CHANNELS = (CHAT, EMAIL)
"""The ways by which people are written to. Each is claimed by itself, so that trouble on one does not hold up the other."""
LIVE = is_literally(OUTBOX.c.state, "waiting", "claimed")
"""What has not been said yet, in the words of the partial indexes."""


@dataclass(frozen=True)
class Note:
    """Something to say to the person with this address. `key` is its own for ever: nothing is said twice under one key.

    `due_at` is when it ought to be read, `send_after` when it may be tried; both aware.
    """

    key: str
    email: str
    notice: str
    due_at: datetime
    send_after: datetime
    challenge_id: int | None = None
    stage_number: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    urgent: bool = False
    channel: str = CHAT


@dataclass(frozen=True)
class Waiting:
    """A row of the outbox that has not been said yet."""

    id: int
    key: str
    email: str
    notice: str
    challenge_id: int | None
    stage_number: int | None
    body: dict[str, Any]
    urgent: bool
    due_at: datetime
    send_after: datetime
    attempts: int
    maybe_sent: bool
    trouble: str | None
    queued_at: datetime
    sent_to: str | None
    channel: str


@dataclass(frozen=True)
class Claimed(Waiting):
    """A row that a worker may send until `claimed_until`. `maybe_sent`: look it up at the platform first."""

    claimed_by: str
    claimed_until: datetime


def claimed_of(row: Sequence[Any]) -> Claimed:
    """The row with the columns of `CLAIMED_COLUMNS`. A frozen class sets its fields one by one, which takes as long as reading them."""
    claimed = object.__new__(Claimed)
    claimed.__dict__.update(zip(Claimed.__dataclass_fields__, row, strict=True))
    return claimed


CLAIMED_COLUMNS = [OUTBOX.c[name] for name in Claimed.__dataclass_fields__]
WAITING = (
    select(*(OUTBOX.c[name] for name in Waiting.__dataclass_fields__))
    .where(LIVE, is_literally(OUTBOX.c.state, "waiting"))
    .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
)
"""All that waits, the earliest due first; to be narrowed."""


NEW = {"state": "waiting", "attempts": 0, "maybe_sent": False, "outdated": False, "look": False}
PUT = Prepared(
    for_each_database(lambda insert: insert(OUTBOX).inline().on_conflict_do_nothing(index_elements=["key"]))
)


def _renewal(insert: Any) -> Any:
    new = insert(OUTBOX).inline()
    taken_over = {name: new.excluded[name] for name in Note.__dataclass_fields__ if name != "key"}
    return new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            **taken_over,
            "queued_at": new.excluded.queued_at,
            "state": "waiting",
            "look": False,
            # A row that was cancelled in a worker's hands has perhaps been sent.
            "maybe_sent": or_(OUTBOX.c.maybe_sent, OUTBOX.c.claimed_by.is_not(None)),
            "claimed_by": None,
            "claimed_until": None,
            "trouble": None,
        },
        where=is_literally(OUTBOX.c.state, "waiting", "cancelled"),
    )


RENEW = Prepared(for_each_database(_renewal))


CALLED_OFF = {
    "state": "cancelled",
    "outdated": True,
    # Perhaps it was sent by a worker that did not live to say so: then it stands in a chat and must be found and redrawn.
    "look": or_(is_literally(OUTBOX.c.state, "claimed"), OUTBOX.c.maybe_sent),
}


@cache  # every click cancels; to put the statement together anew costs more than to run it
def cancelling(given: frozenset[str]) -> Update:
    """The statement that cancels what is alive, narrowed by what is given of challenge, stage, notices and whose."""
    narrowed = {
        "challenge": OUTBOX.c.challenge_id == bindparam("challenge"),
        "stage": OUTBOX.c.stage_number == bindparam("stage"),
        "notices": OUTBOX.c.notice.in_(bindparam("notices", expanding=True)),
        "whose": OUTBOX.c.email == bindparam("whose"),
    }
    conditions = [narrowed[name] for name in sorted(given)]
    return update(OUTBOX).where(LIVE, *conditions).values(**CALLED_OFF)


_OF_CHANNEL = OUTBOX.c.channel == bindparam("by")


def _expired(until: ColumnElement[Any]) -> ColumnElement[bool]:
    """A claim is over when its time is up, or ends so far ahead that the clock must have been wrong when it was made."""
    return or_(until <= bindparam("now"), until > bindparam("beyond"))


def _claimed(rows: FromClause) -> ColumnElement[bool]:
    """What is in somebody's hands, in the words of its partial index."""
    return rows.c.state == literal_column("'claimed'")


def _another(other: FromClause, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is another row of the same person and channel. Each condition has an index of its own: with an `or` between two of them
    a person's whole future would be read."""
    same = (other.c.email == OUTBOX.c.email, other.c.channel == OUTBOX.c.channel)
    return select(other.c.id).where(*same, *which).exists()


def _one_before() -> ColumnElement[bool]:
    """Whether another row of the same person comes first in the queue."""
    other = OUTBOX.alias("earlier")
    before = tuple_(other.c.queued_at, other.c.id) < tuple_(OUTBOX.c.queued_at, OUTBOX.c.id)
    return _another(other, is_literally(other.c.state, "waiting", "claimed"), before)


def _due() -> CTE:
    """The ids of what may be claimed: for each person the first row in the queue, unless another is in somebody's hands.

    A row that is to be tried again keeps its place, and so holds back those behind it.
    """
    other = OUTBOX.alias("other")
    free = ~_another(other, _claimed(other), ~_expired(other.c.claimed_until))
    return (
        select(OUTBOX.c.id)
        .where(LIVE, OUTBOX.c.send_after <= bindparam("now"), _OF_CHANNEL, free, ~_one_before())
        .where(or_(is_literally(OUTBOX.c.state, "waiting"), _expired(OUTBOX.c.claimed_until)))
        .order_by(OUTBOX.c.send_after, OUTBOX.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=OUTBOX)
        .cte("due")
    )


CLAIM = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(select(_due().c.id)))
    .values(
        state="claimed",
        claimed_by=bindparam("worker"),
        claimed_until=bindparam("until"),
        attempts=OUTBOX.c.attempts + 1,
        maybe_sent=or_(OUTBOX.c.maybe_sent, is_literally(OUTBOX.c.state, "claimed")),
        outdated=False,
    )
    .returning(*CLAIMED_COLUMNS)
)


_LOOK_AT = func.coalesce(OUTBOX.c.claimed_until, OUTBOX.c.send_after)
_LOOKED_FOR = (
    select(OUTBOX.c.id)
    .where(text("outbox.look"), _expired(_LOOK_AT), _OF_CHANNEL)  # the words of the partial index
    .order_by(OUTBOX.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=OUTBOX)
    .cte("looked_for")
)
LOOK = Prepared(
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(select(_LOOKED_FOR.c.id)))
    .values(
        claimed_by=bindparam("worker"),
        claimed_until=bindparam("until"),
        attempts=OUTBOX.c.attempts + 1,
        maybe_sent=True,
    )
    .returning(*CLAIMED_COLUMNS)
)


def mine(claimed: Claimed, *states: str) -> Update:
    """An update of this row, provided that it is still in one of these states by this very claim."""
    return update(OUTBOX).where(
        OUTBOX.c.id == claimed.id,
        OUTBOX.c.claimed_by == claimed.claimed_by,
        OUTBOX.c.attempts == claimed.attempts,
        OUTBOX.c.state.in_(states),
    )


# As `mine`, for what every message needs; each value under a name that is no column's.
_MINE = update(OUTBOX).where(
    OUTBOX.c.id == bindparam("which"),
    OUTBOX.c.claimed_by == bindparam("worker"),
    OUTBOX.c.attempts == bindparam("attempt"),
)
HOLD = Prepared(
    _MINE.where(_claimed(OUTBOX)).values(claimed_until=bindparam("until"), sent_to=bindparam("to"))
)
SENT = Prepared(
    _MINE.where(is_literally(OUTBOX.c.state, "claimed", "cancelled", "replaced")).values(
        state=literal_column("'sent'"),
        sent_at=bindparam("now"),
        maybe_sent=true(),
        look=false(),
        trouble=null(),
    )
)
IS_SENT = Prepared(
    select(OUTBOX.c.id).where(
        OUTBOX.c.id == bindparam("which"),
        OUTBOX.c.claimed_by == bindparam("worker"),
        OUTBOX.c.attempts == bindparam("attempt"),
        is_literally(OUTBOX.c.state, "sent"),
    )
)


def said_by(key: str) -> str:
    """What is noted at a row when the message with this key says it instead."""
    return f"Said by {key} instead."


def this(claimed: Claimed) -> dict[str, Any]:
    """The values by which `HOLD` and `SENT` know a row and the claim."""
    return {"which": claimed.id, "worker": claimed.claimed_by, "attempt": claimed.attempts}


# As those who act on a challenge lock it; key_share lets others refer to the challenge by foreign key meanwhile.
LOCK_CHALLENGE = (
    select(CHALLENGE.c.id).where(CHALLENGE.c.id == bindparam("challenge")).with_for_update(key_share=True)
)


def _earliest() -> Select[Any]:
    """The first waiting row that no other row of the person holds back, the first claim to expire, and the first to be looked for."""
    other = OUTBOX.alias("other")
    in_hand = _another(other, _claimed(other))
    first_waiting = (
        select(OUTBOX.c.send_after)
        .where(LIVE, is_literally(OUTBOX.c.state, "waiting"), _OF_CHANNEL, ~in_hand, ~_one_before())
        .order_by(OUTBOX.c.send_after)
        .limit(1)
    )
    first_expiring = select(func.min(OUTBOX.c.claimed_until)).where(_claimed(OUTBOX), _OF_CHANNEL)
    first_looked_for = select(func.min(_LOOK_AT)).where(text("outbox.look"), _OF_CHANNEL)
    return select(*(each.scalar_subquery() for each in (first_waiting, first_expiring, first_looked_for)))


EARLIEST = _earliest()
