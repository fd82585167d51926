"""Add a note to a challenge; those who deal with it now are told."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Input, Part, Reply
from procedures.engine import check
from procedures.steps import Noted


class AddNote(Command):
    """Add a note to a challenge; those who deal with it now are told."""

    name = "note"
    title = "Add a note"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "noted"

    challenge: ChallengeRef
    text: LongText = Field(title="Note")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """One text; refused before it is typed where it could not be saved."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "noted")
        check(record.procedure, record.standing, Noted(text="-"), desk.circumstances(record))
        return [inputs["text"]]

    def run(self, desk: Desk) -> Reply:
        """Record it."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, Noted(text=self.text)), "Note saved")
