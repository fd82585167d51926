"""Which buttons a person gets on a challenge: only those that would work for them now."""

from __future__ import annotations

from dataclasses import replace

from commands.desk import Desk
from commands.documents.offers import offered
from commands.errors import NotYours
from commands.record import Record
from commands.rotas import turn_buttons
from commands.vocabulary import Button, Buttons, Confirm, Style
from procedures.engine import Status, openable, who_may
from procedures.schema import Fact


def may(desk: Desk, record: Record, kind: str) -> bool:
    """Whether the person may take a step of this kind on the challenge as it stands."""
    if record.standing.status is not Status.open or not who_may(record.procedure, record.standing, kind):
        return False
    try:
        desk.on_behalf(record, kind)
    except NotYours:
        return False
    return True


def buttons(desk: Desk, record: Record, *, opened: bool = False) -> Buttons:
    """The buttons of a challenge for the person at the desk, the likeliest first; the rest behind "More".

    `opened`: they stand in the record itself, where its text can be had and nothing is left to open. The menu has five
    entries at most, so that none of them has to stand outside it.
    """
    challenge = {"challenge": record.reference}
    reference = record.reference
    open_it = Button("Open the record", "show", challenge)
    text = Button("Text for the case system", "record", challenge)
    to_keep = [text, Button("Documents", "document", challenge)] if offered(desk, record) else [text]
    if record.standing.status is not Status.open:
        ended = to_keep if opened else [open_it, text]
        return Buttons(tuple(_named(button, reference) for button in ended))
    further = _goes_further(desk, record)
    meeting, judgement = _meeting(desk, record, challenge), _judgement(desk, record, challenge, further)
    rest = [*judgement, *meeting] if further else [*meeting, *judgement]
    items = [*_answers(desk, record, challenge), *rest]
    more = [open_it]
    if opened:
        items, more = [*items, *to_keep], []
    elif not items:
        items, more = more, []
    if may(desk, record, "noted"):
        more.append(Button("Add a note", "note", challenge))
    if may(desk, record, "reassigned"):
        more.append(Button("Pass a part to somebody else", "reassign", challenge))
    if may(desk, record, "escalated") and record.procedure.immediate_risk is not None:
        more.append(
            Button("A child is at immediate risk", "escalate", {**challenge, "immediate_risk": "yes"})
        )
    if may(desk, record, "withdrawn"):
        more.append(Button("Withdraw the challenge", "withdraw", challenge))
    more += turn_buttons(desk, record)[: 5 - len(more)]
    return Buttons(
        tuple(_named(button, reference) for button in items),
        tuple(_named(button, reference) for button in more),
    )


def reading(record: Record) -> Buttons:
    """The one button of a message that asks for nothing any more."""
    return Buttons(
        (_named(Button("Open the record", "show", {"challenge": record.reference}), record.reference),)
    )


def _answers(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    run = record.standing.now
    found: list[Button] = []
    if Fact.acknowledged in run.missing and may(desk, record, "acknowledged"):
        found.append(
            Button("Acknowledge the concerns", "acknowledge", {**challenge, "at_once": "yes"}, Style.PRIMARY)
        )
    if Fact.actions_completed in run.missing and may(desk, record, "actions_completed"):
        confirm = Confirm(
            "Are they all completed?",
            "You confirm that all the agreed actions are completed. This is kept on the child's file.",
            "Yes, all completed",
        )
        found.append(
            Button("Confirm actions completed", "confirm", {**challenge, "at_once": "yes"}, confirm=confirm)
        )
    if found:
        found.append(
            Button(
                "Answer with a comment",
                "acknowledge" if Fact.acknowledged in run.missing else "confirm",
                challenge,
            )
        )
    return found


def _meeting(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    run = record.standing.now
    found: list[Button] = []
    if run.stage.meeting is not None and not run.settled:
        confirmed = run.meeting is not None and run.meeting.state == "confirmed"
        if may(desk, record, "date_confirmed"):
            proposed = run.meeting is not None and run.meeting.state == "proposed"
            label = (
                "Change the meeting"
                if confirmed
                else "Confirm the meeting"
                if proposed
                else "Set the meeting"
            )
            found.append(Button(label, "schedule", challenge, Style.PLAIN if confirmed else Style.PRIMARY))
        elif not confirmed and may(desk, record, "date_proposed"):
            found.append(Button("Propose a date", "schedule", challenge))
    if _outcome_may_be_known(desk, record) and may(desk, record, "outcome_recorded"):
        found.append(Button("Record the outcome", "outcome", challenge))
    return found


def _outcome_may_be_known(desk: Desk, record: Record) -> bool:
    """Not while a date for the meeting is still awaited or to come."""
    run = record.standing.now
    if run.stage.outcome is None or run.settled:
        return False
    if run.stage.meeting is None:
        return True
    if run.meeting is None or run.meeting.state == "not_held":
        return desk.circumstances(record).lapsed
    return run.meeting.day <= desk.today


def _goes_further(desk: Desk, record: Record) -> bool:
    """Whether the raiser's judgement comes first: the answer stayed out, or a meeting brought no resolution."""
    outcome = record.standing.now.outcome
    return desk.circumstances(record).lapsed or (
        outcome is not None and not outcome.resolves and not outcome.again
    )


def _judgement(desk: Desk, record: Record, challenge: dict[str, str], further_first: bool) -> list[Button]:
    circumstances = desk.circumstances(record)
    found: list[Button] = []
    if may(desk, record, "resolved"):
        found.append(Button("Resolve", "resolve", challenge))
    if may(desk, record, "escalated") and openable(record.procedure, record.standing, circumstances, False):
        further = Button("Take it further", "escalate", challenge)
        found.insert(0 if further_first else len(found), further)
    return found


def _named(button: Button, reference: str) -> Button:
    return replace(button, hint=f"{button.label}: {reference}")
