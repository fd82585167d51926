"""Cancel the meeting of a stage, with the reason; those invited are told."""

from __future__ import annotations

from pydantic import Field

from commands.command import LongText
from commands.one_text import OneText
from procedures.steps import MeetingCancelled


class CancelMeeting(OneText):
    """Cancel the meeting of a stage, with the reason; those invited are told."""

    name = "cancel"
    title = "Cancel the meeting"
    submit = "Cancel the meeting"
    usage = "CH-1042"
    about_challenge = "meeting_cancelled"
    text_field = "reason"
    saved = "Meeting cancelled"

    reason: LongText = Field(title="Why is it cancelled?")

    @classmethod
    def step(cls, text: str) -> MeetingCancelled:
        """The step with this text."""
        return MeetingCancelled(reason=text)
