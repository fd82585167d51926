"""The copy of a stage by e-mail, where the authority wants one (BR-4, BR-6): who must do what by when, and nothing of the case.

An e-mail leaves the chat, and may be read on any screen. So it has the challenge's reference and no more; what it is about stays in
the chat.
"""

from __future__ import annotations

from commands.desk import Desk
from commands.entries import moment
from commands.leads import Notice
from commands.next_step import end_words, requests
from commands.record import Record
from commands.vocabulary import Card, Paragraph, Part, Small
from procedures.engine import Status
from storage import challenges

NOT_READ = "Answers to this e-mail are not read."


def compose(desk: Desk, notice: Notice) -> Card | None:
    """The e-mail for the person at the desk; None when the stage is over, or they have no part in it any more."""
    stored = challenges.load(desk.session, notice.challenge_id or 0)
    record = None if stored is None else desk.with_procedure(stored)
    if record is None or not desk.may_see(record):
        return None
    run, reference = record.standing.now, record.reference
    if record.standing.status is not Status.open or run.number != notice.stage_number:
        return None
    opened = f"{reference} is at {run.stage.name} since {moment(desk, run.opened.at)}."
    parts: tuple[Part, ...] = (
        Paragraph(f"{opened} You get a copy, as the procedure says; others are asked to answer."),
        *_who_by_when(desk, record),
        Small(f"Everything else is in the chat, under {reference}. {NOT_READ}"),
    )
    return Card(reference, parts, f"{reference}: for your information")


def _who_by_when(desk: Desk, record: Record) -> list[Paragraph]:
    run, window = record.standing.now, record.window
    if window is None or not window.running or not run.missing:
        return []
    return [Paragraph(f"By {end_words(desk, window)}: {requests(desk, record, run.missing)}.")]
