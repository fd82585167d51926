"""Agreed actions and routes beside the stages, as a challenge's card shows them."""

from __future__ import annotations

from commands.desk import Desk
from commands.entries import action_label, moment, shortened
from commands.possible import own_actions
from commands.record import Record
from commands.vocabulary import Button, Buttons, Fact, Heading, Paragraph, Part, Small
from procedures.dates import long_date, short_date
from procedures.engine import Action

SHOWN = 5
"""Actions in a message, those still to be done first due on top; the record has all of them."""


def action_parts(desk: Desk, record: Record, *, full: bool) -> list[Part]:
    """The actions with owner, date and state, and a button beside each that the person may record as done."""
    actions = list(record.standing.actions)
    if not full:
        waiting = [action for action in actions if action.done is None]
        actions = sorted(waiting, key=lambda action: action.step.by_day)[:SHOWN]
    if not actions:
        return []
    mine = {action.entry.number for action in own_actions(desk, record)}
    parts: list[Part] = [Heading("Agreed actions") if full else Paragraph("Actions still to be done")]
    for action in actions:
        parts.append(Paragraph(_what(record, action, full=full)))
        parts.append(Small(_state(desk, action)))
        if action.entry.number in mine:
            parts.append(Buttons((done_button(record, action),)))
    left = sum(action.done is None for action in record.standing.actions) - len(actions)
    if not full and left > 0:
        parts.append(Small(f"And {left} more: open the record to see them."))
    return parts


def done_button(record: Record, action: Action) -> Button:
    """The button that records an action as done at once."""
    arguments = {"challenge": record.reference, "action": str(action.entry.number), "at_once": "yes"}
    hint = shortened(f"Done: {action.step.what}", 75)
    return Button("Done", "done", arguments, hint=hint)


def _what(record: Record, action: Action, *, full: bool) -> str:
    label = action_label(record.standing.runs[action.entry.stage_number - 1], action.step)
    what = action.step.what if full else shortened(action.step.what)
    return what if action.step.of == "action" else f"{label[:1].upper()}{label[1:]}: {what}"


def _state(desk: Desk, action: Action) -> str:
    owner, day = desk.name(action.step.owner), long_date(action.step.by_day)
    if action.done is not None:
        return f"{owner}, by {day}: done {moment(desk, action.done.at)}"
    return f"{owner}, {'was due on' if action.step.by_day < desk.today else 'by'} {day}"


def side_facts(desk: Desk, record: Record) -> list[Fact]:
    """The routes taken beside the stages, and whether their results are there."""
    facts = []
    for route in record.standing.sides:
        began = short_date(desk.office.today(route.entry.at))
        closed = route.closed
        ended = "awaiting the result" if closed is None else f"result of {moment(desk, closed.at)} recorded"
        facts.append(Fact(route.side.name, f"Begun on {began}; {ended}"))
    return facts
