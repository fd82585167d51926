"""Patterns across cases: non-attendance by agency, counted over a period, told of once a period (BI-2)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procedures import library
from procedures.patterns import Answered, answer, choice_of, counted, field_of, period, told
from procedures.schema import Pattern
from procedures.steps import Entry, Escalated, FormRecorded, Raised, Step

FILE = """
schema = 1
title = "Attendance"
document = "A made-up guide"
nation = "england-and-wales"
[role.convenor]
name = "Chair"
[role.health_lead]
name = "Health's safeguarding lead"
[role.office]
name = "Safeguarding office"
[raise]
by = ["convenor"]
source = "1"
[record]
reminder = "This is kept."
source = "1"
[resolve]
source = "1"
[withdraw]
source = "1"
[[stage]]
id = "absent"
name = "Absent"
to = ["convenor"]
source = "2"
[stage.outcome]
by = ["convenor"]
choices = [{ id = "answered", label = "Answered", resolves = true }]
source = "2"
[[stage.field]]
id = "agency"
title = "Which agency?"
kind = "choice"
choices = [
    { id = "health", label = "Health visiting", role = "health_lead" },
    { id = "school", label = "A school" },
]
source = "2"
[[stage.form]]
id = "reasons"
title = "Reasons given"
by = ["convenor"]
again = true
source = "2"
[[stage.form.field]]
id = "why"
title = "Why?"
kind = "choice"
choices = [{ id = "late", label = "Asked too late" }, { id = "staff", label = "Nobody to send" }]
source = "2"
[[pattern]]
id = "absence"
title = "Absence from meetings"
field = "agency"
at_least = 3
months = 6
tell = ["office"]
words = "Please find out why."
source = "3"
[[pattern]]
id = "reasons"
title = "Reasons"
form = "reasons"
field = "why"
at_least = 2
months = 1
tell = ["office"]
words = "Look at it."
source = "3"
"""
PROCEDURE = library.parse(FILE, "attendance.toml")
ABSENCE, REASONS = PROCEDURE.pattern
TODAY = date(2026, 11, 23)


def entry(step: Step) -> Entry:
    return Entry(1, 1, "chair@example.org", datetime(2026, 11, 23, 10, tzinfo=UTC), step)


def given_on(*days: str, answer: str = "health") -> list[Answered]:
    return [Answered(answer, 1001 + n, "east", date.fromisoformat(day)) for n, day in enumerate(days)]


def test_an_answer_to_a_field_that_opens_a_stage_counts() -> None:
    raised = Raised(stage="absent", concern="-", fields={"agency": "health", "note": "x"})
    assert answer(ABSENCE, entry(raised)) == "health"
    assert (
        answer(ABSENCE, entry(Escalated(stage="absent", outline="-", fields={"agency": "school"})))
        == "school"
    )
    assert answer(ABSENCE, entry(Raised(stage="absent", concern="-"))) == ""
    assert answer(REASONS, entry(raised)) == ""


def test_an_answer_of_a_form_counts() -> None:
    filled = FormRecorded(form="reasons", values={"why": "late"})
    assert answer(REASONS, entry(filled)) == "late"
    assert answer(ABSENCE, entry(filled)) == ""
    assert answer(REASONS, entry(FormRecorded(form="reasons", values={}))) == ""


def test_bi_2_three_within_six_months_are_a_pattern_and_two_are_not() -> None:
    found = counted(ABSENCE, given_on("2026-06-01", "2026-08-14", "2026-11-20"), TODAY, {})
    assert [(each.answer, each.challenges, each.count) for each in found] == [
        ("health", (1001, 1002, 1003), 3)
    ]
    assert (found[0].first, found[0].last) == (date(2026, 5, 24), TODAY)
    assert counted(ABSENCE, given_on("2026-06-01", "2026-08-14"), TODAY, {}) == []


def test_what_is_older_than_the_period_does_not_count() -> None:
    assert period(ABSENCE, TODAY) == date(2026, 5, 24)
    assert counted(ABSENCE, given_on("2026-05-23", "2026-08-14", "2026-11-20"), TODAY, {}) == []
    assert len(counted(ABSENCE, given_on("2026-05-24", "2026-08-14", "2026-11-20"), TODAY, {})) == 1


def test_one_record_counts_once_however_often_it_says_so() -> None:
    again = [Answered("late", 1001, "east", TODAY)] * 3
    assert counted(REASONS, again, TODAY, {}) == []
    assert len(counted(REASONS, [*again, Answered("late", 1002, "west", TODAY)], TODAY, {})) == 1


def test_it_is_told_of_once_a_period() -> None:
    given_so_far = given_on("2026-06-01", "2026-08-14", "2026-11-20", "2026-11-23")
    told_on = {"health": date(2026, 11, 20)}
    assert counted(ABSENCE, given_so_far, TODAY, told_on) == []
    later = [*given_so_far, *given_on("2027-01-08", "2027-03-12", "2027-05-01")]
    assert counted(ABSENCE, later, date(2027, 5, 19), told_on) == [], (
        "The period lasts until Wednesday 19 May."
    )
    assert [each.count for each in counted(ABSENCE, later, date(2027, 5, 20), told_on)] == [4]


def test_the_answers_own_role_hears_of_it_or_else_those_of_the_pattern() -> None:
    assert told(PROCEDURE, ABSENCE, "health") == ("health_lead",)
    assert told(PROCEDURE, ABSENCE, "school") == ("office",)
    assert told(PROCEDURE, ABSENCE, "an answer of an earlier file") == ("office",)
    assert choice_of(PROCEDURE, ABSENCE, "school").label == "A school"
    assert choice_of(PROCEDURE, ABSENCE, "gone").label == "gone"
    nowhere = Pattern.model_validate({**ABSENCE.model_dump(), "field": "nowhere"})
    assert field_of(PROCEDURE, nowhere) is None


@given(
    days=st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(["health", "school"]), st.integers(1, 9)), max_size=30
    )
)
def test_day_by_day_nothing_is_told_twice_and_nothing_is_missed(days: list[tuple[int, str, int]]) -> None:
    """Two years, looked at every day: whenever enough records are counted that were not told of, somebody hears of it."""
    given_so_far = [Answered(what, case, "east", TODAY + timedelta(days=n)) for n, what, case in days]
    told_on: dict[str, date] = {}
    counted_before: Counter[tuple[str, date]] = Counter()
    for n in range(760):
        today = TODAY + timedelta(days=n)
        known = [each for each in given_so_far if each.day <= today]
        for found in counted(ABSENCE, known, today, told_on):
            before = told_on.get(found.answer)
            assert before is None or (today - before).days >= 181
            told_on[found.answer] = today
            counted_before[found.answer, today] += 1
        for agency in ("health", "school"):
            within = {
                each.challenge
                for each in known
                if each.answer == agency and each.day >= period(ABSENCE, today)
            }
            recently = agency in told_on and (today - told_on[agency]).days <= 190
            assert len(within) < 3 or recently
    assert set(counted_before.values()) <= {1}
