"""people.csv: what it means, every fault in it, and what an import changes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.people import COLUMNS, Kind, PersonRow, changes, read_people, with_known_ids
from procedures.reading import Fault, FaultyFile
from tests.procedures.test_authority import AUTHORITY

ROLES = {
    "team_manager": "Team manager",
    "social_worker": "Social worker",
    "cpc": "Child protection coordinator",
}

HEADINGS = "email,name,role,unit,slack_user_id,teams_user_id\n"
GOOD = HEADINGS + (
    "ada@barset.example,Ada Byron,team_manager,east-1,U0ADA0001,29:ada\n"
    'bo@barset.example,"Kerr, Bo",social_worker,east-1,,\n'
    'bo@barset.example,"Kerr, Bo",cpc,east,W0BO00001,\n'
)
ADA = PersonRow("ada@barset.example", "Ada Byron", "team_manager", "east-1", "U0ADA0001", "29:ada")


def read(text: str | bytes) -> list[PersonRow]:
    return read_people(text, "people.csv", AUTHORITY, ROLES)


def faults_of(text: str | bytes) -> tuple[Fault, ...]:
    try:
        read(text)
    except FaultyFile as refused:
        return refused.faults
    return ()


def test_one_row_for_each_role_and_the_user_ids_on_each() -> None:
    assert read(GOOD) == [
        ADA,
        PersonRow("bo@barset.example", "Kerr, Bo", "social_worker", "east-1", "W0BO00001", None),
        PersonRow("bo@barset.example", "Kerr, Bo", "cpc", "east", "W0BO00001", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD + "\n",
        GOOD + "\r\n,,,,,\r\n",
        GOOD.rstrip("\n"),
        "\ufeff" + GOOD,
        ("\ufeff" + GOOD).encode(),
        GOOD.replace(",team_manager,", " , team_manager , ").replace("email,", " email ,"),
        GOOD.replace("ada@", "ADA@"),
    ],
)
def test_how_a_spreadsheet_saves_it_makes_no_difference(text: str | bytes) -> None:
    assert [(row.email, row.role) for row in read(text)] == [(row.email, row.role) for row in read(GOOD)]


def test_columns_in_another_order() -> None:
    rows = [list(reversed(row)) for row in csv.reader(io.StringIO(GOOD))]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    assert read(text.getvalue()) == read(GOOD)


# (what to replace in the good file, by what, the faults that come of it)
COLUMNS_ARE = "The columns are email,name,role,unit,slack_user_id,teams_user_id."
FAULTS = [
    (GOOD, "", "people.csv: the file is empty. Its first line is email,name,role,unit,slack_user_id,teams_user_id."),
    (GOOD, "\n \n", "people.csv: the file is empty. Its first line is email,name,role,unit,slack_user_id,teams_user_id."),
    (GOOD, HEADINGS, "people.csv:1: there is nobody in the file. Write one row for each role a person holds."),
    (",unit,", ",", f'people.csv:1: the column "unit" is missing. {COLUMNS_ARE}'),
    (",unit,", ",unti,", 'people.csv:1: unknown column "unti". Did you mean "unit"?'),
    (",unit,", ",unit,phone,", f'people.csv:1: unknown column "phone". {COLUMNS_ARE}'),
    (",unit,", ",unit,unit,", 'people.csv:1: the column "unit" is there twice. Keep one.'),
    ("email,", "Email,", 'people.csv:1: unknown column "Email". Did you mean "email"?'),
    (HEADINGS, HEADINGS.replace(",", ";"), "people.csv:1: the cells are not separated by commas. Save the file as CSV with commas: email,name,role,unit,slack_user_id,teams_user_id."),
    (",29:ada", "", "people.csv:2: the row has 5 cells instead of 6. A cell with nothing in it needs its comma all the same."),
    ("Ada Byron", "Byron, Ada", "people.csv:2: the row has 7 cells instead of 6. A cell with a comma in it stands in double quotes."),
    ("ada@barset.example", "ada.barset.example", 'people.csv:2, column email: "ada.barset.example" is not an e-mail address. For example: ada@example.org.'),
    ("ada@barset.example", "", 'people.csv:2, column email: "" is not an e-mail address. For example: ada@example.org.'),
    ("ada@barset.example", "ada@barset", 'people.csv:2, column email: "ada@barset" is not an e-mail address. For example: ada@example.org.'),
    ("Ada Byron", " ", "people.csv:2, column name: the name is missing. For example: Ada Byron."),
    ("Ada Byron", '"Ada\nByron"', "people.csv:2, column name: there is a character that cannot be shown. Type the name again."),
    ("team_manager", "team_manger", 'people.csv:2, column role: unknown role "team_manger". Did you mean "team_manager"?'),
    ("team_manager", "Team Manager", 'people.csv:2, column role: unknown role "Team Manager". Did you mean "team_manager"?'),
    ("team_manager", "Child protection coordinator", 'people.csv:2, column role: unknown role "Child protection coordinator". Did you mean "cpc"?'),
    ("team_manager", "", 'people.csv:2, column role: the role is missing. Allowed: "team_manager", "social_worker" and "cpc".'),
    ("east-1,U", "east-11,U", 'people.csv:2, column unit: unknown unit "east-11". Did you mean "east-1"?'),
    ("east-1,U", "East team 1,U", 'people.csv:2, column unit: unknown unit "East team 1". Did you mean "east-1"?'),
    ("east-1,U", ",U", 'people.csv:2, column unit: the unit is missing. Allowed: "all", "east", "east-1" and "west".'),
    ("U0ADA0001", "@ada", 'people.csv:2, column slack_user_id: "@ada" is not a member ID. It is U or W and then at least 6 capital letters or digits, for example U012AB3CD.'),
    ("U0ADA0001", "u0ada0001", 'people.csv:2, column slack_user_id: "u0ada0001" is not a member ID. It is U or W and then at least 6 capital letters or digits, for example U012AB3CD.'),
    ("U0ADA0001", "U0ADA", 'people.csv:2, column slack_user_id: "U0ADA" is not a member ID. It is U or W and then at least 6 capital letters or digits, for example U012AB3CD.'),
    ("29:ada", "Ada Byron", 'people.csv:2, column teams_user_id: "Ada Byron" is not a user ID. It has no spaces.'),
    ('"Kerr, Bo",cpc', "Bo Kerr,cpc", 'people.csv:4, column name: bo@barset.example is "Bo Kerr" here and "Kerr, Bo" on line 3. Write the same name on both.'),
    ("east-1,,", "east-1,W0BO00002,", 'people.csv:4, column slack_user_id: bo@barset.example has "W0BO00001" here and "W0BO00002" on line 3. A person has one.'),
    ("W0BO00001", "U0ADA0001", 'people.csv:4, column slack_user_id: "U0ADA0001" is ada@barset.example on line 2. Each person has their own.'),
    ("W0BO00001,", "W0BO00001,29:ada", 'people.csv:4, column teams_user_id: "29:ada" is ada@barset.example on line 2. Each person has their own.'),
    ("cpc,east,", "social_worker,east-1,", "people.csv:4: bo@barset.example has this role and unit on line 3 already. Delete one of the two rows."),
    ("Ada Byron", '"Ada Byron', 'people.csv:2: a quote is not closed, or stands where none should. A cell ends with the quote that opens it; a quote inside it is written twice: "".'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentences"), FAULTS)
def test_a_fault_says_where_it_is_and_what_would_be_right(old: str, new: str, sentences: str) -> None:
    assert old in GOOD
    assert "\n".join(map(str, faults_of(GOOD.replace(old, new, 1)))) == sentences


def test_all_faults_are_told_at_once_by_line() -> None:
    text = GOOD.replace("cpc", "cpcc").replace("ada@", "ada").replace("team_manager", "manager")
    assert [(fault.line, fault.column) for fault in faults_of(text)] == [
        (2, "email"),
        (2, "role"),
        (4, "role"),
    ]


def test_a_file_in_another_encoding_is_refused_with_its_line() -> None:
    text = GOOD.replace("Ada Byron", "Adé Byron").encode("latin-1")
    assert [str(fault) for fault in faults_of(text)] == [
        'people.csv:2: this line is not UTF-8 text. Save the file again with the encoding "UTF-8".'
    ]


def test_lines_are_counted_through_cells_with_line_breaks_and_blank_lines() -> None:
    text = GOOD.replace("29:ada\n", '"29:\nada"\n\n').replace("cpc", "cpcc")
    assert [fault.line for fault in faults_of(text)] == [2, 6]


cells = st.sampled_from(
    [
        "ada@barset.example",
        "bo@barset.example",
        "Ada",
        "team_manager",
        "cpc",
        "east",
        "all",
        "U0ADA0001",
        "",
        " ",
        "x,y",
        '"',
        "\n",
        "é\0",
    ]
)


@given(st.lists(st.lists(cells, min_size=5, max_size=7), max_size=5), st.booleans())
def test_whatever_the_cells_there_are_rows_or_faults(rows: list[list[str]], headed: bool) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([list(COLUMNS), *rows] if headed else rows)
    faults = faults_of(text.getvalue())
    assert all(str(fault).startswith("people.csv") and fault.shown() for fault in faults)
    if not faults:
        assert {row.email for row in read(text.getvalue())} <= {"ada@barset.example", "bo@barset.example"}


@given(st.text().map(lambda text: HEADINGS + text) | st.text() | st.binary())
def test_whatever_the_text_there_are_rows_or_faults(text: str | bytes) -> None:
    assert all(str(fault).startswith("people.csv") for fault in faults_of(text))


@given(st.data())
def test_a_good_file_with_a_piece_cut_out_is_rows_or_faults(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    assert all(0 <= fault.line <= 4 for fault in faults_of(GOOD[:start] + GOOD[end:]))


def test_what_an_import_changes() -> None:
    before = read(GOOD)
    after = read(
        HEADINGS + "ada@barset.example,Ada King,team_manager,west,U0ADA0001,\n"
        "cy@barset.example,Cy Dodd,social_worker,east-1,,\n"
    )
    found = changes(before, after)
    assert [str(change) for change in found] == [
        'Ada King (ada@barset.example): name changes from "Ada Byron" to "Ada King"',
        'Ada King (ada@barset.example): teams_user_id changes from "29:ada" to ""',
        "Ada King (ada@barset.example) is no longer team_manager in east-1",
        "Ada King (ada@barset.example) becomes team_manager in west",
        "Kerr, Bo (bo@barset.example) is removed",
        "Cy Dodd (cy@barset.example) is added",
        "Cy Dodd (cy@barset.example) becomes social_worker in east-1",
    ]
    assert found[4].kind is Kind.PERSON_REMOVED
    assert (found[3].role, found[3].unit) == ("team_manager", "west")


def test_the_same_people_in_another_order_are_no_change() -> None:
    assert changes(read(GOOD), reversed(read(GOOD))) == []
    assert [change.kind for change in changes([], [ADA])] == [Kind.PERSON_ADDED, Kind.ROLE_ADDED]
    assert [change.kind for change in changes([ADA], [])] == [Kind.PERSON_REMOVED]


def test_an_id_that_was_learnt_need_not_be_in_the_file() -> None:
    empty = read(GOOD.replace("U0ADA0001", "").replace("29:ada", "").replace("W0BO00001", ""))
    assert changes(read(GOOD), with_known_ids(empty, read(GOOD))) == []


def test_an_id_that_the_file_gives_to_somebody_else_is_no_longer_known_as_the_first_persons() -> None:
    passed_on = read(GOOD.replace("U0ADA0001", "").replace("W0BO00001", "U0ADA0001"))
    found = changes(read(GOOD), with_known_ids(passed_on, read(GOOD)))
    assert [str(change) for change in found] == [
        'Ada Byron (ada@barset.example): slack_user_id changes from "U0ADA0001" to ""',
        'Kerr, Bo (bo@barset.example): slack_user_id changes from "W0BO00001" to "U0ADA0001"',
    ]
