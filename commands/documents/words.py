"""The fixed words of documents, in the languages that procedure files may have, and dates in both."""

from __future__ import annotations

from datetime import date, time

from procedures.dates import long_date

_EN = {
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
_CY = {
    "case_reference": "Cyfeirnod yr achos",
    "reference": "Cyfeirnod",
    "unit": "Tîm",
    "stage": "Cam",
    "procedure": "Gweithdrefn",
    "raised_by_role": "Codwyd gan",
    "chair": "Cadeirydd",
    "meeting": "Cyfarfod",
    "due": "I’w gwblhau erbyn",
    "outcome": "Canlyniad",
    "follow_up": "Camau dilynol",
    "concern": "Pryder",
    "agreed_actions": "Camau y cytunwyd arnynt",
    "summary": "Crynodeb",
    "invited": "Gwahoddwyd",
    "considered": "Ystyriwyd eu gwahodd",
    "present": "Yn bresennol",
    "agenda": "Agenda",
    "decisions": "Penderfyniadau",
    "actions": "Camau gweithredu",
    "what": "Beth",
    "owner": "Pwy",
    "by_when": "Erbyn pryd",
    "done": "Cwblhawyd",
    "not_done": "Heb ei gwblhau eto",
    "was_invited": "gwahoddwyd",
    "was_not_invited": "ni wahoddwyd",
    "colleague": "Cydweithiwr",
    "by_itself": "Codwyd heb gais",
    "agreed": "cytunwyd",
    "declined": "gwrthodwyd",
    "nothing": "Nid oes dim wedi’i gofnodi eto.",
    "as_recorded": "Fel y’i cofnodwyd hyd at {moment}",
    "page": "Tudalen",
    "of": "o",
    "proposed": "cynigiwyd ar gyfer",
    "confirmed": "cadarnhawyd ar gyfer",
    "held": "cynhaliwyd ar",
    "not_held": "ni chynhaliwyd ar",
    "cancelled": "canslwyd; fe’i trefnwyd ar gyfer",
    "no_date": "nid oes dyddiad wedi’i bennu",
    "period": "Cyfnod",
    "from_to": "{first} hyd at {last}",
    "units": "Timau",
    "all_units": "Pob tîm",
    "number": "Nifer",
    "how_ended": "Sut y daeth i ben",
    "resolved": "Datryswyd",
    "withdrawn": "Tynnwyd yn ôl",
    "closed": "Daeth i ben trwy ganlyniad neu benderfyniad",
    "answer": "Ateb",
    "missing": "Ar goll mewn",
    "filled_in": "Llenwyd",
    "learning": "Pwyntiau dysgu",
    "no_learning": "Ni chofnodwyd dim yn y cyfnod.",
    "gaps": "{form}, {field}: beth oedd ar goll",
    "forms": "{form}: {field}",
    "in_time": "Mewn pryd",
    "late": "Yn hwyr",
    "not_answered": "Heb ei ateb",
    "ended_before": "Daeth i ben cyn y dyddiad",
    "figure_opened": "Codwyd",
    "figure_by_stage": "Camau a agorwyd",
    "figure_meetings_held": "Cyfarfodydd a gynhaliwyd",
    "figure_outcomes": "Canlyniadau cyfarfodydd a thrafodaethau",
    "figure_in_time": "Atebion a oedd yn ddyledus",
    "figure_ended": "Daeth i ben",
    "total": "Cyfanswm",
}
_BY_LANGUAGE = {"en": _EN, "cy": _CY}
_CY_DAYS = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
_CY_MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
    "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip


def word(key: str, language: str) -> str:
    """One of the fixed words."""
    return _BY_LANGUAGE[language][key]


def day_words(day: date, language: str) -> str:
    """A day in full: "Tuesday 29 December 2026", "Dydd Mawrth 29 Rhagfyr 2026"."""
    if language == "cy":
        return f"Dydd {_CY_DAYS[day.weekday()]} {day.day} {_CY_MONTHS[day.month - 1]} {day.year}"
    return long_date(day)


def at_words(day: date, at: time | None, place: str, language: str) -> str:
    """A day with its hour and place, where they are known."""
    hour = f", {at:%H:%M}" if at is not None else ""
    return f"{day_words(day, language)}{hour}{f', {place}' if place else ''}"
