"""Where `challenge-bot serve` listens, or cannot."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import lean, serving
from bot.settings import Settings
from procedures.authority import template


def settings(folder: Path, port: int) -> Settings:
    (folder / "authority.toml").write_text(template(), encoding="utf-8")
    return Settings(
        authority=folder / "authority.toml",
        database_url=f"sqlite:///{folder / 'challenge.db'}",
        slack_bot_token=SecretStr("xoxb-demo-1"),
        slack_signing_secret=SecretStr("secret"),
        slack_api_url="http://127.0.0.1:9/api/",
        port=port,
    )


@pytest.mark.anyio
async def test_an_address_that_is_taken_is_found_before_anything_else_is_begun(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(OSError, match="in use") as refused,
    ):
        await serving.serve(settings(tmp_path, other.getsockname()[1]))
    assert refused.value.strerror == "Address already in use"
    assert not (tmp_path / "challenge.db").exists()


def test_what_a_start_has_loaded_is_never_looked_through_again() -> None:
    try:
        lean.collect_nothing()
        assert not gc.isenabled()
        lean.keep_what_is_loaded()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        gc.enable()


@pytest.mark.anyio
async def test_answers_leave_at_once(tmp_path: Path) -> None:
    """Whoever connects gets a connection without Nagle's algorithm, which would hold small answers back for 40 ms."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        free = place.getsockname()[1]
    listener = serving._listening(settings(tmp_path, free))
    found: list[int] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(connected, sock=listener):
        reader, writer = await asyncio.open_connection("127.0.0.1", free)
        await reader.read()
        writer.close()
    assert found == [1]
