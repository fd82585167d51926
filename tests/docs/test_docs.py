"""The pages tell the truth: what they name exists, where they link there is something, what they show can be read."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from pydantic import BaseModel

from bot.command_line import app
from bot.intake import Pace
from bot.settings import Settings
from commands.registry import ALL, BY_NAME
from procedures import authority, library, schema
from procedures.drawing import draw
from procedures.people import read_people
from tests.docs import pages
from tests.docs.pages import PAGES, README, ROOT

DOCS = ROOT / "docs"
PROGRAM: Any = typer.main.get_command(app)
EVERYTHING = "\n".join(pages.text(page) for page in PAGES)
CODE = [(page.name, line) for page in PAGES for line in pages.code(page)]


def literals(folder: str) -> set[str]:
    """Every text that stands in the Python files of a folder."""
    found: set[str] = set()
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


# Commands


def test_every_slash_command_that_is_named_exists() -> None:
    named = [(page, word) for page, line in CODE for word in re.findall(r"/challenge ([a-z][\w-]*)", line)]
    assert len(named) > 20
    assert [(page, word) for page, word in named if word not in BY_NAME] == []


def test_every_slash_command_is_named_for_those_who_use_it() -> None:
    missing = [each for each in ALL if f"`/challenge {each.name}" not in EVERYTHING]
    assert [each.name for each in missing if not each.from_button] == []


def test_every_command_of_the_program_that_is_named_exists_with_its_options() -> None:
    found = 0
    for page, line in CODE:
        for words in re.findall(r"challenge-bot((?: [\w.<>-]+)+)", line):
            command: Any = PROGRAM
            rest = words.split()
            while rest and hasattr(command, "commands"):
                assert rest[0] in command.commands, f"{page}: challenge-bot{words}"
                command = command.commands[rest.pop(0)]
            options = {name for parameter in command.params for name in parameter.opts}
            assert {word for word in rest if word.startswith("--")} <= options, (
                f"{page}: challenge-bot{words}"
            )
            found += 1
    assert found > 20


def test_every_command_of_the_program_is_named() -> None:
    assert [name for name in PROGRAM.commands if f"challenge-bot {name}" not in EVERYTHING] == []


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for _, line in CODE for word in re.findall(r"\bmake ([a-z]+)", line)}
    assert {"demo", "test", "setup"} <= named <= targets


# Settings


def test_every_setting_that_is_named_exists() -> None:
    known = {f"CHALLENGE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"CHALLENGE_\w+", EVERYTHING)) == known


def test_the_table_of_settings_is_the_programs_own() -> None:
    shown = pages.text(README).split(pages.BEGIN)[1].split(pages.END)[0].strip()
    assert shown == pages.settings_table(), "Run: python -m tests.docs.pages"


# Links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    for link in pages.links(page):
        address = urlsplit(link)
        if address.scheme:
            assert address.scheme == "https", link
            continue
        target = (page.parent / address.path).resolve() if address.path else page
        assert target.exists(), f"{page.name} links to {link}"
        assert target.is_relative_to(ROOT), link
        if address.fragment:
            assert address.fragment in pages.anchors(target), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_place_of_the_machine_it_was_written_on(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(?:work|root|home|tmp|Users)/|\bpypi\b", pages.text(page))


# What is shown


FILES = sorted([*(ROOT / "procedures").glob("*.toml"), *(DOCS / "examples").glob("*.toml")])
"""The procedure files from which the pages show parts: those that come with the program, and the worked example."""


def test_the_worked_example_is_right_and_not_doubtful() -> None:
    for file in (DOCS / "examples").glob("*.toml"):
        assert library.check_file(file).lines() == [f"{file}: nothing is wrong."]


def test_the_picture_of_the_worked_example_is_its_own() -> None:
    """After a change: challenge-bot procedures draw docs/examples/saltmarsh.toml -o docs/pictures/saltmarsh.svg."""
    text = (DOCS / "examples" / "saltmarsh.toml").read_text(encoding="utf-8")
    drawn = draw(library.parse(text, "saltmarsh.toml"))
    assert (DOCS / "pictures" / "saltmarsh.svg").read_text(encoding="utf-8") == drawn


def subset(part: Any, whole: Any) -> bool:
    """Whether everything in `part` stands in `whole` too. Stages are found by their id."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and subset(value, whole[key]) for key, value in part.items())
    if isinstance(part, list) and isinstance(whole, list) and all(isinstance(each, dict) for each in part):
        return all(any(subset(each, other) for other in whole) for each in part)
    return bool(part == whole)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_piece_of_toml_says_what_it_is_and_is_right(page: Path) -> None:
    known = [tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES]
    text = (ROOT / "procedures" / "bradford.toml").read_text(encoding="utf-8")
    for block in pages.blocks(page, "toml"):
        what = block.splitlines()[0]
        if what == "# authority":
            authority.parse_authority(block)
        elif what == "# procedure":
            assert library.doubts(library.parse(block, "example.toml")) == []
        elif what == "# may be added to a procedure":
            library.parse(f"{text}\n{block}", "bradford.toml")
        elif what == "# part of a procedure: goes below a stage":
            part = tomllib.loads(f"[[stage]]\n{block}")
            assert any(subset(part, whole) for whole in known), block
        else:
            assert what == "# part of a procedure", block
            part = tomllib.loads(block)
            assert any(subset(part, whole) for whole in known), block


def test_the_people_of_the_readme_fit_the_template() -> None:
    (block,) = pages.blocks(README, "csv")
    council = authority.parse_authority(authority.template())
    roles = {**library.load(["bradford"]).roles(), "administrator": "Administrator"}
    assert len(read_people(block, "README.md", council, roles)) == 3


def models(module: Any) -> list[type[BaseModel]]:
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, BaseModel)
        and f"{each.__module__}.".startswith(f"{module.__name__}.")
    ]


def keys(module: Any) -> set[str]:
    return {
        field.alias or name
        for model in models(module)
        for name, field in model.model_fields.items()
        if not field.exclude
    }


def test_every_key_of_a_procedure_file_is_explained() -> None:
    explained = set(pages.spans(DOCS / "procedures.md"))
    assert keys(schema) - explained == set()


def test_every_key_of_authority_toml_is_explained() -> None:
    explained = {word.strip("[]") for word in pages.spans(DOCS / "administrators.md")}
    assert keys(authority) - explained == set()


@pytest.mark.parametrize("name", ["coordinators.md", "managers.md"])
def test_every_button_that_is_named_is_called_so(name: str) -> None:
    bold = re.findall(r"\*\*([^*]+)\*\*", pages.prose(DOCS / name))
    labels = [words for words in bold if words[-1] not in ".?:!"]
    assert len(labels) > 5
    assert sorted(set(labels) - literals("commands")) == []


@pytest.mark.parametrize("name", ["administrators.md", "decisions.md"])
def test_a_flood_is_what_the_pages_say(name: str) -> None:
    [told] = re.findall(r"(\d+) requests\s+at once and then (\d+) a second", pages.text(DOCS / name))
    usual = {
        name: each.default for name, each in inspect.signature(Pace.__init__).parameters.items()
    }  # what every process is begun with
    assert tuple(map(int, told)) == (usual["burst"], usual["rate"])


def test_every_event_of_the_log_that_is_named_is_written() -> None:
    log = pages.text(DOCS / "administrators.md").split("**The log**")[1].split("**The audit.**")[0]
    events = {
        word
        for row in re.findall(r"^\| (`.+?`) \|", log, re.MULTILINE)
        for word in re.findall(r"`(\w+)`", row)
    }
    assert len(events) >= 6
    assert events - literals("bot") == set()
