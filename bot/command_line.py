"""The command line of `challenge-bot`. Sentences go to standard error and end with status 1; what a program reads is on standard output."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot import access, audit, databases, keys, papers, plans, procedure_files, records
from bot import undelivered as undelivered_messages
from bot.console import fail, faults_as_sentences, read_settings
from bot.mail import command_line as mail
from bot.settings import Settings, WrongSettings, table
from bot.start import serve
from bot.teams import commands as teams
from procedures.faults import did_you_mean
from procedures.workdays import Nation

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Challenges answered in time.",
)
people_app = typer.Typer(no_args_is_help=True, help="Who works here and which roles they hold.")
app.add_typer(people_app, name="people")
app.add_typer(plans.app, name="plans")
app.add_typer(procedure_files.app, name="procedures")
app.add_typer(audit.app, name="audit")
app.add_typer(papers.app, name="documents")
app.add_typer(keys.app, name="keys")
app.add_typer(records.app, name="records")
app.add_typer(access.app, name="access")
app.add_typer(mail.app, name="mail")
app.add_typer(teams.app, name="teams")
app.command()(serve)
app.command("report")(papers.report)
for work in (databases.migrate, databases.move, databases.backup, databases.restore):
    app.command()(work)
app.command("undelivered")(undelivered_messages.undelivered)

MOST = 260
"""Working days that can be counted at once: about a year."""

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


# --- running ---------------------------------------------------------------------------------------------------------


@app.command()
def sweep() -> None:
    """Do one pass of everything that is due, and end; for those who prefer their own timer."""
    with faults_as_sentences():
        settings = read_settings()
        from bot.serving import sweep as run

        count = asyncio.run(run(settings))
        typer.echo(f"{count} message{'' if count == 1 else 's'} sent or redrawn.")


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port on this machine.", min=0, max=65535)] = 8730,
    authority: Annotated[
        str, typer.Option(help="Whose procedure; left out, the first. Another can be chosen in the page.")
    ] = "",
    open_: Annotated[
        bool, typer.Option("--open", help="Open it in the browser, where there is one.")
    ] = False,
) -> None:
    """Try everything in an embedded workspace: made-up people, no account, nothing kept."""
    from bot.demo.choices import UnknownAuthorityError
    from bot.demo.demo import run

    with faults_as_sentences():
        try:
            run(port, authority=authority, open_browser=open_)
        except KeyboardInterrupt:
            return
        except UnknownAuthorityError as unknown:
            raise fail(str(unknown)) from None
        except OSError as error:
            raise fail(
                f"Cannot listen at 127.0.0.1:{port}: {(error.strerror or 'unknown reason').lower()}. Choose another with PORT=… or --port."
            ) from None


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List every setting: what it means, its default, whether it is set. Secrets are never shown."""
    faults: tuple[str, ...] = ()
    try:
        known: Settings | None = read_settings()
    except WrongSettings as wrong:
        known, faults = None, wrong.faults
    rows = table(known)
    if as_json:
        typer.echo(json.dumps([row._asdict() for row in rows], indent=2))
    else:
        width = shutil.get_terminal_size((80, 24)).columns
        typer.echo("\n\n".join("\n".join(row.lines(max(width, 40))) for row in rows))
    if faults:
        raise fail(*faults)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into; made if need be.")],
) -> None:
    """Write a commented authority.toml and people.csv to begin with."""
    from procedures.authority import people_template, template

    if folder.exists() and not folder.is_dir():
        raise fail(f"{folder} is a file. Name a folder; it is made if need be.")
    files = {folder / "authority.toml": template(), folder / "people.csv": people_template()}
    there = [str(path) for path in files if path.exists()]
    if there:
        kept, them = ("exists already and is left as it is", "it")
        if len(there) > 1:
            kept, them = ("exist already and are left as they are", "them")
        raise fail(f"{' and '.join(there)} {kept}. Choose another folder, or move {them} away.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(
            f"{folder} cannot be written to: {(error.strerror or 'unknown reason').lower()}."
        ) from None
    for path in files:
        typer.echo(f"Wrote {path}")
    typer.echo(
        f"Change both to fit, then: CHALLENGE_AUTHORITY={folder / 'authority.toml'} challenge-bot people import {folder / 'people.csv'}"
    )


@app.command()
def due(
    opened: Annotated[
        str,
        typer.Argument(metavar="DATE", help="The day the window opens, such as 2026-12-18. It never counts."),
    ],
    working_days: Annotated[str, typer.Argument(metavar="N", help=f"How many working days, 1 to {MOST}.")],
    nation: Annotated[
        str, typer.Option(metavar="NATION", help=f"Whose bank holidays: {', '.join(Nation)}.")
    ] = Nation.ENGLAND_AND_WALES,
    as_json: AsJson = False,
) -> None:
    """Work out a due date: the date on the first line, then the sum day by day."""
    from procedures.workdays import WorkingCalendar, parse_date
    from procedures.workdays import due as work_out

    if nation not in list(Nation):
        hint = did_you_mean(nation, list(Nation), noun="The nations are")
        raise fail(f'"{nation}" is no nation with bank holidays of its own. {hint}')
    if not (working_days.isascii() and working_days.isdigit() and 1 <= int(working_days[:9]) <= MOST):
        raise fail(
            f'"{working_days}" is not a number of working days: that is a whole number from 1 to {MOST}.'
        )
    try:
        answer = work_out(WorkingCalendar(Nation(nation)), parse_date(opened), int(working_days))
    except ValueError as error:
        raise fail(str(error)) from None
    if as_json:
        typer.echo(
            json.dumps({"due": answer.day.isoformat(), "sum": answer.sum, "days": answer.lines()}, indent=2)
        )
        return
    typer.echo(answer.day.isoformat())
    typer.echo(answer.sum)
    for line in answer.lines():
        typer.echo(line)


# --- people --------------------------------------------------------------------------------------------------------------


@people_app.command("import")
def people_import(
    file: Annotated[Path, typer.Argument(metavar="PEOPLE.CSV")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
) -> None:
    """Take in who works here: everything is checked first, then all of it is changed or nothing."""
    from bot.staff import take_in

    with faults_as_sentences():
        for line in take_in(read_settings(), file, dry_run=dry_run):
            typer.echo(line)


@people_app.command("check")
def people_check(as_json: AsJson = False) -> None:
    """Name every role that a procedure needs and nobody holds; status 1 when there is one."""
    from bot.staff import unheld

    with faults_as_sentences():
        found = unheld(read_settings())
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        for gap in found:
            typer.echo(
                f"{gap['team']}: nobody holds the role {gap['role_name']} ({gap['role']}), which {gap['clause']} of {gap['procedure']} needs."
            )
        if not found:
            typer.echo("Every role that a procedure needs is held for every team.")
    if found:
        raise typer.Exit(1)
