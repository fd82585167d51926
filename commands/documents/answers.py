"""What reports count of the authority's own forms: answers, gaps, and learning points (BR-14, CT-14, CA-8)."""

from __future__ import annotations

from collections import Counter

from commands.documents.paper import Block, Table, clean
from commands.documents.period import Period
from commands.vocabulary import Fact, Facts
from procedures.own_fields import ticks
from procedures.schema import FormRule, OwnField
from procedures.steps import Answer, Entry, FormRecorded


def counted_answers(period: Period, kind: str, form: str, field: str) -> tuple[str, Block]:
    """The heading and the numbers of one field: `forms` counts each answer, `gaps` each thing that was not ticked or left empty."""
    rule, own = _named(period, form, field)
    values = [step.values.get(field, "") for _, step in _filled(period, form)]
    heading = period.word(kind).format(form=rule.title, field=own.title)
    top = Fact(period.word("filled_in"), str(len(values)))
    if not own.choices or (kind == "gaps" and own.kind != "ticks"):
        empty = sum(not value for value in values)
        count = empty if kind == "gaps" else len(values) - empty
        return heading, Facts((top, Fact(own.title, str(count))))
    counts = Counter(answer for value in values for answer in _answers(own, value, missing=kind == "gaps"))
    rows = tuple((choice.label, str(counts[choice.id])) for choice in own.choices)
    total = (f"{period.word('filled_in')}", str(len(values)))
    number = period.word("missing" if kind == "gaps" else "number")
    return heading, Table((period.word("answer"), number), (*rows, total))


def _answers(own: OwnField, value: Answer, *, missing: bool) -> list[str]:
    """The ids of the answers that are there, or of those that are not."""
    given = set(ticks(value))
    return [choice.id for choice in own.choices if (choice.id in given) is not missing]


def learning_points(period: Period, sources: list[str]) -> tuple[str, ...]:
    """The learning points that were written into these fields, the earliest first, each once. Whose they were is not said."""
    found: list[str] = []
    for source in sources:
        _, form, field = source.split(".")
        for _, step in _filled(period, form):
            value = step.values.get(field, "")
            found += [clean(value)] if isinstance(value, str) and value.strip() else []
    return tuple(dict.fromkeys(found))


def _named(period: Period, form: str, field: str) -> tuple[FormRule, OwnField]:
    """The form and its field as the procedure has them now."""
    return next(
        (rule, own)
        for stage in period.procedure.stage
        for rule in stage.form
        if rule.id == form
        for own in rule.field
        if own.id == field
    )


def _filled(period: Period, form: str) -> list[tuple[Entry, FormRecorded]]:
    """Every time that the form was filled in, in the period."""
    found = [
        (entry, entry.step)
        for record in period.records
        for entry in record.stored.entries
        if isinstance(entry.step, FormRecorded) and entry.step.form == form and period.has(entry.at)
    ]
    return sorted(found, key=lambda pair: pair[0].at)
