"""What is legal in a procedure file and yet may not be meant, each with its place and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from procedures.consistency.naming import roles_named
from procedures.positions import Path
from procedures.rights import parts_for_work
from procedures.schema import CHAIR, RAISER, Fact, Procedure, Span, Stage, TimeLimit

Doubt = tuple[Path, str]
_PER = {"working_days": 1, "calendar_days": 1, "weeks": 5, "months": 23}
"""At most so many working days lie in one of a unit."""


def doubtful(procedure: Procedure) -> list[Doubt]:
    """Everything that a person should look at again."""
    found = chain(_roles(procedure), _ways(procedure), _beside(procedure))
    return [
        *found,
        *chain.from_iterable(_stage(procedure, n, each) for n, each in enumerate(procedure.stage)),
    ]


def _roles(procedure: Procedure) -> Iterator[Doubt]:
    named: dict[str, set[str]] = {role: set() for role in procedure.role}
    for path, role, _ in roles_named(procedure):
        named.get(role, set()).add(str(next(part for part in reversed(path) if isinstance(part, str))))
    readers = {role for paper in procedure.paper for role in paper.by}
    readers |= {role for report in procedure.report for role in report.by}
    for role, keys in named.items():
        if not keys and role not in readers:
            yield ("role", role), f'The role "{role}" is not named by any stage.'
            continue
        only_told = procedure.role[role].only_told
        if keys <= {"copy", "tell"} and not only_told:
            yield (
                ("role", role),
                f'The role "{role}" is told, but never asked; only_told = true says that this is meant.',
            )
        elif only_told and not keys <= {"copy", "tell"}:
            yield ("role", role, "only_told"), f'The role "{role}" is more than told.'


def _ways(procedure: Procedure) -> Iterator[Doubt]:
    ways = procedure.raising.way
    using = {role for way in ways for role in way.by}
    for i, role in enumerate(procedure.raising.by):
        if ways and role not in using:
            yield ("raise", "by", i), f'"{role}" may raise a challenge, but no way in is for that role.'
    if procedure.order == "any":
        for n, stage in enumerate(procedure.stage):
            for key in ("after", "opens", "skip"):
                if getattr(stage, key):
                    sentence = (
                        f'{stage.name}: "{key}" has no effect, because the stages are opened in any order.'
                    )
                    yield ("stage", n, key), sentence


def _beside(procedure: Procedure) -> Iterator[Doubt]:
    for i, side in enumerate(procedure.side):
        if not side.to:
            yield ("side", i), f"{side.name}: nobody is told when this route is taken."
        for j, role in enumerate(side.by):
            blind = [stage.name for stage in procedure.stage if role not in _parts(stage)]
            if blind and role != RAISER:
                said = f'{side.name}: "{role}" cannot take it at {" and ".join(blind)}, having no part there.'
                yield ("side", i, "by", j), said
    if procedure.limit is not None and not procedure.limit.remind:
        yield ("limit", "remind"), f"{procedure.limit.title}: nobody is reminded before it."


def _parts(stage: Stage) -> set[str]:
    """The roles that have a part at a stage, and so can see the challenge there."""
    meeting = stage.meeting
    there = set() if meeting is None else {meeting.chair, *meeting.attend}
    return {*stage.to, *stage.copy_, *there, *parts_for_work(stage)}


def _stage(procedure: Procedure, n: int, stage: Stage) -> Iterator[Doubt]:
    at: Path = ("stage", n)
    yield from ((path, f"{stage.name}: {said}") for path, said in _of_stage(procedure, at, stage))


def _of_stage(procedure: Procedure, at: Path, stage: Stage) -> Iterator[Doubt]:
    if stage.window is not None:
        yield from _window((*at, "window"), stage, stage.window)
    waited = [] if stage.window is None else [*stage.window.until]
    waited += [] if stage.outcome is None else stage.outcome.needs
    alone = stage.window is None and stage.outcome is None and stage.approval is None
    for i, form in enumerate(stage.form):
        if form.id not in waited and not (form.before_meeting or form.again or alone):
            said = f'nobody is asked to fill in "{form.title}"; let the window wait for it, or the outcome need it.'
            yield (*at, "form", i), said
        if form.before_meeting and stage.meeting is None:
            yield (
                (*at, "form", i, "before_meeting"),
                f'"{form.title}" comes before a meeting, and there is none.',
            )
    meets = {Fact.date_confirmed, Fact.meeting_held} & set(waited)
    if stage.meeting is not None and stage.outcome is None and not meets:
        yield (*at, "meeting"), "nothing asks for the meeting's date or its outcome."
    if stage.skip and not procedure.later(stage.id):
        yield (*at, "skip"), "no stage follows it, so nobody can go past it."
    elif stage.skip and not stage.after:
        yield (*at, "skip"), "it is not opened by hand, so nobody can go past it."
    if stage.outcome is not None:
        choices = stage.outcome.choices
        leads = any(choice.resolves or choice.ends or choice.opens for choice in choices)
        if not leads and not procedure.later(stage.id) and procedure.order == "in_order":
            yield (*at, "outcome", "choices"), "none of its outcomes resolves, ends or leads to anything."
        heard = {*stage.to, *stage.copy_, *stage.outcome.tell} - {RAISER}
        if set(stage.outcome.by) <= {RAISER} and not heard and stage.meeting is None:
            yield (*at, "outcome"), "nobody but the raiser hears of its outcome."


def _window(at: Path, stage: Stage, window: TimeLimit) -> Iterator[Doubt]:
    if not window.remind:
        yield (*at, "remind"), "nobody is reminded before its window ends."
    elif not any(offset > 0 for offset in window.remind):
        yield (*at, "remind"), "the raiser is not told when its window has lapsed; add 1 to remind."
    if "remind" in window.model_fields_set and window.from_ == "opened":
        longest = most_working_days(window)
        for i, offset in enumerate(window.remind):
            if offset < 0 and -offset >= longest:
                unit, number = window.length
                shown = unit.replace("_", " ") if number != 1 else unit.replace("_", " ").removesuffix("s")
                yield (
                    (*at, "remind", i),
                    f"the reminder {offset} can never come, because its window has {number} {shown}.",
                )
    for i, fact in enumerate(window.until):
        form = stage.forms.get(fact)
        by = form.by if form else stage.outcome.by if fact == Fact.outcome_recorded and stage.outcome else []
        chair = {stage.meeting.chair} if stage.meeting is not None and CHAIR in by else set()
        if by and window.on not in {*by, *chair}:
            what = f'"{form.title}"' if form else "the outcome"
            yield (*at, "until", i), f'its window is on "{window.on}", who cannot record {what}.'


def most_working_days(span: Span) -> int:
    """At most so many working days lie in a length of time."""
    unit, number = span.length
    return -(-number // 24) if unit == "hours" else number * _PER[unit]
