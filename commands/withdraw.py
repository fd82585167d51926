"""Withdraw a challenge that you raised."""

from __future__ import annotations

from pydantic import Field

from commands.command import LongText
from commands.one_text import OneText
from procedures.steps import Withdrawn


class Withdraw(OneText):
    """Withdraw a challenge that you raised."""

    name = "withdraw"
    title = "Withdraw"
    submit = "Withdraw"
    usage = "CH-1042"
    about_challenge = "withdrawn"
    text_field = "reason"
    saved = "Withdrawn"

    reason: LongText = Field(title="Why is it withdrawn?")

    @classmethod
    def step(cls, text: str) -> Withdrawn:
        """The step with this text."""
        return Withdrawn(reason=text)
