"""What surrounds the bot in the demo: Slack's workspace, Teams' tenant, people's calendars, all with the same people."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from starlette.applications import Starlette

from bot.demo.choices import TeamChannel
from bot.playground import server
from bot.playground.about import About, TimeControls
from bot.playground.beside import Beside
from bot.playground.graph import FakeGraph
from bot.playground.graph.server import create_app as create_graph
from bot.playground.outlook import Outlook
from bot.playground.people import Persona
from bot.playground.post_office import PostOffice
from bot.playground.teams import CONNECTOR, Login, Tenant
from bot.playground.teams.login import GRAPH_SCOPE
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.teams.package import manifest
from bot.web import SLACK_PATH, TEAMS_PATH
from commands.office import Office
from commands.vocabulary import Identity
from procedures.clock import Clock
from procedures.people import PersonRow

HOST = "127.0.0.1"
BOT_NAME = "challenge-bot"
SENDER = "challenge-bot@wexborough.example"
ELSEWHERE = "https://challenge-bot.wexborough.example"
"""The address that the app's package names; nobody is there."""


class Outside:
    """Everything outside of one bot at `address`.

    teams: whoever has a teams_user_id in people.csv works in Teams. calendars: everybody has a calendar, into which meetings get.
    """

    workspace: Workspace
    graph: FakeGraph
    tenant: Tenant | None = None

    def __init__(self, address: str, clock: Clock, *, teams: bool, calendars: bool, mail: bool) -> None:
        self._address, self._clock = address, clock
        self._calendars, self._mail = calendars, mail
        self.post, self.letter_box = PostOffice(clock.now), listening(0)
        self._token, self._secret = f"xoxb-demo-{secrets.token_hex(12)}", secrets.token_hex(16)
        self._teams_secret = secrets.token_urlsafe(24)
        self._login = None
        if teams:
            self._login = Login(
                tenant_id=str(uuid4()), client_id=str(uuid4()), client_secret=self._teams_secret
            )
        self._beside = Beside()

    def settings(self, folder: Path, database_url: str) -> Settings:
        """The bot's: none is read from the environment, so that no real token can come near it."""
        teams: dict[str, Any] = {}
        if self._login is not None:
            teams = {
                "teams_client_id": self._login.client_id,
                "teams_tenant_id": self._login.tenant_id,
                "teams_client_secret": SecretStr(self._teams_secret),
                "teams_service_url": f"{self._address}/{CONNECTOR}",
                "teams_login_url": self._login.address,
                "teams_metadata_url": self._login.metadata_url,
            }
        mail: dict[str, Any] = {}
        if self._mail:
            port = self.letter_box.getsockname()[1]
            mail = {"smtp_host": HOST, "smtp_port": port, "smtp_security": "none", "smtp_from": SENDER}
        return Settings(
            database_url=database_url or f"sqlite:///{folder / 'demo.db'}",
            authority=folder / "authority.toml",
            slack_bot_token=SecretStr(self._token),
            slack_signing_secret=SecretStr(self._secret),
            slack_api_url=f"{self._address}/api/",
            calendars="graph" if self._calendars else "mail" if self._mail else "off",
            graph_url=f"{self._address}/graph",
            **teams,
            **mail,
        )

    def accounts(self, rows: Sequence[PersonRow]) -> list[PersonRow]:
        """The rows as the bot takes them in: in Teams is whoever has an account there, and everybody is in Slack where there is no Teams."""
        if self._login is None:
            return [replace(row, slack_user_id=_slack_id(row)) for row in rows]
        return [replace(row, slack_user_id=None) if row.teams_user_id else row for row in rows]

    def furnish(self, office: Office, rows: Sequence[PersonRow], channel: TeamChannel) -> None:
        """Put the people into their places; everybody has an account in Slack and, where there is Teams, one there."""
        personas = _personas(office, rows, teams=self._login is not None)
        here = [_slack_id(row) for row in rows if row.unit == channel.unit]
        self.workspace = Workspace(
            personas=list(personas.values()),
            clock=self._clock,
            request_url=f"{self._address}{SLACK_PATH}",
            address=self._address,
            signing_secret=self._secret,
            bot_token=self._token,
            team_name=office.authority.name,
            bot_name=BOT_NAME,
            channels={channel.name: here},
        )
        self.graph = FakeGraph(personas)
        self.graph.changed = self.post.changed = self.workspace.changes.tell
        if self._login is not None:
            ids = {row.email: row.teams_user_id or "" for row in rows}
            self.tenant = Tenant(
                members={persona: ids[email] for email, persona in personas.items()},
                clock=self._clock,
                changes=self.workspace.changes,
                login=self._login,
                address=self._address,
                messages_url=f"{self._address}{TEAMS_PATH}",
                bot_name=BOT_NAME,
                manifest=manifest(self._login.client_id, office.authority.name, ELSEWHERE, "1.0.0"),
                teams={office.authority.unit_name(channel.unit): here},
            )
            self.graph.ids = {one.email: one.object_id for one in self.tenant.members.values()}
            accepts = self._login.problem_with
            self.graph.accepts = lambda token: accepts(f"Bearer {token}", GRAPH_SCOPE) is None
        outlook = None
        if self._calendars or self._mail:
            graph = self.graph if self._calendars else None
            outlook = Outlook(self.workspace, graph, self.post if self._mail else None)
        self._beside = Beside(self.tenant, outlook)

    def mount(
        self, app: Starlette, time: TimeControls, about: About, choose: Callable[[str], None] | None
    ) -> None:
        """Serve it beside the bot."""
        app.mount("/graph", create_graph(self.graph))
        app.mount("/", server.create_app(self.workspace, time, about, choose, self._beside))

    async def aclose(self) -> None:
        """End all connections."""
        await self.workspace.aclose()
        await self._beside.aclose()


def listening(port: int) -> socket.socket:
    """A place of this machine to listen at; port 0 takes any that is free. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def identities(rows: Sequence[PersonRow]) -> dict[str, Identity]:
    """E-mail address → who somebody is to the bot, of `Outside.accounts`."""
    return {
        row.email: Identity("slack", row.slack_user_id)
        if row.slack_user_id
        else Identity("teams", row.teams_user_id or "")
        for row in rows
    }


def persona_ids(rows: Sequence[PersonRow]) -> dict[str, str]:
    """E-mail address → the persona's id, by which the page knows somebody."""
    return {row.email: _slack_id(row) for row in rows}


def _slack_id(row: PersonRow) -> str:
    """Somebody without an account in Slack has a made-up id, for the page."""
    handle = re.sub(r"[^A-Z0-9]", "", row.email.partition("@")[0].upper())
    return row.slack_user_id or f"U0{handle}"


def _personas(office: Office, rows: Sequence[PersonRow], *, teams: bool) -> dict[str, Persona]:
    titles: dict[str, list[str]] = {}
    for row in rows:
        unit = office.authority.unit_name(row.unit)
        titles.setdefault(row.email, []).append(f"{office.roles[row.role]}, {unit}")
    return {
        row.email: Persona(
            _slack_id(row),
            row.name,
            "; ".join(titles[row.email]),
            row.email,
            view="teams" if teams and row.teams_user_id else "slack",
        )
        for row in rows
    }
