"""Private concerns in their own tables, on both databases: their own numbers, their readers, one entry after another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from procedures.private_concern import ASKED, RAISER, THEN, WITH, Kind, Status
from storage import challenges, concerns, outbox, postings
from storage.concerns import Entry, Reader
from storage.database import Database
from storage.outbox import Note
from storage.postings import Place
from storage.tables import Posting, PrivateConcern, PrivateConcernEntry, PrivateConcernReader
from tests.storage.conftest import NINE

ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
LATER = NINE + timedelta(hours=1)


def raised(database: Database, *, about: str = BEN) -> int:
    """Ada raises a private concern about Ben, and Cem is asked."""
    with database.write() as session:
        number = concerns.create(
            session, procedure="p", version="1", unit="keighley", raiser=ADA, about=about, at=NINE
        )
        entry = Entry(1, 1, Kind.raised, ADA, NINE, {"concern": "He was curt."})
        concerns.add_entry(session, number, entry, status=Status.open, level=1)
        concerns.add_readers(session, number, ASKED, [CEM])
    return number


def test_it_has_numbers_of_its_own_and_no_place_for_a_case(staffed: Database) -> None:
    assert [raised(staffed), raised(staffed)] == [1, 2]
    with staffed.read() as session:
        found = concerns.load(session, 1)
        assert found is not None
        assert found.head.reference == "PC-1"
        assert challenges.open_ids(session) == [1001]
    for model in (PrivateConcern, PrivateConcernEntry, PrivateConcernReader):
        assert not [name for name in model.model_fields if "case" in name or "challenge" in name]


def test_what_is_stored_comes_back(staffed: Database) -> None:
    number = raised(staffed)
    with staffed.write() as session:
        concerns.add_readers(session, number, ASKED, [CEM])  # once more: nothing changes
        entry = Entry(2, 2, Kind.taken_further, ADA, LATER, {"unresolved": "All of it."})
        concerns.add_entry(session, number, entry, status=Status.open, level=2)
    with staffed.read() as session:
        found = concerns.load(session, number)
        assert found is not None
        assert found.readers == (Reader(ASKED, CEM),)
        assert found.entries == (
            Entry(1, 1, Kind.raised, ADA, NINE, {"concern": "He was curt."}),
            Entry(2, 2, Kind.taken_further, ADA, LATER, {"unresolved": "All of it."}),
        )
        assert (found.status, found.head.level, found.head.revision) == (Status.open, 2, 2)
        assert concerns.load(session, 99) is None


def test_its_end_is_dated_and_it_is_open_no_longer(staffed: Database) -> None:
    number = raised(staffed)
    with staffed.write() as session:
        assert concerns.open_ids(session) == [number]
        entry = Entry(2, 2, Kind.concluded, CEM, LATER, {"outcome": "Settled."})
        concerns.add_entry(session, number, entry, status=Status.closed, level=2)
        assert concerns.open_ids(session) == []
        found = concerns.load(session, number, for_change=True)
        assert found is not None
        assert found.head.closed_at == LATER


def test_two_entries_cannot_have_one_number(staffed: Database) -> None:
    number = raised(staffed)
    again = Entry(1, 1, Kind.noted, CEM, LATER, {"text": "x"})
    with pytest.raises(IntegrityError), staffed.write() as session:
        concerns.add_entry(session, number, again, status=Status.open, level=1)


def test_whom_it_is_about_never_has_a_part_whatever_is_stored(staffed: Database) -> None:
    number = raised(staffed)
    with staffed.write() as session:
        concerns.add_readers(session, number, WITH, [BEN])
        found = concerns.load(session, number)
        assert found is not None
        assert found.people(RAISER, ASKED, WITH, THEN) == [ADA, CEM]
        assert concerns.concerning(session, ADA) == [number]
        assert concerns.concerning(session, CEM) == [number]
        assert concerns.concerning(session, BEN) == []


def test_ones_own_come_with_the_newest_first(staffed: Database) -> None:
    numbers = [raised(staffed) for _ in range(4)]
    with staffed.read() as session:
        assert concerns.concerning(session, ADA) == numbers[::-1]
        assert concerns.concerning(session, ADA, limit=2) == numbers[:1:-1]


def note(key: str) -> Note:
    return Note(key, ADA, "concern_still", NINE, NINE)


def test_messages_are_called_off_by_their_keys(staffed: Database) -> None:
    with staffed.write() as session:
        outbox.put(session, [note("PC-1:a"), note("PC-1:b"), note("PC-12:a")])
        assert outbox.cancel_keys(session, ["PC-1:a", "PC-1:b", "PC-1:nothing"]) == 2
        assert outbox.cancel_keys(session, ["PC-1:a"]) == 0
        assert outbox.cancel_keys(session, []) == 0
        assert [row.key for row in outbox.waiting_for(session, ADA)] == ["PC-12:a"]


def test_all_messages_of_one_matter_and_of_no_other_are_redrawn(staffed: Database) -> None:
    keys = ("PC-1:a", "PC-1:b", "PC-12:a", "CH-1:a")
    with staffed.write() as session:
        for key in keys:
            session.add(
                Posting(
                    key=key,
                    email=ADA,
                    platform="slack",
                    channel="D1",
                    message=key,
                    notice="concern_asked",
                    body={},
                )
            )
    with staffed.write() as session:
        assert postings.mark_prefix_stale(session, "PC-1:") == 2
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["PC-1:a", "PC-1:b"]


def test_what_is_being_sent_meanwhile_is_redrawn_too(staffed: Database) -> None:
    with staffed.write() as session:
        outbox.put(session, [note("PC-1:a")])
    (claimed,) = outbox.claim(staffed, worker="w", now=NINE, lease=timedelta(minutes=1))
    with staffed.write() as session:
        postings.mark_prefix_stale(session, "PC-1:")
        assert outbox.sent(session, claimed, at=NINE, posting=Place("slack", "D1", "1"))
    assert [posted.key for posted in postings.take_stale(staffed, NINE)] == ["PC-1:a"]
