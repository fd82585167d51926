"""Several replicas on one PostgreSQL, and none of them leads: whoever answers, whoever looks for what is due, all happens once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.migrations import HEAD
from storage.statements import table
from storage.tables import Audit
from tests.faults.together import Replicas, running
from tests.journeys import whole
from tests.journeys.challenges import raised
from tests.journeys.sent import sent_messages


@pytest.fixture
def council(empty_postgres_url: str, tmp_path: Path) -> Iterator[Replicas]:
    """Three replicas on Monday 23 November 2026, 09:10, without a challenge."""
    with running(empty_postgres_url, tmp_path, "Monday 2026-11-23 09:10") as started:
        yield started
        whole.check(started)


def doubled(council: Replicas) -> list[str]:
    """The keys of messages that stand in Slack twice."""
    return [key for key, messages in sent_messages(council).items() if len(messages) > 1]


def test_from_raising_to_the_digest_and_the_end_of_the_window_each_message_comes_once(
    council: Replicas,
) -> None:
    first = raised(council, team="North safeguarding team 1", social_worker="Tom Ellery")
    second = raised(council)
    priya, leo, owen = council.priya, council.leo, council.owen
    council.at_once(
        priya.pressing("Acknowledge the concerns", first),
        leo.pressing("Acknowledge the concerns", first),
        owen.pressing("Acknowledge the concerns", second),
        owen.pressing("Acknowledge the concerns", second),
    )
    told = [one.text for one in (*priya.messages, *leo.messages) if "Already done" in one.text]
    assert len(told) == 1
    assert council.hannah.types(f"/challenge record {first}").count("acknowledged the concerns") == 1
    council.redeliver()
    third = raised(council, case="WX-204816")
    council.until("Wednesday 2026-12-02 12:00")
    assert doubled(council) == []
    events = Counter(noted(council))
    assert events["lapsed", third] == 1
    assert events["lapsed", first] == events["lapsed", second] == 1, "the actions were never confirmed"
    digests = sorted(key for key in sent_messages(council) if key.startswith("digest:") and "hannah" in key)
    assert [key[:17] for key in digests] == ["digest:2026-12-01", "digest:2026-12-02"]


def noted(council: Replicas) -> list[tuple[str, str]]:
    """The audit: what was done, to what."""
    with council.bots[0].office.database.read() as session:
        rows = session.connection().execute(select(table(Audit).c.action, table(Audit).c.subject))
        return [(action, subject) for action, subject in rows]


def test_dates_are_worked_out_with_the_files_of_the_replica_that_was_started_last(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    """Two replicas with different closure days would otherwise move each date to and fro, and write of it each time."""
    with running(empty_postgres_url, tmp_path, "Monday 2026-11-23 09:10", count=2) as council:
        challenge = raised(council)
        file = council.folder / "authority.toml"
        closure = '\n[[closure]]\nday = 2026-11-27\nreason = "The offices move"\n'
        file.write_text(file.read_text(encoding="utf-8") + closure, encoding="utf-8")
        council.until("Tuesday 2026-11-24 10:00")
        council.restart_one()
        council.until("Wednesday 2026-11-25 12:00")
        assert noted(council).count(("due_moved", challenge)) == 1
        moved = [key for key in sent_messages(council) if ":moved:2026-12-01:" in key]
        assert len(moved) == 2, "whoever is asked and whoever raised it"
        assert [line["event"] for line in council.logged()].count("calendar_superseded") == 1


def test_replicas_leave_everything_to_a_newer_program_and_say_so(council: Replicas) -> None:
    challenge = raised(council)
    database = council.bots[0].office.database

    def now_at(revision: str) -> None:
        with database.write() as session:
            session.connection().execute(
                text("UPDATE alembic_version SET version_num = :at"), {"at": revision}
            )

    now_at("0999")
    before = noted(council)
    council.expected.add("database_newer")
    council.portal.call(council._all_sweep)
    council.clock.advance(timedelta(days=1))
    council.portal.call(council._all_sweep)
    assert noted(council) == before
    assert [line["event"] for line in council.logged()].count("database_newer") == council.count
    answer = council.get("/readyz")
    assert answer["checks"] == {"database": "ok", "migrations": "newer", "chat": "ok"}
    now_at(HEAD)
    council.live()
    assert council.owen.about(challenge)
