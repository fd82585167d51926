"""Faults in procedure files: each is named with its file and line, what is wrong and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures import library
from procedures.reading import FaultyFile
from tests.procedures.strategies import Table, tables, text_of

GOOD = """\
schema = 1
title = "Challenge"
document = "Practice guide"
nation = "england-and-wales"

[role.coordinator]
name = "Coordinator"
[role.manager]
name = "Manager"
[role.worker]
name = "Worker"

[raise]
by = ["coordinator"]
source = "1"
[record]
reminder = "It is kept."
source = "2"
[resolve]
by = ["raiser"]
source = "3"
[withdraw]
by = ["raiser"]
source = "3"

[[stage]]
id = "first"
name = "Stage 1"
source = "4"
to = ["manager"]
copy = ["worker"]
[stage.window]
working_days = 5
on = "manager"
until = ["acknowledged"]
remind = [-1, 1]
source = "5"

[[stage]]
id = "second"
name = "Stage 2"
source = "6"
after = ["first"]
opens = ["answered", "lapsed"]
to = ["manager"]
[stage.meeting]
chair = "worker"
attend = ["raiser", "manager"]
source = "7"
[stage.outcome]
by = ["chair"]
choices = [
    { id = "done", label = "Done", resolves = true },
    { id = "open", label = "Open" },
]
source = "8"
[[stage.field]]
id = "ground"
title = "Why?"
kind = "choice"
choices = [{ id = "a", label = "A" }]
source = "9"
"""

NATIONS = 'Allowed: "england-and-wales", "scotland" and "northern-ireland".'
LONG = "x" * 76
RISK = '[immediate_risk]\nquestion = "?"\nnow = []\nsource = "x"\n[raise]'

# What is replaced in the good file, by what, and every fault that comes of it.
FAULTS: list[tuple[str, str, str]] = [
    # keys
    ("nation =", "nattion =", 'p.toml:4: unknown key "nattion". Did you mean "nation"?'),
    ("schema = 1\n", "", 'p.toml:1: the key "schema" is missing. For example: schema = 1.'),
    ("schema = 1", "schema = 2", 'p.toml:1: the number 2 is not allowed for "schema". Allowed: 1.'),
    ('title = "Challenge"\n', "", 'p.toml:1: the key "title" is missing. For example: title = "Challenge and resolution".'),
    ("[stage.window]", "[stage.windw]", 'p.toml:32: unknown key "windw" in "stage" number 1 ("first"). Did you mean "window"?'),
    ("working_days = 5", "working_day = 5", 'p.toml:33: unknown key "working_day" in "window" of "stage" number 1 ("first"). Did you mean "working_days"?'),
    ('on = "manager"\n', "", 'p.toml:32: the key "on" is missing in "window" of "stage" number 1 ("first").'),
    ('source = "6"\n', "", 'p.toml:39: the key "source" is missing in "stage" number 2 ("second"). For example: source = "2.1".'),
    ('id = "first"\n', "", 'p.toml:26: the key "id" is missing in "stage" number 1 ("Stage 1"). For example: id = "stage-1".'),
    ('[role.worker]\nname = "Worker"', '[role.worker]\nnmae = "Worker"', 'p.toml:11: unknown key "nmae" in "worker" of "role". Did you mean "name"?'),
    ('by = ["raiser"]\nsource = "3"\n[withdraw]', 'by = ["raiser"]\nsource = "3"\nversion = "1"\n[withdraw]', 'p.toml:22: unknown key "version" in "resolve". Allowed: "by" and "source".'),
    ("schema = 1", 'schema = 1\nlangauges = ["cy"]', 'p.toml:2: unknown key "langauges". Did you mean "languages"?'),
    # values
    ('"england-and-wales"', '"wales"', f'p.toml:4: "wales" is not allowed for "nation". Did you mean "england-and-wales"? {NATIONS}'),
    ('title = "Challenge"', 'title = ""', 'p.toml:2: "title" must not be empty.'),
    ('title = "Challenge"', f'title = "{LONG}"', 'p.toml:2: "title" must have at most 75 characters, not 76.'),
    ('name = "Stage 1"', "name = 1", 'p.toml:28: "name" must be text in quotes, not the number 1. Write name = "1".'),
    ("working_days = 5", "working_days = -1", 'p.toml:33: "working_days" must be at least 0, not -1.'),
    ("working_days = 5", "working_days = 300", 'p.toml:33: "working_days" must be at most 260, not 300.'),
    ("working_days = 5", 'working_days = "5"', 'p.toml:33: "working_days" must be a whole number, not "5". Write working_days = 5, without quotes.'),
    ("working_days = 5", "working_days = 2.5", 'p.toml:33: "working_days" must be a whole number, not the number 2.5.'),
    ('until = ["acknowledged"]', 'until = ["acknowleged"]', 'p.toml:35: "acknowleged" is neither a fact nor a form of this stage. Did you mean "acknowledged"?'),
    ('until = ["acknowledged"]', "until = []", 'p.toml:35: "until" needs at least 1 entry.'),
    ('until = ["acknowledged"]', 'until = "acknowledged"', 'p.toml:35: "until" must be a list in square brackets, not "acknowledged". Write until = ["acknowledged"].'),
    ("remind = [-1, 1]", "remind = [-1, 99]", 'p.toml:36: entry 2 of "remind" must be at most 60, not 99.'),
    ("resolves = true", 'resolves = "yes"', 'p.toml:53: "resolves" must be true or false, not "yes".'),
    ('opens = ["answered", "lapsed"]', 'opens = ["late"]', 'p.toml:44: "late" is not allowed in "opens". Did you mean "lapsed"? Allowed: "answered", "lapsed", "unresolved", "held" and "any_time".'),
    ('kind = "choice"', 'kind = "choise"', 'p.toml:60: "choise" is not allowed for "kind". Did you mean "choice"? Allowed: "line", "text", "choice", "ticks", "date", "number" and "scores".'),
    ("[raise]", RISK, 'p.toml:15: "now" needs at least 1 entry.'),
    ('source = "5"\n\n[[stage]]', 'source = "5"\n\n[stage]', "p.toml:39: this table is opened twice. Keep one heading, with all its keys below it."),
    ('to = ["manager"]\ncopy', 'to = "manager\ncopy', "p.toml:30: text is not closed. Close it on its line, with the quote that opens it."),
    ('id = "first"', 'id = "Stage 1"', 'p.toml:27: "id" is an id: small letters, digits and -, a letter first, not "Stage 1". Write id = "stage-1".'),
    ('id = "ground"', 'id = "why-so"', 'p.toml:58: "id" is an id: small letters, digits and _, a letter first, not "why-so". Write id = "why_so".'),
    ('to = ["manager"]\ncopy', 'to = ["Manager"]\ncopy', 'p.toml:30: entry 1 of "to" is an id: small letters, digits and _, a letter first, not "Manager". Write "manager".'),
    ('id = "ground"', 'id = "1st"', 'p.toml:58: "id" is an id: small letters, digits and _, a letter first, not "1st".'),
    ("[role.worker]", '[role.Worker]', 'p.toml:10: this key is an id: small letters, digits and _, a letter first, not "Worker". Write "worker".'),
    # roles
    ('to = ["manager"]\ncopy', 'to = ["manger"]\ncopy', 'p.toml:30: unknown role "manger". Did you mean "manager"?\np.toml:34: the window is on "manager", who is not asked at this stage. Add the role to the stage\'s to.'),
    ('copy = ["worker"]', 'copy = ["board"]', 'p.toml:31: unknown role "board". Roles: "coordinator", "manager", "worker" and "raiser".'),
    ('copy = ["worker"]', 'copy = ["worker", "worker"]', 'p.toml:31: "worker" stands here twice. Keep one.'),
    ('by = ["coordinator"]', 'by = ["raiser"]', 'p.toml:14: unknown role "raiser". Roles: "coordinator", "manager" and "worker".'),
    ('on = "manager"', 'on = "worker"', 'p.toml:34: the window is on "worker", who is not asked at this stage. Add the role to the stage\'s to.'),
    ('chair = "worker"', 'chair = "chair"', 'p.toml:47: unknown role "chair". Roles: "coordinator", "manager", "worker" and "raiser".'),
    ('by = ["chair"]', 'by = ["cahir"]', 'p.toml:51: unknown role "cahir". Did you mean "chair"?'),
    ("[role.worker]", '[role.chair]\nname = "Chair"\n[role.worker]', 'p.toml:10: "chair" has a meaning of its own and cannot be the id of a role. Choose another id.'),
    ("[role.worker]", '[role.administrator]\nname = "A"\n[role.worker]', 'p.toml:10: "administrator" has a meaning of its own and cannot be the id of a role. Choose another id.'),
    ('[resolve]\nby = ["raiser"]\nsource = "3"\n[withdraw]\nby = ["raiser"]', '[resolve]\nby = ["manager"]\nsource = "3"\n[withdraw]\nby = ["manager"]', 'p.toml:23: whoever raised a challenge could not end it: resolve and withdraw are both for others alone. Add "raiser" to one of them.'),
    # stages
    ('id = "second"', 'id = "first"', 'p.toml:40: two stages have the id "first". Give each its own.'),
    ('name = "Stage 2"', 'name = "Stage 1"', 'p.toml:41: two stages have the name "Stage 1". Give each its own.'),
    ('after = ["first"]', 'after = ["frist"]', 'p.toml:43: unknown stage "frist". Did you mean "first"?'),
    ('after = ["first"]', 'after = ["second"]', 'p.toml:43: "second" follows "second", which does not come before it in the file. Put the stages in their order; a stage cannot lead back, but an outcome can, with opens.'),
    ('after = ["first"]\n', "", 'p.toml:43: the stage "second" says when it may be opened, and not which stage it follows. Add after, for example after = ["stage-1"].'),
    ('opens = ["answered", "lapsed"]\n', "", 'p.toml:39: the stage "second" does not say when it may be opened. Add opens with one or more of: answered, lapsed, unresolved, held, any_time.'),
    ('opens = ["answered", "lapsed"]', 'opens = ["unresolved"]', 'p.toml:44: the stage "second" can never be opened: nothing in its opens can happen at first. What can happen there: answered, any_time, lapsed.'),
    ('id = "first"', 'id = "first"\nafter = ["second"]', 'p.toml:28: "first" follows "second", which does not come before it in the file. Put the stages in their order; a stage cannot lead back, but an outcome can, with opens.\np.toml:28: the first stage follows no other. Leave after out, or move the stage.'),
    ('[stage.window]\nworking_days = 5\non = "manager"\nuntil = ["acknowledged"]\nremind = [-1, 1]\nsource = "5"\n', "", 'p.toml:26: the stage "first" has neither a window nor an outcome, an approval or a form, so it could never be answered. Add [stage.window] or [stage.outcome].\np.toml:38: the stage "second" can never be opened: nothing in its opens can happen at first. What can happen there: any_time.'),
    # windows, outcomes, fields
    ('until = ["acknowledged"]', 'until = ["date_confirmed"]', "p.toml:35: the window waits for the date of a meeting, and the stage has none. Add [stage.meeting]."),
    ('until = ["acknowledged"]', 'until = ["acknowledged", "acknowledged"]', 'p.toml:35: "acknowledged" stands here twice. Keep one.'),
    ("remind = [-1, 1]", "remind = [1, -1, 1]", "p.toml:36: 1 stands here twice. Keep one."),
    ('[stage.meeting]\nchair = "worker"\nattend = ["raiser", "manager"]\nsource = "7"\n', "", 'p.toml:47: this is for the chair, and the stage has no meeting. Add [stage.meeting], or name a role.'),
    ('id = "open"', 'id = "done"', 'p.toml:54: two outcomes have the id "done". Give each its own.'),
    ("resolves = true", "resolves = true, again = true", 'p.toml:53: the outcome "done" cannot both resolve the matter and let the stage go on. Keep resolves or again.'),
    ('"Done", resolves = true },\n    { id = "open", label = "Open"', '"Done", again = true },\n    { id = "open", label = "Open", again = true', "p.toml:52: every outcome lets the stage go on as it was, so it could never be settled. Take again away from at least one."),
    ('choices = [{ id = "a", label = "A" }]\n', "", "p.toml:57: a choice needs something to choose from. Add choices."),
    ('kind = "choice"', 'kind = "line"', 'p.toml:61: there is something to choose from, but the kind is "line". Write kind = "choice" or kind = "ticks", or take choices away.'),
    ('{ id = "a", label = "A" }]', '{ id = "a", label = "A" }, { id = "a", label = "B" }]', 'p.toml:61: two answers have the id "a". Give each its own.'),
    ('source = "9"\n', 'source = "9"\n[[stage.field]]\nid = "ground"\ntitle = "Again"\nsource = "9"\n', 'p.toml:64: two fields have the id "ground". Give each its own.'),
]  # fmt: skip


def faults_of(text: str) -> str:
    with pytest.raises(FaultyFile) as refused:
        library.parse(text, "p.toml")
    return str(refused.value)


def test_the_good_file_is_good_and_not_doubtful() -> None:
    assert library.doubts(library.parse(GOOD, "p.toml")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"), FAULTS, ids=[str(number) for number in range(len(FAULTS))]
)
def test_a_fault_is_named_with_its_line_and_what_would_be_right(right: str, wrong: str, said: str) -> None:
    assert GOOD.count(right) >= 1
    assert faults_of(GOOD.replace(right, wrong, 1)) == said


def test_there_are_many_different_faults() -> None:
    assert len({said for *_, said in FAULTS}) == len(FAULTS) > 50


def test_several_faults_are_all_told_from_the_top_down() -> None:
    text = GOOD.replace("nation =", "nattion =").replace("resolves = true", "resolves = 1")
    assert [line.split(" ")[0] for line in faults_of(text).splitlines()] == ["p.toml:4:", "p.toml:53:"]


DOUBTS = [
    ("[role.worker]", '[role.board]\nname = "Board"\n[role.worker]', 'The role "board" is not named by any stage.'),
    ('[stage.meeting]\nchair = "worker"', '[stage.meeting]\nchair = "manager"', 'The role "worker" is told, but never asked; only_told = true says that this is meant.'),
    ("remind = [-1, 1]", "remind = []", "Stage 1: nobody is reminded before its window ends."),
    ("remind = [-1, 1]", "remind = [-1]", "Stage 1: the raiser is not told when its window has lapsed; add 1 to remind."),
    ("remind = [-1, 1]", "remind = [-5, 1]", "Stage 1: the reminder -5 can never come, because its window has 5 working days."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), DOUBTS)
def test_what_is_legal_and_perhaps_not_meant_is_pointed_out(right: str, wrong: str, said: str) -> None:
    assert library.doubts(library.parse(GOOD.replace(right, wrong, 1), "p.toml")) == [said]


# --- made-up files -----------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(tables())
def test_every_made_up_procedure_that_should_be_right_is(table: Table) -> None:
    procedure = library.parse(text_of(table), "made_up.toml")
    assert len(procedure.stages) == len(table["stage"])
    assert all(isinstance(doubt, str) for doubt in library.doubts(procedure))


def _misspelt_key(table: Table, stage: Table) -> str:
    stage["soruce"] = stage.pop("source")
    return 'unknown key "soruce"'


def _unknown_role(table: Table, stage: Table) -> str:
    stage["copy"] = ["nobody"]
    return 'unknown role "nobody"'


def _unknown_stage(table: Table, stage: Table) -> str:
    stage["after"] = ["nowhere"]
    return 'unknown stage "nowhere"'


def _leads_back(table: Table, stage: Table) -> str:
    stage["after"] = [stage["id"]]
    return f'"{stage["id"]}" follows "{stage["id"]}"'


def _nothing_to_answer(table: Table, stage: Table) -> str:
    for key in ("window", "outcome", "approval", "form", "leads"):
        stage.pop(key, None)
    return "has neither a window nor an outcome"


def _nobody_ends_it(table: Table, stage: Table) -> str:
    role = next(iter(table["role"]))
    table["resolve"]["by"] = table["withdraw"]["by"] = [role]
    return "whoever raised a challenge could not end it"


def _same_name(table: Table, stage: Table) -> str:
    table["stage"].append(stage | {"id": "another", "after": [stage["id"]], "opens": ["answered"]})
    return f'two stages have the name "{stage["name"]}"'


PLANTED = [
    _misspelt_key,
    _unknown_role,
    _unknown_stage,
    _leads_back,
    _nothing_to_answer,
    _nobody_ends_it,
    _same_name,
]


@settings(max_examples=100)
@given(data=st.data(), table=tables())
def test_a_fault_planted_in_a_made_up_procedure_is_found(data: st.DataObject, table: Table) -> None:
    said = data.draw(st.sampled_from(PLANTED))(table, data.draw(st.sampled_from(table["stage"])))
    faults = faults_of(text_of(table))
    assert said in faults
    assert all(line.startswith("p.toml:") for line in faults.splitlines())


def test_a_file_is_reported_on_for_people_and_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("remind = [-1, 1]", "remind = []"), encoding="utf-8")
    report = library.check_file(file)
    assert report.lines() == [
        f"{file}:36: perhaps not meant: Stage 1: nobody is reminded before its window ends.\n  36 | remind = []\n     | ^",
        f"{file}: nothing is wrong.",
    ]
    file.write_text(GOOD.replace("nation =", "nattion ="), encoding="utf-8")
    report = library.check_file(file)
    assert report.lines() == [
        f'{file}:4: unknown key "nattion". Did you mean "nation"?\n  4 | nattion = "england-and-wales"\n    | ^'
    ]
    assert report.as_data()["faults"] == [
        {"line": 4, "column": 1, "message": 'unknown key "nattion"', "hint": 'Did you mean "nation"?'}
    ]
