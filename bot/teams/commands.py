"""`challenge-bot teams`: what an administrator needs for Teams."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.console import fail, faults_as_sentences, read_settings

app = typer.Typer(no_args_is_help=True, help="The app for Microsoft Teams.")


@app.callback()
def teams() -> None:
    """The app for Microsoft Teams."""


@app.command("package")
def package(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")] = Path(
        "challenge-bot-teams.zip"
    ),
    address: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Where the program is reached, such as https://bot.council.example."
        ),
    ] = "",
    about: Annotated[
        str,
        typer.Option(
            metavar="URL", help="A page of yours on how personal data is treated. Left out: the address."
        ),
    ] = "",
) -> None:
    """Write the app package that is uploaded to Teams."""
    from bot.teams.package import manifest
    from bot.teams.package import package as packed
    from procedures.authority import read_authority

    with faults_as_sentences():
        settings = read_settings()
        if settings.teams_client_id is None:
            raise fail(
                "CHALLENGE_TEAMS_CLIENT_ID is not set. It is the application (client) id on the Overview page of the app registration in Microsoft Entra."
            )
        for name, url in (("--address", address), ("--about", about or address)):
            if not _is_page(url):
                raise fail(
                    f"{name} must be an address that begins with https://, such as {name} https://bot.council.example."
                )
        authority = read_authority(settings.authority)
        content = packed(
            manifest(settings.teams_client_id, authority.name, address.rstrip("/"), _version(), about)
        )
        try:
            file.write_bytes(content)
        except OSError as error:
            raise fail(f"{file} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from None
        typer.echo(f"Wrote {file}. Upload it under Manage apps in the Teams admin centre.")


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https" and re.fullmatch(r"[a-z0-9.-]{3,253}", parts.hostname or "") is not None
        )
    except ValueError:
        return False


def _version() -> str:
    """The program's version, as a manifest wants it: three numbers."""
    found = re.match(r"\d+\.\d+\.\d+", version("challenge-bot"))
    return found[0] if found else "1.0.0"
