"""plans.csv: what is read, and what is refused with the words that help."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.authority import parse_authority
from procedures.faults import Fault, FaultyFile
from procedures.plans import COLUMNS, PlanRow, read_plans
from procedures.schema.triggers import PlanStatus

AUTHORITY = parse_authority("""
name = "Barset Council"
procedures = ["own"]
nation = "england-and-wales"
case_reference = { pattern = 'BAR-\\d{4}', example = "BAR-2041" }
unit = [{ id = "all", name = "All" }, { id = "east-1", name = "East team 1", parent = "all" }]
""")
PEOPLE = {"ada@barset.example": "Ada Byron", "bo@barset.example": "Bo Kerr"}
TODAY = date(2026, 11, 23)
HEADINGS = "case_reference,unit,plan_start,review_dates,social_worker,coordinator,status\n"
GOOD = (
    HEADINGS
    + "BAR-2041,east-1,2025-08-31,2025-11-20;2026-05-14;2026-11-30,ada@barset.example,bo@barset.example,on_plan\n"
    "BAR-2042,all,03/11/2026,,,Bo@Barset.example,Looked after\n"
)


def read(text: str | bytes) -> list[PlanRow]:
    return read_plans(text, "plans.csv", AUTHORITY, PEOPLE, TODAY)


def faults_of(text: str | bytes) -> tuple[Fault, ...]:
    try:
        read(text)
    except FaultyFile as faulty:
        return faulty.faults
    return ()


def test_a_row_is_a_plan() -> None:
    assert read(GOOD) == [
        PlanRow(
            "BAR-2041",
            "east-1",
            date(2025, 8, 31),
            (date(2025, 11, 20), date(2026, 5, 14), date(2026, 11, 30)),
            "ada@barset.example",
            "bo@barset.example",
            PlanStatus.on_plan,
        ),
        PlanRow("BAR-2042", "all", date(2026, 11, 3), (), None, "bo@barset.example", PlanStatus.looked_after),
    ]


def test_reviews_are_counted_up_to_a_day() -> None:
    plan = read(GOOD)[0]
    assert [plan.reviews_by(day) for day in (date(2025, 11, 19), date(2025, 11, 20), TODAY)] == [0, 1, 2]


def test_spreadsheets_may_write_as_they_do() -> None:
    written = GOOD.replace("2025-08-31", "31/8/2025 00:00").replace("2025-11-20", "2025-11-20 00:00:00")
    spaced = written.replace(";2026-05-14;", " ; 14/05/2026 ; ").replace("-30,ada", "-30;,ada")
    assert read(spaced) == read(GOOD)
    assert read(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == read(GOOD)
    quoted = io.StringIO()
    csv.writer(quoted, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(GOOD)))
    assert read(quoted.getvalue()) == read(GOOD)


def test_columns_may_stand_in_any_order() -> None:
    turned = io.StringIO()
    csv.writer(turned).writerows(row[::-1] for row in csv.reader(io.StringIO(GOOD)))
    assert read(turned.getvalue()) == read(GOOD)


COLUMNS_ARE = f"The columns are {','.join(COLUMNS)}."
WRITE = "Write it as 2026-12-18 or 18/12/2026."
FAULTS = [
    (GOOD, "", f"plans.csv: the file is empty. Its first line is {','.join(COLUMNS)}."),
    (GOOD, HEADINGS, "plans.csv:1: there is no plan in the file. Write one row for each plan; a file without any would end them all."),
    (HEADINGS, HEADINGS.replace(",", ";"), f"plans.csv:1: the cells are not separated by commas. Save the file as CSV with commas: {','.join(COLUMNS)}."),
    (HEADINGS, "sep=,\n" + HEADINGS, "\n".join(["plans.csv:1: unknown column \"sep=\". " + COLUMNS_ARE, "plans.csv:1: unknown column \"\". " + COLUMNS_ARE] + [f'plans.csv:1: the column "{column}" is missing. {COLUMNS_ARE}' for column in COLUMNS])),
    (",status", ",state", 'plans.csv:1: unknown column "state". Did you mean "status"?'),
    (",2025-08-31", "", "plans.csv:2: the row has 6 cells instead of 7. A cell with nothing in it needs its comma all the same."),
    ("-20;2026", "-20,2026", "plans.csv:2: the row has 8 cells instead of 7. A cell with a comma in it stands in double quotes."),
    ("BAR-2041", "Tim Hall", 'plans.csv:2, column case_reference: "Tim Hall" is not a case reference. A case reference looks like BAR-2041. Never write a name.'),
    ("BAR-2041", "", "plans.csv:2, column case_reference: the case reference is missing. A case reference looks like BAR-2041. Never write a name."),
    ("east-1", "East team 1", 'plans.csv:2, column unit: unknown unit "East team 1". Did you mean "east-1"?'),
    ("east-1", "esat-1", 'plans.csv:2, column unit: unknown unit "esat-1". Did you mean "east-1"?'),
    ("2025-08-31", "", f"plans.csv:2, column plan_start: the day on which the plan began is missing. {WRITE}"),
    ("2025-08-31", "31 August", f'plans.csv:2, column plan_start: "31 August" is not a date. {WRITE}'),
    ("2025-08-31", "31/9/2025", 'plans.csv:2, column plan_start: "2025-09-31" is not a date: September 2025 has 30 days.'),
    ("2025-08-31", "31/08/25", 'plans.csv:2, column plan_start: "31/08/25" leaves open which century is meant. Write the year with four digits.'),
    ("2025-08-31", "45900", f'plans.csv:2, column plan_start: "45900" is a number and not a date. Format the column as a date before you save it. {WRITE}'),
    ("2025-08-31", "########", f'plans.csv:2, column plan_start: "########" is not a date. {WRITE}'),
    ("03/11/2026", "24/11/2026", "plans.csv:3, column plan_start: the plan would begin on Tuesday 24 November 2026, which is still to come. Leave the row out until the plan has begun."),
    ("03/11/2026", "03/11/2006", "plans.csv:3, column plan_start: the plan would have begun on Friday 3 November 2006, more than 18 years ago. Check the year."),
    ("2026-05-14;", "2026-05-14 ", f'plans.csv:2, column review_dates: "2026-05-14 2026-11-30" is not a date. {WRITE} A semicolon stands between two dates.'),
    ("2026-05-14;", ";", f'plans.csv:2, column review_dates: "" is not a date. {WRITE} A semicolon stands between two dates.'),
    ("2025-11-20", "2025-08-31", "plans.csv:2, column review_dates: the review on Sunday 31 August 2025 does not lie after the plan's start, Sunday 31 August 2025. Check both dates."),
    ("2026-11-30", "2026-05-14", "plans.csv:2, column review_dates: the review on Thursday 14 May 2026 follows one on Thursday 14 May 2026. Write the reviews in their order, each once."),
    ("2026-11-30", "2036-11-30", "plans.csv:2, column review_dates: the review on Sunday 30 November 2036 is more than 3 years ahead. Check the year."),
    (",ada@barset.example", ",Ada Byron", 'plans.csv:2, column social_worker: "Ada Byron" is a name. Write the e-mail address: "ada@barset.example".'),
    (",ada@barset.example", ",ade@barset.example", 'plans.csv:2, column social_worker: ade@barset.example is not on the council\'s list of people. Did you mean "ada@barset.example"?'),
    (",bo@barset.example", ",wilhelmina.zeta@elsewhere.org", "plans.csv:2, column coordinator: wilhelmina.zeta@elsewhere.org is not on the council's list of people. Add them to people.csv and import that first."),
    (",bo@barset.example", ",nobody", 'plans.csv:2, column coordinator: "nobody" is not an e-mail address. For example: ada@example.org. Leave it empty if there is nobody.'),
    ("on_plan", "", 'plans.csv:2, column status: the status is missing. Allowed: "on_plan", "ended", "looked_after" and "moved".'),
    ("on_plan", "end", 'plans.csv:2, column status: unknown status "end". Did you mean "ended"?'),
    ("BAR-2042,all,03/11/2026", "BAR-2041,all,31/08/2025", "plans.csv:3: BAR-2041 has a plan from that day on line 2 already. Delete one of the two rows."),
    ("BAR-2042", "BAR-2041", "plans.csv:3, column status: BAR-2041 has a plan that has not ended on line 2 already. The earlier of the two plans has ended."),
    ("BAR-2042", '"BAR-2042', 'plans.csv:3: a quote is not closed, or stands where none should. A cell ends with the quote that opens it; a quote inside it is written twice: "".'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentences"), FAULTS)
def test_a_fault_says_where_it_is_and_what_would_be_right(old: str, new: str, sentences: str) -> None:
    assert old in GOOD
    assert "\n".join(map(str, faults_of(GOOD.replace(old, new, 1)))) == sentences


def test_an_ended_plan_and_the_next_one_stand_side_by_side() -> None:
    text = GOOD.replace("BAR-2042", "BAR-2041").replace("on_plan", "ended")
    assert [row.status.value for row in read(text)] == ["ended", "looked_after"]


def test_all_faults_are_told_at_once_by_line() -> None:
    text = GOOD.replace("BAR-", "BR-").replace("east-1", "east").replace("Looked after", "lost")
    assert [(fault.line, fault.column) for fault in faults_of(text)] == [
        (2, "case_reference"),
        (2, "unit"),
        (3, "case_reference"),
        (3, "status"),
    ]


cells = st.sampled_from(
    ["BAR-2041", "BAR-2042", "all", "2025-08-31", "1/2/2026", "2026-03-01;2026-06-01", ";", "", "ended", "moved", "on plan", "ada@barset.example", '"', "\n", "0000-00-00", "31/12/9999", "é\x00"]
)  # fmt: skip


@given(st.lists(st.lists(cells, min_size=6, max_size=8), max_size=5), st.booleans())
def test_whatever_the_cells_there_are_rows_or_faults(rows: list[list[str]], headed: bool) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([list(COLUMNS), *rows] if headed else rows)
    assert all(str(fault).startswith("plans.csv") and fault.shown() for fault in faults_of(text.getvalue()))


@given(st.text().map(lambda text: HEADINGS + text) | st.text() | st.binary())
def test_whatever_the_text_there_are_rows_or_faults(text: str | bytes) -> None:
    assert all(str(fault).startswith("plans.csv") for fault in faults_of(text))


@given(st.data())
def test_a_good_file_with_a_piece_cut_out_is_rows_or_faults(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    assert all(0 <= fault.line <= 3 for fault in faults_of(GOOD[:start] + GOOD[end:]))
