"""Being away, and who covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from pydantic import Field

from commands.cards import plain
from commands.command import Command, Draft, ListChoice, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.vocabulary import (
    Button,
    Buttons,
    Divider,
    Filled,
    Heading,
    Input,
    Option,
    Part,
    Reply,
    Say,
    Small,
)
from procedures.dates import long_date
from procedures.engine import BadStep
from storage import absences, roster
from storage.absences import Away as Absence

LONGEST = 366
"""Days that one absence can last; a longer one is a change of staff and belongs in people.csv."""

TROUBLE = {
    "loop": "the covers go round in a circle",
    "no cover": "they are away without anybody covering",
    "away": "they are away as well",
}


class Away(Command):
    """Say when you are away and who covers for you."""

    name = "away"
    title = "Being away"
    submit = "Save"

    first: date = Field(title="First day away")
    last: date = Field(title="Last day away")
    cover: ListChoice = Field(
        title="Who covers?", description="They get your messages and can act for you on these days."
    )

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The days and the cover; absences already recorded can be ended."""
        others = [person for person in roster.active(desk.session) if person.email != desk.actor.email]
        if not others:
            raise Refused(
                "There is nobody else on the council's list who could cover for you. Ask an administrator."
            )
        mine = {role for role, _ in desk.roles}
        alike = {email for email, role, _ in roster.holdings(desk.session) if role in mine}
        others.sort(key=lambda person: (person.email not in alike, person.name))
        yield replace(inputs["first"], initial=desk.today.isoformat())
        yield inputs["last"]
        yield replace(
            inputs["cover"], options=tuple(Option(person.email, person.name[:75]) for person in others[:100])
        )
        known = absences.absences_of(desk.session, desk.actor.email, desk.today)
        if known:
            yield Divider()
            yield Heading("Already recorded")
        for absence in known:
            yield Small(
                f"{long_date(absence.first)} to {long_date(absence.last)}, cover: {desk.name(absence.cover or '')}"
            )
            label = "I am back" if absence.first <= desk.today else "Cancel this"
            hint = f"{label}: {long_date(absence.first)} to {long_date(absence.last)}"
            yield Buttons((Button(label, cls.name, {"cancel": str(absence.id)}, hint=hint),))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The form, or the end of an absence."""
        if not arguments.get("cancel"):
            return super().pressed(desk, arguments, form)
        desk.once()
        mine = {absence.id for absence in absences.absences_of(desk.session, desk.actor.email, desk.today)}
        number = whole_number(arguments["cancel"])
        if number not in mine:
            raise Refused("This absence has been ended already.")
        absences.cancel_absence(desk.session, number, desk.now)
        desk.note_down("back", desk.actor.email, {})
        return Say(plain("Welcome back", "Messages come to you again from now on."))

    def run(self, desk: Desk) -> Reply:
        """Record the absence, unless nobody would be left to answer on one of its days."""
        if self.last < self.first:
            raise BadStep(
                "last", "The last day is before the first. Enter the day itself for a single day away."
            )
        if self.last < desk.today:
            raise BadStep("last", "These days are over. Enter days from today on.")
        if (self.first - desk.today).days > LONGEST:
            raise BadStep("first", "This is more than a year ahead. Enter it when it is nearer.")
        if (self.last - self.first).days > LONGEST:
            raise BadStep(
                "last",
                "An absence lasts a year at most. For longer, ask an administrator to change people.csv.",
            )
        if self.cover == desk.actor.email or self.cover not in {
            person.email for person in roster.active(desk.session)
        }:
            raise BadStep("cover", "Choose one of the people listed.")
        desk.once()
        absence = absences.record_absence(
            desk.session,
            email=desk.actor.email,
            cover=self.cover,
            first=self.first,
            last=self.last,
            at=desk.now,
        )
        self._check_cover(desk, absence)
        desk.note_down(
            "away",
            desk.actor.email,
            {"first": self.first.isoformat(), "last": self.last.isoformat(), "cover": self.cover},
        )
        sentence = f"From {long_date(self.first)} to {long_date(self.last)} your messages go to {desk.name(self.cover)}, who can act for you."
        return Say(plain("Saved", sentence))

    def _check_cover(self, desk: Desk, absence: Absence) -> None:
        day = max(self.first, desk.today)
        while day <= self.last:
            if desk.office.calendar.is_working(day):
                stand_in = absences.stand_in(absences.away_on(desk.session, day), absence.email)
                if stand_in.trouble is not None:
                    why = TROUBLE[stand_in.trouble]
                    raise BadStep(
                        "cover",
                        f"On {long_date(day)} nobody would be reached: {why} ({desk.name(self.cover)}). Choose somebody else.",
                    )
            day += timedelta(days=1)
