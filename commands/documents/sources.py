"""What a document can take from a record, by the names that procedure files use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from commands.documents.paper import Block, Numbered, Table, clean
from commands.documents.view import View
from commands.documents.words import at_words, day_words
from commands.vocabulary import Bullets, Fact, Facts, Paragraph, Quotation
from procedures.engine import StageRun
from procedures.meeting_checks import expected
from procedures.schema import OwnField
from procedures.schema.documents import ACTION, LINES
from procedures.steps import (
    Answer,
    Considered,
    Decided,
    Entry,
    Escalated,
    FormRecorded,
    MeetingHeld,
    Noted,
    OutcomeRecorded,
    Raised,
)

Value = str | list[str] | list[dict[str, str]]
"""A text, a list of texts, or the rows of a table; empty where nothing is recorded."""


def taken(view: View, source: str) -> Value:
    """What the record holds under this name (a whole form is for `blocks` alone)."""
    kind, _, rest = source.partition(".")
    if kind == "field":
        value: Value = _opening_field(view, rest)
    elif kind == "form":
        value = _of_forms(view, *rest.split(".", 1))
    else:
        value = _SOURCES[source](view)
    if isinstance(value, str):
        return clean(value)
    return [clean(each) if isinstance(each, str) else each for each in value]  # type: ignore[return-value]


def blocks(view: View, sources: list[str]) -> list[Block]:
    """What these sources hold as blocks; a source that holds nothing gives none. Short ones in a row stand together."""
    found: list[Block] = []
    for source in sources:
        kind, _, rest = source.partition(".")
        if kind == "form" and "." not in rest:
            found += _whole_form(view, rest)
            continue
        value = taken(view, source)
        if value:
            short = source in LINES or (len(sources) > 1 and _is_short(view, source))
            title = _label(view, source) if len(sources) > 1 or short else ""
            found += _drawn(view, title, value, short=short, numbered=source == "agenda")
    return _joined(found)


def _own(view: View, source: str) -> OwnField | None:
    """The field of the authority's own that a source names; None for what is none."""
    kind, _, rest = source.partition(".")
    if kind == "field":
        return next((field for run in _runs(view) for field in run.stage.field if field.id == rest), None)
    form, _, name = rest.partition(".")
    fields = [field for rule in view.rules() if rule.id == form for field in rule.field]
    return next((field for field in fields if field.id == name), None)


def _label(view: View, source: str) -> str:
    """What stands before it where several things stand in one section."""
    own = _own(view, source)
    return own.title if own is not None else "" if source == "notes" else view.word(source)


def _is_short(view: View, source: str) -> bool:
    """Whether an answer to a field of the authority's own is a line, not a text."""
    own = _own(view, source)
    return own is not None and _on_a_line(own)


def _on_a_line(own: OwnField) -> bool:
    return own.kind not in ("text", "ticks")


def _drawn(view: View, title: str, value: Value, *, short: bool, numbered: bool = False) -> list[Block]:
    if isinstance(value, str):
        if short:
            return [Facts((Fact(title, value),))]
        return [Quotation(title, value)] if title else [Paragraph(each) for each in value.split("\n\n")]
    head: list[Block] = [Paragraph(title, strong=True)] if title else []
    texts = tuple(each for each in value if isinstance(each, str))
    if texts:
        return [*head, Numbered(texts) if numbered else Bullets(texts)]
    rows = [each for each in value if isinstance(each, dict)]
    headings = tuple(view.word(key) for key in rows[0])
    return [*head, Table(headings, tuple(tuple(clean(cell) for cell in row.values()) for row in rows))]


def _joined(found: list[Block]) -> list[Block]:
    """Facts that follow each other, as one."""
    joined: list[Block] = []
    for block in found:
        last = joined[-1] if joined else None
        if isinstance(block, Facts) and isinstance(last, Facts):
            joined[-1] = Facts((*last.items, *block.items))
        else:
            joined.append(block)
    return joined


# --- fields and forms of the authority's own ---------------------------------------------------------------------------


def _runs(view: View) -> list[StageRun]:
    """This stage, then the others, the latest first."""
    return [view.run, *reversed(view.record.standing.runs)]


def _opening_field(view: View, name: str) -> Value:
    for run in _runs(view):
        step = run.opened.step
        field = next((each for each in run.stage.field if each.id == name), None)
        if field is not None and isinstance(step, Raised | Escalated) and step.fields.get(name):
            return view.answer(field, step.fields[name])
    return ""


def _of_forms(view: View, form: str, name: str = "") -> Value:
    """One field of a form; where the form was filled in several times, each answer with whose it is."""
    said: list[tuple[Entry, str | list[str]]] = []
    for rule, entry in view.forms(form):
        field = next((each for each in rule.field if each.id == name), None)
        value = _values(entry).get(name)
        if field is not None and value:
            said.append((entry, view.answer(field, value)))
    if len(said) == 1:
        return said[0][1]
    return [
        f"{_whose(view, entry)}: {each if isinstance(each, str) else '; '.join(each)}" for entry, each in said
    ]


def _whole_form(view: View, name: str) -> list[Block]:
    """Every field of a form that was filled in, under its title; each time that it was."""
    filled = view.forms(name)
    found: list[Block] = []
    for rule, entry in filled:
        if len(filled) > 1:
            found.append(Paragraph(_whose(view, entry), strong=True))
        for field in rule.field:
            value = _values(entry).get(field.id)
            if value:
                found += _field(view, field, value)
    return found


def _field(view: View, field: OwnField, value: Answer) -> list[Block]:
    answer = view.answer(field, value)
    said = clean(answer) if isinstance(answer, str) else [clean(each) for each in answer]
    return _drawn(view, field.title, said, short=_on_a_line(field))


def _whose(view: View, entry: Entry) -> str:
    step = entry.step
    role = view.title(step.role) if isinstance(step, FormRecorded) and step.role else view.role_of(entry)
    return f"{role}, {view.moment(entry)}"


def _values(entry: Entry) -> Mapping[str, Answer]:
    return entry.step.values if isinstance(entry.step, FormRecorded) else {}


# --- lines -------------------------------------------------------------------------------------------------------------


def _chair(view: View) -> str:
    rule = view.run.stage.meeting
    return "" if rule is None else view.title(rule.chair)


def _meeting(view: View) -> str:
    meeting = view.run.meeting
    if meeting is None:
        return "" if view.run.stage.meeting is None else view.word("no_date")
    return f"{view.word(meeting.state)} {at_words(meeting.day, meeting.at, meeting.place, view.language)}"


def _due(view: View, run: StageRun | None = None) -> str:
    window = view.record.windows.get((run or view.run).number)
    return "" if window is None else day_words(window.due_day, view.language)


def _follow_up(view: View) -> str:
    """The stage that the outcome opened, with its date; or the one that it will."""
    outcome = view.run.outcome
    if outcome is None or outcome.opens is None:
        return ""
    opened = next(
        (
            run
            for run in view.record.standing.runs
            if run.number > view.run.number and run.stage.id == outcome.opens
        ),
        None,
    )
    name = view.record.procedure.stages[outcome.opens].name
    due = "" if opened is None else _due(view, opened)
    return f"{name} ({view.word('due')}: {due})" if due else name


# --- texts and lists ---------------------------------------------------------------------------------------------------


def _summary(view: View) -> str:
    step = None if view.run.outcome_entry is None else view.run.outcome_entry.step
    return step.summary if isinstance(step, OutcomeRecorded) else ""


def _invited(view: View) -> list[str]:
    """Those whom the procedure names, those considered and invited, those outside, and whoever was added; no names."""
    rule = view.run.stage.meeting
    if rule is None:
        return []
    titles = [view.title_of(each) if "@" in each else view.title(each) for each in expected(view.run, rule)]
    return list(dict.fromkeys(titles))


def _considered(view: View) -> list[str]:
    found = []
    for role, entry in view.run.considered.items():
        if isinstance(entry.step, Considered):
            how = view.word("was_invited" if entry.step.invited else "was_not_invited")
            reason = f": {entry.step.reason}" if entry.step.reason else ""
            found.append(f"{view.title(role)}, {how}{reason}")
    return found


def _present(view: View) -> list[str]:
    step = None if view.run.held is None else view.run.held.step
    return [view.title(each) for each in step.present] if isinstance(step, MeetingHeld) else []


def _agenda(view: View) -> list[str]:
    rule = view.run.stage.meeting
    return [] if rule is None else list(rule.agenda)


def _decisions(view: View) -> list[str]:
    found = []
    for role, entry in view.run.decisions.items():
        if isinstance(entry.step, Decided):
            how = view.word("agreed" if entry.step.agrees else "declined")
            reason = f": {entry.step.reason}" if entry.step.reason else ""
            found.append(f"{view.title(role)}, {view.moment(entry)}, {how}{reason}")
    return found


def _actions(view: View) -> list[dict[str, str]]:
    """The actions that were agreed at this stage, by the role of their owner."""
    rule = view.run.stage.actions
    kinds = {} if rule is None else {kind.id: kind.label for kind in rule.kinds}
    rows = []
    for action in view.record.standing.actions:
        if action.entry.stage_number != view.run.number:
            continue
        kind = f"{kinds.get(action.step.of, '')}: " if len(kinds) > 1 else ""
        cells = (
            f"{kind}{action.step.what}",
            view.title_of(action.step.owner),
            day_words(action.step.by_day, view.language),
            view.word("not_done") if action.done is None else view.moment(action.done),
        )
        rows.append(dict(zip(ACTION, cells, strict=True)))
    return rows


def _notes(view: View) -> list[str]:
    return [
        f"{view.role_of(entry)}, {view.moment(entry)}: {entry.step.text}"
        for entry in view.entries
        if isinstance(entry.step, Noted)
    ]


_SOURCES: Mapping[str, Callable[[View], Value]] = {
    "case_reference": lambda view: view.record.head.case_reference,
    "reference": lambda view: view.record.reference,
    "unit": lambda view: view.desk.office.authority.unit_name(view.record.head.unit),
    "stage": lambda view: view.run.stage.name,
    "procedure": lambda view: view.record.procedure.title,
    "raised_by_role": lambda view: view.raiser_role,
    "chair": _chair,
    "meeting": _meeting,
    "due": _due,
    "outcome": lambda view: view.run.outcome.label if view.run.outcome is not None else "",
    "follow_up": _follow_up,
    "concern": lambda view: view.record.raised.concern,
    "agreed_actions": lambda view: view.record.raised.agreed_actions,
    "summary": _summary,
    "invited": _invited,
    "considered": _considered,
    "present": _present,
    "agenda": _agenda,
    "decisions": _decisions,
    "notes": _notes,
    "actions": _actions,
}
