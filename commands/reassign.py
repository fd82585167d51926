"""Passing a part in a challenge to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from commands import colleagues
from commands.cards import plain
from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, ListChoice, LongText
from commands.desk import Desk
from commands.done import done
from commands.record import Record
from commands.vocabulary import Input, Kind, Option, Part, Reply, Say
from procedures.engine import BadStep, check
from procedures.schema import CHAIR, RAISER
from procedures.steps import Reassigned
from storage import roster


class Reassign(Command):
    """Pass a part in a challenge to somebody else."""

    name = "reassign"
    title = "Pass a part on"
    submit = "Pass it on"
    usage = "CH-1042"
    about_challenge = "reassigned"

    challenge: ChallengeRef
    part: Choice = Field(title="Which part?")
    joins: ListChoice = Field(
        title="To whom?", description="Everything still to be done passes to them, with its reminders."
    )
    reason: LongText = Field(title="Why?")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The parts of the present stage, those that nobody holds among them, and the people."""
        record = cls.record(desk, draft.context["challenge"])
        desk.on_behalf(record, "reassigned")
        probe = Reassigned(role=RAISER, leaves=record.head.raiser, joins="-", reason="-")
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        options = tuple(
            Option(
                f"{role}|{email}",
                f"{record.procedure.role_title(role)}: {desk.name(email) if email else 'nobody yet'}"[:75],
            )
            for role, email in cls._held(record)
        )
        yield replace(inputs["part"], options=options, kind=Kind.LIST)
        yield replace(inputs["joins"], options=cls._people(desk, record))
        yield inputs["reason"]

    @classmethod
    def record(cls, desk: Desk, reference: str, *, for_change: bool = False) -> Record:
        """Managers above the team may pass a part on although they have none: the form shows nothing of the concern."""
        return desk.record(reference, for_change=for_change, or_overseen=True)

    @classmethod
    def _held(cls, record: Record) -> list[tuple[str, str]]:
        # Whoever was added to the meeting, or owns an action, has that for themselves and no role to pass on.
        held = [
            (party.role, party.email) for party in record.parties() if party.role in record.procedure.role
        ]
        stage = record.standing.now.stage
        wanted = [
            *stage.to,
            *stage.copy_,
            *([stage.meeting.chair, *stage.meeting.attend] if stage.meeting else []),
            *([role for role in stage.outcome.by if role != CHAIR] if stage.outcome else []),
        ]
        roles = {role for role, _ in held}
        empty = [(role, "") for role in wanted if role not in roles and role != RAISER]
        return list(dict.fromkeys([*held, *empty, (RAISER, record.head.raiser)]))

    @classmethod
    def _people(cls, desk: Desk, record: Record) -> tuple[Option, ...]:
        roles = {role for role, _ in cls._held(record)} | set(record.procedure.raising.by)
        fitting = {email for email, role, _ in roster.holdings(desk.session) if role in roles}
        return colleagues.options(desk, fitting)

    def run(self, desk: Desk) -> Reply:
        """Pass it on; the person who gets it, the one who leaves it and the raiser are told."""
        record = self.record(desk, self.challenge, for_change=True)
        role, _, leaves = self.part.partition("|")
        if (role, leaves) not in self._held(record):
            raise BadStep("part", "Choose one of the parts listed; somebody may just have changed them.")
        if not colleagues.is_one(desk, self.joins):
            raise BadStep("joins", "Choose one of the people listed.")
        step = Reassigned(role=role, leaves=leaves, joins=self.joins, reason=self.reason)
        words = f"{desk.name(self.joins)} has the part of {record.procedure.role_title(role)} now, and has been told."
        record = take(desk, record, step)
        return (
            done(desk, record, "Passed on")
            if desk.may_see(record)
            else Say(plain(f"Passed on: {record.reference}", words))
        )
