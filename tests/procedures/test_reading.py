"""Reading TOML: every fault with its line, what is wrong and what would be right."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from procedures.bank_holidays import Nation
from procedures.reading import Fault, FaultyFile, Positions, closest, parse_toml, read_toml


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(Table):
    working_days: int = Field(ge=1, lt=100)
    until: tuple[Literal["acknowledged", "actions_completed"], ...] = Field((), max_length=2)
    source: str = ""

    @field_validator("source")
    @classmethod
    def clause(cls, source: str) -> str:
        if source and "-" not in source:
            raise ValueError("a clause is written like BR-3.")
        return source


class Calendar(Table):
    kind: Literal["months"]
    months: int


class Days(Table):
    kind: Literal["days"]
    days: int


class Stage(Table):
    id: str = Field(min_length=1, examples=["stage-1"])
    to: tuple[str, ...] = Field((), min_length=1)
    copy_to: tuple[str, ...] = Field((), alias="copy")
    window: Window | None = None
    remind: tuple[int, ...] = ()
    final: bool = False
    tier: Literal[1, 2, 3] = 1
    length: Annotated[Calendar | Days, Field(discriminator="kind")] | None = None
    chair: str | Window | None = None


class Process(Table):
    title: str = Field(min_length=2, max_length=20)
    nation: Nation = Field(examples=["england-and-wales"])
    begins: date | None = None
    at: time | None = None
    share: float = 0.5
    words: dict[Nation, str] = {}
    stage: tuple[Stage, ...] = ()


GOOD = """\
title = "Process"
nation = "scotland"
begins = 2026-12-24
at = "08:30"
share = 1
words = { scotland = "A" }

[[stage]]
id = "stage-1"
to = ["team_manager"]
copy = ["social_worker"]
window = { working_days = 5, until = ["acknowledged"], source = "BR-3" }
remind = [-2, -1]
length = { kind = "days", days = 3 }
chair = "manager"

[[stage]]
id = "stage-2"
[stage.chair]
working_days = 3
"""


def test_a_good_file_is_read_into_the_model() -> None:
    process = parse_toml(GOOD, "process.toml", Process)
    assert process.nation is Nation.SCOTLAND
    assert process.begins == date(2026, 12, 24)
    assert process.at == time(8, 30)
    assert process.stage[0].remind == (-2, -1)
    assert process.stage[0].copy_to == ("social_worker",)
    assert process.stage[1].chair == Window(working_days=3)


@pytest.mark.parametrize("text", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.rstrip(), "\n\n" + GOOD])
def test_a_byte_order_mark_and_other_line_ends_make_no_difference(text: str) -> None:
    assert parse_toml(text, "process.toml", Process) == parse_toml(GOOD, "process.toml", Process)


def test_dates_and_times_may_be_tomls_own() -> None:
    text = GOOD.replace('"08:30"', "08:30:00").replace("2026-12-24", '"2026-12-24"')
    assert parse_toml(text, "process.toml", Process) == parse_toml(GOOD, "process.toml", Process)


# (what to replace in the good file, by what, the faults that come of it)
FAULTS = [
    ("nation =", "nattion =", 'p.toml:2: unknown key "nattion". Did you mean "nation"?'),
    (
        "nation =",
        "xyz =",
        'p.toml:1: the key "nation" is missing. For example: nation = "england-and-wales".\n'
        'p.toml:2: unknown key "xyz". Allowed: "title", "nation", "begins", "at", "share", "words" and "stage".',
    ),
    ('"scotland"\n', '"Scotlnd"\n', 'p.toml:2: "Scotlnd" is not allowed for "nation". Did you mean "scotland"? Allowed: "england-and-wales", "scotland" and "northern-ireland".'),
    ('"scotland"\n', '"wales"\n', 'p.toml:2: "wales" is not allowed for "nation". Did you mean "england-and-wales"? Allowed: "england-and-wales", "scotland" and "northern-ireland".'),
    ('"scotland"\n', "3\n", 'p.toml:2: the number 3 is not allowed for "nation". Allowed: "england-and-wales", "scotland" and "northern-ireland".'),
    ('"Process"', "3", 'p.toml:1: "title" must be text in quotes, not the number 3. Write title = "3".'),
    ('"Process"', "true", 'p.toml:1: "title" must be text in quotes, not true. Write title = "true".'),
    ('"Process"', '["a"]', 'p.toml:1: "title" must be text in quotes, not a list.'),
    ('"Process"', '"P"', 'p.toml:1: "title" must have at least 2 characters, not 1.'),
    ('"Process"', f'"{"P" * 21}"', 'p.toml:1: "title" must have at most 20 characters, not 21.'),
    ('"stage-1"', '""', 'p.toml:9: "id" must not be empty.'),
    ('id = "stage-1"', "", 'p.toml:8: the key "id" is missing in "stage" number 1. For example: id = "stage-1".'),
    ('"stage-2"\n', '"stage-2"\ncopyy = []\n', 'p.toml:19: unknown key "copyy" in "stage" number 2 ("stage-2"). Did you mean "copy"?'),
    ('["team_manager"]', '"team_manager"', 'p.toml:10: "to" must be a list in square brackets, not "team_manager". Write to = ["team_manager"].'),
    ('["team_manager"]', "[]", 'p.toml:10: "to" needs at least 1 entry.'),
    ("[-2, -1]", '[\n  -2,\n  "1",\n]', 'p.toml:15: entry 2 of "remind" must be a whole number, not "1". Write 1, without quotes.'),
    ("[-2, -1]", "[1.5]", 'p.toml:13: entry 1 of "remind" must be a whole number, not the number 1.5.'),
    ("days = 5", "days = 0", 'p.toml:12: "working_days" must be at least 1, not 0.'),
    ("days = 5", "days = 100", 'p.toml:12: "working_days" must be less than 100, not 100.'),
    ("days = 5", 'days = "5"', 'p.toml:12: "working_days" must be a whole number, not "5". Write working_days = 5, without quotes.'),
    ("working_days = 5, ", "", 'p.toml:12: the key "working_days" is missing in "window" of "stage" number 1 ("stage-1").'),
    ('["acknowledged"]', '["acknowleged"]', 'p.toml:12: "acknowleged" is not allowed in "until". Did you mean "acknowledged"? Allowed: "acknowledged" and "actions_completed".'),
    ('["acknowledged"]', '["acknowledged", "acknowledged", "acknowledged"]', 'p.toml:12: "until" needs at most 2 entries.'),
    ('"BR-3"', '"BR3"', 'p.toml:12: "source": a clause is written like BR-3.'),
    ("remind =", 'final = "true"\nremind =', 'p.toml:13: "final" must be true or false, not "true". Write final = true, without quotes.'),
    ("remind =", "tier = 4\nremind =", 'p.toml:13: the number 4 is not allowed for "tier". Allowed: 1, 2 or 3.'),
    ("remind =", "final = 1\nremind =", 'p.toml:13: "final" must be true or false, not the number 1.'),
    ("2026-12-24", "20261224", 'p.toml:3: "begins" must be a date such as 2026-12-24, not the number 20261224.'),
    ("2026-12-24", '"24 December"', 'p.toml:3: "begins" must be a date such as 2026-12-24, not "24 December".'),
    ('"08:30"', "830", 'p.toml:4: "at" must be a time such as 08:30, not the number 830.'),
    ('"08:30"', '"25:00"', 'p.toml:4: "at" must be a time such as 08:30, not "25:00".'),
    ("share = 1", 'share = "1"', 'p.toml:5: "share" must be a number, not "1". Write share = 1, without quotes.'),
    ("{ scotland", "{ scottland", 'p.toml:6: "scottland" is not allowed as a key in "words". Did you mean "scotland"?'),
    ('{ scotland = "A" }', '"A"', 'p.toml:6: "words" must be a table, not "A".'),
    ('"days", days', '"day", days', 'p.toml:14: "day" is not allowed for "length". Did you mean "days"? Allowed: "months" and "days".'),
    ('kind = "days", ', "", 'p.toml:14: the key "kind" is missing in "length" of "stage" number 1 ("stage-1").'),
    ("days = 3 }", "dayz = 3 }", 'p.toml:14: unknown key "dayz" in "length" of "stage" number 1 ("stage-1"). Did you mean "days"?'),
    ('"manager"\n', "3\n", 'p.toml:15: "chair" must be text in quotes or a table, not the number 3. Write chair = "3".'),
    ("working_days = 3\n", "working_days = []\n", 'p.toml:20: "working_days" must be a whole number, not a list.'),
    ("working_days = 3\n", "working_dayz = 3\n", 'p.toml:20: unknown key "working_dayz" in "chair" of "stage" number 2 ("stage-2"). Did you mean "working_days"?'),
    (
        GOOD,
        "",
        'p.toml:1: the key "title" is missing.\n'
        'p.toml:1: the key "nation" is missing. For example: nation = "england-and-wales".',
    ),
    (GOOD, 'stage = 3\ntitle = "Process"\nnation = "scotland"', 'p.toml:1: "stage" must be a list in square brackets, not the number 3. Write stage = [3].'),
    (GOOD, 'stage = [3]\ntitle = "Process"\nnation = "scotland"', 'p.toml:1: entry 1 of "stage" must be a table, not the number 3.'),
    ('"Process"', "Process", 'p.toml:1: the value is missing or cannot be understood. Text and times stand in straight quotes: title = "Process".'),
    ('"Process"', "“Process”", 'p.toml:1: the value is missing or cannot be understood. Text and times stand in straight quotes: title = "Process".'),
    ('"08:30"', "08:30 # early", 'p.toml:4: there is something after the value. Text and times stand in straight quotes: at = "08:30".'),
    ('"Process"', "", 'p.toml:1: the value is missing or cannot be understood. Write a value after =, for example title = "…".'),
    ("share = 1", "share = Yes", "p.toml:5: the value is missing or cannot be understood. Write share = true."),
    ('"Process"', '"Process', "p.toml:1: text is not closed. Close it on its line, with the quote that opens it."),
    ('"BR-3" }', '"BR-3"', "p.toml:12: a table is not closed. Close it with }."),
    ("[-2, -1]", "[-2, -1", "p.toml:14: a list is not closed. Close it with ]."),
    ("[stage.chair]", "[stage.chair", "p.toml:19: the heading is not closed. Close it with ]."),
    ('[[stage]]\nid = "stage-2"', '[[stage]\nid = "stage-2"', "p.toml:17: the heading is not closed. Close it with ]]."),
    ("title =", "nation = 1\ntitle =", "p.toml:3: this key is given twice. Keep one of the two."),
    ("[stage.chair]", "[stage.chair]\n[stage.chair]", "p.toml:20: this table is opened twice. Keep one heading, with all its keys below it."),
    ("title =", "title", 'p.toml:1: a key needs = and a value. For example: name = "Barset".'),
    ('"Process"', '"\\d"', "p.toml:1: \\ is special between double quotes. Use single quotes, or write \\\\."),
    ("2026-12-24", "2026-02-30", "p.toml:3: there is no such day or time of day. For example: 2026-12-24."),
    ("title =", "= 3\ntitle =", 'p.toml:1: this is neither a key with its value nor a heading. For example: name = "Barset".'),
    ("[-2, -1]", "[" * 3000, "p.toml: it nests too deeply to be read."),
    ("[-2, -1]", "[" * 300 + "]" * 300, "p.toml:1: it nests too deeply to be read."),
    ("[-2, -1]", "[" + "9" * 5000 + "]", "p.toml: a number is far too long."),
    ('to = ["team_manager"]', 'to = ["team_manager",', "p.toml:11: the value is missing or cannot be understood. Is the list before it closed with ]?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentences"), FAULTS)
def test_a_fault_says_where_it_is_and_what_would_be_right(old: str, new: str, sentences: str) -> None:
    assert old in GOOD
    with pytest.raises(FaultyFile) as refused:
        parse_toml(GOOD.replace(old, new, 1), "p.toml", Process)
    assert str(refused.value) == sentences


def test_every_fault_is_told_at_once_from_the_top_down() -> None:
    text = GOOD.replace("remind", "remnid").replace('"Process"', "3").replace("days = 5", "days = 0")
    with pytest.raises(FaultyFile) as refused:
        parse_toml(text, "p.toml", Process)
    assert [fault.line for fault in refused.value.faults] == [1, 12, 13]


def test_the_report_shows_each_line_with_a_caret() -> None:
    with pytest.raises(FaultyFile) as refused:
        parse_toml(GOOD.replace("days = 5", "days = 0"), "p.toml", Process)
    assert refused.value.report() == (
        'p.toml:12: "working_days" must be at least 1, not 0.\n'
        '  12 | window = { working_days = 0, until = ["acknowledged"], source = "BR-3" }\n'
        "     |            ^"
    )


def test_a_models_own_check_points_at_lines_too() -> None:
    def roles(process: Process, positions: Positions) -> Iterator[Fault]:
        for number, stage in enumerate(process.stage):
            for index, role in enumerate(stage.to):
                yield positions.fault(("stage", number, "to", index), f'unknown role "{role}"')

    with pytest.raises(FaultyFile) as refused:
        parse_toml(GOOD, "p.toml", Process, roles)
    assert str(refused.value) == 'p.toml:10: unknown role "team_manager".'


def test_a_file_is_read_and_named_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "process.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_toml(path, Process) == parse_toml(GOOD, "process.toml", Process)
    path.write_bytes(b'title = "Process"\nnation = "scotl\xe9nd"\n')
    with pytest.raises(FaultyFile) as refused:
        read_toml(path, Process)
    assert str(refused.value) == (
        f'{path}:2: this line is not UTF-8 text. Save the file again with the encoding "UTF-8".'
    )


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile) as refused:
        read_toml(tmp_path / "none.toml", Process)
    assert str(refused.value) == f"{tmp_path / 'none.toml'}: there is no such file."
    with pytest.raises(FaultyFile) as refused:
        read_toml(tmp_path, Process)
    assert str(refused.value) == f"{tmp_path}: this is a folder, not a file."


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        parse_toml(text, "p.toml", Process)
    except FaultyFile as refused:
        return refused.faults
    return ()


@given(
    st.text() | st.lists(st.sampled_from([*GOOD, *GOOD.split("\n"), "\n", '"""', "[[", "]]"])).map("".join)
)
def test_whatever_the_text_there_is_a_model_or_a_list_of_faults(text: str) -> None:
    assert all(str(fault).startswith("p.toml") and fault.shown() for fault in faults_of(text))


@given(st.data())
def test_a_good_file_with_a_piece_cut_out_is_a_model_or_a_list_of_faults(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 30)))
    faults = faults_of(GOOD[:start] + GOOD[end:])
    assert all(0 <= fault.line <= GOOD.count("\n") + 1 for fault in faults)


def test_the_closest_word_whatever_its_capitals() -> None:
    assert closest("Team_Manger", ["social_worker", "team_manager"]) == "team_manager"
    assert closest("manager", ["social_worker", "team_manager"]) == "team_manager"
    assert closest("quite different", ["social_worker", "team_manager"]) is None
