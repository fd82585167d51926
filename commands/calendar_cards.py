"""The messages about a meeting's event in the calendars: that the invitations are late, and that somebody changed it there."""

from __future__ import annotations

from dataclasses import replace

from commands.calendar_notes import CHANGED, LATE, is_over, lead_words
from commands.cards import brief_card, challenge_card
from commands.desk import Desk
from commands.leads import Notice
from commands.vocabulary import Card, Paragraph

NOTICES = (LATE, CHANGED)
OVER = {
    LATE: "The meeting’s invitations are no longer late.",
    CHANGED: "The calendars and the record agree on the meeting again.",
}


def compose(desk: Desk, notice: Notice, *, redraw: bool) -> Card | None:
    """The card for the chair or whoever set the date; None once there is nothing left to say."""
    record = desk.office_record(notice.challenge_id)
    if record is None:
        return None
    over = is_over(desk, notice.body)
    if over and not redraw:
        return None
    preview = f"{record.reference}: about the meeting in your calendar"
    if not desk.may_see(record):
        return Card(record.reference, (Paragraph("You no longer have a part in this challenge."),), preview)
    if over:
        return replace(brief_card(desk, record, OVER[notice.notice]), preview=preview)
    lead, then = lead_words(desk, notice.body)
    return replace(challenge_card(desk, record, lead, extra=(Paragraph(then),)), preview=preview)
