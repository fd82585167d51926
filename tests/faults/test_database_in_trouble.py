"""The database is gone, held, full or only reads: whoever waits gets one clear sentence, and afterwards nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage import engines
from tests.faults import databases
from tests.faults.databases import Beside, Server, Shaken, Trouble, running
from tests.journeys import whole
from tests.journeys.challenges import CONCERN, form, raised
from tests.journeys.person import Person

AWAY = "The database cannot be reached at present"
BUSY = "The database was held by somebody else's change for too long"
FULL = "The database has no room left"
READS = "The database takes no changes at present"

FAILURES = {
    *(
        "slack_request_failed",
        "background_failed",
        "message_failed",
        "redraw_failed",
        "delivery_failed",
    ),
    "library_message",  # psycopg notices that a connection broke off
}
"""What the log may say at level error, or at all, in such times."""

ON_SQLITE = {
    "moved away": Trouble("away", AWAY, databases.moved_away),
    "held by another": Trouble("busy", BUSY, databases.held_by_another),
    "without room": Trouble("full", FULL, databases.without_room, partly=True, told=False),
}
ON_POSTGRESQL = {
    "row held by another": Trouble("busy", BUSY, databases.row_held_by_another, partly=True, told=False),
    "a standby": Trouble("read_only", READS, databases.standby),
    "no room left": Trouble("full", FULL, databases.no_room_left),
}


def alone(person: Person) -> list[str]:
    """What was said to one person alone."""
    notices = {one.surface for one in person.notices}
    return [one.text for one in person.messages if one.surface not in notices]


def lives_through(council: Shaken, trouble: Trouble) -> None:
    """Before, in, and after the trouble; then everything is looked at."""
    council.expected |= FAILURES
    challenge = raised(council)
    hannah, owen = council.hannah, council.owen
    hannah.types("/challenge raise")
    hannah.puts(form("WX-204816", concern=" ".join([CONCERN] * 25)))
    acknowledge = owen.pressing("Acknowledge the concerns", challenge)
    database = council.demo.bot.office.database
    with trouble.block(database):
        assert acknowledge()["ok"]
        council.settle()
        refused = any(trouble.sentence in text for text in alone(owen))
        assert refused or trouble.partly, alone(owen)
        sent = hannah.sending()()
        council.settle()
        told = " ".join(sent["errors"].values())
        assert trouble.sentence in told, sent
        assert "What you typed is still here" in told
        council.clock.advance(timedelta(hours=25))
        council.live()
        assert council.troubles or trouble.partly
        if trouble.told:
            assert council.readiness() == (503, trouble.word)
    council.live()
    assert council.readiness() == (200, "ok")
    assert hannah.form is not None
    assert hannah.sending()()["errors"] == {}
    hannah.closes()
    assert "1 open" not in hannah.types("/challenge list mine")
    if refused:
        owen.presses("Acknowledge the concerns", challenge)
    record = hannah.types(f"/challenge record {challenge}")
    assert record.count("acknowledged the concerns") == 1
    council.until("Thursday 2026-11-26 12:00")
    whole.check(council)
    assert all(len(messages) == 1 for messages in whole.sent_messages(council).values())
    words = [line.get("trouble") for line in council.logged() if line["event"] == "slack_request_failed"]
    assert trouble.word in words


@pytest.fixture(autouse=True)
def wait_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's lock is waited for one second, not five."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)


@pytest.mark.parametrize("what", ON_SQLITE)
def test_sqlite(tmp_path: Path, what: str) -> None:
    with running(f"sqlite:///{tmp_path / 'challenge.db'}", tmp_path, "Monday 2026-11-23 09:10") as council:
        lives_through(council, ON_SQLITE[what])


@pytest.mark.parametrize("what", ON_POSTGRESQL)
def test_postgresql(empty_postgres_url: str, tmp_path: Path, what: str) -> None:
    with running(empty_postgres_url, tmp_path, "Monday 2026-11-23 09:10") as council:
        lives_through(council, ON_POSTGRESQL[what])


# --- gone, and switched over -----------------------------------------------------------------------------------------


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL server that this test alone uses, so that it may be stopped."""
    server = Server(tmp_path)
    yield server
    server.stop()


def test_the_server_is_stopped_and_started_again(own_server: Server, tmp_path: Path) -> None:
    stopped = Trouble("away", AWAY, own_server.stopped)
    with running(own_server.url, tmp_path, "Monday 2026-11-23 09:10") as council:
        lives_through(council, stopped)


def test_every_connection_is_ended_again_and_again_while_people_work(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    """A failover in the middle of transactions: whoever was told that it was saved finds it saved, once."""
    with running(empty_postgres_url, tmp_path, "Monday 2026-11-23 09:10") as council:
        council.expected |= {
            "slack_request_failed",
            "background_failed",
            "message_failed",
            "redraw_failed",
        }
        challenges = [raised(council, case=f"WX-20481{number}") for number in range(3)]
        owen = council.owen
        with (
            databases.administrator(council.demo.bot.office.database) as other,
            Beside(lambda: databases.end_every_connection(other)) as ending,
        ):
            for challenge in challenges:
                press = owen.pressing("Acknowledge the concerns", challenge)
                for _ in range(2):
                    council.at_once(press, press)
        assert ending.times > 3
        council.live()
        for challenge in challenges:
            if any("Acknowledge the concerns" in one.labels for one in owen.about(challenge)):
                owen.presses("Acknowledge the concerns", challenge)
            assert (
                council.hannah.types(f"/challenge record {challenge}").count("acknowledged the concerns") == 1
            )
        council.clock.advance(timedelta(minutes=2))
        council.live()
        council.until("Tuesday 2026-11-24 12:00")
        whole.check(council)
        assert all(len(messages) == 1 for messages in whole.sent_messages(council).values())
        assert council.readiness() == (200, "ok")
