"""Records that open by themselves: on the right day, once each, also after late, repeated and corrected lists; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from commands import plans_due, rounds
from commands.desk import SYSTEM, Desk
from commands.leads import Notice
from commands.notices import compose
from procedures.plans import PlanRow
from procedures.schema import PlanStatus
from storage import audit, people, plans
from storage.database import Database
from tests.commands.conftest import said
from tests.commands.long_plans import HANNAH, MONDAY, PRIYA, PROCEDURE, TOM, LongPlans, ended, plan

SEPTEMBER = date(2025, 9, 1)  # so 15 months are reached on Tuesday 1 December 2026
TUESDAY = date(2026, 12, 1)
SATURDAY = plan(date(2025, 9, 5))  # 15 months on Saturday 5 December 2026


@pytest.fixture
def council(database_url: str) -> Iterator[LongPlans]:
    database = Database(database_url)
    yield LongPlans(database)
    database.dispose()


def test_a_record_opens_on_its_day_in_office_hours_and_once(council: LongPlans) -> None:
    council.take_in(plan(SEPTEMBER))
    assert [council.day(MONDAY, 10), council.day(TUESDAY - timedelta(days=1), 16)] == [0, 0]
    assert council.day(TUESDAY, 8, 59) == 0
    assert council.day(TUESDAY, 9) == 1
    assert [council.day(TUESDAY, 9, 1), council.day(TUESDAY, 16), council.day(date(2027, 3, 1))] == [0, 0, 0]
    record = council.records()[0]
    assert (record.head.case_reference, record.head.unit, record.head.raiser, record.head.stage) == (
        *("LCS-204815", "east-1", HANNAH, "tier-1"),
    )
    assert council.concern() == (
        "The child has been on a plan for long. 15 months on the plan are reached on Tuesday 1 December 2026."
    )


def test_those_concerned_are_told_at_once_and_the_window_counts_from_that_day(council: LongPlans) -> None:
    council.take_in(plan(SEPTEMBER))
    council.day(TUESDAY)
    told = {(note.email, note.notice) for note in council.messages()}
    assert told == {(HANNAH, "raised"), (PRIYA, "asked"), (TOM, "copied")}
    (window,) = council.records()[0].windows
    assert window.due_day == date(2026, 12, 8)


def test_the_messages_say_that_it_opened_by_itself(council: LongPlans) -> None:
    council.take_in(plan(SEPTEMBER))
    council.day(TUESDAY)
    read: dict[str, str] = {}
    messages = council.messages()
    with council.office.database.read() as session:
        for note in messages:
            reader = people.person(session, note.email)
            assert reader is not None
            notice = Notice(
                note.key,
                note.email,
                note.notice,
                note.challenge_id,
                note.stage_number,
                note.body,
                note.due_at,
            )
            card = compose(Desk(council.office, session, reader), notice)
            assert card is not None
            read[note.email] = said(card)
    by_itself = "Third review, or 15 months: this opened by itself."
    assert f"{by_itself} You count as having raised it. It went to Priya Nair." in read[HANNAH]
    assert f"{by_itself} This is for your information; others are asked to answer." in read[TOM]
    assert "please acknowledge the concerns" in read[PRIYA]
    assert "Agreed actions" not in read[PRIYA]


def test_a_day_on_which_nobody_works_opens_on_the_next_and_names_the_true_day(council: LongPlans) -> None:
    council.take_in(SATURDAY)
    assert [council.day(date(2026, 12, 4), 16), council.day(date(2026, 12, 5)), council.day(date(2026, 12, 6))] == [0, 0, 0]  # fmt: skip
    assert council.day(date(2026, 12, 7)) == 1
    assert council.concern().endswith("15 months on the plan were reached on Saturday 5 December 2026.")


def test_a_list_taken_in_late_opens_on_the_next_round_and_says_how_late(council: LongPlans) -> None:
    council.take_in(plan(date(2025, 8, 3)))  # 15 months on Tuesday 3 November: 14 working days ago
    assert council.day(MONDAY, 10) == 1
    assert council.concern() == (
        "The child has been on a plan for long. 15 months on the plan were reached on Tuesday 3 November 2026. "
        "The record opens 14 working days late: this was not known before, or nobody could be found to raise it."
    )


def test_of_an_old_plan_with_many_reviews_only_the_latest_opens(council: LongPlans) -> None:
    reviews = [date(2024, 4, 8), date(2024, 10, 7), date(2025, 4, 7), date(2025, 10, 6), date(2026, 4, 13)]
    council.take_in(plan(date(2024, 1, 15), *reviews, date(2026, 12, 14)))
    assert council.day(MONDAY, 10) == 1
    assert "The fifth review was on Monday 13 April 2026." in council.concern()
    with council.office.database.read() as session:
        noted = {(each.occurrence, each.challenge_id is None) for each in plans.firings(session)}
    assert noted == {("first", True), ("review-4", True), ("review-5", False)}
    assert [council.day(TUESDAY), council.day(date(2026, 12, 14)), council.day(date(2027, 6, 1))] == [0, 1, 0]
    assert "The sixth review is on Monday 14 December 2026." in council.concern()


def test_the_same_list_again_opens_nothing_again(council: LongPlans) -> None:
    late = plan(date(2025, 8, 3))
    council.take_in(late)
    assert council.day(MONDAY, 10) == 1
    council.take_in(late)
    council.take_in(late, plan(SEPTEMBER, reference="LCS-204816"))
    assert council.day(MONDAY, 11) == 0
    assert council.day(TUESDAY) == 1


def test_a_review_put_off_before_its_day_opens_on_the_new_one(council: LongPlans) -> None:
    reviews = (date(2026, 1, 5), date(2026, 6, 1))
    council.take_in(plan(date(2025, 10, 6), *reviews, date(2026, 12, 1)))
    council.take_in(plan(date(2025, 10, 6), *reviews, date(2026, 12, 15)))
    assert [council.day(TUESDAY), council.day(date(2026, 12, 15))] == [0, 1]


def test_a_plan_that_has_gone_opens_nothing_until_it_comes_back(council: LongPlans) -> None:
    other = plan(date(2026, 11, 2), reference="LCS-204999")
    council.take_in(plan(SEPTEMBER), other)
    council.take_in(other)
    assert council.day(TUESDAY) == 0
    council.take_in(plan(SEPTEMBER), other)
    assert council.day(TUESDAY + timedelta(days=1)) == 1
    assert "were reached on Tuesday 1 December 2026" in council.concern()


def test_the_end_of_a_plan_opens_its_follow_up_and_nothing_else_any_more(council: LongPlans) -> None:
    council.take_in(plan(SEPTEMBER))
    council.day(MONDAY, 10)
    council.take_in(ended(plan(SEPTEMBER)))
    assert council.day(MONDAY, 11) == 1
    assert council.records()[0].head.raiser == PRIYA
    assert council.concern() == (
        "A child in need plan follows for three months. The plan has ended, as the list of plans shows since Monday 23 November 2026."
    )
    assert council.day(TUESDAY) == 0


def test_without_a_coordinator_it_waits_and_administrators_hear_once_and_of_no_case(
    council: LongPlans,
) -> None:
    council.take_in(plan(date(2025, 8, 3), coordinator=None))
    assert [council.day(MONDAY, 10), council.day(MONDAY, 11)] == [0, 0]
    (sentence,) = council.problems()
    assert sentence == (
        "A plan of East safeguarding team 1 names no coordinator who is on the council's list, so “Third review, or 15 months” of Long plans "
        "cannot open for it. Complete the column coordinator in plans.csv, or add the person to people.csv, and import the file again; "
        "it then opens by itself."
    )
    council.take_in(plan(date(2025, 8, 3)))
    assert council.day(MONDAY, 12) == 1
    assert council.problems() == []


def test_when_nobody_holds_the_role_it_waits_until_somebody_does(council: LongPlans) -> None:
    council.staff(council.without("team_manager"))
    council.take_in(ended(plan(SEPTEMBER)))
    assert council.day(MONDAY, 10) == 0
    assert council.problems() == [
        "Nobody holds the role Team manager for East safeguarding team 1 or above it, so “Follow-up after the plan” of Long plans cannot open for it. "
        "Add the person to people.csv and import it; it then opens by itself."
    ]
    council.staff(council.people)
    assert council.day(MONDAY, 11) == 1
    assert council.problems() == []


def test_one_child_who_waits_does_not_hold_up_another(council: LongPlans) -> None:
    waits = plan(date(2025, 8, 3), coordinator=None)
    council.take_in(waits, replace(plan(date(2025, 8, 4)), case_reference="LCS-204816"))
    assert council.day(MONDAY, 10) == 1
    assert len(council.problems()) == 1


def test_the_social_worker_of_the_plan_is_the_one_who_is_told(council: LongPlans) -> None:
    other = replace(next(row for row in council.people if row.email == TOM), email="zoe@barsetshire.example", name="Zoe Moss", slack_user_id=None)  # fmt: skip
    council.staff([*council.people, other])
    council.take_in(plan(date(2025, 8, 3)))
    council.day(MONDAY, 10)
    assert {(note.email, note.notice) for note in council.messages()} >= {(TOM, "copied")}
    copied = {party.email for party in council.records()[0].parties if party.part == "copied"}
    assert copied == {TOM}


def test_the_people_of_the_plan_have_the_roles_that_the_trigger_names(database_url: str) -> None:
    """Of several coordinators the one of the plan is asked, not all of them."""
    database = Database(database_url)
    asks = PROCEDURE.replace('to = ["team_manager"]', 'to = ["team_manager", "cpc"]')
    council = LongPlans(database, asks.replace('id = "long"', 'id = "long"\ncoordinator = "cpc"'))
    other = replace(next(row for row in council.people if row.email == HANNAH), email="ben@barsetshire.example", name="Ben Marsden", slack_user_id=None)  # fmt: skip
    council.staff([*council.people, other])
    council.take_in(plan(date(2025, 8, 3)))
    council.day(MONDAY, 10)
    asked = {(party.role, party.email) for party in council.records()[0].parties if party.part == "asked"}
    assert asked == {("team_manager", PRIYA), ("cpc", HANNAH)}
    database.dispose()


def test_a_changed_procedure_is_worked_out_anew_for_plans_known_before(council: LongPlans) -> None:
    council.take_in(plan(SEPTEMBER))
    council.day(MONDAY, 10)
    sooner = LongPlans(council.office.database, PROCEDURE.replace("{ months = 15 }", "{ months = 14 }"))
    assert sooner.day(MONDAY, 11) == 1
    assert "14 months on the plan were reached on Sunday 1 November 2026." in sooner.concern()


def test_what_comes_before_its_day_opens_before_it(database_url: str) -> None:
    database = Database(database_url)
    early = PROCEDURE.replace(
        "each_later_review = true", "each_later_review = true\nbefore = { working_days = 5 }"
    )
    council = LongPlans(database, early)
    council.take_in(plan(SEPTEMBER))
    assert [council.day(MONDAY, 10), council.day(date(2026, 11, 24)), council.day(TUESDAY)] == [0, 1, 0]
    assert "15 months on the plan are reached on Tuesday 1 December 2026." in council.concern()
    database.dispose()


def test_several_replicas_at_once_open_one_record_a_child(council: LongPlans) -> None:
    council.take_in(*(plan(date(2025, 8, 3), reference=f"LCS-20480{n}") for n in range(6)))
    council.clock.set(datetime(2026, 11, 23, 10, 5, tzinfo=council.office.hours.zone))
    with ThreadPoolExecutor(4) as replicas:
        opened = list(replicas.map(lambda _: plans_due.go(council.office), range(4)))
    assert sum(opened) == 6
    assert sorted(record.head.case_reference for record in council.records()) == [
        f"LCS-20480{n}" for n in range(6)
    ]
    with council.office.database.read() as session:
        assert audit.verify(session) is None


def test_the_next_moment_is_that_of_the_next_record(council: LongPlans) -> None:
    def moment() -> datetime | None:
        with council.office.database.read() as session:
            return plans_due.next_moment(council.office, session, council.clock.now())

    def at(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=council.office.hours.zone)

    assert moment() is None
    council.take_in(SATURDAY, plan(date(2025, 8, 3), coordinator=None, reference="LCS-204816"))
    council.day(MONDAY, 10)
    assert moment() == at(date(2026, 11, 24))  # the one that waits is tried again on the next working day
    council.take_in(SATURDAY)
    assert moment() == at(date(2026, 12, 7))
    council.clock.set(datetime(2026, 12, 7, 8, 0, tzinfo=council.office.hours.zone))
    assert moment() == at(date(2026, 12, 7))
    assert rounds.next_moment(council.office) is not None


def test_nothing_is_opened_for_children_whom_the_procedure_leaves_out(database_url: str) -> None:
    database = Database(database_url)
    council = LongPlans(
        database, PROCEDURE.replace("each_later_review = true", 'unless = ["looked_after", "moved"]')
    )

    def with_status(status: PlanStatus) -> PlanRow:
        return replace(plan(date(2025, 8, 3)), status=status)

    for status in (PlanStatus.looked_after, PlanStatus.moved):
        council.take_in(with_status(status))
        assert council.day(MONDAY, 10) == 0
    council.take_in(with_status(PlanStatus.on_plan))
    assert council.day(MONDAY, 11) == 1
    record = council.records()[0]
    with database.read() as session:
        reader = Desk(council.office, session, SYSTEM)
        assert reader.with_procedure(record).raised.dates == {"plan_start": date(2025, 8, 3)}
    database.dispose()
