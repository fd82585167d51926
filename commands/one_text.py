"""Commands whose form is one free text: resolve, withdraw, note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft
from commands.desk import Desk
from commands.done import done
from commands.vocabulary import Input, Part, Reply
from procedures.engine import check, warnings
from procedures.steps import Step


class OneText(Command):
    """A step that is one text. The subclass declares the field that `text_field` names, and makes the step of it."""

    text_field: ClassVar[str]
    saved: ClassVar[str]

    challenge: ChallengeRef

    @classmethod
    def step(cls, text: str) -> Step:
        """The step with this text."""
        raise TypeError(f"{cls.__name__} does not say which step it takes.")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The one input; refused before anything is typed where it could not be saved."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, cls.about_challenge)
        check(record.procedure, record.standing, cls.step("-"), desk.circumstances(record))
        return [inputs[cls.text_field]]

    def doubts(self, desk: Desk) -> list[str]:
        """What is worth a second look, such as actions that are not done yet."""
        record = desk.record(self.challenge)
        step, circumstances = self.step(getattr(self, self.text_field)), desk.circumstances(record)
        check(record.procedure, record.standing, step, circumstances)
        return warnings(record.procedure, record.standing, step, circumstances)

    def run(self, desk: Desk) -> Reply:
        """Record it."""
        record = desk.record(self.challenge, for_change=True)
        return done(desk, take(desk, record, self.step(getattr(self, self.text_field))), self.saved)
