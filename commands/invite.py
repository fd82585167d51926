"""Who comes to a meeting: people to be considered, and people added."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from commands import invitations
from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, More
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Bullets, Input, Paragraph, Part, Reply
from procedures.engine import BadStep, check
from procedures.steps import Invited


class Invite(Command):
    """Say who else comes to a stage's meeting, and who was considered and is not invited."""

    name = "invite"
    title = "Who is invited"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "invited"

    challenge: ChallengeRef
    more: More = Field(default_factory=dict)

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Who is invited so far; who must be considered; whom to add."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "invited")
        probe = Invited(function="somebody else")
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        run = record.standing.now
        rule = run.stage.meeting
        if rule is None:
            return
        yield Paragraph("Invited so far")
        yield Bullets(tuple(invitations.summary(desk, record, run)))
        yield from invitations.considered_parts(record, draft, run, required=False)
        yield from invitations.added_parts(desk, record)
        yield from invitations.heard(rule)

    def run(self, desk: Desk) -> Reply:
        """Record each; those invited here are told."""
        record = desk.record(self.challenge, for_change=True)
        steps = invitations.steps(desk, record, self.more)
        if not steps:
            raise BadStep(
                invitations.COLLEAGUE, "Choose a colleague, or enter what somebody from outside does."
            )
        for step in steps:
            record = take(desk, record, step)
        return done(desk, record, "Invitations saved")
