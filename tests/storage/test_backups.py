"""A backup made while people work, found out when it is damaged, and put back without losing what was there."""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage import audit, backups, moving, outbox, raw, restoring
from storage.backups import BrokenBackup
from storage.database import Database, DatabaseNewer, LooseEnd
from storage.moving import InUse, NotWhole, Refusal
from storage.outbox import Note
from storage.restoring import WouldReplace, restore
from tests.fuzz.records import sealed_anew
from tests.storage.conftest import NINE
from tests.storage.filled import fill, same

LATER = NINE + timedelta(hours=3)


@pytest.fixture
def full(database_url: str) -> Iterator[Database]:
    """A database with something in every table; a test that asks for it runs on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    fill(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite alone."""
    opened = Database(f"sqlite:///{tmp_path / 'challenge.db'}")
    fill(opened)
    yield opened
    opened.dispose()


def as_it_is(database: Database) -> tuple[object, ...]:
    with database.read() as session:
        found = raw.tallies(session), raw.counters(session), audit.head(session)
    database.dispose()
    return found


def test_a_backup_of_either_database_can_be_restored_into_sqlite(full: Database, tmp_path: Path) -> None:
    backups.write(full, tmp_path / "a.backup", NINE)
    assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    done = restore(other, tmp_path / "a.backup", LATER)
    assert (done.kept, done.last_reference) == (None, 5000)
    assert (tmp_path / "other.db").stat().st_mode & 0o777 == 0o600
    with other.read() as session, full.read() as before:
        assert audit.verify(session) is None
        changed = {name for name, tally in raw.tallies(session).items() if tally != raw.tallies(before)[name]}
    assert changed == {"audit", "audithead", "outbox", "setting"} - (
        {"outbox"} if not done.doubted else set()
    )
    other.dispose()


def test_a_backup_of_sqlite_can_be_restored_into_either(full: Database, tmp_path: Path) -> None:
    source = Database(f"sqlite:///{tmp_path / 'source.db'}")
    fill(source, rows=5)
    contents = backups.write(source, tmp_path / "a.backup", NINE)
    done = restore(full, tmp_path / "a.backup", LATER, force=True)
    assert done.contents == contents
    with full.read() as session:
        assert audit.verify(session) is None
        assert raw.tallies(session)["challenge"] == contents.tallies["challenge"]
        row = (
            session.connection().execute(text("SELECT actor, action FROM audit ORDER BY number DESC")).first()
        )
    assert row is not None
    assert tuple(row) == ("administrator", "restored")
    source.dispose()


def test_a_backup_made_while_others_write_is_of_one_moment(full: Database, tmp_path: Path) -> None:
    enough = threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            with full.write() as session:
                note = Note(f"while:{number}", "email-0", "raised", NINE, NINE)
                session.connection().execute(
                    text("INSERT INTO setting (name, value) VALUES (:name, 'x')"), {"name": note.key}
                )
                audit.append(session, at=NINE, actor="a", action="noted", subject=note.key, body={})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backups.write(full, tmp_path / f"{number}.backup", NINE) for number in range(4)]
    finally:
        enough.set()
        writer.join()
    assert made[-1].head.number > made[0].head.number, "the writer was not held up"
    for contents in made:
        # Each of the writer's transactions has one row in both tables: a backup has both or neither.
        assert contents.tallies["audit"].rows == contents.head.number == contents.tallies["setting"].rows
        assert backups.read(contents.path) == contents
    last = Database(f"sqlite:///{tmp_path / 'last.db'}")
    restore(last, made[-1].path, LATER)
    with last.read() as session:
        assert audit.verify(session, [made[-1].head]) is None
    last.dispose()


def test_no_byte_of_a_backup_can_be_changed_or_missing_unseen(tmp_path: Path) -> None:
    source = Database("sqlite://")
    fill(source)
    good = backups.write(source, tmp_path / "good.backup", NINE)
    content, chance = good.path.read_bytes(), random.Random(1)  # noqa: S311  no secret depends on it
    bad = tmp_path / "bad.backup"
    for place in sorted(chance.sample(range(10, len(content)), 60)):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        for damaged in (bytes(changed), content[:place]):
            bad.write_bytes(damaged)
            with pytest.raises(BrokenBackup, match="Nothing was changed"):
                backups.read(bad)
    for nonsense in (b"", b"not a backup", content[:0] + b"\x1f\x8b"):
        bad.write_bytes(nonsense)
        with pytest.raises(BrokenBackup):
            backups.read(bad)
    source.dispose()


def crafted(path: Path, lines: list[object]) -> Path:
    """A file that is right in its form and its checksums, whatever it says."""
    digest = sha256()
    with gzip.open(path, "wb") as file:
        for content in lines:
            digest.update(raw.line(content))
            file.write(raw.line(content))
        file.write(raw.line({"end": digest.hexdigest()}))
    return path


@cache
def lines_of_a_new_record() -> bytes:
    """What is in a backup of tables that are as new."""
    source = Database("sqlite://")
    source.migrate()
    with TemporaryDirectory() as folder:
        content = backups.write(source, Path(folder) / "a.backup", NINE).path.read_bytes()
    source.dispose()
    return gzip.decompress(content)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_that_was_written_by_somebody_else_is_refused_in_a_sentence(
    tmp_path: Path, data: st.DataObject
) -> None:
    lines: list[object] = [json.loads(line) for line in lines_of_a_new_record().splitlines()[:-1]]
    nonsense = st.none() | st.integers() | st.text() | st.lists(st.integers(), max_size=3)
    place = data.draw(st.integers(0, min(len(lines) - 1, 12)))
    line = lines[place]
    if isinstance(line, dict) and data.draw(st.booleans()):
        line[data.draw(st.sampled_from(sorted(line)))] = data.draw(nonsense)
    else:
        lines[place] = data.draw(nonsense)
    with suppress(Refusal, DatabaseNewer):
        contents = backups.read(crafted(tmp_path / "b.backup", lines))
        assert contents.rows == sum(tally.rows for tally in contents.tallies.values())


def test_a_row_that_does_not_fit_is_refused_in_a_sentence(lite: Database, tmp_path: Path) -> None:
    made = backups.write(lite, tmp_path / "a.backup", NINE)
    lines: list[object] = [
        json.loads(line) for line in gzip.decompress(made.path.read_bytes()).splitlines()[:-1]
    ]
    before = as_it_is(lite)
    for wrong in ("2026-99-99", 5, None, True, ["x"]):
        changed = list(lines)
        table = lines.index({"table": "absence", "columns": list(columns("absence"))})
        row = list(lines[table + 1])  # type: ignore[call-overload]
        row[columns("absence").index("first")] = wrong
        counting = raw.Counting()
        changed[table + 1] = row
        for each in changed[table + 1 : table + 4]:
            counting.add(each)  # type: ignore[arg-type]
        changed[table + 4] = {"rows": 3, "sha256": counting.tally.sha256}
        with pytest.raises(BrokenBackup, match="a row of the table absence cannot be stored"):
            restore(lite, crafted(tmp_path / "b.backup", changed), LATER, force=True)
    assert as_it_is(lite) == before


def columns(name: str) -> tuple[str, ...]:
    return next(sheet.columns for sheet in raw.sheets() if sheet.name == name)


def test_a_damaged_backup_and_one_of_a_newer_program_replace_nothing(lite: Database, tmp_path: Path) -> None:
    good = backups.write(lite, tmp_path / "a.backup", NINE)
    before = as_it_is(lite)
    bad = tmp_path / "bad.backup"
    bad.write_bytes(good.path.read_bytes()[:-20])
    with pytest.raises(BrokenBackup):
        restore(lite, bad, LATER, force=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "HEAD", "0999")
        newer = backups.write(lite, tmp_path / "newer.backup", NINE)
    with pytest.raises(DatabaseNewer):
        restore(lite, newer.path, LATER, force=True)
    assert as_it_is(lite) == before


def test_a_record_is_replaced_only_on_demand_and_kept_until_the_new_one_is_verified(
    full: Database, tmp_path: Path
) -> None:
    small = Database(f"sqlite:///{tmp_path / 'small.db'}")
    small.migrate()
    made = backups.write(small, tmp_path / "small.backup", NINE).path
    before = as_it_is(full)
    with pytest.raises(WouldReplace, match="add --force"):
        restore(full, made, LATER)
    assert as_it_is(full) == before
    with pytest.MonkeyPatch.context() as patch:
        # What the new one is verified with finds something, at the very end.
        patch.setattr(restoring.doubts, "begin", _fails)
        with pytest.raises(NotWhole):
            restore(full, made, LATER, force=True)
    assert as_it_is(full) == before
    done = restore(full, made, LATER, force=True)
    with full.read() as session:
        assert raw.tallies(session)["person"].rows == 0
    if full.is_sqlite:
        assert done.kept is not None
        kept = Database(f"sqlite:///{done.kept}")
        assert as_it_is(kept) == before
    assert done.last_reference == 5000, "no reference that was given before is given again"
    small.dispose()


def _fails(*_: object) -> int:
    raise NotWhole("Something is missing.")


@pytest.mark.parametrize("missing", ["person", "challenge"])
def test_a_row_that_refers_to_one_that_is_missing_is_told_in_a_sentence(
    full: Database, tmp_path: Path, missing: str
) -> None:
    """By a hand that left rows out and sealed the backup anew."""
    made = backups.write(full, tmp_path / "a.backup", NINE).path
    table, kept = "", []
    for line in gzip.decompress(made.read_bytes()).split(b"\n"):
        if line.startswith(b'{"table"'):
            table = json.loads(line)["table"]
        if table != missing or not line.startswith(b"["):
            kept.append(line)
    made.write_bytes(gzip.compress(sealed_anew(b"\n".join(kept))))
    before = as_it_is(full)
    with pytest.raises((LooseEnd, BrokenBackup)) as refused:
        restore(full, made, LATER, force=True)
    said = str(refused.value)
    assert re.search(
        r"row of the table [a-z]+ refers to (one of the table [a-z]+ that is not there|another that is not in it)\.",
        said,
    )
    assert said.endswith("Nothing was changed.")
    assert as_it_is(full) == before


def test_a_database_in_use_is_not_replaced(full: Database, tmp_path: Path) -> None:
    made = backups.write(full, tmp_path / "a.backup", NINE).path
    running = Database(full.url.render_as_string(hide_password=False))
    with running.write() as session:
        session.connection().execute(text("SELECT 1"))
    with pytest.raises(InUse):
        restore(full, made, LATER, force=True)
    running.dispose()


def test_a_file_that_is_no_database_any_more_can_be_replaced(tmp_path: Path) -> None:
    source = Database(f"sqlite:///{tmp_path / 'a.db'}")
    fill(source)
    made = backups.write(source, tmp_path / "a.backup", NINE).path
    source.dispose()
    (tmp_path / "a.db").write_bytes(b"burnt" * 1000)
    broken = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(WouldReplace):
        restore(broken, made, LATER)
    done = restore(broken, made, LATER, force=True)
    assert done.kept is not None
    assert done.kept.read_bytes().startswith(b"burnt")
    assert broken.revision_is_current()
    broken.dispose()


def test_what_was_due_by_the_restore_is_looked_up_before_it_is_sent(full: Database, tmp_path: Path) -> None:
    with full.write() as session:
        email = str(session.connection().scalar(text("SELECT email FROM person ORDER BY email")))
        session.connection().execute(text("DELETE FROM posting"))
        session.connection().execute(text("DELETE FROM outbox"))
        due = {"before": NINE, "since": NINE + timedelta(hours=2), "later": LATER + timedelta(days=1)}
        outbox.put(session, [Note(key, email, "raised", at, at) for key, at in due.items()])
    made = backups.write(full, tmp_path / "a.backup", NINE).path
    assert restore(full, made, LATER, force=True).doubted == 2
    claimed = outbox.claim(full, worker="w", now=LATER, lease=timedelta(minutes=1))
    assert [(row.key, row.maybe_sent) for row in claimed] == [("before", True)], (
        "one for each person at a time"
    )
    with full.read() as session:
        waiting = outbox.waiting_for(session, email)
    assert [(row.key, row.maybe_sent) for row in waiting] == [("since", True), ("later", False)]


def test_a_backup_that_cannot_be_finished_leaves_the_one_before(lite: Database, tmp_path: Path) -> None:
    good = backups.write(lite, tmp_path / "a.backup", NINE).path.read_bytes()
    with lite.write() as session:
        session.connection().execute(text("CREATE TABLE stranger (id INTEGER)"))
    with pytest.raises(raw.UnknownTables):
        backups.write(lite, tmp_path / "a.backup", NINE)
    assert (tmp_path / "a.backup").read_bytes() == good
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_the_same_record_gives_the_same_file_from_both_databases(full: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    moving.move(full, other)
    assert same(full, other)
    files = [tmp_path / "one.backup", tmp_path / "two.backup"]
    for database, file in zip((full, other), files, strict=True):
        backups.write(database, file, NINE)
    assert files[0].read_bytes() == files[1].read_bytes()
    other.dispose()
