"""`challenge-bot plans`: taking in the list of children on plans, and who comes up. It prints case references, never a name."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import fail, open_office

if TYPE_CHECKING:
    from commands.office import Office
    from commands.plan_list import Line

app = typer.Typer(no_args_is_help=True, help="Children on plans, and what opens by itself because of them.")

FARTHEST = 400
"""Days that the list can look ahead and back."""
ACTOR = "administrator"
"""Who the audit names for what is done on the command line."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="PLANS.CSV")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
) -> None:
    """Take in the list of plans: everything is checked first, then all of it is changed or nothing."""
    with open_office() as office:
        from commands.plan_import import counts, summary, take_in
        from procedures.reading import read_bytes
        from storage import audit

        content = read_bytes(file)
        with office.database.write() as session:
            found = take_in(office, session, content, str(file), trial=dry_run)
            if not dry_run:
                now = office.clock.now()
                audit.append(
                    session, at=now, actor=ACTOR, action="plans_imported", subject="plans", body=counts(found)
                )
        for line in summary(found):
            typer.echo(line)


@app.command("list")
def list_(
    days: Annotated[int, typer.Option(help="How many days ahead and back.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Who comes up, when and why; and what has opened by itself."""
    if not 1 <= days <= FARTHEST:
        raise fail(f"{days} is not a number of days from 1 to {FARTHEST}.")
    with open_office() as office:
        from commands.plan_list import nothing, opened, upcoming
        from storage import audit

        with office.database.write() as session:
            ahead, back = upcoming(office, session, days), opened(office, session, days)
            now = office.clock.now()
            audit.append(
                session, at=now, actor=ACTOR, action="read", subject="plans", body={"how": "plans list"}
            )
        if as_json:
            data = {"upcoming": _plain(ahead), "opened": _plain(back)}
            typer.echo(json.dumps(data, indent=2, default=str))
            return
        for line in (*ahead, *back):
            typer.echo(_line(office, line))
        if not ahead:
            typer.echo(nothing(office, days))


@app.command("example")
def example() -> None:
    """Print a list of plans to begin with; it fits what `challenge-bot init` writes."""
    from procedures.authority import plans_template

    typer.echo(plans_template(), nl=False)


def _plain(lines: list[Line]) -> list[dict[str, object]]:
    return [asdict(line) for line in lines]


def _line(office: Office, line: Line) -> str:
    """ "LCS-204815  2026-12-01  in 8 days  Third review, or 15 months: 15 months on the plan (East team 1)"."""
    reference = "" if line.challenge is None else f" as CH-{line.challenge}"
    why = f": {line.why}" if line.why else ""
    unit = office.authority.unit_name(line.unit)
    return f"{line.case_reference}  {line.day}  {line.when}{reference}  {line.what}{why} ({unit})"
