"""Changing the key that narratives are sealed with, while any number of programs go on writing.

The order matters. The new key comes into the file, then the database announces it: from then on every program reads by it, and
nobody seals with it. Only when all have had the time to look does it become current; then what is sealed with the former key is
sealed anew, a few rows a transaction, until nothing is found. Every step may be broken off anywhere and is taken up by going on.
What is looked for is looked for without the lock on writing, which SQLite has one of; so nobody waits for longer than a few rows take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlmodel import Session, SQLModel

from procedures.clock import Clock
from storage import audit, problems
from storage.database import Database
from storage.keys import ANNOUNCED, CURRENT, FORMER, LOOK_EVERY, RETIRED, WrongKeys, key_row
from storage.narrative import FORM, HEADER, Keyring, Narrative
from storage.records_tables import NarrativeKey
from storage.statements import link, table
from storage.troubles import DatabaseBusy

STRAGGLERS = timedelta(seconds=2 * LOOK_EVERY)
"""How long after the change another program may still begin a transaction that seals with the former key."""
RETIRE_AFTER = timedelta(minutes=10)
"""How long a key stays after nothing was found under it: longer than any transaction that was under way."""
BREATH = timedelta(milliseconds=5)
"""Between two batches at least, and as long as a batch took: SQLite asks now and then whether it may write, and must find a gap."""
TRIES = 12
"""How often a step is tried while others write, each time for as long as the database waits for a lock: a minute."""
LACKING = "narrative-key:"
_KEY = table(NarrativeKey)
_Done = TypeVar("_Done")


class NotRetirable(RuntimeError):
    """A key cannot go yet; the message says why."""


@dataclass(frozen=True)
class Known:
    """A key as the database knows it. `sealed` counts the values under it; `here`: the key file holds it."""

    id: str
    state: str
    made_at: datetime
    since: datetime
    emptied_at: datetime | None
    sealed: int
    here: bool


@dataclass(frozen=True)
class Sealed:
    """A table with sealed columns, as the bytes that are kept: nothing is opened by reading it."""

    raw: Table
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def key_columns(self) -> list[Any]:
        """The columns of the primary key."""
        return [self.raw.c[name] for name in self.key]


@dataclass(frozen=True)
class Rows:
    """A few rows of one table, by their primary keys."""

    of: Sealed
    keys: tuple[tuple[Any, ...], ...]


def sealed_tables() -> list[Sealed]:
    """Every table that has a column of sealed values."""
    found = []
    for model in SQLModel.metadata.sorted_tables:
        columns = tuple(column.name for column in model.columns if isinstance(column.type, Narrative))
        if columns:
            key = tuple(column.name for column in model.primary_key)
            raw = Table(
                model.name,
                MetaData(),
                *(Column(name, model.c[name].type, primary_key=True) for name in key),
                *(Column(name, LargeBinary()) for name in columns),
            )
            found.append(Sealed(raw, key, columns))
    return found


class NotReady(RuntimeError):
    """A program does not have the next key yet; the message names those that do not."""


def go(
    database: Database,
    clock: Clock,
    *,
    batch: int,
    settle: timedelta,
    wait: Callable[[datetime, str], None],
    tell: Callable[[str], None],
) -> list[str]:
    """Change to a new key, or go on with a change that was broken off, to its end. Returns the keys that may be thrown away now.

    settle: how long all programs have to read the new key before it is used. wait: called with a moment to wait for, and why.
    Raises NotReady, storage.keys.WrongKeys, and storage.narrative's errors for what cannot be opened.
    """

    def in_turn(step: Callable[[], _Done]) -> _Done:
        for _ in range(TRIES - 1):
            try:
                return step()
            except DatabaseBusy:
                wait(clock.now() + BREATH, "others write")
        return step()

    next_key = in_turn(lambda: announce(database, clock.now()))
    if next_key is not None:
        key_id, since = next_key
        wait(since + settle, f"every program reads the key {key_id} by then")
        _refuse_where_lacking(database, key_id)
        in_turn(lambda: change(database, key_id, clock.now()))
    while (former := in_turn(lambda: finish(database, clock.now()))) is None:
        done = 0
        for rows in sealed_with_others(database, batch):
            began = clock.now()
            done += in_turn(lambda rows=rows: reseal(database, rows))  # type: ignore[misc]
            wait(clock.now() + max(BREATH, clock.now() - began), "")
        tell(f"{done} rows encrypted anew.")
        if not done:  # what is left is in somebody's hands, or may be
            with database.read() as session:
                changed = next(row.since for row in _rows(session) if row.state == CURRENT)
            wait(
                max(changed + STRAGGLERS, clock.now() + 10 * BREATH),
                "other programs have ended what they had begun",
            )
    return former


def lacking_problem(key_id: str, host: str) -> str:
    """Under which key it is listed that the programs on a machine do not have a key."""
    return f"{LACKING}{key_id}:{host}"


def _refuse_where_lacking(database: Database, key_id: str) -> None:
    with database.read() as session:
        found = [
            each for each in problems.open_problems(session) if each.key.startswith(f"{LACKING}{key_id}:")
        ]
    if found:
        raise NotReady(
            " ".join([*(each.sentence for each in found), "Then say `challenge-bot keys rotate` again."])
        )


# --- the steps ------------------------------------------------------------------------------------------------------------


def announce(database: Database, at: datetime) -> tuple[str, datetime] | None:
    """Let all programs know the next key; its id and since when it is announced. One that is announced already stays.

    None when a change before is not finished: then there is no next key yet, and `reseal` goes on with that one. The next key
    is the newest of the file that the database does not know, and is made if there is none. Raises WrongKeys.
    """
    keys = database.keys
    if keys.file is None:
        raise WrongKeys("This database's keys are in memory only and cannot be changed.")
    with database.write() as session:
        rows = _rows(session, lock=True)
        for row in rows:
            if row.state == ANNOUNCED:
                return row.id, row.since
        if any(row.state == FORMER and row.emptied_at is None for row in rows):
            return None
        unknown = [key for key in keys.file.read() if key.id not in {row.id for row in rows}]
        key_id = unknown[-1].id if unknown else keys.file.make_key()
        secret = next(key.secret for key in keys.file.read() if key.id == key_id)
        keys.ring.add(key_id, secret)
        link(session).execute(insert(_KEY).values(**key_row(keys.ring, key_id, ANNOUNCED, at)))
    return key_id, at


def change(database: Database, key_id: str, at: datetime) -> None:
    """What is written from now on is sealed with the key that was announced."""
    with database.write() as session:
        states = {row.id: row.state for row in _rows(session, lock=True)}
        if states.get(key_id) == ANNOUNCED:
            connection = link(session)
            connection.execute(update(_KEY).where(_KEY.c.state == CURRENT).values(state=FORMER, since=at))
            connection.execute(update(_KEY).where(_KEY.c.id == key_id).values(state=CURRENT, since=at))
    database.keys.look_soon()


def sealed_with_others(database: Database, batch: int = 200) -> Iterator[Rows]:
    """What is sealed with another key than the current one, so many rows at a time, going once through all tables."""
    for each in sealed_tables():
        last: tuple[Any, ...] | None = None
        while keys := _found(database, each, last, batch):
            yield Rows(each, keys)
            last = keys[-1]


def reseal(database: Database, these: Rows) -> int:
    """Seal these rows anew, with the current key, in one transaction; returns how many.

    Rows that somebody else has in hand are passed over, so that nobody waits in a circle: look once more what is left.
    """
    each, ring = these.of, database.keys.ring
    columns = [each.raw.c[name] for name in each.columns]
    query = select(*each.key_columns, *columns).where(
        tuple_(*each.key_columns).in_(these.keys), _is_under_another(each, ring)
    )
    with database.write() as session, _gate(session, each):
        found = list(link(session).execute(query.with_for_update(skip_locked=True, key_share=True)))
        if found:
            _seal_anew(session, each, ring, found)
    return len(found)


def finish(database: Database, at: datetime) -> list[str] | None:
    """Note that nothing is sealed with the former keys any more, and return their ids; None while that is not so, or may change."""
    with database.read() as session:
        rows = _rows(session)
        current = next(row for row in rows if row.state == CURRENT)
        former = [row.id for row in rows if row.state == FORMER]
        if at - current.since < STRAGGLERS and former:
            return None
        uses = count(session) if former else Counter[str]()
    if any(uses[key_id] for key_id in former):
        return None
    emptied = update(_KEY).where(_KEY.c.id.in_(former), _KEY.c.state == FORMER, _KEY.c.emptied_at.is_(None))
    with database.write() as session:
        link(session).execute(emptied.values(emptied_at=at))
    return former


def retire(database: Database, key_id: str, at: datetime) -> None:
    """Throw a key away that nothing is sealed with. Raises NotRetirable; once it is retired, it only leaves the file if it is there."""
    with database.read() as session:
        row = next((row for row in _rows(session) if row.id == key_id), None)
        used = count(session)[key_id] if row is not None and row.state == FORMER else 0
    if row is None:
        raise NotRetirable(f"The database knows no key {key_id}. `challenge-bot keys list` shows them.")
    if row.state in (CURRENT, ANNOUNCED):
        raise NotRetirable(
            f"The key {key_id} is the {row.state} one. `challenge-bot keys rotate` changes it first."
        )
    if used:
        raise NotRetirable(
            f"{used} value{'' if used == 1 else 's'} in the database {'is' if used == 1 else 'are'} still sealed "
            f"with the key {key_id}. `challenge-bot keys rotate` goes on with it."
        )
    if row.state == FORMER:
        if row.emptied_at is None or at - row.emptied_at < RETIRE_AFTER:
            raise NotRetirable(
                f"The key {key_id} has not been unused for {RETIRE_AFTER // timedelta(minutes=1)} minutes: another "
                "program may just be writing with it. Wait, then say it again."
            )
        retired = update(_KEY).where(_KEY.c.id == key_id, _KEY.c.state == FORMER)
        with database.write() as session:
            link(session).execute(retired.values(state=RETIRED, since=at))
    if database.keys.file is not None:
        database.keys.file.remove_key(key_id)


# --- what there is ----------------------------------------------------------------------------------------------------------


def known(session: Session, ring: Keyring) -> list[Known]:
    """The keys that the database knows, the oldest first."""
    uses, here = count(session), ring.ids
    return [
        Known(row.id, row.state, row.made_at, row.since, row.emptied_at, uses[row.id], row.id in here)
        for row in _rows(session)
    ]


def count(session: Session) -> Counter[str]:
    """How many values are sealed with each key, by its id."""
    found: Counter[str] = Counter()
    connection = link(session)
    for each in sealed_tables():
        for name in each.columns:
            column = each.raw.c[name]
            header = func.substr(column, 1, HEADER, type_=LargeBinary)
            query = select(header, func.count()).where(column.is_not(None)).group_by(header)
            for start, number in connection.execute(query):
                found[bytes(start)[len(FORM) :].hex()] += number
    return found


def _rows(session: Session, *, lock: bool = False) -> list[Any]:
    query = select(_KEY).order_by(_KEY.c.made_at, _KEY.c.id)
    return list(link(session).execute(query.with_for_update() if lock else query))


def _found(
    database: Database, each: Sealed, last: tuple[Any, ...] | None, batch: int
) -> tuple[tuple[Any, ...], ...]:
    """The keys of the next rows of which something is sealed with another key than the current one."""
    query = select(*each.key_columns).where(_is_under_another(each, database.keys.ring))
    if last is not None:
        query = query.where(tuple_(*each.key_columns) > tuple_(*last))
    with database.read() as session:
        found = link(session).execute(query.order_by(*each.key_columns).limit(batch))
        return tuple(tuple(row) for row in found)


def _is_under_another(each: Sealed, ring: Keyring) -> ColumnElement[bool]:
    header = FORM + bytes.fromhex(ring.current)
    columns = [each.raw.c[name] for name in each.columns]
    return or_(*(func.substr(column, 1, HEADER, type_=LargeBinary) != header for column in columns))


def _gate(session: Session, each: Sealed) -> AbstractContextManager[None]:
    """What lets the rows of this table be changed: of the audit it is a gate, which is taken before the rows, as by erasure."""
    return audit.gate(session) if each.raw.name == "audit" else nullcontext()


def _seal_anew(session: Session, each: Sealed, ring: Keyring, rows: list[Any]) -> None:
    def anew(name: str, value: bytes | None) -> bytes | None:
        place = f"{each.raw.name}.{name}".encode()
        return None if value is None else ring.seal(ring.open(value, place), place)

    where = [each.raw.c[name] == bindparam(f"key_{name}") for name in each.key]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in each.columns}
    size = len(each.key)
    link(session).execute(
        update(each.raw).where(*where).values(values),
        [
            {f"key_{name}": value for name, value in zip(each.key, row[:size], strict=True)}
            | {f"new_{name}": anew(name, value) for name, value in zip(each.columns, row[size:], strict=True)}
            for row in rows
        ],
    )
