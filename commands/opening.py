"""What raising and escalating have in common: the question about immediate risk, and what a stage asks before it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from commands import own_fields
from commands.carry_out import find_people
from commands.command import Draft
from commands.desk import Desk
from commands.record import Record
from commands.vocabulary import Bullets, Heading, Input, Kind, Option, Part, Value
from procedures.dates import parse_date
from procedures.engine import BadStep
from procedures.schema import RAISER, Procedure, Stage
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


def risk_ends_here(procedure: Procedure, draft: Draft) -> bool:
    """Whether nothing is opened at all, because a child is at immediate risk and the procedure is not for that (CT-12)."""
    rule = procedure.immediate_risk
    return rule is not None and rule.instead and draft.get("immediate_risk") == "yes"


def not_for_risk(procedure: Procedure) -> str:
    """Why nothing was recorded although a form was sent: the procedure is not for immediate risk."""
    return f"Nothing was recorded: “{procedure.title}” is not for immediate risk. Do at once what stands on this form."


def stage_input(stages: list[Stage], title: str = "Which stage?") -> Input:
    """The choice of a stage."""
    options = tuple(Option(stage.id, stage.name, (stage.about or "")[:75]) for stage in stages)
    return Input(STAGE, title, Kind.LIST, options=options, redraws=True)


def asked_words(desk: Desk, record: Record, stage: Stage) -> str:
    """Who would be asked at a stage that is not open yet: "the team manager (Priya Nair)"; names only where it is certain."""
    words = []
    for role in stage.to:
        title = (
            record.procedure.role_name(role) if role == RAISER else f"the {record.procedure.role_name(role)}"
        )
        data = record.procedure.role.get(role)
        by_turns = data is not None and (data.rota is not None or data.chosen)
        people = [] if by_turns else find_people(desk, record, role, {})
        words.append(f"{title} ({desk.name_all(people)})" if people else title)
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def opens_words(desk: Desk, record: Record, stage_id: str) -> str:
    """What a person reads before they submit what opens a stage by itself."""
    stage = record.procedure.stages[stage_id]
    return f"This opens {stage.name}. Asked: {asked_words(desk, record, stage)}."


def stage_parts(procedure: Procedure, stage: Stage, draft: Draft) -> list[Input | Part]:
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
    parts += own_fields.inputs(stage.field, draft.values, procedure.record.reminder)
    return parts


def consulted(stage: Stage, more: Mapping[str, Value]) -> tuple[Discussion, ...]:
    """The discussions entered on the form. Raises BadStep for a day that is none."""
    if stage.consulted is None:
        return ()
    return tuple(
        Discussion(
            role=role,
            on=_day(f"consulted_{role}", text(more, f"consulted_{role}")),
            note=text(more, f"consulted_note_{role}"),
        )
        for role in stage.consulted.roles
        if more.get(f"consulted_{role}")
    )


def text(more: Mapping[str, Value], name: str) -> str:
    """What was put into an input that only the procedure knows, as text; empty where it was not shown."""
    value = more.get(name)
    return (value[0] if value else "") if isinstance(value, tuple) else value or ""


def _day(name: str, text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise BadStep(name, str(error)) from None
