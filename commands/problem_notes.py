"""The messages about what needs an administrator: who is told, and that it is solved once it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from commands.desk import Desk
from commands.office import ADMINISTRATOR
from commands.record import Record
from storage import outbox, postings, problems, roster
from storage.outbox import Note

SHOWN_TO = "undelivered"
"""In the body of a message about one that could not be delivered: the number of that one."""


def report_problem(
    desk: Desk,
    key: str,
    sentence: str,
    record: Record | None,
    also: Iterable[str] = (),
    body: Mapping[str, Any] | None = None,
) -> None:
    """List something that needs an administrator, and tell every administrator, the raiser and whoever `also` can do something
    about it at once; once while it is open. `body` is what its message must know besides."""
    number = None if record is None else record.head.id
    if not problems.report(desk.session, key, sentence, desk.now, number):
        return
    told = [person.email for person in roster.everyone_with(desk.session, ADMINISTRATOR)]
    if record is not None:
        told.append(record.head.raiser)
    told += also
    outbox.put(
        desk.session,
        [
            Note(
                key=f"{_prefix(key)}{desk.now:%Y%m%dT%H%M%S}:{email}",
                email=email,
                notice="problem",
                due_at=desk.now,
                send_after=desk.now if email == desk.actor.email else desk.office.hours.next_open(desk.now),
                body={"sentence": sentence, "problem": key, **(body or {})},
                urgent=email == desk.actor.email,
            )
            for email in dict.fromkeys(told)
        ],
    )


def solved(desk: Desk, key: str, outcome: str) -> bool:
    """Take something off the list; its messages say for everybody who solved it. False when it was not on it."""
    if not problems.solve(desk.session, key, desk.now, outcome):
        return False
    postings.mark_prefix_stale(desk.session, _prefix(key))
    return True


def _prefix(key: str) -> str:
    return f"problem:{key}:"
