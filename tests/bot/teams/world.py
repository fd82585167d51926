"""A council whose people use Teams: the whole program behind its front door, and Microsoft's side on this machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import httpx
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot.app import Bot, connect_teams, web_of
from bot.intake import Pace
from bot.settings import Settings
from commands.office import Office
from procedures import library
from procedures.authority import parse_authority, template
from procedures.clock import SetClock
from procedures.people import read_people
from storage import people
from tests.barsetshire import people_csv
from tests.bot.teams.microsoft import CLIENT, TENANT, Microsoft
from tests.commands.conftest import MONDAY, MORE, WEST
from tests.doors.front import in_memory

Json = dict[str, Any]


def entra_id(name: str) -> str:
    """Somebody's id in Microsoft Entra."""
    return str(uuid5(NAMESPACE_DNS, name))


@dataclass(frozen=True)
class Answer:
    """What an activity was answered."""

    status: int
    body: Any

    @property
    def card(self) -> Json:
        """The card of a dialog, or of an answer to a button that acts at once."""
        if "task" in self.body:
            found: Json = self.body["task"]["value"]["card"]["content"]
        else:
            found = self.body["value"]
        return found

    @property
    def text(self) -> str:
        """All that there is to read in it."""
        return "" if self.body is None else words(self.body)


class World:
    """Everybody is called by their first name, in lower case, and has a chat of their own with the bot."""

    def __init__(self, microsoft: Microsoft, bot: Bot, app: Starlette, clock: SetClock) -> None:
        self.microsoft, self.bot, self.clock = microsoft, bot, clock
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="https://challenge-bot.example"
        )
        self._number = 0

    # What people do

    async def writes(self, name: str, text: str, **more: Any) -> Answer:
        """A message in somebody's own chat."""
        answer = await self.post(self.activity(name, type="message", text=text, **more))
        await self.bot.background.settle()
        return answer

    async def opens(self, name: str, action: Mapping[str, Any], **more: Any) -> Answer:
        """A button that opens a dialog."""
        data = {key: value for key, value in action["data"].items() if key != "msteams"}
        return await self.invoke(name, "task/fetch", {"data": {"type": "task/fetch", **data}}, **more)

    async def submits(
        self, name: str, shown: Answer, title: str, values: Mapping[str, object] | None = None, **more: Any
    ) -> Answer:
        """A button of a dialog. All that stands in its inputs goes along; `values` are put in first, where there is an input for them."""
        action = button(shown.card, title)
        inputs = inputs_of(shown.card) | {
            f"in:{key}": str(value)
            for key, value in (values or {}).items()
            if f"in:{key}" in inputs_of(shown.card)
        }
        invoke = more.pop("invoke", "task/submit")
        return await self.invoke(
            name, invoke, {**more.pop("value", {}), "data": {**action["data"], **inputs}}, **more
        )

    async def presses(self, name: str, action: Mapping[str, Any], **more: Any) -> Answer:
        """A button that acts where it stands."""
        value = {
            "action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]},
            "trigger": more.pop("trigger", "manual"),
        }
        return await self.invoke(name, "adaptiveCard/action", value, **more)

    async def invoke(self, name: str, invoke: str, value: Json, **more: Any) -> Answer:
        """An invoke."""
        answer = await self.post(self.activity(name, type="invoke", name=invoke, value=value, **more))
        await self.bot.background.settle()
        return answer

    def activity(self, who: str, **more: Any) -> Json:
        """An activity of somebody's, as Teams sends it."""
        self._number += 1
        return {
            "id": f"1:{self._number}",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service,
            "timestamp": "2026-11-23T10:00:00.000Z",
            "from": {"id": f"29:{who}", "name": who.title(), "aadObjectId": entra_id(who)},
            "recipient": {"id": f"28:{CLIENT}", "name": "Challenges"},
            "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-GB",
            **more,
        }

    async def post(self, activity: Any, token: str | None = None, **headers: str) -> Answer:
        """POST /teams/messages, signed as Teams does unless another token is given; "" for none."""
        token = self.microsoft.token() if token is None else token
        given = {"content-type": "application/json; charset=utf-8", **headers}
        if token:
            given["authorization"] = f"Bearer {token}"
        content = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        answer = await self._http.post("/teams/messages", content=content, headers=given)
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = answer.text
        return Answer(answer.status_code, body)

    # What Teams shows

    def said(self, name: str) -> list[Json]:
        """What the bot has posted in somebody's own chat, or in the one that was begun with them."""
        chats = (f"a:{name}", f"a:{entra_id(name)}")
        return [call.body for call in self.microsoft.messages() if call.path.split("/")[3] in chats]

    def last(self, name: str) -> Json:
        """The card of the last message."""
        card: Json = self.said(name)[-1]["attachments"][0]["content"]
        return card

    async def passes(self, time: timedelta) -> None:
        """Time goes on, and what is due happens."""
        self.clock.set(self.clock.now() + time)
        await self.bot.sweep()

    async def close(self) -> None:
        """End."""
        await self._http.aclose()


def words(found: Any) -> str:
    """All that there is to read in a card or an answer."""
    return "\n".join(_read(found))


def _read(found: Any) -> Iterator[str]:
    if isinstance(found, Mapping):
        for name, value in found.items():
            if name in ("text", "title", "label", "value", "summary", "placeholder") and isinstance(
                value, str
            ):
                yield value
            elif name not in ("data", "serviceUrl"):
                yield from _read(value)
    elif isinstance(found, list):
        for each in found:
            yield from _read(each)


def inputs_of(found: Any) -> dict[str, str]:
    """The inputs of a card by their ids, with what stands in them."""
    if isinstance(found, Mapping):
        here = (
            {str(found["id"]): str(found.get("value", ""))}
            if str(found.get("type", "")).startswith("Input.")
            else {}
        )
        return here | {name: text for value in found.values() for name, text in inputs_of(value).items()}
    if isinstance(found, list):
        return {name: text for value in found for name, text in inputs_of(value).items()}
    return {}


def actions(found: Any) -> list[Json]:
    """Every button of a card, those behind a question among them."""
    if isinstance(found, Mapping):
        here = (
            [dict(found)]
            if str(found.get("type", "")).startswith(("Action.Submit", "Action.Execute"))
            else []
        )
        return [*here, *(each for value in found.values() for each in actions(value))]
    return [each for value in found for each in actions(value)] if isinstance(found, list) else []


def button(found: Any, title: str) -> Json:
    """The button with this title."""
    fitting = [each for each in actions(found) if each.get("title") == title]
    assert fitting, f"No “{title}” among {[each.get('title') for each in actions(found)]}"
    return fitting[0]


@asynccontextmanager
async def world(microsoft: Microsoft, *, pace: Pace | None = None, **more: Any) -> AsyncIterator[World]:
    """The program for as long as the block lasts, in memory."""
    clock = SetClock(MONDAY)
    authority = parse_authority(template() + WEST)
    office = Office(authority, library.load(authority.procedures), in_memory(), clock)
    rows = read_people(people_csv() + MORE, "people.csv", authority, office.roles)
    with office.database.write() as session:
        people.apply_people(session, rows, at=MONDAY)
        for row in rows:
            name = row.name.split()[0].lower()
            if name not in ("owen",):
                people.remember_platform_id(session, row.email, "teams", entra_id(name))
    microsoft.members.update(
        {f"29:{row.name.split()[0].lower()}": {"email": row.email, "name": row.name} for row in rows}
    )
    values: dict[str, Any] = {
        "authority": Path("authority.toml"),
        "teams_client_id": CLIENT,
        "teams_tenant_id": TENANT,
        "teams_client_secret": "the-secret",
        "teams_service_url": microsoft.service,
        "teams_login_url": microsoft.address,
        "teams_metadata_url": f"{microsoft.address}/v1/.well-known/openidconfiguration",
        **more,
    }
    settings = Settings(**values)
    async with connect_teams(settings) as teams:
        token = settings.slack_bot_token
        client = None if token is None else AsyncWebClient(token.get_secret_value(), settings.slack_api_url)
        bot = Bot(office, client, tick_seconds=60, teams=teams, first=settings.chat_first)
        app = web_of(bot, settings, ticking=False, pace=pace or Pace(burst=1_000_000))
        await teams.start()
        found = World(microsoft, bot, app, clock)
        try:
            yield found
        finally:
            await found.close()
            await bot.ticker.stop()
            await bot.background.settle()
            bot.worker.close()
