"""The windows of a challenge's stages: when they begin, stand still, end; and their reminders with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from commands.desk import Desk
from commands.record import Record
from commands.told import ABOUT_THE_STAGE, ABOUT_THE_WINDOW, Told, reminders
from procedures.engine import CloseWindow, StageRun, TurnClock, waits_for, window_starts
from procedures.spans import Due, due_of
from storage import challenges, outbox, stage_windows
from storage.challenges import Window


def begin_window(desk: Desk, record: Record, run: StageRun, told: Told) -> Record:
    """Open the stage's window, if it has one and the day from which it runs is known, and make its reminders."""
    rule = run.stage.window
    start = None if rule is None else _start(desk, record, run)
    if rule is None or start is None:
        return record
    unit, length = rule.length
    due = due_of(desk.office.hours, start, unit, length, since=desk.now)
    window = Window(
        stage_number=run.number,
        role=rule.on,
        opened_on=start,
        began_at=desk.now,
        unit=unit,
        length=length,
        due_day=due.day,
        due_at=due.at,
        calendar_version=desk.office.calendar.version,
    )
    stage_windows.open_window(desk.session, record.head.id, window)
    head = replace(record.head, due_at=window.due_at)
    record = record.with_stored(head=head, windows=(*record.stored.windows, window))
    told.notes += reminders(desk, record, run, window, record.holders(waits_for(run)))
    return record


def _start(desk: Desk, record: Record, run: StageRun) -> date | None:
    rule = run.stage.window
    if rule is None or rule.from_ == "opened":
        return desk.today
    if rule.from_ == "raised":
        return desk.office.today(record.stored.entries[0].at)
    return window_starts(record.standing)


def worked_out(desk: Desk, window: Window) -> Due:
    """The window's end, and its sum, by the working days as they are known now."""
    return due_of(
        desk.office.hours,
        window.opened_on,
        window.unit,
        window.length,
        paused=window.paused,
        since=window.began_at,
    )


def close_window(desk: Desk, record: Record, closing: CloseWindow) -> Record:
    """End a stage's window; what was still to be sent about it is cancelled."""
    number = closing.stage_number
    stage_windows.close_window(desk.session, record.head.id, number, at=desk.now, met=closing.met)
    notices = ABOUT_THE_STAGE if closing.over else ABOUT_THE_WINDOW
    outbox.cancel(desk.session, challenge_id=record.head.id, stage_number=number, notices=notices)
    windows = tuple(
        replace(window, closed_at=desk.now, met=closing.met)
        if window.stage_number == number and window.closed_at is None
        else window
        for window in record.stored.windows
    )
    return record.with_stored(windows=windows)


def reopen_window(desk: Desk, record: Record, run: StageRun, told: Told) -> Record:
    """Let a window run again that was met, to the end that it had; where that is over by now, it lapses at once."""
    window = record.windows.get(run.number)
    if window is None or window.closed_at is None:
        return record
    # While it was closed nobody looked at its clock.
    paused = window.paused + (stood(desk, window, window.closed_at) if run.clock is None else 0)
    stopped_at = None if run.clock is None else window.stopped_at or desk.now
    due = worked_out(desk, replace(window, paused=paused))
    version = desk.office.calendar.version
    changed = replace(
        window,
        stopped_at=stopped_at,
        paused=paused,
        due_day=due.day,
        due_at=due.at,
        calendar_version=version,
        lapsed_at=None,
        closed_at=None,
        met=False,
    )
    record = _replaced(desk, record, changed, closed_at=None, met=False, calendar_version=version)
    if stopped_at is None:
        to = record.holders(waits_for(run))
        told.notes += reminders(desk, record, run, changed, to, suffix=f":{told.entry.number}")
    return record


def turn_clock(desk: Desk, record: Record, turning: TurnClock, told: Told) -> Record:
    """Let the clock of the present window stand still, or run on with the time it stood added to its end."""
    window = record.window
    if window is None or window.closed_at is not None:
        return record
    if turning.stops:
        changed = replace(window, stopped_at=desk.now)
        outbox.cancel(
            desk.session,
            challenge_id=record.head.id,
            stage_number=window.stage_number,
            notices=ABOUT_THE_WINDOW,
        )
    else:
        paused = window.paused + stood(desk, window, desk.now)
        due = worked_out(desk, replace(window, paused=paused))
        changed = replace(window, stopped_at=None, paused=paused, due_day=due.day, due_at=due.at)
    record = _replaced(desk, record, changed)
    if not turning.stops:
        to = record.holders(waits_for(turning.run))
        suffix = f":{told.entry.number}"
        told.notes += reminders(desk, record, turning.run, changed, to, suffix=suffix)
    return record


def stood(desk: Desk, window: Window, now: datetime) -> int:
    """For how long the clock has stood, in the window's own measure: minutes, working days or days."""
    if window.stopped_at is None:
        return 0
    if window.unit == "hours":
        return int((now - window.stopped_at).total_seconds() // 60)
    first, last = desk.office.today(window.stopped_at), desk.office.today(now)
    if window.unit == "working_days":
        return desk.office.calendar.count(first, last)
    return (last - first).days


def _replaced(desk: Desk, record: Record, window: Window, **besides: Any) -> Record:
    stage_windows.change_window(
        desk.session,
        record.head.id,
        window.stage_number,
        stopped_at=window.stopped_at,
        paused=window.paused,
        due_day=window.due_day,
        due_at=window.due_at,
        lapsed_at=None,
        **besides,
    )
    due_at = window.due_at if window.running else None
    challenges.change_head(desk.session, record.head.id, due_at=due_at)
    windows = tuple(
        window if each.stage_number == window.stage_number else each for each in record.stored.windows
    )
    return record.with_stored(head=replace(record.head, due_at=due_at), windows=windows)


def no_longer_asked(desk: Desk, record: Record, before: Iterable[str]) -> None:
    """Cancel the reminders of those for whom the window waited before, and waits no longer."""
    window = record.window
    if window is None or window.closed_at is not None:
        return
    still = set(record.holders(waits_for(record.standing.now)))
    for email in before:
        if email not in still:
            outbox.cancel(
                desk.session,
                challenge_id=record.head.id,
                stage_number=window.stage_number,
                notices=("reminder",),
                email=email,
            )
