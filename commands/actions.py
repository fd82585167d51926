"""Which buttons a person gets on a challenge: only those that would work for them now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from commands.desk import Desk
from commands.documents.offers import documents_for
from commands.entries import shortened
from commands.pause import start_button
from commands.possible import could, deciding_roles, forms_to_fill, may, sides_to_close, sides_to_open
from commands.record import Record
from commands.rotas import turn_buttons
from commands.vocabulary import Button, Buttons, Confirm, Style
from procedures.engine import Status, before_outcome, openable
from procedures.schema import Fact

IN_VIEW = 5
"""Buttons that stand in view; whatever else would work stands behind "More"."""
BEHIND = 5
"""Entries that a menu holds."""


def buttons(desk: Desk, record: Record, *, opened: bool = False) -> Buttons:
    """The buttons of a challenge for the person at the desk, the likeliest first; the rest behind "More".

    `opened`: they stand in the record itself, where its text can be had and nothing is left to open. Where a menu of five entries
    cannot hold the rest, its last entry leads to all of them.
    """
    offered = Offered(desk, record, opened=opened)
    return Buttons(offered.items, offered.more)


class Offered:
    """What a person is offered on a challenge, found when it is asked for: a digest shows little of it, and thousands are made at once."""

    def __init__(self, desk: Desk, record: Record, *, opened: bool = False) -> None:
        self._desk, self._record, self._opened = desk, record, opened
        self._challenge = {"challenge": record.reference}
        self._open_it = Button("Open the record", "show", self._challenge)

    @cached_property
    def items(self) -> tuple[Button, ...]:
        """The buttons in view."""
        return tuple(_named(button, self._record.reference) for button in self.likely[:IN_VIEW])

    @cached_property
    def more(self) -> tuple[Button, ...]:
        """The menu behind them."""
        more = [*self.likely[IN_VIEW:], *self.rarer]
        if len(more) > BEHIND:
            more = [*more[: BEHIND - 1], Button("All that you can do here", "options", self._challenge)]
        return tuple(_named(button, self._record.reference) for button in more)

    def in_order(self, wanted: Sequence[Button]) -> tuple[Button, ...]:
        """These of the buttons, in the order in which they are offered."""
        found = [button for button in self.items if button in wanted]
        if not all(button in found for button in wanted):
            found += [button for button in self.more if button in wanted]
        return tuple(found)

    @property
    def likely(self) -> list[Button]:
        """What the person most likely wants, without a limit to their number."""
        if self._record.standing.status is not Status.open:
            return self._to_keep if self._opened else [self._open_it, self._text]
        return [*self._next, *self._to_keep] if self._opened else self._next or [self._open_it]

    @property
    def rarer(self) -> list[Button]:
        """Whatever else the person could do now."""
        desk, record, challenge = self._desk, self._record, self._challenge
        if record.standing.status is not Status.open:
            return []
        first = [self._open_it] if self._next and not self._opened else []
        return [*first, *_rarer(desk, record, challenge), *turn_buttons(desk, record)]

    @cached_property
    def _next(self) -> list[Button]:
        desk, record, challenge = self._desk, self._record, self._challenge
        further = _goes_further(desk, record)
        meeting, judgement = _meeting(desk, record, challenge), _judgement(desk, record, challenge, further)
        forms = _forms(desk, record, challenge)
        if _meeting_presses(desk, record):
            forms, meeting = [*meeting, *forms], []
        rest = [*judgement, *meeting] if further else [*meeting, *judgement]
        return [*_decision(desk, record, challenge), *_answers(desk, record, challenge), *forms, *rest]

    @property
    def _text(self) -> Button:
        return Button("Text for the case system", "record", self._challenge)

    @property
    def _to_keep(self) -> list[Button]:
        documents = documents_for(self._desk, self._record)
        return [self._text, *([Button("Documents", "document", self._challenge)] if documents else [])]


def reading(record: Record) -> Buttons:
    """The one button of a message that asks for nothing any more."""
    return Buttons(
        (_named(Button("Open the record", "show", {"challenge": record.reference}), record.reference),)
    )


def _decision(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    rule = record.standing.now.stage.approval
    if rule is None or not could(desk, record, "decided"):
        return []
    decline = Button("Decline", "decide", {**challenge, "decision": "decline"})
    if len(deciding_roles(desk, record)) > 1:
        return [Button("Decide", "decide", challenge, Style.PRIMARY)]
    question = Confirm(
        shortened(rule.question, 100),
        "You agree to this request. Those concerned are told at once.",
        "Yes, I agree",
    )
    agree = Button("Agree", "decide", {**challenge, "at_once": "yes"}, Style.PRIMARY, confirm=question)
    return [agree, decline]


def _forms(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    """A button for each form that is still to be filled in; those that were before, and can be again, come last."""
    rules = {rule.id: rule for rule, _ in forms_to_fill(desk, record)}
    facts = record.standing.now.facts
    ordered = sorted(rules.values(), key=lambda rule: rule.id in facts)
    return [
        Button(shortened(f"Fill in: {rule.title}", 75), "fill", {**challenge, "which": rule.id})
        for rule in ordered
    ]


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
            f"You confirm that all the agreed actions are completed. {record.procedure.record.reminder}"[
                :300
            ],
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
    if run.stage.meeting is not None and not run.settled and run.held is None:
        if run.meeting is not None and run.meeting.state == "confirmed" and run.meeting.day <= desk.today:
            found += _holding(desk, record, challenge)
        found += _date(desk, record, challenge)
    if _outcome_may_be_known(desk, record) and may(desk, record, "outcome_recorded"):
        found.append(Button("Record the outcome", "outcome", challenge))
    return found


def _meeting_presses(desk: Desk, record: Record) -> bool:
    """Whether the window waits for the meeting, and it is time for the next step to it; forms that it does not wait for can wait."""
    run = record.standing.now
    if not {Fact.date_confirmed, Fact.meeting_held} & set(run.missing) or not set(run.missing) <= set(Fact):
        return False
    if not (may(desk, record, "date_confirmed") or could(desk, record, "meeting_held")):
        return False
    return run.meeting is None or run.meeting.state != "confirmed" or run.meeting.day <= desk.today


def _holding(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    """Where holding the meeting counts by itself, or the outcome is somebody else's to record."""
    run = record.standing.now
    window = run.stage.window
    counts = window is not None and (Fact.meeting_held in window.until or window.from_ == "meeting")
    if not could(desk, record, "meeting_held") or not (counts or _asks_who_was_there(record)):
        return []
    return [Button("The meeting was held", "held", challenge, Style.PRIMARY)]


def _asks_who_was_there(record: Record) -> bool:
    run = record.standing.now
    rule = run.stage.meeting
    if run.stage.outcome is None or Fact.meeting_held in run.stage.outcome.needs:
        return True
    return rule is not None and bool(rule.combine or rule.invited or rule.consider or run.invited)


def _date(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    state = "" if record.standing.now.meeting is None else record.standing.now.meeting.state
    if may(desk, record, "date_confirmed"):
        label = {"confirmed": "Change the meeting", "proposed": "Confirm the meeting"}.get(
            state, "Set the meeting"
        )
        style = Style.PLAIN if state == "confirmed" else Style.PRIMARY
        return [Button(label, "schedule", challenge, style)]
    if state != "confirmed" and may(desk, record, "date_proposed"):
        return [Button("Propose a date", "schedule", challenge)]
    return []


def _outcome_may_be_known(desk: Desk, record: Record) -> bool:
    """Not while a date for the meeting is still awaited or to come."""
    run = record.standing.now
    rule = run.stage.outcome
    if rule is None or run.settled:
        return False
    not_held = run.held is None and any(choice.again for choice in rule.choices)
    if before_outcome(record.standing) and not not_held:
        return False
    if run.stage.meeting is None or run.held is not None:
        return True
    if run.meeting is None or run.meeting.state in ("not_held", "cancelled"):
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


def _rarer(desk: Desk, record: Record, challenge: dict[str, str]) -> list[Button]:
    """What is done now and then."""
    found: list[Button] = []
    run, risk = record.standing.now, record.procedure.immediate_risk
    if could(desk, record, "clock_started"):
        found.append(start_button(record))
    if may(desk, record, "action_agreed"):
        found.append(Button("Record an agreed action", "action", challenge))
    rule = run.stage.meeting
    if rule is not None and (rule.consider or rule.invited) and could(desk, record, "invited"):
        found.append(Button("Say who is invited", "invite", challenge))
    if sides_to_close(desk, record):
        found.append(Button("Record the result of a referral", "refer", challenge))
    if may(desk, record, "noted"):
        found.append(Button("Add a note", "note", challenge))
    if may(desk, record, "reassigned"):
        found.append(Button("Pass a part to somebody else", "reassign", challenge))
    if may(desk, record, "escalated") and risk is not None and not risk.instead:
        found.append(
            Button("A child is at immediate risk", "escalate", {**challenge, "immediate_risk": "yes"})
        )
    if may(desk, record, "withdrawn"):
        found.append(Button("Withdraw the challenge", "withdraw", challenge))
    if could(desk, record, "meeting_cancelled"):
        found.append(Button("Cancel the meeting", "cancel", challenge))
    if could(desk, record, "clock_stopped"):
        found.append(Button("Stop the clock", "pause", challenge))
    routes = sides_to_open(desk, record)
    return [*found, *(Button(side.name, "refer", {**challenge, "route": side.id}) for side in routes)]


def saying(button: Button) -> Button:
    """The button where it stands apart from its challenge's own message, so that the click is answered in words."""
    at_once = "at_once" in button.arguments
    return _with(button, arguments={**button.arguments, "say": "yes"}) if at_once else button


def _named(button: Button, reference: str) -> Button:
    return _with(button, hint=f"{button.label}: {reference}")


def _with(button: Button, **changes: Any) -> Button:
    """As `dataclasses.replace`, in a third of the time: it is done for every button of thousands of digests."""
    return Button(**(vars(button) | changes))
