"""`challenge-bot undelivered`: what could not be delivered, and whether anything can be; for when the chat itself is what does not work."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.console import faults_as_sentences, read_settings


def undelivered(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the messages that could not be delivered, to whom, since when and why; nothing of a case. Status 1 if there are any."""
    with faults_as_sentences():
        from bot.office import make_office
        from commands.desk import SYSTEM, Desk
        from commands.undelivered import kind
        from procedures.clock import SystemClock
        from storage import problems
        from storage.undelivered import listed

        office = make_office(read_settings(), SystemClock())
        try:
            office.database.migrate()
            with office.database.read() as session:
                desk = Desk(office, session, SYSTEM)
                rows = [
                    {
                        "message": row.id,
                        "kind": kind(row),
                        "to": desk.name(row.email),
                        "since": since.astimezone(office.hours.zone).isoformat(timespec="minutes"),
                        "why": row.trouble or "",
                    }
                    for row, since in listed(session)
                ]
                refused = [
                    problem.sentence
                    for problem in problems.open_problems(session)
                    if problem.key.startswith("platform")
                ]
        finally:
            office.database.dispose()
    if as_json:
        typer.echo(json.dumps({"undelivered": rows, "trouble": refused}, indent=2))
    else:
        for sentence in refused:
            typer.echo(sentence)
        for row in rows:
            typer.echo("{since}  {kind}, for {to}. {why}".format(**row))
        if not rows and not refused:
            typer.echo("Every message has been delivered, or is still being tried.")
    if rows or refused:
        raise typer.Exit(1)
