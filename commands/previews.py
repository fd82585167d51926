"""What a locked phone shows of a message: the challenge's reference and what kind of message it is, nothing of the case."""

from __future__ import annotations

from commands.desk import Desk
from commands.leads import Notice
from commands.record import Record
from procedures.dates import near_date
from procedures.steps import Escalated, Raised


def preview(desk: Desk, record: Record, notice: Notice) -> str:
    """All that a locked phone shows: the challenge's reference and what kind of message it is, nothing of the case."""
    reference, window = record.reference, record.windows.get(notice.stage_number or 0)
    opened = record.standing.now.opened.step
    urgent = isinstance(opened, Raised | Escalated) and opened.immediate_risk
    if urgent and notice.notice in ("asked", "chair", "attends", "copied", "records"):
        return f"{reference}: urgent, please read now"
    if notice.notice == "ended":
        return f"{reference} was {record.standing.status.value}"
    running = window is not None and window.running
    about_window = notice.notice == "reminder" or (notice.notice == "asked" and running)
    if about_window and window is not None and window.due_at <= desk.now:
        return f"{reference}: overdue, please answer"
    if notice.notice == "asked":
        by = f" by {near_date(window.due_day, desk.today)}" if window is not None and running else ""
        return f"{reference}: please answer{by}"
    if notice.notice == "reminder" and window is not None:
        if window.due_day == desk.today:
            return f"{reference}: due today, please answer"
        return f"{reference}: reminder, due {near_date(window.due_day, desk.today)}"
    return f"{reference}: {_PREVIEWS[notice.notice]}"


_PREVIEWS = {
    "raised": "this is open now",
    "chair": "you chair a meeting",
    "attends": "you are asked to a meeting",
    "copied": "for your information",
    "records": "for your information",
    "answered": "there is an answer",
    "date_proposed": "a date is proposed",
    "date_confirmed": "the meeting's date is confirmed",
    "outcome": "an outcome is recorded",
    "meeting_cancelled": "the meeting is cancelled",
    "meeting_held": "the meeting was held",
    "invited": "you are invited to a meeting",
    "decided": "there is a decision",
    "form_recorded": "a form was filled in",
    "action_agreed": "an action for you",
    "action_due": "reminder of an action",
    "action_done": "an action is done",
    "clock": "the clock was stopped or started",
    "side_opened": "for your information",
    "side_closed": "a result was recorded",
    "noted": "a note was added",
    "reassigned": "a part was passed on",
    "reminder": "reminder",
    "lapsed": "no full answer in time",
    "outcome_due": "please record the outcome",
    "moved": "the due date has changed",
}
