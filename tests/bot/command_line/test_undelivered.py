"""What could not be delivered, at the command line: who should have had it, and why; nothing of a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import outbox, problems, roster
from storage.database import Database
from storage.keys import Keys
from storage.outbox import Note
from storage.undelivered import PROBLEM
from tests.bot.command_line.conftest import Run

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHY = "This person's Slack account is switched off. Name somebody else in people.csv."
REFUSED = "Nothing can be sent. Slack does not accept the bot's token (token_revoked)."


def test_nothing_is_on_the_list(run: Run, council: Path) -> None:
    ran = run("undelivered")
    assert (ran.status, ran.out) == (0, "Every message has been delivered, or is still being tried.\n")
    assert run("undelivered", "--json").data == {"undelivered": [], "trouble": []}


def test_who_should_have_had_what_and_why_not(run: Run, council: Path) -> None:
    assert run("people", "import", "people.csv").status == 0
    keys = Keys(council.parent / "challenge.keys")
    database = Database(f"sqlite:///{council.parent / 'challenge.db'}", keys)
    with database.write() as session:
        person = roster.active(session)[0]
        outbox.put(session, [Note("a", person.email, "digest", NINE, NINE)])
    [claimed] = outbox.claim(database, worker="one", now=NINE, lease=timedelta(minutes=1))
    with database.write() as session:
        assert outbox.failed(session, claimed, trouble=WHY)
        problems.report(session, f"{PROBLEM}a", "A message could not be delivered.", NINE)
        problems.report(session, "platform:slack", REFUSED, NINE)
    database.dispose()
    ran = run("undelivered")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        REFUSED,
        f"2026-11-23T09:00+00:00  The daily digest, for {person.name}. {WHY}",
    ]
    data = run("undelivered", "--json").data
    assert data["trouble"] == [REFUSED]
    assert data["undelivered"] == [
        {
            "message": claimed.id,
            "kind": "The daily digest",
            "to": person.name,
            "since": "2026-11-23T09:00+00:00",
            "why": WHY,
        }
    ]
