"""Messages that could not be delivered: administrators are told at once, and have each sent again or handed to somebody else.

They see what kind of message it is, for whom, since when and why; nothing of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from commands import colleagues
from commands.cards import plain
from commands.command import Command, Draft, Hidden, ListChoice, whole_number
from commands.desk import Desk
from commands.documents.handing_over import PERSONAL
from commands.entries import moment
from commands.errors import Refused
from commands.office import ADMINISTRATOR
from commands.problem_notes import SHOWN_TO, report_problem, solved
from commands.vocabulary import (
    Button,
    Buttons,
    Card,
    Divider,
    Filled,
    Input,
    Paragraph,
    Part,
    Reply,
    Say,
    Small,
)
from storage import people, problems, undelivered
from storage.invitations import INVITATION
from storage.outbox import EMAIL, Claimed
from storage.undelivered import PROBLEM, Undelivered

SHOWN = 10
"""Messages in one list; the rest are counted."""
DECIDED = "Somebody has decided on this message already; /challenge undelivered shows what is left."
_KINDS = {
    "asked": "The request to answer",
    "reminder": "A reminder",
    "lapsed": "That there was no full answer in time",
    "outcome_due": "A reminder of the outcome",
    "action_agreed": "An action",
    "action_due": "A reminder of an action",
    "ended": "That it has ended",
    "digest": "The daily digest",
    "document": "A document",
    "invitation": "A meeting for the calendar",
    "report": "A report",
    "problem": "Something that needs an administrator",
}


def kind(row: Undelivered | Claimed) -> str:
    """What kind of message it is, in words that tell nothing of what it is about."""
    about = f" about CH-{row.challenge_id}" if row.challenge_id is not None else ""
    what = "An e-mail" if row.channel == EMAIL else _KINDS.get(row.notice, "A message")
    return f"{what}{about}"


def report(desk: Desk, row: Claimed, reason: str) -> None:
    """Put a message on the list, and tell the administrators and whoever raised the challenge."""
    about = f" about CH-{row.challenge_id}" if row.challenge_id is not None else ""
    what = "An e-mail" if row.channel == EMAIL else "A message"
    sentence = f"{what}{about} could not be delivered to {desk.name(row.email)}. {reason}"
    if row.notice == "problem":  # telling the same people in the same way would go round in circles
        problems.report(desk.session, PROBLEM + row.key, sentence, desk.now)
        return
    record = desk.office_record(row.challenge_id)
    report_problem(desk, PROBLEM + row.key, sentence, record, body={SHOWN_TO: str(row.id)})


class NotDelivered(Command):
    """For administrators: messages that could not be delivered, to send again or hand to somebody else."""

    name = "undelivered"
    title = "Not delivered"
    submit = "Hand it over"

    message: Annotated[str, Hidden()]
    to: ListChoice = Field(
        title="Who gets it instead?",
        description="Somebody who has a part in the challenge, or covers for somebody who has.",
    )

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To administrators."""
        return desk.holds([ADMINISTRATOR])

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The list."""
        _administrators_only(desk)
        return Say(card(desk))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """Send one again, ask who gets it instead, or show the list."""
        _administrators_only(desk)
        if arguments.get("again"):
            return cls._send_again(desk, whole_number(arguments["again"]))
        if arguments.get("message"):
            return super().pressed(desk, arguments, form)
        return cls.typed(desk, [])

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Which message it is, and everybody who works here; who may not have it is refused by name."""
        row = _handed(desk, draft.get("message"))
        yield Paragraph(f"{kind(row)}, for {desk.name(row.email)}.")
        yield Input(**{**vars(inputs["to"]), "options": colleagues.options(desk, ())})

    def run(self, desk: Desk) -> Reply:
        """Hand it over, if they may have it."""
        row = _handed(desk, self.message)
        to = people.person(desk.session, self.to)
        record = desk.office_record(row.challenge_id)
        if to is None or not to.active or to.email == row.email or record is None:
            raise Refused(f"Choose somebody who works here now, other than {desk.name(row.email)}.")
        if not Desk(desk.office, desk.session, to, now=desk.now).may_see(record):
            raise Refused(
                f"{to.name} has no part in {record.reference} and covers for nobody who has. Whoever raised it, or a manager above "
                f"the team, passes the part on with /challenge reassign {record.reference}; then {to.name} gets what is still to come."
            )
        desk.once()
        body = {**row.body, "handed_from": row.email, "handed_by": desk.actor.email}
        at = desk.office.hours.next_open(desk.now)
        if not undelivered.hand_over(desk.session, row, to.email, body, at):
            raise Refused(DECIDED)
        told = {"notice": row.notice, "from": row.email, "to": to.email}
        desk.note_down("handed_over", record.reference, told)
        words = f"{desk.actor.name} handed it to {to.name} on {moment(desk, desk.now)}."
        solved(desk, PROBLEM + row.key, words)
        return Say(plain("Handed over", f"{to.name} gets it now, or when the office opens."))

    @classmethod
    def _send_again(cls, desk: Desk, number: int) -> Reply:
        row = undelivered.find(desk.session, number)
        desk.once()
        at = desk.now if row is not None and row.urgent else desk.office.hours.next_open(desk.now)
        if row is None or not undelivered.send_again(desk.session, row, at):
            raise Refused(DECIDED)
        subject = row.notice if row.challenge_id is None else f"CH-{row.challenge_id}"
        desk.note_down("sent_again", subject, {"notice": row.notice, "to": row.email})
        solved(desk, PROBLEM + row.key, f"{desk.actor.name} had it sent again on {moment(desk, desk.now)}.")
        words = f"It is sent to {desk.name(row.email)} again now, or when the office opens. You are told if it fails once more."
        return Say(plain("Sent again", words))


def card(desk: Desk) -> Card:
    """What waits for a decision, the longest first."""
    found = undelivered.listed(desk.session)
    if not found:
        return plain("Not delivered", "Every message has been delivered, or is still being tried.")
    count = "One message" if len(found) == 1 else f"{len(found)} messages"
    parts: list[Part] = [Paragraph(f"{count} could not be delivered.")]
    for row, since in found[:SHOWN]:
        who = desk.name(row.email)
        parts += [
            Divider(),
            Paragraph(f"{kind(row)}, for {who}"),
            Small(f"Since {moment(desk, since)}. {row.trouble or ''}".strip()),
            choices(str(row.id), may_be_handed(row), f"{kind(row)}, for {who}"),
        ]
    if len(found) > SHOWN:
        parts.append(Small(f"And {len(found) - SHOWN} more, shown once these are decided on."))
    return Card("Not delivered", tuple(parts), "Messages not delivered")


def choices(number: str, handed: bool, hint: str = "") -> Buttons:
    """What can be done with one."""
    again = Button("Send again", NotDelivered.name, {"again": number}, hint=f"Send again: {hint}"[:75])
    other = Button(
        "Hand to another person", NotDelivered.name, {"message": number}, hint=f"Hand over: {hint}"[:75]
    )
    return Buttons((again, other) if handed else (again,))


def may_be_handed(row: Undelivered) -> bool:
    """Whether anybody else may have it at all: what is about a challenge, and was not made for one person alone. An e-mail was: it only
    goes along with what is said in the chat."""
    return row.challenge_id is not None and row.notice not in (*PERSONAL, INVITATION) and row.channel != EMAIL


def _handed(desk: Desk, number: str) -> Undelivered:
    _administrators_only(desk)
    row = undelivered.find(desk.session, whole_number(number))
    if row is None:
        raise Refused(DECIDED)
    if not may_be_handed(row):
        raise Refused(f"This message is for {desk.name(row.email)} alone, so that nobody else can have it.")
    return row


def _administrators_only(desk: Desk) -> None:
    if not desk.holds([ADMINISTRATOR]):
        raise Refused("Only an administrator sees this list.")
