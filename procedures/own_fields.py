"""The authority's own fields: whether what was put in is right, and where an answer leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from procedures.refusals import BadStep
from procedures.schema import Lead, OwnField
from procedures.steps import Answer


def check_values(fields: Iterable[OwnField], values: Mapping[str, Answer], needed_for: str) -> None:
    """Let a form's values pass, or raise BadStep for the first that is missing or wrong, under the name `field_<id>`."""
    known = {own.id: own for own in fields}
    if not values.keys() <= known.keys():
        raise BadStep("stage", f"{needed_for} has no such field.")
    for own in known.values():
        value = values.get(own.id, "")
        if not value or (isinstance(value, str) and not value.strip()):
            if own.required or _required_now(own, values):
                raise BadStep(f"field_{own.id}", f"{own.title}: this is needed for {needed_for}.")
            continue
        wrong = _wrong(own, value)
        if wrong is not None:
            raise BadStep(f"field_{own.id}", wrong)


def _required_now(own: OwnField, values: Mapping[str, Answer]) -> bool:
    when = own.required_when
    return when is not None and when.is_ in ticks(values.get(when.field, ""))


def _wrong(own: OwnField, value: Answer) -> str | None:
    """What is wrong with a value that is there, as a sentence."""
    if own.kind == "ticks":
        return _ticks_wrong(own, value)
    if not isinstance(value, str):
        return "Give one answer."
    if own.kind == "choice" and value not in {choice.id for choice in own.choices}:
        return "Choose one of the answers listed."
    if own.kind == "date" and day_in(value) is None:
        return "Enter a day, such as 18 December 2026."
    if own.kind in ("number", "scores"):
        found = scores(value)
        if own.kind == "number" and len(found or ()) != 1:
            return f"Enter one whole number from {own.least} to {own.most}."
        if not found or any(not own.least <= each <= own.most for each in found):
            return f"Enter whole numbers from {own.least} to {own.most}, one for each person, with commas between them: 0, 3, 7."
    return None


def _ticks_wrong(own: OwnField, value: Answer) -> str | None:
    ticked = ticks(value)
    labels = {choice.id: choice.label for choice in own.choices}
    if not set(ticked) <= labels.keys():
        return "Tick what applies in the list."
    left = [label for id_, label in labels.items() if id_ not in ticked]
    if own.all and left:
        return f"Everything must be ticked. Still open: {'; '.join(left)}."
    return None


def ticks(value: Answer) -> tuple[str, ...]:
    """The ids that were ticked."""
    return value if isinstance(value, tuple) else (value,) if value else ()


def day_in(value: Answer) -> date | None:
    """The day that an answer holds; None for what is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def scores(value: Answer) -> tuple[int, ...] | None:
    """The whole numbers that an answer holds; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        return tuple(int(each) for each in value.replace(";", ",").split(",") if each.strip())
    except ValueError:
        return None


def lead_of(leads: Iterable[Lead], values: Mapping[str, Answer]) -> Lead | None:
    """The first lead whose test the answers pass."""
    return next((lead for lead in leads if _passes(lead, values.get(lead.field or "", ""))), None)


def _passes(lead: Lead, value: Answer) -> bool:
    if lead.otherwise:
        return True
    if lead.is_ is not None:
        return lead.is_ in ticks(value)
    found = scores(value) or ()
    if lead.most_are is not None:
        return 2 * sum(each == lead.most_are for each in found) > len(found)
    if lead.most_above is not None:
        return 2 * sum(each > lead.most_above for each in found) > len(found)
    return False
