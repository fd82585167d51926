"""What is closed and has been kept long enough: found, held back by a legal hold, and deleted, one record a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlmodel import Session, SQLModel

from storage import audit
from storage.plan_tables import Firing, Plan
from storage.records_tables import Deleted, LegalHold
from storage.statements import for_each_database, link, pick, table
from storage.tables import Challenge, Outbox, Posting, PrivateConcern, SecondOpinion
from storage.tables_besides import Allocation, PatternTold, RotaMember

Kind = Literal["challenge", "concern", "opinion"]
DELETED = "deleted"
"""The notice of a message whose record was deleted: it says so when it is redrawn, and is then forgotten."""
_CHALLENGE, _CONCERN, _OPINION = table(Challenge), table(PrivateConcern), table(SecondOpinion)
_HOLD, _DELETED, _OUTBOX, _POSTING = table(LegalHold), table(Deleted), table(Outbox), table(Posting)
_PLAN, _FIRING = table(Plan), table(Firing)
_ALLOCATION, _MEMBER, _PATTERN = table(Allocation), table(RotaMember), table(PatternTold)


@dataclass(frozen=True)
class Closed:
    """Something that is over: `reference` is CH-1042, PC-12 or "opinion 7"; `case_reference` is empty where no case is known."""

    kind: Kind
    id: int
    reference: str
    procedure: str
    case_reference: str
    opened_at: datetime
    closed_at: datetime


@dataclass(frozen=True)
class Hold:
    """A case of which nothing may be deleted."""

    case_reference: str
    reason: str
    by: str
    at: datetime


# --- what is over ---------------------------------------------------------------------------------------------------------


def closed(session: Session, before: datetime) -> list[Closed]:
    """All challenges, private concerns and second opinions that were over before a moment, the oldest first."""
    connection = link(session)
    found = [
        Closed(
            "challenge",
            row.id,
            f"CH-{row.id}",
            row.procedure,
            row.case_reference,
            row.opened_at,
            row.closed_at,
        )
        for row in connection.execute(select(_CHALLENGE).where(_CHALLENGE.c.closed_at < before))
    ]
    found += [
        Closed("concern", row.id, f"PC-{row.id}", row.procedure, "", row.opened_at, row.closed_at)
        for row in connection.execute(select(_CONCERN).where(_CONCERN.c.closed_at < before))
    ]
    found += _opinions(session, before)
    return sorted(found, key=lambda each: (each.closed_at, each.kind, each.id))


def _opinions(session: Session, before: datetime) -> list[Closed]:
    """Second opinions by the draft that they were asked on; one that nobody answered is over when it was asked."""
    over = func.coalesce(_OPINION.c.answered_at, _OPINION.c.asked_at, type_=_OPINION.c.asked_at.type)
    found = []
    for row in link(session).execute(select(_OPINION, over.label("over")).where(over < before)):
        values = row.draft.get("values", {})
        case = str(values.get("case_reference") or "")
        found.append(
            Closed(
                "opinion",
                row.id,
                f"opinion {row.id}",
                str(values.get("procedure") or ""),
                case,
                row.asked_at,
                row.over,
            )
        )
    return found


def unlisted_plans(session: Session, before: datetime) -> list[tuple[str, date]]:
    """Plans that the list has had no more since before a moment, of cases that no challenge is about and no hold is on."""
    about = select(_CHALLENGE.c.id).where(_CHALLENGE.c.case_reference == _PLAN.c.case_reference).exists()
    held = select(_HOLD.c.id).where(
        _HOLD.c.case_reference == _PLAN.c.case_reference, _HOLD.c.released_at.is_(None)
    )
    query = select(_PLAN.c.case_reference, _PLAN.c.plan_start).where(
        _PLAN.c.gone_at < before, ~about, ~held.exists()
    )
    return [(row.case_reference, row.plan_start) for row in link(session).execute(query)]


def case_of(session: Session, challenge_id: int) -> str | None:
    """The case that a challenge is about; None for no such challenge."""
    return (
        link(session)
        .execute(select(_CHALLENGE.c.case_reference).where(_CHALLENGE.c.id == challenge_id))
        .scalar()
    )


def tombstone(session: Session, reference: str) -> datetime | None:
    """When a record was deleted; None when it was not."""
    return (
        link(session).execute(select(_DELETED.c.deleted_at).where(_DELETED.c.reference == reference)).scalar()
    )


# --- legal holds ------------------------------------------------------------------------------------------------------------

_HOLDING = for_each_database(
    lambda insert_: insert_(_HOLD).on_conflict_do_nothing(
        index_elements=["case_reference"], index_where=_HOLD.c.released_at.is_(None)
    )
)

_LATEST_HOLD = select(func.max(_HOLD.c.id)).where(_HOLD.c.case_reference == bindparam("case"))


def hold(session: Session, case_reference: str, *, reason: str, by: str, at: datetime) -> bool:
    """Let nothing of a case be deleted from now on; False when that was so already. Waits for a deletion that is under way.

    The audit knows of it as "hold" and its number, so that the case can be forgotten there in its time.
    """
    connection = link(session)
    about = (
        select(_CHALLENGE.c.id).where(_CHALLENGE.c.case_reference == case_reference).order_by(_CHALLENGE.c.id)
    )
    connection.execute(about.with_for_update(key_share=True)).all()
    row = {"case_reference": case_reference, "reason": reason, "by": by, "at": at}
    if connection.execute(pick(_HOLDING, connection), row).rowcount != 1:
        return False
    _note_hold(session, case_reference, "held", reason, by, at)
    return True


def _note_hold(
    session: Session, case_reference: str, action: str, reason: str, by: str, at: datetime
) -> None:
    number = link(session).execute(_LATEST_HOLD, {"case": case_reference}).scalar()
    body = {"case_reference": case_reference, "reason": reason}
    audit.append(session, at=at, actor=by, action=action, subject=f"hold {number}", body=body)


def release(session: Session, case_reference: str, *, reason: str, by: str, at: datetime) -> bool:
    """End a hold; False when there was none."""
    this = update(_HOLD).where(_HOLD.c.case_reference == case_reference, _HOLD.c.released_at.is_(None))
    if link(session).execute(this.values(released_by=by, released_at=at)).rowcount != 1:
        return False
    _note_hold(session, case_reference, "released", reason, by, at)
    return True


def holds(session: Session) -> list[Hold]:
    """The holds in force, by case."""
    columns = (_HOLD.c[name] for name in Hold.__dataclass_fields__)
    query = select(*columns).where(_HOLD.c.released_at.is_(None)).order_by(_HOLD.c.case_reference)
    return [Hold(*row) for row in link(session).execute(query)]


# --- deletion ---------------------------------------------------------------------------------------------------------------


def erase(
    session: Session, record: Closed, *, opened_on: date, closed_on: date, at: datetime, by: str, reason: str
) -> bool:
    """Delete all that is kept of a record but the bare fact that it was there; False when somebody has deleted it meanwhile, or it
    is held or open again. The messages that stand in chats are redrawn without it.
    """
    connection = link(session)
    _overwrite(session)
    rows = {"challenge": _CHALLENGE, "concern": _CONCERN, "opinion": _OPINION}[record.kind]
    this = select(rows).where(rows.c.id == record.id).with_for_update()
    row = connection.execute(this).first()
    if row is None or (record.kind != "opinion" and row.closed_at is None):
        return False
    if record.case_reference in {each.case_reference for each in holds(session)}:
        return False
    subjects = [record.reference]
    if record.kind == "challenge":
        subjects += _delete_challenge(session, record)
    elif record.kind == "concern":
        _empty_messages(session, _OUTBOX.c.key.contains(f"{record.reference}:"), record.reference)
        _delete_children(session, _CONCERN, record.id)
    else:
        _empty_messages(session, _OUTBOX.c.key.startswith(f"opinion:{record.id}:"), "A second opinion")
    connection.execute(delete(rows).where(rows.c.id == record.id))
    if record.kind != "opinion":
        left = {"reference": record.reference, "procedure": record.procedure}
        connection.execute(
            insert(_DELETED).values(**left, opened_on=opened_on, closed_on=closed_on, deleted_at=at)
        )
    for subject in subjects:
        audit.erase(session, at=at, actor=by, subject=subject, reason=reason)
    return True


def erase_plans(
    session: Session, keys: Iterable[tuple[str, date]], *, at: datetime, by: str, reason: str
) -> int:
    """Delete plans and what had fired for them; returns how many."""
    _overwrite(session)
    count = 0
    for case_reference, start in keys:
        for rows in (_FIRING, _PLAN):
            which = (rows.c.case_reference == case_reference) & (rows.c.plan_start == start)
            done = link(session).execute(delete(rows).where(which)).rowcount
        count += done
    if count:
        audit.append(
            session,
            at=at,
            actor=by,
            action="plans_deleted",
            subject="plans",
            body={"count": count, "reason": reason},
        )
    return count


def _overwrite(session: Session) -> None:
    """Let SQLite write zeros over what is deleted, rather than leave it in the file until the place is needed."""
    connection = link(session)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _delete_challenge(session: Session, record: Closed) -> list[str]:
    """All that hangs on a challenge; returns under which other subjects the audit knows of it."""
    connection = link(session)
    here = {"challenge": record.id}
    about = (_OUTBOX.c.challenge_id == record.id) | _OUTBOX.c.key.contains(f"{record.reference}:")
    _empty_messages(session, about, record.reference)
    # A turn that was taken counts for ever, else whoever took it would be asked again.
    mine = [_ALLOCATION.c[name] == _MEMBER.c[name] for name in ("procedure", "role", "unit", "email")]
    taken = (
        select(func.count())
        .select_from(_ALLOCATION)
        .where(*mine, _ALLOCATION.c.challenge_id == bindparam("challenge"), _ALLOCATION.c.ended_at.is_(None))
        .where(_ALLOCATION.c.at >= _MEMBER.c.joined_at)
        .scalar_subquery()
    )
    connection.execute(update(_MEMBER).values(begins=_MEMBER.c.begins + taken), here)
    _forget_patterns(session, record.id)
    # A plan that is still listed must remember what has fired for it, else that would fire again.
    connection.execute(update(_FIRING).where(_FIRING.c.challenge_id == record.id).values(challenge_id=None))
    _delete_children(session, _CHALLENGE, record.id)
    same_case = _CHALLENGE.c.case_reference == record.case_reference
    others = select(func.count()).select_from(_CHALLENGE).where(same_case, _CHALLENGE.c.id != record.id)
    if connection.execute(others).scalar():
        return []
    gone = select(_PLAN.c.plan_start).where(
        _PLAN.c.case_reference == record.case_reference, _PLAN.c.gone_at.is_not(None)
    )
    for start in connection.execute(gone).scalars().all():
        for rows in (_FIRING, _PLAN):
            connection.execute(
                delete(rows).where(rows.c.case_reference == record.case_reference, rows.c.plan_start == start)
            )
    of_case = (
        _HOLD.c.case_reference == record.case_reference
    )  # released ones: in force, nothing would be deleted
    numbers = connection.execute(select(_HOLD.c.id).where(of_case)).scalars().all()
    connection.execute(delete(_HOLD).where(of_case))
    opinions = [
        each for each in _opinions(session, record.closed_at) if each.case_reference == record.case_reference
    ]
    return [f"hold {number}" for number in numbers] + [_delete_opinion(session, each) for each in opinions]


def _delete_opinion(session: Session, opinion: Closed) -> str:
    _empty_messages(session, _OUTBOX.c.key.startswith(f"opinion:{opinion.id}:"), "A second opinion")
    link(session).execute(delete(_OPINION).where(_OPINION.c.id == opinion.id))
    return opinion.reference


def _forget_patterns(session: Session, challenge_id: int) -> None:
    connection = link(session)
    for row in connection.execute(select(_PATTERN.c.id, _PATTERN.c.challenges)).all():
        left = [each for each in row.challenges if each != challenge_id]
        this = _PATTERN.c.id == row.id
        if not left:
            connection.execute(delete(_PATTERN).where(this))
        elif len(left) < len(row.challenges):
            connection.execute(update(_PATTERN).where(this).values(challenges=left))


def _empty_messages(session: Session, which: Any, reference: str) -> None:
    """What is or was to be said goes; what stands in chats is emptied, to be redrawn without what it was about."""
    connection = link(session)
    keys = connection.execute(select(_OUTBOX.c.key).where(which)).scalars().all()
    about = _POSTING.c.key.in_(keys) | _POSTING.c.key.contains(f"{reference}:")
    if reference.startswith("CH-"):
        about |= _POSTING.c.challenge_id == int(reference.removeprefix("CH-"))
    emptied = {"notice": DELETED, "challenge_id": None, "stage_number": None, "body": {"what": reference}}
    stale = {"stale": True, "changes": _POSTING.c.changes + 1, "retry_at": None}
    connection.execute(update(_POSTING).where(about).values(**emptied, **stale))
    connection.execute(delete(_OUTBOX).where(which))


def _delete_children(session: Session, parent: Table, number: int) -> None:
    """The rows of every table that refers to this one, whichever there are."""
    for child in reversed(SQLModel.metadata.sorted_tables):
        for key in child.foreign_keys:
            if key.column.table is parent and child not in (_POSTING, _FIRING):
                link(session).execute(delete(child).where(key.parent == number))
