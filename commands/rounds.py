"""The rounds: what becomes due with time. Every pass may be repeated, by any replica, at any hour, and makes nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from commands.desk import Desk
from commands.office import Office, digest_key
from commands.todo import DIGEST_DAY, people_with_something
from commands.told import reminders, report_problem
from procedures.workdays import due
from storage import audit, challenges, handled, memory, outbox, postings, roster
from storage.outbox import Note
from storage.people import Person

SYSTEM = Person("challenge-bot", "challenge-bot", None, None, active=False)
"""Who the program's own changes are written down under; no row of the people's table."""

REMEMBERED = timedelta(days=7)
"""How long a request's id is remembered; the platforms redeliver for an hour at most."""


def go(office: Office) -> int:
    """One pass. Returns how many messages it made ready."""
    made = 0
    with office.database.write() as session:
        desk = Desk(office, session, SYSTEM)
        made += _recount(desk)
        made += _lapses(desk)
        made += _people_gone(desk)
        handled.prune(session, desk.now - REMEMBERED)
    with office.database.write() as session:
        made += _digests(Desk(office, session, SYSTEM))
    return made


def next_moment(office: Office) -> datetime | None:
    """When something will next become due: a message, a window's end, a digest."""
    with office.database.read() as session:
        now = office.clock.now()
        moments = [outbox.earliest(session), challenges.next_lapse(session), _next_digest(office, now)]
    return min((each for each in moments if each is not None), default=None)


def _next_digest(office: Office, now: datetime) -> datetime:
    day = office.calendar.next_working(office.today(now))
    at = office.hours.at(day, office.authority.digest_at)
    return at if at > now else office.hours.at(office.calendar.add(day, 1), office.authority.digest_at)


def _recount(desk: Desk) -> int:
    """Work open windows out again when the working days have changed; those concerned are told of a new date."""
    version = desk.office.calendar.version
    notes: list[Note] = []
    for number, window in challenges.open_windows_of_other_calendars(desk.session, version):
        day = due(desk.office.calendar, window.opened_on, window.working_days).day
        at = desk.office.hours.due_at(day)
        challenges.change_window(
            desk.session,
            number,
            window.stage_number,
            due_day=day,
            due_at=at,
            calendar_version=version,
            **({"lapsed_at": None} if at > desk.now else {}),
        )
        stored = challenges.load(desk.session, number, for_change=True)
        if stored is None or day == window.due_day:
            continue
        record = desk.with_procedure(stored)
        run = record.standing.now
        challenges.change_head(desk.session, number, due_at=at)
        outbox.cancel(
            desk.session, challenge_id=number, stage_number=run.number, notices=("reminder", "lapsed")
        )
        asked = record.holders((window.role,))
        moved = replace(window, due_day=day, due_at=at, calendar_version=version)
        # The day may have been the due day before: what was cancelled under its keys waits again.
        outbox.renew(desk.session, reminders(desk, record, run, moved, asked, suffix=f":{day}"))
        notes += [
            Note(
                key=f"{record.reference}:{run.stage.id}:moved:{day}:{version}:{email}",
                email=email,
                notice="moved",
                due_at=desk.now,
                send_after=desk.office.hours.next_open(desk.now),
                challenge_id=number,
                stage_number=run.number,
                body={},
            )
            for email in dict.fromkeys([*asked, record.head.raiser])
        ]
        body = {
            "stage": run.stage.id,
            "was": window.due_day.isoformat(),
            "is": day.isoformat(),
            "calendar": version,
        }
        audit.append(
            desk.session,
            at=desk.now,
            actor=SYSTEM.email,
            action="due_moved",
            subject=record.reference,
            body=body,
        )
        postings.mark_stale(desk.session, number)
    return outbox.put(desk.session, notes)


def _lapses(desk: Desk) -> int:
    """Note windows that have run out, so that every message about them is redrawn."""
    found = challenges.lapsing(desk.session, desk.now)
    for number, stage_number in found:
        challenges.change_window(desk.session, number, stage_number, lapsed_at=desk.now)
        audit.append(
            desk.session,
            at=desk.now,
            actor=SYSTEM.email,
            action="lapsed",
            subject=f"CH-{number}",
            body={"stage_number": stage_number},
        )
        postings.mark_stale(desk.session, number)
    return 0


def _people_gone(desk: Desk) -> int:
    """Report open challenges whose answer waits for people who have all left the council's list."""
    active = {person.email for person in roster.active(desk.session)}
    for number in challenges.open_with_people_gone(desk.session):
        stored = challenges.load(desk.session, number)
        if stored is None:
            continue
        record = desk.with_procedure(stored)
        gone = [
            role
            for role in record.standing.now.stage.to
            if not set(record.holders((role,))) & active and record.holders((role,))
        ]
        for role in gone:
            report_problem(
                desk,
                f"gone:{number}:{record.standing.now.number}:{role}",
                f"{record.reference} waits for the {record.procedure.role_name(role)}, {desk.name_all(record.holders((role,)))}, who is no longer on the council's list. "
                f"Pass the part on with /challenge reassign {record.reference}.",
                record,
            )
    return 0


def _digests(desk: Desk) -> int:
    """Make today's digests once their hour has come: a working day, not before the hour, not after the close of business."""
    office, today = desk.office, desk.today
    if not office.calendar.is_working(today):
        return 0
    at, closes = office.hours.at(today, office.authority.digest_at), office.hours.due_at(today)
    if not at <= desk.now < closes or _made_already(desk, today):
        return 0
    notes = [
        Note(
            key=digest_key(office, desk.now, email),
            email=email,
            notice="digest",
            due_at=at,
            send_after=at,
            body={"day": today.isoformat()},
        )
        for email in people_with_something(desk)
    ]
    outbox.drop_digests(desk.session, before=at)
    postings.mark_all(desk.session, "digest")  # those of earlier days, which say from now on that they are
    made = outbox.put(desk.session, notes)
    memory.remember(desk.session, DIGEST_DAY, today.isoformat())
    return made


def _made_already(desk: Desk, day: date) -> bool:
    return memory.recall(desk.session, DIGEST_DAY) == day.isoformat()
