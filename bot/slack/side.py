"""Everything of Slack, put together: for as long as the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Run
from bot.background import Background
from bot.guard import ASGIApp
from bot.intake import Pace
from bot.sending import SendingProblem
from bot.settings import Settings
from bot.slack.client import Installation
from bot.slack.colleagues import Colleagues
from bot.slack.conversations import Conversations
from bot.slack.flood import slowing, teller
from bot.slack.listen import check_app_token, create_bolt, endpoint, keep_socket
from bot.slack.screen import Screen
from bot.slack.send import SlackSender
from bot.slack.shape import shaped
from commands.reception import Receives


class SlackSide:
    """The program's side of one Slack workspace.

    receive: `await receive(function, *arguments)` asks the reception on a worker thread; after: wakes the delivery; alone: no other
    replica answers requests; conversations: where the ids of direct messages are kept.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        reception: Receives,
        receive: Run,
        after: Callable[[], None],
        background: Background,
        *,
        alone: bool,
        conversations: Conversations | None = None,
    ) -> None:
        self.client = client
        self.background = background
        self.installation = Installation(client)
        self.colleagues = Colleagues(client, self.installation, background)
        self.sender = SlackSender(client, self.installation, self.colleagues.check, conversations)
        self.screen = Screen(client)
        self.bolt = create_bolt(
            reception,
            receive,
            after,
            client,
            installation=self.installation,
            background=background,
            outside=self.colleagues.outside,
            alone=alone,
        )

    async def check(self, app_token: str | None = None) -> None:
        """Ask Slack who we are, and whether Socket Mode will work where it is wanted. Raises NotConnected, TryLater."""
        await self.installation.identify()
        if app_token is not None:
            await check_app_token(self.client, app_token)

    async def reachable(self) -> bool:
        """Whether Slack answers and accepts the token at this moment."""
        return await self.sender.reachable()

    async def email_of(self, user_id: str) -> str | None:
        """The address of a colleague; None for anybody else, and where Slack does not say."""
        try:
            return await self.sender.email_of(user_id)
        except SendingProblem:
            return None

    def endpoint(self, settings: Settings, pace: Pace) -> ASGIApp | None:
        """The ASGI application for POST /slack/events, for requests whose signature was verified; None in Socket Mode."""
        if settings.slack_app_token is None:
            return endpoint(self.bolt)
        self.bolt.use(shaped)
        self.bolt.use(slowing(pace, self.screen, self.background))
        return None

    def teller(self) -> Callable[[bytes], Awaitable[bytes]]:
        """What somebody is told whose requests come faster than people send them."""
        return teller(self.screen, self.background)

    def tasks(self, settings: Settings, *, learning: bool) -> list[asyncio.Task[None]]:
        """What goes on for as long as requests are served: asking Slack for everybody, and Socket Mode."""
        tasks = [asyncio.create_task(self.colleagues.keep_learning())] if learning else []
        if settings.slack_app_token is not None:
            app_token = settings.slack_app_token.get_secret_value()
            tasks.append(asyncio.create_task(keep_socket(self.bolt, app_token)))
        return tasks
