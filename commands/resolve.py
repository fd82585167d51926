"""Resolve a challenge that you raised."""

from __future__ import annotations

from pydantic import Field

from commands.command import LongText
from commands.one_text import OneText
from procedures.steps import Resolved


class Resolve(OneText):
    """Resolve a challenge that you raised."""

    name = "resolve"
    title = "Resolve"
    submit = "Resolve"
    usage = "CH-1042"
    about_challenge = "resolved"
    text_field = "outcome"
    saved = "Resolved"

    outcome: LongText = Field(title="How was it resolved?", description="What has changed for the child.")

    @classmethod
    def step(cls, text: str) -> Resolved:
        """The step with this text."""
        return Resolved(outcome=text)
