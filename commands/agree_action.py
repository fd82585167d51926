"""Recording an action that was agreed: what, by whom, by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from commands import colleagues
from commands.carry_out import find_people, take
from commands.command import ChallengeRef, Command, Draft, ListChoice, LongText, Widget
from commands.desk import Desk
from commands.done import done
from commands.record import Record
from commands.vocabulary import Input, Kind, Option, Part, Reply, Small
from procedures.engine import BadStep, check
from procedures.schema import Choice
from procedures.steps import ActionAgreed


class AgreeAction(Command):
    """Record an action that was agreed, with its owner and its date; the owner is reminded of it."""

    name = "action"
    title = "An agreed action"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "action_agreed"

    challenge: ChallengeRef
    of: Annotated[str, Widget(Kind.CHOICE, redraws=True)] | None = Field(None, title="What is it?")
    what: LongText = Field(title="What is to be done?")
    owner: ListChoice | None = Field(
        None, title="By whom?", description="They are told, and can then open this challenge."
    )
    by_day: date = Field(title="By when?")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Of which kind, where there are several; what, by whom and by when."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "action_agreed")
        kinds = cls._kinds(record)
        probe = ActionAgreed(what="-", owner=desk.actor.email, by_day=desk.today, of=kinds[0].id)
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        kind = next((each for each in kinds if each.id == draft.get("of")), kinds[0])
        if len(kinds) > 1:
            options = tuple(Option(each.id, each.label) for each in kinds)
            yield replace(inputs["of"], options=options, initial=kind.id, required=True)
        yield inputs["what"]
        owners = cls._owners(desk, record, kind)
        if not owners:
            near = {party.email for party in record.stored.parties}
            yield replace(inputs["owner"], options=colleagues.options(desk, near), required=True)
        elif len(owners) > 1:
            options = tuple(Option(email, desk.name(email)) for email in owners)
            yield replace(inputs["owner"], options=options, required=True)
        else:
            yield Small(f"Owner: {desk.name(owners[0])} ({record.procedure.role_name(kind.role or '')})")
        yield inputs["by_day"]

    @classmethod
    def _kinds(cls, record: Record) -> list[Choice]:
        rule = record.standing.now.stage.actions
        return [] if rule is None else rule.kinds

    @classmethod
    def _owners(cls, desk: Desk, record: Record, kind: Choice) -> list[str]:
        """Those to whom all entries of this kind belong; empty where anybody may be chosen."""
        return [] if kind.role is None else find_people(desk, record, kind.role, {})

    def _owner(self, desk: Desk, record: Record, kind: Choice) -> str:
        owners = self._owners(desk, record, kind)
        if len(owners) == 1:
            return owners[0]
        owner = self.owner or ""
        if owner not in owners if owners else not colleagues.is_one(desk, owner):
            raise BadStep("owner", "Choose one of the people listed.")
        return owner

    def run(self, desk: Desk) -> Reply:
        """Record it; its owner is told."""
        record = desk.record(self.challenge, for_change=True)
        desk.on_behalf(record, "action_agreed")
        kinds = self._kinds(record)
        kind = next((each for each in kinds if each.id == self.of), None) if self.of else kinds[0]
        if kind is None:
            raise BadStep("of", "Choose one of those listed.")
        owner = self._owner(desk, record, kind)
        step = ActionAgreed(what=self.what, owner=owner, by_day=self.by_day, of=kind.id)
        return done(desk, take(desk, record, step), f"{kind.label} recorded")
