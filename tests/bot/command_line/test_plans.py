"""Children on plans: the list is taken in whole or not at all, and says what it changes without naming a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures.authority import plans_template, template
from tests.bot.command_line.conftest import Run, refused
from tests.commands.long_plans import PROCEDURE

HEADINGS = plans_template().splitlines()[0]


@pytest.fixture
def listed(run: Run, council: Path) -> Path:
    """A council whose procedure opens records by itself, with its people; the list of plans as the example has it."""
    folder = council.parent
    (folder / "long.toml").write_text(PROCEDURE, encoding="utf-8")
    (folder / "authority.toml").write_text(
        template().replace('["bradford"]', '["bradford", "long.toml"]'), encoding="utf-8"
    )
    assert run("people", "import", "people.csv").status == 0
    file = folder / "plans.csv"
    file.write_text(run("plans", "example").out, encoding="utf-8")
    return file


def test_the_example_can_be_taken_in_as_it_is(run: Run, listed: Path) -> None:
    trial = run("plans", "import", "plans.csv", "--dry-run")
    assert (trial.status, trial.err) == (0, "")
    assert trial.out.splitlines()[0] == "Plans: 3 new."
    assert trial.out.splitlines()[-1] == "Nothing has been changed: this was a trial."
    ran = run("plans", "import", "plans.csv")
    assert ran.out.splitlines()[0] == "Plans: 3 new."  # nothing was taken in before
    assert ran.out.splitlines()[-1] == "The list has been taken in."
    assert run("plans", "import", "plans.csv").out.splitlines()[0] == "Plans: 3 as before."


def test_what_a_later_list_changes_is_told_in_numbers(run: Run, listed: Path) -> None:
    run("plans", "import", "plans.csv")
    rows = listed.read_text(encoding="utf-8").splitlines()
    rows[2] = rows[2].replace("2025-06-09", "2025-06-16").replace("tom.ellery@barsetshire.example", "")
    listed.write_text("\n".join([*rows[:3], rows[3].replace("204817", "204818")]), encoding="utf-8")
    lines = run("plans", "import", "plans.csv").out.splitlines()
    assert lines[:3] == [
        "Plans: 1 new, 1 changed, 1 gone, 1 as before.",
        "What changed: review dates 1, social worker 1.",
        "1 is not on the list any more: nothing opens for it from now on. If that is wrong, complete the list and send it again.",
    ]
    assert not any("LCS" in line for line in lines)


def test_a_fault_is_named_with_line_and_column_and_nothing_is_changed(run: Run, listed: Path) -> None:
    text = plans_template().replace("east-1,2024", "est-1,2024").replace("ended", "over")
    listed.write_text(text, encoding="utf-8")
    ran = run("plans", "import", "plans.csv")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines()[0] == (
        'plans.csv:2, column unit: unknown unit "est-1". Did you mean "east-1"?'
    )
    assert "plans.csv:4, column status: unknown status" in ran.err
    listed.write_text(plans_template(), encoding="utf-8")
    assert run("plans", "import", "plans.csv").out.startswith("Plans: 3 new.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("nowhere.csv", None, "nowhere.csv: there is no such file."),
        ("empty.csv", b"", f"empty.csv: the file is empty. Its first line is {HEADINGS}."),
        ("sheet.xlsx", b"PK\x03\x04\xff\xfe", "sheet.xlsx:1: this line is not UTF-8 text."),
    ],
)
def test_a_file_that_cannot_be_read_is_no_list(
    run: Run, listed: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    ran = run("plans", "import", name)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(sentence)


def test_the_list_shows_who_comes_up_when_and_why(run: Run, listed: Path) -> None:
    run("plans", "import", "plans.csv")
    lines = run("plans", "list", "--days", "400").out.splitlines()
    assert any("LCS-204815" in line and "Third review, or 15 months" in line for line in lines)
    data = run("plans", "list", "--days", "400", "--json").data
    first = next(each for each in data["upcoming"] if each["case_reference"] == "LCS-204815")
    assert (first["day"], first["why"]) == ("2025-11-24", "third review")
    assert data["opened"] == []
    refused(run("plans", "list", "--days", "0"), "0 is not a number of days from 1 to 400.")


def test_where_no_plan_can_open_anything_the_list_says_so(run: Run, council: Path) -> None:
    assert run("plans", "list").out == (
        "Nothing comes up: no procedure in use here opens anything because of a plan.\n"
    )


def test_without_a_list_nothing_comes_up(run: Run, listed: Path) -> None:
    assert run("plans", "list").out == "Nothing comes up in the next 60 days.\n"


def test_a_role_that_may_send_the_list_must_be_there(run: Run, council: Path) -> None:
    text = template().replace('plans = { by = ["administrator"] }', 'plans = { by = ["administrater"] }')
    (council.parent / "authority.toml").write_text(text, encoding="utf-8")
    ran = run("plans", "list")
    line = text.splitlines().index('plans = { by = ["administrater"] }') + 1
    assert ran.status == 1
    assert ran.err.startswith(
        f'authority.toml:{line}: unknown role "administrater". Did you mean "administrator"?'
    )
