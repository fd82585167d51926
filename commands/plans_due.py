"""What opens by itself for children on plans: each trigger once, on its day, by whichever replica comes first.

A plan's row says on which working day something fires next (`next_on`); it is worked out again when the list of plans, a procedure or
the working days change, and after each firing. What fires opens a record in office hours, because people are written to at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from commands.carry_out import begin
from commands.desk import SYSTEM, Desk
from commands.office import Office
from commands.problem_notes import report_problem
from procedures.plans import PlanRow
from procedures.schema import COORDINATOR, Procedure, Trigger
from procedures.steps import Raised
from procedures.triggers import Occurrence, next_on, occurrences, sentence, undone
from procedures.workdays import DateRangeError
from storage import memory, people, plans, problems
from storage.people import Person
from storage.plans import Fired, Firing, Key, Plan

_WORKED_OUT = "plans_worked_out"
_WAITS = "plan:"
"""What the keys of problems begin with because of which something cannot open."""


@dataclass(frozen=True)
class Coming:
    """Something that is to fire for a plan."""

    plan: Plan
    procedure: Procedure
    trigger: Trigger
    occurrence: Occurrence


def coming(office: Office, plan: Plan, fired: Fired) -> Iterator[Coming]:
    """All that is still to fire for a plan, as its dates are known now: late, today or later."""
    if plan.gone_at is not None:
        return
    for procedure in office.library.in_use:
        for trigger in procedure.trigger:
            found = occurrences(trigger, plan.row, plan.since, office.calendar)
            done = fired.get((procedure.id, trigger.id), ())
            yield from (Coming(plan, procedure, trigger, each) for each in undone(found, done, plan.row))


def work_out(office: Office, session: Session) -> None:
    """Work out anew for every plan when something fires next, and remember by which rules that was done."""
    fired = plans.fired(session)
    days: dict[Key, date | None] = {}
    for plan in plans.listed(session):
        left = [each.occurrence for each in coming(office, plan, fired.get(plan.key, {}))]
        day = next_on(left)
        if day != plan.next_on:
            days[plan.key] = day
    plans.set_next(session, days)
    memory.remember(session, _WORKED_OUT, rules(office))


def rules(office: Office) -> str:
    """A word for the rules by which days are worked out; another one when a procedure or the working days have changed."""
    books = (f"{procedure.id}@{procedure.version}" for procedure in office.library.in_use)
    return " ".join((office.calendar.version, *books))


def is_time(office: Office, now: datetime) -> bool:
    """Whether records may open by themselves now: on a working day, from the hour of the reminders to the close of business."""
    today = office.today(now)
    hours = office.hours
    return office.calendar.is_working(today) and hours.at(
        today, office.authority.remind_at
    ) <= now < hours.due_at(today)


def next_moment(office: Office, session: Session, now: datetime) -> datetime | None:
    """When something opens next. What waits although its time has come is not tried again before the next working day."""
    today, hours = office.today(now), office.hours
    waits, later = plans.next_days(session, today)
    days = [] if later is None else [later]
    if waits:
        begins = hours.at(today, office.authority.remind_at)
        first = today if office.calendar.is_working(today) and now < begins else office.calendar.add(today, 1)
        days.append(first)
    return min((hours.at(day, office.authority.remind_at) for day in days), default=None)


def go(office: Office, *, work_out_anew: bool = True) -> int:
    """Open what is due. Returns how many records were opened; may be repeated at any time, by any replica.

    work_out_anew: work every plan's day out again where the rules have changed.
    """
    now = office.clock.now()
    with office.database.read() as session:
        current = memory.recall(session, _WORKED_OUT) == rules(office)
    if work_out_anew and not current:
        with office.database.write() as session:
            work_out(office, session)
    if not is_time(office, now):
        return 0
    with office.database.read() as session:
        due = plans.waiting(session, office.today(now))
        reported = {each.key for each in problems.open_problems(session) if each.key.startswith(_WAITS)}
    opened, held_up = 0, set[str]()
    for key in due:  # a transaction each: what one child waits for must not hold up another
        with office.database.write() as session:
            desk = Desk(office, session, SYSTEM, now=now)
            opened += _open_due(desk, key, held_up)
            desk.close()
    if solved := reported - held_up:
        with office.database.write() as session:
            for key_ in solved:
                problems.solve(session, key_, now)
    return opened


def _open_due(desk: Desk, key: Key, held_up: set[str]) -> int:
    """Open what is due for one plan: of several occurrences of a trigger only the latest, the others are passed over.

    Returns how many records were opened; what nobody could be found for is reported, and its key added to `held_up`.
    """
    plan = plans.to_change(desk.session, key)
    if plan is None or plan.next_on is None or plan.next_on > desk.today:
        return 0  # another replica was first
    left = list(coming(desk.office, plan, plans.fired(desk.session, key).get(key, {})))
    opened, still = 0, [each for each in left if each.occurrence.on > desk.today]
    for due in by_trigger(each for each in left if each.occurrence.on <= desk.today):
        raiser = raiser_of(desk, plan.row, due[-1].trigger)
        if raiser is None:
            held_up.add(_report(desk, due[-1]))
            still += due
            continue
        opened += _open(desk, due[-1], raiser)
        for earlier in due[:-1]:
            plans.fire(desk.session, _firing(desk, earlier))
    plans.set_next(desk.session, {key: next_on(each.occurrence for each in still)})
    return opened


def by_trigger(due: Iterable[Coming]) -> list[list[Coming]]:
    """What is due, each trigger's occurrences together, the earliest first."""
    found: dict[tuple[str, str], list[Coming]] = {}
    for each in sorted(due, key=lambda each: each.occurrence.day):
        found.setdefault((each.procedure.id, each.trigger.id), []).append(each)
    return list(found.values())


def _firing(desk: Desk, coming: Coming) -> Firing:
    case_reference, plan_start = coming.plan.key
    each = coming.occurrence
    return Firing(
        coming.procedure.id,
        coming.trigger.id,
        case_reference,
        plan_start,
        each.key,
        each.day,
        each.review,
        None,
        desk.now,
    )


def _open(desk: Desk, coming: Coming, raiser: Person) -> bool:
    """Open the record in the raiser's name. False when the database knows that it was opened before."""
    plan, firing = coming.plan.row, _firing(desk, coming)
    if not plans.fire(desk.session, firing):
        return False
    record = begin(
        desk.in_the_name_of(raiser),
        coming.procedure,
        _raised(desk, coming),
        case_reference=plan.case_reference,
        unit=plan.unit,
        chosen=_chosen(desk, coming, plan),
    )
    plans.connect(desk.session, firing, record.head.id)
    body = {"trigger": coming.trigger.id, "occurrence": firing.occurrence}
    desk.note_down("opened_by_itself", record.reference, body)
    return True


def _raised(desk: Desk, coming: Coming) -> Raised:
    """The record's first step: what the procedure says of it, the day and what was reached on it, and how late that is known."""
    plan, each = coming.plan.row, coming.occurrence
    dates = {"plan_start": plan.plan_start}
    if each.at.status is not None:
        # A plan's status changes at a review conference; the list may show it only later.
        dates["review"] = max((day for day in plan.reviews if day <= each.day), default=each.day)
    elif (review := next((day for day in plan.reviews if day >= each.day), None)) is not None:
        dates["review"] = review
    words = f"{coming.trigger.concern} {sentence(each, desk.today)}"
    if each.on < desk.today:
        words += f" The record opens {_late(desk, each.on)} late: this was not known before, or nobody could be found to raise it."
    return Raised(stage=coming.trigger.opens, trigger=coming.trigger.id, concern=words, dates=dates)


def raiser_of(desk: Desk, plan: PlanRow, trigger: Trigger) -> Person | None:
    """Who counts as having raised it: the plan's coordinator, or the holder of the role nearest to the plan's unit. None for nobody."""
    if trigger.raiser == COORDINATOR:
        found = people.person(desk.session, plan.coordinator) if plan.coordinator else None
        return found if found is not None and found.active else None
    holders = people.holders(desk.session, trigger.raiser, desk.office.authority.upwards(plan.unit))
    by_email = {person.email: person for person in holders}
    return by_email.get(plan.coordinator or "") or next(iter(holders), None)


def _chosen(desk: Desk, coming: Coming, plan: PlanRow) -> dict[str, str]:
    """Who has which role because the plan's row names them: as the trigger says; else where they hold a role whose holder is chosen."""
    units = desk.office.authority.upwards(plan.unit)
    chosen: dict[str, str] = {}
    for role in (role for role, data in coming.procedure.role.items() if data.chosen):
        holders = {person.email for person in people.holders(desk.session, role, units)}
        named = [email for email in (plan.social_worker, plan.coordinator) if email in holders]
        if named and named[0] is not None:
            chosen[role] = named[0]
    trigger = coming.trigger
    rows = ((trigger.coordinator, plan.coordinator), (trigger.social_worker, plan.social_worker))
    for said, email in rows:
        person = people.person(desk.session, email) if said and email else None
        if said and person is not None and person.active:
            chosen[said] = person.email
    return chosen


def _late(desk: Desk, on: date) -> str:
    """ "3 working days"; beyond the calendar in plain days."""
    try:
        number, unit = desk.office.calendar.count(on, desk.today), "working day"
    except DateRangeError:
        number, unit = (desk.today - on).days, "day"
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _report(desk: Desk, coming: Coming) -> str:
    """Tell the administrators that nobody can be found to raise it: the team and the role, and nothing of a case. Returns the key."""
    unit = desk.office.authority.unit_name(coming.plan.row.unit)
    waits = f"so “{coming.trigger.title}” of {coming.procedure.title} cannot open for it"
    if coming.trigger.raiser == COORDINATOR:
        words = (
            f"A plan of {unit} names no coordinator who is on the council's list, {waits}. Complete the column coordinator in plans.csv, "
            "or add the person to people.csv, and import the file again; it then opens by itself."
        )
    else:
        role = coming.procedure.role_title(coming.trigger.raiser)
        words = (
            f"Nobody holds the role {role} for {unit} or above it, {waits}. Add the person to people.csv and import it; "
            "it then opens by itself."
        )
    key = f"{_WAITS}{coming.procedure.id}:{coming.trigger.id}:{coming.plan.row.unit}"
    report_problem(desk, key, words, None)
    return key
