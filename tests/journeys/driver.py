"""A council to live through stories in: people who type, press and fill in, and a clock that is moved.

Everything a person does goes the way it goes in Slack: the workspace's page, a signed request, bolt, the commands, the
database; and what they see is what the workspace shows them. The program is touched only to start it, to let it do what
its ticker would have it do, and to move its clock.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from bot import log
from bot.demo import choices, demo
from bot.playground.people import Persona
from bot.playground.state import Channel
from bot.playground.teams import object_id_of
from bot.playground.workspace import Workspace
from bot.staff import take_in_rows
from commands import rounds
from procedures.clock import SetClock
from procedures.people import read_people
from tests import logs
from tests.journeys.person import Person
from tests.journeys.reading import Json
from tests.journeys.teams_person import TeamsPerson

LONDON = ZoneInfo("Europe/London")
IN_SLACK = ("cpc", "cpc_team_manager")
"""The roles that stay in Slack where both platforms are used."""
SOON = timedelta(seconds=20)
"""What is due so soon is waited for after every step: one message a second in a chat, the first repeats after a fault."""


def moment(text: str) -> datetime:
    """ "Monday 2026-11-23 09:00", London time. Refuses a date that is not on that day of the week."""
    weekday, day, hour = text.split()
    parsed = date.fromisoformat(day)
    assert f"{parsed:%A}" == weekday, f"{day} is a {parsed:%A}"
    return datetime.combine(parsed, time.fromisoformat(hour), LONDON).astimezone(UTC)


class Council:
    """The running program with its workspace, and everybody who works there."""

    def __init__(
        self,
        portal: BlockingPortal,
        folder: Path,
        database_url: str,
        begins: str,
        ticking: bool,
        authority: str = "",
        platform: str = "slack",
        calendars: bool = False,
        mail: bool = False,
    ) -> None:
        self.calendars, self.mail = calendars, mail
        self.portal, self.folder, self.database_url = portal, folder, database_url
        self.authority = authority
        self.ticking = ticking
        self.clock = SetClock(moment(begins))
        self.log = io.StringIO()
        self.expected: set[str] = set()
        """Events of the log at level error that the story brings about on purpose."""
        self.platform, self.port = platform, 0
        self.answers: set[str] = set()
        """Ids of messages in Teams that answered somebody at once."""
        self.drafts: dict[tuple[str, str], dict[str, str]] = {}
        """What stands in somebody's dialog in Teams and was not sent yet."""
        self.glimpsed: dict[str, list[str]] = {}
        """What stood above somebody's messages in Teams for a moment, until the delivery drew them anew."""
        self.written: dict[str, list[datetime]] = {}
        """When somebody has written in Teams of late."""
        self.accepted: set[tuple[str, str]] = set()
        """Files in Teams to which somebody has said yes."""
        self._strangers: list[Persona] = []
        self._last_in_teams = False
        self._open = ExitStack()

    # Starting and ending

    def start(self) -> None:
        """Start the program, as `challenge-bot serve` would. Without its ticker, `live` does what that would do."""
        if self.platform != "slack":
            self._move_to_teams()
        running = demo.running(
            self.port,
            self.folder,
            authority=self.authority,
            clock=self.clock,
            database_url=self.database_url,
            with_story=False,
            ticking=self.ticking,
            teams=self.platform != "slack",
            calendars=self.calendars,
            mail=self.mail,
        )
        self.demo = self._open.enter_context(self.portal.wrap_async_context_manager(running))
        self.http = self._open.enter_context(
            httpx.Client(
                base_url=self.demo.address, headers={"X-Playground": "1"}, timeout=30, trust_env=False
            )
        )

    def _move_to_teams(self) -> None:
        """In people.csv everybody, or everybody but the coordinators, has an account in Teams and none in Slack."""
        choices.put_into(self.folder, self.authority or choices.names()[0])
        file = self.folder / "people.csv"
        file.write_text(self._in_teams(file.read_text(encoding="utf-8")), encoding="utf-8")

    def _in_teams(self, people: str) -> str:
        listed = list(csv.DictReader(people.splitlines()))
        for row in listed:
            if self.platform == "teams" or row["role"] not in IN_SLACK:
                row |= {"slack_user_id": "", "teams_user_id": object_id_of(row["email"])}
        written = io.StringIO()
        writer = csv.DictWriter(written, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
        return written.getvalue()

    def stop(self) -> None:
        """End the program."""
        self._open.close()

    def restart(self, at: str) -> None:
        """End the program, and start it anew at a later moment on the same database; in Slack everything stands as it stood.

        Nothing is done yet: `live` is the new program's first pass.
        """
        before, teams_before = self.demo.workspace, self.demo.tenant
        self.port = int(self.demo.address.rpartition(":")[2])
        self.stop()
        self.clock.set(moment(at))
        self.start()
        _take_over(before, self.demo.workspace)
        if teams_before is not None and self.demo.tenant is not None:
            self.demo.tenant.take_over(teams_before)

    # Requests

    def get(self, path: str, **query: str) -> Json:
        """What the page asks for."""
        found: Json = self.http.get(path, params=query).json()
        return found

    def post(self, path: str, **body: Any) -> Json:
        """What the page does."""
        self._last_in_teams = path.startswith("teams/")
        found: Json = self.http.post(f"/ui/{path}", json=body).json()
        return found

    def redeliver(self) -> None:
        """The platform sends its last request once more, byte for byte."""
        assert self.post("teams/redeliver" if self._last_in_teams else "redeliver")["ok"]
        self._come_to_rest()

    def at_once(self, *acts: Callable[[], Json]) -> list[Json]:
        """Several people act in the same instant."""
        with ThreadPoolExecutor(len(acts)) as threads:
            outcomes = [each.result() for each in [threads.submit(act) for act in acts]]
        self._come_to_rest()
        return outcomes

    def _come_to_rest(self) -> None:
        self.settle()
        looking = [one for one in self.everybody if isinstance(one, TeamsPerson)]
        before = {one.id: one.messages for one in looking}
        self.live()
        for one in looking:
            after = {each.surface: each.text.splitlines() for each in one.messages}
            for each in before[one.id]:
                gone = [line for line in each.text.splitlines() if line not in after.get(each.surface, [])]
                self.glimpsed.setdefault(one.id, []).extend(["\n".join(gone)] if gone else [])

    # Time

    @property
    def now(self) -> str:
        """The time, as stories write it."""
        return f"{self.clock.now().astimezone(LONDON):%A %Y-%m-%d %H:%M}"

    def settle(self) -> None:
        """Wait until everything is shown that is shown after a request was answered."""
        self.portal.call(self.demo.bot.background.settle)

    def live(self, within: timedelta = SOON) -> None:
        """Do what is due now and what becomes due within moments."""
        if not self.ticking:
            self.portal.call(self._live, within)

    async def _live(self, within: timedelta) -> None:
        bot = self.demo.bot
        until = self.clock.now() + within
        for _ in range(300):
            await bot.sweep()
            due = await bot.worker.run(rounds.next_moment, bot.office)
            if due is None or due > until:
                return
            self.clock.set(max(due, self.clock.now()))
        raise AssertionError("It never comes to rest.")

    def waits_for(self, seen: Callable[[], bool]) -> None:
        """With the ticker running: wait until this is seen, a second of the council's time for each change in Slack."""
        changes = self.demo.workspace.changes
        for _ in range(30):
            revision = changes.revision
            if seen():
                return
            self.clock.advance(timedelta(seconds=1))
            self.portal.call(changes.after, revision, 2.0)
        raise AssertionError("It did not come.")

    def until(self, when: str) -> None:
        """Let time pass, everything due on the way at its own time."""
        target = moment(when)
        assert target >= self.clock.now(), f"It is {self.now} already."
        self.portal.call(self.demo.machine.travel, target)
        self.live()

    # People

    def __getattr__(self, name: str) -> Person:
        """Somebody by their first name: `council.hannah`."""
        workspace: Workspace = self.__dict__["demo"].workspace
        for persona in workspace.personas.values():
            if persona.name.split()[0].lower() == name:
                return self._person(persona)
        raise AttributeError(name)

    @property
    def everybody(self) -> list[Person]:
        """All who are in the workspace."""
        return [self._person(one) for one in self.demo.workspace.personas.values()]

    def _person(self, one: Persona) -> Person:
        kind = TeamsPerson if one.view == "teams" else Person
        return kind(self, one.user_id, one.name, one.email)

    def joins(self, name: str, email: str) -> Person:
        """Somebody gets an account where people work; the council's list does not change by it."""
        view: Literal["slack", "teams"] = "slack" if self.platform == "slack" else "teams"
        persona = Persona(f"U0{name.replace(' ', '').upper()}", name, "New here", email, view=view)
        workspace, tenant = self.demo.workspace, self.demo.tenant
        workspace.personas[persona.user_id] = persona
        workspace.modals[persona.user_id] = []
        if view == "teams" and tenant is not None:
            tenant.join(persona)
            return self._person(persona)
        direct = Channel(
            f"D{persona.user_id[1:]}",
            workspace.bot_name,
            frozenset([persona.user_id]),
            workspace.seconds(),
            persona.user_id,
        )
        workspace.channels[direct.id] = direct
        return self._person(persona)

    def leaves(self, person: Person) -> None:
        """Somebody's account is taken away; the council's list does not change by it."""
        workspace, tenant = self.demo.workspace, self.demo.tenant
        if tenant is not None and person.id in tenant.members:
            tenant.leave(person.id)
        del workspace.personas[person.id], workspace.channels[person.chat]

    def imports_people(self, change: Callable[[str], str]) -> list[str]:
        """An administrator changes people.csv and imports it; what `challenge-bot people import` says."""
        file = self.folder / "people.csv"
        changed = change(file.read_text(encoding="utf-8"))
        file.write_text(changed if self.platform == "slack" else self._in_teams(changed), encoding="utf-8")
        office = self.demo.bot.office
        rows = read_people(file.read_text(encoding="utf-8"), "people.csv", office.authority, office.roles)
        told: list[str] = self.portal.call(self.demo.bot.worker.run, take_in_rows, office, rows)
        self.live()
        return told

    # The log

    def logged(self) -> list[Json]:
        """The lines of the log."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def _take_over(before: Workspace, after: Workspace) -> None:
    """Slack does not restart with the program: everything said and everybody there stays."""
    after.personas = before.personas
    after.channels = before.channels
    after.homes, after.modals = before.homes, before.modals
    after.uploads, after.files = before.uploads, before.files
    after.triggers, after.response_urls = before.triggers, before.response_urls
    after._last_ts = before._last_ts


def authority_with(*procedures: str) -> str:
    """The authority.toml of the first authority, with these procedures in place of its own."""
    own = choices.file_of(choices.names()[0], "authority.toml")
    named = ", ".join(f'"{name}"' for name in procedures)
    return re.sub(r"^procedures = .*$", f"procedures = [{named}]", own, flags=re.MULTILINE)


@contextmanager
def running(
    database_url: str,
    folder: Path,
    begins: str,
    *,
    ticking: bool = False,
    authority: str = "",
    platform: str = "slack",
    calendars: bool = False,
    mail: bool = False,
) -> Iterator[Council]:
    """A council whose program has just been started, and which has no challenge yet; with `ticking` it acts by itself.

    `authority`: one of the demo's, the first of them unless said otherwise. `platform`: slack, teams, or both, with the coordinators in Slack.
    `calendars`: everybody has one, and meetings get there. `mail`: everybody has a mailbox, to which invitations go.
    """
    with logs.put_back(), start_blocking_portal("asyncio") as portal:
        council = Council(portal, folder, database_url, begins, ticking, authority, platform, calendars, mail)
        log.configure(log_format="json", log_level="info", clock=council.clock, stream=council.log)
        council.start()
        try:
            council.live()
            yield council
        finally:
            council.stop()
            portal.call(asyncio.sleep, 0)
