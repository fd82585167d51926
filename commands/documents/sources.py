"""What a document can take from a record, by the names that procedure files use. People appear by their roles, never by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from commands.desk import Desk
from commands.documents.paper import Block, Table, clean
from commands.documents.words import at_words, day_words, word
from commands.record import Record
from commands.vocabulary import Bullets, Fact, Facts, Paragraph, Quotation
from procedures.engine import StageRun
from procedures.schema import RAISER
from procedures.schema_documents import LINES
from procedures.steps import Entry, Escalated, Noted, OutcomeRecorded, Raised
from storage import people


@dataclass(frozen=True)
class View:
    """One stage of one record, as a document in one language takes it up."""

    desk: Desk
    record: Record
    run: StageRun
    language: str

    @cached_property
    def entries(self) -> list[Entry]:
        """The stage's entries, in order."""
        return [entry for entry in self.record.stored.entries if entry.stage_number == self.run.number]

    @cached_property
    def raiser_role(self) -> str:
        """The role in which the challenge was raised."""
        may = self.record.procedure.raising.by
        held = {role for role, _ in people.roles_of(self.desk.session, self.record.head.raiser)}
        roles = [role for role in may if role in held] or may
        return " / ".join(self.record.procedure.role_title(role) for role in roles)

    def title(self, role: str) -> str:
        """A role's title; `raiser` by the role that the raiser holds."""
        return self.raiser_role if role == RAISER else self.record.procedure.role_title(role)

    def role_of(self, entry: Entry) -> str:
        """The role of whoever made an entry, or of the person they covered for."""
        email = entry.on_behalf_of or entry.by
        if email == self.record.head.raiser:
            return self.raiser_role
        here = self.record.parties(entry.stage_number)
        parts = [party for party in (*here, *self.record.stored.parties) if party.email == email]
        return self.title(parts[0].role) if parts else self.record.procedure.title

    def moment(self, entry: Entry) -> str:
        """When an entry was made, local time."""
        local = entry.at.astimezone(self.desk.office.hours.zone)
        return at_words(local.date(), local.time(), "", self.language)

    def word(self, key: str) -> str:
        """One of the fixed words in the document's language."""
        return word(key, self.language)


Value = str | list[str] | list[dict[str, str]]


def taken(view: View, source: str) -> Value:
    """What the record holds under this name: a text, a list of texts, or the rows of a table; empty where it holds nothing."""
    kind, _, rest = source.partition(".")
    if kind == "field":
        return clean(_opening_field(view, rest))
    value = _SOURCES[source](view)
    return clean(value) if isinstance(value, str) else value


def label(view: View, source: str) -> str:
    """What stands before it where several things stand in one section."""
    kind, _, rest = source.partition(".")
    if kind == "field":
        return next((field.title for field in view.run.stage.field if field.id == rest), rest)
    return "" if source == "notes" else view.word(source)


def blocks(view: View, sources: list[str]) -> list[Block]:
    """What these sources hold as blocks; a source that holds nothing gives none."""
    found: list[Block] = []
    lines: list[Fact] = []
    for source in sources:
        value = taken(view, source)
        if not value:
            continue
        if isinstance(value, str) and source in LINES:
            lines.append(Fact(label(view, source), value))
            continue
        if lines:
            found.append(Facts(tuple(lines)))
            lines = []
        found += _drawn(label(view, source) if len(sources) > 1 else "", value)
    return [*found, Facts(tuple(lines))] if lines else found


def _drawn(title: str, value: Value) -> list[Block]:
    if isinstance(value, str):
        return [Quotation(title, value)] if title else [Paragraph(line) for line in value.split("\n\n")]
    head: list[Block] = [Paragraph(title, strong=True)] if title else []
    texts = [each for each in value if isinstance(each, str)]
    if texts:
        return [*head, Bullets(tuple(texts))]
    rows = [each for each in value if isinstance(each, dict)]
    return [*head, Table(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))]


def _opening_field(view: View, name: str) -> str:
    step = view.run.opened.step
    field = next((each for each in view.run.stage.field if each.id == name), None)
    if field is None or not isinstance(step, Raised | Escalated):
        return ""
    answer = step.fields.get(name, "")
    return next((choice.label for choice in field.choices if choice.id == answer), answer)


def _chair(view: View) -> str:
    rule = view.run.stage.meeting
    return "" if rule is None else view.title(rule.chair)


def _meeting(view: View) -> str:
    meeting = view.run.meeting
    if meeting is None:
        return "" if view.run.stage.meeting is None else view.word("no_date")
    return f"{view.word(meeting.state)} {at_words(meeting.day, meeting.at, meeting.place, view.language)}"


def _due(view: View) -> str:
    window = view.record.windows.get(view.run.number)
    return "" if window is None else day_words(window.due_day, view.language)


def _invited(view: View) -> list[str]:
    rule = view.run.stage.meeting
    return (
        [] if rule is None else list(dict.fromkeys(view.title(role) for role in (rule.chair, *rule.attend)))
    )


def _summary(view: View) -> str:
    step = None if view.run.outcome_entry is None else view.run.outcome_entry.step
    return step.summary if isinstance(step, OutcomeRecorded) else ""


def _notes(view: View) -> list[str]:
    return [
        clean(f"{view.role_of(entry)}, {view.moment(entry)}: {entry.step.text}")
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
    "concern": lambda view: view.record.raised.concern,
    "agreed_actions": lambda view: view.record.raised.agreed_actions,
    "invited": _invited,
    "summary": _summary,
    "notes": _notes,
}
