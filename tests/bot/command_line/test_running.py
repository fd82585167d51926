"""`serve`, `sweep` and `demo` as programs of their own: they start, answer, refuse in one sentence, and end when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.playground import About, Persona, Workspace, create_app
from procedures.authority import template
from procedures.clock import SystemClock
from tests import leaks
from tests.barsetshire import people_csv
from tests.bot.command_line.conftest import PROGRAM, Run, refused
from tests.playground.serving import Served, address_of, free_socket, running

TOKEN, SECRET = "xoxb-demo-1234", "signing-secret-1234"
HANNAH = Persona(
    "U01HANNAH1", "Hannah Okafor", "Child protection coordinator", "hannah.okafor@barsetshire.example"
)
PATIENCE = 60
"""Seconds that a program may take to start or end on a busy machine."""


class RealTime:
    """The workspace's time is the computer's own: it cannot be moved."""

    def now(self) -> datetime:
        return SystemClock().now()

    async def move(self, step: str) -> str:
        return self.describe()

    def describe(self) -> str:
        return f"{self.now():%A %H:%M}"


@dataclass
class Program:
    """A program that runs beside us. It is ended with the test, however the test ends."""

    process: subprocess.Popen[str]
    errors: Path
    lines: list[str] = field(default_factory=list)

    def first_line(self) -> str:
        """The first line that it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.errors.read_text(encoding="utf-8")
        return line

    def told(self, number: int) -> tuple[int, str]:
        """Send a signal; the status with which it ends, and what it said on standard error."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE), self.errors.read_text(encoding="utf-8")

    def listens_at(self) -> set[str]:
        """The addresses at which it, and whatever it started, waits for connections."""
        every = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        found = [
            one for each in every for one in each.net_connections("inet") if one.status == psutil.CONN_LISTEN
        ]
        return {one.laddr.ip for one in found}


@contextmanager
def started(folder: Path, *words: str, temporary: str = "", **settings: str) -> Iterator[Program]:
    """The installed program, with these settings and no others. `temporary`: where its temporary files go."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("CHALLENGE_")}
    environ |= {f"CHALLENGE_{name.upper()}": text for name, text in settings.items()}
    if temporary:
        environ["TMPDIR"] = temporary
    errors = folder / "errors.txt"
    with errors.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [PROGRAM, *words], stdout=subprocess.PIPE, stderr=file, text=True, cwd=folder, env=environ
        )
    try:
        yield Program(process, errors)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        leaks.look(errors.read_text(encoding="utf-8"))


def answered(client: httpx.Client, path: str, process: subprocess.Popen[str]) -> httpx.Response:
    """What is answered once the program listens."""
    until = time.monotonic() + PATIENCE  # how long a program takes to start is real time
    while True:
        try:
            return client.get(path)
        except httpx.TransportError:
            assert time.monotonic() < until, "it does not listen"
            still_running(process)


def still_running(process: subprocess.Popen[str]) -> None:
    """Let the program go on for a moment; it must not end in it."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.1)


@pytest.fixture
def slack() -> Iterator[tuple[Workspace, int]]:
    """The embedded workspace in the place of Slack, and a free port for the bot that it calls."""
    here, there = free_socket(), free_socket()
    port = there.getsockname()[1]
    there.close()
    workspace = Workspace(
        personas=[HANNAH],
        clock=SystemClock(),
        request_url=f"http://127.0.0.1:{port}/slack/events",
        address=address_of(here),
        signing_secret=SECRET,
        bot_token=TOKEN,
    )
    with running(Served(create_app(workspace, RealTime(), About()), here, workspace.changes.close)):
        yield workspace, port


@pytest.fixture
def council(tmp_path: Path) -> Path:
    """A folder with an authority in it."""
    (tmp_path / "authority.toml").write_text(template(), encoding="utf-8")
    (tmp_path / "people.csv").write_text(people_csv(), encoding="utf-8")
    return tmp_path


def signed(body: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A request's text and headers as Slack signs them."""
    text, now = urlencode(body), str(int(SystemClock().now().timestamp()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=text)
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": str(signature)}
    return text, headers | {"Content-Type": "application/x-www-form-urlencoded"}


# --- serve --------------------------------------------------------------------------------------------------------------


def test_serve_starts_answers_and_ends_when_told(
    run: Run, council: Path, slack: tuple[Workspace, int]
) -> None:
    workspace, port = slack
    assert run("people", "import", "people.csv").status == 0
    settings = {
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": f"{workspace.address}/api/",
        "port": str(port),
    }
    with (
        started(council, "serve", **settings) as program,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
    ):
        assert answered(client, "/healthz", program.process).status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (
            200,
            {"database": "ok", "migrations": "ok", "chat": "ok"},
        )
        body = {
            "token": "x",
            "team_id": "T0DEMO0TEAM",
            "user_id": HANNAH.user_id,
            "channel_id": workspace.direct(HANNAH.user_id).id,
            "command": "/challenge",
            "text": "due 2026-12-18 5",
            "trigger_id": "1.2.3",
            "response_url": f"{workspace.address}/response/none",
            "api_app_id": "A0DEMO0APP",
        }
        text, headers = signed(body)
        answer = client.post("/slack/events", content=text, headers=headers)
        assert answer.status_code == 200
        assert "Due Tuesday 29 December 2026" in answer.text
        wrong = client.post("/slack/events", content=text, headers=headers | {"X-Slack-Signature": "v0=0"})
        assert wrong.status_code == 401
        assert program.listens_at() == {"127.0.0.1"}
        status, log = program.told(signal.SIGTERM)
    assert status == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert "serving" in [line["event"] for line in lines]
    assert not {"error", "critical"} & {line["level"] for line in lines}
    for hidden in (TOKEN, SECRET, "due 2026-12-18", "Hannah"):
        assert hidden not in log


def test_ctrl_c_ends_serve_as_well(council: Path, slack: tuple[Workspace, int]) -> None:
    workspace, port = slack
    settings = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET, "port": str(port)}
    with (
        started(council, "serve", slack_api_url=f"{workspace.address}/api/", **settings) as program,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
    ):
        assert answered(client, "/healthz", program.process).status_code == 200
        status, log = program.told(signal.SIGINT)
    assert status == 0
    assert "Traceback" not in log


NEEDED_ELSEWHERE = {
    "alembic": "only tables that are not up to date need it",
    "babel": "the dates in Welsh come from a table of ours",
    "cryptography.hazmat.primitives.serialization": "the key files have one form, which we read ourselves",
    "docx": "documents alone",
    "docxtpl": "documents alone",
    "httpx": "only Microsoft's services are asked with it",
    "icalendar": "calendar entries alone",
    "jinja2": "documents alone",
    "lxml": "documents alone",
    "matplotlib": "pictures alone",
    "microsoft_teams": "Teams alone, once it is set up",
    "msal": "Microsoft's services alone, once they are set up",
    "psycopg": "PostgreSQL alone",
    "rich.console": "the command line's help alone",
    "slack_bolt.adapter.socket_mode": "Socket Mode alone",
    "sqlalchemy.dialects.postgresql": "PostgreSQL alone; an Index(postgresql_where=…) loads it, `partial` does not",
    "typer": "the other commands alone",
}
"""What `serve` on SQLite with Slack by HTTP must not load, and why not: a start under 2 s and 120 MB has no room for it."""


def test_serve_loads_nothing_that_it_does_not_need(
    run: Run, council: Path, slack: tuple[Workspace, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, port = slack
    assert run("people", "import", "people.csv").status == 0
    settings = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET, "port": str(port)}
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    with (
        started(council, "serve", slack_api_url=f"{workspace.address}/api/", **settings) as program,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
    ):
        assert answered(client, "/readyz", program.process).status_code == 200
        status, written = program.told(signal.SIGTERM)
    assert status == 0
    loaded = {line.rpartition("|")[2].strip() for line in written.splitlines() if "import time:" in line}
    assert {"bot.serving", "slack_bolt", "sqlalchemy.dialects.sqlite"} <= loaded
    found = [
        f"{name} ({why})"
        for name, why in NEEDED_ELSEWHERE.items()
        if any(each == name or each.startswith(f"{name}.") for each in loaded)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"slack_bot_token": "xoxb-demo-wrong", "slack_signing_secret": SECRET},
            "Slack does not accept the bot's token (invalid_auth). Set CHALLENGE_SLACK_BOT_TOKEN to the Bot User OAuth Token "
            "that the app's page shows under OAuth & Permissions.",
        ),
        (
            {"slack_bot_token": TOKEN, "slack_app_token": "xapp-wrong"},
            "Slack does not accept CHALLENGE_SLACK_APP_TOKEN. It must be an app-level token (xapp-…) with the scope "
            "connections:write, and Socket Mode must be switched on for the app.",
        ),
    ],
)
def test_a_token_that_slack_refuses_ends_the_start_with_one_sentence(
    run: Run, council: Path, slack: tuple[Workspace, int], settings: dict[str, str], sentence: str
) -> None:
    workspace, port = slack
    ran = run("serve", slack_api_url=f"{workspace.address}/api/", port=str(port), **settings)
    assert (ran.status, ran.out) == (1, "")
    *made, said = ran.err.splitlines()
    assert [line for line in made if "_made" not in line] == []  # the keys of the first start
    assert said.startswith(sentence)


def test_a_port_that_is_taken_ends_the_start_with_one_sentence(run: Run, council: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        tokens = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET}
        refused(
            run("serve", port=str(port), **tokens),
            f"Cannot listen at 127.0.0.1:{port}: address already in use. Set CHALLENGE_HOST or CHALLENGE_PORT.",
        )


# --- sweep --------------------------------------------------------------------------------------------------------------------


def test_a_sweep_with_nothing_due_says_so_and_ends(
    run: Run, council: Path, slack: tuple[Workspace, int]
) -> None:
    workspace, _ = slack
    tokens = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET}
    ran = run("sweep", slack_api_url=f"{workspace.address}/api/", **tokens)
    assert (ran.status, ran.out) == (0, "0 messages sent or redrawn.\n")
    assert [json.loads(line)["event"] for line in ran.err.splitlines()] == [
        "key_file_made",
        "audit_key_made",
        "audit_head_signed",
    ]


# --- demo -------------------------------------------------------------------------------------------------------------------------


def test_the_demo_starts_stays_on_this_machine_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    real = {
        "slack_bot_token": "xoxb-real-token",
        "slack_signing_secret": "real",
        "database_url": "sqlite:///real.db",
    }
    with started(tmp_path, "demo", "--port", "0", **real) as program:
        address = re.search(r"http://127\.0\.0\.1:\d+", program.first_line())
        assert address is not None
        with httpx.Client(base_url=address[0], timeout=10, trust_env=False) as client:
            assert client.get("/healthz").status_code == 200
            assert "text/html" in client.get("/").headers["content-type"]
            people = client.get("/ui/state").json()
            assert "Hannah Okafor" in json.dumps(people)
            assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
            refusal = client.post(
                "/api/auth.test", headers={"Authorization": "Bearer xoxb-real-token"}
            ).json()
            assert refusal == {"ok": False, "error": "invalid_auth"}
        assert program.listens_at() == {"127.0.0.1"}
        status, said = program.told(signal.SIGINT)
    assert (status, said) == (0, "")
    assert not (tmp_path / "real.db").exists()


def test_the_demo_begins_anew_at_the_same_address_with_the_authority_that_is_chosen(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--port", "0", "--authority", "newcastle") as program:
        address = re.search(r"http://127\.0\.0\.1:\d+", program.first_line())
        assert address is not None
        with httpx.Client(
            base_url=address[0], timeout=10, trust_env=False, headers={"X-Playground": "1"}
        ) as client:
            about = client.get("/ui/state").json()["about"]
            assert about["authority"] == "newcastle"
            assert len(about["authorities"]) == 5
            assert client.post("/ui/authority", json={"name": "nowhere"}).status_code == 404
            assert client.post("/ui/authority", json={"name": "calderdale"}).json()["ok"]
            while (present := _authority(client)) != "calderdale":
                assert present in ("", "newcastle")
                still_running(program.process)
        status, said = program.told(signal.SIGINT)
    assert (status, said) == (0, "")


def _authority(client: httpx.Client) -> str:
    """The authority of the workspace; none while it begins anew."""
    try:
        name: str = client.get("/ui/state").json()["about"]["authority"]
    except httpx.TransportError:
        return ""
    return name


def test_the_demo_refuses_an_authority_that_it_does_not_have(run: Run) -> None:
    refused(
        run("demo", "--authority", "bradfrod"),
        'The demo has no authority "bradfrod". Did you mean "bradford"?',
    )


def test_the_demo_refuses_a_port_that_is_taken(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused(
            run("demo", "--port", str(port)),
            f"Cannot listen at 127.0.0.1:{port}: address already in use. Choose another with PORT=… or --port.",
        )


def test_the_demo_ends_when_told_while_it_is_still_telling_its_story(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    with started(tmp_path, "demo", "--port", "0", temporary=str(folder)) as program:
        while not list(folder.glob("challenge-demo-*/demo.db")):
            still_running(program.process)
        status, said = program.told(signal.SIGTERM)
    assert (status, said) == (0, "")
    assert list(folder.iterdir()) == []
