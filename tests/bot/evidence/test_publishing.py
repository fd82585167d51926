"""The audit's heads: signed and published once a day with changes, whoever comes first, and never by a stranger's key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlmodel import select

from bot.evidence import heads_file
from bot.evidence.keys import NoKeyHere, key_here, replace_key
from storage import audit, heads
from storage.signing import make_key, public_keys
from storage.tables import Audit
from tests.bot.evidence.conftest import Council
from tests.storage.attacker import without_triggers


def test_the_first_start_makes_a_key_for_its_owner_alone_and_the_database_knows_it(council: Council) -> None:
    council.publisher.begin()
    assert council.key.stat().st_mode & 0o777 == 0o600
    with council.database.read() as session:
        known = heads.key_in_use(session)
    assert known is not None
    assert known.fingerprint == key_here(council.office, council.key).key.public.fingerprint
    assert council.problems() == []
    council.another().begin()
    assert key_here(council.office, council.key).new is False


def test_a_day_with_changes_gets_one_line_however_many_replicas_and_restarts_there_are(
    council: Council, tmp_path: Path
) -> None:
    council.publisher.begin()
    council.raises()
    replicas = [council.another() for _ in range(3)]
    for day in range(1, 4):
        for replica in [*replicas, council.another(), council.publisher]:
            replica.go()
        assert len(council.lines()) == day
        council.wait(days=1)
        council.types("hannah", "show CH-1001")
    apart = tmp_path / "another machine"
    apart.mkdir()
    (apart / council.key.name).write_bytes(council.key.read_bytes())
    council.another(apart).go()
    council.publisher.go()
    assert len(council.lines()) == 4
    assert (apart / council.heads.name).read_text(encoding="utf-8").splitlines() == council.lines()


def test_a_day_without_changes_gets_none(council: Council) -> None:
    council.raises()
    for _ in range(3):
        council.next_day()
    assert len(council.lines()) == 1
    council.types("hannah", "show CH-1001")
    council.next_day()
    assert len(council.lines()) == 2


def test_what_is_published_is_the_head_signed_by_the_key(council: Council) -> None:
    council.raises()
    council.publisher.go()
    line = json.loads(council.lines()[0])
    with council.database.read() as session:
        end = audit.head(session)
    assert (line["number"], line["hash"]) == (end.number, end.hash)
    assert line["authority"] == council.office.authority.name
    assert line["at"] == "2026-11-23T10:00:00.000000+00:00"
    [(_, head)] = heads_file.read(council.heads)
    assert head is not None
    public = key_here(council.office, council.key).key.public
    assert head.is_signed_by(public_keys(public.pem, "key"))
    assert council.heads.stat().st_mode & 0o777 == 0o600


def test_each_head_grows_from_the_one_before_and_a_forged_start_is_not_trusted(council: Council) -> None:
    council.raises()
    council.next_day()
    council.types("hannah", "show CH-1001")
    with council.database.read() as session:
        expected = heads.next_head(session).tree.root()
    with council.database.write() as session:
        session.connection().exec_driver_sql("UPDATE auditsigned SET peaks = '[]'")
    with council.database.read() as session:
        assert heads.next_head(session).tree.root() == expected


@pytest.mark.parametrize("trouble", ["missing", "another"])
def test_a_key_that_is_missing_or_another_signs_nothing_and_somebody_is_told(
    council: Council, trouble: str
) -> None:
    council.publisher.begin()
    right = council.key.read_bytes()
    council.key.unlink()
    if trouble == "another":
        make_key(council.key)
    council.raises()
    replica = council.another()
    replica.begin()
    replica.go()
    replica.go()
    assert council.lines() == []
    [sentence] = council.problems()
    assert sentence.startswith("The audit's heads are not signed: ")
    assert {"missing": "is not there", "another": "holds another key"}[trouble] in sentence
    assert "`challenge-bot audit key --replace`" in sentence
    council.key.write_bytes(right)
    replica.go()
    assert len(council.lines()) == 1
    assert council.problems() == []


def test_a_key_that_is_replaced_is_signed_for_by_the_old_one(council: Council) -> None:
    old = key_here(council.office, council.key).key
    new, signed = replace_key(council.office, council.key, "command line: ada")
    assert signed
    assert key_here(council.office, council.key).key.public == new.public
    with council.database.read() as session:
        row = session.exec(select(Audit).where(Audit.action == "audit_key_replaced")).one()
        assert row.body is not None
        assert [key.fingerprint for key in heads.keys(session)] == [
            old.public.fingerprint,
            new.public.fingerprint,
        ]
    statement = {"kind": "audit-key", "old": old.public.fingerprint, "new": new.public.fingerprint}
    assert row.body["signature"] == old.sign(statement)
    council.key.unlink()
    third, signed = replace_key(council.office, council.key, "command line: ada")
    assert not signed
    assert key_here(council.office, council.key).key.public == third.public


def test_a_replacement_that_was_interrupted_is_completed(council: Council) -> None:
    key_here(council.office, council.key)
    old = council.key.read_bytes()
    new, _ = replace_key(council.office, council.key, "command line: ada")
    council.key.rename(council.key.with_name("audit-key.pem.new"))
    council.key.write_bytes(old)  # as if it had ended before the new file took the old one's place
    assert key_here(council.office, council.key).key.public == new.public
    assert not council.key.with_name("audit-key.pem.new").exists()


def test_a_key_that_is_no_key_is_one_sentence(council: Council) -> None:
    council.key.write_text("Dear Sir or Madam", encoding="utf-8")
    with pytest.raises(NoKeyHere, match="holds no Ed25519 key in PEM form"):
        key_here(council.office, council.key)
    with pytest.raises(NoKeyHere, match="cannot be written"):
        key_here(council.office, council.folder / "no such folder" / "key.pem")


def test_an_audit_that_does_not_hold_is_not_signed_and_somebody_is_told(council: Council) -> None:
    council.raises()
    council.next_day()
    council.types("hannah", "show CH-1001")
    with council.database.write() as session:
        end = audit.head(session).number
        without_triggers(session)
        session.connection().exec_driver_sql(f"UPDATE audit SET actor = 'mallory' WHERE number = {end}")  # noqa: S608
    council.next_day()
    assert len(council.lines()) == 1
    [sentence] = council.problems()
    assert sentence.startswith(f"The audit does not hold at row {end}: it is not as it was written.")


def two_heads_and_a_cut(council: Council, *tables: str) -> None:
    """Two days with a head each; then somebody takes away all after row 2, from these tables."""
    council.raises()
    council.next_day()
    council.types("hannah", "show CH-1001")
    council.next_day()
    with council.database.write() as session:
        without_triggers(session)
        connection = session.connection()
        for table in tables:
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE number > 2")  # noqa: S608
        connection.exec_driver_sql(
            "UPDATE audithead SET number = 2, hash = (SELECT hash FROM audit WHERE number = 2)"
        )


LOST = "names a row that is not there, or another one. Rows were removed or written anew"


def test_a_tail_that_was_cut_off_is_told_the_next_day(council: Council) -> None:
    two_heads_and_a_cut(council, "audit")
    council.next_day()
    assert len(council.lines()) == 2
    [sentence] = council.problems()
    assert LOST in sentence


def test_a_database_that_has_lost_what_was_published_is_not_signed_until_somebody_has_looked(
    council: Council,
) -> None:
    two_heads_and_a_cut(council, "auditsigned", "audit")
    council.types("hannah", "show CH-1001")
    council.next_day()
    assert len(council.lines()) == 2
    [sentence] = council.problems()
    assert LOST in sentence
    council.heads.rename(council.folder / "before the restoring.jsonl")
    council.next_day()
    assert len(council.lines()) == 2  # the one that the database still has, and the new one
    assert council.problems() == []


def test_heads_that_cannot_be_written_come_later(council: Council) -> None:
    council.heads.mkdir()
    council.raises()
    council.publisher.go()
    [sentence] = council.problems()
    assert "cannot be written to" in sentence
    council.heads.rmdir()
    council.publisher.go()
    assert len(council.lines()) == 1
    assert council.problems() == []


def test_a_line_that_was_cut_off_is_written_anew(council: Council) -> None:
    council.raises()
    for _ in range(2):
        council.types("hannah", "show CH-1001")
        council.next_day()
    whole = council.heads.read_bytes()
    os.truncate(council.heads, len(whole) - 40)
    council.another().go()
    assert council.heads.read_bytes() == whole
