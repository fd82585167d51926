"""Reports of activity over a period (CT-14, CA-8): how many, by which stage, with which outcomes. No case appears in them.

The numbers are true ones, small or not: the report goes to the leadership that the procedure file names, and to nobody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from commands.desk import Desk
from commands.documents.answers import counted_answers, learning_points
from commands.documents.paper import Block, Paper, PaperSection, Table
from commands.documents.period import Period
from commands.documents.words import day_words
from commands.record import Record
from commands.vocabulary import Bullets, Fact, Facts, Small
from procedures.engine import StageRun
from procedures.schema import Procedure
from procedures.schema.documents import ActivityReport
from procedures.steps import MeetingHeld, OutcomeRecorded
from storage import challenges
from storage.challenges import Window


def activity(
    desk: Desk,
    procedure: Procedure,
    report: ActivityReport,
    days: tuple[date, date],
    units: Collection[str] | None,
    language: str,
) -> Paper:
    """The report for the days from the first to the last of `days`, of these units (None: of all)."""
    ids = challenges.ids_of_procedure(desk.session, procedure.id, units)
    read = [desk.with_procedure(stored) for stored in challenges.load_many(desk.session, ids)]
    records = tuple(Record(each.stored, each.procedure.in_language(language)) for each in read)
    period = Period(desk, procedure.in_language(language), records, *days, language)
    return told(period, report.id, period.word("all_units") if units is None else _names(desk, units))


def told(period: Period, report_id: str, teams: str) -> Paper:
    """What the records of the period come to; `teams` names those that are counted."""
    report = next(each for each in period.procedure.report if each.id == report_id)
    authority, title, language = period.desk.office.authority, period.procedure.title, period.language
    days = period.word("from_to").format(
        first=day_words(period.first, language), last=day_words(period.last, language)
    )
    top = (
        Fact(period.word("procedure"), title),
        Fact(period.word("period"), days),
        Fact(period.word("units"), teams),
    )
    counted = {figure: _counted(period, figure) for figure in report.figures}
    sections = [PaperSection(heading, (block,)) for heading, block in counted.values()]
    points = learning_points(period, report.learning)
    if report.learning:
        found: Block = Bullets(points) if points else Small(period.word("no_learning"))
        sections.append(PaperSection(period.word("learning"), (found,)))
    values: dict[str, object] = {
        "title": report.title,
        "authority": authority.name,
        "procedure": title,
        "period": days,
        "units": teams,
        "opening": report.opening or "",
        "closing": report.closing or "",
        "learning": list(points),
        **_nested({figure: _rows(block) for figure, (_, block) in counted.items()}),
    }
    ending = "" if language == "en" else f"-{language}"
    return Paper(
        name=f"{report.id}-{period.first}-to-{period.last}{ending}.docx",
        title=report.title,
        language=language,
        author=authority.name,
        header=authority.name,
        footer=f"{title} · {days}",
        opening=report.opening or "",
        sections=(PaperSection("", (Facts(top),)), *sections),
        closing=report.closing or "",
        values=values,
    )


def _names(desk: Desk, units: Collection[str]) -> str:
    """The topmost of the units: those below them go without saying."""
    upwards = desk.office.authority.upwards
    top = [unit.id for unit in desk.office.authority.unit if unit.id in units]
    top = [unit for unit in top if not any(above in units for above in upwards(unit)[1:])]
    return ", ".join(desk.office.authority.unit_name(unit) for unit in top)


def _rows(block: Block) -> list[list[str]]:
    match block:
        case Table(_, rows):
            return [list(row) for row in rows]
        case Facts(items):
            return [[fact.label, fact.value] for fact in items]
        case _:
            return []


def _nested(rows: Mapping[str, list[list[str]]]) -> dict[str, object]:
    """The figures by their names; `gaps.form.field` is reached by its three parts."""
    found: dict[str, Any] = {}
    for name, value in rows.items():
        *groups, last = name.split(".")
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return found


def _counted(period: Period, figure: str) -> tuple[str, Block]:
    """A figure's heading and its numbers."""
    kind, _, rest = figure.partition(".")
    if rest:
        form, _, field = rest.partition(".")
        return counted_answers(period, kind, form, field)
    return period.word(f"figure_{figure}"), _FIGURES[figure](period)


# --- the figures -------------------------------------------------------------------------------------------------------


def _opened(period: Period) -> Block:
    count = sum(1 for record in period.records if period.has(record.head.opened_at))
    return Facts((Fact(period.word("total"), str(count)),))


def _by_stage(period: Period) -> Block:
    counts = Counter(run.stage.name for _, run in period.runs() if period.has(run.opened.at))
    return Table((period.word("stage"), period.word("number")), period.by_stage(counts))


def _meetings_held(period: Period) -> Block:
    counts: Counter[str] = Counter()
    for record, run in period.runs():
        counts[run.stage.name] += len(_meetings(record, run, period))
    with_meetings = {stage.name for stage in period.procedure.stage if stage.meeting is not None}
    rows = [row for row in period.by_stage(+counts) if row[0] in with_meetings or row[1] != "0"]
    return Table((period.word("stage"), period.word("number")), tuple(rows))


def _meetings(record: Record, run: StageRun, period: Period) -> set[date]:
    """The days on which meetings of the stage were held; a record corrected later still counts one day once."""
    if run.stage.meeting is None:
        return set()
    outcome = run.stage.outcome
    not_held = set() if outcome is None else {choice.id for choice in outcome.choices if choice.again}
    steps = [entry.step for entry in record.stored.entries if entry.stage_number == run.number]
    return {
        step.held_on
        for step in steps
        if (
            isinstance(step, MeetingHeld)
            or (isinstance(step, OutcomeRecorded) and step.choice not in not_held)
        )
        and period.has(step.held_on)
    }


def _outcomes(period: Period) -> Block:
    counts: Counter[tuple[str, str]] = Counter()
    for _, run in period.runs():
        if run.outcome is not None and run.outcome_entry is not None and period.has(run.outcome_entry.at):
            counts[run.stage.name, run.outcome.label] += 1
    known = [
        (stage.name, choice.label)
        for stage in period.procedure.stage
        if stage.outcome is not None
        for choice in stage.outcome.choices
    ]
    rows = tuple((*pair, str(counts[pair])) for pair in dict.fromkeys([*known, *counts]))
    return Table((period.word("stage"), period.word("outcome"), period.word("number")), rows)


def _in_time(period: Period) -> Block:
    """The windows whose last day lies in the period."""
    counts: Counter[tuple[str, str]] = Counter()
    for record, run in period.runs():
        window = record.windows.get(run.number)
        if window is not None and period.has(window.due_day):
            counts[run.stage.name, _how_answered(window)] += 1
    kinds = ("in_time", "late", "not_answered", "ended_before")
    stages = dict.fromkeys([stage.name for stage in period.procedure.stage if stage.window is not None])
    stages |= dict.fromkeys(name for name, _ in counts)
    rows = tuple((name, *(str(counts[name, kind]) for kind in kinds)) for name in stages)
    return Table((period.word("stage"), *(period.word(kind) for kind in kinds)), rows)


def _how_answered(window: Window) -> str:
    if window.closed_at is None:
        return "not_answered"
    in_time = window.closed_at <= window.due_at
    if window.met:
        return "in_time" if in_time else "late"
    return "ended_before" if in_time else "not_answered"


def _ended(period: Period) -> Block:
    counts = Counter(
        record.standing.status.value
        for record in period.records
        if record.standing.ended is not None and period.has(record.standing.ended.at)
    )
    rows = tuple((period.word(kind), str(counts[kind])) for kind in ("resolved", "withdrawn", "closed"))
    return Table((period.word("how_ended"), period.word("number")), rows)


_FIGURES: Mapping[str, Callable[[Period], Block]] = {
    "opened": _opened,
    "by_stage": _by_stage,
    "meetings_held": _meetings_held,
    "outcomes": _outcomes,
    "in_time": _in_time,
    "ended": _ended,
}
