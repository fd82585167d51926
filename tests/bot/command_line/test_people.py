"""Who works here: taken in whole or not at all, each fault with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.barsetshire import people_csv
from tests.bot.command_line.conftest import Run


def test_what_init_writes_can_be_imported_and_leaves_no_gap(run: Run, council: Path) -> None:
    ran = run("people", "import", "people.csv")
    assert (ran.status, ran.err) == (0, "")
    assert "Hannah Okafor (hannah.okafor@barsetshire.example) becomes cpc in childrens-services" in ran.out
    assert ran.out.splitlines()[-1] == "24 changes made."
    checked = run("people", "check")
    assert (checked.status, checked.out) == (0, "Every role that a procedure needs is held for every team.\n")
    assert run("people", "check", "--json").data == []


def test_a_dry_run_shows_and_changes_nothing(run: Run, council: Path) -> None:
    ran = run("people", "import", "people.csv", "--dry-run")
    assert ran.out.splitlines()[-1] == "24 changes to be made; nothing was changed (--dry-run)."
    assert run("people", "check").status == 1
    assert run("people", "import", "people.csv").out.splitlines()[-1] == "24 changes made."


def test_the_same_file_again_changes_nothing(run: Run, council: Path) -> None:
    run("people", "import", "people.csv")
    ran = run("people", "import", "people.csv")
    assert (ran.status, ran.out) == (0, "Nothing has changed.\n")


def test_one_change_is_one_and_what_is_then_missing_is_named(run: Run, council: Path) -> None:
    run("people", "import", "people.csv")
    rows = [row for row in council.read_text(encoding="utf-8").splitlines() if "Miriam" not in row]
    council.write_text("\n".join(rows), encoding="utf-8")
    ran = run("people", "import", "people.csv")
    assert ran.out.splitlines() == [
        "Miriam Stone (miriam.stone@barsetshire.example) is removed",
        "One change made.",
        "Still missing: CPC team manager for East safeguarding team 1.",
    ]
    checked = run("people", "check")
    sentence = "East safeguarding team 1: nobody holds the role CPC team manager (cpc_team_manager), which BR-4 of bradford needs."
    assert (checked.status, checked.out) == (1, f"{sentence}\n")
    gaps = run("people", "check", "--json")
    assert gaps.status == 1
    assert [gap["role"] for gap in gaps.data] == ["cpc_team_manager"]


FAULTS = [
    ("hannah.okafor@barsetshire.example", "hannah", 'people.csv:2, column email: "hannah" is not an e-mail address. For example: ada@example.org.'),
    ("Hannah Okafor,cpc,", "Hannah Okafor,cpx,", 'people.csv:2, column role: unknown role "cpx". Did you mean "cpc"?'),
    ("Hannah Okafor,", ",", "people.csv:2, column name: the name is missing. For example: Ada Byron."),
    ("social_worker,east-1", "social_worker,est-1", 'people.csv:6, column unit: unknown unit "est-1". Did you mean "east-1"?'),
    ("U01HANNAH1", "hannah1", 'people.csv:2, column slack_user_id: "hannah1" is not a member ID. It is U or W and then at least 6 capital letters or digits, for example U012AB3CD.'),
    ("U01MIRIAM1", "U01HANNAH1", 'people.csv:3, column slack_user_id: "U01HANNAH1" is hannah.okafor@barsetshire.example on line 2. Each person has their own.'),
    ("email,name,role", "email,nmae,role", 'people.csv:1: unknown column "nmae". Did you mean "name"?'),
    (",U01HANNAH1,", ",U01HANNAH1", "people.csv:2: the row has 5 cells instead of 6. A cell with nothing in it needs its comma all the same."),
]  # fmt: skip


def test_a_fault_is_named_with_line_and_column_and_nothing_is_changed(run: Run, council: Path) -> None:
    for right, wrong, sentence in FAULTS:
        council.write_text(people_csv().replace(right, wrong, 1), encoding="utf-8")
        ran = run("people", "import", "people.csv")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.splitlines()[0] == sentence
    council.write_text(people_csv(), encoding="utf-8")
    ran = run("people", "import", "people.csv")
    assert ran.out.endswith("24 changes made.\n")  # all of them: nothing was taken in before


def test_every_fault_of_a_file_is_told_at_once(run: Run, council: Path) -> None:
    council.write_text(people_csv().replace("east-1", "est-1").replace(",cpc,", ",cpx,"), encoding="utf-8")
    sentences = [
        line for line in run("people", "import", "people.csv").err.splitlines() if line.startswith("people")
    ]
    assert [sentence.split(":")[1].split(",")[0] for sentence in sentences] == ["2", "6", "7"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("nowhere.csv", None, "nowhere.csv: there is no such file."),
        (".", None, ".: this is a folder, not a file."),
        ("empty.csv", b"", "empty.csv: the file is empty. Its first line is email,name,role,unit,slack_user_id,teams_user_id."),
        ("latin.csv", b"email,name\nJos\xe9", "latin.csv:2: this line is not UTF-8 text."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_no_list(
    run: Run, council: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    ran = run("people", "import", name)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(sentence)
