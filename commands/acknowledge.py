"""Acknowledging the concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands.carry_out import answer_steps, take
from commands.command import ChallengeRef, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Filled, Input, Kind, Option, Part, Quiet, Reply
from procedures.engine import check
from procedures.schema import Fact
from procedures.steps import Acknowledged

TICK = (Option("yes", "The agreed actions are completed"),)


class Acknowledge(Command):
    """Say that you have seen a challenge and accept its concerns."""

    name = "acknowledge"
    title = "Acknowledge"
    submit = "Acknowledge"
    usage = "CH-1042"
    about_challenge = "acknowledged"

    challenge: ChallengeRef
    actions_completed: tuple[str, ...] = Field((), title="Agreed actions")
    comment: LongText | None = Field(None, title="Comment")

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The button acknowledges at once; "with a comment" opens the form. Where the message itself will not show it, say so."""
        if not (arguments.get("at_once") and arguments.get("challenge")):
            return super().pressed(desk, arguments, form)
        record = take(desk, desk.record(arguments["challenge"], for_change=True), Acknowledged())
        return done(desk, record, "Acknowledged") if arguments.get("say") else Quiet()

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """A tick for the second fact where it is still missing, and a comment."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "acknowledged")
        check(record.procedure, record.standing, Acknowledged(), desk.circumstances(record))
        if Fact.actions_completed in record.standing.now.missing:
            yield replace(inputs["actions_completed"], options=TICK, required=False, kind=Kind.TICKS)
        yield inputs["comment"]

    def run(self, desk: Desk) -> Reply:
        """Record one fact or both."""
        record = desk.record(self.challenge, for_change=True)
        steps = answer_steps(record, True, "yes" in self.actions_completed, self.comment or "")
        return done(desk, take(desk, record, *(steps or [Acknowledged()])), "Acknowledged")
