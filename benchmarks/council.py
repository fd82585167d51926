"""A large council, for the measurements: 1,500 teams, and as many open challenges as are wanted.

Three challenges are raised through the program itself, one of them long ago so that its window has run out, and what they cause to be
said is noted as sent. Their rows are then copied by SQL, each copy with a number, a team and people of its own: entries, parties,
windows, messages that wait and messages that stand in chats.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.delivery import Delivery
from bot.office import make_office
from bot.sending import Sender
from bot.settings import Settings
from bot.staff import take_in_rows
from commands import rounds
from commands.office import Office
from commands.reception import Reception
from commands.vocabulary import Card, File, Filled, Identity, Say
from procedures.clock import SetClock
from procedures.people import read_people
from storage import memory
from storage.database import Database
from storage.keys import Keys
from storage.tables import Challenge, Entry, Outbox, Party, Posting, Window

TEAMS = 1500
COORDINATORS = 100
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday morning; the day's digests have been made, but for where they are what is measured."""
RAISED = (timedelta(days=21), timedelta(days=1), timedelta(hours=1))
"""How long before that the three were raised."""
FIRST = 1001
_AT = "wexborough.example"
_PEOPLE = {
    f"hannah.okafor@{_AT}": ("cpc", "cpc", COORDINATORS),
    f"priya.nair@{_AT}": ("manager", "team_manager", TEAMS),
    f"leo.fisher@{_AT}": ("deputy", "team_manager", TEAMS),
    f"tom.ellery@{_AT}": ("worker", "social_worker", TEAMS),
}
"""Whoever takes part in the three challenges, and what those are called and do who take their place in the copies."""


@dataclass(frozen=True)
class Stands:
    """Where a message stands."""

    channel: str
    ts: str


class NoPlatform:
    """A chat platform that takes everything at once: what is left is the program's own time."""

    def __init__(self) -> None:
        self.posted = 0

    async def post(self, person_platform_id: str, card: Card, key: str) -> Stands:
        """It stands there."""
        self.posted += 1
        return Stands("D0", f"{self.posted}.0")

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        """It is redrawn."""

    async def find(self, person_platform_id: str, key: str, since: datetime) -> None:
        """Nothing is there."""

    async def lookup_user(self, email: str) -> str:
        """Everybody has an account."""
        return "U0"

    async def bring(self, file: File) -> str:
        """Files are not measured."""
        raise AssertionError

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        """Files are not measured."""
        raise AssertionError

    async def has_file(self, person_platform_id: str, file_id: str, since: datetime) -> bool:
        """Files are not measured."""
        raise AssertionError


def make(url: str, place: Path, clock: SetClock, *, teams: int = TEAMS, keys: Keys | None = None) -> Office:
    """The council with its people, in a new database. `place` is where its files go."""
    source = files("bot.demo") / "authorities" / "bradford"
    words = (source / "authority.toml").read_text(encoding="utf-8")
    for number in range(teams):
        words += f'\n[[unit]]\nid = "team-{1000 + number}"\nname = "Team {1000 + number}"\nparent = "north"\n'
    (place / "authority.toml").write_text(words, encoding="utf-8")
    settings = Settings(database_url=url, authority=place / "authority.toml")
    office = make_office(settings, clock, keys or Keys(None))
    office.database.migrate()
    people = (source / "people.csv").read_text(encoding="utf-8")
    take_in_rows(office, read_people(people, "people.csv", office.authority, office.roles))
    _take_on(office, teams)
    return office


def _take_on(office: Office, teams: int) -> None:
    """The people of the teams."""
    with office.database.write() as session:
        connection = session.connection()
        for word, role, _ in _PEOPLE.values():
            rows = [
                {
                    "email": f"{word}-{1000 + number}@{_AT}",
                    "name": f"{word.title()} {number}",
                    "slack": f"U{word.upper()}{1000 + number}",
                    "role": role,
                    "unit": f"team-{1000 + number % teams}" if role != "cpc" else "childrens-services",
                }
                for number in range(COORDINATORS if role == "cpc" else teams)
            ]
            connection.execute(
                text(
                    "INSERT INTO person (email, name, slack_user_id, active, language) VALUES (:email, :name, :slack, true, 'en')"
                ),
                rows,
            )
            connection.execute(
                text("INSERT INTO holding (email, role, unit) VALUES (:email, :role, :unit)"), rows
            )


def raise_challenge(
    office: Office, clock: SetClock, number: int, *, unit: str = "north-1", by: str = "U0HANNAH01"
) -> None:
    """One challenge, through the reception, as from a form."""
    spoken = clock.now().date().isoformat()
    values = {
        "procedure": "bradford",
        "immediate_risk": "no",
        "case_reference": f"WX-{number:06}",
        "unit": unit,
        "informal": "had",
        "talk_1_with": "social_worker",
        "talk_1_on": spoken,
        "talk_1_result": "Agreed.",
        "concern": "A concern.",
        "agreed_actions": "An action.",
        "chosen_social_worker": f"tom.ellery@{_AT}",
    }
    reply = Reception(office).submitted(
        Identity("slack", by), Filled("raise", {"talks": "1"}, values), f"raise:{number}"
    )
    assert isinstance(reply, Say), reply


@dataclass
class Council:
    """An office with its clock, and a delivery to a platform that takes everything at once."""

    office: Office
    clock: SetClock
    platform: NoPlatform

    def sweep(self) -> int:
        """One pass as the ticker makes it: what is due, its delivery, and when the next is due. How many messages went out."""
        before = self.platform.posted
        asyncio.run(self._sweep())
        return self.platform.posted - before

    async def _sweep(self) -> None:
        async def run(function: Callable[..., Any], *arguments: Any) -> Any:
            return function(*arguments)

        senders: dict[str, Sender] = {"slack": self.platform}
        delivery = Delivery(self.office, senders, run, "benchmark")
        rounds.go(self.office)
        await delivery.deliver()
        rounds.next_moment(self.office)

    def settle(self) -> None:
        """Let everything that is due go out: to one person one message after the other."""
        while self.sweep():
            self.clock.advance(timedelta(seconds=5))

    async def settle_here(self) -> None:
        """The same inside an event loop."""
        await asyncio.to_thread(self.settle)

    def no_digest_today(self) -> None:
        """Count the day's digests as made."""
        today = self.office.today(self.clock.now()).isoformat()
        with self.office.database.write() as session:
            memory.remember(session, "digest_day", today)


def founded(url: str, place: Path, open_: int) -> Council:
    """A council with so many open challenges, its tables as they are in use."""
    clock = SetClock(NOW)
    council = Council(make(url, place, clock), clock, NoPlatform())
    for number, ago in enumerate(RAISED):
        clock.set(NOW - ago)
        council.no_digest_today()
        raise_challenge(council.office, clock, number)
        council.settle()
    clock.set(NOW)
    council.no_digest_today()
    council.settle()
    copy(council.office.database, open_ - len(RAISED))
    council.settle()  # whatever the first pass after a start has to do is not measured
    return council


def copy(
    database: Database, count: int, at_once: int = 100_000, templates: int = len(RAISED), teams: int = TEAMS
) -> None:
    """Copy the first challenges in turn until there are so many more."""
    for begin in range(0, count, at_once):
        with database.write() as session:
            connection = session.connection()
            if database.is_sqlite:
                connection.exec_driver_sql("PRAGMA cache_size = -1000000")
            for statement in _copies(database.is_sqlite, templates, teams):
                connection.execute(text(statement), {"first": begin, "last": min(count, begin + at_once) - 1})
            if not database.is_sqlite:
                connection.exec_driver_sql(
                    "SELECT setval('challenge_id_seq', (SELECT max(id) FROM challenge))"
                )
    if database.is_sqlite:
        database.dispose()  # with its large cache
        with closing(sqlite3.connect(str(database.url.database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    else:  # as autovacuum does by itself; SQLite the program never tells to
        with database.whole() as session:
            session.connection().exec_driver_sql("ANALYZE")


def _copies(sqlite: bool, templates: int, teams: int) -> list[str]:
    series = (
        "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
        if sqlite
        else "WITH n(i) AS (SELECT generate_series(CAST(:first AS integer), CAST(:last AS integer))) "
    )
    new = f"({FIRST + templates} + n.i)"
    number = f"CAST({new} AS TEXT)"
    own = {
        "challenge_id": new,
        "unit": f"'team-' || CAST(1000 + n.i % {teams} AS TEXT)",
        "case_reference": f"'WX-' || {number}",
        "message": f"{number} || '.' || t.message",
        **{
            column: "CASE t.{0} {1} ELSE t.{0} END".format(
                f'"{column}"',
                " ".join(
                    f"WHEN '{email}' THEN '{word}-' || CAST(1000 + n.i % {COORDINATORS if many == COORDINATORS else teams} AS TEXT) || '@{_AT}'"
                    for email, (word, _, many) in _PEOPLE.items()
                ),
            )
            for column in ("raiser", "by", "email", "sent_to")
        },
    }
    statements = []
    for table, id_, where in (
        (Challenge, "id", ""),
        (Entry, "challenge_id", ""),
        (Party, "challenge_id", ""),
        (Window, "challenge_id", ""),
        (Outbox, "challenge_id", "AND t.state = 'waiting'"),
        (Posting, "challenge_id", ""),
    ):
        these = dict(own)
        names = [column.name for column in table.__table__.columns]  # type: ignore[attr-defined]
        if table is Challenge:
            these["id"] = new
        elif table is Window:
            del these["unit"]
        if table is Outbox:
            names.remove("id")
        these["key"] = f"replace(t.key, 'CH-' || CAST(t.challenge_id AS TEXT), 'CH-' || {number})"
        quoted = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(these.get(name, f't."{name}"') for name in names)
        this = table.__tablename__
        statements.append(
            # In SQLite's grammar the list of what is inserted comes before WITH.
            f'INSERT INTO "{this}" ({quoted}) {series}'  # noqa: S608  names of ours
            f'SELECT {values} FROM n JOIN "{this}" AS t ON t."{id_}" = {FIRST} + n.i % {templates} {where}'
        )
    return statements


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return sorted(values)[len(values) // 2]
