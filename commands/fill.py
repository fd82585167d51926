"""Filling in a form of the stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands import own_fields
from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, ListChoice, More, Widget, closest
from commands.desk import Desk
from commands.done import done
from commands.errors import Refused
from commands.possible import forms_to_fill
from commands.record import Record
from commands.vocabulary import Heading, Input, Kind, Option, Paragraph, Part, Reply, Value
from procedures.engine import BadStep, check, warnings
from procedures.schema import FormRule
from procedures.steps import FormRecorded


class Fill(Command):
    """Fill in a form that the stage asks for."""

    name = "fill"
    title = "Fill in a form"
    submit = "Save"
    usage = "CH-1042 [form]"
    about_challenge = "form_recorded"

    challenge: ChallengeRef
    which: Annotated[ListChoice, Widget(Kind.LIST, redraws=True)] | None = Field(None, title="Which form?")
    part: Choice | None = Field(None, title="For which part do you fill it in?")
    more: More = Field(default_factory=dict)

    @classmethod
    def first_values(cls, words: list[str]) -> dict[str, Value]:
        """The form's name, or how it begins."""
        return {"which": " ".join(words)} if words else {}

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The form's own fields; first which form, where there are several."""
        record = desk.record(draft.context["challenge"])
        waiting = cls._waiting(desk, record)
        rules = list({rule.id: rule for rule, _ in waiting}.values())
        rule = _meant(rules, draft.get("which"))
        if len(rules) > 1:
            options = tuple(Option(each.id, each.title) for each in rules)
            yield replace(inputs["which"], options=options, initial=rule.id, required=True)
        else:
            yield Heading(rule.title)
        if rule.about:
            yield Paragraph(rule.about)
        roles = [role for each, role in waiting if each.id == rule.id and role]
        if len(roles) > 1:
            options = tuple(Option(role, record.procedure.role_title(role)) for role in roles)
            yield replace(inputs["part"], options=options, required=True)
        yield from own_fields.inputs(rule.field, draft.values, record.procedure.record.reminder)

    @classmethod
    def _waiting(cls, desk: Desk, record: Record) -> list[tuple[FormRule, str]]:
        """The forms that the person could fill in now. Raises what says why there is none."""
        found = forms_to_fill(desk, record)
        if found:
            return found
        desk.on_behalf(record, "form_recorded")
        for rule in record.standing.now.stage.form:
            role = rule.by[0] if rule.each else ""
            probe = FormRecorded(form=rule.id, role=role, values={})
            desk.on_behalf(record, "form_recorded", probe)
            check(record.procedure, record.standing, probe, desk.circumstances(record))
        raise Refused(f"There is no form for you to fill in on {record.reference} now.")

    def _step(self, desk: Desk, record: Record) -> FormRecorded:
        waiting = self._waiting(desk, record)
        rule = next((rule for rule, _ in waiting if rule.id == self.which), None)
        rule = rule or (waiting[0][0] if self.which is None else None)
        if rule is None:
            raise BadStep("which", "Choose one of the forms listed; somebody may just have filled it in.")
        roles = [role for each, role in waiting if each.id == rule.id]
        if self.part and self.part not in roles:
            raise BadStep("part", "Choose one of the parts listed.")
        values = own_fields.read(rule.field, self.more)
        return FormRecorded(form=rule.id, role=self.part or roles[0], values=values)

    def doubts(self, desk: Desk) -> list[str]:
        """A date that will be too old on the day of the meeting, say (CA-4)."""
        record = desk.record(self.challenge)
        step, circumstances = self._step(desk, record), desk.circumstances(record)
        check(record.procedure, record.standing, step, circumstances)
        return warnings(record.procedure, record.standing, step, circumstances)

    def run(self, desk: Desk) -> Reply:
        """Record it; where an answer leads somewhere, that follows at once."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, self._step(desk, record)), "Filled in")


def _meant(rules: list[FormRule], words: str) -> FormRule:
    """The form of this id, or the one whose title comes closest to what was typed, or else the first."""
    by_id = {rule.id: rule for rule in rules}
    by_title = {rule.title.lower(): rule for rule in rules}
    near = closest(words, [*by_id, *by_title]) if words and words not in by_id else words
    return by_id.get(near or "") or by_title.get(near or "") or rules[0]
