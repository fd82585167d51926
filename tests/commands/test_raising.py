"""Raising under a procedure with questions that come first, several ways in, and no place for immediate risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from commands.vocabulary import Ask, Kind, Mistakes, Say, Value
from procedures.plans import PlanRow
from procedures.schema import PlanStatus
from storage import people, plans
from storage.database import Database
from tests.commands.conftest import MONDAY, said
from tests.commands.everybody import Everybody
from tests.commands.harbour import ASKED, Harbour

OTHERWISE = "This protocol is for children on a plan. Speak to the front door team instead."


def test_the_form_asks_what_may_end_it_first(harbour: Harbour) -> None:
    form = harbour.opens("cora", "raise")
    names = ["immediate_risk", "ask_has_plan", "way", "case_reference", "unit", "concern"]
    assert [each.name for each in form.inputs] == names
    assert all(each.redraws for each in form.inputs[:3])
    assert form.inputs[-1].title == "Why is the plan stuck?"
    assert [option.label for option in form.inputs[2].options] == [
        "A request to be agreed first",
        "The core group asks for a meeting",
    ]


def test_an_answer_that_belongs_elsewhere_ends_the_form_and_says_where(harbour: Harbour) -> None:
    form = harbour.form("cora", "raise", None, ask_has_plan="no")
    assert [each.name for each in form.inputs] == ["immediate_risk", "ask_has_plan"]
    assert said(form).splitlines()[-1] == OTHERWISE
    sent = harbour.sends("cora", "raise", {}, **(ASKED | {"ask_has_plan": "no"}))
    assert sent == Mistakes({"ask_has_plan": OTHERWISE})
    assert "You have no open challenge." in said(harbour.types("cora", "list"))


def test_immediate_risk_shows_what_to_do_and_nothing_is_recorded(harbour: Harbour) -> None:
    form = harbour.form("cora", "raise", None, immediate_risk="yes")
    assert [each.name for each in form.inputs] == ["immediate_risk"]
    assert "Ring the duty manager and speak to a person." in said(form)
    sent = harbour.sends("cora", "raise", {}, **(ASKED | {"immediate_risk": "yes"}))
    assert isinstance(sent, Mistakes)
    assert "Nothing was recorded: “Harbour protocol” is not for immediate risk." in said(sent)


def test_a_question_left_open_is_asked_for_at_its_input(harbour: Harbour) -> None:
    sent = harbour.sends("cora", "raise", {}, **(ASKED | {"ask_has_plan": None}))
    assert sent == Mistakes({"ask_has_plan": "Please fill this in."})


def test_each_way_begins_at_its_stage(harbour: Harbour) -> None:
    asked, grouped = harbour.asks(), harbour.at_tier_1()
    assert harbour.record(asked).standing.now.stage.id == "request"
    assert harbour.record(grouped).standing.now.stage.id == "tier-1"
    raised = harbour.record(grouped).raised
    assert (raised.way, raised.answers, raised.agreed_actions) == ("core_group", {"has_plan": True}, "")


def test_who_may_use_one_way_alone_is_not_asked_and_has_their_own_teams(harbour: Harbour) -> None:
    form = harbour.opens("sam", "raise")
    assert "way" not in {each.name for each in form.inputs}
    unit = next(each for each in form.inputs if each.name == "unit")
    assert [option.value for option in unit.options] == ["east-1"]
    reference = harbour.asks("sam", way="core_group")
    assert harbour.record(reference).standing.now.stage.id == "tier-1"
    other = harbour.sends("sam", "raise", {}, **(ASKED | {"way": "request", "case_reference": "LCS-204816"}))
    assert isinstance(other, Say)  # the way is not on her form, and what is not on it does not count
    assert harbour.record("CH-1002").raised.way == "core_group"


def test_who_may_not_raise_is_told_who_can(harbour: Harbour) -> None:
    words = said(harbour.types("tess", "raise"))
    assert "Only a coordinator or social worker can raise a challenge here." in words
    assert "[Raise a challenge]" not in harbour.home("tess")
    assert "[Raise a challenge]" in harbour.home("sam")


def test_the_record_shows_no_agreed_actions_where_none_are_asked_for(harbour: Harbour) -> None:
    reference = harbour.asks()
    assert "Agreed actions" not in said(harbour.shows("cora", reference))
    assert "Agreed actions" not in said(harbour.types("cora", f"record {reference}"))


def test_what_may_identify_somebody_is_pointed_out_in_the_procedures_own_words(harbour: Harbour) -> None:
    reply = harbour.sends("cora", "raise", {}, **(ASKED | {"concern": "She lives at BD1 1HY."}))
    assert isinstance(reply, Ask)
    assert "Why is the plan stuck: “BD1 1HY” looks like a postcode" in said(reply)
    assert [each.kind for each in reply.form.inputs if each.name == "keep_identifying"] == [Kind.TICKS]


# A way in that is open only once the child's plan has had so many reviews (CA-2)


@pytest.fixture
def reviewing(tmp_path: Path) -> Iterator[Everybody]:
    """A council whose procedure can be begun before the third review, but not before the second."""
    database = Database(f"sqlite:///{tmp_path / 'reviewing.db'}")
    database.migrate()
    council = Everybody(database, "calderdale")
    with database.write() as session:
        people.apply_people(session, council.rows, at=MONDAY)
    yield council
    database.dispose()


EARLIER: dict[str, Value] = {
    "case_reference": "LCS-204815",
    "unit": "east-1",
    "concern": "Nothing has moved.",
    "date_plan_start": None,
}


def on_a_plan(council: Everybody, *reviews: date) -> None:
    """The list of plans has the child, with these reviews."""
    plan = PlanRow("LCS-204815", "east-1", date(2026, 1, 12), reviews, None, None, PlanStatus.on_plan)
    with council.office.database.write() as session:
        plans.take_in(session, [plan], date(2026, 11, 23), MONDAY)


def test_ca_2_is_refused_while_the_plan_has_had_too_few_reviews(reviewing: Everybody) -> None:
    on_a_plan(reviewing, date(2026, 4, 13), date(2026, 12, 14))
    sent = reviewing.sends("conference_chair", "raise", {}, **EARLIER)
    assert "is open once the child's plan has had 2 reviews; the list of plans shows one so far." in said(
        sent
    )
    assert "You have no open challenge." in said(reviewing.types("conference_chair", "list"))


def test_the_days_that_the_list_of_plans_has_need_not_be_entered(reviewing: Everybody) -> None:
    on_a_plan(reviewing, date(2026, 4, 13), date(2026, 10, 12))
    sent = reviewing.sends("conference_chair", "raise", {}, **EARLIER)
    assert isinstance(sent, Say), said(sent)
    assert reviewing.record("CH-1001").raised.dates == {"plan_start": date(2026, 1, 12)}


def test_for_a_child_who_is_not_on_the_list_they_must_be(reviewing: Everybody) -> None:
    sent = reviewing.sends("conference_chair", "raise", {}, **EARLIER)
    assert sent == Mistakes(
        {"date_plan_start": "The list of children on plans does not have this day. Please enter it."}
    )
    given = EARLIER | {"date_plan_start": "2026-01-12"}
    assert isinstance(reviewing.sends("conference_chair", "raise", {}, **given), Say)
    assert reviewing.record("CH-1001").raised.dates == {"plan_start": date(2026, 1, 12)}
