"""Requests to swap a part that was given by rota: one stands open for each part at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlmodel import Session

from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Challenge
from storage.tables_besides import Allocation, SwapRequest

_SWAP = table(SwapRequest)
_ALLOCATION = table(Allocation)
_CHALLENGE = table(Challenge)


@dataclass(frozen=True)
class Swap:
    """Somebody asks a colleague to take their part. `state` is open, accepted, declined, withdrawn or lapsed."""

    id: int
    challenge_id: int
    role: str
    asker: str
    asked: str
    asked_at: datetime
    expires_at: datetime
    state: str
    ended_at: datetime | None


_COLUMNS = [_SWAP.c[name] for name in Swap.__dataclass_fields__]
_OPEN = Prepared(select(*_COLUMNS).where(_SWAP.c.state == "open").order_by(_SWAP.c.id))


def ask(
    session: Session,
    *,
    challenge_id: int,
    role: str,
    asker: str,
    asked: str,
    at: datetime,
    expires_at: datetime,
) -> Swap:
    """Note a request. The database refuses a second open one for the same part (IntegrityError)."""
    row = {"challenge_id": challenge_id, "role": role, "asker": asker, "asked": asked, "asked_at": at}
    values = {**row, "expires_at": expires_at, "state": "open"}
    return Swap(*link(session).execute(insert(_SWAP).values(**values).returning(*_COLUMNS)).one())


def find(session: Session, swap_id: int, *, for_change: bool = False) -> Swap | None:
    """One request, or None. With `for_change` it is locked until the transaction ends: lock its challenge first."""
    query = select(*_COLUMNS).where(_SWAP.c.id == swap_id)
    row = link(session).execute(query.with_for_update() if for_change else query).first()
    return None if row is None else Swap(*row)


def open_for(session: Session, challenge_id: int, role: str, asker: str) -> Swap | None:
    """The request that stands open for somebody's part."""
    which = (_SWAP.c.challenge_id == challenge_id) & (_SWAP.c.role == role) & (_SWAP.c.asker == asker)
    row = link(session).execute(select(*_COLUMNS).where(which, _SWAP.c.state == "open")).first()
    return None if row is None else Swap(*row)


def open_questions(session: Session) -> list[Swap]:
    """All requests that stand open, the oldest first."""
    return [Swap(*row) for row in _OPEN.rows(session)]


def end(session: Session, swap_id: int, state: str, at: datetime) -> bool:
    """A request is accepted, declined, withdrawn or lapsed; False when it was over already."""
    this = update(_SWAP).where(_SWAP.c.id == swap_id, _SWAP.c.state == "open")
    return link(session).execute(this.values(state=state, ended_at=at)).rowcount == 1


def over(session: Session, now: datetime) -> list[Swap]:
    """Open requests that nobody can accept any more: their time is up, the challenge has ended, or the part has passed on."""
    holds = (
        select(_ALLOCATION.c.id)
        .where(
            _ALLOCATION.c.challenge_id == _SWAP.c.challenge_id,
            _ALLOCATION.c.role == _SWAP.c.role,
            _ALLOCATION.c.email == _SWAP.c.asker,
            _ALLOCATION.c.ended_at.is_(None),
        )
        .exists()
    )
    query = (
        select(*_COLUMNS)
        .join(_CHALLENGE, _CHALLENGE.c.id == _SWAP.c.challenge_id)
        .where(_SWAP.c.state == "open", or_(_SWAP.c.expires_at <= now, _CHALLENGE.c.status != "open", ~holds))
        .order_by(_SWAP.c.id)
    )
    return [Swap(*row) for row in link(session).execute(query)]


def next_expiry(session: Session) -> datetime | None:
    """When the time of the next open request is up."""
    query = select(_SWAP.c.expires_at).where(_SWAP.c.state == "open").order_by(_SWAP.c.expires_at).limit(1)
    return link(session).execute(query).scalar()
