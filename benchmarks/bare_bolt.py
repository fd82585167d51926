"""The yardstick of `benchmarks.click`: a bolt handler that makes one INSERT, and nothing else."""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from benchmarks.click import SECRET, TOKEN


def main(path: str) -> None:
    """Serve at CHALLENGE_PORT, writing into the SQLite file `path`."""
    database = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE IF NOT EXISTS click (at, body)",
    ):
        database.execute(statement)

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0", bot_user_id="U0BOT", bot_id="B0", bot_token=TOKEN
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.action("press:acknowledge:0")
    async def acknowledge(ack: Any, action: dict[str, Any]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO click VALUES (?, ?)", (action["action_ts"], action["value"]))
        database.execute("COMMIT")
        await ack()

    bolt = AsyncSlackRequestHandler(app, "/slack/events")

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/healthz":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})
            return
        await bolt(scope, receive, send)

    uvicorn.run(
        serve, host="127.0.0.1", port=int(os.environ["CHALLENGE_PORT"]), log_level="error", access_log=False
    )


if __name__ == "__main__":
    main(sys.argv[1])
