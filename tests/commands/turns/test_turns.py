"""Parts are given in turn when a stage opens; who has one keeps it; where nobody can take it, somebody is told (NC-2, CT-10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from commands.vocabulary import Say
from procedures.plans import PlanRow, PlanStatus
from procedures.steps import Escalated, Reassigned
from storage import allocations, plans
from storage.allocations import Pool
from storage.database import Database
from tests.commands.conftest import said
from tests.commands.turns.council import PEOPLE, WEST_LEAD, Council

FACILITATORS = Pool("sessions", "facilitator", "childrens-services")


def counts(council: Council) -> dict[str, int]:
    """How many turns each facilitator is counted with."""
    with council.office.database.read() as session:
        found = allocations.members(session, FACILITATORS)
    return {email.split("@")[0]: member.count for email, member in found.items()}


def cases(n: int) -> list[str]:
    return [f"LCS-{204000 + number}" for number in range(n)]


def test_nc_2_the_facilitator_comes_from_the_rota_of_three(council: Council) -> None:
    led = [council.having(council.begins(case=case), "facilitator") for case in cases(4)]
    assert led == [["ann"], ["bea"], ["cem"], ["ann"]]
    assert counts(council) == {"ann": 2, "bea": 1, "cem": 1}


def test_nc_2_who_is_away_is_passed_over_and_comes_first_when_back(council: Council) -> None:
    council.away("ann")
    assert [council.having(council.begins(case=case), "facilitator") for case in cases(2)] == [
        ["bea"],
        ["cem"],
    ]
    council.wait(14)
    assert council.having(council.begins(case="LCS-204900"), "facilitator") == ["ann"]


def test_ct_10_who_had_a_part_in_the_same_case_is_passed_over(council: Council) -> None:
    first = council.begins(case="LCS-204815")
    assert council.having(first, "facilitator") == ["ann"]
    for case in cases(2):
        council.begins(case=case)
    again = council.begins(case="LCS-204815")
    assert council.having(again, "facilitator") == ["bea"], "It would have been Ann's turn."
    assert council.having(council.begins(case="LCS-204900"), "facilitator") == ["ann"]


def test_ct_10_who_works_with_the_child_is_passed_over(council: Council) -> None:
    plan = PlanRow(
        "LCS-204815",
        "east-1",
        date(2026, 9, 1),
        (),
        "wes@barsetshire.example",
        "ann@barsetshire.example",
        PlanStatus.on_plan,
    )
    with council.office.database.write() as session:
        plans.take_in(session, [plan], council.office.today(council.clock.now()), council.clock.now())
    assert council.having(council.begins(case="LCS-204815"), "facilitator") == ["bea"]
    assert council.having(council.begins(case="LCS-204900"), "facilitator") == ["ann"]


def test_ct_10_the_same_facilitator_leads_before_and_after(council: Council) -> None:
    reference = council.begins()
    council.begins(case="LCS-204001")
    council.goes_on(reference)
    assert council.record(reference).standing.now.stage.id == "after"
    assert council.having(reference, "facilitator") == ["ann"]
    assert counts(council) == {"ann": 1, "bea": 1, "cem": 0}


def test_who_has_left_the_council_is_followed_by_whoever_is_next(council: Council) -> None:
    reference = council.begins()
    council.does("ann", "acknowledge", reference)
    council.leaves("ann")
    council.takes("rita", reference, Escalated(stage="after", outline="It was held."))
    assert council.having(reference, "facilitator") == ["bea"]


def test_a_role_that_takes_two_gets_two(council: Council) -> None:
    led = [sorted(council.having(council.begins(case=case), "lead")) for case in cases(3)]
    assert led == [["len", "liv"], ["len", "lou"], ["liv", "lou"]]


def test_each_unit_has_a_pool_of_its_own(council: Council) -> None:
    assert council.having(council.begins(unit="west-1"), "lead") == ["liam"]
    assert sorted(council.having(council.begins(unit="east-1", case="LCS-204001"), "lead")) == ["len", "liv"]


def test_where_too_few_are_there_that_is_told_at_once(council: Council) -> None:
    reference = council.begins(unit="west-1")
    words = (
        f"{reference} needs 2 people as practice lead, and only Liam Kerr can take the part: nobody else holds the role. "
        f"Give the part to somebody with /challenge reassign {reference}."
    )
    assert words in said(council.types("nadia", "problems"))


def test_where_everybody_is_away_or_involved_nobody_is_taken_and_people_are_told(council: Council) -> None:
    first = council.begins(case="LCS-204815")
    assert council.having(first, "facilitator") == ["ann"]
    for name in ("bea", "cem"):
        council.away(name)
    reference = council.begins(case="LCS-204815")
    assert council.having(reference, "facilitator") == []
    words = (
        f"{reference} needs the facilitator, and nobody can take the part: "
        "Bea Cole is away until Friday 4 December 2026; Cem Dogan is away until Friday 4 December 2026; "
        "Ann Lee works with the child, or has or had a part in a challenge about the same case. "
        f"Name somebody with /challenge name {reference}, or pass the part on with /challenge reassign {reference}."
    )
    assert words in said(council.types("nadia", "problems"))
    for name in ("nadia", "rita", "olga"):
        assert words in council.reads(name, "problem"), (
            "The administrator, the raiser and who may name somebody."
        )
    assert not council.notices("mia", "problem")


def test_where_nobody_holds_the_role_at_all_that_is_said_instead(council: Council) -> None:
    council.lists("".join(row for row in PEOPLE.splitlines(True) if ",facilitator," not in row))
    reference = council.begins()
    told = said(council.types("nadia", "problems"))
    assert (
        f"Nobody holds the role Facilitator for East safeguarding team 1 or above it, and {reference} needs it."
        in told
    )
    assert "nobody can take the part" not in told


def test_a_newcomer_is_not_given_every_turn(council: Council) -> None:
    for case in cases(6):
        council.begins(case=case)
    assert counts(council) == {"ann": 2, "bea": 2, "cem": 2}
    council.lists(
        PEOPLE + WEST_LEAD + "dev@barsetshire.example,Dev Rao,facilitator,childrens-services,U01DEV0001,\n"
    )
    led = [council.having(council.begins(case=f"LCS-20410{n}"), "facilitator")[0] for n in range(8)]
    assert led[0] == "dev", "Of as many turns, whoever never had one comes first."
    assert sorted(led) == ["ann", "ann", "bea", "bea", "cem", "cem", "dev", "dev"]
    assert counts(council) == {"ann": 4, "bea": 4, "cem": 4, "dev": 4}


def test_who_comes_back_to_the_pool_begins_anew(council: Council) -> None:
    council.begins(case="LCS-204815")
    council.lists((PEOPLE + WEST_LEAD).replace("Ann Lee,facilitator", "Ann Lee,worker"))
    for case in cases(6):
        council.begins(case=case)
    assert counts(council) == {"bea": 3, "cem": 3}
    council.wait(30)
    council.lists()
    council.begins(case="LCS-204901")
    assert counts(council) == {"ann": 4, "bea": 3, "cem": 3}


def test_a_part_that_is_passed_on_counts_for_who_has_it(council: Council) -> None:
    reference = council.begins()
    email = council.row("ann").email
    step = Reassigned(role="facilitator", leaves=email, joins=council.row("cem").email, reason="Ann is ill.")
    council.takes("rita", reference, step)
    assert counts(council) == {"ann": 0, "bea": 0, "cem": 1}
    with council.office.database.read() as session:
        rows = allocations.history(session, FACILITATORS, 10)
    assert [(row.email.split("@")[0], row.how, row.ended_at is None) for row in rows] == [
        ("cem", "named", True),
        ("ann", "turn", False),
    ]
    council.goes_on(reference)
    assert council.having(reference, "facilitator") == ["cem"]


def test_two_replicas_never_give_the_same_turn(council: Council) -> None:
    """Each with connections of its own, as two machines would have."""

    def replica(n: int) -> str:
        database = Database(council.office.database.url.render_as_string(hide_password=False))
        other = Council(database)
        other.office = replace(other.office, clock=council.clock)
        other._ids, other._requests = council._ids, 100 * (n + 1)
        try:
            return other.begins(name=("rita", "rob")[n % 2], case=f"LCS-20500{n}")
        finally:
            database.dispose()

    with ThreadPoolExecutor(6) as pool:
        references = list(pool.map(replica, range(6)))
    assert len(set(references)) == 6
    assert counts(council) == {"ann": 2, "bea": 2, "cem": 2}


def test_raising_says_whose_turn_it_was(council: Council) -> None:
    reference = council.begins()
    shown = council.types("ann", f"show {reference}")
    assert isinstance(shown, Say)
    assert "Asked: Ann Lee (facilitator)" in said(shown)
    assert "please acknowledge the concerns" in council.reads("ann", "asked")
