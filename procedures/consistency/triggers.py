"""Faults between a procedure's triggers and the rest of its file."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.faults import Fault, did_you_mean
from procedures.positions import Positions
from procedures.schema import Procedure, Trigger


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Ids given twice, stages that are not there, days that rule themselves out."""
    ids = [trigger.id for trigger in procedure.trigger]
    for n, trigger in enumerate(procedure.trigger):
        if trigger.id in ids[:n]:
            message = f'two triggers have the id "{trigger.id}"'
            yield positions.fault(("trigger", n, "id"), message, "Give each its own.")
        yield from _check_days(n, trigger, positions)
        yield from _check_stage(procedure, n, trigger, positions)


def _check_days(n: int, trigger: Trigger, positions: Positions) -> Iterator[Fault]:
    for i, at in enumerate(trigger.at):
        if at.status is not None and at.status in trigger.unless:
            message = f'the status "{at.status}" is awaited here and ruled out by unless'
            yield positions.fault(("trigger", n, "at", i), message, "Keep one of the two.")
        if at in trigger.at[:i]:
            yield positions.fault(("trigger", n, "at", i), "this day stands here twice", "Keep one.")
    if trigger.before is not None and all(at.status is not None for at in trigger.at):
        message = "nobody knows beforehand when a status will change, so nothing can come before it"
        yield positions.fault(("trigger", n, "before"), message, "Leave before out.")


def _check_stage(procedure: Procedure, n: int, trigger: Trigger, positions: Positions) -> Iterator[Fault]:
    if trigger.opens not in procedure.stages:
        hint = did_you_mean(trigger.opens, list(procedure.stages), noun="Stages")
        yield positions.fault(("trigger", n, "opens"), f'unknown stage "{trigger.opens}"', hint)
