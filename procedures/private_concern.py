"""The steps of a private concern about a coordinator's practice, and who may take them where it stands (BR-13). Pure.

A manager and the coordinator's own manager agree a resolution. What stays unresolved goes to a service manager, whose outcome ends it.
"""

from __future__ import annotations

from enum import StrEnum

RAISER, ASKED, WITH, THEN = "raiser", "asked", "with", "then"
"""The parts that people have: who raised it, the manager asked, with whom a resolution is agreed, who has it when unresolved."""


class Status(StrEnum):
    """Where a private concern stands."""

    open = "open"
    agreed = "agreed"
    """A resolution was agreed. Whoever raised it may still say that it is unresolved."""
    closed = "closed"
    """The service manager has recorded the outcome: the end."""


class Kind(StrEnum):
    """What can happen to a private concern."""

    raised = "raised"
    noted = "noted"
    agreed = "agreed"
    taken_further = "taken_further"
    concluded = "concluded"


def who_may(kind: Kind, status: Status, level: int) -> tuple[str, ...]:
    """The parts that may take this step; empty when nobody can now. `level` is 1 with the manager, 2 with the service manager."""
    if status is Status.closed or kind is Kind.raised:
        return ()
    if kind is Kind.noted:
        return (RAISER, ASKED, WITH, THEN)
    if kind is Kind.concluded:
        return (THEN,) if level == 2 and status is Status.open else ()
    if level != 1:
        return ()
    if kind is Kind.agreed:
        return (ASKED, WITH) if status is Status.open else ()
    return (ASKED, RAISER) if status is Status.open else (RAISER,)


def after(kind: Kind, status: Status, level: int) -> tuple[Status, int]:
    """Where a private concern stands after a step that was allowed."""
    if kind is Kind.agreed:
        return Status.agreed, level
    if kind is Kind.taken_further:
        return Status.open, 2
    if kind is Kind.concluded:
        return Status.closed, level
    return status, level


def waits_for(status: Status, level: int) -> tuple[str, ...]:
    """The parts without which a private concern cannot be taken on as it stands; empty once nothing is asked of them."""
    if status is not Status.open:
        return ()
    return (ASKED, WITH) if level == 1 else (THEN,)
