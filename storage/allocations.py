"""Who was given which part by rota: the pools, the turns taken, and who holds a part in a challenge now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Session

from procedures.rota import Member
from storage.statements import link, table
from storage.tables import Challenge, Party
from storage.tables_besides import Allocation, RotaHead, RotaMember

_HEAD = table(RotaHead)
_MEMBER = table(RotaMember)
_ALLOCATION = table(Allocation)
_CHALLENGE = table(Challenge)
_PARTY = table(Party)

_LOCK = select(_HEAD.c.id).with_for_update()


@dataclass(frozen=True)
class Pool:
    """Those who take turns in a role: its holders for one unit, under one procedure."""

    procedure: str
    role: str
    unit: str


@dataclass(frozen=True)
class Given:
    """A part that was given to somebody. `how` is turn, named or swapped; `ended_at` when it passed to somebody else."""

    email: str
    challenge_id: int
    stage_number: int
    how: str
    at: datetime
    ended_at: datetime | None


_GIVEN_COLUMNS = [_ALLOCATION.c[name] for name in Given.__dataclass_fields__]
_HELD = _ALLOCATION.c.ended_at.is_(None)
_IN_CHALLENGE = (_ALLOCATION.c.challenge_id == bindparam("challenge")) & (
    _ALLOCATION.c.role == bindparam("wanted")
)
_HELD_IN = (
    select(_ALLOCATION.c.email).where(_IN_CHALLENGE, _HELD).order_by(_ALLOCATION.c.at, _ALLOCATION.c.id)
)


def take_turns(session: Session) -> None:
    """Wait until nobody else gives out turns; until the transaction ends nobody else can.

    Take it after the challenge's own row, and lock no other challenge's row while you hold it.
    """
    link(session).execute(_LOCK)


def members(session: Session, pool: Pool) -> dict[str, Member]:
    """Those who take turns in a pool as of the last turn given, with their counts, by address.

    A part that passed to somebody else is counted for them alone.
    """
    taken = and_(
        *(_ALLOCATION.c[name] == _MEMBER.c[name] for name in ("procedure", "role", "unit", "email")),
        _ALLOCATION.c.at >= _MEMBER.c.joined_at,
        _HELD,
    )
    query = (
        select(_MEMBER.c.email, _MEMBER.c.begins, func.count(_ALLOCATION.c.id), func.max(_ALLOCATION.c.at))
        .select_from(_MEMBER.outerjoin(_ALLOCATION, taken))
        .where(*_of(pool, _MEMBER))
        .group_by(_MEMBER.c.email, _MEMBER.c.begins)
    )
    return {row[0]: Member(*row) for row in link(session).execute(query)}


def _of(pool: Pool, rows: Table) -> list[ColumnElement[bool]]:
    return [rows.c[name] == getattr(pool, name) for name in ("procedure", "role", "unit")]


def set_members(
    session: Session, pool: Pool, *, joining: Mapping[str, int], leaving: Iterable[str], at: datetime
) -> None:
    """Take people into a pool, each with the count they begin with, and others out of it."""
    connection = link(session)
    gone = sorted(leaving)
    if gone:
        connection.execute(delete(_MEMBER).where(*_of(pool, _MEMBER), _MEMBER.c.email.in_(gone)))
    rows = [
        {**vars(pool), "email": email, "begins": begins, "joined_at": at} for email, begins in joining.items()
    ]
    if rows:
        connection.execute(insert(_MEMBER), rows)


def give(
    session: Session,
    pool: Pool,
    emails: Iterable[str],
    *,
    challenge_id: int,
    stage_number: int,
    how: str,
    at: datetime,
) -> None:
    """Give people the part in a challenge. The database refuses the same person twice (IntegrityError)."""
    same = {"challenge_id": challenge_id, "stage_number": stage_number, "how": how, "at": at}
    rows = [{**vars(pool), "email": email, **same} for email in emails]
    if rows:
        link(session).execute(insert(_ALLOCATION), rows)


def held(session: Session, challenge_id: int, role: str) -> list[str]:
    """Who holds a part by rota in a challenge, in the order in which they were given it."""
    which = {"challenge": challenge_id, "wanted": role}
    return list(link(session).execute(_HELD_IN, which).scalars())


def end(session: Session, challenge_id: int, role: str, email: str, at: datetime) -> bool:
    """Somebody's part passes to another; False when they held none."""
    this = update(_ALLOCATION).where(_IN_CHALLENGE, _HELD, _ALLOCATION.c.email == bindparam("whose"))
    which = {"challenge": challenge_id, "wanted": role, "whose": email}
    return link(session).execute(this.values(ended_at=at), which).rowcount > 0


def mark(session: Session, challenge_id: int, role: str, email: str, how: str) -> None:
    """Say how somebody came to hold a part."""
    this = update(_ALLOCATION).where(_IN_CHALLENGE, _HELD, _ALLOCATION.c.email == bindparam("whose"))
    which = {"challenge": challenge_id, "wanted": role, "whose": email}
    link(session).execute(this.values(how=how), which)


def history(session: Session, pool: Pool, limit: int) -> list[Given]:
    """What was given in a pool, the latest first."""
    query = (
        select(*_GIVEN_COLUMNS)
        .where(*_of(pool, _ALLOCATION))
        .order_by(_ALLOCATION.c.at.desc(), _ALLOCATION.c.id.desc())
        .limit(limit)
    )
    return [Given(*row) for row in link(session).execute(query)]


def challenges_held(session: Session, email: str) -> list[tuple[int, str]]:
    """The open challenges in which somebody holds a part by rota, with the role, the longest open first."""
    query = (
        select(_ALLOCATION.c.challenge_id, _ALLOCATION.c.role)
        .join(_CHALLENGE, _CHALLENGE.c.id == _ALLOCATION.c.challenge_id)
        .where(_ALLOCATION.c.email == email, _HELD, _CHALLENGE.c.status == "open")
        .order_by(_ALLOCATION.c.challenge_id, _ALLOCATION.c.role)
    )
    return [(row.challenge_id, row.role) for row in link(session).execute(query)]


def involved(session: Session, case_reference: str, *, but: tuple[int, str]) -> set[str]:
    """Everybody who raised, or has or had a part in, a challenge about this case (CT-10).

    `but` names a challenge and a role whose own holders do not count as involved by holding it.
    """
    challenge_id, role = but
    connection = link(session)
    same_case = _CHALLENGE.c.case_reference == case_reference
    found = set(connection.execute(select(_CHALLENGE.c.raiser).where(same_case)).scalars())
    query = (
        select(_PARTY.c.email)
        .join(_CHALLENGE, _CHALLENGE.c.id == _PARTY.c.challenge_id)
        .where(same_case, or_(_PARTY.c.challenge_id != challenge_id, _PARTY.c.role != role))
    )
    return found | set(connection.execute(query).scalars())
