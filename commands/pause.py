"""Stopping the clock of a stage's window, and starting it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, LongText
from commands.desk import Desk
from commands.done import done
from commands.entries import sentence
from commands.record import Record
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Card,
    Confirm,
    Filled,
    Input,
    Option,
    Paragraph,
    Part,
    Quiet,
    Reply,
    Say,
)
from procedures.engine import check
from procedures.steps import ClockStarted, ClockStopped


class Pause(Command):
    """Stop the clock of a stage, for a reason that the procedure allows, or start it again."""

    name = "pause"
    title = "Stop the clock"
    submit = "Stop the clock"
    usage = "CH-1042"
    about_challenge = "clock"

    challenge: ChallengeRef
    reason: Choice = Field(title="Why does it stop?")
    note: LongText | None = Field(None, title="Comment")

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The form that stops the clock; where it stands still, the button that starts it."""
        return cls.for_challenge(desk, words[0]) if words else cls.choose(desk)

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """ "Start the clock" does so at once. Where the message itself will not show it, say so."""
        challenge = arguments.get("challenge", "")
        if not challenge:
            return cls.choose(desk)
        if not arguments.get("at_once"):
            return cls.for_challenge(desk, challenge)
        record = take(desk, desk.record(challenge, for_change=True), ClockStarted())
        return done(desk, record, "The clock runs again") if arguments.get("say") else Quiet()

    @classmethod
    def for_challenge(cls, desk: Desk, reference: str) -> Reply:
        """The form that stops the clock; where it stands still, the button that starts it."""
        record = desk.record(reference)
        stopped = record.standing.now.clock
        if stopped is None:
            return Ask(cls.form(desk, {"challenge": record.reference}, {}))
        desk.on_behalf(record, "clock_started")
        check(record.procedure, record.standing, ClockStarted(), desk.circumstances(record))
        words = f"{sentence(desk, record, stopped)}. The time that it stands is added to the window."
        title = f"{record.reference}: the clock stands still"
        return Say(Card(title, (Paragraph(words), Buttons((start_button(record, say=True),))), title))

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The reasons that the procedure allows."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "clock_stopped")
        window = record.standing.now.stage.window
        rule = None if window is None else window.stop_clock
        reasons = [] if rule is None else rule.reasons
        probe = ClockStopped(reason=reasons[0].id if reasons else "")
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        yield Paragraph("Nobody is reminded while the clock stands still. Start it again as soon as you can.")
        yield replace(inputs["reason"], options=tuple(Option(each.id, each.label) for each in reasons))
        yield inputs["note"]

    def run(self, desk: Desk) -> Reply:
        """Stop it."""
        record = desk.record(self.challenge, for_change=True)
        step = ClockStopped(reason=self.reason, note=self.note or "")
        return done(desk, take(desk, record, step), "The clock stands still")


def start_button(record: Record, *, say: bool = False) -> Button:
    """The button that starts the clock again, after a question."""
    question = Confirm("Start the clock?", "The time for an answer runs on from now.", "Yes, start it")
    arguments = {"challenge": record.reference, "at_once": "yes", **({"say": "yes"} if say else {})}
    return Button("Start the clock", "pause", arguments, confirm=question)
