"""Working out a due date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pydantic import Field

from commands.command import Command, Draft, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.vocabulary import Ask, Card, Input, Paragraph, Part, Preformatted, Reply, Say
from procedures.dates import long_date, parse_date
from procedures.engine import BadStep
from procedures.workdays import DueDate, due

MOST = 260
"""Working days that can be counted at once: about a year."""


class Due(Command):
    """Work out a due date, with the sum day by day."""

    name = "due"
    title = "Work out a due date"
    submit = "Work it out"
    usage = "2026-12-18 5"

    opened: date = Field(title="From which day?", description="That day itself never counts.")
    working_days: str = Field(title="How many working days?")

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """A date and a number, or the form."""
        if not words:
            return Ask(cls.form(desk, {}, {}))
        try:
            opened = parse_date(words[0])
        except ValueError as error:
            raise Refused(f"{error} For example: /challenge due 2026-12-18 5") from None
        if len(words) != 2:
            raise Refused(
                "Give a date and a number of working days, for example: /challenge due 2026-12-18 5"
            )
        try:
            return cls.worked_out(desk, opened, words[1])
        except BadStep as wrong:
            raise Refused(str(wrong)) from None

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Today and five working days stand there to begin with."""
        yield replace(inputs["opened"], initial=desk.today.isoformat())
        yield replace(inputs["working_days"], initial="5", max_length=3)

    def run(self, desk: Desk) -> Reply:
        """The date and its sum."""
        return self.worked_out(desk, self.opened, self.working_days)

    @classmethod
    def worked_out(cls, desk: Desk, opened: date, number: str) -> Reply:
        """The card with the date and the sum. Raises BadStep for what cannot be counted."""
        if not 1 <= whole_number(number) <= MOST:
            raise BadStep(
                "working_days",
                f'"{number[:20]}" is not a number of working days; use a whole number from 1 to {MOST}.',
            )
        try:
            answer: DueDate = due(desk.office.calendar, opened, whole_number(number))
        except ValueError as error:
            raise BadStep("opened", str(error)) from None
        title = f"Due {long_date(answer.day)}"
        closes = desk.office.authority.office_hours.closes
        parts = (
            Paragraph(f"{answer.sum}. It ends at {closes:%H:%M}."),
            Preformatted("\n".join(answer.lines())),
        )
        return Say(Card(title, parts, title))
