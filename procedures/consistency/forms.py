"""Forms of the authority's own: fields that fit their kind, answers that lead somewhere, patterns that count what is there."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.faults import Fault, did_you_mean
from procedures.positions import Path, Positions
from procedures.schema import Fact, Lead, OwnField, Pattern, Procedure

_CHOOSING = ("choice", "ticks")
_COUNTING = ("number", "scores")
_KEYS = {"least": _COUNTING, "most": _COUNTING, "not_older_than": ("date",), "all": ("ticks",)}
"""The keys that only some kinds of field have."""
_TESTS = {"is": "is_", "most_are": "most_are", "most_above": "most_above", "otherwise": "otherwise"}


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Every field, form, answer that leads somewhere, and pattern."""
    for i, side in enumerate(procedure.side):
        yield from _check_fields(("side", i, "field"), side.field, positions)
    for n, stage in enumerate(procedure.stage):
        yield from _check_fields(("stage", n, "field"), stage.field, positions)
        opening = f'the form that opens "{stage.id}"'
        yield from _check_leads(("stage", n, "leads"), opening, stage.field, stage.leads, positions)
        for i, form in enumerate(stage.form):
            at = ("stage", n, "form", i)
            if form.id in set(Fact):
                message = f'"{form.id}" has a meaning of its own and cannot be the id of a form'
                yield positions.fault((*at, "id"), message, "Choose another id.")
            yield from _check_fields((*at, "field"), form.field, positions)
            named = f'the form "{form.id}"'
            yield from _check_leads((*at, "leads"), named, form.field, form.leads, positions)
    for i, pattern in enumerate(procedure.pattern):
        yield from _check_pattern(("pattern", i), procedure, pattern, positions)


# --- fields --------------------------------------------------------------------------------------------------------------


def _check_fields(path: Path, fields: list[OwnField], positions: Positions) -> Iterator[Fault]:
    for i, field in enumerate(fields):
        yield from _check_field((*path, i), field, positions)
        if field.required_when is not None:
            yield from _check_condition((*path, i, "required_when"), field, fields, positions)


def _check_field(path: Path, field: OwnField, positions: Positions) -> Iterator[Fault]:
    if field.kind == "choice" and not field.choices:
        yield positions.fault(path, "a choice needs something to choose from", "Add choices.")
    if field.kind == "ticks" and not field.choices:
        yield positions.fault(path, "there is nothing to tick", "Add choices.")
    if field.kind not in _CHOOSING and field.choices:
        message = f'there is something to choose from, but the kind is "{field.kind}"'
        hint = 'Write kind = "choice" or kind = "ticks", or take choices away.'
        yield positions.fault((*path, "choices"), message, hint)
    for key, kinds in _KEYS.items():
        if key in field.model_fields_set and field.kind not in kinds:
            wanted = " or ".join(f'"{kind}"' for kind in kinds)
            message = f'"{key}" is for the kind {wanted}, and the kind here is "{field.kind}"'
            yield positions.fault((*path, key), message, "Change the kind, or take it away.")
    if field.least > field.most:
        message = f"the least, {field.least}, is more than the most, {field.most}"
        yield positions.fault((*path, "least"), message, "Change one of them.")


def _check_condition(
    path: Path, field: OwnField, fields: list[OwnField], positions: Positions
) -> Iterator[Fault]:
    """Whether a field that is needed after another's answer names another field and an answer that it can have."""
    wanted = field.required_when
    other = next((each for each in fields if wanted is not None and each.id == wanted.field), None)
    if wanted is None:
        return
    if field.required:
        message = f'"{field.id}" is always needed, so required_when has no effect'
        yield positions.fault(path[:-1], message, "Write required = false beside required_when.")
    if other is None or other is field:
        ids = [each.id for each in fields if each is not field]
        message = f'there is no other field "{wanted.field}" on this form'
        yield positions.fault((*path, "field"), message, did_you_mean(wanted.field, ids, noun="Fields"))
    elif other.kind != "choice":
        message = (
            f'only a choice can make another field needed, and "{other.id}" is of the kind "{other.kind}"'
        )
        yield positions.fault((*path, "field"), message, "Name a choice.")
    else:
        yield from _check_answer((*path, "is"), wanted.is_, other, positions)


def _check_answer(path: Path, answer: str, field: OwnField, positions: Positions) -> Iterator[Fault]:
    ids = [choice.id for choice in field.choices]
    if answer not in ids:
        message = f'"{answer}" is not among the answers to "{field.id}"'
        yield positions.fault(path, message, did_you_mean(answer, ids, noun="Answers"))


# --- where answers lead --------------------------------------------------------------------------------------------------


def _check_leads(
    path: Path, form: str, fields: list[OwnField], leads: list[Lead], positions: Positions
) -> Iterator[Fault]:
    for i, lead in enumerate(leads):
        yield from _check_lead((*path, i), form, fields, lead, positions)
        if lead.otherwise and i != len(leads) - 1:
            message = "otherwise holds when none of the leads before it does, so it stands last"
            yield positions.fault((*path, i, "otherwise"), message, "Move it to the end.")


def _check_lead(
    path: Path, form: str, fields: list[OwnField], lead: Lead, positions: Positions
) -> Iterator[Fault]:
    if lead.opens is None and lead.ends is None and not lead.tell:
        message = "the answer leads nowhere"
        yield positions.fault(path, message, "Add opens with a stage, ends with words, or tell with roles.")
    if lead.opens is not None and lead.ends is not None:
        message = "the answer cannot both open a stage and end the challenge"
        yield positions.fault((*path, "ends"), message, "Keep opens or ends.")
    values = {key: getattr(lead, name) for key, name in _TESTS.items()}
    tests = [key for key, value in values.items() if value is not None and value is not False]
    if len(tests) != 1:
        given = f"here are {' and '.join(tests)}" if tests else "here there is none"
        message = f"an answer is tested by exactly one of {', '.join(_TESTS)}, and {given}"
        yield positions.fault(path, message, "Keep one." if tests else 'For example: is = "yes".')
    field = next((each for each in fields if each.id == lead.field), None)
    if lead.field is None:
        if tests and not lead.otherwise:
            yield positions.fault(path, "the answer to which field is tested?", "Add field.")
    elif field is None:
        hint = did_you_mean(lead.field, [each.id for each in fields], noun="Fields")
        yield positions.fault((*path, "field"), f'{form} has no field "{lead.field}"', hint)
    else:
        for key in tests:
            yield from _check_test((*path, key), key, field, lead, positions)


def _check_test(path: Path, key: str, field: OwnField, lead: Lead, positions: Positions) -> Iterator[Fault]:
    """Whether the test fits the kind of the field, and what it looks for can be the answer."""
    if key == "otherwise":
        message = "otherwise asks for no answer, so it names no field"
        yield positions.fault((*path[:-1], "field"), message, "Keep field or otherwise.")
        return
    wanted = "choice" if key == "is" else "scores"
    if field.kind != wanted:
        message = (
            f'{key} tests a field of the kind "{wanted}", and "{field.id}" is of the kind "{field.kind}"'
        )
        yield positions.fault(path, message, "Test another field, or in another way.")
        return
    if key == "is":
        yield from _check_answer(path, lead.is_ or "", field, positions)
        return
    value = lead.most_are if key == "most_are" else lead.most_above
    highest = field.most if key == "most_are" else field.most - 1
    if value is not None and field.least <= field.most and not field.least <= value <= highest:
        message = f"most scores can never be {'above ' if key == 'most_above' else ''}{value}: they run from {field.least} to {field.most}"
        yield positions.fault(path, message, "Change the number, or the field's least and most.")


# --- patterns ------------------------------------------------------------------------------------------------------------


def _check_pattern(
    path: Path, procedure: Procedure, pattern: Pattern, positions: Positions
) -> Iterator[Fault]:
    forms = [form for stage in procedure.stage for form in stage.form]
    if pattern.form is not None and pattern.form not in {form.id for form in forms}:
        known = list(dict.fromkeys(form.id for form in forms))
        message = f'unknown form "{pattern.form}"'
        yield positions.fault((*path, "form"), message, did_you_mean(pattern.form, known, noun="Forms"))
        return
    if pattern.form is None:
        where = "no form that opens a stage has a"
        fields = [field for stage in procedure.stage for field in stage.field]
    else:
        where = f'the form "{pattern.form}" has no'
        fields = [field for form in forms if form.id == pattern.form for field in form.field]
    found = [field for field in fields if field.id == pattern.field]
    if not found:
        ids = list(dict.fromkeys(field.id for field in fields))
        message = f'{where} field "{pattern.field}"'
        yield positions.fault((*path, "field"), message, did_you_mean(pattern.field, ids, noun="Fields"))
    for field in found:
        if field.kind not in _CHOOSING:
            message = f'only answers to a choice or ticks are counted, and "{field.id}" is of the kind "{field.kind}"'
            yield positions.fault((*path, "field"), message, "Name a choice.")
        elif not pattern.tell:
            untold = next((choice.id for choice in field.choices if choice.role is None), None)
            if untold is not None:
                message = f'nobody would be told of the answer "{untold}"'
                hint = "Give each answer its role, or name roles in tell."
                yield positions.fault(path, message, hint)
