"""`challenge-bot audit`: whether the record of every change and reading holds, the key that signs it, and the bundle that proves a challenge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import cannot_write, database_of, fail, faults_as_sentences, open_office, read_settings, who

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = typer.Typer(no_args_is_help=True, help="The record of every change and reading.")


@app.command()
def verify(
    heads: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Signed heads that were kept elsewhere; else the file that is written here."
        ),
    ] = None,
    public_key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Trust this public key (may be repeated) and no other."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Check that no row of the audit was changed, removed, reordered or put in, nor a step that it proves; status 1 when one was."""
    with faults_as_sentences():
        settings = read_settings()
        from bot.evidence.verifying import look

        with _database(settings) as database:
            found = look(database, settings, heads, public_key or [])
    if as_json:
        typer.echo(json.dumps(found.plain(), indent=2))
    else:
        for fault in (*found.faults, *found.unfit):
            typer.echo(fault, err=True)
        for sentence in found.sentences():
            typer.echo(sentence, err=found.broken is not None)
    if not found.whole:
        raise typer.Exit(1)


@app.command()
def key(
    public: Annotated[bool, typer.Option("--public", help="Print the public key, to be given away.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make another key in place of the one in use.")
    ] = False,
) -> None:
    """Make the key that signs the audit's heads, where there is none; print the fingerprint of its public half."""
    with open_office() as office:
        from bot.evidence.keys import NoKeyHere, key_here, replace_key

        path = read_settings().audit_key_file
        try:
            if replace:
                made, signed = replace_key(office, path, who())
                if not signed:
                    typer.echo(
                        "The old key was not there to sign for the new one. Tell those who hold the old public key yourself.",
                        err=True,
                    )
            else:
                made = key_here(office, path).key
        except NoKeyHere as trouble:
            raise fail(str(trouble)) from None
    typer.echo(made.public.pem if public else made.public.fingerprint, nl=not public)


@app.command()
def export(
    challenge: Annotated[str, typer.Argument(metavar="CH-1042")],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The zip to write; else its own name, here.")
    ] = None,
    reason: Annotated[
        str,
        typer.Option(help="Why, and for whom; asked for where it is left out.", prompt="Why is it exported?"),
    ] = "",
) -> None:
    """Write a bundle that proves a challenge to a court or an inspector, and write down that you did."""
    from commands.record import challenge_id

    number = challenge_id(challenge)
    if number is None:
        raise fail(f'There is no challenge "{challenge}". A reference looks like CH-1042.')
    if not reason.strip():
        raise fail("Say why it is exported: --reason TEXT. It is written down in the audit.")
    target = file or Path(f"CH-{number}-evidence.zip")
    if target.exists():
        raise fail(f"{target} is there already. Choose another name, or move it away.")
    with open_office() as office:
        from bot.evidence import bundle
        from bot.evidence.keys import NoKeyHere
        from storage.heads import NotWhole
        from storage.private_files import write_new

        key_file = read_settings().audit_key_file
        try:
            data = bundle.export(office, key_file, number, actor=who(), reason=reason.strip())
            write_new(target, data)
        except bundle.NothingToExport:
            raise fail(f"There is no challenge CH-{number}.") from None
        except NotWhole as found:
            raise fail(f"{found} Nothing can be proven by it. See docs/administrators.md.") from None
        except NoKeyHere as trouble:
            raise fail(str(trouble)) from None
        except OSError as error:
            raise cannot_write(target, error) from None
    typer.echo(f"Wrote {target}")


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The database as it is, its tables those of this program; nothing is migrated."""
    database = database_of(settings)
    try:
        database.revision()
        if not database.revision_is_current():
            raise fail(
                "The database's tables are missing or of another version, so its audit cannot be read. `challenge-bot migrate` brings them up to date."
            )
        yield database
    finally:
        database.dispose()
