"""authority.toml: what it means, and every fault in it."""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.authority import (
    Authority,
    UnknownUnitError,
    parse_authority,
    people_template,
    read_authority,
    template,
)
from procedures.people import read_people
from procedures.reading import FaultyFile
from procedures.workdays import Nation, WorkingCalendar

GOOD = r"""name = "Barset"
procedures = ["one", "two.toml"]
nation = "scotland"
time_zone = "Europe/London"
office_hours = { opens = "08:30", closes = "17:00" }
digest_at = "08:30"
remind_at = "09:00"
case_reference = { pattern = 'LCS-\d{6}', example = "LCS-204815" }
[[closure]]
day = 2026-12-24
reason = "Offices closed"
[[unit]]
id = "all"
name = "Children’s Services"
[[unit]]
id = "east"
name = "East"
parent = "all"
[[unit]]
id = "east-1"
name = "East team 1"
parent = "east"
[[unit]]
id = "west"
name = "West"
parent = "all"
"""
AUTHORITY = parse_authority(GOOD)


def test_what_the_file_says() -> None:
    assert AUTHORITY.nation is Nation.SCOTLAND
    assert AUTHORITY.procedures == ("one", "two.toml")
    assert AUTHORITY.digest_at == time(8, 30)
    assert AUTHORITY.office_hours.closes == time(17)


def test_the_calendar_has_the_nations_holidays_and_the_closures() -> None:
    calendar = AUTHORITY.calendar()
    assert calendar.reason_closed(date(2026, 12, 24)) == "Offices closed"
    assert calendar.reason_closed(date(2026, 11, 30)) == "St Andrew’s Day"
    assert (
        calendar.version == WorkingCalendar(Nation.SCOTLAND, {date(2026, 12, 24): "Offices closed"}).version
    )
    assert AUTHORITY.calendar() is calendar


def test_the_close_of_business() -> None:
    assert AUTHORITY.office().due_at(date(2026, 7, 1)) == datetime(2026, 7, 1, 16, tzinfo=UTC)


def test_units_upwards_and_within() -> None:
    assert AUTHORITY.upwards("east-1") == ("east-1", "east", "all")
    assert AUTHORITY.upwards("all") == ("all",)
    assert AUTHORITY.within("east") == {"east", "east-1"}
    assert AUTHORITY.within("all") == {"all", "east", "east-1", "west"}
    assert AUTHORITY.unit_name("east-1") == "East team 1"


def test_a_unit_that_is_not_there() -> None:
    for ask in (AUTHORITY.unit_name, AUTHORITY.upwards, AUTHORITY.within):
        with pytest.raises(UnknownUnitError) as refused:
            ask("eats-1")
        assert str(refused.value) == 'There is no unit "eats-1" in authority.toml. Did you mean "east-1"?'


def test_case_references() -> None:
    assert AUTHORITY.fits("LCS-123456")
    assert not AUTHORITY.fits("LCS-1234567")
    assert not AUTHORITY.fits("lcs-123456")
    assert not AUTHORITY.fits("LCS-12345６")
    assert not AUTHORITY.fits("LCS-123456\n")
    assert AUTHORITY.case_reference_hint() == "A case reference looks like LCS-204815. Never write a name."


def test_what_may_be_left_out() -> None:
    start, end = GOOD.index("time_zone"), GOOD.index("case_reference")
    closures = GOOD[GOOD.index("[[closure]]") : GOOD.index("[[unit]]")]
    authority = parse_authority((GOOD[:start] + GOOD[end:]).replace(closures, ""))
    assert authority == AUTHORITY.model_copy(update={"closure": ()})


def test_the_template_is_valid_and_its_people_fit_it(tmp_path: Path) -> None:
    path = tmp_path / "authority.toml"
    path.write_text(template(), encoding="utf-8")
    authority = read_authority(path)
    assert authority == parse_authority(template())
    roles = {line.split(",")[2]: "" for line in people_template().splitlines()[1:]}
    people = read_people(people_template(), "people.csv", authority, roles)
    assert len(people) == len(people_template().splitlines()) - 1
    assert {person.unit for person in people} == {unit.id for unit in authority.unit}
    made_up = [person.email for person in people if person.slack_user_id or person.teams_user_id]
    assert made_up == [], "A made-up id would hide the person's own."


def test_the_closure_that_the_template_shows_is_valid_too() -> None:
    shown = re.sub(r"^# (\[\[closure\]\]|day = |reason = )", r"\1", template(), flags=re.MULTILINE)
    assert parse_authority(shown).closure[0].day == date(2026, 12, 24)


def test_the_template_explains_every_key() -> None:
    assert [key for key in Authority.model_fields if key not in template()] == []


# (what to replace in the good file, by what, the faults that come of it)
FAULTS = [
    ("nation =", "nattion =", 'authority.toml:3: unknown key "nattion". Did you mean "nation"?'),
    ('"scotland"', '"Scotland"', 'authority.toml:3: "Scotland" is not allowed for "nation". Did you mean "scotland"? Allowed: "england-and-wales", "scotland" and "northern-ireland".'),
    ('"Barset"', '"  "', 'authority.toml:1: "name" must not be empty.'),
    ('["one", "two.toml"]', "[]", 'authority.toml:2: "procedures" needs at least 1 entry.'),
    ('["one", "two.toml"]', '"one"', 'authority.toml:2: "procedures" must be a list in square brackets, not "one". Write procedures = ["one"].'),
    ('"two.toml"', '"one"', 'authority.toml:2: the procedure "one" is there twice. Keep one.'),
    ("Europe/London", "Europe/Londn", 'authority.toml:4: there is no time zone "Europe/Londn". In the United Kingdom it is "Europe/London".'),
    ("Europe/London", "", 'authority.toml:4: there is no time zone "". In the United Kingdom it is "Europe/London".'),
    ("Europe/London", "../etc", 'authority.toml:4: there is no time zone "../etc". In the United Kingdom it is "Europe/London".'),
    ("Europe/London", "Europe", 'authority.toml:4: there is no time zone "Europe". In the United Kingdom it is "Europe/London".'),
    ('opens = "08:30"', 'opens = "8.30"', 'authority.toml:5: "opens": "8.30" is not a time written hours:minutes, for example 08:30. Did you mean 08:30?'),
    ('opens = "08:30"', 'opens = "24:30"', 'authority.toml:5: "opens": "24:30" is not a time written hours:minutes, for example 08:30.'),
    ('opens = "08:30"', 'opens = "08:30+01:00"', 'authority.toml:5: "opens": "08:30+01:00" is not a time written hours:minutes, for example 08:30.'),
    ('opens = "08:30"', 'open = "08:30"', 'authority.toml:5: unknown key "open" in "office_hours". Did you mean "opens"?'),
    ('opens = "08:30"', "opens = 830", 'authority.toml:5: "opens" must be a time such as 08:30, not the number 830.'),
    ('closes = "17:00"', 'closes = "05:00"', 'authority.toml:5: the office must open before it closes, not be open from 08:30 to 05:00. For example: { opens = "08:30", closes = "17:00" }.'),
    ('digest_at = "08:30"', 'digest_at = "07:00"', 'authority.toml:6: "digest_at" (07:00) is outside the office hours, 08:30 to 17:00. People are written to in office hours only.'),
    ('remind_at = "09:00"', 'remind_at = "17:00"', 'authority.toml:7: "remind_at" (17:00) is outside the office hours, 08:30 to 17:00. People are written to in office hours only.'),
    (r"'LCS-\d{6}'", '"LCS-(6"', "authority.toml:8: \"pattern\" is not a regular expression: missing ), unterminated subpattern at position 4. For example: 'LCS-\\d{6}'."),
    (r"'LCS-\d{6}'", '"LCS-{99999999999}"', "authority.toml:8: \"pattern\" is not a regular expression: the repetition number is too large. For example: 'LCS-\\d{6}'."),
    (r"'LCS-\d{6}'", "'.*'", "authority.toml:8: \"pattern\" fits an empty text too: .*. For example: 'LCS-\\d{6}'."),
    (r"'LCS-\d{6}'", r'"LCS-\d{6}"', r"authority.toml:8: \ is special between double quotes. Use single quotes, or write \\."),
    ("LCS-204815", "LCS-20481", r'authority.toml:8: the example "LCS-20481" does not fit the pattern LCS-\d{6}. The pattern is for the whole reference.'),
    (', example = "LCS-204815"', "", 'authority.toml:8: the key "example" is missing in "case_reference". For example: example = "LCS-204815".'),
    ("2026-12-24", '"24/12/2026"', 'authority.toml:10: "day": "24/12/2026" is not a date written year-month-day, for example 2026-12-18. Did you mean 2026-12-24?'),
    ("2026-12-24", "2062-12-24", "authority.toml:10: Sunday 24 December 2062 is outside the working calendar, which runs from Friday 1 January 2010 to Monday 31 December 2040."),
    ('reason = "Offices closed"', "", 'authority.toml:9: the key "reason" is missing in "closure" number 1. For example: reason = "Offices closed".'),
    ("[[unit]]\n", '[[closure]]\nday = 2026-12-24\nreason = "Again"\n[[unit]]\n', "authority.toml:13: the closure day 2026-12-24 is there twice. Keep one."),
    (GOOD[GOOD.index("[[unit]]") :], "", 'authority.toml:1: the key "unit" is missing. For example: unit = [{ id = "east-1", name = "East team 1" }].'),
    ('id = "west"', 'id = "east"', 'authority.toml:24: the unit "east" is there twice. Each id is one unit\'s.'),
    ('id = "west"', 'id = "west side"', 'authority.toml:24: "id": "west side" is no id; letters, digits, - and _ make one, for example "east-1".'),
    ('parent = "east"', 'parent = "eats"', 'authority.toml:22: unknown unit "eats". Did you mean "east"?'),
    ('parent = "east"', 'parent = "north"', 'authority.toml:22: unknown unit "north". Units: "all", "east" and "west".'),
    ('parent = "east"', 'parent = "east-1"', 'authority.toml:22: the unit "east-1" is its own parent. Leave out the parent of the one at the top.'),
    ('name = "Children’s Services"', 'name = "All"\nparent = "east-1"', "authority.toml:15: these units are above each other: all → east-1 → east → all. Leave out the parent of the one at the top."),
    ("nation =", 'audit = { channel = "#audit" }\nnation =', 'authority.toml:3: "channel": "#audit" is neither the id of a channel in Slack, which begins with C or G, for example "C0123456789", nor an e-mail address, for example "audit@council.example".'),
    ("[[closure]]", "[closure]", 'authority.toml:9: "closure" must be a list in square brackets, not a table. Write [[closure]], with two brackets, above each.'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentences"), FAULTS)
def test_a_fault_says_where_it_is_and_what_would_be_right(old: str, new: str, sentences: str) -> None:
    assert old in GOOD
    with pytest.raises(FaultyFile) as refused:
        parse_authority(GOOD.replace(old, new, 1))
    assert str(refused.value) == sentences


units = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", *"abcde"])), max_size=5)


@given(units)
def test_whatever_the_units_they_are_a_forest_or_refused(found: list[tuple[str, str]]) -> None:
    tables = [
        f'[[unit]]\nid = "{unit}"\nname = "N"\n' + (f'parent = "{up}"\n' if up else "") for unit, up in found
    ]
    ids = [unit for unit, _ in found]
    parents = dict(found)

    def ends(unit: str) -> bool:
        for _ in range(6):
            unit = parents.get(unit, "")
        return unit == ""

    right = (
        bool(ids) and len(set(ids)) == len(ids) and all(up in {"", *ids} and ends(unit) for unit, up in found)
    )
    try:
        authority = parse_authority(GOOD[: GOOD.index("[[unit]]")] + "".join(tables))
    except FaultyFile:
        assert not right
    else:
        assert right
        for unit in ids:
            assert authority.upwards(unit)[0] == unit
            assert authority.within(unit) == {each for each in ids if unit in authority.upwards(each)}
