"""Every setting is set, the program crashes, and nothing that it writes holds a secret."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from bot import __main__, app
from bot.settings import Settings, load
from procedures.authority import template

MARK = "verysecret4711"
TOKENS = {"slack_bot_token": f"xoxb-{MARK}", "slack_app_token": f"xapp-{MARK}"}


def is_secret(name: str) -> bool:
    """Whether a setting holds a secret, by its type."""
    kind = Settings.model_fields[name].annotation
    return SecretStr in (kind, *get_args(kind))


def everything(folder: Path, **more: str) -> dict[str, str]:
    """An environment in which every secret is set, and all else that a start needs."""
    (folder / "authority.toml").write_text(template(), encoding="utf-8")
    secrets = {name: TOKENS.get(name, MARK) for name in Settings.model_fields if is_secret(name)}
    values = {
        **secrets,
        "authority": str(folder / "authority.toml"),
        "slack_api_url": "http://127.0.0.1:9/",
        "teams_client_id": "0a1b2c3d-0000-4000-8000-00000000000f",
        "teams_tenant_id": "0a1b2c3d-0000-4000-8000-00000000000e",
        "teams_login_url": "http://127.0.0.1:9",
        **more,
    }
    return {f"CHALLENGE_{name.upper()}": value for name, value in values.items()}


def crashes(folder: Path, environment: dict[str, str], prepare: Callable[[], None]) -> str:
    """`challenge-bot serve` in a process of its own, which must end with a fault; all that it wrote."""
    written = folder / "written.txt"
    child = os.fork()  # everything is loaded here already, so that this takes a moment and not two seconds
    if child == 0:
        with written.open("w", encoding="utf-8") as file:
            sys.stdout = sys.stderr = file
            os.environ.update(environment)
            sys.argv = ["challenge-bot", "serve"]
            status = 0
            try:
                prepare()
                __main__.main()
            except SystemExit as end:
                status = int(end.code or 0)
            except BaseException:  # noqa: BLE001  as the interpreter itself would
                sys.excepthook(*sys.exc_info())
                status = 1
            file.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    return written.read_text(encoding="utf-8")


def test_what_sounds_like_a_secret_is_kept_as_one() -> None:
    named = {name for name in Settings.model_fields if re.search(r"token|secret|password", name)}
    assert named == {name for name in Settings.model_fields if is_secret(name)}
    assert len(named) >= 4


def test_a_crash_writes_no_secret_even_where_its_message_holds_one(tmp_path: Path) -> None:
    environment = everything(tmp_path, database_url=f"sqlite:///{tmp_path / 'challenge.db'}")
    loaded = load(environment)

    async def fails(self: Any) -> None:
        held = loaded.slack_bot_token
        raise RuntimeError(f"{loaded!r} {held and held.get_secret_value()} in {environment}")

    def break_it() -> None:
        app.Bot.start = fails  # type: ignore[method-assign]

    written = crashes(tmp_path, environment, break_it)
    assert "RuntimeError" in written
    assert MARK not in written


def test_a_database_that_cannot_be_had_is_named_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://ada:{MARK}@127.0.0.1:9/challenge"
    written = crashes(tmp_path, everything(tmp_path, database_url=address), lambda: None)
    assert "127.0.0.1" in written
    assert MARK not in written


def test_settings_do_not_print_their_secrets_nor_do_traces_with_their_locals(tmp_path: Path) -> None:
    settings = load(everything(tmp_path, database_url=f"postgresql://ada:{MARK}@127.0.0.1:9/challenge"))

    def fails(settings: Settings) -> None:
        raise RuntimeError("It fails.")

    with pytest.raises(RuntimeError) as caught:
        fails(settings)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True, limit=-1)
    assert MARK not in f"{settings!r} {settings} {''.join(shown.format())}"
