"""Recording that an agreed action is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, ListChoice, LongText, whole_number
from commands.desk import Desk
from commands.done import done
from commands.entries import shortened
from commands.errors import Refused
from commands.possible import own_actions
from commands.record import Record
from commands.vocabulary import Filled, Input, Option, Part, Quiet, Reply
from procedures.dates import short_date
from procedures.engine import Action, BadStep, check
from procedures.steps import ActionDone


class DoneAction(Command):
    """Record that an agreed action is done."""

    name = "done"
    title = "An action is done"
    submit = "Done"
    usage = "CH-1042"
    about_challenge = "action_done"

    challenge: ChallengeRef
    action: ListChoice | None = Field(None, title="Which action?")
    note: LongText | None = Field(None, title="Note")

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The button beside an action records it at once. Where the message itself will not show it, say so."""
        if not (arguments.get("at_once") and arguments.get("challenge")):
            return super().pressed(desk, arguments, form)
        record = desk.record(arguments["challenge"], for_change=True)
        step = ActionDone(action=whole_number(arguments.get("action", "")))
        record = take(desk, record, step)
        return done(desk, record, "Action done") if arguments.get("say") else Quiet()

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Which one, of those that are the person's to record, and a note."""
        record = desk.record(draft.context["challenge"])
        options = tuple(
            Option(str(each.entry.number), _label(desk, each)) for each in cls._waiting(desk, record)
        )
        initial = options[0].value if len(options) == 1 else None
        yield replace(inputs["action"], options=options, initial=initial, required=True)
        yield inputs["note"]

    @classmethod
    def _waiting(cls, desk: Desk, record: Record) -> list[Action]:
        """The actions that the person may record as done. Raises what says why there is none."""
        found = own_actions(desk, record)
        if found:
            return found
        waiting = [action for action in record.standing.actions if action.done is None]
        if not waiting:
            raise Refused(f"No action is waiting on {record.reference}.")
        step = ActionDone(action=waiting[0].entry.number)
        desk.on_behalf(record, "action_done", step)
        check(record.procedure, record.standing, step, desk.circumstances(record))
        raise Refused(f"No action on {record.reference} waits for you.")

    def run(self, desk: Desk) -> Reply:
        """Record it; whoever raised the challenge and the chair are told."""
        record = desk.record(self.challenge, for_change=True)
        number = whole_number(self.action or "")
        if number not in {each.entry.number for each in self._waiting(desk, record)}:
            raise BadStep("action", "Choose one of the actions listed; this one may just have been done.")
        return done(desk, take(desk, record, ActionDone(action=number, note=self.note or "")), "Action done")


def _label(desk: Desk, action: Action) -> str:
    """An action in 75 characters, as a list to choose from has it."""
    end = f" ({desk.name(action.step.owner)}, {short_date(action.step.by_day)})"
    return f"{shortened(action.step.what, 75 - len(end))}{end}"[:75]
