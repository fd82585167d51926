"""Confirming that the agreed actions are completed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Filled, Input, Part, Quiet, Reply
from procedures.engine import check
from procedures.steps import ActionsCompleted


class ConfirmActions(Command):
    """Confirm that the agreed actions are completed."""

    name = "confirm"
    title = "Confirm the actions"
    submit = "Confirm"
    usage = "CH-1042"
    about_challenge = "actions_completed"

    challenge: ChallengeRef
    comment: LongText | None = Field(None, title="Comment")

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The button confirms at once, after the question whether all are completed. Where the message itself will not show it, say so."""
        if not (arguments.get("at_once") and arguments.get("challenge")):
            return super().pressed(desk, arguments, form)
        record = take(desk, desk.record(arguments["challenge"], for_change=True), ActionsCompleted())
        return done(desk, record, "Actions confirmed") if arguments.get("say") else Quiet()

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """A comment is all that there is to say."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "actions_completed")
        check(record.procedure, record.standing, ActionsCompleted(), desk.circumstances(record))
        return [inputs["comment"]]

    def run(self, desk: Desk) -> Reply:
        """Record it."""
        record = desk.record(self.challenge, for_change=True)
        return done(
            desk, take(desk, record, ActionsCompleted(comment=self.comment or "")), "Actions confirmed"
        )
