"""`challenge-bot demo`: the embedded workspace and the bot in one process, on this machine only."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from bot import log
from bot.app import Bot, connect_calendars, connect_teams, make_office, slack_side, web_of
from bot.demo import choices, story
from bot.demo.choices import Story
from bot.demo.machine import MovableClock, TimeMachine
from bot.playground import server
from bot.playground.about import About, AuthorityChoice, CommandHint, StartStep
from bot.playground.beside import Beside
from bot.playground.graph import FakeGraph
from bot.playground.graph.server import create_app as create_graph
from bot.playground.outlook import Outlook
from bot.playground.people import Persona
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.slack.client import connect
from bot.staff import take_in_rows
from commands import plan_import
from commands.office import Office
from commands.registry import ALL
from procedures.clock import RunningClock, SystemClock
from procedures.people import PersonRow, read_people
from storage.keys import Keys

HOST = "127.0.0.1"
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
    choose: Callable[[str], None] | None = None,
) -> AsyncIterator[Demo]:
    """The workspace for as long as the block lasts. `port` 0 takes any that is free; `folder` holds the database.

    authority: one of `choices.names()`, the first of them unless said otherwise; an authority.toml or people.csv that is in the folder already is used in place of its own.
    calendars: everybody has a calendar, into which meetings get. clock: one that runs, set at the story's beginning, unless given. choose: called with the name of another authority that
    was chosen in the page, which offers none without it. Raises OSError when the port is taken, UnknownAuthorityError.
    """
    authority = authority or choices.names()[0]
    told = choices.story_of(authority)
    choices.put_into(folder, authority)
    listener = _listening(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    settings = _settings(address, folder, database_url, calendars=calendars)
    own = clock or RunningClock(SystemClock().now())
    office = make_office(settings, own, Keys(None))
    if clock is None:
        own.set(story.moment(office, told.begins))
    listed = (folder / "people.csv").read_text(encoding="utf-8")
    rows = read_people(listed, "people.csv", office.authority, office.roles)
    users = {row.email: row.slack_user_id or "" for row in rows}
    token, secret = settings.slack_bot_token, settings.slack_signing_secret
    if token is None or secret is None:
        raise RuntimeError("The demo makes its own token and secret.")
    async with connect(token.get_secret_value(), settings.slack_api_url) as client:
        bot = Bot(office, client, tick_seconds=TICK)
        await bot.start()
        await bot.worker.run(take_in_rows, office, rows)
        workspace = Workspace(
            personas=_personas(office, rows),
            clock=own,
            request_url=f"{address}/slack/events",
            address=address,
            signing_secret=secret.get_secret_value(),
            bot_token=token.get_secret_value(),
            team_name=office.authority.name,
            bot_name="challenge-bot",
            channels={
                told.channel.name: [
                    row.slack_user_id for row in rows if row.unit == told.channel.unit and row.slack_user_id
                ]
            },
        )
        machine = TimeMachine(office, own, bot.sweep, bot.worker.run)
        graph = FakeGraph(row.email for row in rows)
        graph.changed = workspace.changes.tell
        beside = Beside(outlook=Outlook(workspace, graph if calendars else None, None))
        connect_calendars(bot, settings)
        app = web_of(bot, settings, ticking=ticking, learning=False)
        app.mount("/graph", create_graph(graph))
        about = _about(authority, told, users, choose)
        app.mount("/", server.create_app(workspace, machine, about, choose, beside))
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
                await story.tell(office, bot.reception, machine, bot.worker.run, told, users)
            yield Demo(address, bot, workspace, machine, web, graph)
        finally:
            workspace.changes.close()
            web.should_exit = True
            await serving
            await workspace.aclose()
            await beside.aclose()
            await bot.stop()


def _take_in_plans(office: Office, content: bytes) -> None:
    with office.database.write() as session:
        plan_import.take_in(office, session, content, "plans.csv")


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


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
    async with running(port, folder, authority=authority, calendars=True, choose=chosen.append) as demo:
        if say:
            where = f"The embedded workspace is at {demo.address}  (Ctrl-C ends it; nothing is kept)"
            print(where, flush=True)  # noqa: T201
        if open_browser:
            await asyncio.to_thread(webbrowser.open, demo.address)
        while not demo.web.should_exit and not chosen:
            await asyncio.sleep(0.2)
        return int(demo.address.rpartition(":")[2]), chosen[0] if chosen else None


def _settings(address: str, folder: Path, database_url: str, *, calendars: bool) -> Settings:
    """Settings of the demo's own; none is read from the environment, so that no real token can come near it."""
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'demo.db'}",
        authority=folder / "authority.toml",
        slack_bot_token=SecretStr(f"xoxb-demo-{secrets.token_hex(12)}"),
        slack_signing_secret=SecretStr(secrets.token_hex(16)),
        slack_api_url=f"{address}/api/",
        calendars="graph" if calendars else "off",
        graph_url=f"{address}/graph",
    )


def _personas(office: Office, rows: list[PersonRow]) -> list[Persona]:
    titles: dict[str, list[str]] = {}
    for row in rows:
        unit = office.authority.unit_name(row.unit)
        titles.setdefault(row.email, []).append(f"{office.roles[row.role]}, {unit}")
    found = {
        row.email: Persona(row.slack_user_id or "", row.name, "; ".join(titles[row.email]), row.email)
        for row in rows
    }
    return list(found.values())


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
