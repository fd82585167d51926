"""What people wrote is not to be read in the database itself, and comes back as it was written."""

from __future__ import annotations

import pytest
from pydantic import SecretBytes
from sqlalchemy import insert, select, text
from sqlmodel import Session, SQLModel

import storage.plan_tables
import storage.records_tables
import storage.tables_besides  # noqa: F401  (their tables are the metadata)
from storage import narrative
from storage.database import Database
from storage.narrative import Keyring, Narrative, UnknownKey, Unreadable
from storage.prepared import Prepared
from storage.statements import link, table
from storage.tables import Entry, SecondOpinion
from tests.storage.conftest import NINE

PLACE = b"entry.body"
WORDS = "Billie was not seen at home, Straße 5."
_ENTRY = table(Entry)
_FIND = select(_ENTRY.c.body).where(_ENTRY.c.challenge_id == 1001)


def ring(*keys: str) -> Keyring:
    """A keyring with these keys; the last of them seals."""
    made = Keyring()
    for key_id in keys:
        made.add(key_id, SecretBytes(bytes.fromhex(key_id) * 8))
        made.seal_with(key_id)
    return made


def write(session: Session, words: str) -> None:
    row = {"challenge_id": 1001, "number": 1, "stage_number": 1, "kind": "note", "by": "ada@example.org"}
    link(session).execute(insert(_ENTRY).values(**row, at=NINE, body={"text": words}))


def test_what_is_sealed_comes_back_and_says_nothing(staffed: Database) -> None:
    with staffed.write() as session:
        write(session, WORDS)
    with staffed.read() as session:
        [(kept,)] = session.connection().execute(text("SELECT body FROM entry"))
        assert b"Billie" not in bytes(kept)
        assert session.connection().execute(_FIND).scalar() == {"text": WORDS}
        assert Prepared(_FIND).rows(session) == [({"text": WORDS},)]


def test_the_same_words_are_never_sealed_alike() -> None:
    keys = ring("00000001")
    assert len({keys.seal(b"the same", PLACE) for _ in range(1000)}) == 1000


def test_every_changed_byte_is_noticed_and_so_is_another_column() -> None:
    keys = ring("00000001")
    sealed = keys.seal(WORDS.encode(), PLACE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises((Unreadable, UnknownKey)):
            keys.open(bytes(changed), PLACE)
    for length in range(len(sealed)):
        with pytest.raises((Unreadable, UnknownKey)):
            keys.open(sealed[:length], PLACE)
    with pytest.raises(Unreadable, match=r"^Something in audit\.body of the database was changed"):
        keys.open(sealed, b"audit.body")
    assert keys.open(sealed, PLACE) == WORDS.encode()


def test_a_former_key_still_opens_what_it_sealed() -> None:
    sealed = ring("00000001").seal(b"old", PLACE)
    both = ring("00000001", "00000002")
    assert both.open(sealed, PLACE) == b"old"
    assert both.seal(b"new", PLACE)[1:5] == bytes.fromhex("00000002")
    with pytest.raises(UnknownKey, match="key 00000001, which this program does not have"):
        ring("00000002").open(sealed, PLACE)


def test_a_key_that_is_not_known_is_asked_for_once_more() -> None:
    asked = []

    def learn() -> None:
        asked.append(1)
        late.add("00000001", SecretBytes(bytes.fromhex("00000001") * 8))

    late = Keyring(learn)
    assert late.open(ring("00000001").seal(b"x", PLACE), PLACE) == b"x"
    assert asked == [1]


def test_no_key_is_in_what_is_shown_of_a_keyring() -> None:
    keys = Keyring()
    keys.add("00000001", SecretBytes(b"not to be seen by anybody at all"))
    shown = f"{keys!r} {keys} {vars(keys)}"
    assert "seen by" not in shown
    assert str(keys) == "Keyring(1 keys)"


def test_every_database_has_the_keys_of_its_own(staffed: Database, database_url: str) -> None:
    with staffed.write() as session:
        write(session, WORDS)
    other = Database(database_url)
    narrative.give(other._engine, ring("00000009"))
    narrative.give(other._reader, ring("00000009"))
    with other.read() as session, pytest.raises(UnknownKey):
        Prepared(_FIND).rows(session)
    with staffed.read() as session:
        assert Prepared(_FIND).rows(session) == [({"text": WORDS},)]
    other.dispose()


def test_what_is_empty_stays_empty(staffed: Database) -> None:
    with staffed.write() as session:
        session.add(SecondOpinion(asker="ada@example.org", asked="ben@example.org", asked_at=NINE, draft={}))
    with staffed.read() as session:
        row = session.get(SecondOpinion, 1)
        assert row is not None
        assert (row.draft, row.answer) == ({}, None)


def test_every_sealed_column_is_sealed_for_its_own_place() -> None:
    places = {
        f"{each.name}.{column.name}": column.type.place
        for each in SQLModel.metadata.sorted_tables
        for column in each.columns
        if isinstance(column.type, Narrative)
    }
    assert len(places) >= 8
    assert {name: place for name, place in places.items() if name != place} == {}
