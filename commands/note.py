"""Add a note to a challenge; those who deal with it now are told."""

from __future__ import annotations

from pydantic import Field

from commands.command import LongText
from commands.one_text import OneText
from procedures.steps import Noted


class AddNote(OneText):
    """Add a note to a challenge; those who deal with it now are told."""

    name = "note"
    title = "Add a note"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "noted"
    text_field = "text"
    saved = "Note saved"

    text: LongText = Field(title="Note")

    @classmethod
    def step(cls, text: str) -> Noted:
        """The step with this text."""
        return Noted(text=text)
