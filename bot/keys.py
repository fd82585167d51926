"""`challenge-bot keys`: the keys that what people wrote is encrypted with."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import database_of, fail, faults_as_sentences, read_settings
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database

app = typer.Typer(no_args_is_help=True, help="The keys that what people wrote is encrypted with.")
KeyId = Annotated[
    str, typer.Argument(metavar="KEY", help="Eight letters and digits, as `keys list` shows them.")
]


@contextmanager
def _database() -> Iterator[tuple[Database, Settings]]:
    """The database, its tables up to date, with its keys."""
    from storage.narrative import Unreadable
    from storage.rotation import NotReady, NotRetirable

    with faults_as_sentences():
        settings = read_settings()
        database = database_of(settings)
        try:
            database.migrate()
            yield database, settings
        except (NotReady, NotRetirable, Unreadable) as refusal:
            raise fail(str(refusal)) from None
        finally:
            database.dispose()


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False) -> None:
    """Every key that the database knows: since when, what for, how much is encrypted with it. Never the key itself."""
    from storage.rotation import known

    with _database() as (database, settings), database.read() as session:
        found = known(session, database.keys.ring)
    if as_json:
        rows = [
            {
                "key": key.id,
                "state": key.state,
                "made_at": key.made_at.isoformat(),
                "since": key.since.isoformat(),
                "values": key.sealed,
                "in_file": key.here,
            }
            for key in found
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for key in found:
        place = "" if key.here else f", not in {settings.key_file}"
        since = f"{key.since:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{key.id}: {key.state} since {since}, {key.sealed} values encrypted with it{place}")
    if not found:
        typer.echo(
            "Nothing is encrypted yet. The first start makes a key, or `challenge-bot keys make` does."
        )


@app.command()
def make() -> None:
    """Put a new key into the key file, and make the file if there is none. `keys rotate` then brings it into use."""
    from storage.keys import KeyFile

    with faults_as_sentences():
        settings = read_settings()
        key_id = KeyFile(settings.key_file).make_key()
    typer.echo(
        f"Made the key {key_id} in {settings.key_file}. Keep a copy of this file apart from the database."
    )


@app.command()
def rotate(
    batch: Annotated[
        int, typer.Option(help="How many rows to encrypt anew at a time.", min=1, max=5000)
    ] = 200,
) -> None:
    """Change to a new key and encrypt everything anew with it, while the program runs. Broken off, say it again."""
    from procedures.clock import SystemClock
    from storage.keys import LOOK_EVERY
    from storage.rotation import go

    clock = SystemClock()

    def wait(until: datetime, why: str) -> None:
        seconds = (until - clock.now()).total_seconds()
        if why and seconds > 1:
            typer.echo(f"Waiting for {seconds:.0f} seconds: {why}.")
        time.sleep(max(0.0, seconds))

    with _database() as (database, settings):
        # On one machine every program has the same file, and reads it when it meets a key that it does not know.
        alone = database.url.drivername.startswith("sqlite")
        settle = timedelta() if alone else timedelta(seconds=2 * (settings.tick_seconds + LOOK_EVERY))
        former = go(database, clock, batch=batch, settle=settle, wait=wait, tell=typer.echo)
        typer.echo(
            f"Everything is encrypted with the key {database.keys.ring.current}. Keep a copy of {settings.key_file}."
        )
    for old in former:
        typer.echo(
            f"Nothing is encrypted with the key {old} any more but in backups of before. In ten minutes it may go: "
            f"challenge-bot keys retire {old}"
        )


@app.command()
def retire(key: KeyId) -> None:
    """Throw away a key that nothing is encrypted with any more; refused while something is."""
    from procedures.clock import SystemClock
    from storage.rotation import retire as throw_away

    with _database() as (database, settings):
        throw_away(database, key, SystemClock().now())
    typer.echo(
        f"The key {key} is no longer in {settings.key_file}. Backups of before need it: keep a copy with them."
    )
