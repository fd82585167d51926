"""Challenges as they are stored: the row, its entries, who has a part, its windows. One query each, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, literal_column, select, union, update
from sqlmodel import Session

from procedures.steps import Entry, read_step, write_step
from storage import evidence
from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Challenge as ChallengeRow
from storage.tables import Entry as EntryRow
from storage.tables import Party as PartyRow
from storage.tables import Person as PersonRow
from storage.tables import Window as WindowRow

_CHALLENGE = table(ChallengeRow)
_ENTRY = table(EntryRow)
_PARTY = table(PartyRow)
_WINDOW = table(WindowRow)
_PERSON = table(PersonRow)
_IS_OPEN = _CHALLENGE.c.status == literal_column("'open'")
"""In the words of the partial indexes: with a parameter SQLite passes over them."""


@dataclass(frozen=True)
class Head:
    """A challenge's own row. Its reference is `CH-` and its id."""

    id: int
    procedure: str
    version: str
    case_reference: str
    unit: str
    raiser: str
    status: str
    stage: str
    stage_number: int
    revision: int
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def reference(self) -> str:
        """How people name it: `CH-1042`."""
        return f"CH-{self.id}"


@dataclass(frozen=True)
class Party:
    """Somebody's part in a stage. `part` is asked, copied, chair, attends, records or acts."""

    stage_number: int
    part: str
    role: str
    email: str


@dataclass(frozen=True)
class Window:
    """A stage's window. `due_day` is a local day, `due_at` the close of business of it in UTC."""

    stage_number: int
    role: str
    opened_on: date
    began_at: datetime
    unit: str
    length: int
    due_day: date
    due_at: datetime
    calendar_version: str
    paused: int = 0
    stopped_at: datetime | None = None
    lapsed_at: datetime | None = None
    closed_at: datetime | None = None
    met: bool = False

    @property
    def running(self) -> bool:
        """Whether it is open and its clock does not stand."""
        return self.closed_at is None and self.stopped_at is None


@dataclass(frozen=True)
class Stored:
    """All that is stored about one challenge."""

    head: Head
    entries: tuple[Entry, ...]
    parties: tuple[Party, ...]
    windows: tuple[Window, ...]


_HEAD_COLUMNS = [_CHALLENGE.c[name] for name in Head.__dataclass_fields__]
_PARTY_COLUMNS = [_PARTY.c[name] for name in Party.__dataclass_fields__]
_WINDOW_COLUMNS = [_WINDOW.c[name] for name in Window.__dataclass_fields__]
_ENTRY_COLUMNS = [
    _ENTRY.c[name] for name in ("number", "stage_number", "by", "at", "kind", "body", "on_behalf_of")
]


# Put together once: for one challenge, as every click needs it, building a statement costs more than running it.
_HEAD_OF = select(*_HEAD_COLUMNS).where(_CHALLENGE.c.id == bindparam("challenge"))
_FIND, _FIND_TO_CHANGE = Prepared(_HEAD_OF), Prepared(_HEAD_OF.with_for_update(key_share=True))
_ENTRIES_OF = Prepared(
    select(*_ENTRY_COLUMNS).where(_ENTRY.c.challenge_id == bindparam("challenge")).order_by(_ENTRY.c.number)
)
_PARTY_ORDER = [_PARTY.c[name] for name in ("stage_number", "part", "role", "email")]
_PARTIES_OF = Prepared(
    select(*_PARTY_COLUMNS).where(_PARTY.c.challenge_id == bindparam("challenge")).order_by(*_PARTY_ORDER)
)
_WINDOWS_OF = Prepared(
    select(*_WINDOW_COLUMNS)
    .where(_WINDOW.c.challenge_id == bindparam("challenge"))
    .order_by(_WINDOW.c.stage_number)
)


def load(session: Session, challenge_id: int, *, for_change: bool = False) -> Stored | None:
    """One challenge, or None. With `for_change` its row is locked until the transaction ends."""
    this = {"challenge": challenge_id}
    found = (_FIND_TO_CHANGE if for_change else _FIND).rows(session, this)
    if not found:
        return None
    return Stored(
        Head(*found[0]),
        tuple(_entry(each) for each in _ENTRIES_OF.rows(session, this)),
        tuple(Party(*each) for each in _PARTIES_OF.rows(session, this)),
        tuple(Window(*each) for each in _WINDOWS_OF.rows(session, this)),
    )


_THESE: BindParameter[Any] = bindparam("these", expanding=True)
_HEADS = select(*_HEAD_COLUMNS).where(_CHALLENGE.c.id.in_(_THESE)).order_by(_CHALLENGE.c.id)
_ENTRIES = (
    select(_ENTRY.c.challenge_id, *_ENTRY_COLUMNS)
    .where(_ENTRY.c.challenge_id.in_(_THESE))
    .order_by(_ENTRY.c.challenge_id, _ENTRY.c.number)
)
_PARTIES = (
    select(_PARTY.c.challenge_id, *_PARTY_COLUMNS)
    .where(_PARTY.c.challenge_id.in_(_THESE))
    .order_by(_PARTY.c.challenge_id, *_PARTY_ORDER)
)
_WINDOWS = (
    select(_WINDOW.c.challenge_id, *_WINDOW_COLUMNS)
    .where(_WINDOW.c.challenge_id.in_(_THESE))
    .order_by(_WINDOW.c.challenge_id, _WINDOW.c.stage_number)
)


def load_many(session: Session, ids: Sequence[int]) -> list[Stored]:
    """Several challenges in the order of their ids; unknown ids are passed over."""
    found: list[Stored] = []
    for start in range(0, len(ids), 500):
        these = {"these": ids[start : start + 500]}
        found += _complete(session, [Head(*row) for row in link(session).execute(_HEADS, these)])
    return found


def _complete(session: Session, heads: list[Head]) -> list[Stored]:
    connection, these = link(session), {"these": [head.id for head in heads]}
    entries: dict[int, list[Entry]] = {head.id: [] for head in heads}
    for challenge_id, *rest in connection.execute(_ENTRIES, these):
        entries[challenge_id].append(_entry(rest))
    parties: dict[int, list[Party]] = {head.id: [] for head in heads}
    for challenge_id, *rest in connection.execute(_PARTIES, these):
        parties[challenge_id].append(Party(*rest))
    windows: dict[int, list[Window]] = {head.id: [] for head in heads}
    for challenge_id, *rest in connection.execute(_WINDOWS, these):
        windows[challenge_id].append(Window(*rest))
    return [Stored(h, tuple(entries[h.id]), tuple(parties[h.id]), tuple(windows[h.id])) for h in heads]


def _entry(row: Sequence[Any]) -> Entry:
    number, stage_number, by, at, kind, body, on_behalf_of = row
    return Entry(number, stage_number, by, at, read_step(kind, body), on_behalf_of)


def create(
    session: Session,
    *,
    procedure: str,
    version: str,
    case_reference: str,
    unit: str,
    raiser: str,
    stage: str,
    at: datetime,
) -> int:
    """A new challenge's row; returns its id. Its first entry is added by `add_entry`."""
    result = link(session).execute(
        insert(_CHALLENGE).values(
            procedure=procedure,
            version=version,
            case_reference=case_reference,
            unit=unit,
            raiser=raiser,
            status="open",
            stage=stage,
            stage_number=1,
            revision=0,
            opened_at=at,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]


_ADD_ENTRY = Prepared(insert(_ENTRY).inline())


def add_entry(session: Session, challenge_id: int, entry: Entry) -> str:
    """Append a step; returns its digest for the audit (`storage.evidence`). The primary key refuses a second entry with the same
    number (IntegrityError)."""
    columns = {
        "number": entry.number,
        "stage_number": entry.stage_number,
        "kind": entry.step.kind,
        "by": entry.by,
        "on_behalf_of": entry.on_behalf_of,
        "at": entry.at,
        "body": write_step(entry.step),
    }
    _ADD_ENTRY.run(session, {"challenge_id": challenge_id, **columns})
    return evidence.digest(evidence.step(**columns))


_NEXT_REVISION = Prepared(
    update(_CHALLENGE)
    .where(_CHALLENGE.c.id == bindparam("challenge"))
    .values(revision=bindparam("new_revision"))
)


def move_on(session: Session, challenge_id: int, revision: int) -> None:
    """Count one more entry on a challenge's own row."""
    _NEXT_REVISION.run(session, {"challenge": challenge_id, "new_revision": revision})


def change_head(session: Session, challenge_id: int, **values: Any) -> None:
    """Set columns of a challenge's own row."""
    link(session).execute(update(_CHALLENGE).where(_CHALLENGE.c.id == challenge_id).values(**values))


def add_parties(session: Session, challenge_id: int, parties: Iterable[Party]) -> None:
    """Give people their parts."""
    rows = [{"challenge_id": challenge_id, **vars(party)} for party in dict.fromkeys(parties)]
    if rows:
        link(session).execute(insert(_PARTY), rows)


def parties_of(session: Session, challenge_id: int) -> tuple[Party, ...]:
    """Everybody's parts in a challenge."""
    return tuple(Party(*row) for row in _PARTIES_OF.rows(session, {"challenge": challenge_id}))


def replace_party(
    session: Session, challenge_id: int, stage_number: int, role: str, leaves: str, joins: str
) -> None:
    """Pass a person's parts for a role at a stage to another person; parts that the other has already are dropped."""
    mine = (
        (_PARTY.c.challenge_id == challenge_id)
        & (_PARTY.c.stage_number == stage_number)
        & (_PARTY.c.role == role)
    )
    connection = link(session)
    have = {
        row.part for row in connection.execute(select(_PARTY.c.part).where(mine, _PARTY.c.email == joins))
    }
    if have:
        connection.execute(_PARTY.delete().where(mine, _PARTY.c.email == leaves, _PARTY.c.part.in_(have)))
    connection.execute(update(_PARTY).where(mine, _PARTY.c.email == leaves).values(email=joins))


def open_ids(session: Session) -> list[int]:
    """The ids of all open challenges."""
    query = select(_CHALLENGE.c.id).where(_CHALLENGE.c.status == "open").order_by(_CHALLENGE.c.id)
    return list(link(session).execute(query).scalars())


def open_with_people_gone(session: Session) -> list[int]:
    """Open challenges in whose present stage somebody is asked who is no longer active."""
    connection = link(session)
    # In two steps, so that the parts of these few people are looked up, and not the people of all parts.
    gone = list(connection.execute(select(_PERSON.c.email).where(_PERSON.c.active.is_(False))).scalars())
    query = (
        select(_CHALLENGE.c.id)
        .join(
            _PARTY,
            (_PARTY.c.challenge_id == _CHALLENGE.c.id) & (_PARTY.c.stage_number == _CHALLENGE.c.stage_number),
        )
        .where(_CHALLENGE.c.status == "open", _PARTY.c.part == "asked", _PARTY.c.email.in_(gone))
        .distinct()
        .order_by(_CHALLENGE.c.id)
    )
    return list(connection.execute(query).scalars()) if gone else []


def ids_concerning(session: Session, emails: Sequence[str], *, only_open: bool = True) -> list[int]:
    """Challenges that one of these people raised or has a part in, the longest open first."""
    raised = select(_CHALLENGE.c.id).where(_CHALLENGE.c.raiser.in_(emails))
    taking_part = select(_PARTY.c.challenge_id).where(_PARTY.c.email.in_(emails))
    # Each with its own index; as an "or" of the two every challenge would be read.
    theirs = union(raised.where(_IS_OPEN) if only_open else raised, taking_part)
    query = select(_CHALLENGE.c.id).where(_CHALLENGE.c.id.in_(theirs))
    if only_open:
        query = query.where(_IS_OPEN)
    return list(link(session).execute(query.order_by(_CHALLENGE.c.id)).scalars())


def ids_of_procedure(session: Session, procedure: str, units: Collection[str] | None = None) -> list[int]:
    """All challenges that began under any version of a procedure, of these units or of all, in the order of their ids."""
    query = select(_CHALLENGE.c.id).where(_CHALLENGE.c.procedure == procedure).order_by(_CHALLENGE.c.id)
    if units is not None:
        query = query.where(_CHALLENGE.c.unit.in_(sorted(units)))
    return list(link(session).execute(query).scalars())


_OF_UNIT = (
    select(*_HEAD_COLUMNS).where(_IS_OPEN, _CHALLENGE.c.unit == bindparam("whose")).limit(bindparam("most"))
)
_DATED = _OF_UNIT.where(_CHALLENGE.c.due_at.is_not(None)).order_by(_CHALLENGE.c.due_at, _CHALLENGE.c.id)
_UNDATED = _OF_UNIT.where(_CHALLENGE.c.due_at.is_(None)).order_by(_CHALLENGE.c.id)


def open_in_units(session: Session, units: Sequence[str], limit: int = 200) -> list[Head]:
    """The open challenges of these units, the earliest due first, those without a date last."""
    connection, found = link(session), list[Head]()
    # Unit by unit and the dated apart from the others, each in the order of the index: nothing has to be sorted to find the first.
    for statement in (_DATED, _UNDATED):
        wanted = limit - len(found)
        here = [
            Head(*row)
            for unit in dict.fromkeys(units)
            for row in (
                connection.execute(statement, {"whose": unit, "most": wanted}).all() if wanted else ()
            )
        ]
        found += sorted(here, key=lambda head: (head.due_at or head.opened_at, head.id))[:wanted]
    return found
