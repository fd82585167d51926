"""One stage of one record as a document takes it up: who did what by their roles, in the document's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from commands.desk import Desk
from commands.documents.words import at_words, day_words, word
from commands.record import Record
from procedures.engine import StageRun
from procedures.own_fields import day_in, ticks
from procedures.schema import CHAIR, RAISER, FormRule, OwnField
from procedures.steps import Answer, Entry, FormRecorded
from storage import people


@dataclass(frozen=True)
class View:
    """The record's procedure gives the wording, so it must be in the document's language already."""

    desk: Desk
    record: Record
    run: StageRun
    language: str

    def word(self, key: str) -> str:
        """One of the fixed words."""
        return word(key, self.language)

    def moment(self, entry: Entry) -> str:
        """When an entry was made, local time."""
        local = entry.at.astimezone(self.desk.office.hours.zone)
        return at_words(local.date(), local.time(), "", self.language)

    @cached_property
    def entries(self) -> list[Entry]:
        """The stage's entries, in order."""
        return [entry for entry in self.record.stored.entries if entry.stage_number == self.run.number]

    # Who, by their roles

    def title(self, role: str) -> str:
        """A role's title, `raiser` by the role in which it was raised; somebody outside by the function that was given."""
        if role == RAISER:
            return self.raiser_role
        if role == CHAIR and self.run.stage.meeting is not None:
            return self.title(self.run.stage.meeting.chair)
        known = self.record.procedure.role
        return known[role].name if role in known else role

    def title_of(self, email: str) -> str:
        """The role of a person: in this stage, else in the record, else as they hold it; never a name."""
        if email == self.record.head.raiser and not self.record.raised.trigger:
            return self.raiser_role
        parties = (*self.record.parties(self.run.number), *self.record.stored.parties)
        parts = [party.role for party in parties if party.email == email]
        # Whoever was added by name, or owns an action, has a part that is not one of the procedure's roles.
        found = [role for role in (*parts, *self._held(email)) if role in self.record.procedure.role]
        return self.title(found[0]) if found else self.word("colleague")

    def role_of(self, entry: Entry) -> str:
        """The role of whoever made an entry, or of the person they covered for."""
        return self.title_of(entry.on_behalf_of or entry.by)

    @cached_property
    def raiser_role(self) -> str:
        """The role in which the challenge was raised; words of its own where nobody asked for it."""
        procedure, raised = self.record.procedure, self.record.raised
        if raised.trigger:
            return self.word("by_itself")
        may = next((way.by for way in procedure.ways if way.id == raised.way), procedure.raising.by)
        held = self._held(self.record.head.raiser)
        roles = [role for role in may if role in held] or may
        return " / ".join(procedure.role[role].name for role in roles)

    def _held(self, email: str) -> list[str]:
        return [role for role, _ in people.roles_of(self.desk.session, email)]

    # Forms of the authority's own

    def forms(self, name: str) -> list[tuple[FormRule, Entry]]:
        """What was filled in under this name: at this stage, else at the latest that has any. Of a form that can be filled in only
        once by each, what was said last counts."""
        runs = [self.run, *reversed(self.record.standing.runs)]
        run = next((each for each in runs if each.forms.get(name)), None)
        if run is None:
            return []
        rule = run.stage.forms[name]
        entries = list(run.forms[name])
        if not rule.again:
            entries = list({_for_role(entry, rule): entry for entry in entries}.values())
        return [(rule, entry) for entry in entries]

    def rules(self) -> Iterator[FormRule]:
        """Every form of the procedure."""
        for stage in self.record.procedure.stage:
            yield from stage.form

    def answer(self, field: OwnField, value: Answer) -> str | list[str]:
        """An answer in words: the labels of what was chosen, a day in full, else as it was written."""
        labels = {choice.id: choice.label for choice in field.choices}
        if field.kind == "ticks":
            return [labels.get(each, each) for each in ticks(value)]
        text = value if isinstance(value, str) else ", ".join(value)
        day = day_in(text) if field.kind == "date" else None
        return labels.get(text, text) if day is None else day_words(day, self.language)


def _for_role(entry: Entry, rule: FormRule) -> str:
    """For whom a form was filled in, where each role has its own; else all are one."""
    step = entry.step
    return step.role if rule.each and isinstance(step, FormRecorded) else ""
