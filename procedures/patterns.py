"""Patterns across cases: an answer that counts only when it comes often (BI-2). Pure: it is told the answers, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from procedures.schema import Choice, OwnField, Pattern, Procedure
from procedures.spans import add_months
from procedures.steps import Entry, Escalated, FormRecorded, Raised

KINDS = ("raised", "escalated", "form_recorded")
"""The kinds of step that hold answers to an authority's own fields."""


@dataclass(frozen=True)
class Answered:
    """One answer in one record: the record's number and team, and the local day on which it was given."""

    answer: str
    challenge: int
    unit: str
    day: date


@dataclass(frozen=True)
class Found:
    """An answer that came often enough: in these records (each counts once), within the period of these days, both included."""

    answer: str
    challenges: tuple[int, ...]
    units: tuple[str, ...]
    first: date
    last: date

    @property
    def count(self) -> int:
        """How many records have the answer."""
        return len(self.challenges)


def answer(pattern: Pattern, entry: Entry) -> str:
    """What an entry answers to the choice that the pattern counts, by its id; "" when it does not hold the field."""
    step = entry.step
    if isinstance(step, FormRecorded) and step.form == pattern.form:
        value = step.values.get(pattern.field, "")
    elif isinstance(step, Raised | Escalated) and pattern.form is None:
        value = step.fields.get(pattern.field, "")
    else:
        return ""
    return value if isinstance(value, str) else ""


def counted(
    pattern: Pattern, given: Iterable[Answered], today: date, told_on: Mapping[str, date]
) -> list[Found]:
    """The answers that came at least so many times within the months up to today and are to be told of, by their ids.

    A record counts once for an answer, however often it holds it: a pattern is about several cases, and a form that was filled
    in again must not make one. `told_on` has the last day on which each answer was told of: it is told of once a period, and
    what was counted then does not count again.
    """
    first = period(pattern, today)
    records: dict[str, dict[int, str]] = {}
    for each in given:
        before = told_on.get(each.answer)
        if before is not None and (today < told_again_from(pattern, before) or each.day <= before):
            continue
        if first <= each.day <= today:
            records.setdefault(each.answer, {})[each.challenge] = each.unit
    return [
        Found(answer, tuple(sorted(units)), tuple(sorted(set(units.values()))), first, today)
        for answer, units in sorted(records.items())
        if len(units) >= pattern.at_least
    ]


def period(pattern: Pattern, today: date) -> date:
    """The first day of the period that ends today: with 6 months, 24 May for 23 November."""
    return date.fromordinal(add_months(today, -pattern.months).toordinal() + 1)


def told_again_from(pattern: Pattern, told_on: date) -> date:
    """The day from which an answer that was told of is told of again: once a period."""
    return add_months(told_on, pattern.months)


def field_of(procedure: Procedure, pattern: Pattern) -> OwnField | None:
    """The field whose answers a pattern counts; None where the procedure has none of that name."""
    fields: list[OwnField] = []
    for stage in procedure.stage:
        if pattern.form is None:
            fields += stage.field
        elif pattern.form in stage.forms:
            fields += stage.forms[pattern.form].field
    return next((own for own in fields if own.id == pattern.field), None)


def choice_of(procedure: Procedure, pattern: Pattern, answer: str) -> Choice:
    """The answer as the procedure knows it now; one that it has no more is called by its id."""
    own = field_of(procedure, pattern)
    known = {} if own is None else {choice.id: choice for choice in own.choices}
    return known.get(answer) or Choice.model_construct(id=answer, label=answer, role=None)


def told(procedure: Procedure, pattern: Pattern, answer: str) -> tuple[str, ...]:
    """The roles that hear of it: the answer's own (such as the agency's safeguarding lead), or else those of the pattern."""
    role = choice_of(procedure, pattern, answer).role
    return (role,) if role is not None else tuple(pattern.tell)
