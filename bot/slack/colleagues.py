"""Who of those who use the app are colleagues: no guest, nobody of another organisation that shares a channel with ours.

Slack is asked in the background: at the start for everybody it lists, later again for whoever is met. Nobody who is known waits for it.
Source: docs.slack.dev/reference/objects/user-object, docs.slack.dev/apis/slack-connect.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import Background, fault
from bot.sending import CannotDeliver, SendingProblem, TryLater
from bot.slack.client import Installation
from bot.slack.errors import Refused, answered, next_cursor

_log = structlog.get_logger()

NOT_SENT = (
    "This is the account of a guest, or of somebody in another organisation, and case detail is not sent there. Ask for a full account, or "
    "name somebody else in people.csv."
)
FRESH = 3600.0
"""Seconds for which a colleague counts as one without being asked about again; they stay one until the answer is there."""
PATIENCE = 60.0
"""Seconds until Slack is asked again about somebody who is outside, or of whom it has not told."""
FIRST_PAUSE = 0.5
PAGE = 1000
MOST = 100_000
"""People who are remembered."""


class Colleagues:
    """Remembers of each Slack user whether they are a colleague.

    client: with the bot's token. now: seconds that only go on.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        installation: Installation,
        background: Background,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._installation = installation
        self._background = background
        self._now = now
        self._known: dict[str, tuple[bool, float]] = {}
        self._asking: set[str] = set()
        self._gone: set[str] = set()
        """Those whom Slack does not know any more: why nothing can be sent to them, it says better itself."""

    def outside(self, user: str, body: Mapping[str, Any]) -> bool:
        """Whether a request comes from somebody who must be shown nothing, as far as the request and what is known tell.

        Waits for nothing: whoever was not met before is asked about meanwhile. (Whoever is not in people.csv by their Slack id is
        asked about before they are let in, by `SlackSender.email_of`.)
        """
        if self._installation.is_elsewhere(body):
            return True
        ours, until = self._known.get(user, (True, 0.0))
        if until <= self._now() and user not in self._asking:
            self._asking.add(user)
            self._background.start(self._again(user), "look up a colleague")
        return not ours

    async def check(self, user: str) -> None:
        """Before something is sent. Raises CannotDeliver for a guest or somebody of another organisation, TryLater where Slack does not say."""
        known = self._known.get(user)
        if known is None:
            await self._ask(user)
            known = self._known.get(user)
        if known is not None and not known[0] and user not in self._gone:
            raise CannotDeliver(NOT_SENT, "guest")

    async def keep_learning(self) -> None:
        """Learn again and again until cancelled; soon again after what went wrong."""
        pause = FIRST_PAUSE
        while True:
            pause = FRESH if await self.learn() else min(2 * pause, PATIENCE)
            await asyncio.sleep(pause)

    async def learn(self) -> bool:
        """Ask Slack once for everybody it lists; what goes wrong (False) is made up for person by person."""
        cursor: str | None = None
        try:
            await self._installation.identify()
            while True:
                try:
                    page = await answered(self._client.users_list(limit=PAGE, cursor=cursor))
                except TryLater as later:
                    if later.retry_after is None:
                        raise
                    await asyncio.sleep(later.retry_after)
                    continue
                members = page.get("members")
                for user in members if isinstance(members, list) else ():
                    if isinstance(user, dict):
                        self._note(str(user.get("id")), user)
                following = next_cursor(page)
                if not following:
                    return True
                if following == cursor:
                    raise TryLater  # the same page for ever
                cursor = following
        except SendingProblem as problem:
            _log.warning("slack_people_not_listed", **fault(problem))
            return False

    async def _again(self, user: str) -> None:
        try:
            await self._ask(user)
        except SendingProblem:
            ours, _ = self._known.get(user, (True, 0.0))
            self._keep(user, ours, PATIENCE)
        finally:
            self._asking.discard(user)

    async def _ask(self, user: str) -> None:
        await self._installation.identify()
        try:
            found = (await answered(self._client.users_info(user=user))).get("user")
            if not isinstance(found, dict):
                raise TryLater  # an answer of another shape says nothing of anybody
        except Refused as refusal:
            if refusal.code not in ("user_not_found", "user_not_visible"):
                raise
            found = {"deleted": True}
        self._note(user, found)

    def _note(self, user: str, found: dict[str, Any]) -> None:
        ours = self._installation.is_ours(found)
        (self._gone.add if found.get("deleted") else self._gone.discard)(user)
        self._keep(user, ours, FRESH if ours else PATIENCE)

    def _keep(self, user: str, ours: bool, seconds: float) -> None:
        if len(self._known) >= MOST and user not in self._known:
            self._known.pop(next(iter(self._known)))
        self._known[user] = (ours, self._now() + seconds)
