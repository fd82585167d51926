"""The overall limit of a challenge: on its card, and reminded of on the days that the procedure says (CA-7).

The reminders are not made ahead: a limit may be two years off, and whoever is to be told then may not work here yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from commands.desk import Desk
from commands.leads import Notice
from commands.limit_words import limit_words
from commands.next_step import what_is_next
from commands.problem_notes import report_problem
from commands.record import Record
from commands.told import near
from commands.vocabulary import Button, Buttons, Card, Paragraph, Part
from procedures import limits as rules
from procedures.engine import Status
from procedures.schema import RAISER
from procedures.schema import Limit as Rule
from storage import allocations, limits, outbox, people
from storage.limits import Limit
from storage.outbox import Note


def begin(desk: Desk, record: Record) -> None:
    """Work out the limit of a challenge that has just begun. Reminders whose day has passed by then are left out, but for the last:
    where all of them have passed, the limit is over or as good as over, and somebody must hear that."""
    day = _day(desk, record)
    if day is None or record.procedure.limit is None:
        return
    moments = list(_moments(desk, record.procedure.limit, day))
    to_come = [(offset, at) for offset, at in moments if at > desk.now]
    offset, at = next(iter(to_come or moments[-1:]), (None, None))
    limits.begin(desk.session, Limit(record.head.id, day, desk.office.calendar.version, offset, at))


def _day(desk: Desk, record: Record) -> date | None:
    rule = record.procedure.limit
    if rule is None:
        return None
    raised_on = desk.office.today(record.stored.entries[0].at)
    start = rules.starts(rule, raised_on, record.standing.raised.dates)
    return None if start is None else rules.ends(rule, start, desk.office.calendar)


def _moments(desk: Desk, rule: Rule, day: date) -> Iterator[tuple[int, datetime]]:
    """The reminders of a limit: each offset with its moment, the earliest first."""
    hours = desk.office.hours
    for offset in sorted(rule.remind):
        on = near(desk.office.calendar, day, offset)
        yield offset, hours.next_open(hours.at(on, desk.office.authority.remind_at))


def remind(desk: Desk, *, recount: bool = True) -> int:
    """Remind of every limit whose moment has come. Returns how many messages were made ready.

    recount: work limits out again first where the working days have changed.
    """
    if recount:
        for limit in limits.of_other_calendars(desk.session, desk.office.calendar.version):
            _recount(desk, limit)
    return sum(_remind(desk, limit) for limit in limits.due(desk.session, desk.now))


def _recount(desk: Desk, limit: Limit) -> None:
    """The working days have changed: the day may move, and the reminders that are still to come with it."""
    record = desk.office_record(limit.challenge_id)
    day = None if record is None else _day(desk, record)
    if record is None or day is None or record.procedure.limit is None:
        return
    moments = list(_moments(desk, record.procedure.limit, day))
    left = [] if limit.next_offset is None else [each for each in moments if each[0] >= limit.next_offset]
    offset, at = left[0] if left else (None, None)
    version = desk.office.calendar.version
    limits.change(desk.session, Limit(limit.challenge_id, day, version, offset, at))


def _remind(desk: Desk, limit: Limit) -> int:
    """One reminder, even where several fell due while nothing could be sent: the newest says what the others would have."""
    record = desk.office_record(limit.challenge_id)
    rule = None if record is None else record.procedure.limit
    if record is None or rule is None or limit.next_offset is None:
        return 0
    left = [each for each in _moments(desk, rule, limit.day) if each[0] >= limit.next_offset]
    due = [each for each in left if each[1] <= desk.now]
    offset, at = next((each for each in left if each[1] > desk.now), (None, None))
    limits.change(desk.session, replace(limit, next_offset=offset, next_at=at))
    if not due:
        return 0
    offset, at = due[-1]
    emails = _told(desk, record, rule)
    notes = [
        Note(
            key=f"{record.reference}:limit:{limit.day}:{offset:+d}:{email}",
            email=email,
            notice="limit",
            due_at=at,
            send_after=desk.office.hours.next_open(desk.now),
            challenge_id=record.head.id,
            body={"offset": offset},
        )
        for email in emails
    ]
    return outbox.put(desk.session, notes)


def _told(desk: Desk, record: Record, rule: Rule) -> list[str]:
    """Who is told: whoever has the role in the challenge, or else its holders nearest to the team."""
    units = desk.office.authority.upwards(record.head.unit)
    found: dict[str, None] = {}
    for role in rule.tell:
        emails = record.holders((role,))
        if not emails and role != RAISER:
            emails = allocations.held(desk.session, record.head.id, role)
            emails = emails or [person.email for person in people.holders(desk.session, role, units)]
        if not emails:
            _nobody_to_tell(desk, record, role)
        found |= dict.fromkeys(emails)
    return list(found)


def _nobody_to_tell(desk: Desk, record: Record, role: str) -> None:
    unit = desk.office.authority.unit_name(record.head.unit)
    title = record.as_kept.procedure.role_title(role)
    sentence = (
        f"Nobody holds the role {title} for {unit} or above it, who is to be reminded of the overall limit of {record.reference}. "
        "Add the person to people.csv and import it."
    )
    report_problem(desk, f"nobody:{role}:{record.head.unit}", sentence, record)


def limit_card(desk: Desk, notice: Notice, *, redraw: bool) -> Card | None:
    """The reminder of a limit; whoever has no part in the challenge reads which it is and nothing of what it is about."""
    record = desk.office_record(notice.challenge_id)
    if record is None or record.procedure.limit is None:
        return None
    preview = f"{record.reference}: overall limit"
    reference, stage = record.reference, record.standing.now.stage.name
    if record.standing.status is not Status.open:
        over = (
            f"{reference} is {record.standing.status.value}. Nothing more needs to be done about its limit."
        )
        return Card(reference, (Paragraph(over),), preview) if redraw else None
    title = record.procedure.limit.title
    unit = desk.office.authority.unit_name(record.head.unit)
    parts: list[Part] = [
        Paragraph(f"{title}: {limit_words(desk, record)}.", strong=True),
        Paragraph(f"{reference} · {record.head.case_reference} · {stage} · {unit}"),
    ]
    if desk.may_see(record):
        parts.append(Paragraph(what_is_next(desk, record)))
        this = {"challenge": reference}
        parts.append(Buttons((Button("Open the record", "show", this, hint=f"Open {reference}"),)))
    return Card(f"{reference} · {stage}", tuple(parts), preview)
