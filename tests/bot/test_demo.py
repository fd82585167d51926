"""The made-up authorities of the demo: each has its people, its files and a story that its procedures allow."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from bot.demo import choices, demo
from bot.demo.choices import UnknownAuthorityError
from commands.registry import BY_NAME
from procedures import library
from procedures.authority import parse_authority
from procedures.people import read_people
from procedures.plans import read_plans
from procedures.triggers import occurrences
from tests import logs

NAMES = choices.names()


def test_a_newcomer_is_offered_all_five_and_comes_to_one_of_them_first() -> None:
    assert len(NAMES) == 5
    assert [choices.story_of(name).first for name in NAMES] == [True, False, False, False, False]
    assert len({choices.story_of(name).title for name in NAMES}) == 5


def test_an_authority_that_there_is_not_gets_the_closest() -> None:
    with pytest.raises(UnknownAuthorityError) as unknown:
        choices.story_of("newcastel")
    assert str(unknown.value) == 'The demo has no authority "newcastel". Did you mean "newcastle"?'


def test_files_that_are_there_already_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("mine", encoding="utf-8")
    choices.put_into(tmp_path, NAMES[0])
    assert (tmp_path / "people.csv").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "authority.toml").exists()
    assert not (tmp_path / "story.toml").exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_team_has_somebody_for_every_role(name: str) -> None:
    authority = parse_authority(choices.file_of(name, "authority.toml"))
    books = library.load(authority.procedures)
    roles = books.roles() | {"administrator": "Administrator"}
    rows = read_people(choices.file_of(name, "people.csv"), "people.csv", authority, roles)
    assert len({row.email for row in rows}) >= 8
    assert "administrator" in {row.role for row in rows}
    above = {unit.parent for unit in authority.unit}
    for team in (unit.id for unit in authority.unit if unit.id not in above):
        held = {row.role for row in rows if row.unit in authority.upwards(team)}
        assert {role for each in books.in_use for role in each.role} <= held
    told = choices.story_of(name)
    acting = [each.who for each in told.start] + [each.who for each in told.step]
    assert set(acting) <= {row.email for row in rows}
    commands = [each.command.split()[1] for each in told.start if each.command]
    assert set(commands) <= BY_NAME.keys()
    assert told.channel.unit in {unit.id for unit in authority.unit}


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_plans_fits_and_nothing_opens_before_the_newcomer_comes_in(name: str) -> None:
    authority = parse_authority(choices.file_of(name, "authority.toml"))
    books = library.load(authority.procedures)
    rows = read_people(
        choices.file_of(name, "people.csv"), "people.csv", authority, books.roles() | {"administrator": ""}
    )
    told = choices.story_of(name)
    begins, opens = (date.fromisoformat(each.split()[0]) for each in (told.begins, told.opens))
    listed = read_plans(
        choices.file_of(name, "plans.csv"),
        "plans.csv",
        authority,
        {row.email: row.name for row in rows},
        begins,
    )
    assert len(listed) >= 3
    triggers = [trigger for each in books.in_use for trigger in each.trigger]
    fires = [
        each.on
        for trigger in triggers
        for plan in listed
        for each in occurrences(trigger, plan, begins, authority.calendar())
    ]
    assert all(day > opens for day in fires)


@pytest.mark.parametrize("name", NAMES)
def test_the_story_can_be_lived_through(name: str, tmp_path: Path) -> None:
    async def live() -> str:
        async with demo.running(0, tmp_path, authority=name) as running:
            return running.machine.describe()

    with logs.put_back():
        assert asyncio.run(live()).endswith(", 09:10")
