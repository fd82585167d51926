"""The overall limit of a challenge in words, as cards show it."""

from __future__ import annotations

from commands.desk import Desk
from commands.record import Record
from procedures.dates import long_date
from procedures.limits import left
from storage import limits


def limit_words(desk: Desk, record: Record) -> str:
    """The limit as people read it: "Friday 14 May 2027, 5 months and 3 days left"; "" where the procedure sets none."""
    if record.procedure.limit is None:
        return ""
    known = limits.of_challenge(desk.session, record.head.id)
    if known is None:
        return "not known, because the start of the plan was not given"
    return f"{long_date(known.day)}, {left(desk.today, known.day)}"
