"""A procedure told in words, for whoever checks the file against the paper."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.schema import CHAIR, COORDINATOR, RAISER, Procedure, Stage, Trigger, When
from procedures.triggers import what

_WHEN = {
    When.answered: "there has been an answer that does not resolve it",
    When.lapsed: "the time to answer has run out",
    When.unresolved: "an outcome without resolution was recorded",
}


def tell(procedure: Procedure) -> list[str]:
    """The procedure, a line a fact, each stage with its clause."""
    lines = [procedure.title, procedure.document, f"Bank holidays: {procedure.nation}", ""]
    lines.append(f"Raised by: {_roles(procedure, procedure.raising.by)} [{procedure.raising.source}]")
    if procedure.informal is not None:
        lines.append(
            f"Informal conversations first, with: {_roles(procedure, procedure.informal.with_)} [{procedure.informal.source}]"
        )
    if procedure.second_opinion is not None:
        lines.append(
            f"Second opinion: {procedure.role_title(procedure.second_opinion.from_)} [{procedure.second_opinion.source}]"
        )
    if procedure.immediate_risk is not None:
        lines.append(
            f"Immediate risk: any stage may be opened directly, with a reason [{procedure.immediate_risk.source}]"
        )
    lines.append(f"Resolved by: {_roles(procedure, procedure.resolve.by)} [{procedure.resolve.source}]")
    lines.append(f"Withdrawn by: {_roles(procedure, procedure.withdraw.by)} [{procedure.withdraw.source}]")
    lines += [f"Opens by itself: {_trigger(procedure, trigger)}" for trigger in procedure.trigger]
    lines += ["", "Roles, by the word that people.csv has for them:"]
    lines += [f"  {role}: {data.name}" for role, data in procedure.role.items()]
    for stage in procedure.stage:
        lines += [
            "",
            f"{stage.name} ({stage.id}) [{stage.source}]",
            *(f"  {line}" for line in _stage(procedure, stage)),
        ]
    return lines


def _trigger(procedure: Procedure, trigger: Trigger) -> str:
    days = " or ".join(what(at) for at in trigger.at)
    if len(trigger.at) > 1:
        days += ", whichever comes first"
    if trigger.each_later_review:
        days += ", and each review after that"
    if trigger.before is not None:
        lead = trigger.before
        days = f"{_days(lead.working_days) if lead.working_days else _weeks(lead.weeks or 0)} before: {days}"
    unless = " or ".join(status.value.replace("_", " ") for status in trigger.unless)
    raiser = (
        "the coordinator of the plan"
        if trigger.raiser == COORDINATOR
        else procedure.role_title(trigger.raiser)
    )
    stage = procedure.stages[trigger.opens].name
    return (
        f"{stage}, at {days}{f', unless {unless}' if unless else ''}; raised by {raiser} [{trigger.source}]"
    )


def _weeks(number: int) -> str:
    return f"{number} week{'' if number == 1 else 's'}"


def _stage(procedure: Procedure, stage: Stage) -> Iterator[str]:
    if stage.after:
        after = " or ".join(procedure.stages[id_].name for id_ in stage.after)
        yield f"Follows {after}, once {' or '.join(_WHEN[when] for when in stage.opens)}"
    yield f"Asked: {_roles(procedure, stage.to)}"
    if stage.copy_:
        yield f"Copied to: {_roles(procedure, stage.copy_)}"
    if stage.consulted is not None:
        yield f"Only after a discussion with: {_roles(procedure, stage.consulted.roles)} [{stage.consulted.source}]"
    if stage.window is not None:
        window = stage.window
        facts = " and ".join(stage.fact_words(fact) for fact in window.until)
        yield f"Window: {window.working_days} working days, on the {procedure.role_name(window.on)}, until {facts} [{window.source}]"
        yield f"Reminders: {', '.join(_offset(offset) for offset in window.remind) or 'none'}"
    if stage.meeting is not None:
        meeting = stage.meeting
        yield f"Meeting: chair {procedure.role_title(meeting.chair)}; attend {_roles(procedure, meeting.attend)} [{meeting.source}]"
    if stage.outcome is not None:
        outcome = stage.outcome
        choices = "; ".join(choice.label for choice in outcome.choices)
        yield f"{outcome.title}, recorded by {_roles(procedure, outcome.by)}: {choices} [{outcome.source}]"
        if outcome.with_:
            yield f"Discussed with: {_roles(procedure, outcome.with_)} [{outcome.source}]"
    for field in stage.field:
        yield f"Asks: {field.title} [{field.source}]"


def _roles(procedure: Procedure, roles: list[str]) -> str:
    special = {RAISER: "whoever raised it", CHAIR: "the chair"}
    return ", ".join(special.get(role) or procedure.role_title(role) for role in roles)


def _offset(offset: int) -> str:
    if offset == 0:
        return "on the due day"
    return f"{_days(abs(offset))} {'before' if offset < 0 else 'after'}"


def _days(number: int) -> str:
    return "1 working day" if number == 1 else f"{number} working days"
