"""The key file: made once, never half-written, and a program without the right one does not begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from storage import audit
from storage.database import Database
from storage.keys import KeyFile, Keys, WrongKeys
from tests.storage.conftest import NINE


def note(database: Database, words: str = "words") -> None:
    with database.write() as session:
        audit.append(session, at=NINE, actor="ada", action="noted", subject="CH-1001", body={"text": words})


def opened(url: str, file: Path) -> Database:
    database = Database(url, Keys(file, look_every=0))
    database.migrate()
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "challenge.keys"


def test_the_first_to_write_makes_the_key_for_its_owner_alone(database_url: str, file: Path) -> None:
    database = opened(database_url, file)
    with database.read():
        assert not file.exists()  # nothing is sealed by reading
    note(database)
    assert file.stat().st_mode & 0o777 == 0o600
    [key] = KeyFile(file).read()
    assert database.new_key == key.id
    assert "secret" not in repr(key)
    again = opened(database_url, file)
    note(again)
    assert again.new_key is None
    with again.read() as session:
        assert audit.verify(session) is None
    database.dispose()
    again.dispose()


def test_without_the_key_nothing_begins(database_url: str, file: Path, tmp_path: Path) -> None:
    database = opened(database_url, file)
    note(database)
    [key] = KeyFile(file).read()
    stranger = opened(database_url, tmp_path / "other.keys")
    with pytest.raises(WrongKeys) as refusal, stranger.read():
        pass
    assert str(refusal.value) == (
        f"What is in the database is sealed with the key {key.id}, which the key file {tmp_path / 'other.keys'} does not "
        "hold: put the key file of this database there, from its copy or from the machine that made it. Nothing was changed."
    )
    with pytest.raises(WrongKeys):
        note(stranger)
    with pytest.raises(WrongKeys):
        stranger.reachable()
    assert not (tmp_path / "other.keys").exists()
    file.rename(tmp_path / "other.keys")  # as somebody who reads the sentence does
    note(stranger)
    database.dispose()
    stranger.dispose()


def test_another_key_under_the_same_id_is_found_out(database_url: str, file: Path, tmp_path: Path) -> None:
    database = opened(database_url, file)
    note(database)
    forged, [key] = tmp_path / "forged.keys", KeyFile(file).read()
    made = KeyFile(forged).make_key()
    forged.write_text(forged.read_text(encoding="utf-8").replace(made, key.id), encoding="utf-8")
    other = opened(database_url, forged)
    with pytest.raises(WrongKeys, match=f"holds another key under the id {key.id}"), other.read():
        pass
    database.dispose()
    other.dispose()


def test_of_two_that_begin_at_once_the_second_takes_the_first_ones_key(
    database_url: str, file: Path, tmp_path: Path
) -> None:
    first, second = opened(database_url, file), opened(database_url, tmp_path / "second.keys")
    assert not second._look_at_keys()  # it has seen that there is none
    note(first)
    with pytest.raises(WrongKeys, match="from the machine that made it"):
        second._begin_keys()
    same = opened(database_url, file)
    assert same._look_at_keys()
    for each in (first, second, same):
        each.dispose()


@pytest.mark.parametrize(
    ("text_", "mode", "sentence"),
    [
        ("[[key]", 0o600, "is damaged"),
        ('[[key]]\nid = "0"\nmade = 2026-11-23T09:00:00Z\nsecret = "AAAA"', 0o600, "is damaged"),
        ("key = 5", 0o600, "is damaged"),
        ("", 0o604, "can be read by everybody on this machine: chmod 600"),
    ],
)
def test_a_faulty_file_is_one_sentence_that_quotes_nothing(
    file: Path, text_: str, mode: int, sentence: str
) -> None:
    file.write_text(text_, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(WrongKeys, match=sentence) as refusal:
        KeyFile(file).read()
    assert "AAAA" not in str(refusal.value)


def test_a_file_that_cannot_be_written_is_one_sentence(database_url: str, tmp_path: Path) -> None:
    database = opened(database_url, tmp_path / "nowhere" / "challenge.keys")
    with pytest.raises(WrongKeys, match=r"cannot be written: no such file or directory\. CHALLENGE_KEYS"):
        note(database)
    with database.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM narrativekey")).scalar() == 0
    database.dispose()


def test_keys_are_added_and_taken_out_one_by_one(file: Path) -> None:
    keys = KeyFile(file)
    first, second = keys.make_key(), keys.make_key()
    assert [key.id for key in keys.read()] == [first, second]
    assert keys.make_key(only_first=True) == second
    assert keys.remove_key(first)
    assert not keys.remove_key(first)
    assert [key.id for key in keys.read()] == [second]
    assert [path.name for path in file.parent.iterdir()] == [file.name]
