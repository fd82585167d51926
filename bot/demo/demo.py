"""`challenge-bot demo`: the embedded workspace and the bot in one process, on this machine only."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot import log
from bot.app import Bot, connect_calendars, connect_mail, connect_teams, slack_side, web_of
from bot.demo import choices, story
from bot.demo.choices import Story
from bot.demo.machine import MovableClock, TimeMachine
from bot.demo.outside import HOST, Outside, identities, listening, persona_ids
from bot.office import make_office
from bot.playground.about import About, AuthorityChoice, CommandHint, StartStep
from bot.playground.graph import FakeGraph
from bot.playground.post_office import PostOffice
from bot.playground.teams import Tenant
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.slack.client import connect
from bot.staff import take_in_rows
from commands import plan_import
from commands.office import Office
from commands.registry import ALL
from procedures.clock import RunningClock, SystemClock
from procedures.people import read_people
from storage.keys import Keys

TICK = 1.0


@dataclass(frozen=True)
class Demo:
    """A running embedded workspace: its address, the bot behind it, the workspace and its time."""

    address: str
    bot: Bot
    workspace: Workspace
    machine: TimeMachine
    web: uvicorn.Server
    graph: FakeGraph
    """People's calendars."""
    tenant: Tenant | None
    """Teams, where there is any."""
    post: PostOffice
    """People's mailboxes."""


@asynccontextmanager
async def running(
    port: int,
    folder: Path,
    *,
    authority: str = "",
    clock: MovableClock | None = None,
    database_url: str = "",
    with_story: bool = True,
    ticking: bool = True,
    calendars: bool = False,
    mail: bool = False,
    teams: bool = False,
    choose: Callable[[str], None] | None = None,
) -> AsyncIterator[Demo]:
    """The workspace for as long as the block lasts. `port` 0 takes any that is free; `folder` holds the database.

    authority: one of `choices.names()`, the first of them unless said otherwise; an authority.toml or people.csv that is in the folder already is used in place of its own.
    calendars: everybody has a calendar, into which meetings get. mail: everybody has a mailbox, to which invitations go otherwise. teams: whoever has a teams_user_id in people.csv works in Teams. clock: one that runs, set at the story's beginning, unless given. choose: called with the name of another authority that
    was chosen in the page, which offers none without it. Raises OSError when the port is taken, UnknownAuthorityError.
    """
    authority = authority or choices.names()[0]
    told = choices.story_of(authority)
    choices.put_into(folder, authority)
    listener = listening(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    own = clock or RunningClock(SystemClock().now())
    outside = Outside(address, own, teams=teams, calendars=calendars, mail=mail)
    settings = outside.settings(folder, database_url)
    office = make_office(settings, own, Keys(None))
    if clock is None:
        own.set(story.moment(office, told.begins))
    listed = (folder / "people.csv").read_text(encoding="utf-8")
    rows = read_people(listed, "people.csv", office.authority, office.roles)
    accounts = outside.accounts(rows)
    outside.furnish(office, rows, told.channel)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(outside.aclose)
        await stack.enter_async_context(outside.post.open(outside.letter_box))
        bot = await _made(stack, office, settings)
        await bot.start()
        await bot.worker.run(take_in_rows, office, accounts)
        machine = TimeMachine(office, own, bot.sweep, bot.worker.run)
        connect_calendars(bot, settings)
        connect_mail(bot, settings)
        app = web_of(bot, settings, ticking=ticking, learning=False)
        outside.mount(app, machine, _about(authority, told, persona_ids(rows), choose), choose)
        web = _Server(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2
            )
        )
        serving = asyncio.create_task(web.serve(sockets=[listener]))
        try:
            while not web.started:
                if serving.done():
                    await serving
                await asyncio.sleep(0.01)
            await bot.check_tokens()
            await slack_side(bot).colleagues.learn()  # not before: the workspace is served here as well
            if with_story:
                await bot.worker.run(_take_in_plans, office, (folder / "plans.csv").read_bytes())
                people = identities(accounts)
                await story.tell(office, bot.reception, machine, bot.worker.run, told, people)
            yield Demo(
                address, bot, outside.workspace, machine, web, outside.graph, outside.tenant, outside.post
            )
        finally:
            outside.workspace.changes.close()
            web.should_exit = True
            await serving
            await bot.stop()


async def _made(stack: AsyncExitStack, office: Office, settings: Settings) -> Bot:
    """The bot with its connections, which end with the stack."""
    token = settings.slack_bot_token
    if token is None:
        raise RuntimeError("The demo makes its own token.")
    client = await stack.enter_async_context(connect(token.get_secret_value(), settings.slack_api_url))
    teams = await stack.enter_async_context(connect_teams(settings)) if settings.has_teams else None
    return Bot(office, client, tick_seconds=TICK, teams=teams, first=settings.chat_first)


def _take_in_plans(office: Office, content: bytes) -> None:
    with office.database.write() as session:
        plan_import.take_in(office, session, content, "plans.csv")


class _Server(uvicorn.Server):
    """Leaves signals to the demo, which may have to end while it is still telling its story."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


def run(port: int, *, authority: str = "", open_browser: bool) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises OSError when the port is taken, UnknownAuthorityError."""
    choices.story_of(authority or choices.names()[0])
    log.configure(log_format="console", log_level="warning", clock=SystemClock())
    with suppress(asyncio.CancelledError):
        asyncio.run(_run(port, authority, open_browser))


async def _run(port: int, authority: str, open_browser: bool) -> None:
    this = asyncio.current_task()
    if this is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    wanted: str | None = authority
    first = True
    while wanted is not None:
        with tempfile.TemporaryDirectory(prefix="challenge-demo-") as folder:
            port, wanted = await _one_after_another(port, Path(folder), wanted, open_browser and first, first)
        first = False


async def _one_after_another(
    port: int, folder: Path, authority: str, open_browser: bool, say: bool
) -> tuple[int, str | None]:
    """Serve one authority until another is chosen, which begins anew at the same address. Returns the port and the one chosen."""
    chosen: list[str] = []
    async with running(
        port, folder, authority=authority, calendars=True, mail=True, teams=True, choose=chosen.append
    ) as demo:
        if say:
            where = f"The embedded workspace is at {demo.address}  (Ctrl-C ends it; nothing is kept)"
            print(where, flush=True)  # noqa: T201
        if open_browser:
            await asyncio.to_thread(webbrowser.open, demo.address)
        while not demo.web.should_exit and not chosen:
            await asyncio.sleep(0.2)
        return int(demo.address.rpartition(":")[2]), chosen[0] if chosen else None


def _about(
    authority: str, told: Story, users: Mapping[str, str], choose: Callable[[str], None] | None
) -> About:
    hints = [
        CommandHint(f"/challenge {each.name} {each.usage}".strip(), each.help())
        for each in ALL
        if not each.from_button
    ]
    others = choices.names() if choose is not None else []
    return About(
        title="challenge-bot, embedded workspace",
        introduction=f"{told.about} Made-up people, the real program, nothing leaves this computer.",
        commands=(CommandHint("/challenge", "Show what you can do"), *hints),
        start_here=tuple(
            StartStep(users[each.who], each.text, each.command) for each in told.start if each.who in users
        ),  # people.csv in the folder may list others
        authorities=tuple(AuthorityChoice(name, choices.story_of(name).title) for name in others),
        authority=authority,
    )
