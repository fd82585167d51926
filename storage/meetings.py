"""The meetings in people's calendars: how each ought to stand there, and what has been brought about.

A row is claimed as one of the outbox is: by one worker, for the length of a lease; what a worker reports about a claim that is no longer
its own changes nothing. A change that is wanted meanwhile raises `sequence`, and the row waits again once the worker is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Update, bindparam, case, func, insert, literal, null, or_, select, text, update
from sqlmodel import Session

from storage.meeting_tables import MeetingEvent
from storage.outbox_rows import LOCK_CHALLENGE
from storage.statements import is_literally, link, table
from storage.tables import Moment

_EVENT = table(MeetingEvent)
_LIVE = text("NOT cancelled")
"""In the words of the partial index."""
_TO_DO = is_literally(_EVENT.c.state, "waiting", "claimed")


@dataclass(frozen=True)
class Event:
    """One row of the table; see there."""

    id: int
    challenge_id: int
    stage_number: int
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    chair: str
    attendees: list[str]
    place: str
    cancelled: bool
    done: int | None
    done_at: datetime | None
    told: list[str]
    organiser: str
    event: str
    link: str
    state: str
    send_after: datetime
    claimed_by: str | None
    attempts: int
    tries: int
    maybe_done: bool
    trouble: str | None
    seen: str

    @property
    def is_done(self) -> bool:
        """Whether the calendars show what is wanted."""
        return self.done == self.sequence


_COLUMNS = [_EVENT.c[name] for name in Event.__dataclass_fields__]


def _events(session: Session, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Event]:
    return [Event(*row) for row in link(session).execute(query, values or {})]


# Written by commands, in the transaction of what happened


def live(session: Session, challenge_id: int) -> list[Event]:
    """The events of a challenge that are not cancelled, by stage."""
    query = select(*_COLUMNS).where(_LIVE, _EVENT.c.challenge_id == challenge_id)
    return _events(session, query.order_by(_EVENT.c.stage_number))


def latest(session: Session, challenge_id: int, stage_number: int) -> Event | None:
    """The last event of a stage's meeting, cancelled or not; None for none."""
    which = (_EVENT.c.challenge_id == challenge_id) & (_EVENT.c.stage_number == stage_number)
    found = _events(session, select(*_COLUMNS).where(which).order_by(_EVENT.c.id.desc()).limit(1))
    return found[0] if found else None


def want(
    session: Session, challenge_id: int, stage_number: int, uid: str, at: datetime, wanted: Mapping[str, Any]
) -> None:
    """A new event. `wanted`: starts_at, ends_at, chair, attendees, place. The database refuses a second live one of a stage."""
    values = {
        **wanted,
        "challenge_id": challenge_id,
        "stage_number": stage_number,
        "uid": uid,
        "send_after": at,
        "sequence": 0,
        "cancelled": False,
        "told": [],
        "organiser": "",
        "event": "",
        "link": "",
        "state": "waiting",
        "attempts": 0,
        "tries": 0,
        "maybe_done": False,
        "seen": "",
    }
    link(session).execute(insert(_EVENT).values(**values))


def change(session: Session, event_id: int, at: datetime, wanted: Mapping[str, Any]) -> None:
    """It ought to stand differently in the calendars: some of starts_at, ends_at, chair, attendees, place, cancelled."""
    link(session).execute(
        update(_EVENT)
        .where(_EVENT.c.id == event_id)
        .values(
            **wanted,
            sequence=_EVENT.c.sequence + 1,
            state=case((_EVENT.c.state == "claimed", "claimed"), else_="waiting"),
            send_after=at,
            tries=0,
            trouble=None,
            look_at=None,
            seen="",
        )
    )


def forget(session: Session, event_id: int) -> None:
    """Nobody has heard of it, and nobody need."""
    link(session).execute(
        update(_EVENT)
        .where(_EVENT.c.id == event_id)
        .values(cancelled=True, state="done", done=_EVENT.c.sequence)
    )


# Claimed and reported on by whoever sees to the calendars


def _due() -> Select[Any]:
    waits = (_EVENT.c.state == "waiting") & (_EVENT.c.send_after <= bindparam("now"))
    expired = (_EVENT.c.state == "claimed") & or_(
        _EVENT.c.claimed_until <= bindparam("now"), _EVENT.c.claimed_until > bindparam("beyond")
    )
    return select(_EVENT.c.id).where(_TO_DO, or_(waits, expired)).order_by(_EVENT.c.send_after, _EVENT.c.id)


_DUE = _due()


def waits(session: Session, now: datetime, beyond: datetime) -> bool:
    """Whether something may be claimed; see `claim`."""
    return link(session).execute(_DUE.limit(1), {"now": now, "beyond": beyond}).first() is not None


def claim(
    session: Session, *, worker: str, now: datetime, until: datetime, beyond: datetime, limit: int
) -> list[Event]:
    """Take what is due, until then. A claim that ends beyond `beyond` was made by a clock that was wrong."""
    chosen = _DUE.limit(limit).with_for_update(skip_locked=True).cte("due")
    taking = (
        update(_EVENT)
        .where(_EVENT.c.id.in_(select(chosen.c.id)))
        .values(
            state="claimed",
            claimed_by=worker,
            claimed_until=until,
            attempts=_EVENT.c.attempts + 1,
            tries=_EVENT.c.tries + 1,
            maybe_done=or_(_EVENT.c.maybe_done, is_literally(_EVENT.c.state, "claimed")),
        )
        .returning(*_COLUMNS)
    )
    rows = link(session).execute(taking, {"now": now, "beyond": beyond})
    return sorted((Event(*row) for row in rows), key=lambda event: event.id)


def lock_challenge(session: Session, event: Event) -> None:
    """As those who act on the challenge do, first of all: otherwise each could wait for the other's rows."""
    link(session).execute(LOCK_CHALLENGE, {"challenge": event.challenge_id})


def done(
    session: Session,
    event: Event,
    *,
    at: datetime,
    organiser: str,
    calendar_id: str,
    join: str,
    look_at: datetime | None,
) -> bool:
    """The calendars show `event` as it was claimed. False when the claim has passed to somebody else, who finds that out."""
    newer = _EVENT.c.sequence > event.sequence
    values = {
        "state": case((newer, "waiting"), else_="done"),
        "done": event.sequence,
        "done_at": at,
        "told": [] if event.cancelled else [event.chair, *event.attendees],
        "look_at": case((newer, null()), else_=literal(look_at, Moment())),
        "organiser": organiser,
        "event": calendar_id,
        "link": join,
        "maybe_done": False,
        "trouble": None,
        "claimed_by": None,
        "claimed_until": None,
        "tries": 0,
    }
    return _mine(session, event, values)


def later(session: Session, event: Event, *, at: datetime, maybe_done: bool, trouble: str) -> bool:
    """It did not work; try again from then on. `maybe_done`: the try may have had effect. False as for `done`."""
    values = {
        "state": "waiting",
        "send_after": at,
        "maybe_done": maybe_done,
        "trouble": trouble,
        "claimed_by": None,
        "claimed_until": None,
    }
    return _mine(session, event, values)


def failed(session: Session, event: Event, *, trouble: str) -> bool:
    """It can never be brought about as it is; a person must be told. A later change is tried again. False as for `done`."""
    newer = _EVENT.c.sequence > event.sequence
    values = {
        "state": case((newer, "waiting"), else_="failed"),
        "trouble": trouble,
        "maybe_done": event.maybe_done,
        "claimed_by": None,
        "claimed_until": None,
    }
    return _mine(session, event, values)


def _mine(session: Session, event: Event, values: Mapping[str, Any]) -> bool:
    mine: Update = update(_EVENT).where(
        _EVENT.c.id == event.id,
        _EVENT.c.claimed_by == event.claimed_by,
        _EVENT.c.attempts == event.attempts,
        _EVENT.c.state == "claimed",
    )
    return link(session).execute(mine.values(**values)).rowcount == 1


def doubt(session: Session) -> None:
    """What waits may have been brought about after the backup was made that has just been restored."""
    link(session).execute(update(_EVENT).where(_TO_DO).values(maybe_done=True))


# Looked at, while the meeting is still to come


def take_looked_at(session: Session, *, now: datetime, again: datetime, limit: int) -> list[Event]:
    """What is to be looked at in the calendar now; whoever takes it is alone with it until `again`. Meetings that have begun are left out."""
    chosen = (
        select(_EVENT.c.id)
        .where(_EVENT.c.look_at.is_not(None), _EVENT.c.look_at <= now)
        .order_by(_EVENT.c.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("looked_at")
    )
    next_look = case((_EVENT.c.starts_at > again, literal(again, Moment())), else_=null())
    taking = (
        update(_EVENT)
        .where(_EVENT.c.id.in_(select(chosen.c.id)))
        .values(look_at=next_look)
        .returning(*_COLUMNS)
    )
    return [
        event for event in (Event(*row) for row in link(session).execute(taking)) if event.starts_at > now
    ]


def seen(session: Session, event: Event, what: str) -> bool:
    """Note what the calendar shows that is not as it ought to be; empty once it is. False when that was noted, or is wanted no more."""
    which = (_EVENT.c.id == event.id) & (_EVENT.c.sequence == event.sequence) & (_EVENT.c.seen != what)
    return link(session).execute(update(_EVENT).where(which).values(seen=what)).rowcount == 1


def looks_wait(session: Session, now: datetime) -> bool:
    """Whether something is to be looked at now."""
    query = select(_EVENT.c.id).where(_EVENT.c.look_at.is_not(None), _EVENT.c.look_at <= now).limit(1)
    return link(session).execute(query).first() is not None


def next_moment(session: Session) -> datetime | None:
    """When there is next something to claim or to look at, perhaps since long; None for never."""
    moments = [
        select(func.min(_EVENT.c.send_after)).where(_TO_DO, _EVENT.c.state == "waiting"),
        select(func.min(_EVENT.c.claimed_until)).where(_TO_DO, _EVENT.c.state == "claimed"),
        select(func.min(_EVENT.c.look_at)).where(_EVENT.c.look_at.is_not(None)),
    ]
    row = link(session).execute(select(*(each.scalar_subquery() for each in moments))).one()
    return min((each for each in row if each is not None), default=None)


def find(session: Session, event_id: int) -> Event | None:
    """One event, or None."""
    found = _events(session, select(*_COLUMNS).where(_EVENT.c.id == event_id))
    return found[0] if found else None
