"""Resolve a challenge that you raised."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Input, Part, Reply
from procedures.engine import check
from procedures.steps import Resolved


class Resolve(Command):
    """Resolve a challenge that you raised."""

    name = "resolve"
    title = "Resolve"
    submit = "Resolve"
    usage = "CH-1042"
    about_challenge = "resolved"

    challenge: ChallengeRef
    outcome: LongText = Field(title="How was it resolved?", description="What has changed for the child.")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """One text; refused before it is typed where it could not be saved."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "resolved")
        check(record.procedure, record.standing, Resolved(outcome="-"), desk.circumstances(record))
        return [inputs["outcome"]]

    def run(self, desk: Desk) -> Reply:
        """Record it."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, Resolved(outcome=self.outcome)), "Resolved")
