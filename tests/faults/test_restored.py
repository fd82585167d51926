"""A council goes on from a backup: what was sent since the backup is not sent again, and what was still to come comes."""

from __future__ import annotations

from pathlib import Path

from storage import backups, restoring
from storage.database import Database
from tests.journeys import whole
from tests.journeys.challenges import raised
from tests.journeys.driver import _take_over, moment, running
from tests.journeys.sent import sent_messages


def test_what_was_sent_since_the_backup_is_found_in_the_chat_and_not_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    with running(database_url, tmp_path, "Monday 2026-11-23 09:10") as council:
        challenge = raised(council)
        council.until("Wednesday 2026-11-25 10:00")
        made = backups.write(
            council.demo.bot.office.database, tmp_path / "a.backup", council.clock.now()
        ).path
        before = set(sent_messages(council))
        council.until("Thursday 2026-11-26 10:00")
        since = set(sent_messages(council)) - before
        assert any(":due" in key for key in since), "a reminder was sent since"
        assert any(key.startswith("digest:") for key in since), "and so was a digest"

        council.clock.set(moment("Thursday 2026-11-26 11:00"))
        slack = council.demo.workspace
        council.stop()
        database = Database(database_url)
        done = restoring.restore(database, made, council.clock.now(), force=True)
        database.dispose()
        council.start()
        _take_over(slack, council.demo.workspace)
        council.live()

        assert done.doubted == len([key for key in since if not key.startswith("digest:")])
        assert {key: len(found) for key, found in sent_messages(council).items()} == dict.fromkeys(
            before | since, 1
        )
        council.owen.presses("Acknowledge the concerns", challenge)
        council.until("Wednesday 2026-12-02 12:00")
        assert all(len(found) == 1 for found in sent_messages(council).values())
        assert set(sent_messages(council)) - before - since
        whole.check(council)
