"""`challenge-bot records`: how long records are kept, what is held, what is deleted, and what is held on one case."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import cannot_write, fail, open_office, who

if TYPE_CHECKING:
    from sqlmodel import Session

    from commands.retention import Due
    from commands.vocabulary import File

app = typer.Typer(
    no_args_is_help=True, help="How long records are kept: what is due, held, deleted or given out."
)
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="A case reference, or a challenge's (CH-1042).")]
Reason = Annotated[str, typer.Option(help="Why; the audit keeps it.")]


@app.command()
def due(as_json: AsJson = False) -> None:
    """What the retention schedule in authority.toml says may be deleted now, and what a legal hold keeps."""
    from commands import retention

    with open_office() as office, office.database.read() as session:
        found = retention.due(office, session, office.clock.now())
        plans = len(retention.plans_due(office, session, office.clock.now()))
        rule = office.authority.retention
    if as_json:
        typer.echo(json.dumps({"records": [_as_data(each) for each in found], "plans": plans}, indent=2))
        return
    for each in found:
        typer.echo(_told(each))
    if plans:
        typer.echo(f"Plans without a challenge, no longer listed: {plans}.")
    if rule.closed_years is None and rule.private_concern_years is None and not rule.procedures:
        typer.echo("authority.toml has no [retention], so nothing is ever deleted.")
    elif not found and not plans:
        typer.echo("Nothing is due.")


def _as_data(each: Due) -> dict[str, object]:
    return {
        "reference": each.record.reference,
        "procedure": each.record.procedure,
        "closed": each.closed_on.isoformat(),
        "due": each.due_on.isoformat(),
        "held": each.held,
    }


def _told(each: Due) -> str:
    years = "1 year" if each.years == 1 else f"{each.years} years"
    kept = "; kept by a legal hold" if each.held else ""
    return f"{each.record.reference}: closed {each.closed_on}, due {each.due_on} ({years}){kept}"


@app.command()
def delete(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go, and delete nothing.")
    ] = False,
) -> None:
    """Delete for ever what is due and not held. The audit stays whole; a line for each record says that it was there."""
    from commands import retention

    if dry_run:
        due()
        return
    count = 0
    with open_office() as office:
        for each in retention.delete_due(office, by=who()):
            count += 1
            typer.echo(f"Deleted {each.record.reference}.")
        if count:
            office.database.compact()
    typer.echo(f"{count} record{'' if count == 1 else 's'} deleted.")


@app.command()
def hold(case: Case, reason: Reason) -> None:
    """Let nothing of a case be deleted, whatever the schedule says, until the hold is released."""
    from storage import retention

    with open_office() as office, office.database.write() as session:
        reference = _case(session, case, office.authority.case_reference.compiled)
        _need(reason)
        new = retention.hold(session, reference, reason=reason, by=who(), at=office.clock.now())
    typer.echo(f"{reference} is held." if new else f"{reference} was held already; nothing was changed.")


@app.command()
def release(case: Case, reason: Reason) -> None:
    """End a legal hold; what is due then may be deleted."""
    from storage import retention

    with open_office() as office, office.database.write() as session:
        reference = _case(session, case, office.authority.case_reference.compiled)
        _need(reason)
        if not retention.release(session, reference, reason=reason, by=who(), at=office.clock.now()):
            raise fail(f"{reference} is not held. `challenge-bot records holds` lists what is.")
    typer.echo(f"{reference} is held no longer.")


@app.command()
def holds(as_json: AsJson = False) -> None:
    """The cases that are held: since when, by whom, why."""
    from storage import retention

    with open_office() as office, office.database.read() as session:
        found = retention.holds(session)
    if as_json:
        rows = [{**vars(each), "at": each.at.isoformat()} for each in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for each in found:
        typer.echo(f"{each.case_reference}: since {each.at:%Y-%m-%d}, by {each.by}. {each.reason}")
    if not found:
        typer.echo("Nothing is held.")


@app.command()
def export(
    case: Case,
    target: Annotated[
        Path, typer.Argument(metavar="DIR|FILE.zip", help="Where to; there must be nothing of this name yet.")
    ],
    reason: Reason,
) -> None:
    """All that is held on one case, for a subject access request: to be read, as data, and what may have to be redacted."""
    from commands.desk import Desk
    from commands.subject_access import export as collect
    from storage.people import Person

    if target.exists():
        raise fail(f"{target} exists already and is left as it is. Name another.")
    _need(reason)
    with open_office() as office, office.database.write() as session:
        reference = _case(session, case, office.authority.case_reference.compiled)
        desk = Desk(office, session, Person(who(), who(), None, None, active=False))
        files = collect(desk, reference, reason)
        if not files:
            raise fail(f"Nothing is held on {reference}.")
        desk.close()
        try:
            _write(files, target)
        except OSError as error:
            raise cannot_write(target, error) from None
    typer.echo(f"Wrote {len(files)} files to {target}. Read redaction.txt before anything leaves the house.")


def _write(files: list[File], target: Path) -> None:
    """All of it or nothing, for its owner alone."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.suffix.lower() == ".zip":
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with (
                os.fdopen(descriptor, "wb") as out,
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                for file in files:
                    archive.writestr(file.name, file.content)
        else:
            beside.mkdir(mode=0o700)
            for file in files:
                place = beside / file.name
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(file.content)
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        beside.unlink(missing_ok=True)
        raise


def _need(reason: str) -> None:
    if len(reason.split()) < 2:
        raise fail('Say why in a few words: --reason "Letter of the court of 3 May".')


def _case(session: Session, given: str, pattern: re.Pattern[str]) -> str:
    """The case that is meant. Ends the program with a sentence when there can be none."""
    from storage import retention

    challenge = re.fullmatch(r"(?i)CH-(\d{1,9})", given.strip())
    if challenge is None:
        if not pattern.fullmatch(given.strip()):
            raise fail(
                f'"{given}" is neither a case reference of this authority nor a challenge such as CH-1042.'
            )
        return given.strip()
    found = retention.case_of(session, int(challenge[1]))
    if found is None:
        gone = retention.tombstone(session, f"CH-{challenge[1]}")
        raise fail(
            f"There is no CH-{challenge[1]}."
            if gone is None
            else f"CH-{challenge[1]} was deleted under the retention schedule on {gone:%Y-%m-%d}."
        )
    return found
