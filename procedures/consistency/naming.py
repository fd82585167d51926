"""Every name that a file uses must be one that it defines, once: roles, stages, ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from procedures.faults import Fault, did_you_mean
from procedures.positions import Path, Positions
from procedures.schema import CHAIR, COORDINATOR, RAISER, Choice, OwnField, Procedure, Stage

RESERVED = (RAISER, CHAIR, "administrator", "concerned", "owner")
"""Words that have a meaning of their own where roles are named."""
_PEOPLE = (RAISER,)
_BOTH = (RAISER, CHAIR)


class Named(NamedTuple):
    """A place that names a role, and which words may stand there without being roles."""

    path: Path
    role: str
    special: tuple[str, ...] = ()


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Unknown roles and stages, ids given twice, special words where they mean nobody."""
    yield from _check_roles(procedure, positions)
    yield from _check_stages(procedure, positions)
    for path, what, ids in _ids(procedure):
        for i, id_ in enumerate(ids):
            if id_ in ids[:i]:
                message = f'two {what} have the id "{id_}"'
                yield positions.fault((*path, i, "id"), message, "Give each its own.")
    names = [stage.name for stage in procedure.stage]
    for n, name in enumerate(names):
        if name in names[:n]:
            message = f'two stages have the name "{name}"'
            yield positions.fault(("stage", n, "name"), message, "Give each its own.")
    for path, values in _lists(procedure):
        for i, value in enumerate(values):
            if value in values[:i]:
                shown = f'"{value}"' if isinstance(value, str) else str(value)
                yield positions.fault((*path, i), f"{shown} stands here twice", "Keep one.")


# --- roles ---------------------------------------------------------------------------------------------------------------


def roles_named(procedure: Procedure) -> Iterator[Named]:
    """Every place in the file that names a role."""
    yield from _each(("raise", "by"), procedure.raising.by)
    for i, way in enumerate(procedure.raising.way):
        yield from _each(("raise", "way", i, "by"), way.by)
    if procedure.informal is not None:
        yield from _each(("informal", "with"), procedure.informal.with_)
    if procedure.second_opinion is not None:
        yield Named(("second_opinion", "from"), procedure.second_opinion.from_)
    if procedure.concern is not None:
        yield from _each(("concern", "by"), procedure.concern.by)
        firsts = {role: key for key, role in reversed(procedure.concern.takers)}
        yield from (Named(("concern", key), role) for role, key in firsts.items())
    for key, ending in (("resolve", procedure.resolve), ("withdraw", procedure.withdraw)):
        yield from _each((key, "by"), ending.by, _PEOPLE)
    for n, trigger in enumerate(procedure.trigger):
        yield Named(("trigger", n, "raiser"), trigger.raiser, (COORDINATOR,))
        for key in ("coordinator", "social_worker"):
            if (role := getattr(trigger, key)) is not None:
                yield Named(("trigger", n, key), role)
    for role, data in procedure.role.items():
        if data.rota is not None:
            yield from _each(("role", role, "rota", "named_by"), data.rota.named_by)
    for i, side in enumerate(procedure.side):
        yield from _each(("side", i, "by"), side.by, _PEOPLE)
        yield from _each(("side", i, "to"), side.to, _PEOPLE)
        yield from _fields(("side", i, "field"), side.field)
    if procedure.limit is not None:
        yield from _each(("limit", "tell"), procedure.limit.tell, _PEOPLE)
    for i, pattern in enumerate(procedure.pattern):
        yield from _each(("pattern", i, "tell"), pattern.tell)
    for n, stage in enumerate(procedure.stage):
        yield from _of_stage(("stage", n), stage)


def _of_stage(at: Path, stage: Stage) -> Iterator[Named]:
    yield from _each((*at, "to"), stage.to, _PEOPLE)
    yield from _each((*at, "copy"), stage.copy_, _PEOPLE)
    yield from _fields((*at, "field"), stage.field)
    for i, lead in enumerate(stage.leads):
        yield from _each((*at, "leads", i, "tell"), lead.tell, _BOTH)
    if stage.window is not None:
        yield Named((*at, "window", "on"), stage.window.on, _PEOPLE)
        if stage.window.stop_clock is not None:
            yield from _each((*at, "window", "stop_clock", "by"), stage.window.stop_clock.by, _BOTH)
            yield from _choices((*at, "window", "stop_clock", "reasons"), stage.window.stop_clock.reasons)
    if stage.meeting is not None:
        yield Named((*at, "meeting", "chair"), stage.meeting.chair, _PEOPLE)
        yield from _each((*at, "meeting", "attend"), stage.meeting.attend, _PEOPLE)
        yield from _each((*at, "meeting", "by"), stage.meeting.by, _BOTH)
        yield from _each((*at, "meeting", "adds"), stage.meeting.adds, _BOTH)
        if stage.meeting.consider is not None:
            yield from _each((*at, "meeting", "consider", "roles"), stage.meeting.consider.roles)
    if stage.outcome is not None:
        yield from _each((*at, "outcome", "by"), stage.outcome.by, _BOTH)
        yield from _each((*at, "outcome", "with"), stage.outcome.with_)
        yield from _each((*at, "outcome", "tell"), stage.outcome.tell, _BOTH)
        yield from _choices((*at, "outcome", "choices"), stage.outcome.choices)
        for i, choice in enumerate(stage.outcome.choices):
            yield from _each((*at, "outcome", "choices", i, "tell"), choice.tell, _BOTH)
    if stage.actions is not None:
        yield from _each((*at, "actions", "by"), stage.actions.by, _BOTH)
        yield from _choices((*at, "actions", "kinds"), stage.actions.kinds, _BOTH)
    if stage.approval is not None:
        yield from _each((*at, "approval", "by"), stage.approval.by, _PEOPLE)
    if stage.consulted is not None:
        yield from _each((*at, "consulted", "roles"), stage.consulted.roles)
    for i, form in enumerate(stage.form):
        yield from _each((*at, "form", i, "by"), form.by, _BOTH)
        yield from _each((*at, "form", i, "tell"), form.tell, _BOTH)
        yield from _fields((*at, "form", i, "field"), form.field)
        for j, lead in enumerate(form.leads):
            yield from _each((*at, "form", i, "leads", j, "tell"), lead.tell, _BOTH)


def _each(path: Path, roles: Iterable[str], special: tuple[str, ...] = ()) -> Iterator[Named]:
    yield from (Named((*path, i), role, special) for i, role in enumerate(roles))


def _choices(path: Path, choices: Iterable[Choice], special: tuple[str, ...] = ()) -> Iterator[Named]:
    for i, choice in enumerate(choices):
        if choice.role is not None:
            yield Named((*path, i, "role"), choice.role, special)


def _fields(path: Path, fields: Iterable[OwnField]) -> Iterator[Named]:
    for i, field in enumerate(fields):
        yield from _choices((*path, i, "choices"), field.choices)


def _check_roles(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    for reserved in RESERVED:
        if reserved in procedure.role:
            message = f'"{reserved}" has a meaning of its own and cannot be the id of a role'
            yield positions.fault(("role", reserved), message, "Choose another id.")
    seen: set[tuple[object, ...]] = set()
    for path, role, special in roles_named(procedure):
        if role not in procedure.role and role not in special:
            allowed = [*procedure.role, *special]
            yield positions.fault(path, f'unknown role "{role}"', did_you_mean(role, allowed, noun="Roles"))
        elif role == CHAIR and role not in procedure.role and not _has_meeting(procedure, path):
            message = "this is for the chair, and the stage has no meeting"
            yield positions.fault(path, message, "Add [stage.meeting], or name a role.")
        elif isinstance(path[-1], int) and (*path[:-1], role) in seen:
            yield positions.fault(path, f'"{role}" stands here twice', "Keep one.")
        seen.add((*path[:-1], role))
    for role, data in procedure.role.items():
        if data.chosen and data.rota is not None:
            message = f'the holders of "{role}" take turns, so the raiser cannot choose one as well'
            yield positions.fault(("role", role, "chosen"), message, "Keep chosen or rota.")


def _has_meeting(procedure: Procedure, path: Path) -> bool:
    number = path[1]
    return isinstance(number, int) and procedure.stage[number].meeting is not None


# --- stages --------------------------------------------------------------------------------------------------------------


def stages_named(procedure: Procedure) -> Iterator[tuple[Path, str]]:
    """Every place in the file that names a stage, in the order of the file's tables."""
    for i, way in enumerate(procedure.raising.way):
        yield ("raise", "way", i, "stage"), way.stage
    for n, stage in enumerate(procedure.stage):
        for i, before in enumerate(stage.after):
            yield ("stage", n, "after", i), before
        yield from opened_by(n, stage)


def opened_by(n: int, stage: Stage) -> Iterator[tuple[Path, str]]:
    """Every place in a stage that names another which then opens by itself."""
    for i, lead in enumerate(stage.leads):
        if lead.opens is not None:
            yield ("stage", n, "leads", i, "opens"), lead.opens
    if stage.outcome is not None:
        for i, choice in enumerate(stage.outcome.choices):
            if choice.opens is not None:
                yield ("stage", n, "outcome", "choices", i, "opens"), choice.opens
    if stage.approval is not None:
        yield ("stage", n, "approval", "agreed"), stage.approval.agreed
        if stage.approval.declined is not None:
            yield ("stage", n, "approval", "declined"), stage.approval.declined
    for i, form in enumerate(stage.form):
        for j, lead in enumerate(form.leads):
            if lead.opens is not None:
                yield ("stage", n, "form", i, "leads", j, "opens"), lead.opens


def _check_stages(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    ids = [stage.id for stage in procedure.stage]
    for path, stage in stages_named(procedure):
        if stage not in ids:
            yield positions.fault(path, f'unknown stage "{stage}"', did_you_mean(stage, ids, noun="Stages"))


# --- ids and lists -------------------------------------------------------------------------------------------------------


def _ids(procedure: Procedure) -> Iterator[tuple[Path, str, list[str]]]:
    """Every list whose entries have ids: where it stands, what its entries are called, the ids."""
    yield ("stage",), "stages", [each.id for each in procedure.stage]
    yield ("raise", "ask"), "questions", [each.id for each in procedure.raising.ask]
    yield ("raise", "way"), "ways in", [each.id for each in procedure.raising.way]
    yield ("side",), "side routes", [each.id for each in procedure.side]
    yield ("pattern",), "patterns", [each.id for each in procedure.pattern]
    for i, side in enumerate(procedure.side):
        yield from _ids_of_fields(("side", i, "field"), side.field)
    for n, stage in enumerate(procedure.stage):
        yield ("stage", n, "form"), "forms of this stage", [each.id for each in stage.form]
        yield from _ids_of_fields(("stage", n, "field"), stage.field)
        for i, form in enumerate(stage.form):
            yield from _ids_of_fields(("stage", n, "form", i, "field"), form.field)
        if stage.outcome is not None:
            choices = [each.id for each in stage.outcome.choices]
            yield ("stage", n, "outcome", "choices"), "outcomes", choices
        if stage.meeting is not None:
            yield ("stage", n, "meeting", "combine"), "meetings", [each.id for each in stage.meeting.combine]
        if stage.actions is not None:
            yield (
                ("stage", n, "actions", "kinds"),
                "kinds of action",
                [each.id for each in stage.actions.kinds],
            )
        if stage.window is not None and stage.window.stop_clock is not None:
            reasons = [each.id for each in stage.window.stop_clock.reasons]
            yield ("stage", n, "window", "stop_clock", "reasons"), "reasons", reasons


def _ids_of_fields(path: Path, fields: list[OwnField]) -> Iterator[tuple[Path, str, list[str]]]:
    yield path, "fields", [field.id for field in fields]
    for i, field in enumerate(fields):
        yield (*path, i, "choices"), "answers", [choice.id for choice in field.choices]


def _lists(procedure: Procedure) -> Iterator[tuple[Path, list[object]]]:
    """Every other list in which an entry should stand once."""
    yield ("languages",), list(procedure.languages)
    if procedure.limit is not None:
        yield ("limit", "remind"), list(procedure.limit.remind)
    for n, stage in enumerate(procedure.stage):
        yield ("stage", n, "after"), list(stage.after)
        yield ("stage", n, "opens"), [str(when) for when in stage.opens]
        if stage.window is not None:
            yield ("stage", n, "window", "until"), list(stage.window.until)
            yield ("stage", n, "window", "remind"), list(stage.window.remind)
        if stage.outcome is not None:
            yield ("stage", n, "outcome", "needs"), list(stage.outcome.needs)
        if stage.actions is not None:
            yield ("stage", n, "actions", "remind"), list(stage.actions.remind)
            yield ("stage", n, "actions", "at_least_one"), list(stage.actions.at_least_one)
