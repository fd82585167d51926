"""The children on plans for whom something comes up, is waiting, or has opened: who, what, when and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from commands.office import Office
from commands.plans_due import Coming, coming
from procedures.dates import long_date, short_date
from procedures.schema import Procedure
from procedures.triggers import occurrences, ordinal, what
from storage import plans
from storage.plans import Firing, Plan

DAYS = 60
"""How far the list looks ahead and back, unless somebody says otherwise."""


@dataclass(frozen=True)
class Line:
    """One line of the list. `when` and `why` are words; `challenge` is the record that has opened, None while none has."""

    case_reference: str
    unit: str
    what: str
    day: date
    when: str
    why: str
    challenge: int | None = None


def nothing(office: Office, days: int) -> str:
    """The sentence for an empty list, which says why where nothing can ever come up."""
    if any(procedure.trigger for procedure in office.library.in_use):
        return f"Nothing comes up in the next {days} days."
    return "Nothing comes up: no procedure in use here opens anything because of a plan."


def upcoming(
    office: Office, session: Session, days: int, sees: Callable[[Plan], bool] = lambda plan: True
) -> list[Line]:
    """What opens within so many days or ought to have opened by now, the earliest first; for the plans that somebody `sees`."""
    today = office.today(office.clock.now())
    last = today + timedelta(days=days)
    fired = plans.fired(session)
    found = [
        _line(each, today)
        for plan in plans.listed(session)
        if sees(plan)
        for each in coming(office, plan, fired.get(plan.key, {}))
        if each.occurrence.on <= last
    ]
    return sorted(found, key=lambda line: (line.day, line.case_reference, line.what))


def _line(coming: Coming, today: date) -> Line:
    each, plan = coming.occurrence, coming.plan.row
    days = (each.on - today).days
    if days > 1:
        when = f"in {days} days"
    else:
        when = "tomorrow" if days == 1 else "today" if days == 0 else "waits to be opened"
    if each.on > each.day and days >= 0:
        when = f"opens on {short_date(each.on)}, {when}"
    if each.on < each.day:
        when = f"opens on {short_date(each.on)}, before the day" if days >= 0 else when
    why = what(each.at)
    if each.at.months is not None or each.at.weeks is not None:
        why += f", which began on {long_date(plan.plan_start)}"
    return Line(plan.case_reference, plan.unit, coming.trigger.title, each.day, when, why)


def opened(
    office: Office, session: Session, days: int, sees: Callable[[Plan], bool] = lambda plan: True
) -> list[Line]:
    """What has opened by itself in so many days, the latest first."""
    now = office.clock.now()
    known = {plan.key: plan for plan in plans.everything(session)}
    books = {procedure.id: procedure for procedure in office.library.in_use}
    return [
        _past(office, firing, known[key], books.get(firing.procedure))
        for firing in plans.firings(session, since=now - timedelta(days=days))
        if firing.challenge_id is not None
        and (key := (firing.case_reference, firing.plan_start)) in known
        and sees(known[key])
    ]


def _past(office: Office, firing: Firing, plan: Plan, procedure: Procedure | None) -> Line:
    rules = [each for each in (procedure.trigger if procedure else []) if each.id == firing.trigger]
    reasons = [
        what(each.at)
        for rule in rules
        for each in occurrences(rule, plan.row, plan.since, office.calendar)
        if each.day == firing.day
    ]
    review = [] if firing.review is None else [f"{ordinal(firing.review)} review"]
    when = f"opened on {short_date(office.today(firing.at))}"
    title = rules[0].title if rules else firing.trigger
    why = next(iter((*reasons, *review)), "")
    return Line(firing.case_reference, plan.row.unit, title, firing.day, when, why, firing.challenge_id)
