"""Databases that can be taken away, held, filled or switched over, and given back: for real, under the running program."""

from __future__ import annotations

import atexit
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from anyio.from_thread import start_blocking_portal
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from bot import log
from commands import rounds
from storage.database import Database
from storage.troubles import DatabaseTrouble
from tests import logs
from tests.conftest import _start_postgres as start_postgres
from tests.journeys.driver import SOON, Council


class Shaken(Council):
    """A council whose database may be in trouble: a pass over what is due that fails is tried again later, as the ticker does."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.troubles: list[str] = []

    async def _live(self, within: timedelta = SOON) -> None:
        bot = self.demo.bot
        until = self.clock.now() + within
        for _ in range(300):
            try:
                await bot.sweep()
                due = await bot.worker.run(rounds.next_moment, bot.office)
            except DatabaseTrouble as trouble:
                self.troubles.append(trouble.word)
                return
            if due is None or due > until:
                return
            self.clock.set(max(due, self.clock.now()))
        raise AssertionError("It never comes to rest.")

    def readiness(self) -> tuple[int, str]:
        """The status of /readyz, and what it says of the database."""
        answer = self.http.get("/readyz")
        return answer.status_code, answer.json()["checks"]["database"]


@contextmanager
def running(database_url: str, folder: Path, begins: str) -> Iterator[Shaken]:
    """A council that has just been started, without its ticker."""
    with logs.put_back(), start_blocking_portal("asyncio") as portal:
        council = Shaken(portal, folder, database_url, begins, False)
        log.configure(log_format="json", log_level="info", clock=council.clock, stream=council.log)
        council.start()
        try:
            council.live()
            yield council
        finally:
            council.stop()


@dataclass(frozen=True)
class Trouble:
    """Something that can happen to a database: while the block lasts. `word` is what /readyz says, `sentence` what people read."""

    word: str
    sentence: str
    block: Callable[[Database], AbstractContextManager[None]]
    partly: bool = False
    """Whether some changes succeed all the same."""
    told: bool = True
    """Whether /readyz says so: not where it holds up one change and no other."""


# --- SQLite ------------------------------------------------------------------------------------------------------------


@contextmanager
def moved_away(database: Database) -> Iterator[None]:
    """Somebody moves the file, and moves it back."""
    path = Path(str(database.url.database))
    names = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    for name in names:
        name.rename(name.with_name(f"away-{name.name}"))
    try:
        yield
        assert not path.exists(), "an empty database was begun in its place"
    finally:
        for name in names:
            name.with_name(f"away-{name.name}").rename(name)


@contextmanager
def held_by_another(database: Database) -> Iterator[None]:
    """Another program holds the file's write lock."""
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def without_room(database: Database) -> Iterator[None]:
    """The file may not grow by a page."""

    def limit(connection: sqlite3.Connection, record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    database.dispose()
    event.listen(database._engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(database._engine, "connect", limit)
        database.dispose()


# --- PostgreSQL --------------------------------------------------------------------------------------------------------


@contextmanager
def administrator(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection of somebody else."""
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def end_every_connection(connection: psycopg.Connection[Any]) -> int:
    """As a failover does; returns how many there were."""
    found = connection.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def row_held_by_another(database: Database) -> Iterator[None]:
    """Another program holds the challenges, and the end of the audit."""
    with administrator(database) as other, other.transaction():
        other.execute("SELECT 1 FROM challenge FOR UPDATE")
        other.execute("SELECT 1 FROM audithead FOR UPDATE")
        yield


@contextmanager
def standby(database: Database) -> Iterator[None]:
    """After a failover the address leads to a server that only reads, for a while."""
    name = database.url.database

    def only_reads(word: str) -> None:
        with administrator(database) as other:
            other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {word}'.encode())
            end_every_connection(other)

    only_reads("on")
    try:
        yield
    finally:
        address = make_url(database.url).set(database="postgres")
        with administrator(Database(address.render_as_string(hide_password=False))) as other:
            other.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'.encode())
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@contextmanager
def no_room_left(database: Database) -> Iterator[None]:
    """The server says that its disk is full whenever somebody adds to the audit or to the facts."""
    with database.write() as session:
        session.connection().execute(
            text(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
            )
        )
        for table in ("audit", "outbox", "setting"):
            session.connection().execute(
                text(
                    f"CREATE TRIGGER full_{table} BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_disk()"
                )
            )
    try:
        yield
    finally:
        with administrator(database) as other:
            other.execute("DROP FUNCTION full_disk CASCADE")


class Server:
    """A PostgreSQL server of one test's own. `url` is the address of its database."""

    def __init__(self, folder: Path) -> None:
        self._process = start_postgres(folder)
        self.url = str(self._process.get_uri())

    def stop(self) -> None:
        """End it, and every connection with it."""
        self._process.stop()

    @contextmanager
    def stopped(self, database: Database) -> Iterator[None]:
        """While the block lasts it is not there."""
        self.stop()
        yield
        self._process.start()
        atexit.unregister(self._process._cleanup)
        assert self._process.get_uri() == self.url


class Beside:
    """Does something again and again beside the test, until the block ends."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._enough = work, threading.Event()
        self._thread = threading.Thread(target=self._go)
        self.times = 0

    def _go(self) -> None:
        while not self._enough.wait(0.02):
            self._work()
            self.times += 1

    def __enter__(self) -> Beside:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()
