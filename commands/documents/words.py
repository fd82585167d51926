"""The fixed words of documents, and dates, in the languages that procedure files may have."""

from __future__ import annotations

from datetime import date, time

from procedures.dates import long_date
from procedures.languages import speaking, translate

WORDS = {
    "case_reference": "Case reference",
    "reference": "Reference",
    "unit": "Team",
    "stage": "Stage",
    "procedure": "Procedure",
    "raised_by_role": "Raised by",
    "chair": "Chair",
    "meeting": "Meeting",
    "due": "Due",
    "outcome": "Outcome",
    "follow_up": "Follow-up",
    "concern": "Concern",
    "agreed_actions": "Agreed actions",
    "summary": "Summary",
    "invited": "Invited",
    "considered": "Considered for invitation",
    "present": "Present",
    "agenda": "Agenda",
    "decisions": "Decisions",
    "actions": "Actions",
    "what": "What",
    "owner": "Owner",
    "by_when": "By when",
    "done": "Done",
    "not_done": "Not yet",
    "was_invited": "invited",
    "was_not_invited": "not invited",
    "colleague": "Colleague",
    "by_itself": "Raised without a request",
    "agreed": "agreed",
    "declined": "declined",
    "nothing": "Nothing is recorded yet.",
    "as_recorded": "As recorded up to {moment}",
    "page": "Page",
    "of": "of",
    "proposed": "proposed for",
    "confirmed": "confirmed for",
    "held": "held on",
    "not_held": "did not take place on",
    "cancelled": "called off, was set for",
    "no_date": "no date is set",
    "period": "Period",
    "from_to": "{first} to {last}",
    "units": "Teams",
    "all_units": "All teams",
    "number": "Number",
    "how_ended": "How it ended",
    "resolved": "Resolved",
    "withdrawn": "Withdrawn",
    "closed": "Ended by an outcome or decision",
    "answer": "Answer",
    "missing": "Missing in",
    "filled_in": "Filled in",
    "learning": "Learning points",
    "no_learning": "None were recorded in the period.",
    "gaps": "{form}, {field}: what was missing",
    "forms": "{form}: {field}",
    "in_time": "In time",
    "late": "Late",
    "not_answered": "Not answered",
    "ended_before": "Ended before it was due",
    "figure_opened": "Raised",
    "figure_by_stage": "Stages opened",
    "figure_meetings_held": "Meetings held",
    "figure_outcomes": "Outcomes of meetings and discussions",
    "figure_in_time": "Answers that were due",
    "figure_ended": "Ended",
    "total": "All together",
}
"""Each by its name; procedures/locale has them in the other languages."""


def word(key: str, language: str) -> str:
    """One of the fixed words."""
    return translate(WORDS[key], language)


def day_words(day: date, language: str) -> str:
    """A day in full: "Tuesday 29 December 2026", "Dydd Mawrth 29 Rhagfyr 2026"."""
    with speaking(language):
        return long_date(day)


def at_words(day: date, at: time | None, place: str, language: str) -> str:
    """A day with its hour and place, where they are known."""
    hour = f", {at:%H:%M}" if at is not None else ""
    return f"{day_words(day, language)}{hour}{f', {place}' if place else ''}"
