"""Turns as they are stored: who is in a pool with which count, who holds a part, who is involved in a case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from procedures.rota import Member, order, turns
from storage import allocations, challenges, memory, procedure_texts, swaps
from storage.allocations import Pool
from storage.challenges import Party
from storage.database import Database
from tests.storage.conftest import NINE

POOL = Pool("bradford", "facilitator", "keighley")
ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
LATER = NINE + timedelta(days=1)


def give(
    session: Session, *emails: str, how: str = "turn", challenge: int = 1001, role: str = "facilitator"
) -> None:
    pool = Pool("bradford", role, "keighley")
    allocations.give(session, pool, emails, challenge_id=challenge, stage_number=1, how=how, at=LATER)


def another(session: Session, case: str, raiser: str = ADA) -> int:
    """One more challenge."""
    where = {"procedure": "bradford", "version": "1", "unit": "keighley", "stage": "stage-1"}
    return challenges.create(session, case_reference=case, raiser=raiser, at=NINE, **where)


def test_members_have_their_count_and_their_latest_turn(staffed: Database) -> None:
    with staffed.write() as session:
        allocations.set_members(session, POOL, joining={ADA: 0, BEN: 4}, leaving=[], at=NINE)
        give(session, ADA)
        assert allocations.members(session, POOL) == {
            ADA: Member(ADA, 0, 1, LATER),
            BEN: Member(BEN, 4, 0, None),
        }
        assert allocations.members(session, Pool("bradford", "facilitator", "shipley")) == {}
        allocations.set_members(session, POOL, joining={CEM: 1}, leaving=[BEN], at=LATER)
        assert sorted(allocations.members(session, POOL)) == [ADA, CEM]


def test_what_was_given_before_somebody_joined_is_not_counted(staffed: Database) -> None:
    with staffed.write() as session:
        give(session, ADA)
        allocations.set_members(session, POOL, joining={ADA: 2}, leaving=[], at=LATER + timedelta(days=9))
        assert allocations.members(session, POOL)[ADA].count == 2


def test_a_part_that_passed_on_is_counted_for_who_has_it(staffed: Database) -> None:
    with staffed.write() as session:
        allocations.set_members(session, POOL, joining={ADA: 0, BEN: 0}, leaving=[], at=NINE)
        give(session, ADA)
        assert allocations.held(session, 1001, "facilitator") == [ADA]
        assert allocations.end(session, 1001, "facilitator", ADA, LATER)
        assert not allocations.end(session, 1001, "facilitator", ADA, LATER)
        give(session, BEN, how="named")
        allocations.mark(session, 1001, "facilitator", BEN, "swapped")
        assert allocations.held(session, 1001, "facilitator") == [BEN]
        assert {email: each.taken for email, each in allocations.members(session, POOL).items()} == {
            ADA: 0,
            BEN: 1,
        }
        rows = allocations.history(session, POOL, 5)
        assert [(row.email, row.how, row.ended_at) for row in rows] == [
            (BEN, "swapped", None),
            (ADA, "turn", LATER),
        ]
        assert allocations.challenges_held(session, BEN) == [(1001, "facilitator")]
        assert allocations.challenges_held(session, ADA) == []


def test_the_database_refuses_the_same_part_twice(staffed: Database) -> None:
    with staffed.write() as session:
        give(session, ADA)
    with pytest.raises(IntegrityError), staffed.write() as session:
        give(session, ADA)
    with staffed.write() as session:
        allocations.end(session, 1001, "facilitator", ADA, LATER)
        give(session, ADA)  # she has it again


def test_who_is_involved_in_a_case(staffed: Database) -> None:
    with staffed.write() as session:
        other, same = another(session, "LCS-999999", BEN), another(session, "LCS-204518", BEN)
        challenges.add_parties(session, 1001, [Party(1, "asked", "facilitator", CEM)])
        challenges.add_parties(session, other, [Party(1, "asked", "manager", CEM)])
        this = "LCS-204518"
        assert allocations.involved(session, this, but=(1001, "facilitator")) == {ADA, BEN}
        assert allocations.involved(session, this, but=(same, "facilitator")) == {ADA, BEN, CEM}
        assert allocations.involved(session, "LCS-999999", but=(1001, "facilitator")) == {BEN, CEM}


def test_turns_given_at_the_same_moment_are_given_one_after_the_other(staffed: Database) -> None:
    with staffed.write() as session:
        allocations.set_members(session, POOL, joining={ADA: 0, BEN: 0, CEM: 0}, leaving=[], at=NINE)
        numbers = [another(session, f"LCS-20000{n}") for n in range(6)]

    def turn(number: int) -> None:
        with staffed.write() as session:
            allocations.take_turns(session)
            found = turns(order(allocations.members(session, POOL).values()), 1)
            give(session, *found, challenge=number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(turn, numbers))
    with staffed.read() as session:
        assert {each.taken for each in allocations.members(session, POOL).values()} == {2}


def test_one_question_stands_open_for_a_part(staffed: Database) -> None:
    about = {"challenge_id": 1001, "role": "facilitator", "asker": ADA, "at": NINE, "expires_at": LATER}
    with staffed.write() as session:
        give(session, ADA)
        first = swaps.ask(session, asked=BEN, **about)  # type: ignore[arg-type]
        assert swaps.open_for(session, 1001, "facilitator", ADA) == first == swaps.find(session, first.id)
        assert swaps.next_expiry(session) == LATER
    with pytest.raises(IntegrityError), staffed.write() as session:
        swaps.ask(session, asked=CEM, **about)  # type: ignore[arg-type]
    with staffed.write() as session:
        assert swaps.over(session, NINE) == []
        assert swaps.over(session, LATER) == [first]
        assert swaps.end(session, first.id, "declined", NINE)
        assert not swaps.end(session, first.id, "accepted", NINE)
        assert swaps.next_expiry(session) is None
        second = swaps.ask(session, asked=CEM, **about)  # type: ignore[arg-type]
        allocations.end(session, 1001, "facilitator", ADA, NINE)
        assert swaps.over(session, NINE) == [second], "The part is not hers any more."


def test_a_fact_is_remembered_by_whoever_comes_last(database: Database) -> None:
    def remember(n: int) -> None:
        with database.write() as session:
            memory.remember(session, "fact", str(n))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(remember, range(4)))
    with database.write() as session:
        assert memory.recall(session, "fact") in ("0", "1", "2", "3")
        memory.remember(session, "fact", "last")
        assert memory.recall(session, "fact") == "last"
        assert memory.recall(session, "another") is None


def test_two_may_be_the_first_to_begin_under_a_procedure(database: Database) -> None:
    def keep(n: int) -> None:
        with database.write() as session:
            procedure_texts.keep_procedure(session, "bradford", "1", "its text")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(4)))
    with database.read() as session:
        assert procedure_texts.procedure_text(session, "bradford", "1") == "its text"
