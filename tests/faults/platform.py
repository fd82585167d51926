"""A platform that can misbehave: the few methods of Slack's Web API that delivery uses, by aiohttp, and what people have from it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiohttp import web

Json = dict[str, Any]
Fault = Callable[["Platform", web.Request, Json], Awaitable[web.StreamResponse | None]]
"""Answers a request in its own way, or None for the usual one."""


@dataclass
class Standing:
    """A message in somebody's chat."""

    channel: str
    ts: str
    key: str
    text: str
    updates: int = 0


@dataclass
class Platform:
    """Everybody whose id begins with U has an account; their chat with the program has the same id with a D."""

    now: Callable[[], float]
    token_is_good: bool = True
    chats: dict[str, list[Standing]] = field(default_factory=lambda: defaultdict(list))
    calls: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    @property
    def keys(self) -> Counter[str]:
        """How often each key stands in a chat."""
        return Counter(each.key for chat in self.chats.values() for each in chat)

    def of(self, user: str) -> list[str]:
        """The keys of somebody's messages, in the order in which they came."""
        return [each.key for each in self.chats[f"D{user[1:]}"]]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API."""
        method, given = request.match_info["method"], await _read(request)
        self.calls[method] += 1
        self.called.set()
        for fault in self.faults:
            answer = await fault(self, request, given)
            if answer is not None:
                return answer
        return self.usual(method, given)

    def usual(self, method: str, given: Json) -> web.Response:
        """What the platform says when nothing is wrong."""
        if not self.token_is_good:
            return web.json_response({"ok": False, "error": "token_revoked"})
        return web.json_response(self._methods[method](self, given))

    def _auth(self, given: Json) -> Json:
        return {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}

    def _open(self, given: Json) -> Json:
        return {"ok": True, "channel": {"id": f"D{given['users'][1:]}"}}

    def _post(self, given: Json) -> Json:
        metadata = given["metadata"]
        metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
        chat = self.chats[given["channel"]]
        ts, key = f"{self.now():.6f}{len(chat)}", metadata["event_payload"]["key"]
        chat.append(Standing(given["channel"], ts, key, given["text"]))
        return {"ok": True, "channel": given["channel"], "ts": ts}

    def _update(self, given: Json) -> Json:
        for each in self.chats[given["channel"]]:
            if each.ts == given["ts"]:
                each.updates += 1
                each.text = given["text"]
                return {"ok": True, "channel": each.channel, "ts": each.ts}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, given: Json) -> Json:
        found = [
            {
                "ts": each.ts,
                "metadata": {"event_type": "challenge_notice", "event_payload": {"key": each.key}},
            }
            for each in reversed(self.chats[given["channel"]])
            if float(each.ts) >= float(given["oldest"])
        ]
        return {"ok": True, "messages": found, "has_more": False}

    _methods: ClassVar[dict[str, Callable[[Platform, Json], Json]]] = {
        "auth.test": _auth,
        "conversations.open": _open,
        "chat.postMessage": _post,
        "chat.update": _update,
        "conversations.history": _history,
    }


async def _read(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = await request.json()
        return found
    return {**request.query, **await request.post()}


@asynccontextmanager
async def serving(platform: Platform) -> AsyncIterator[Platform]:
    """The platform at an address of its own, for as long as the block lasts."""
    app = web.Application()
    app.router.add_route("*", "/api/{method}", platform.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield platform
    finally:
        await runner.cleanup()
