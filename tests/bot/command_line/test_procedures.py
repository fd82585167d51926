"""Procedures read, checked and published; due dates worked out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from procedures import library
from procedures.workdays import Nation
from tests.bot.command_line.conftest import Run, refused


def test_procedures_are_listed_and_told_in_words(run: Run) -> None:
    listed = run("procedures", "list").out.splitlines()
    assert "bradford: Challenge and Resolution Process (england-and-wales)" in listed
    assert [row["name"] for row in run("procedures", "list", "--json").data] == library.shipped()
    assert len(listed) == len(library.shipped())
    shown = run("procedures", "show", "bradford").out
    for number in range(1, 12):
        assert f"[BR-{number}]" in shown
    assert "  Window: 5 working days, on the team manager, until the concerns are acknowledged and" in shown
    assert run("procedures", "show", "bradford", "--json").data["stage"][0]["window"]["working_days"] == 5


def test_a_procedure_that_is_not_there_gets_the_closest(run: Run) -> None:
    refused(
        run("procedures", "show", "bradfrod"),
        'There is no procedure "bradfrod". Did you mean "bradford"? For a file of your own, give its path, ending in .toml.',
    )
    refused(run("procedures", "show", "mine.toml"), "mine.toml: there is no such file.")


def test_files_are_checked_with_status_0_or_1(run: Run, tmp_path: Path) -> None:
    good = run("procedures", "show", "bradford", "--json")
    text = (Path(__file__).parents[3] / "procedures" / "bradford.toml").read_text(encoding="utf-8")
    Path("good.toml").write_text(text, encoding="utf-8")
    Path("bad.toml").write_text(text.replace("nation =", "nattion ="), encoding="utf-8")
    assert good.status == 0
    ran = run("procedures", "check", "good.toml")
    assert (ran.status, ran.out, ran.err) == (0, "good.toml: nothing is wrong.\n", "")
    ran = run("procedures", "check", "good.toml", "bad.toml", "gone.toml")
    assert (ran.status, ran.out) == (1, "good.toml: nothing is wrong.\n")
    assert 'bad.toml:7: unknown key "nattion". Did you mean "nation"?' in ran.err
    assert "gone.toml: there is no such file." in ran.err
    ran = run("procedures", "check", "bradford", "newcastle")
    assert (ran.status, ran.out) == (
        0,
        "bradford.toml: nothing is wrong.\nnewcastle.toml: nothing is wrong.\n",
    )
    refused(
        run("procedures", "check", "bradfrod"),
        'There is no procedure "bradfrod". Did you mean "bradford"? For a file of your own, give its path, ending in .toml.',
    )
    ran = run("procedures", "check", "good.toml", "bad.toml", "--json")
    assert (ran.status, ran.err) == (1, "")
    assert [len(report["faults"]) for report in ran.data] == [0, 1]


def test_the_schema_takes_the_shipped_file_and_refuses_a_slip(run: Run) -> None:
    schema = run("procedures", "schema").data
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    path = Path(__file__).parents[3] / "procedures" / "bradford.toml"
    good = tomllib.loads(path.read_text(encoding="utf-8"))
    validator.validate(good)
    for table in (
        good,
        good["raise"],
        good["role"]["cpc"],
        good["stage"][1]["meeting"],
        good["stage"][0]["window"],
    ):
        slip = dict(table)
        table["misspelt"] = 1
        assert not validator.is_valid(good)
        del table["misspelt"]
        assert table == slip
    assert validator.is_valid(good)
    assert not validator.is_valid(good | {"nation": "wales"})
    assert not validator.is_valid({key: value for key, value in good.items() if key != "stage"})


@pytest.mark.parametrize(
    ("nation", "due"),
    [(None, "2026-12-29"), ("england-and-wales", "2026-12-29"), ("scotland", "2026-12-29"), ("northern-ireland", "2026-12-29")],
)  # fmt: skip
def test_the_first_line_is_the_date_and_the_sum_follows(run: Run, nation: str | None, due: str) -> None:
    ran = run("due", "2026-12-18", "5", *([] if nation is None else ["--nation", nation]))
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == due
    assert lines[1].startswith(
        "5 working days from Friday 18 December 2026; Friday 25 December is Christmas Day"
    )
    assert lines[2] == "Fri 18 Dec 2026  not counted: the day it was opened"
    assert lines[-1] == "Tue 29 Dec 2026  working day 5, due"


def test_the_nations_differ(run: Run) -> None:
    found = {
        nation: run("due", "2026-12-30", "2", "--nation", nation).out.splitlines()[0] for nation in Nation
    }
    assert found == {
        "england-and-wales": "2027-01-04",
        "scotland": "2027-01-05",
        "northern-ireland": "2027-01-04",
    }
    data = run("due", "2026-12-30", "2", "--nation", "scotland", "--json").data
    assert data["due"] == "2027-01-05"
    assert len(data["days"]) == 7


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["18/12/2026", "5"], '"18/12/2026" is not a date written year-month-day, for example 2026-12-18. Did you mean 2026-12-18?'),
        (["2026-02-29", "5"], '"2026-02-29" is not a date: February 2026 has 28 days.'),
        (["2050-01-03", "5"], "Monday 3 January 2050 is outside the working calendar, which runs from Friday 1 January 2010 to Monday 31 December 2040."),
        (["2026-12-18", "0"], '"0" is not a number of working days: that is a whole number from 1 to 260.'),
        (["2026-12-18", "five"], '"five" is not a number of working days: that is a whole number from 1 to 260.'),
        (["2026-12-18", "9" * 5000], f'"{"9" * 5000}" is not a number of working days: that is a whole number from 1 to 260.'),
        (["2026-12-18", "5", "--nation", "wales"], '"wales" is no nation with bank holidays of its own. Did you mean "england-and-wales"?'),
        (["2026-12-18", "5", "--nation", "x"], '"x" is no nation with bank holidays of its own. The nations are: "england-and-wales", "scotland" and "northern-ireland".'),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_said(run: Run, words: list[str], sentence: str) -> None:
    refused(run("due", *words), sentence)


def test_a_procedure_is_drawn_into_a_file_or_for_a_pipe(run: Run, tmp_path: Path) -> None:
    ran = run("procedures", "draw", "bradford")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("<svg ")
    target = tmp_path / "bradford.svg"
    ran = run("procedures", "draw", "bradford", "-o", str(target))
    assert (ran.status, ran.out) == (0, f"Wrote {target}\n")
    assert "CP Challenge Stage 3" in target.read_text(encoding="utf-8")
    refused(
        run("procedures", "draw", "bradford", "-o", str(tmp_path)),
        f"{tmp_path} cannot be written to: is a directory.",
    )


def test_a_procedure_is_shown_in_each_of_its_languages(run: Run) -> None:
    assert "Challenging cases" in run("procedures", "show", "cwm-taf").out
    assert "Achosion heriol" in run("procedures", "show", "cwm-taf", "--language", "cy").out
    assert 'lang="cy"' in run("procedures", "draw", "cwm-taf", "--language", "cy").out
    refused(
        run("procedures", "show", "bradford", "--language", "cy"),
        "bradford has no wording in Welsh. It has: en (English).",
    )
    refused(
        run("procedures", "show", "cwm-taf", "--language", "cymraeg"),
        '"cymraeg" is no language that is known here. Allowed: "en" and "cy".',
    )
