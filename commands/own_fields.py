"""Fields of the authority's own: drawn on a form, read from it with each mistake at its field, and told in words.

An answer is kept as it is typed, or in its plainest form: a date in ISO, numbers as digits, what was chosen or ticked by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from commands.vocabulary import Input, Kind, Option, Value
from procedures.dates import long_date, parse_date
from procedures.engine import BadStep
from procedures.schema import OwnField
from procedures.steps import Answer

PREFIX = "field_"
LINE, TEXT = 200, 3000
"""Characters that a line and a text hold at most."""

_KINDS = {
    "line": Kind.LINE,
    "text": Kind.TEXT,
    "choice": Kind.CHOICE,
    "ticks": Kind.TICKS,
    "date": Kind.DATE,
    "number": Kind.LINE,
    "scores": Kind.LINE,
}


def input_name(own: OwnField) -> str:
    """What the field's input is called on a form; the engine names it so too when it refuses an answer."""
    return f"{PREFIX}{own.id}"


def inputs(fields: Iterable[OwnField], values: Mapping[str, Value], reminder: str) -> list[Input]:
    """The inputs of the fields, in their order; `reminder` stands under each free text.

    What is needed only with a certain answer to another field is asked for only then; `values` are those on the form so far.
    """
    shown = list(fields)
    asked_about = {own.required_when.field for own in shown if own.required_when is not None}
    return [_input(own, reminder, redraws=own.id in asked_about) for own in shown if _is_asked(own, values)]


def _is_asked(own: OwnField, values: Mapping[str, Value]) -> bool:
    when = own.required_when
    return when is None or when.is_ in _ticked(values.get(f"{PREFIX}{when.field}"))


def _ticked(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()


def _input(own: OwnField, reminder: str, *, redraws: bool) -> Input:
    hints = [own.hint or "", reminder if own.kind == "text" else ""]
    if own.kind == "number":
        hints.append(f"A whole number from {own.least} to {own.most}.")
    elif own.kind == "scores":
        hints.append(f"A whole number from {own.least} to {own.most} for each person, such as 0, 3, 7.")
    elif own.kind == "ticks" and own.all:
        hints.append("Tick each of them once it is done.")
    return Input(
        input_name(own),
        own.title,
        _KINDS[own.kind],
        own.required or own.required_when is not None,
        " ".join(hint for hint in hints if hint),
        options=tuple(Option(choice.id, choice.label) for choice in own.choices),
        max_length={"line": LINE, "text": TEXT, "number": 10, "scores": LINE}.get(own.kind),
        redraws=redraws,
    )


def read(fields: Iterable[OwnField], more: Mapping[str, Value]) -> dict[str, Answer]:
    """The answers by the fields' ids; those left empty are left out. What is missing or wrong in them the engine says.

    Raises BadStep for a date that is none.
    """
    found: dict[str, Answer] = {}
    for own in fields:
        value = more.get(input_name(own)) or ""
        if own.kind == "ticks":
            answer: Answer = _ticked(value)
        else:
            answer = _plainest(own, (value if isinstance(value, str) else value[0]).strip())
        if answer:
            found[own.id] = answer
    return found


def _plainest(own: OwnField, text: str) -> str:
    if text and own.kind == "date":
        try:
            return parse_date(text).isoformat()
        except ValueError as error:
            raise BadStep(input_name(own), str(error)) from None
    if own.kind == "scores":
        return ", ".join(text.replace(",", " ").replace(";", " ").split())
    return text


def told(fields: Iterable[OwnField], values: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """The answers in words, each with its field's title, in the fields' order; empty ones are left out."""
    lines = [(own.title, _told(own, values[own.id])) for own in fields if own.id in values]
    return [(title, words) for title, words in lines if words]


def _told(own: OwnField, answer: Answer) -> str:
    labels = {choice.id: choice.label for choice in own.choices}
    if isinstance(answer, tuple):
        still = [label for id_, label in labels.items() if id_ not in answer]
        ticked = "; ".join(labels.get(id_, id_) for id_ in answer) or "none"
        return f"{ticked} (not ticked: {'; '.join(still)})" if still else ticked
    if own.kind == "date":
        return long_date(parse_date(answer))
    return labels.get(answer, answer)
