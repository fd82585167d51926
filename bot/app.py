"""The composition root: the one module that knows all the others and puts them together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot.background import Background
from bot.calendars.side import CalendarSide
from bot.delivery import Delivery
from bot.evidence.channel import Poster
from bot.evidence.publishing import Publisher
from bot.giving_way import Requests, after
from bot.intake import Pace
from bot.mail.calendars import Invitations
from bot.mail.server import server_of
from bot.mail.side import MailSide
from bot.office import make_office
from bot.sending import NotConnected, Sender, SendingProblem
from bot.settings import Settings, WrongSettings
from bot.slack.client import connect
from bot.slack.conversations import KeptConversations
from bot.slack.side import SlackSide
from bot.ticker import Ticker
from bot.web import create_web
from bot.worker import Worker
from commands import rounds
from commands.office import Office
from commands.reception import Reception, StrangerCard
from commands.vocabulary import Identity, Say
from procedures.clock import Clock
from storage.database import Database, DatabaseNewer
from storage.outbox import CHAT, EMAIL

if TYPE_CHECKING:
    from bot.teams.side import TeamsSide

_log = structlog.get_logger()

LAST_CALLS = 5.0
"""Seconds for messages to end in that are under way when the program ends."""
SILENT = {"slack": "slack_unreachable_at_start", "teams": "teams_unreachable_at_start"}
INTRODUCTION = 1.5
"""Seconds for asking the platform who a stranger is, out of the three that an answer may take."""


class Bot:
    """The running program behind a Slack workspace, Teams, or both: listens, ticks and delivers. Make it inside an event loop.

    client: with Slack's token, None for no Slack. teams: as `bot.teams.side.connect` gives it, None for no Teams.
    first: where somebody is written to who uses both, slack or teams.
    """

    def __init__(
        self,
        office: Office,
        client: AsyncWebClient | None,
        *,
        tick_seconds: float,
        teams: TeamsSide | None = None,
        first: str = "slack",
    ) -> None:
        self.office = office
        self.worker = Worker()
        self.background = Background()
        self.reception = Reception(office)
        name = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self.requests = Requests()
        wake: Callable[[], None] = lambda: self.ticker.wake()  # noqa: E731
        alone = office.database.is_sqlite
        self.slack: SlackSide | None = None
        if client is not None:
            self.slack = SlackSide(
                client,
                self.reception,
                self._receive,
                wake,
                self.background,
                alone=alone,
                conversations=KeptConversations(office.database, self.worker.run),
            )
        self.teams = teams
        if teams is not None:
            teams.wire(office, self.reception, self.worker.run, self._receive, wake, self.background)
        sides = {"slack": self.slack, "teams": self.teams}
        self.sides: dict[str, SlackSide | TeamsSide] = {
            name: side
            for name, side in sorted(sides.items(), key=lambda each: each[0] != first)
            if side is not None
        }
        senders: dict[str, Sender] = {name: side.sender for name, side in self.sides.items()}
        self.delivery = Delivery(
            office,
            senders,
            after(self.requests, self.worker.run),
            name,
            late=wake,
        )
        self.mail = MailSide(office, after(self.requests, self.worker.run), name, lambda: self.ticker.wake())
        self.calendars = CalendarSide(office, self.worker.run, name, lambda: self.ticker.wake())
        self.publisher: Publisher | None = None
        self.poster = Poster(office, {**senders, EMAIL: self.mail.sender}, self.worker.run)
        self._newer: str | None = None
        self._superseded = False
        self.ticker = Ticker(self._sweep_promptly, self._deliver_promptly, self._soon, tick_seconds)

    async def _receive(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """One request on a worker thread; a stranger is looked up at the platform once and, if known there, tries again."""
        with self.requests.one():
            answer = await self.worker.run(function, *arguments)
        answer = await self.calendars.with_times(self.reception, answer, arguments)
        card = answer.card if isinstance(answer, Say) else answer
        if (
            isinstance(card, StrangerCard)
            and isinstance(arguments[0], Identity)
            and await self._introduce(arguments[0])
        ):
            return await self.worker.run(function, *arguments)
        return answer

    async def _introduce(self, who: Identity) -> bool:
        side = self.sides.get(who.platform)
        try:
            async with asyncio.timeout(INTRODUCTION):
                email = None if side is None else await side.email_of(who.user_id)
        except TimeoutError:
            return False
        return bool(email) and bool(await self.worker.run(self.reception.introduce, who, email))

    async def sweep(self) -> int:
        """One pass of everything that is due: windows that ran out, digests, messages. Returns how many messages went out."""
        done = 0
        if await self._rounds():
            done = await self._send()
            if await self.calendars.go():
                done += await self._send()
        await self._prove()
        return done

    async def _sweep_promptly(self) -> int:
        done = 0
        if await self._rounds():
            self.calendars.begin()
            done = await self._send_promptly()
        await self._prove()
        return done

    async def _deliver_promptly(self) -> int:
        if self._newer is not None:
            return 0
        self.calendars.begin()
        return await self._send_promptly()

    async def _send(self) -> int:
        return sum(await asyncio.gather(self.delivery.deliver(), self.mail.delivery.deliver()))

    async def _send_promptly(self) -> int:
        return sum(
            await asyncio.gather(self.delivery.deliver_promptly(), self.mail.delivery.deliver_promptly())
        )

    async def _rounds(self) -> bool:
        """Look for what has become due; False where that is left to a newer program."""
        if not await self._may_work():
            return False
        await self.worker.run(rounds.go, self.office)
        return True

    async def _prove(self) -> None:
        """Publish the head of the audit. Trouble there must not hold up a reminder: it comes last, and ends here."""
        if self.publisher is None or self._newer is not None:
            return
        try:
            await self.worker.run(self.publisher.go)
            await self.poster.go()
        except Exception as error:  # noqa: BLE001  the next pass tries again; the truth is in the tables
            _log.error("audit_not_published", reason=type(error).__name__)

    async def _may_work(self) -> bool:
        """Leave everything to the newer programs once one of them has brought the tables up to date; say so in the log, once."""
        database = self.office.database
        newer = await self.worker.run(_newer, database)
        if newer is not None and newer != self._newer:
            _log.error("database_newer", revision=newer)
        self._newer = newer
        if newer is None and not database.is_sqlite:
            superseded = await self.worker.run(rounds.superseded, self.office)
            if superseded and not self._superseded:
                _log.warning("calendar_superseded")
            self._superseded = superseded
        return newer is None

    async def _soon(self) -> float | None:
        """In how many seconds the next message may be sent; None for none."""
        now = self.office.clock.now()
        not_before = {
            CHAT: now + timedelta(seconds=self.delivery.shut()),
            EMAIL: now + timedelta(seconds=self.mail.delivery.shut()),
        }
        moment = await self.worker.run(rounds.next_moment, self.office, not_before)
        if moment is None:
            return None
        wait = float((moment - self.office.clock.now()).total_seconds())
        return max(self.calendars.rest(), wait)

    async def start(self) -> None:
        """Bring the tables up to date and have the keys. Raises the errors of storage.database and storage.keys with their sentence."""
        database = self.office.database
        if not await self.worker.run(database.revision_is_current):
            await self.worker.run(database.migrate)
        await self.worker.run(database.settle_keys)
        if database.new_key is not None:
            _log.warning("key_file_made", key=database.new_key)

    async def check_tokens(self, app_token: str | None = None) -> None:
        """Ask each platform whether it knows us, and Slack whether Socket Mode will work where it is wanted.

        Raises WrongSettings when one refuses a token; a platform that is down is waited for.
        """
        for name, side in self.sides.items():
            try:
                await (side.check(app_token) if isinstance(side, SlackSide) else side.check())
            except NotConnected as refusal:
                raise WrongSettings([str(refusal)]) from None
            except SendingProblem:
                _log.warning(SILENT[name])

    async def stop(self) -> None:
        """End: no more ticks, what is under way is finished."""
        await self.ticker.stop()
        await asyncio.gather(self.delivery.stop(LAST_CALLS), self.mail.delivery.stop(LAST_CALLS))
        await self.calendars.stop()
        await self.background.settle()
        self.worker.close()
        self.office.database.dispose()

    def readiness(self) -> Mapping[str, Callable[[], Any]]:
        """What /readyz looks at."""
        database = self.office.database
        return {
            "database": lambda: self.worker.run(database.state),
            "migrations": lambda: self.worker.run(_state, database),
            "chat": self._reachable,
        }

    async def _reachable(self) -> bool | str:
        """Whether every platform answers; the name of one that does not, where there are two."""
        answers = await asyncio.gather(*(side.reachable() for side in self.sides.values()))
        silent = [name for name, answer in zip(self.sides, answers, strict=True) if not answer]
        return not silent if len(self.sides) < 2 or not silent else f"no_{silent[0]}"


def _state(database: Database) -> bool | str:
    if database.revision_is_current():
        return True
    return "behind" if _newer(database) is None else "newer"


def _newer(database: Database) -> str | None:
    """The revision of a database that a newer program has brought up to date."""
    try:
        database.check_revision()
    except DatabaseNewer as newer:
        return newer.revision
    return None


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Bot]:
    """A bot for as long as the block lasts, its tables up to date; nothing ticks yet. For `serve` and `sweep` alike."""
    office = make_office(settings, clock)
    async with AsyncExitStack() as stack:
        client = teams = None
        if settings.slack_bot_token is not None:
            token = settings.slack_bot_token.get_secret_value()
            client = await stack.enter_async_context(connect(token, settings.slack_api_url))
        if settings.has_teams:
            teams = await stack.enter_async_context(connect_teams(settings))
        bot = Bot(office, client, tick_seconds=settings.tick_seconds, teams=teams, first=settings.chat_first)
        try:
            connect_calendars(bot, settings)
            connect_mail(bot, settings)
            check_audit_channel(bot, settings)
            await bot.start()
            app_token = settings.slack_app_token
            await bot.check_tokens(None if app_token is None else app_token.get_secret_value())
            bot.publisher = Publisher(office, settings.audit_key_file, settings.audit_heads_file)
            yield bot
        finally:
            await bot.stop()


def connect_calendars(bot: Bot, settings: Settings) -> None:
    """Let meetings get into calendars as the settings say."""
    if settings.calendars == "graph":
        from bot.microsoft.connecting import connect_graph  # with what it loads, only where it is wanted

        connect_graph(bot.calendars, settings)
    elif settings.calendars != "off":
        channels = (EMAIL, CHAT) if settings.calendars == "mail" else (CHAT,)
        bot.calendars.connect(Invitations(bot.office, bot.worker.run, channels, settings.smtp_from or ""))


def connect_mail(bot: Bot, settings: Settings) -> None:
    """Let e-mails go out as the settings say. Raises WrongSettings where the authority wants some and there is no mail server."""
    server, authority = server_of(settings), bot.office.authority
    if server is not None:
        bot.mail.connect(server)
        return
    wanted = {
        "copies by e-mail (mail)": authority.mail.copies,
        "the audit's signed heads by e-mail (audit)": authority.audit.by_email,
    }
    faults = [
        f"{settings.authority} wants {what}, and CHALLENGE_SMTP_HOST is not set."
        for what, it_does in wanted.items()
        if it_does
    ]
    if faults:
        raise WrongSettings(faults)


def check_audit_channel(bot: Bot, settings: Settings) -> None:
    """Raises WrongSettings where the audit's heads are wanted in a channel of Slack, and Slack is not set up."""
    audit = bot.office.authority.audit
    if audit.channel is not None and not audit.by_email and bot.slack is None:
        wanted = (
            f"{settings.authority} wants the audit's signed heads in a channel of Slack (audit), and CHALLENGE_SLACK_BOT_TOKEN is not set: "
            "name an e-mail address instead, such as that of a channel in Teams."
        )
        raise WrongSettings([wanted])


def slack_side(bot: Bot) -> SlackSide:
    """The Slack side of a bot that has one, as the demo's has. Raises LookupError."""
    if bot.slack is None:
        raise LookupError("This bot has no Slack side.")
    return bot.slack


def connect_teams(settings: Settings) -> AbstractAsyncContextManager[TeamsSide]:
    """The program's side of Teams for as long as the block lasts. Microsoft's library, which is large, is loaded here and nowhere else."""
    from bot.teams.side import connect

    return connect(settings)


def web_of(
    bot: Bot,
    settings: Settings,
    *,
    ticking: bool = True,
    learning: bool = True,
    pace: Pace | None = None,
) -> Starlette:
    """The web side of a bot; `ticking`: its ticker begins with it; `learning`: it asks Slack for everybody as it begins, and once an hour.

    `pace`: how fast one person may send requests.
    """
    pace = pace or Pace()
    secret, metrics = settings.slack_signing_secret, settings.metrics_token

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if ticking:
            bot.ticker.start()
        tasks = [] if bot.slack is None else bot.slack.tasks(settings, learning=learning)
        if bot.teams is not None:
            await bot.teams.start()
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return create_web(
        slack_endpoint=None if bot.slack is None else bot.slack.endpoint(settings, pace),
        teams_endpoint=None if bot.teams is None else bot.teams.endpoint(pace),
        readiness=bot.readiness(),
        lifespan=lifespan,
        clock=bot.office.clock,
        signing_secret=None if secret is None else secret.get_secret_value(),
        pace=pace,
        metrics_token=None if metrics is None else metrics.get_secret_value(),
        too_fast=None if bot.slack is None else bot.slack.teller(),
    )
