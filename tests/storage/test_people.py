"""The people, their roles, and who holds a role for a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage import absences, people
from storage.database import Database
from storage.people import Changes, ContradictingRows, SharedId
from tests.storage.conftest import NINE


@dataclass(frozen=True)
class Row:
    """A row of people.csv as its reader hands it over."""

    email: str
    name: str
    role: str
    unit: str
    slack_user_id: str | None = None
    teams_user_id: str | None = None


ADA = Row("ada@example.org", "Ada Obi", "cpc", "bradford", "U01ADA")
BEN = Row("ben@example.org", "Ben Shah", "team_manager", "keighley-1")
CEM = Row("cem@example.org", "Cem Kaya", "team_manager", "keighley")
DEE = Row("dee@example.org", "Dee Poole", "team_manager", "keighley")
EVERYBODY = [ADA, BEN, CEM, DEE]
UPWARDS = ["keighley-1", "keighley", "bradford"]


def apply(database: Database, *rows: Row, dry_run: bool = False) -> Changes:
    with database.write() as session:
        return people.apply_people(session, rows, NINE, dry_run=dry_run)


def holders(database: Database, role: str, units: list[str]) -> list[str]:
    with database.read() as session:
        return [person.name for person in people.holders(session, role, units)]


def test_the_first_list_makes_everybody(database: Database) -> None:
    changes = apply(database, *EVERYBODY)
    assert changes.joined == [row.email for row in EVERYBODY]
    assert ("ben@example.org", "team_manager", "keighley-1") in changes.given
    assert changes == Changes(changes.joined, [], [], [], [], changes.given, [])
    with database.read() as session:
        found = people.person(session, "Ada@Example.org ")
        assert found == people.Person("ada@example.org", "Ada Obi", "U01ADA", None, True)
        assert people.person(session, "nobody@example.org") is None


def test_the_same_list_again_changes_nothing(database: Database) -> None:
    apply(database, *EVERYBODY)
    assert not apply(database, *reversed(EVERYBODY))
    assert not apply(database, replace(ADA, email="ADA@example.org "), BEN, CEM, DEE)


def test_trying_a_list_out_shows_the_same_and_changes_nothing(database: Database) -> None:
    apply(database, *EVERYBODY)
    shown = apply(database, ADA, replace(BEN, unit="keighley"), dry_run=True)
    assert holders(database, "team_manager", UPWARDS) == ["Ben Shah"]
    assert apply(database, ADA, replace(BEN, unit="keighley")) == shown
    assert shown.left == ["cem@example.org", "dee@example.org"]
    assert ("ben@example.org", "team_manager", "keighley-1") in shown.taken
    assert shown.given == [("ben@example.org", "team_manager", "keighley")]


def test_who_is_no_longer_listed_stays_on_record_without_roles_and_can_come_back(database: Database) -> None:
    apply(database, *EVERYBODY)
    with database.write() as session:
        absences.record_absence(
            session, email=BEN.email, cover=None, first=date(2026, 11, 23), last=date(2026, 12, 24), at=NINE
        )
    assert apply(database, ADA, CEM, DEE).left == [BEN.email]
    with database.read() as session:
        gone = people.person(session, BEN.email)
        assert gone is not None
        assert not gone.active
        assert people.roles_of(session, BEN.email) == []
    assert apply(database, *EVERYBODY).returned == [BEN.email]
    with database.read() as session:
        assert people.roles_of(session, BEN.email) == [("team_manager", "keighley-1")]
        assert absences.away_on(session, date(2026, 11, 24)) == {}


def test_a_person_can_hold_several_roles(database: Database) -> None:
    apply(
        database,
        ADA,
        replace(ADA, role="cpc_team_manager"),
        replace(ADA, unit="keighley", slack_user_id=None),
    )
    with database.read() as session:
        assert people.roles_of(session, ADA.email) == [
            ("cpc", "bradford"),
            ("cpc", "keighley"),
            ("cpc_team_manager", "bradford"),
        ]


def test_names_and_ids_follow_the_list_but_a_known_id_is_not_forgotten(database: Database) -> None:
    apply(database, *EVERYBODY)
    changes = apply(database, replace(ADA, name="Ada Obi-Hall", slack_user_id=""), BEN, CEM, DEE)
    assert changes.renamed == [("ada@example.org", "Ada Obi", "Ada Obi-Hall")]
    assert changes.ids == []
    changes = apply(database, replace(ADA, name="Ada Obi-Hall", slack_user_id="U02ADA"), BEN, CEM, DEE)
    assert changes.ids == [("ada@example.org", "slack_user_id", "U01ADA", "U02ADA")]


def test_two_people_whose_ids_were_mixed_up_can_swap_them(database: Database) -> None:
    ben = replace(BEN, slack_user_id="U01BEN")
    apply(database, ADA, ben)
    apply(database, replace(ADA, slack_user_id="U01BEN"), replace(ben, slack_user_id="U01ADA"))
    with database.read() as session:
        found = people.by_platform_id(session, "slack", "U01BEN")
        assert found is not None
        assert found.email == ADA.email


def test_a_person_with_a_new_address_keeps_their_id(database: Database) -> None:
    apply(database, ADA, BEN)
    changes = apply(database, replace(ADA, email="ada.hall@example.org"), BEN)
    assert (changes.joined, changes.left) == (["ada.hall@example.org"], ["ada@example.org"])
    with database.read() as session:
        found = people.by_platform_id(session, "slack", "U01ADA")
        assert found is not None
        assert found.email == "ada.hall@example.org"


@pytest.mark.parametrize(
    ("rows", "error", "sentence"),
    [
        (
            [ADA, replace(ADA, name="Ada Hall", unit="keighley")],
            ContradictingRows,
            "name Ada Obi and with Ada Hall",
        ),
        (
            [ADA, replace(ADA, slack_user_id="U9", unit="keighley")],
            ContradictingRows,
            "one id on each platform",
        ),
        ([ADA, replace(BEN, slack_user_id="U01ADA")], SharedId, "belongs to one person only"),
    ],
)
def test_a_list_that_contradicts_itself_changes_nothing(
    database: Database, rows: list[Row], error: type[Exception], sentence: str
) -> None:
    apply(database, DEE)
    with pytest.raises(error, match=sentence):
        apply(database, *rows)
    with database.read() as session:
        assert people.person(session, ADA.email) is None
        found = people.person(session, DEE.email)
        assert found is not None
        assert found.active


LISTS = st.lists(
    st.builds(
        Row,
        email=st.sampled_from(["a@x", "b@x", "c@x"]),
        name=st.just("Somebody"),
        role=st.sampled_from(["cpc", "team_manager"]),
        unit=st.sampled_from(UPWARDS),
        slack_user_id=st.sampled_from([None, "U1", "U2", "U3"]),
    ),
    max_size=5,
)


@given(lists=st.lists(LISTS, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_lists_come_one_after_the_other_the_last_good_one_holds(
    database: Database, lists: list[list[Row]]
) -> None:
    good: list[Row] = []
    apply(database)
    for rows in lists:
        try:
            shown = apply(database, *rows, dry_run=True)
        except (ContradictingRows, SharedId):
            continue
        assert apply(database, *rows) == shown
        good = rows
    with database.read() as session:
        rows = session.connection().execute(text("SELECT email, role, unit FROM holding"))
        assert {(row.email, row.role, row.unit) for row in rows} == {
            (row.email, row.role, row.unit) for row in good
        }
        for row in good:
            if row.slack_user_id:
                found = people.by_platform_id(session, "slack", row.slack_user_id)
                assert found is not None
                assert found.email == row.email


# Ids of the chat platforms


def test_a_person_is_found_by_the_id_of_each_platform(database: Database) -> None:
    apply(database, replace(ADA, teams_user_id="29:ada"), BEN)
    with database.read() as session:
        for platform, user_id in (("slack", "U01ADA"), ("teams", "29:ada")):
            found = people.by_platform_id(session, platform, user_id)  # type: ignore[arg-type]
            assert found is not None
            assert found.email == ADA.email
        assert people.by_platform_id(session, "slack", "29:ada") is None


def test_who_has_left_is_not_recognised_any_more(database: Database) -> None:
    apply(database, ADA, BEN)
    apply(database, BEN)
    with database.read() as session:
        assert people.by_platform_id(session, "slack", "U01ADA") is None


def test_an_id_is_remembered_once_and_never_taken_from_somebody_else(database: Database) -> None:
    apply(database, ADA, BEN)
    with database.write() as session:
        assert people.remember_platform_id(session, BEN.email, "slack", "U01BEN")
        assert people.remember_platform_id(session, BEN.email, "slack", "U01BEN")
        assert not people.remember_platform_id(session, BEN.email, "slack", "U02BEN")
        assert not people.remember_platform_id(session, BEN.email, "slack", "U01ADA")
        assert not people.remember_platform_id(session, "nobody@example.org", "slack", "U05")
        assert people.remember_platform_id(session, BEN.email, "teams", "29:ben")
        found = people.by_platform_id(session, "slack", "U01BEN")
    assert found is not None
    assert found.email == BEN.email
    assert not apply(database, ADA, BEN)


def test_the_id_of_somebody_who_has_left_passes_to_who_has_it_now(database: Database) -> None:
    apply(database, ADA, BEN)
    apply(database, BEN)
    with database.write() as session:
        assert people.remember_platform_id(session, BEN.email, "slack", "U01ADA")


# Roles


def test_a_role_is_looked_for_from_the_case_upwards(database: Database) -> None:
    apply(database, *EVERYBODY)
    assert holders(database, "team_manager", UPWARDS) == ["Ben Shah"]
    assert holders(database, "team_manager", UPWARDS[1:]) == ["Cem Kaya", "Dee Poole"]
    assert holders(database, "cpc", UPWARDS) == ["Ada Obi"]
    assert holders(database, "cpc", UPWARDS[:2]) == []
    assert holders(database, "cpc", []) == []


def test_when_the_nearest_has_left_the_next_unit_up_is_asked(database: Database) -> None:
    apply(database, *EVERYBODY)
    apply(database, ADA, CEM, DEE)
    assert holders(database, "team_manager", UPWARDS) == ["Cem Kaya", "Dee Poole"]


def test_roles_that_nobody_holds_are_named_for_each_unit(database: Database) -> None:
    apply(database, *EVERYBODY)
    chains = {"keighley-1": UPWARDS, "shipley": ["shipley", "bradford"]}
    with database.read() as session:
        assert people.unheld(session, ["team_manager", "cpc", "deputy_director"], chains) == [
            ("deputy_director", "keighley-1"),
            ("deputy_director", "shipley"),
            ("team_manager", "shipley"),
        ]


def test_ada_is_listed_and_gone_a_minute_later_without_trouble_for_the_record(staffed: Database) -> None:
    with staffed.write() as session:
        changes = people.apply_people(session, [BEN], NINE + timedelta(minutes=1))
    assert changes.left == ["ada@example.org", "cem@example.org"]
    with staffed.read() as session:
        assert session.connection().scalar(text("SELECT raiser FROM challenge")) == "ada@example.org"
