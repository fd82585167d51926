"""Meetings: nobody both comes and does not, and what is combined with them is told apart."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.faults import Fault
from procedures.positions import Positions
from procedures.schema import MeetingRule, Procedure


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """People who are named twice for one meeting in ways that do not go together."""
    for n, stage in enumerate(procedure.stage):
        if stage.meeting is not None:
            yield from _check_people(n, stage.meeting, positions)


def _check_people(n: int, meeting: MeetingRule, positions: Positions) -> Iterator[Fault]:
    at = ("stage", n, "meeting")
    considered = [] if meeting.consider is None else meeting.consider.roles
    for i, role in enumerate(considered):
        if role in meeting.attend or role == meeting.chair:
            message = f'"{role}" is to be considered for the meeting, and attends it anyway'
            path = (*at, "consider", "roles", i)
            yield positions.fault(path, message, "Take it out of consider, or out of attend and chair.")
    for i, label in enumerate(meeting.not_invited):
        if label in meeting.invited:
            message = f'"{label}" stands both in invited and in not_invited'
            yield positions.fault((*at, "not_invited", i), message, "Keep one.")
    for key in ("invited", "not_invited"):
        labels: list[str] = getattr(meeting, key)
        for i, label in enumerate(labels):
            if label in labels[:i]:
                yield positions.fault((*at, key, i), f'"{label}" stands here twice', "Keep one.")
