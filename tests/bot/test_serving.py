"""`challenge-bot serve` where it cannot listen."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import serving
from bot.settings import Settings
from procedures.authority import template


@pytest.mark.anyio
async def test_an_address_that_is_taken_is_found_before_anything_else_is_begun(tmp_path: Path) -> None:
    (tmp_path / "authority.toml").write_text(template(), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = Settings(
            authority=tmp_path / "authority.toml",
            database_url=f"sqlite:///{tmp_path / 'challenge.db'}",
            slack_bot_token=SecretStr("xoxb-demo-1"),
            slack_signing_secret=SecretStr("secret"),
            slack_api_url="http://127.0.0.1:9/api/",
            port=other.getsockname()[1],
        )
        with pytest.raises(OSError, match="in use"):
            await serving.serve(settings)
    assert not (tmp_path / "challenge.db").exists()
