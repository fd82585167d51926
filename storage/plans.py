"""Children on plans as they are stored, and which triggers have fired for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, select, text, update
from sqlmodel import Session

from procedures.plans import PlanRow
from procedures.schema import PlanStatus
from procedures.triggers import Done
from storage.plan_tables import Firing as FiringRow
from storage.plan_tables import Plan as PlanTable
from storage.statements import for_each_database, link, pick, table

_PLAN = table(PlanTable)
_FIRING = table(FiringRow)

Key = tuple[str, date]
"""What tells a plan from all others: its case reference and the day on which it began."""
Fired = Mapping[tuple[str, str], Sequence[Done]]
"""What has fired for one plan: by procedure and trigger."""

_DETAILS = ("unit", "review_dates", "social_worker", "coordinator", "status")
_COLUMNS = [
    _PLAN.c[name] for name in ("case_reference", "plan_start", *_DETAILS, "since", "gone_at", "next_on")
]
_BY_KEY = (_PLAN.c.case_reference == bindparam("whose")) & (_PLAN.c.plan_start == bindparam("began"))
_THIS_PLAN = update(_PLAN).where(_BY_KEY)
_CHANGE = _THIS_PLAN.values({name: bindparam(f"new_{name}") for name in (*_DETAILS, "since")})
_ORDER = (_PLAN.c.case_reference, _PLAN.c.plan_start)


@dataclass(frozen=True)
class Plan:
    """A plan as it is stored. `since` is when its status was first seen, `gone_at` since when the list has it no more,
    `next_on` the working day on which a trigger fires next."""

    row: PlanRow
    since: date
    gone_at: datetime | None
    next_on: date | None

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.row.case_reference, self.row.plan_start


@dataclass(frozen=True)
class Changes:
    """What a list of plans changes, each in the order of case references; `same` counts those that it leaves as they were.

    `changed` holds with each plan the columns that have changed; `returned` are those that had been gone.
    """

    new: list[PlanRow]
    changed: list[tuple[PlanRow, tuple[str, ...]]]
    gone: list[PlanRow]
    returned: list[PlanRow]
    same: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone or self.returned)


@dataclass(frozen=True)
class Firing:
    """A trigger that has fired for a plan; without a challenge it was passed over for a later one."""

    procedure: str
    trigger: str
    case_reference: str
    plan_start: date
    occurrence: str
    day: date
    review: int | None
    challenge_id: int | None
    at: datetime


# --- the whole list at once ----------------------------------------------------------------------------------------------


def take_in(
    session: Session, rows: Iterable[PlanRow], today: date, at: datetime, *, dry_run: bool = False
) -> Changes:
    """Make the plans what the list says, and return what that changes; only return it with `dry_run`.

    Plans that it leaves out are kept as gone. `next_on` stays as it was: work it out again afterwards.
    """
    connection = link(session)
    if connection.dialect.name == "postgresql" and not dry_run:  # two lists at once take turns
        connection.execute(text("LOCK TABLE plan IN SHARE ROW EXCLUSIVE MODE"))
    known = {plan.key: plan for plan in everything(session)}
    listed = {(row.case_reference, row.plan_start): row for row in rows}
    both = [(known[key], listed[key]) for key in sorted(known.keys() & listed.keys())]
    changed = [(row, columns) for plan, row in both if (columns := _changed(plan.row, row))]
    changes = Changes(
        new=[listed[key] for key in sorted(listed.keys() - known.keys())],
        changed=[
            (row, columns)
            for row, columns in changed
            if known[row.case_reference, row.plan_start].gone_at is None
        ],
        gone=[known[key].row for key in sorted(known.keys() - listed.keys()) if known[key].gone_at is None],
        returned=[row for plan, row in both if plan.gone_at is not None],
        same=sum(plan.gone_at is None and plan.row == row for plan, row in both),
    )
    if not dry_run:
        _write(session, changes, [row for row, _ in changed], known, today, at)
    return changes


def _changed(before: PlanRow, after: PlanRow) -> tuple[str, ...]:
    old, new = _values(before), _values(after)
    return tuple(column for column in _DETAILS if old[column] != new[column])


def _values(row: PlanRow) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "review_dates": [day.isoformat() for day in row.reviews],
        "social_worker": row.social_worker,
        "coordinator": row.coordinator,
        "status": row.status.value,
    }


def _write(
    session: Session,
    changes: Changes,
    changed: Sequence[PlanRow],
    known: Mapping[Key, Plan],
    today: date,
    at: datetime,
) -> None:
    connection = link(session)
    new = [
        {"case_reference": row.case_reference, "plan_start": row.plan_start, "since": today, "first_seen": at}
        | _values(row)
        for row in changes.new
    ]
    if new:
        connection.execute(insert(_PLAN), new)
    if changed:
        before = [known[row.case_reference, row.plan_start] for row in changed]
        since = [
            old.since if old.row.status is row.status else today
            for old, row in zip(before, changed, strict=True)
        ]
        connection.execute(
            _CHANGE,
            [
                _key_of(row)
                | {"new_since": day}
                | {f"new_{name}": each for name, each in _values(row).items()}
                for row, day in zip(changed, since, strict=True)
            ],
        )
    if changes.returned:
        connection.execute(_THIS_PLAN.values(gone_at=None), [_key_of(row) for row in changes.returned])
    if changes.gone:
        ending = _THIS_PLAN.values(gone_at=at, next_on=None)
        connection.execute(ending, [_key_of(row) for row in changes.gone])


def _key_of(row: PlanRow) -> dict[str, Any]:
    return {"whose": row.case_reference, "began": row.plan_start}


# --- reading --------------------------------------------------------------------------------------------------------------


def everything(session: Session) -> list[Plan]:
    """Every plan there is or was, by case reference."""
    return [_plan(row) for row in link(session).execute(select(*_COLUMNS).order_by(*_ORDER))]


def listed(session: Session) -> list[Plan]:
    """Every plan of the last list, by case reference."""
    query = select(*_COLUMNS).where(_PLAN.c.gone_at.is_(None)).order_by(*_ORDER)
    return [_plan(row) for row in link(session).execute(query)]


def of_case(session: Session, case_reference: str) -> Plan | None:
    """The plan that a child is on, the latest if the list has several; None for none."""
    query = (
        select(*_COLUMNS)
        .where(_PLAN.c.case_reference == case_reference, _PLAN.c.gone_at.is_(None))
        .order_by(_PLAN.c.plan_start.desc())
    )
    row = link(session).execute(query).first()
    return None if row is None else _plan(row)


def working_with(session: Session, case_reference: str) -> set[str]:
    """The e-mail addresses of those whom the lists, this one or an earlier, name as working with a child."""
    query = select(_PLAN.c.social_worker, _PLAN.c.coordinator).where(_PLAN.c.case_reference == case_reference)
    return {email for row in link(session).execute(query) for email in row if email is not None}


def waiting(session: Session, today: date) -> list[Key]:
    """The plans for which a trigger is to fire by now, the longest waiting first."""
    query = (
        select(_PLAN.c.case_reference, _PLAN.c.plan_start)
        .where(_PLAN.c.next_on.is_not(None), _PLAN.c.next_on <= today)
        .order_by(_PLAN.c.next_on, *_ORDER)
    )
    return [(row.case_reference, row.plan_start) for row in link(session).execute(query)]


def next_days(session: Session, today: date) -> tuple[bool, date | None]:
    """Whether a trigger is to fire by now, and the day after today on which the next one does."""
    later = case((_PLAN.c.next_on > today, _PLAN.c.next_on))
    query = select(func.min(_PLAN.c.next_on), func.min(later)).where(_PLAN.c.next_on.is_not(None))
    first, after = link(session).execute(query).one()
    return first is not None and first <= today, after


def to_change(session: Session, key: Key) -> Plan | None:
    """One plan, its row locked until the transaction ends."""
    query = select(*_COLUMNS).where(_BY_KEY).with_for_update(key_share=True)
    row = link(session).execute(query, {"whose": key[0], "began": key[1]}).first()
    return None if row is None else _plan(row)


def set_next(session: Session, days: Mapping[Key, date | None]) -> None:
    """Note for plans on which working day a trigger fires next."""
    if days:
        link(session).execute(
            _THIS_PLAN.values(next_on=bindparam("day")),
            [{"whose": key[0], "began": key[1], "day": day} for key, day in days.items()],
        )


def _plan(row: Sequence[Any]) -> Plan:
    reference, start, unit, reviews, worker, coordinator, status, since, gone_at, next_on = row
    days = tuple(date.fromisoformat(day) for day in reviews)
    listed = PlanRow(reference, unit, start, days, worker, coordinator, PlanStatus(status))
    return Plan(listed, since, gone_at, next_on)


# --- what has fired ---------------------------------------------------------------------------------------------------------

_FIRING_COLUMNS = [_FIRING.c[name] for name in Firing.__dataclass_fields__]
_FIRE = for_each_database(lambda insert: insert(_FIRING).on_conflict_do_nothing())


def fire(session: Session, firing: Firing) -> bool:
    """Note that a trigger has fired. False, and nothing is noted, when it had before."""
    connection = link(session)
    return connection.execute(pick(_FIRE, connection), vars(firing)).rowcount == 1


def connect(session: Session, firing: Firing, challenge_id: int) -> None:
    """Note which challenge a firing has opened."""
    names = ("procedure", "trigger", "case_reference", "plan_start", "occurrence")
    which = [_FIRING.c[name] == getattr(firing, name) for name in names]
    link(session).execute(update(_FIRING).where(*which).values(challenge_id=challenge_id))


def fired(session: Session, key: Key | None = None) -> dict[Key, dict[tuple[str, str], list[Done]]]:
    """What has fired, by plan, procedure and trigger; for one plan if a key is given."""
    found: dict[Key, dict[tuple[str, str], list[Done]]] = {}
    for each in firings(session, key):
        plan = found.setdefault((each.case_reference, each.plan_start), {})
        plan.setdefault((each.procedure, each.trigger), []).append(
            Done(each.occurrence, each.day, each.review)
        )
    return found


def firings(session: Session, key: Key | None = None, since: datetime | None = None) -> list[Firing]:
    """What has fired, the latest first: for one plan if a key is given, and no earlier than `since`."""
    query = select(*_FIRING_COLUMNS).order_by(_FIRING.c.at.desc(), _FIRING.c.case_reference, _FIRING.c.day)
    if key is not None:
        query = query.where(_FIRING.c.case_reference == key[0], _FIRING.c.plan_start == key[1])
    if since is not None:
        query = query.where(_FIRING.c.at >= since)
    return [Firing(*row) for row in link(session).execute(query)]
