"""Private concerns about a coordinator's practice as they are stored (BR-13), in tables of their own: nothing about a challenge reads here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from procedures.private_concern import RAISER, Kind, Status
from storage.statements import for_each_database, link, pick, table
from storage.tables import PrivateConcern, PrivateConcernEntry, PrivateConcernReader

_CONCERN = table(PrivateConcern)
_ENTRY = table(PrivateConcernEntry)
_READER = table(PrivateConcernReader)


@dataclass(frozen=True)
class Head:
    """A private concern's own row. `about` is the coordinator's address, `unit` the raiser's."""

    id: int
    procedure: str
    version: str
    unit: str
    raiser: str
    about: str
    status: str
    level: int
    revision: int
    opened_at: datetime
    closed_at: datetime | None

    @property
    def reference(self) -> str:
        """How people name it: `PC-12`."""
        return f"PC-{self.id}"


@dataclass(frozen=True)
class Entry:
    """One step: `body` holds its own words, by the form's names for them."""

    number: int
    level: int
    kind: Kind
    by: str
    at: datetime
    body: Mapping[str, str]


@dataclass(frozen=True)
class Reader:
    """Somebody who may read it: `part` is asked, with or then."""

    part: str
    email: str


@dataclass(frozen=True)
class Stored:
    """All that is stored about one private concern."""

    head: Head
    entries: tuple[Entry, ...]
    readers: tuple[Reader, ...]

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.head.status)

    def people(self, *parts: str) -> list[str]:
        """The addresses of those who have one of these parts, each once; never the coordinator whom it is about."""
        found = [self.head.raiser] if RAISER in parts else []
        found += [reader.email for part in parts for reader in self.readers if reader.part == part]
        return [email for email in dict.fromkeys(found) if email != self.head.about]


_HEAD_COLUMNS = [_CONCERN.c[name] for name in Head.__dataclass_fields__]
_ENTRY_COLUMNS = [_ENTRY.c[name] for name in Entry.__dataclass_fields__]
_HEAD_OF = select(*_HEAD_COLUMNS).where(_CONCERN.c.id == bindparam("concern"))
_HEAD_TO_CHANGE = _HEAD_OF.with_for_update(key_share=True)
_ENTRIES_OF = (
    select(*_ENTRY_COLUMNS).where(_ENTRY.c.concern_id == bindparam("concern")).order_by(_ENTRY.c.number)
)
_READERS_OF = (
    select(_READER.c.part, _READER.c.email)
    .where(_READER.c.concern_id == bindparam("concern"))
    .order_by(_READER.c.part, _READER.c.email)
)
_READ_BY = select(_READER.c.concern_id).where(_READER.c.email == bindparam("who"))
_CONCERNING = (
    select(_CONCERN.c.id)
    .where(
        _CONCERN.c.about != bindparam("who"),
        (_CONCERN.c.raiser == bindparam("who")) | _CONCERN.c.id.in_(_READ_BY),
    )
    .order_by(_CONCERN.c.id.desc())
    .limit(bindparam("limit"))
)
_OPEN = select(_CONCERN.c.id).where(_CONCERN.c.status == Status.open.value).order_by(_CONCERN.c.id)
_ADD_READERS = for_each_database(
    lambda insert_: (
        insert_(_READER).inline().on_conflict_do_nothing(index_elements=["concern_id", "part", "email"])
    )
)


def load(session: Session, concern_id: int, *, for_change: bool = False) -> Stored | None:
    """One private concern, or None. With `for_change` its row is locked until the transaction ends."""
    connection, this = link(session), {"concern": concern_id}
    row = connection.execute(_HEAD_TO_CHANGE if for_change else _HEAD_OF, this).first()
    if row is None:
        return None
    entries = (Entry(number, level, Kind(kind), by, at, body) for number, level, kind, by, at, body in connection.execute(_ENTRIES_OF, this))  # fmt: skip
    return Stored(
        Head(*row), tuple(entries), tuple(Reader(*each) for each in connection.execute(_READERS_OF, this))
    )


def create(
    session: Session, *, procedure: str, version: str, unit: str, raiser: str, about: str, at: datetime
) -> int:
    """A new private concern's row; returns its id. Its first entry is added by `add_entry`."""
    values = {
        "procedure": procedure,
        "version": version,
        "unit": unit,
        "raiser": raiser,
        "about": about,
        "status": Status.open.value,
        "level": 1,
        "revision": 0,
        "opened_at": at,
    }
    result = link(session).execute(insert(_CONCERN).values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def add_entry(session: Session, concern_id: int, entry: Entry, *, status: Status, level: int) -> None:
    """Append a step, and write where the concern stands after it.

    The primary key refuses a second entry with the same number (IntegrityError).
    """
    connection = link(session)
    row = {**vars(entry), "kind": entry.kind.value, "body": dict(entry.body), "concern_id": concern_id}
    connection.execute(insert(_ENTRY).inline(), row)
    closed = {"closed_at": entry.at} if status is Status.closed else {}
    change(session, concern_id, revision=entry.number, status=status.value, level=level, **closed)


def change(session: Session, concern_id: int, **values: Any) -> None:
    """Change columns of a private concern's own row."""
    link(session).execute(update(_CONCERN).where(_CONCERN.c.id == concern_id).values(**values))


def add_readers(session: Session, concern_id: int, part: str, emails: Iterable[str]) -> None:
    """Let these people read it; who may already stays as they are."""
    rows = [{"concern_id": concern_id, "part": part, "email": email} for email in emails]
    if rows:
        connection = link(session)
        connection.execute(pick(_ADD_READERS, connection), rows)


def concerning(session: Session, email: str, limit: int = 20) -> list[int]:
    """The private concerns that a person raised or may read, the newest first; never those about the person."""
    return list(link(session).execute(_CONCERNING, {"who": email, "limit": limit}).scalars())


def open_ids(session: Session) -> list[int]:
    """The ids of those on which something is still asked of somebody."""
    return list(link(session).execute(_OPEN).scalars())
