"""`challenge-bot migrate`, `move`, `backup` and `restore`: the database as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import fail, faults_as_sentences, read_settings
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Database

EXAMPLES = "sqlite:///challenge.db or postgresql://user:password@server/challenge"
ACTOR = "administrator"
"""Who the audit names for what is done on the command line."""


def migrate(
    to: Annotated[
        str,
        typer.Option("--to", metavar="REVISION", help="The revision to go to; base takes every table away."),
    ] = "",
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say what would be done, and do nothing; status 1 when there is something."
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Go back although that deletes what is in the tables.")
    ] = False,
) -> None:
    """Bring the database's tables up to date, as serve and sweep do by themselves; or back to an earlier revision."""
    with _database() as database:
        from storage.migrations import HEAD, REVISIONS

        wanted = to or HEAD
        if wanted not in (*REVISIONS, "base"):
            raise fail(f'There is no revision "{wanted}". There are base and {", ".join(REVISIONS)}.')
        at = database.revision()
        path = (None, *REVISIONS)
        here, there = path.index(at), 0 if wanted == "base" else path.index(wanted)
        now = "has no tables yet" if at is None else f"is at revision {at}"
        if here == there:
            typer.echo(
                f"The database {now}, as wanted: it is up to date."
                if wanted == HEAD
                else f"The database {now}, as wanted."
            )
            return
        steps = path[here + 1 : there + 1] if there > here else path[here:there:-1]
        way = (
            "up through" if there > here else "back through"
        ) + f" {', '.join(str(step) for step in steps)}"
        if check:
            typer.echo(f"The database {now}; {wanted} is wanted: it would go {way}.")
            raise typer.Exit(1)
        if there < here and not yes:
            raise fail(
                f"The database {now}. To go {way} deletes everything in the tables that are taken away: challenges, messages, the audit. "
                "Make a backup (challenge-bot backup FILE), then add --yes."
            )
        database.migrate(wanted)
        typer.echo(f"The database went {way}. It is now at {wanted}.")


def move(
    source: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help=f"The database that has the record: {EXAMPLES}.")
    ],
    target: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="The empty database that gets it.")],
) -> None:
    """Carry the whole record over to another database, SQLite or PostgreSQL, and make sure that it arrived."""
    with faults_as_sentences():
        settings = read_settings()
    with _kept(source, settings) as old, _kept(target, settings) as new:
        from storage import moving

        if old.url == new.url:
            raise fail("--from and --to name the same database. Nothing was changed.")
        for line in moving.move(old, new).lines():
            typer.echo(line)
        typer.echo(
            f"Now set CHALLENGE_DATABASE_URL to the new address and start the program. {moving.named(old)} is as it was: delete it once you are content."
        )


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to; it is replaced once the new one is whole.")
    ],
) -> None:
    """Write the whole record into one file, while the program runs. The file can be restored into SQLite and PostgreSQL."""
    with _database() as database:
        from procedures.clock import SystemClock
        from storage import audit, backups

        now = SystemClock().now()
        if database.revision() is None or not database.revision_is_current():
            raise fail(
                "The database's tables are missing or older than this program. `challenge-bot migrate` brings them up to date."
            )
        with database.write() as session:  # before it is read, so that the backup says so too
            audit.append(session, at=now, actor=ACTOR, action="backed_up", subject="database", body={})
        contents = backups.write(database, file, now)
        typer.echo(f"Wrote {file}: {contents.rows} rows, the audit up to row {contents.head.number}.")
        typer.echo(_KEYS)


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `challenge-bot backup` has written.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the record that is in the database.")
    ] = False,
) -> None:
    """Put a backup in the place of what the database holds; it is verified first. End every running program before."""
    with _database() as database:
        from procedures.clock import SystemClock
        from storage.restoring import restore as put_back

        done = put_back(database, file, SystemClock().now(), force=force)
        contents = done.contents
        typer.echo(
            f"Restored {contents.rows} rows from {file}, made at {contents.made_at:%Y-%m-%d %H:%M} UTC. The audit is whole up to row {contents.head.number}."
        )
        if done.kept is not None:
            typer.echo(f"What was there before is kept as {done.kept}.")
        typer.echo(
            f"{done.doubted} messages that were due by now are looked up in the chat before they are sent, because they may have been sent since."
        )
        typer.echo(f"The next challenge will be CH-{done.last_reference + 1}.")
        typer.echo(_keys_needed(database))


def _keys_needed(database: Database) -> str:
    """Whether the key file of the backup's time is needed. It is here, or nothing would have been restored."""
    from storage.keys import needed

    with database.read() as session:
        ids = needed(session.connection())
    if not ids:
        return "Nothing in it is encrypted: no key file is needed."
    return f"What people wrote in it is encrypted with {', '.join(ids)}: this program has the key file, and needs it from now on."


_KEYS = "Keys and settings are not in a backup: keep .env, authority.toml, your procedure files and the key files apart from it, those of the same time."


@contextmanager
def _database() -> Iterator[Database]:
    with faults_as_sentences():
        settings = read_settings()
    with _kept(settings.database_url, settings) as database:
        yield database


@contextmanager
def _kept(address: str, settings: Settings) -> Iterator[Database]:
    """A database by its address, with the keys of the settings, closed at the end; what it refuses ends the program in a sentence."""
    with faults_as_sentences():
        from storage.database import Database, LooseEnd
        from storage.keys import Keys
        from storage.moving import Refusal
        from storage.raw import UnknownTables

        database = Database(address, Keys(settings.key_file))
        try:
            yield database
        except (Refusal, UnknownTables, LooseEnd) as refusal:
            raise fail(str(refusal)) from None
        except OSError as error:
            where = "" if error.filename is None else f"{error.filename}: "
            raise fail(
                f"{where}{(error.strerror or 'unknown reason').lower()}. Nothing was changed."
            ) from None
        finally:
            database.dispose()
