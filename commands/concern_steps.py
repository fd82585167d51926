"""What is done about a private concern: agreeing a resolution, taking it further, its outcome, a note (BR-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from commands.command import Draft, Hidden, ListChoice
from commands.concern_cards import card
from commands.concern_carry_out import next_people, take
from commands.concern_form import PrivateForm, PrivateText
from commands.concern_matters import Matter, check, matter
from commands.concern_words import names, who_is_away
from commands.desk import Desk
from commands.errors import Refused
from commands.told import when_told
from commands.vocabulary import Ask, Bullets, Filled, Heading, Input, Option, Part, Reply, Say, Small
from procedures.engine import BadStep
from procedures.private_concern import ASKED, WITH, Kind


class PrivateStep(PrivateForm):
    """One step of a private concern, from a button."""

    step: ClassVar[Kind]
    from_button = True
    concern: Annotated[str, Hidden()] = ""

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """With a reference the form; it stands on no list of commands."""
        if not words:
            raise Refused(
                "/challenge concern shows your private concerns, with the buttons for what you can do."
            )
        return Ask(cls.form(desk, {"concern": " ".join(words)}, {}))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The form."""
        return cls.typed(desk, [arguments["concern"]] if arguments.get("concern") else [])

    @classmethod
    def heading(cls, desk: Desk, draft: Draft) -> tuple[Part, ...]:
        """Which one the form is about. Raises NotYours or Refused for what cannot be done now."""
        found = cls._matter(desk, draft)
        return (Small(f"{found.reference} · about {desk.name(found.stored.head.about)}"),)

    @classmethod
    def _matter(cls, desk: Desk, draft: Draft) -> Matter:
        found = matter(desk, draft.context.get("concern", ""))
        check(desk, found, cls.step)
        return found

    def _take(self, desk: Desk, **body: str) -> Reply:
        found = take(desk, self.concern, self.step, body)
        done = card(desk, found, "Saved. Everybody who reads it is told.")
        later = when_told(desk)
        return Say(replace(done, parts=(*done.parts, Small(later))) if later else done)


class AgreeConcern(PrivateStep):
    """Record what was agreed on a private concern."""

    name = "concern-agree"
    title = "What was agreed"
    step = Kind.agreed

    with_: ListChoice = Field(title="Agreed with")
    agreed: PrivateText = Field(
        title="What was agreed?",
        description="Who does what, and by when. Everybody who reads the concern sees it.",
    )

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """With whom, and what."""
        options = tuple(
            Option(email, desk.name(email)[:75]) for email in cls._partners(desk, cls._matter(desk, draft))
        )
        yield replace(
            inputs["with_"], options=options, initial=options[0].value if len(options) == 1 else None
        )
        yield inputs["agreed"]

    @classmethod
    def _partners(cls, desk: Desk, found: Matter) -> list[str]:
        """The manager agrees with the coordinator's own manager, and the other way round. Raises Refused when there is none."""
        other = WITH if desk.actor.email in found.stored.people(ASKED) else ASKED
        partners = [email for email in found.stored.people(other) if email != desk.actor.email]
        if not partners:
            raise Refused(
                "There is nobody yet with whom a resolution can be agreed; an administrator has been told that somebody is missing."
            )
        return partners

    def run(self, desk: Desk) -> Reply:
        """Record it; whoever raised the concern is told, and may still take it further."""
        if self.with_ not in self._partners(desk, matter(desk, self.concern)):
            raise BadStep("with_", "Choose one of the people listed.")
        return self._take(desk, **{"with": self.with_, "agreed": self.agreed})


class TakeConcernFurther(PrivateStep):
    """Take a private concern that stays unresolved to the service manager."""

    name = "concern-further"
    title = "Still unresolved"
    submit = "Take it further"
    step = Kind.taken_further

    unresolved: PrivateText = Field(title="What is unresolved?")

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Who will read it from now on, then why."""
        found = cls._matter(desk, draft)
        then = next_people(desk, found)
        yield Heading("Who will read it from now on")
        yield Bullets((names(desk, found.procedure, found.rule.then, then),))
        yield from (Small(words) for words in who_is_away(desk, then))
        yield inputs["unresolved"]

    def run(self, desk: Desk) -> Reply:
        """It goes to the service manager, with all that was said so far."""
        return self._take(desk, unresolved=self.unresolved)


class ConcludeConcern(PrivateStep):
    """Record the outcome of a private concern."""

    name = "concern-outcome"
    title = "The outcome"
    submit = "Record it"
    step = Kind.concluded

    outcome: PrivateText = Field(
        title="What is the outcome?",
        description="It closes the concern. Everybody who reads it sees this.",
    )

    def run(self, desk: Desk) -> Reply:
        """It is closed; everybody who reads it is told."""
        return self._take(desk, outcome=self.outcome)


class NoteOnConcern(PrivateStep):
    """Add a note to a private concern."""

    name = "concern-note"
    title = "A private note"
    step = Kind.noted

    text: PrivateText = Field(title="Your note", description="Everybody who reads the concern sees it.")

    def run(self, desk: Desk) -> Reply:
        """It is kept with the concern; everybody else who reads it is told."""
        return self._take(desk, text=self.text)
