"""`challenge-bot documents` and `challenge-bot report`: documents of a record and reports of activity, written to a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import cannot_write, fail, faults_as_sentences, open_office, read_settings
from procedures.faults import did_you_mean

if TYPE_CHECKING:
    from commands.desk import Desk
    from commands.office import Office
    from commands.vocabulary import File
    from procedures.schema import Procedure
    from procedures.schema.documents import ActivityReport

app = typer.Typer(no_args_is_help=True, help="Word files filled from the record, and their templates.")

Target = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The file or folder to write to; else its own name, here."
    ),
]
Language = Annotated[str, typer.Option(metavar="en|cy", help="Which language, where the procedure has both.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


@contextmanager
def _desk(office: Office) -> Iterator[Desk]:
    """The program's own desk: what is read at the command line is written down in the audit, too."""
    from commands.desk import SYSTEM, Desk

    with office.database.write() as session:
        desk = Desk(office, session, SYSTEM)
        yield desk
        desk.close()


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """The documents and reports that the procedures in use have, and the template of each."""
    from commands.documents.offers import papers_of, template_key
    from procedures.schema.documents import ActivityReport

    with faults_as_sentences():
        from bot.office import make_office
        from procedures.clock import SystemClock

        office = make_office(read_settings(), SystemClock())
        office.database.dispose()
    rows = []
    for procedure in office.library.in_use:
        for each in papers_of(procedure):
            template = office.templates.get(template_key(procedure, each.id))
            rows.append(
                {
                    "procedure": procedure.id,
                    "id": each.id,
                    "title": each.title,
                    "what": "report of activity" if isinstance(each, ActivityReport) else each.kind.value,
                    "template": None if template is None else str(template),
                }
            )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        layout = row["template"] or "the program's own layout"
        typer.echo(f"{row['procedure']}: {row['id']} ({row['title']}, {row['what']}): {layout}")
    if not rows:
        typer.echo("The procedures in use have no documents and no reports.")


@app.command()
def make(
    challenge: Annotated[str, typer.Argument(metavar="CH-1042")],
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="Its id, as `documents list` shows it.")
    ],
    output: Target = None,
    language: Language = "en",
) -> None:
    """Write a document of a challenge to a Word file. That it was read is written down."""
    from commands.documents.fill import run_of
    from commands.documents.offers import made
    from commands.documents.template import TemplateFault
    from commands.record import challenge_id

    with open_office() as office, _desk(office) as desk:
        record = desk.office_record(challenge_id(challenge))
        if record is None:
            raise fail(f'There is no challenge "{challenge}". A reference looks like CH-1042.')
        known = {each.id: each for each in record.procedure.paper if run_of(record, each) is not None}
        if document not in known:
            hint = did_you_mean(document, list(known), noun="There are") or "It has none yet."
            raise fail(f'{record.reference} has no document "{document}". {hint}')
        _check_language(record.procedure, language)
        desk.read(record, f"document {document}")
        try:
            file = made(desk, record, known[document], language)
        except TemplateFault as fault:
            raise fail(str(fault)) from None
        _write(file, output)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Fill every template with specimen words: what is wrong in one is said in a sentence; status 1 when there is something."""
    from commands.documents.specimen import check_templates

    with open_office() as office:
        results = check_templates(office)
    if as_json:
        typer.echo(json.dumps([{"template": str(path), "fault": fault} for path, fault in results], indent=2))
    else:
        for path, fault in results:
            typer.echo(fault or f"{path}: nothing is wrong.", err=bool(fault))
        if not results:
            typer.echo("No document has a template of its own.")
    if any(fault for _, fault in results):
        raise typer.Exit(1)


def report(
    name: Annotated[str, typer.Argument(metavar="REPORT", help="Its id, as `documents list` shows it.")],
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day of the period.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Its last day, itself included.")
    ] = None,
    output: Target = None,
    language: Language = "en",
) -> None:
    """Write a report of activity to a Word file, for all teams; without days, the last whole months that it usually covers."""
    from commands.documents.activity import activity
    from commands.documents.offers import as_file
    from commands.documents.template import TemplateFault
    from commands.report import usual_period

    with open_office() as office, _desk(office) as desk:
        procedure, wanted = _report(office, name)
        usual = usual_period(wanted, desk.today)
        days = (_day(first, usual[0]), _day(last, usual[1]))
        if days[1] < days[0]:
            raise fail(f"The period ends ({days[1]}) before it begins ({days[0]}).")
        _check_language(procedure, language)
        desk.note_down(
            "read",
            procedure.id,
            {"how": f"report {wanted.id}", "first": days[0].isoformat(), "last": days[1].isoformat()},
        )
        paper = activity(desk, procedure, wanted, days, None, language)
        try:
            file = as_file(office, procedure, wanted.id, paper)
        except TemplateFault as fault:
            raise fail(str(fault)) from None
        _write(file, output)


def _report(office: Office, name: str) -> tuple[Procedure, ActivityReport]:
    known = {}
    for procedure in office.library.in_use:
        for each in procedure.report:
            known[f"{procedure.id}/{each.id}"] = (procedure, each)
    meant = [key for key in known if name in (key, key.partition("/")[2])]
    if len(meant) == 1:
        return known[meant[0]]
    if meant:
        raise fail(f'Several procedures have a report "{name}". Name one: {", ".join(meant)}.')
    hint = did_you_mean(name, [key.partition("/")[2] for key in known], noun="There are")
    raise fail(f'There is no report "{name}". {hint or "The procedures in use have none."}')


def _day(text: str | None, usual: date) -> date:
    from procedures.dates import parse_date

    if text is None:
        return usual
    try:
        return parse_date(text)
    except ValueError as error:
        raise fail(str(error)) from None


def _check_language(procedure: Procedure, language: str) -> None:
    if language not in procedure.languages:
        raise fail(
            f'The procedure has no wording in "{language}"; it has {" and ".join(procedure.languages)}.'
        )


def _write(file: File, output: Path | None) -> None:
    """Write the whole file or nothing."""
    target = Path(file.name) if output is None else output / file.name if output.is_dir() else output
    half = target.with_name(f".{target.name}.part")
    try:
        half.write_bytes(file.content)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise cannot_write(target, error) from None
    typer.echo(f"Wrote {target}")
