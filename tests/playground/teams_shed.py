"""A workspace with Teams beside Slack, and a tiny app on the real SDK behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.playground import Workspace, create_app
from bot.playground.beside import Beside
from bot.playground.teams import Login, Tenant
from bot.playground.teams.state import Post
from procedures.clock import SetClock
from tests.playground.conftest import ABOUT, ADA, BEN, Steps
from tests.playground.serving import Served, address_of, free_socket, running
from tests.playground.tiny import SECRET, TOKEN
from tests.playground.tiny_teams import PATH, TinyTeams

TENANT, CLIENT = "5f1c0f5e-7b0d-4a4e-9b8e-0d3f1c2b4a60", "0b7c9a52-64b5-4c0d-8f0e-3f6d1f2a9c11"
ADA_ID, BEN_ID = "11111111-aaaa-4bbb-8ccc-000000000001", "11111111-aaaa-4bbb-8ccc-000000000002"
MANIFEST = {
    "bots": [{"commandLists": [{"commands": [{"title": "card", "description": "Show a card"}]}]}],
    "composeExtensions": [
        {"commands": [{"id": "ask", "title": "Ask for a tool", "context": ["message", "compose"]}]}
    ],
}


@dataclass
class TeamsShed:
    """All that a test needs."""

    tenant: Tenant
    tiny: TinyTeams
    clock: SetClock
    http: httpx.Client

    def state(self, user: str = "U0ADA") -> dict[str, Any]:
        """What the page shows of Teams."""
        found: dict[str, Any] = self.http.get("/ui/state", params={"user": user}).json()["teams"]
        return found

    def post(self, path: str, user: str = "U0ADA", **body: Any) -> dict[str, Any]:
        """Do something as the page does it."""
        found: dict[str, Any] = self.http.post(f"/ui/teams/{path}", json={"user": user, **body}).json()
        return found

    def say(self, text: str, user: str = "U0ADA", **more: Any) -> dict[str, Any]:
        """Write into the personal chat, or elsewhere."""
        return self.post("say", user, text=text, **more)

    def chat(self, user: str = "U0ADA", name: str = "Tool shed") -> dict[str, Any]:
        """A chat as the page shows it."""
        found: dict[str, Any] = next(one for one in self.state(user)["chats"] if one["name"] == name)
        return found

    def last(self, user: str = "U0ADA", name: str = "Tool shed") -> dict[str, Any]:
        """The newest message."""
        found: dict[str, Any] = self.chat(user, name)["posts"][-1]
        return found

    def newest(self, user: str = "U0ADA") -> Post:
        """The newest message of the personal chat, as it is kept."""
        return self.tenant.personal(user).posts[-1]

    def dialog(self, user: str = "U0ADA") -> dict[str, Any]:
        """The open dialog."""
        found: dict[str, Any] = self.state(user)["dialog"]
        assert found is not None
        return found

    def clear(self) -> None:
        """Forget all that was said and done; time goes on, so that no rate is reached."""
        for chat in self.tenant.chats.values():
            chat.posts.clear()
            chat.read.clear()
            chat.has_bot = True
        self.tenant.dialogs.clear()
        self.tenant.faults.clear()
        self.tiny.heard.clear()
        self.tiny.release.clear()
        self.tiny.hold = 0
        self.clock.advance(timedelta(hours=1))

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx.Response:
        """Call the connector as the app does."""
        if token is None:
            form = {
                "grant_type": "client_credentials",
                "client_id": CLIENT,
                "client_secret": "tiny-secret",
                "scope": "https://api.botframework.com/.default",
            }
            token = str(self.tenant.login.token(TENANT, form)["access_token"])
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, f"/teams-connector/v3/{path}", headers=headers, **more)


@contextmanager
def open_teams_shed(clock: SetClock) -> Iterator[TeamsShed]:
    """Start the servers."""
    here, there = free_socket(), free_socket()
    workspace = Workspace(
        personas=[ADA, BEN],
        clock=clock,
        request_url=f"{address_of(there)}/slack/events",
        address=address_of(here),
        signing_secret=SECRET,
        bot_token=TOKEN,
    )
    tenant = Tenant(
        members={ADA: ADA_ID, BEN: BEN_ID},
        clock=clock,
        changes=workspace.changes,
        login=Login(tenant_id=TENANT, client_id=CLIENT, client_secret="tiny-secret"),
        address=address_of(here),
        messages_url=f"{address_of(there)}{PATH}",
        bot_name="Tool shed",
        manifest=MANIFEST,
        teams={"Workshop": ["U0ADA", "U0BEN"]},
    )
    tiny = TinyTeams(tenant.login, tenant.service_url)
    app = create_app(workspace, Steps(clock), ABOUT, beside=Beside(tenant))
    with (
        running(Served(app, here, workspace.changes.close), Served(tiny.asgi, there)),
        httpx.Client(
            base_url=workspace.address, headers={"X-Playground": "1"}, timeout=20, trust_env=False
        ) as http,
    ):
        yield TeamsShed(tenant, tiny, clock, http)
