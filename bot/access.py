"""`challenge-bot access`: who may what, and who has read what in an emergency."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console import fail, faults_as_sentences, read_settings

if TYPE_CHECKING:
    from commands.access_lines import Line
    from procedures.authority import Authority
    from procedures.schema import Procedure

app = typer.Typer(help="Who may what, and who has read a record in an emergency.")
WIDTH = 110

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@app.callback(invoke_without_command=True)
def access(
    context: typer.Context,
    procedure: Annotated[str, typer.Option(help="One procedure alone, by its name.")] = "",
    command: Annotated[str, typer.Option(help="One command alone, such as schedule.")] = "",
    role: Annotated[str, typer.Option(help="Only what the holders of one role may.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show who may what: every command, at every stage, as the program itself decides it."""
    if context.invoked_subcommand is not None:
        return
    from commands.access_lines import lines

    with faults_as_sentences():
        authority, books = _files(procedure)
        _check(books, command, role)
        found = [line for each in books for line in lines(each, authority, command, role)]
    if as_json:
        rows = [row for line in found for row in as_rows(line, authority, role)]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for each in books:
        typer.echo(f"{each.title} ({each.id})")
        told = [*as_text(each, [line for line in found if line.procedure is each])]
        typer.echo("\n".join(told or ["  nothing of this here"]))
        typer.echo()


@app.command("log")
def log(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days back.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Count the readings in an emergency, and list them: when, who and which record. Why stands in the audit."""
    with faults_as_sentences():
        from bot.office import make_office
        from procedures.clock import SystemClock
        from storage import emergencies, roster

        office = make_office(read_settings(), SystemClock())
        try:
            office.database.migrate()
            with office.database.read() as session:
                found = emergencies.since(session, office.clock.now() - timedelta(days=days))
                names = roster.names(session)
        finally:
            office.database.dispose()
    rows = [
        {
            "at": each.at.astimezone(office.hours.zone).isoformat(timespec="minutes"),
            "by": each.by,
            "challenge": f"CH-{each.challenge_id}",
        }
        for each in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    count = {1: "One record was"}.get(len(rows), f"{len(rows) or 'No'} records were")
    when = "day" if days == 1 else f"{days} days"
    typer.echo(f"{count} read in an emergency in the last {when}.")
    for row in rows:
        typer.echo(f"{row['at']}  {row['challenge']}  {names.get(row['by'], row['by'])} ({row['by']})")


def as_rows(line: Line, authority: Authority, role: str = "") -> Iterator[dict[str, Any]]:
    """A line of the table for programs: for each stage, who may, and the answer for everybody who may stand there in some way."""
    from commands.access import allowed, positions

    for place in line.places:
        yield {
            "procedure": line.procedure.id,
            "command": line.use.command,
            "what": line.use.what,
            "stage": place.id if line.use.staged else "",
            "who": list(line.who),
            "allowed": {
                each.id: allowed(line.use, authority, place, each)
                for each in positions(place)
                if not role or each.role == role
            },
        }


def as_text(procedure: Procedure, lines: list[Line]) -> Iterator[str]:
    """The lines of one procedure for people: the command, where, and who."""
    from commands.access_lines import words

    before = ""
    for line in lines:
        title = "" if line.use.title == before else line.use.title
        before = line.use.title
        who = words(procedure, line.who, _role_name)
        text = f"{line.where}: {who}" if line.where not in ("", "everywhere") else who
        first, *rest = textwrap.wrap(text, WIDTH - 24, break_long_words=False, break_on_hyphens=False)
        yield f"  {title:<21} {first}"
        yield from (f"{'':<24}{each}" for each in rest)


def _role_name(role: str) -> str:
    return role.replace("_", " ")


def _files(procedure: str) -> tuple[Authority, list[Procedure]]:
    """The authority of the settings, with its procedures or the one that is named."""
    from bot.settings import WrongSettings, no_authority
    from procedures import library
    from procedures.authority import read_authority

    settings = read_settings()
    if not settings.authority.is_file():
        raise WrongSettings([no_authority(settings)])
    authority = read_authority(settings.authority)
    names = [procedure] if procedure else authority.procedures
    return authority, list(library.load(names, settings.authority.parent).in_use)


def _check(books: list[Procedure], command: str, role: str) -> None:
    from commands.access import USES
    from procedures.faults import did_you_mean

    commands = list(dict.fromkeys(use.command for use in USES))
    if command and command not in commands:
        raise fail(f'There is no command "{command}". {did_you_mean(command, commands, noun="Commands")}')
    roles = list(dict.fromkeys(["administrator", *(each for book in books for each in book.role)]))
    if role and role not in roles:
        raise fail(f'There is no role "{role}". {did_you_mean(role, roles, noun="Roles")}')
