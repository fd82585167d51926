"""Three programs of their own, started in the same instant on a PostgreSQL that has no tables yet."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path

import httpx

from bot.playground import Workspace
from procedures.authority import template
from tests.barsetshire import people_csv
from tests.bot.command_line.conftest import Run, run
from tests.bot.command_line.test_running import HANNAH, SECRET, TOKEN, answered, signed, slack, started
from tests.bot.conftest import put_log_back
from tests.playground.serving import free_socket

__all__ = ["put_log_back", "run", "slack"]


def test_three_are_started_at_once_each_answers_and_one_that_is_killed_holds_up_nobody(
    run: Run, slack: tuple[Workspace, int], empty_postgres_url: str, tmp_path: Path
) -> None:
    workspace, _ = slack
    settings = {
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": f"{workspace.address}/api/",
        "database_url": empty_postgres_url,
        "authority": str(tmp_path / "authority.toml"),
    }
    (tmp_path / "authority.toml").write_text(template(), encoding="utf-8")
    (tmp_path / "people.csv").write_text(people_csv(), encoding="utf-8")
    body = {
        "token": "x",
        "team_id": "T0DEMO0TEAM",
        "user_id": HANNAH.user_id,
        "channel_id": workspace.direct(HANNAH.user_id).id,
        "command": "/challenge",
        "text": "list mine",
        "trigger_id": "1.2.3",
        "response_url": f"{workspace.address}/response/none",
        "api_app_id": "A0DEMO0APP",
    }
    with ExitStack() as stack:
        programs, clients = [], []
        for number in range(3):
            folder = tmp_path / str(number)
            folder.mkdir()
            place = free_socket()
            port = place.getsockname()[1]
            place.close()
            programs.append(stack.enter_context(started(folder, "serve", port=str(port), **settings)))
            clients.append(
                stack.enter_context(
                    httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)
                )
            )
        for program, client in zip(programs, clients, strict=True):
            answered(client, "/healthz", program.process)
            assert client.get("/readyz").json()["checks"] == {
                "database": "ok",
                "migrations": "ok",
                "chat": "ok",
            }
        assert run("people", "import", "people.csv", database_url=empty_postgres_url).status == 0
        programs[0].process.send_signal(signal.SIGKILL)
        programs[0].process.wait()
        for program, client in list(zip(programs, clients, strict=True))[1:]:
            text, headers = signed(body)
            answer = client.post("/slack/events", content=text, headers=headers)
            assert answer.status_code == 200
            assert "open" in answer.text
            assert "not on" not in answer.text
            status, log = program.told(signal.SIGTERM)
            assert status == 0
            assert '"level":"error"' not in log.replace(" ", "")
