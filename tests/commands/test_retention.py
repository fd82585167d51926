"""Six years after it was closed a record goes, unless the case is held; what is left says only that it was there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from commands import retention, rounds
from commands.desk import Desk
from commands.leads import Notice
from commands.notices import compose
from commands.reception import Reception
from commands.retention import years_later
from procedures.authority import Retention
from storage import allocations, audit, outbox, people, postings
from storage import retention as stored
from storage.allocations import Pool
from storage.database import Database
from storage.outbox import Note
from storage.postings import Place
from storage.statements import table
from storage.tables import SecondOpinion
from storage.tables_besides import Allocation, PatternTold, RotaMember
from tests.commands import private
from tests.commands.conftest import MONDAY, RAISED, Council, said

CASE = "LCS-730915"
NARRATIVE = "Quixotic-Badger"
YEARS = Retention(closed_years=6, private_concern_years=3)


@pytest.fixture
def council(database_url: str) -> Iterator[Council]:
    """The council on both databases, with a retention schedule."""
    database = Database(database_url)
    database.migrate()
    made = Council(database)
    with database.write() as session:
        people.apply_people(session, made.rows, at=MONDAY)
    keeps(made, YEARS)
    yield made
    database.dispose()


def keeps(council: Council, rule: Retention) -> None:
    """The authority says how long records are kept."""
    authority = council.office.authority.model_copy(update={"retention": rule})
    council.office = replace(council.office, authority=authority)
    council.reception = Reception(council.office)


def closed(council: Council, case: str = CASE) -> str:
    """A challenge about a case that was raised, talked about in chats, and withdrawn."""
    reference = council.raises(case_reference=case, concern=f"{NARRATIVE} was not seen.")
    said_to_everybody(council)
    council.does("hannah", "withdraw", reference, reason=f"{NARRATIVE} was seen after all.")
    said_to_everybody(council)
    return reference


def said_to_everybody(council: Council) -> None:
    """Everything that waits is sent, and stands in chats."""
    office = council.office
    now = office.hours.next_open(council.clock.now())
    while rows := outbox.claim(
        office.database,
        worker="test",
        now=now,
        lease=office.hours.at(date(2027, 1, 1), office.authority.digest_at) - MONDAY,
    ):
        with office.database.write() as session:
            for row in rows:
                outbox.sent(session, row, at=now, posting=Place("slack", "D1", row.key))


def everything(council: Council) -> str:
    """All that the database holds, every value of every row, opened: what a dump has, and what is sealed in it."""
    with council.office.database.read() as session:
        return "\n".join(
            str(tuple(row))
            for rows in SQLModel.metadata.sorted_tables
            for row in session.connection().execute(select(rows))
        )


def due(council: Council) -> list[tuple[str, bool]]:
    with council.office.database.read() as session:
        found = retention.due(council.office, session, council.clock.now())
    return [(each.record.reference, each.held) for each in found]


def delete(council: Council) -> list[str]:
    return [each.record.reference for each in retention.delete_due(council.office, by="records")]


def six_years_later(council: Council) -> None:
    council.clock.set(datetime(2032, 11, 23, 20, 0, tzinfo=UTC))


def test_what_was_closed_goes_after_its_years_and_not_a_day_before(council: Council) -> None:
    reference, still_open = closed(council), council.raises(case_reference="LCS-204815")
    council.clock.set(datetime(2032, 11, 22, 20, 0, tzinfo=UTC))
    assert due(council) == []
    six_years_later(council)
    assert due(council) == [(reference, False)]
    before = everything(council)
    assert CASE in before
    assert NARRATIVE in before
    assert delete(council) == [reference]
    left = everything(council)
    assert CASE not in left
    assert NARRATIVE not in left
    assert "LCS-204815" in left
    with council.office.database.read() as session:
        assert audit.verify(session) is None
        assert stored.tombstone(session, reference) == council.clock.now()
        assert stored.case_of(session, 1002) == "LCS-204815"
        for name, rows in SQLModel.metadata.tables.items():
            for key in rows.foreign_keys:
                if key.column.table.name == "challenge":
                    query = f'SELECT count(*) FROM "{name}" WHERE {key.parent.name} = 1001'  # noqa: S608
                    assert session.connection().execute(text(query)).scalar() == 0, name
    assert due(council) == []
    assert still_open == "CH-1002"


def test_the_messages_in_chats_say_that_it_was_deleted(council: Council) -> None:
    reference = closed(council)
    six_years_later(council)
    delete(council)
    stale = postings.take_stale(council.office.database, council.clock.now())
    assert stale
    assert {(each.notice, each.challenge_id, each.body["what"]) for each in stale} == {
        ("deleted", None, reference)
    }
    with council.office.database.read() as session:
        person = people.person(session, stale[0].email)
        assert person is not None
        notice = Notice(stale[0].key, person.email, "deleted", None, None, stale[0].body, council.clock.now())
        card = compose(Desk(council.office, session, person), notice, redraw=True)
    assert card is not None
    assert said(card).splitlines() == [
        reference,
        "This record was deleted under the retention schedule.",
    ]


def test_what_is_held_stays_until_it_is_released(council: Council) -> None:
    reference = closed(council)
    six_years_later(council)
    now = council.clock.now()
    with council.office.database.write() as session:
        assert stored.hold(session, CASE, reason="Letter of the court", by="records", at=now)
        assert not stored.hold(session, CASE, reason="again", by="records", at=now)
        assert [(each.case_reference, each.reason) for each in stored.holds(session)] == [
            (CASE, "Letter of the court")
        ]
    assert due(council) == [(reference, True)]
    assert delete(council) == []
    with council.office.database.write() as session:
        assert stored.release(session, CASE, reason="The case was decided", by="records", at=now)
        assert not stored.release(session, CASE, reason="again", by="records", at=now)
    assert delete(council) == [reference]
    assert CASE not in everything(council)  # the hold itself is forgotten with the case
    with council.office.database.read() as session:
        assert audit.verify(session) is None


def test_a_hold_that_comes_while_the_list_is_worked_through_holds(council: Council) -> None:
    closed(council)
    second = closed(council, "LCS-204815")
    six_years_later(council)
    deleting = retention.delete_due(council.office, by="records")
    next(deleting)
    with council.office.database.write() as session:
        stored.hold(session, "LCS-204815", reason="Letter of the court", by="records", at=council.clock.now())
    assert list(deleting) == []
    assert due(council) == [(second, True)]


def test_nothing_goes_without_the_authoritys_say(council: Council) -> None:
    closed(council)
    six_years_later(council)
    keeps(council, Retention())
    assert due(council) == []
    procedure = council.office.library.in_use[0].id
    keeps(council, Retention(closed_years=1, procedures={procedure: 10}))
    assert due(council) == []
    keeps(council, Retention(procedures={procedure: 5}))
    assert due(council) == [("CH-1001", False)]


def test_a_private_concern_has_a_period_of_its_own(council: Council) -> None:
    reference = private.raises(council)
    private.does(council, "tom", "further", unresolved="He still decides alone.")
    private.does(council, "gareth", "outcome", outcome="A joint visit.")
    said_to_everybody(council)
    council.clock.set(datetime(2029, 11, 23, 20, 0, tzinfo=UTC))
    assert due(council) == [(reference, False)]
    assert delete(council) == [reference]
    with council.office.database.read() as session:
        assert audit.verify(session) is None
        assert stored.tombstone(session, reference) is not None
        for name in ("privateconcern", "privateconcernentry", "privateconcernreader", "outbox"):
            assert session.connection().execute(text(f'SELECT count(*) FROM "{name}"')).scalar() == 0  # noqa: S608
    stale = postings.take_stale(council.office.database, council.clock.now())
    assert {(each.notice, each.body["what"]) for each in stale} == {("deleted", reference)}


def test_the_program_deletes_by_itself_only_where_the_authority_says_so(council: Council) -> None:
    closed(council)
    six_years_later(council)
    rounds.go(council.office)
    assert due(council) == [("CH-1001", False)]
    keeps(council, YEARS.model_copy(update={"automatic": True}))
    rounds.go(council.office)
    assert due(council) == []


def test_not_a_byte_is_left_in_the_file(council: Council, tmp_path: Path) -> None:
    closed(council)
    six_years_later(council)
    assert delete(council) == ["CH-1001"]
    council.office.database.compact()
    for file in tmp_path.glob("challenge.db*"):
        kept = file.read_bytes()
        assert CASE.encode() not in kept, file.name
        assert NARRATIVE.encode() not in kept


@pytest.mark.parametrize(
    ("day", "years", "due_on"),
    [
        (date(2026, 11, 23), 6, date(2032, 11, 23)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2028, 2, 29), 1, date(2029, 3, 1)),
    ],
)
def test_years_are_counted_by_the_calendar(day: date, years: int, due_on: date) -> None:
    assert years_later(day, years) == due_on


def test_a_trigger_that_has_fired_for_a_plan_still_listed_does_not_fire_again(council: Council) -> None:
    reference = closed(council)
    with council.office.database.write() as session:
        for start, gone in (("2026-01-05", None), ("2024-01-05", "2026-01-01 00:00:00+00:00")):
            session.connection().execute(
                text(
                    "INSERT INTO plan (case_reference, plan_start, unit, review_dates, status, since, first_seen, gone_at) "
                    "VALUES (:case, :start, 'east-1', '[]', 'child_protection', :start, '2026-01-05 00:00:00+00:00', :gone)"
                ),
                {"case": CASE, "start": start, "gone": gone},
            )
            session.connection().execute(
                text(
                    "INSERT INTO firing (procedure, trigger, case_reference, plan_start, occurrence, day, challenge_id, at) "
                    "VALUES ('p', 't', :case, :start, 'first', :start, 1001, '2026-01-05 00:00:00+00:00')"
                ),
                {"case": CASE, "start": start},
            )
    six_years_later(council)
    assert delete(council) == [reference]
    with council.office.database.read() as session:
        plans = session.connection().execute(text("SELECT plan_start FROM plan")).scalars().all()
        fired = session.connection().execute(text("SELECT plan_start, challenge_id FROM firing")).all()
    assert [str(each) for each in plans] == ["2026-01-05"]
    assert [(str(day), number) for day, number in fired] == [("2026-01-05", None)]
    assert RAISED["case_reference"] != CASE


def test_second_opinions_turns_and_patterns_go_with_it_and_nobody_is_asked_twice(council: Council) -> None:
    reference = closed(council)
    hannah, priya = council.row("hannah").email, council.row("priya").email
    pool: dict[str, Any] = {"procedure": "bradford", "role": "chair", "unit": "east-1", "email": priya}
    with council.office.database.write() as session:
        draft = {"context": {}, "values": {"case_reference": CASE, "concern": NARRATIVE}}
        session.add(
            SecondOpinion(asker=hannah, asked=priya, asked_at=MONDAY, draft=draft, answer=f"{NARRATIVE}!")
        )
        session.flush()
        note = Note("opinion:1:asked:x", priya, "opinion_asked", MONDAY, MONDAY, body={"opinion": 1})
        outbox.put(session, [note])
        session.add(RotaMember(**pool, begins=2, joined_at=MONDAY))
        session.add(Allocation(**pool, challenge_id=1001, stage_number=1, how="turn", at=MONDAY))
        for number, challenges in enumerate(([1001], [1001, 1002])):
            session.add(
                PatternTold(
                    procedure="bradford",
                    pattern=f"p{number}",
                    answer="absent",
                    period=1,
                    first=MONDAY.date(),
                    last=MONDAY.date(),
                    challenges=challenges,
                    told=[hannah],
                    told_at=MONDAY,
                )
            )
    said_to_everybody(council)
    six_years_later(council)
    assert [each for each, _ in due(council)] == [reference, "opinion 1"]
    assert delete(council) == [reference, "opinion 1"]
    left = everything(council)
    assert CASE not in left
    assert NARRATIVE not in left
    with council.office.database.read() as session:
        members = allocations.members(session, Pool("bradford", "chair", "east-1"))
        assert (members[priya].begins, members[priya].taken) == (3, 0)
        told = session.connection().execute(select(table(PatternTold).c.challenges)).scalars().all()
        assert told == [[1002]]
    stale = postings.take_stale(council.office.database, council.clock.now())
    assert {each.body["what"] for each in stale} == {reference, "A second opinion"}
