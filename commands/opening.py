"""What raising and escalating have in common: the question about immediate risk, and what a stage asks before it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from commands.command import Draft
from commands.vocabulary import Bullets, Heading, Input, Kind, Option, Part
from procedures.dates import parse_date
from procedures.engine import BadStep
from procedures.schema import Procedure, Stage
from procedures.steps import Discussion

STAGE = "stage"


def risk_parts(procedure: Procedure, draft: Draft, question: Input) -> list[Input | Part]:
    """The question about immediate risk and, after "yes", what must happen now (BR-10)."""
    rule = procedure.immediate_risk
    if rule is None:
        return []
    asked = replace(question, title=rule.question, required=True, initial=draft.get("immediate_risk", "no"))
    if draft.get("immediate_risk") != "yes":
        return [asked]
    return [asked, Heading("Do this now, outside this tool"), Bullets(tuple(rule.now))]


def stage_input(stages: list[Stage], title: str = "Which stage?") -> Input:
    """The choice of a stage."""
    options = tuple(Option(stage.id, stage.name, (stage.about or "")[:75]) for stage in stages)
    return Input(STAGE, title, Kind.LIST, options=options, redraws=True)


def stage_parts(procedure: Procedure, stage: Stage) -> list[Input | Part]:
    """What a stage asks before it opens: discussions that must have been had, and the authority's own fields (BR-9)."""
    parts: list[Input | Part] = []
    if stage.consulted is not None:
        for role in stage.consulted.roles:
            name = procedure.role_name(role)
            parts.append(Input(f"consulted_{role}", f"Discussed with the {name} on", Kind.DATE))
            parts.append(
                Input(
                    f"consulted_note_{role}",
                    f"What the {name} said",
                    Kind.TEXT,
                    required=False,
                    hint=procedure.record.reminder,
                    max_length=3000,
                )
            )
    kinds = {"line": Kind.LINE, "text": Kind.TEXT, "choice": Kind.CHOICE, "date": Kind.DATE}
    for own in stage.field:
        options = tuple(Option(choice.id, choice.label) for choice in own.choices)
        limit = {"line": 200, "text": 3000}.get(own.kind)
        parts.append(
            Input(
                f"field_{own.id}",
                own.title,
                kinds[own.kind],
                own.required,
                own.hint or "",
                options=options,
                max_length=limit,
            )
        )
    return parts


def consulted(stage: Stage, more: Mapping[str, str]) -> tuple[Discussion, ...]:
    """The discussions entered on the form. Raises BadStep for a day that is none."""
    if stage.consulted is None:
        return ()
    return tuple(
        Discussion(
            role=role,
            on=_day(f"consulted_{role}", more[f"consulted_{role}"]),
            note=more.get(f"consulted_note_{role}", ""),
        )
        for role in stage.consulted.roles
        if more.get(f"consulted_{role}")
    )


def own_fields(stage: Stage, more: Mapping[str, str]) -> dict[str, str]:
    """The authority's own fields as entered. Raises BadStep for a date that is none."""
    found: dict[str, str] = {}
    for own in stage.field:
        value = more.get(f"field_{own.id}", "")
        if not value:
            continue
        if own.kind == "date":
            _day(f"field_{own.id}", value)
        found[own.id] = value
    return found


def _day(name: str, text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise BadStep(name, str(error)) from None
