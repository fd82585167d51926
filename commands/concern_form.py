"""What every form about a private concern shares: its texts name no case, and are kept on no child's file (BR-13)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from commands import case_numbers
from commands.command import TEXT_LIMIT, Command, Widget
from commands.desk import Desk
from commands.vocabulary import Filled, Kind, Mistakes, Reply

PrivateText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=TEXT_LIMIT), Widget(Kind.TEXT)
]


class PrivateForm(Command):
    """A form about a private concern."""

    title: ClassVar[str] = "A private concern"
    pointed_out = "This may identify somebody. A private concern names no child and no family."

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """As other forms, but what looks like a reference of a case or a challenge is refused at its input."""
        texts = {each.name for each in cls._inputs("").values() if each.kind is Kind.TEXT}
        mistakes = {
            name: (
                f"“{found}” looks like the reference of a case or a challenge. A private concern names none: take it out, and say what "
                "happened without it."
            )
            for name, value in filled.values.items()
            if name in texts
            and isinstance(value, str)
            and (found := case_numbers.find(value, desk.office.authority)) is not None
        }
        return Mistakes(mistakes) if mistakes else super().submitted(desk, filled)
