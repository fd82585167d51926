"""The procedures at hand: the shipped one, an authority's own file, and earlier versions that challenges began under."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from procedures import library
from procedures.authority import Authority, parse_authority, people_template, template
from procedures.library import Library, UnknownProcedureError
from procedures.people import PersonRow, read_people
from procedures.reading import FaultyFile
from procedures.schema import Procedure
from tests.procedures.stories import bradford
from tests.procedures.test_schema import GOOD

ADMINISTRATOR = {"administrator": "Administrator"}


def test_the_shipped_procedures_are_found_by_name() -> None:
    assert {"bradford", "calderdale", "cwm-taf", "newcastle"} < set(library.shipped())
    id_, file, text = library.find("bradford")
    assert (id_, file) == ("bradford", "bradford.toml")
    assert library.parse(text, file, id_) == bradford()


@pytest.mark.parametrize("name", library.shipped())
def test_no_shipped_procedure_has_a_fault_or_is_doubtful(name: str) -> None:
    assert library.check_named(name).lines() == [f"{name}.toml: nothing is wrong."]


def test_a_misspelt_name_gets_the_closest_and_the_way_to_a_file() -> None:
    with pytest.raises(UnknownProcedureError) as unknown:
        library.find("bradfrod")
    assert str(unknown.value) == (
        'there is no procedure "bradfrod". Did you mean "bradford"? '
        "For a file of your own, give its path, ending in .toml."
    )
    with pytest.raises(
        UnknownProcedureError, match='Those that come with the program: "birmingham-attendance"'
    ):
        library.find("zzz")


def test_an_authoritys_own_file_lies_beside_its_authority_toml(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD, encoding="utf-8")
    books = library.load(["bradford", "ours.toml"], tmp_path)
    assert [procedure.id for procedure in books.in_use] == ["bradford", "ours"]
    assert books.text(books.in_use[1]) == GOOD
    assert books.roles()["manager"] == "Manager"
    with pytest.raises(FaultyFile, match="no such file"):
        library.load(["theirs.toml"], tmp_path)


def test_the_version_is_the_contents_own() -> None:
    one = library.parse(GOOD, "mine.toml")
    assert one.id == "mine"
    assert len(one.version) == 12
    assert library.parse(GOOD, "other.toml").version == one.version
    assert library.parse(GOOD + "# a note\n", "mine.toml").version != one.version


def test_a_record_keeps_the_version_that_it_began_under() -> None:
    old = GOOD.replace("working_days = 5", "working_days = 10")
    kept = library.parse(old, "mine.toml")
    books = Library([("mine", GOOD)])
    asked: list[str] = []

    def text() -> str:
        asked.append("database")
        return old

    for _ in range(2):
        procedure = books.of("mine", kept.version, text)
        assert procedure.first.window is not None
        assert procedure.first.window.working_days == 10
    assert asked == ["database"]
    assert [procedure.version for procedure in books.in_use] == [library.parse(GOOD, "mine.toml").version]


def test_a_version_that_was_never_kept_is_no_version() -> None:
    with pytest.raises(LookupError, match="The version 123 of the procedure mine is not in the database"):
        Library([("mine", GOOD)]).of("mine", "123", lambda: None)


def test_what_the_file_says_can_be_written_as_json_and_read_again() -> None:
    data = json.loads(bradford().model_dump_json(by_alias=True, exclude_none=True))
    assert "id" not in data
    assert "version" not in data
    assert Procedure.model_validate(data).model_dump() == bradford().model_dump()


def test_role_names_are_written_as_people_say_them() -> None:
    said = {role: bradford().role_name(role) for role in ("team_manager", "cpc_team_manager", "raiser")}
    assert said == {
        "team_manager": "team manager",
        "cpc_team_manager": "CPC team manager",
        "raiser": "the person who raised it",
    }


# --- what `challenge-bot init` writes ---------------------------------------------------------------------------------


def templates() -> tuple[Authority, list[PersonRow]]:
    authority = parse_authority(template())
    roles = library.load(authority.procedures).roles() | ADMINISTRATOR
    return authority, read_people(people_template(), "people.csv", authority, roles)


def test_the_templates_fit_each_other_and_the_shipped_procedure() -> None:
    authority, rows = templates()
    assert set(authority.procedures) <= set(library.shipped())
    assert {row.role for row in rows} == {*bradford().role, *ADMINISTRATOR}
    assert {row.unit for row in rows} <= {unit.id for unit in authority.unit}


def test_in_the_templates_every_team_has_somebody_for_every_role() -> None:
    """Holders are found from the case's team upwards, so that whoever serves all teams holds the role at the top."""
    authority, rows = templates()
    parents = {unit.parent for unit in authority.unit}
    teams = [unit.id for unit in authority.unit if unit.id not in parents]
    assert teams == ["east-1"]
    for team in teams:
        above = authority.upwards(team)
        for role, clause in bradford().needs().items():
            assert any(row.role == role and row.unit in above for row in rows), (
                f"{role}, which {clause} needs"
            )


def test_somebody_in_the_template_looks_after_the_program() -> None:
    _, rows = templates()
    assert [row.unit for row in rows if row.role == "administrator"] == ["childrens-services"]
