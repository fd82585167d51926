"""The connection to Slack's Web API: one session, one time-out, no hidden retries, and who we are there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.log import quiet_logger
from bot.sending import NotConnected
from bot.slack.errors import Refused, answered

SLACK = "https://slack.com/api/"
TIMEOUT = 10.0
CONNECT_TIMEOUT = 5.0


@asynccontextmanager
async def connect(
    token: str, api_url: str = SLACK, *, timeout: float = TIMEOUT
) -> AsyncIterator[AsyncWebClient]:
    """A client for as long as the block lasts.

    timeout: seconds for one call in all; it must be shorter than the lease of an outbox row. Nothing is retried here: the
    SDK would send a message again when a connection breaks, without looking whether it was posted.
    """
    limits = aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_TIMEOUT, timeout))
    async with aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield AsyncWebClient(
            token=token,
            base_url=api_url if api_url.endswith("/") else f"{api_url}/",
            timeout=int(timeout),
            session=session,
            logger=quiet_logger("bot.slack.web"),
            retry_handlers=[],
        )


class Installation:
    """Who the bot is in Slack: asked once (auth.test), then known."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: AuthorizeResult | None = None
        self._asking = asyncio.Lock()

    async def identify(self) -> AuthorizeResult:
        """The workspace and the bot's own ids.

        Raises NotConnected when Slack refuses the token, TryLater when Slack cannot be reached; either may be asked again.
        """
        if self._known is None:
            async with self._asking:
                self._known = self._known or await self._ask()
        return self._known

    async def check(self) -> None:
        """Ask Slack now, whatever is known: is the token still good? Raises as `identify` does."""
        self._known = await self._ask()

    def is_ours(self, user: dict[str, object]) -> bool:
        """Whether Slack's record of a user is of a colleague: no guest, no app, nobody of another organisation.

        Call `identify` first.
        """
        unwanted = ("deleted", "is_bot", "is_app_user", "is_restricted", "is_ultra_restricted", "is_stranger")
        if self._known is None or any(user.get(name) for name in unwanted):
            return False
        grid = user.get("enterprise_user")
        if self._known.enterprise_id and isinstance(grid, dict):
            return grid.get("enterprise_id") == self._known.enterprise_id
        return user.get("team_id") in (None, self._known.team_id)

    def is_elsewhere(self, body: Mapping[str, Any]) -> bool:
        """Whether a request says by itself that it comes from somebody of another organisation: their workspace is not ours.

        In Enterprise Grid a colleague may have another workspace of the same organisation; there Slack is asked about them.
        False before `identify`.
        """
        if self._known is None:
            return False
        user = body.get("user")
        team = user.get("team_id") if isinstance(user, dict) else body.get("team_id")
        if team in (None, "", self._known.team_id, self._known.enterprise_id):
            return False
        enterprise = body.get("enterprise")
        of = enterprise.get("id") if isinstance(enterprise, dict) else body.get("enterprise_id")
        return not self._known.enterprise_id or of != self._known.enterprise_id

    async def _ask(self) -> AuthorizeResult:
        try:
            answer = await answered(self._client.auth_test())
        except Refused as refusal:
            raise NotConnected(
                f"Slack does not know the bot ({refusal.code}). Install the app again."
            ) from None
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer.get("team_id"),
            bot_user_id=answer.get("user_id"),
            bot_id=answer.get("bot_id"),
            bot_token=self._client.token,
        )
