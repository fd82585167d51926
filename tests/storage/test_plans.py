"""Children on plans in the database: the whole list or nothing, what it changes, and what fires once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from procedures.plans import PlanRow
from procedures.schema import PlanStatus
from procedures.triggers import Done
from storage import plans
from storage.database import Database
from storage.plans import Changes, Firing
from tests.storage.conftest import NINE

TODAY = date(2026, 11, 23)
TIM = PlanRow(
    "LCS-1001",
    "keighley",
    date(2025, 9, 1),
    (date(2025, 11, 24), date(2026, 5, 11)),
    "ben@example.org",
    "ada@example.org",
    PlanStatus.on_plan,
)
ROSE = replace(TIM, case_reference="LCS-1002", reviews=(), social_worker=None)
MONTH = timedelta(days=28)


def take_in(database: Database, *rows: PlanRow, months: int = 0, dry_run: bool = False) -> Changes:
    later = months * MONTH
    with database.write() as session:
        return plans.take_in(session, rows, TODAY + later, NINE + later, dry_run=dry_run)


def known(database: Database) -> list[plans.Plan]:
    with database.read() as session:
        return plans.everything(session)


def test_a_first_list_is_all_new_and_the_same_list_again_changes_nothing(staffed: Database) -> None:
    assert take_in(staffed, ROSE, TIM) == Changes([TIM, ROSE], [], [], [], 0)
    assert [plan.row for plan in known(staffed)] == [TIM, ROSE]
    again = take_in(staffed, TIM, ROSE, months=1)
    assert again == Changes([], [], [], [], 2)
    assert not again
    assert [plan.since for plan in known(staffed)] == [TODAY, TODAY]


def test_what_a_later_list_changes_is_named_by_its_columns(staffed: Database) -> None:
    take_in(staffed, TIM, ROSE)
    longer = replace(TIM, reviews=(*TIM.reviews, date(2026, 12, 7)), unit="shipley")
    assert take_in(staffed, longer, ROSE, months=1) == Changes(
        [], [(longer, ("unit", "review_dates"))], [], [], 1
    )
    assert known(staffed)[0].row == longer
    assert known(staffed)[0].since == TODAY  # it is the status that counts from then


def test_a_status_counts_from_the_list_that_first_shows_it(staffed: Database) -> None:
    take_in(staffed, TIM)
    ended = replace(TIM, status=PlanStatus.ended)
    take_in(staffed, ended, months=1)
    take_in(staffed, replace(ended, social_worker=None), months=2)
    assert known(staffed)[0].since == TODAY + MONTH


def test_who_is_left_out_is_gone_and_comes_back_with_all_that_is_known(staffed: Database) -> None:
    take_in(staffed, TIM, ROSE)
    with staffed.write() as session:
        plans.set_next(session, {(ROSE.case_reference, ROSE.plan_start): TODAY})
    assert take_in(staffed, TIM, months=1) == Changes([], [], [ROSE], [], 1)
    rose = known(staffed)[1]
    assert (rose.gone_at, rose.next_on) == (NINE + MONTH, None)
    assert not take_in(staffed, TIM, months=2)
    assert take_in(staffed, TIM, replace(ROSE, unit="shipley"), months=3).returned == [
        replace(ROSE, unit="shipley")
    ]
    assert known(staffed)[1].gone_at is None
    assert known(staffed)[1].row.unit == "shipley"


def test_a_new_plan_of_the_same_child_stands_beside_the_old_one(staffed: Database) -> None:
    take_in(staffed, TIM)
    again = replace(TIM, plan_start=date(2026, 11, 2), reviews=())
    changes = take_in(staffed, replace(TIM, status=PlanStatus.ended), again, months=1)
    assert (changes.new, len(changes.changed)) == ([again], 1)
    with staffed.read() as session:
        newest = plans.of_case(session, "LCS-1001")
        assert newest is not None
        assert newest.row == again
        assert plans.of_case(session, "LCS-9999") is None


def test_a_trial_says_the_same_and_changes_nothing(staffed: Database) -> None:
    assert take_in(staffed, TIM, dry_run=True) == Changes([TIM], [], [], [], 0)
    assert known(staffed) == []


def test_a_list_that_cannot_be_taken_in_whole_changes_nothing(staffed: Database) -> None:
    take_in(staffed, TIM)
    stranger = replace(ROSE, coordinator="nobody@example.org")
    with pytest.raises(IntegrityError):
        take_in(staffed, replace(TIM, unit="shipley"), stranger, months=1)
    assert [plan.row for plan in known(staffed)] == [TIM]


def test_two_lists_at_once_take_turns(staffed: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(take_in, staffed, TIM, ROSE) for _ in range(2)]
    assert sorted(len(each.result().new) for each in both) == [0, 2]


def test_the_list_of_today_leaves_out_who_is_gone(staffed: Database) -> None:
    take_in(staffed, TIM, ROSE)
    take_in(staffed, ROSE, months=1)
    with staffed.read() as session:
        assert [plan.row for plan in plans.listed(session)] == [ROSE]


# --- waiting and firing ----------------------------------------------------------------------------------------------------


def test_those_whose_day_has_come_wait_the_longest_waiting_first(staffed: Database) -> None:
    take_in(staffed, TIM, ROSE)
    tim, rose = (plan.key for plan in known(staffed))
    with staffed.write() as session:
        assert plans.next_days(session, TODAY) == (False, None)
        plans.set_next(session, {tim: TODAY, rose: TODAY - MONTH})
        assert plans.waiting(session, TODAY) == [rose, tim]
        assert plans.waiting(session, TODAY - MONTH) == [rose]
        assert plans.next_days(session, TODAY - MONTH) == (True, TODAY)
        plans.set_next(session, {rose: None})
        assert plans.next_days(session, TODAY - MONTH) == (False, TODAY)


def firing(challenge_id: int | None = None, occurrence: str = "first") -> Firing:
    day = date(2026, 11, 20)
    return Firing(
        "own", "long", "LCS-1001", TIM.plan_start, occurrence, day, 3, challenge_id, NINE
    )  # fmt: skip


def test_a_firing_is_noted_once_with_the_challenge_that_it_opened(staffed: Database) -> None:
    take_in(staffed, TIM)
    with staffed.write() as session:
        assert plans.fire(session, firing())
        assert not plans.fire(session, firing())
        assert plans.fire(session, firing(occurrence="review-4"))
        plans.connect(session, firing(), 1001)
    with staffed.read() as session:
        assert {each.challenge_id for each in plans.firings(session)} == {1001, None}
        tim = ("LCS-1001", TIM.plan_start)
        assert sorted(plans.fired(session, tim)[tim]["own", "long"]) == [
            Done("first", date(2026, 11, 20), 3),
            Done("review-4", date(2026, 11, 20), 3),
        ]
        assert plans.firings(session, since=NINE + MONTH) == []
        assert plans.fired(session, ("LCS-1002", TIM.plan_start)) == {}


def test_two_programs_that_fire_at_once_fire_once(staffed: Database) -> None:
    take_in(staffed, TIM)

    def fire(_: int) -> bool:
        with staffed.write() as session:
            plan = plans.to_change(session, ("LCS-1001", TIM.plan_start))
            assert plan is not None
            return plans.fire(session, firing())

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(fire, range(4))) == [False, False, False, True]


def test_what_fired_stays_when_the_plan_is_gone(staffed: Database) -> None:
    take_in(staffed, TIM, ROSE)
    with staffed.write() as session:
        plans.fire(session, firing())
    take_in(staffed, ROSE, months=1)
    with staffed.write() as session:
        assert len(plans.firings(session)) == 1
        assert plans.to_change(session, ("LCS-9999", TIM.plan_start)) is None
