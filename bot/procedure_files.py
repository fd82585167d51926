"""`challenge-bot procedures`: list, read, check and draw procedure files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import fail, faults_as_sentences
from procedures.faults import did_you_mean
from procedures.languages import LANGUAGES

if TYPE_CHECKING:
    from procedures.schema import Procedure

app = typer.Typer(
    no_args_is_help=True, help="The procedures, as data: read one, check or draw one of your own."
)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A shipped procedure's name, or the path of a file.")
]
Language = Annotated[str, typer.Option(metavar="en|cy", help="Which language, where the procedure has both.")]


@app.command("list")
def list_shipped(as_json: AsJson = False) -> None:
    """The procedures that come with the program."""
    from procedures.library import load as load_procedures
    from procedures.library import shipped

    found = load_procedures(shipped()).in_use
    if as_json:
        typer.echo(
            json.dumps(
                [{"name": p.id, "title": p.title, "nation": p.nation, "version": p.version} for p in found],
                indent=2,
            )
        )
        return
    for procedure in found:
        typer.echo(f"{procedure.id}: {procedure.title} ({procedure.nation})")


@app.command()
def show(name: Name, language: Language = "", as_json: AsJson = False) -> None:
    """One procedure in words: its stages, who is asked, by when, and the clause of each."""
    from procedures.telling import tell

    procedure = _read(name, language)
    typer.echo(
        procedure.model_dump_json(indent=2, by_alias=True, exclude_none=True)
        if as_json
        else "\n".join(tell(procedure))
    )


@app.command()
def draw(
    name: Name,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.SVG", help="The file to write to.")
    ] = None,
    language: Language = "",
) -> None:
    """One procedure as a picture (SVG): its stages, what happens at each, arrows to what follows."""
    from procedures.drawing import draw as drawn

    picture = drawn(_read(name, language))
    if output is None:
        typer.echo(picture, nl=False)
        return
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise fail(
            f"{output} cannot be written to: {(error.strerror or 'unknown reason').lower()}."
        ) from None
    typer.echo(f"Wrote {output}")


def _read(name: str, language: str) -> Procedure:
    """The procedure in that language, or in the first of its own. Ends the program when there is none such."""
    from procedures.library import find, parse

    with faults_as_sentences():
        id_, file, text = find(name)
        procedure = parse(text, file, id_)
    if language and language not in procedure.languages:
        known = ", ".join(f"{each} ({LANGUAGES[each]})" for each in procedure.languages)
        if language not in LANGUAGES:
            raise fail(
                f'"{language}" is no language that is known here. {did_you_mean(language, procedure.languages)}'
            )
        raise fail(f"{procedure.id} has no wording in {LANGUAGES[language]}. It has: {known}.")
    return procedure.in_language(language)


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Paths of files, or names of shipped procedures.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check procedure files: every fault with its line, and what is legal but doubtful; status 1 when there is a fault."""
    from procedures.library import check_named

    with faults_as_sentences():
        reports = [check_named(name) for name in files]
    faulty = any(report.faults for report in reports)
    if as_json:
        typer.echo(json.dumps([report.as_data() for report in reports], indent=2))
    else:
        for report in reports:
            for line in report.lines():
                typer.echo(line, err=bool(report.faults))
    if faulty:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """The JSON Schema of procedure files, for editors."""
    from procedures.schema import Procedure

    typer.echo(json.dumps(Procedure.model_json_schema(by_alias=True), indent=2))
