"""Each person reads the procedure in the language that they chose, whoever wrote what they read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Ask, Say
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.library import Library
from procedures.people import read_people
from storage import people
from storage.database import Database
from tests.commands.conftest import MONDAY, Council, said

PROCEDURE = """\
schema = 1
languages = ["en", "cy"]
title = { en = "Challenging cases", cy = "Achosion heriol" }
document = { en = "Protocol", cy = "Protocol yr awdurdod" }
nation = "england-and-wales"
[role.worker]
name = { en = "Social worker", cy = "Gweithiwr cymdeithasol" }
[role.manager]
name = { en = "Team manager", cy = "Rheolwr tîm" }
oversees = true
[raise]
by = ["worker"]
source = "1"
[record]
reminder = { en = "It is kept.", cy = "Fe'i cedwir." }
source = "1"
[resolve]
source = "1"
[withdraw]
source = "1"
[[stage]]
id = "tier-1"
name = { en = "Tier 1 review", cy = "Adolygiad haen 1" }
to = ["manager"]
source = "2"
[stage.window]
working_days = 5
on = "manager"
until = ["acknowledged", "outcome_recorded"]
source = "2"
[stage.outcome]
title = { en = "What was decided?", cy = "Beth benderfynwyd?" }
by = ["manager"]
choices = [
    { id = "closed", label = { en = "The concern is settled", cy = "Mae'r pryder wedi'i ddatrys" }, ends = true },
    { id = "more", label = { en = "More is needed", cy = "Mae angen mwy" } },
]
source = "2"
"""
PEOPLE = """\
email,name,role,unit,slack_user_id,teams_user_id
wil@barset.example,Wil Evans,worker,east-1,U01WILEVA1,
megan@barset.example,Megan Rees,manager,east-1,U01MEGANR1,
nadia@barset.example,Nadia Rahman,administrator,childrens-services,U01NADIA01,
"""
RAISED = {
    "case_reference": "LCS-204815",
    "unit": "east-1",
    "concern": "Nothing moves.",
    "agreed_actions": "A visit.",
}


class Both(Council):
    """A council whose procedure is in English and in Welsh."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock(MONDAY)
        authority = parse_authority(template())
        self.office = Office(authority, Library([("both", PROCEDURE)]), database, self.clock)
        self.reception = Reception(self.office)
        self.rows = read_people(PEOPLE, "people.csv", authority, self.office.roles)
        self._ids = {row.name.split()[0].lower(): row for row in self.rows}
        self._requests = 0


@pytest.fixture
def both(database_url: str) -> Iterator[Both]:
    database = Database(database_url)
    database.migrate()
    council = Both(database)
    with database.write() as session:
        people.apply_people(session, council.rows, at=MONDAY)
    yield council
    database.dispose()


def test_megan_chooses_welsh_and_wil_reads_english(both: Both) -> None:
    reference = both.sends("wil", "raise", {}, **RAISED)
    assert isinstance(reference, Say)
    number = reference.card.title.split(" ")[0]
    assert "[English]" in said(both.types("megan", "language"))
    answer = said(both.presses("megan", "language", to="cy"))
    assert "yn Gymraeg" in answer
    assert "Adolygiad haen 1" in said(both.types("megan", f"show {number}"))
    # The program's own sentences are English for everybody, and dates within them too.
    assert "by Monday 30 November 2026" in said(both.types("megan", f"show {number}"))
    shown = said(both.types("wil", f"show {number}"))
    assert "Tier 1 review" in shown
    assert "Monday 30 November 2026" in shown


def test_forms_ask_in_the_readers_language(both: Both) -> None:
    both.types("megan", "language cymraeg")
    reply = both.sends("wil", "raise", {}, **RAISED)
    assert isinstance(reply, Say)
    number = reply.card.title.split(" ")[0]
    form = both.types("megan", f"outcome {number}")
    assert isinstance(form, Ask)
    text = said(form)
    assert "<Beth benderfynwyd?>" in text
    labels = [option.label for part in form.form.inputs for option in part.options]
    assert "Mae angen mwy" in labels


def test_what_is_kept_is_kept_in_the_files_first_language(both: Both) -> None:
    both.types("megan", "language cymraeg")
    reply = both.sends("wil", "raise", {}, **RAISED)
    assert isinstance(reply, Say)
    number = reply.card.title.split(" ")[0]
    both.does("megan", "outcome", number, choice="closed", held_on="2026-11-23", summary="Done.")
    ended = both.record(number).standing.ended
    assert ended is not None
    assert ended.step.model_dump()["outcome"] == "The concern is settled"


def test_the_choice_outlives_an_import_of_people(both: Both) -> None:
    both.types("megan", "language cymraeg")
    with both.office.database.write() as session:
        people.apply_people(session, both.rows, at=MONDAY)
        megan = people.person(session, "megan@barset.example")
    assert megan is not None
    assert megan.language == "cy"


def test_a_language_that_there_is_not_is_refused_with_those_there_are(both: Both) -> None:
    sentence = '"klingon" is not a language of the procedures here. Choose English or Cymraeg.'
    assert sentence in said(both.types("wil", "language klingon"))


def test_where_procedures_have_one_language_there_is_nothing_to_choose(council: Council) -> None:
    assert "in one language only" in said(council.types("priya", "language"))
    assert "/challenge language" not in said(council.types("priya", "help"))
