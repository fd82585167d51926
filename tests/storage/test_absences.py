"""Who is away, who covers, and what happens when nobody does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage import absences
from storage.absences import Away, EndsBeforeItBegins, OwnCover, StandIn, UnknownPerson
from storage.database import Database
from storage.tables import Person
from tests.storage.conftest import NINE

ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def record(
    database: Database, email: str, cover: str | None, first: date = MONDAY, last: date = FRIDAY
) -> Away:
    with database.write() as session:
        return absences.record_absence(session, email=email, cover=cover, first=first, last=last, at=NINE)


def away_on(database: Database, day: date) -> dict[str, Away]:
    with database.read() as session:
        return absences.away_on(session, day)


def test_a_person_is_away_on_the_first_and_on_the_last_day_and_on_no_other(staffed: Database) -> None:
    away = record(staffed, ADA, BEN)
    assert away_on(staffed, MONDAY) == away_on(staffed, FRIDAY) == {ADA: away}
    assert away_on(staffed, MONDAY - timedelta(days=1)) == away_on(staffed, FRIDAY + timedelta(days=1)) == {}


def test_an_absence_that_is_called_off_is_over(staffed: Database) -> None:
    away = record(staffed, ADA, BEN)
    with staffed.write() as session:
        assert absences.cancel_absence(session, away.id, NINE)
        assert not absences.cancel_absence(session, away.id, NINE)
        assert not absences.cancel_absence(session, 999, NINE)
    assert away_on(staffed, MONDAY) == {}


def test_of_two_absences_on_one_day_the_last_recorded_counts(staffed: Database) -> None:
    record(staffed, ADA, BEN, MONDAY, FRIDAY)
    record(staffed, ADA, CEM, MONDAY - timedelta(days=7), MONDAY)
    assert away_on(staffed, MONDAY)[ADA].cover == CEM
    assert away_on(staffed, FRIDAY)[ADA].cover == BEN


def test_a_persons_absences_are_listed_from_a_day_on(staffed: Database) -> None:
    later = record(staffed, ADA, None, FRIDAY, FRIDAY)
    sooner = record(staffed, ADA, BEN, MONDAY, MONDAY)
    record(staffed, BEN, None)
    with staffed.read() as session:
        assert absences.absences_of(session, "Ada@example.org", MONDAY) == [sooner, later]
        assert absences.absences_of(session, ADA, FRIDAY) == [later]


@pytest.mark.parametrize(
    ("email", "cover", "last", "error", "sentence"),
    [
        (ADA, BEN, MONDAY - timedelta(days=1), EndsBeforeItBegins, "cannot end before it begins"),
        (ADA, "Ada@example.org", FRIDAY, OwnCover, "cover for themselves"),
        (ADA, "eve@example.org", FRIDAY, UnknownPerson, "Nobody with the address eve@example.org works here"),
        ("eve@example.org", None, FRIDAY, UnknownPerson, "eve@example.org"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(
    staffed: Database, email: str, cover: str | None, last: date, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        record(staffed, email, cover, MONDAY, last)
    assert away_on(staffed, MONDAY) == {}


def test_a_cover_who_has_left_is_no_cover(staffed: Database) -> None:
    record(staffed, ADA, BEN)
    with staffed.write() as session:
        session.get_one(Person, BEN).active = False
    assert absences.stand_in(away_on(staffed, MONDAY), ADA) == StandIn(ADA, (ADA,), "no cover")
    with pytest.raises(UnknownPerson):
        record(staffed, CEM, BEN)


def _all(**covers: str | None) -> dict[str, Away]:
    return {
        name: Away(number, name, cover, MONDAY, FRIDAY) for number, (name, cover) in enumerate(covers.items())
    }


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ({}, StandIn("ada", ("ada",))),
        (_all(ben=None), StandIn("ada", ("ada",))),
        (_all(ada="ben"), StandIn("ben", ("ada", "ben"))),
        (_all(ada="ben", ben="cem"), StandIn("cem", ("ada", "ben", "cem"))),
        (_all(ada=None), StandIn("ada", ("ada",), "no cover")),
        (_all(ada="ben", ben=None), StandIn("ada", ("ada", "ben"), "away")),
        (_all(ada="ben", ben="ada"), StandIn("ada", ("ada", "ben", "ada"), "loop")),
        (_all(ada="ben", ben="cem", cem="ben"), StandIn("ada", ("ada", "ben", "cem", "ben"), "loop")),
    ],
    ids=[
        "there",
        "another is away",
        "covered",
        "chain",
        "no cover",
        "cover away too",
        "loop",
        "loop further on",
    ],
)
def test_the_cover_is_the_first_along_the_chain_who_is_there(
    away: dict[str, Away], expected: StandIn
) -> None:
    assert absences.stand_in(away, "ada") == expected
