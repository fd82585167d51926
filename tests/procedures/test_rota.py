"""Rotas: fair by count, then by longest ago; whoever is away or involved is passed over (NC-2, CT-10)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procedures.rota import LeftOut, Member, joins_with, order, turns

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANN, BEA, CEM, DEV = "ann@example.org", "bea@example.org", "cem@example.org", "dev@example.org"


def on(day: int) -> datetime:
    return BEGINNING + timedelta(days=day)


class Pool:
    """A rota that is lived through, turn by turn."""

    def __init__(self, *emails: str) -> None:
        self.members = {email: Member(email) for email in emails}
        self.day = 0

    def next(
        self, take: int = 1, away: frozenset[str] = frozenset(), involved: frozenset[str] = frozenset()
    ) -> list[str]:
        self.day += 1
        got = turns(order(self.members.values(), away=away, involved=involved), take)
        for email in got:
            before = self.members[email]
            self.members[email] = replace(before, taken=before.taken + 1, last=on(self.day))
        return got

    def joins(self, email: str, away: frozenset[str] = frozenset()) -> None:
        self.members[email] = Member(email, joins_with(self.members.values(), away))


def test_nc_2_a_rota_of_three_goes_round() -> None:
    pool = Pool(CEM, ANN, BEA)
    assert [pool.next()[0] for _ in range(7)] == [ANN, BEA, CEM, ANN, BEA, CEM, ANN]


def test_the_fewest_turns_come_before_the_longest_ago() -> None:
    members = [Member(ANN, taken=2, last=on(1)), Member(BEA, taken=1, last=on(9))]
    assert turns(order(members), 1) == [BEA]


def test_of_as_many_turns_the_longest_ago_comes_first_and_before_it_who_never_had_one() -> None:
    members = [Member(ANN, taken=2, last=on(8)), Member(BEA, taken=2, last=on(3)), Member(CEM, begins=2)]
    assert turns(order(members), 3) == [CEM, BEA, ANN]


def test_who_is_away_is_passed_over_and_comes_first_when_back() -> None:
    pool = Pool(ANN, BEA, CEM)
    away = frozenset([ANN])
    assert [pool.next(away=away)[0] for _ in range(2)] == [BEA, CEM]
    assert pool.next() == [ANN]


def test_who_is_involved_in_the_case_is_passed_over_this_time() -> None:
    pool = Pool(ANN, BEA)
    assert pool.next(involved=frozenset([ANN])) == [BEA]
    assert pool.next() == [ANN]


def test_the_list_says_why_somebody_is_left_out() -> None:
    places = order(
        [Member(email) for email in (ANN, BEA, CEM, DEV)], away=[ANN, BEA], involved=[BEA], has_it=[CEM]
    )
    assert [(each.member.email, each.left_out) for each in places] == [
        (DEV, None),
        (ANN, LeftOut.away),
        (BEA, LeftOut.involved),
        (CEM, LeftOut.has_it),
    ]


def test_nobody_is_taken_when_everybody_is_away_or_involved() -> None:
    assert turns(order([Member(ANN), Member(BEA)], away=[ANN], involved=[BEA]), 2) == []


def test_a_newcomer_begins_with_the_lowest_count_of_the_others_and_is_not_flooded() -> None:
    pool = Pool(ANN, BEA)
    for _ in range(10):
        pool.next()
    pool.joins(CEM)
    assert pool.members[CEM].begins == 5
    assert Counter(pool.next()[0] for _ in range(6)) == {ANN: 2, BEA: 2, CEM: 2}


def test_somebody_long_away_does_not_lower_a_newcomers_count() -> None:
    pool = Pool(ANN, BEA)
    for _ in range(6):
        pool.next(away=frozenset([BEA]))
    pool.joins(CEM, away=frozenset([BEA]))
    assert pool.members[CEM].begins == 6
    assert joins_with([Member(BEA, taken=1)], away=[BEA]) == 1, "Where everybody is away they say it."
    assert joins_with([]) == 0


PEOPLE = [f"p{number}@example.org" for number in range(6)]
some_people = st.frozensets(st.sampled_from(PEOPLE))


@given(
    always=st.sets(st.sampled_from(PEOPLE), min_size=1),
    days=st.lists(st.tuples(some_people, some_people, st.integers(1, 3)), max_size=40),
)
def test_those_who_are_always_there_never_differ_by_more_than_one(
    always: set[str], days: list[tuple[frozenset[str], frozenset[str], int]]
) -> None:
    """Whatever happens to the others, and however many are taken at a time."""
    pool = Pool(*PEOPLE)
    for away, involved, take in days:
        pool.next(take, away - always, involved - always)
        counts = [pool.members[email].taken for email in always]
        assert max(counts) - min(counts) <= 1


@given(
    start=st.integers(1, 3),
    joining=st.lists(st.booleans(), max_size=30),
)
def test_those_who_join_together_stay_together(start: int, joining: list[bool]) -> None:
    """Newcomers come in between turns; nobody is ever more than one turn ahead of another who is there."""
    pool, waiting = Pool(*PEOPLE[:start]), PEOPLE[start:]
    for somebody_joins in joining:
        if somebody_joins and waiting:
            pool.joins(waiting.pop())
        pool.next()
        counts = [member.count for member in pool.members.values()]
        assert max(counts) - min(counts) <= 1


members_of_a_rota = st.lists(
    st.builds(
        Member,
        st.sampled_from(PEOPLE),
        st.integers(0, 3),
        st.integers(0, 3),
        st.none() | st.integers(0, 5).map(on),
    ),
    unique_by=lambda member: member.email,
)


@given(
    members=members_of_a_rota, away=some_people, involved=some_people, take=st.integers(1, 5), data=st.data()
)
def test_every_replica_decides_the_same_and_never_takes_who_is_left_out(
    members: list[Member], away: frozenset[str], involved: frozenset[str], take: int, data: st.DataObject
) -> None:
    places = order(members, away=away, involved=involved)
    shuffled = data.draw(st.permutations(members))
    assert order(shuffled, away=away, involved=involved) == places
    got = turns(places, take)
    assert not set(got) & (away | involved)
    there = [member for member in members if member.email not in away | involved]
    assert len(got) == min(take, len(there)), "Nobody is left out without a reason."
    assert sorted(each.member.email for each in places) == sorted(each.email for each in members)
    for place in places:
        assert (place.left_out is not None) == (place.member.email in away | involved)
