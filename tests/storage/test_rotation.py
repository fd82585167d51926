"""The key is changed while others write; whoever is killed on the way is followed by somebody who goes on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from procedures.clock import SetClock
from storage import audit, outbox, problems, rotation
from storage.database import Database
from storage.keys import KeyFile, Keys, WrongKeys
from storage.outbox import Note
from storage.statements import link, table
from storage.tables import Outbox, Person
from tests.storage.conftest import NINE

ROWS = 40
_OUTBOX = table(Outbox)


def opened(url: str, folder: Path, name: str = "challenge.keys") -> Database:
    return Database(url, Keys(folder / name, look_every=0))


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> str:
    """The URL of a database with messages and an audit, all sealed with one key."""
    database = opened(database_url, tmp_path)
    database.migrate()
    with database.write() as session:
        link(session).execute(
            insert(table(Person)).values(email="ada@example.org", name="Ada", active=True, language="en")
        )
        for number in range(ROWS):
            write(database, session, f"before {number}")
    database.dispose()
    return database_url


def write(database: Database, session: object, key: str) -> None:
    outbox.put(session, [Note(key, "ada@example.org", "asked", NINE, NINE, body={"words": key})])  # type: ignore[arg-type]
    audit.append(session, at=NINE, actor="ada", action="asked", subject=key, body={"words": key})  # type: ignore[arg-type]


def rotate(
    database: Database,
    clock: SetClock,
    batch: int = 7,
    die_at: int = -1,
    meanwhile: Callable[[str], None] = lambda why: None,
) -> list[str]:
    """Change the key without waiting; `die_at`: after so many steps the process kills itself. `meanwhile`: what happens where the
    program would wait, and is told why it does."""
    steps = 0

    def wait(until: datetime, why: str) -> None:
        nonlocal steps
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1
        meanwhile(why)
        clock.set(max(until, clock.now()))

    return rotation.go(
        database, clock, batch=batch, settle=timedelta(minutes=1), wait=wait, tell=lambda _: None
    )


def everything_is_whole(database: Database, rows: int) -> None:
    with database.read() as session:
        assert audit.verify(session) is None
        found = link(session).execute(select(_OUTBOX.c.key, _OUTBOX.c.body)).all()
        assert len(found) == rows
        assert all(row.body == {"words": row.key} for row in found)


def test_everything_is_sealed_with_the_new_key_and_the_old_one_may_go(filled: str, tmp_path: Path) -> None:
    database, clock = opened(filled, tmp_path), SetClock(NINE)
    [old] = KeyFile(tmp_path / "challenge.keys").read()
    with pytest.raises(rotation.NotRetirable, match=r"is the current one\. `challenge-bot keys rotate`"):
        rotation.retire(database, old.id, clock.now())
    assert rotate(database, clock) == [old.id]
    new = database.keys.ring.current
    with database.read() as session:
        found = {key.id: (key.state, key.sealed) for key in rotation.known(session, database.keys.ring)}
    assert found == {old.id: ("former", 0), new: ("current", 2 * ROWS)}
    everything_is_whole(database, ROWS)
    with pytest.raises(rotation.NotRetirable, match="not been unused for 10 minutes"):
        rotation.retire(database, old.id, clock.now())
    clock.advance(timedelta(minutes=10))
    rotation.retire(database, old.id, clock.now())
    rotation.retire(database, old.id, clock.now())
    assert [key.id for key in KeyFile(tmp_path / "challenge.keys").read()] == [new]
    database.dispose()
    later = opened(filled, tmp_path)
    everything_is_whole(later, ROWS)
    later.dispose()


def test_killed_at_any_step_it_goes_on(filled: str, tmp_path: Path) -> None:
    for die_at in (0, 1, 2, 3, 2):
        child = os.fork()
        if not child:
            try:
                rotate(opened(filled, tmp_path), SetClock(NINE), die_at=die_at)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        between = opened(filled, tmp_path)
        everything_is_whole(between, ROWS)
        between.dispose()
    database = opened(filled, tmp_path)
    [first, *others] = KeyFile(tmp_path / "challenge.keys").read()
    assert len(others) == 1  # each went on with the same
    assert rotate(database, SetClock(NINE)) == [first.id]
    everything_is_whole(database, ROWS)
    with database.read() as session:
        assert rotation.count(session) == {others[0].id: 2 * ROWS}
    database.dispose()


def test_others_go_on_writing_meanwhile(filled: str, tmp_path: Path) -> None:
    database, other = opened(filled, tmp_path), opened(filled, tmp_path)
    written, turns, over = 0, threading.Semaphore(0), threading.Event()
    written_one = threading.Semaphore(0)

    def writer() -> None:
        nonlocal written
        while turns.acquire() and not over.is_set():
            with other.write() as session:
                write(other, session, f"meanwhile {written}")
            written += 1
            written_one.release()

    def meanwhile(why: str) -> None:
        turns.release(
            2
        )  # at each pause somebody begins to write, and again, while the next rows are sealed anew
        if why.startswith("other programs"):
            while written_one.acquire(blocking=False):
                pass
            for _ in range(2):  # what it had begun, and one that it began after that
                assert written_one.acquire(timeout=20)

    thread = threading.Thread(target=writer)
    thread.start()
    try:
        meanwhile("")
        former = rotate(database, SetClock(NINE), batch=3, meanwhile=meanwhile)
    finally:
        over.set()
        turns.release()
        thread.join()
    assert written > ROWS / 2
    everything_is_whole(database, ROWS + written)
    with database.read() as session:
        assert rotation.count(session) == {database.keys.ring.current: 2 * (ROWS + written)}
    assert other.keys.ring.current == database.keys.ring.current != former[0]
    database.dispose()
    other.dispose()


def test_it_waits_for_its_turn_and_holds_up_nobody_while_it_only_looks(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_SECONDS", 1)
    database, other = opened(filled, tmp_path), opened(filled, tmp_path)
    waited: list[str] = []
    with ExitStack() as somebody:

        def hold() -> None:
            session = somebody.enter_context(other.write())
            link(session).execute(text("UPDATE narrativekey SET state = state"))

        def meanwhile(why: str) -> None:
            waited.append(why)
            if why == "others write":
                somebody.close()

        hold()
        rotate(database, SetClock(NINE), meanwhile=meanwhile)
        assert "others write" in waited
        hold()
        assert list(rotation.sealed_with_others(database)) == [], "Looking needs no turn."
        with pytest.raises(rotation.NotRetirable, match="is the current one"):
            rotation.retire(database, database.keys.ring.current, NINE)
    everything_is_whole(database, ROWS)
    database.dispose()
    other.dispose()


def test_a_key_that_another_machine_does_not_have_is_not_used(filled: str, tmp_path: Path) -> None:
    here, clock = opened(filled, tmp_path), SetClock(NINE)
    (tmp_path / "copy.keys").write_bytes((tmp_path / "challenge.keys").read_bytes())
    (tmp_path / "copy.keys").chmod(0o600)
    there = opened(filled, tmp_path, "copy.keys")
    announced = rotation.announce(here, clock.now())
    assert announced is not None
    with there.write() as session:
        [lacking] = there.keys.lacking
        assert lacking == announced[0]
        problems.report(
            session, rotation.lacking_problem(lacking, "other"), "The program on other lacks it.", NINE
        )
    with pytest.raises(
        rotation.NotReady, match=r"^The program on other lacks it\. Then say `challenge-bot keys rotate`"
    ):
        rotate(here, clock)
    (tmp_path / "copy.keys").write_bytes((tmp_path / "challenge.keys").read_bytes())
    with there.write() as session:
        assert there.keys.lacking == []
        problems.solve(session, rotation.lacking_problem(lacking, "other"), NINE)
    rotate(here, clock)
    everything_is_whole(there, ROWS)
    here.dispose()
    there.dispose()


def test_a_key_is_not_thrown_away_while_one_value_is_sealed_with_it(filled: str, tmp_path: Path) -> None:
    database, clock = opened(filled, tmp_path), SetClock(NINE)
    with database.read() as session:
        kept = session.connection().execute(text("SELECT body FROM outbox WHERE id = 1")).scalar()
    [old] = rotate(database, clock)
    with database.write() as session:
        session.connection().execute(text("UPDATE outbox SET body = :old WHERE id = 1"), {"old": kept})
    clock.advance(timedelta(hours=1))
    with pytest.raises(
        rotation.NotRetirable, match=f"1 value in the database is still sealed with the key {old}"
    ):
        rotation.retire(database, old, clock.now())
    with pytest.raises(rotation.NotRetirable, match="knows no key 00000000"):
        rotation.retire(database, "00000000", clock.now())
    database.dispose()


def test_keys_in_memory_are_not_changed() -> None:
    database = Database("sqlite://")
    database.migrate()
    with pytest.raises(WrongKeys, match="in memory only"):
        rotate(database, SetClock(NINE))
    database.dispose()
