"""A council whose program runs as several replicas over one database: Slack's requests go to each in turn, and all of them tick at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import uvicorn
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr

from bot import log
from bot.app import Bot, web_of
from bot.office import make_office
from bot.playground.courier import Answer, Courier
from bot.settings import Settings
from bot.slack.client import connect
from commands import rounds
from storage.keys import Keys
from tests import logs
from tests.journeys.driver import SOON, Council
from tests.playground.serving import address_of, free_socket


class InTurn(Courier):
    """Brings each request to another replica, one that is delivered again as well."""

    def __init__(self, before: Courier, urls: list[str]) -> None:
        super().__init__(urls[0], "", before._clock)
        self._secret = before._secret
        self._urls = cycle(urls)

    async def _deliver(self, body: bytes, headers: dict[str, str]) -> Answer:
        self._url = next(self._urls)
        return await super()._deliver(body, headers)


class Replicas(Council):
    """The council with three replicas. `live` and `until` have all of them look for what is due in the same instant."""

    count = 3

    def start(self) -> None:
        """Start them all."""
        super().start()
        self.bots = [self.demo.bot]
        workspace = self.demo.workspace
        for _ in range(1, self.count):
            self._urls.append(self._begin_another())
        workspace.courier = InTurn(workspace.courier, [workspace.request_url, *self._urls])
        self.demo.machine._sweep = self._all_sweep

    def restart_one(self) -> None:
        """The last replica is started anew, with the files as they are now. Requests go to the others."""
        self.bots.pop()
        self._begin_another()

    def _begin_another(self) -> str:
        bot, url = self._open.enter_context(self.portal.wrap_async_context_manager(self._another()))
        self.bots.append(bot)
        return url

    @property
    def _urls(self) -> list[str]:
        found: list[str] = self.__dict__.setdefault("urls", [])
        return found

    @asynccontextmanager
    async def _another(self) -> AsyncIterator[tuple[Bot, str]]:
        workspace, place = self.demo.workspace, free_socket()
        settings = Settings(
            database_url=self.database_url,
            authority=self.folder / "authority.toml",
            slack_bot_token=SecretStr(workspace.bot_token),
            slack_signing_secret=SecretStr(workspace.courier._secret.decode()),
            slack_api_url=f"{workspace.address}/api/",
        )
        async with connect(workspace.bot_token, settings.slack_api_url) as client:
            # The keys of this process, as the demo's are.
            bot = Bot(make_office(settings, self.clock, Keys(None)), client, tick_seconds=1)
            await bot.start()
            web = _Quiet(
                uvicorn.Config(web_of(bot, settings, ticking=False), log_config=None, access_log=False)
            )
            serving = asyncio.create_task(web.serve(sockets=[place]))
            try:
                while not web.started:
                    await asyncio.sleep(0.01)
                yield bot, f"{address_of(place)}/slack/events"
            finally:
                web.should_exit = True
                await serving
                await bot.stop()

    def settle(self) -> None:
        """Wait until every replica has shown what is shown after a request was answered."""
        for bot in self.bots:
            self.portal.call(bot.background.settle)

    async def _all_sweep(self) -> int:
        return sum(await asyncio.gather(*(bot.sweep() for bot in self.bots)))

    async def _live(self, within: timedelta = SOON) -> None:
        bot = self.bots[0]
        until = self.clock.now() + within
        for _ in range(300):
            await self._all_sweep()
            due = await bot.worker.run(rounds.next_moment, bot.office)
            if due is None or due > until:
                return
            self.clock.set(max(due, self.clock.now()))
        raise AssertionError("It never comes to rest.")


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


@contextmanager
def running(database_url: str, folder: Path, begins: str, *, count: int = 3) -> Iterator[Replicas]:
    """Three replicas that have just been started, and no challenge yet."""
    with logs.put_back(), start_blocking_portal("asyncio") as portal:
        council = Replicas(portal, folder, database_url, begins, False)
        council.count = count
        log.configure(log_format="json", log_level="info", clock=council.clock, stream=council.log)
        try:
            council.start()
            council.live()
            yield council
        finally:
            council.stop()
            portal.call(asyncio.sleep, 0)
