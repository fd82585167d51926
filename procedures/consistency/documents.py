"""The cross-checks of a procedure file's documents and reports: that all they name is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures.faults import Fault, did_you_mean
from procedures.positions import Path, Positions
from procedures.schema import CHAIR, RAISER, Procedure
from procedures.schema.documents import FIGURES, IN_BRACES, SOURCES


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Unknown stages, roles, sources, figures, forms and fields in [[paper]] and [[report]]; ids that stand twice."""
    for n, document in enumerate(procedure.paper):
        here: Path = ("paper", n)
        yield from _once(document.id, [each.id for each in procedure.paper[:n]], here, positions)
        for i, stage in enumerate(document.stages):
            if stage not in procedure.stages:
                yield positions.fault(
                    (*here, "stages", i),
                    f'unknown stage "{stage}"',
                    did_you_mean(stage, list(procedure.stages), noun="Stages"),
                )
        yield from _roles(procedure, document.by, (*here, "by"), (RAISER, CHAIR), positions)
        for key in ("opening", "closing"):
            words = getattr(document, key)
            yield from _in_braces(procedure, words, document.stages, (*here, key), positions)
        for s, section in enumerate(document.section):
            place: Path = (*here, "section", s)
            if section.text is None and not section.from_ and section.heading is None:
                yield positions.fault(
                    place, "this section says nothing", "Give it a heading, a text or a from."
                )
            yield from _in_braces(procedure, section.text, document.stages, (*place, "text"), positions)
            for i, source in enumerate(section.from_):
                yield from _source(procedure, source, document.stages, (*place, "from", i), positions)
    for n, report in enumerate(procedure.report):
        here = ("report", n)
        before = [each.id for each in (*procedure.paper, *procedure.report[:n])]
        yield from _once(report.id, before, here, positions)
        yield from _roles(procedure, report.by, (*here, "by"), (), positions)
        for i, figure in enumerate(report.figures):
            yield from _figure(procedure, figure, (*here, "figures", i), positions)
        for i, source in enumerate(report.learning):
            yield from _learning(procedure, source, (*here, "learning", i), positions)


def _once(id_: str, before: list[str], here: Path, positions: Positions) -> Iterator[Fault]:
    if id_ in before:
        message = f'two documents or reports have the id "{id_}"'
        yield positions.fault((*here, "id"), message, "Give each its own.")


def _roles(
    procedure: Procedure, roles: list[str], here: Path, special: tuple[str, ...], positions: Positions
) -> Iterator[Fault]:
    known = [*procedure.role, *special]
    for i, role in enumerate(roles):
        if role not in known:
            yield positions.fault(
                (*here, i), f'unknown role "{role}"', did_you_mean(role, known, noun="Roles")
            )


def _in_braces(
    procedure: Procedure, words: str | None, stages: list[str], here: Path, positions: Positions
) -> Iterator[Fault]:
    for name in IN_BRACES.findall(words or ""):
        if name.startswith("form.") and name.count(".") == 1:
            message = f'a whole form does not fit into a sentence: "{name}"'
            yield positions.fault(here, message, "Name one of its fields, or take the form up with from.")
        else:
            yield from _source(procedure, name, stages, here, positions)


def _source(
    procedure: Procedure, source: str, stages: list[str], here: Path, positions: Positions
) -> Iterator[Fault]:
    kind, _, rest = source.partition(".")
    if kind == "field":
        wanted = [procedure.stages[id_] for id_ in stages if id_ in procedure.stages] or procedure.stage
        known = [field.id for stage in wanted for field in stage.field]
        if rest not in known:
            yield positions.fault(
                here,
                f'no stage of this document asks for a field "{rest}"',
                did_you_mean(rest, known, noun="Fields"),
            )
    elif kind == "form":
        yield from _form(procedure, rest, here, positions)
    elif source not in SOURCES:
        hint = did_you_mean(source, [*SOURCES, "form.…", "field.…"], noun="It can be")
        yield positions.fault(here, f'a section cannot take up "{source}"', hint)


def _figure(procedure: Procedure, figure: str, here: Path, positions: Positions) -> Iterator[Fault]:
    kind, _, rest = figure.partition(".")
    if kind in ("gaps", "forms") and rest:
        yield from _form(procedure, rest, here, positions, whole=False)
    elif figure not in FIGURES:
        hint = did_you_mean(figure, [*FIGURES, "gaps.…", "forms.…"], noun="It can be")
        yield positions.fault(here, f'a report cannot count "{figure}"', hint)


def _learning(procedure: Procedure, source: str, here: Path, positions: Positions) -> Iterator[Fault]:
    kind, _, rest = source.partition(".")
    if kind not in ("form", "forms") or not rest:
        message = f'learning points come from forms, not from "{source}"'
        yield positions.fault(here, message, 'Write form.<id>.<field>, for example "form.report.learning".')
        return
    faults = list(_form(procedure, rest, here, positions, whole=False))
    yield from faults
    form, _, name = rest.partition(".")
    fields = [f for stage in procedure.stage for each in stage.form if each.id == form for f in each.field]
    if not faults and not any(field.learning for field in fields if field.id == name):
        message = f'"{name}" may hold the detail of a case, because it is not marked as a learning point'
        yield positions.fault(
            here, message, "Add learning = true to the field, and say in its hint what not to write."
        )


def _form(
    procedure: Procedure, name: str, here: Path, positions: Positions, *, whole: bool = True
) -> Iterator[Fault]:
    """Whether `<form>` (where a whole form will do) or `<form>.<field>` is there."""
    form, _, field = name.partition(".")
    known = forms(procedure)
    if form not in known:
        hint = did_you_mean(form, list(known), noun="Forms") or "The procedure has no forms."
        yield positions.fault(here, f'unknown form "{form}"', hint)
    elif field not in known[form] and (field or not whole):
        hint = did_you_mean(field, list(known[form]), noun="Its fields")
        yield positions.fault(here, f'the form "{form}" has no field "{field}"', hint)


def forms(procedure: Procedure) -> Mapping[str, tuple[str, ...]]:
    """The forms of all stages by their ids, with the ids of their fields; forms of the same id together."""
    found: dict[str, tuple[str, ...]] = {}
    for stage in procedure.stage:
        for form in stage.form:
            ids = (*found.get(form.id, ()), *(field.id for field in form.field))
            found[form.id] = tuple(dict.fromkeys(ids))
    return found
