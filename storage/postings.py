"""The messages that stand in people's chats, so that they can be redrawn when what they show has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, bindparam, delete, literal_column, or_, select, text, update
from sqlmodel import Session

from storage.database import Database
from storage.prepared import Prepared
from storage.statements import for_each_database, is_literally, link, pick, table
from storage.tables import Outbox, Posting

LEASE = timedelta(minutes=1)
"""How long a message that is being redrawn is left alone by others."""
LONGEST = timedelta(hours=2)
"""Nothing is left alone for longer: what is to be redrawn later than that was put off by a clock that was wrong."""
_POSTING = table(Posting)
_OUTBOX = table(Outbox)


@dataclass(frozen=True)
class Place:
    """Where a message stands: the platform's own ids of the channel and of the message in it."""

    platform: str
    channel: str
    message: str


@dataclass(frozen=True)
class Posted:
    """A message that stands somewhere. `body` is that of the outbox row it came from; `changes` counts its staleness."""

    key: str
    email: str
    platform: str
    channel: str
    message: str
    notice: str
    challenge_id: int | None
    stage_number: int | None
    body: dict[str, Any]
    stale: bool
    changes: int


_COLUMNS = [_POSTING.c[name] for name in Posted.__dataclass_fields__]


_GIVEN = (
    "platform",
    "channel",
    "message",
    "key",
    "email",
    "notice",
    "challenge_id",
    "stage_number",
    "body",
)


def _placing(insert: Any) -> Any:
    given = [bindparam(f"posted_{name}", type_=_POSTING.c[name].type) for name in _GIVEN]
    stale = or_(_OUTBOX.c.outdated, bindparam("again", type_=_POSTING.c.stale.type))
    found = select(*given, stale, literal_column("0")).where(
        _OUTBOX.c.id == bindparam("which"),
        _OUTBOX.c.claimed_by == bindparam("worker"),
        _OUTBOX.c.attempts == bindparam("attempt"),
        is_literally(_OUTBOX.c.state, "sent"),
    )
    new = insert(_POSTING).from_select([*_GIVEN, "stale", "changes"], found, include_defaults=False)
    moved = {name: new.excluded[name] for name in ("platform", "channel", "message", "stale")}
    return new.on_conflict_do_update(index_elements=["key"], set_={**moved, "retry_at": None})


_PLACE = Prepared(for_each_database(_placing))


def place(session: Session, placed: Sequence[tuple[Place, Any, Mapping[str, Any], bool]]) -> None:
    """Remember where messages stand. Of each: its place, its outbox row with the values by which its claim is known, which has been
    marked as sent, and whether it must be redrawn even if nothing has happened since the claim. The same key again moves it."""
    if placed:
        rows = [
            {
                **claim,
                "posted_platform": place.platform,
                "posted_channel": place.channel,
                "posted_message": place.message,
                "posted_key": row.key,
                "posted_email": row.email,
                "posted_notice": row.notice,
                "posted_challenge_id": row.challenge_id,
                "posted_stage_number": row.stage_number,
                "posted_body": row.body,
                "again": again,
            }
            for place, row, claim, again in placed
        ]
        _PLACE.run_each(session, rows)


_OF_CHALLENGE = (
    select(*_COLUMNS).where(_POSTING.c.challenge_id == bindparam("challenge")).order_by(_POSTING.c.key)
)


def of_challenge(session: Session, challenge_id: int) -> list[Posted]:
    """All messages about a challenge that stand somewhere."""
    return [Posted(*row) for row in link(session).execute(_OF_CHALLENGE, {"challenge": challenge_id})]


_BY_KEY = select(*_COLUMNS).where(_POSTING.c.key == bindparam("key"))


def posted(session: Session, key: str) -> Posted | None:
    """The message with this key, where it stands; or None."""
    row = link(session).execute(_BY_KEY, {"key": key}).first()
    return None if row is None else Posted(*row)


# First the outbox, then the postings: a message whose sending is being recorded at this moment is then met in one or the other.
# What waits is composed when it is sent and need not be marked, but on PostgreSQL it may be being claimed at this moment.
_OF_THIS = _OUTBOX.c.challenge_id == bindparam("challenge")
_OUTDATE = Prepared(
    {
        "sqlite": update(_OUTBOX)
        .where(is_literally(_OUTBOX.c.state, "claimed"), _OF_THIS)
        .values(outdated=True),
        "postgresql": update(_OUTBOX)
        .where(is_literally(_OUTBOX.c.state, "waiting", "claimed"), _OF_THIS)
        .values(outdated=True),
    }
)
_MARKED = {"stale": True, "changes": _POSTING.c.changes + 1, "retry_at": None}
_MARK = Prepared(
    update(_POSTING)
    .where(or_(_POSTING.c.challenge_id == bindparam("challenge"), _POSTING.c.key == bindparam("also")))
    .values(**_MARKED)
)
_MARK_NOTICE = update(_POSTING).where(_POSTING.c.notice == bindparam("these")).values(**_MARKED)


def mark_stale(session: Session, challenge_id: int, also: str = "") -> int:
    """What is known of a challenge has changed: its messages must be redrawn, and so must those being sent just now.

    `also` is the key of one message more, such as the digest in which the button was pressed. Returns how many stand already.
    """
    _OUTDATE.run(session, {"challenge": challenge_id})
    return _MARK.run(session, {"challenge": challenge_id, "also": also})


def mark_all(session: Session, notice: str) -> int:
    """All messages of this kind must be redrawn; returns how many."""
    return link(session).execute(_MARK_NOTICE, {"these": notice}).rowcount


_MARK_KEYS = update(_POSTING).where(_POSTING.c.key.in_(bindparam("keys", expanding=True))).values(**_MARKED)


def mark_keys_stale(session: Session, keys: Iterable[str]) -> int:
    """These messages must be redrawn, whatever they are about. Returns how many of them stand somewhere."""
    wanted = list(keys)
    return link(session).execute(_MARK_KEYS, {"keys": wanted}).rowcount if wanted else 0


# A prefix ends with a colon and holds no character that LIKE reads as a pattern.
_OF_PREFIX = _OUTBOX.c.key.startswith(bindparam("prefix"))
_OUTDATE_PREFIX = {
    "sqlite": update(_OUTBOX)
    .where(is_literally(_OUTBOX.c.state, "claimed"), _OF_PREFIX)
    .values(outdated=True),
    "postgresql": update(_OUTBOX)
    .where(is_literally(_OUTBOX.c.state, "waiting", "claimed"), _OF_PREFIX)
    .values(outdated=True),
}
_MARK_PREFIX = update(_POSTING).where(_POSTING.c.key.startswith(bindparam("prefix"))).values(**_MARKED)


def mark_prefix_stale(session: Session, prefix: str) -> int:
    """The messages whose keys begin so must be redrawn, those being sent just now as well; `prefix` is such as `PC-12:`.

    Returns how many of them stand already.
    """
    connection = link(session)
    connection.execute(pick(_OUTDATE_PREFIX, connection), {"prefix": prefix})
    return connection.execute(_MARK_PREFIX, {"prefix": prefix}).rowcount


_STALE = (
    select(_POSTING.c.key)
    .where(
        text("posting.stale"),  # the words of the partial index
        or_(
            _POSTING.c.retry_at.is_(None),
            _POSTING.c.retry_at <= bindparam("now"),
            _POSTING.c.retry_at > bindparam("beyond"),
        ),
    )
    .order_by(_POSTING.c.key)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("stale")
)
_TAKE = (
    update(_POSTING)
    .where(_POSTING.c.key.in_(select(_STALE.c.key)))
    .values(retry_at=bindparam("until"))
    .returning(*_COLUMNS)
)


def take_stale(
    database: Database, now: datetime, limit: int = 100, *, lease: timedelta = LEASE
) -> list[Posted]:
    """Messages to redraw, ordered by key. Others leave them alone for the length of the lease, then they are taken again."""
    with database.write() as session:
        values = {"now": now, "until": now + lease, "beyond": now + LONGEST, "limit": limit}
        found = [Posted(*row) for row in session.connection().execute(_TAKE, values)]
    return sorted(found, key=lambda posted: posted.key)


def _unchanged(posted: Posted) -> Update:
    return update(_POSTING).where(_POSTING.c.key == posted.key, _POSTING.c.changes == posted.changes)


def redrawn(session: Session, posted: Posted) -> bool:
    """It shows what was known when it was taken. False when more has changed since: then it stays stale."""
    statement = _unchanged(posted).values(stale=False, retry_at=None)
    return link(session).execute(statement).rowcount == 1


def retry(session: Session, posted: Posted, at: datetime) -> bool:
    """Redrawing did not work; it is taken again from `at` on, or earlier when more changes."""
    return link(session).execute(_unchanged(posted).values(retry_at=at)).rowcount == 1


def forget(session: Session, key: str) -> bool:
    """The message is gone from the platform: nothing is left to redraw."""
    return link(session).execute(delete(_POSTING).where(_POSTING.c.key == key)).rowcount == 1
