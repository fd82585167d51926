"""The rounds: what becomes due with time. Every pass may be repeated, by any replica, at any hour, and makes nothing twice."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from commands import limits, plans_due, retention, swaps
from commands.concern_carry_out import look_for_people
from commands.desk import SYSTEM, Desk
from commands.office import Office, digest_key
from commands.patterns_due import tell_patterns
from commands.problem_notes import report_problem
from commands.record import Record
from commands.todo import people_with_something
from commands.told import ABOUT_THE_WINDOW, reminders
from commands.windows import worked_out
from procedures.engine import waits_for
from storage import (
    challenges,
    concerns,
    doubts,
    handled,
    meetings,
    memory,
    outbox,
    postings,
    problems,
    roster,
    stage_windows,
    turns,
)
from storage.challenges import Window
from storage.limits import next_reminder
from storage.outbox import Note
from storage.rotation import LACKING, lacking_problem
from storage.swaps import next_expiry

REMEMBERED = timedelta(days=7)
"""How long a request's id is remembered; the platforms redeliver for an hour at most."""


_RULES = "rules_in_force"
"""The fact that is remembered: since when which working days and procedures are in force."""


def go(office: Office) -> int:
    """One pass. Returns how many messages it made ready, or records it opened; none while another replica takes long over its own."""
    try:
        return _go(office)
    except turns.NotYourTurn:
        return 0


def _go(office: Office) -> int:
    made = 0
    with office.database.write() as session:
        turns.for_rounds(session)
        desk = Desk(office, session, SYSTEM)
        in_force = _put_in_force(desk)
        if in_force:
            made += _recount(desk)
        _lapses(desk)
        _people_gone(desk)
        swaps.lapse(desk)
        made += tell_patterns(desk)
        made += limits.remind(desk, recount=in_force)
        look_for_people(desk, concerns.open_ids(session))
        _keys_lacking(desk)
        handled.prune(session, desk.now - REMEMBERED)
        doubts.renew(session)
        desk.close()
    with office.database.write() as session:
        turns.for_rounds(session)
        made += _digests(Desk(office, session, SYSTEM))
        doubts.renew(session)
    retention.go(office)
    return made + plans_due.go(office, work_out_anew=in_force)


def superseded(office: Office) -> bool:
    """Whether a program that was started later has other working days or procedures: then this one works out no dates anew."""
    with office.database.read() as session:
        return not _is_in_force(office, memory.recall(session, _RULES))


def _put_in_force(desk: Desk) -> bool:
    """The program that was started last has the say. Two with different files would otherwise move every date to and fro.

    False when that is another one.
    """
    known = memory.recall(desk.session, _RULES)
    if not _is_in_force(desk.office, known):
        return False
    rules = plans_due.rules(desk.office)
    if known is None or known.partition(" ")[2] != rules:
        memory.remember(desk.session, _RULES, f"{desk.office.began.isoformat()} {rules}")
    return True


def _is_in_force(office: Office, known: str | None) -> bool:
    began = office.began  # asked for at the first pass, whether or not it is needed there
    if known is None:
        return True
    since, _, rules = known.partition(" ")
    return rules == plans_due.rules(office) or datetime.fromisoformat(since) <= began


def next_moment(office: Office, not_before: Mapping[str, datetime] = MappingProxyType({})) -> datetime | None:
    """When something will next become due: a message, a window's end, a digest. `not_before`: when a channel takes messages again."""
    with office.database.read() as session:
        now = office.clock.now()
        moments = [stage_windows.next_lapse(session), _next_digest(office, now)]
        for channel in outbox.CHANNELS:
            due = outbox.earliest(session, channel)
            moments.append(due and max(due, not_before.get(channel, due)))
        moments += [next_expiry(session), next_reminder(session)]
        moments.append(plans_due.next_moment(office, session, now))
        if office.invites:
            moments.append(meetings.next_moment(session))
    return min((each for each in moments if each is not None), default=None)


def _next_digest(office: Office, now: datetime) -> datetime:
    day = office.calendar.next_working(office.today(now))
    at = office.hours.at(day, office.authority.digest_at)
    return at if at > now else office.hours.at(office.calendar.add(day, 1), office.authority.digest_at)


def _recount(desk: Desk) -> int:
    """Work open windows out again when the working days have changed; those concerned are told of a new date."""
    version = desk.office.calendar.version
    made = 0
    for number, stage_number in stage_windows.open_windows_of_other_calendars(desk.session, version):
        stored = challenges.load(desk.session, number, for_change=True)
        if stored is None:
            continue
        record = desk.with_procedure(stored)
        window = record.windows[stage_number]
        if window.closed_at is None and window.calendar_version != version:
            made += _recount_one(desk, record, window)
    return made


def _recount_one(desk: Desk, record: Record, window: Window) -> int:
    version, run = desk.office.calendar.version, record.standing.runs[window.stage_number - 1]
    due = worked_out(desk, window)
    day, at = due.day, due.at
    lapsed_at = window.lapsed_at if at <= desk.now else None
    moved = replace(window, due_day=day, due_at=at, calendar_version=version, lapsed_at=lapsed_at)
    changed = {"due_day": day, "due_at": at, "calendar_version": version, "lapsed_at": lapsed_at}
    stage_windows.change_window(desk.session, record.head.id, window.stage_number, **changed)
    if day == window.due_day:
        return 0
    challenges.change_head(desk.session, record.head.id, due_at=at)
    outbox.cancel(
        desk.session, challenge_id=record.head.id, stage_number=run.number, notices=ABOUT_THE_WINDOW
    )
    asked = record.holders(waits_for(run))
    notes = reminders(desk, record, run, moved, asked, suffix=f":{day}")
    told = dict.fromkeys([*asked, record.head.raiser])
    notes += [_moved_note(desk, record, run.stage.id, window.stage_number, day, email) for email in told]
    body = {
        "stage": run.stage.id,
        "was": window.due_day.isoformat(),
        "is": day.isoformat(),
        "calendar": version,
    }
    desk.note_down("due_moved", record.reference, body)
    postings.mark_stale(desk.session, record.head.id)
    # A day may be closed, opened and closed again: what was cancelled on the way there must wait again.
    return outbox.renew(desk.session, notes)


def _moved_note(desk: Desk, record: Record, stage: str, number: int, day: date, email: str) -> Note:
    return Note(
        key=f"{record.reference}:{stage}:moved:{day}:{desk.office.calendar.version}:{email}",
        email=email,
        notice="moved",
        due_at=desk.now,
        send_after=desk.office.hours.next_open(desk.now),
        challenge_id=record.head.id,
        stage_number=number,
    )


def _lapses(desk: Desk) -> None:
    """Note windows that have run out, so that every message about them is redrawn."""
    for number, stage_number in stage_windows.lapsing(desk.session, desk.now):
        if stage_windows.lapse(desk.session, number, stage_number, desk.now):
            desk.note_down("lapsed", f"CH-{number}", {"stage_number": stage_number})
            postings.mark_stale(desk.session, number)


def _people_gone(desk: Desk) -> None:
    """Report open challenges whose answer waits for people who have all left the council's list."""
    numbers = challenges.open_with_people_gone(desk.session)
    active = {person.email for person in roster.active(desk.session)} if numbers else set()
    for number in numbers:
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


def _keys_lacking(desk: Desk) -> None:
    """Report a key that is to be used soon and is not in this machine's key file yet; until it is, nobody begins to use it."""
    host = socket.gethostname()
    lacking = {lacking_problem(key, host): key for key in desk.office.database.keys.lacking}
    for each in problems.open_problems(desk.session):
        if each.key.startswith(LACKING) and each.key.endswith(f":{host}") and each.key not in lacking:
            problems.solve(desk.session, each.key, desk.now)
    for problem, key in lacking.items():
        sentence = f"The program on {host} does not have the key {key}, which is to be used next. Copy the key file to that machine."
        report_problem(desk, problem, sentence, None)


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
            key=digest_key(today, email),
            email=email,
            notice="digest",
            due_at=at,
            send_after=at,
            body={"day": today.isoformat()},
        )
        for email in people_with_something(desk)
    ]
    outbox.drop_digests(desk.session, before=at)
    postings.mark_all(desk.session, "digest")  # those of earlier days, which offer nothing from now on
    made = outbox.put(desk.session, notes)
    memory.remember(desk.session, "digest_day", today.isoformat())
    return made


def _made_already(desk: Desk, day: date) -> bool:
    return memory.recall(desk.session, "digest_day") == day.isoformat()
