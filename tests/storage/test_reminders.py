"""The reminders of a stage: after a time of silence the newest is said, and stands for the others."""

from __future__ import annotations

from datetime import timedelta

from storage import outbox, reminders
from storage.database import Database
from tests.storage.conftest import NINE
from tests.storage.messages import LEASE, MINUTE, claim, note, put, row


def test_of_reminders_that_fell_due_while_the_program_was_down_only_the_newest_is_said(
    staffed: Database,
) -> None:
    days = [NINE - timedelta(days=days) for days in (3, 2, 1)]
    put(staffed, *(note(f"due-{n}", after=day) for n, day in enumerate(days)))
    put(
        staffed, note("other stage", after=NINE - MINUTE, stage=2), note("tomorrow", after=NINE + LEASE * 720)
    )
    [oldest] = claim(staffed)
    with staffed.write() as session:
        assert [row.key for row in reminders.overtaken(session, oldest, NINE)] == ["due-1", "due-2"]
        assert reminders.collapse(session, oldest, NINE) == "due-2"
        assert reminders.stands_for(session, "due-2") == days[:2]
    assert [row(staffed, f"due-{n}").state for n in range(3)] == ["replaced", "replaced", "waiting"]
    [newest] = claim(staffed)
    assert newest.key == "due-2"
    with staffed.write() as session:
        assert reminders.collapse(session, newest, NINE) is None
        assert outbox.sent(session, newest, at=NINE, posting=None)
    assert [claimed.key for claimed in claim(staffed)] == ["other stage"]


def test_other_notices_are_never_collapsed(staffed: Database) -> None:
    put(staffed, note("raised", notice="raised", after=NINE - MINUTE), note("due"))
    [raised] = claim(staffed)
    with staffed.write() as session:
        assert reminders.collapse(session, raised, NINE) is None
    assert row(staffed, "due").state == "waiting"
