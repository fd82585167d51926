"""docs/access.md: who may what under each procedure that comes with the program, from the table that decides it.

`python -m tests.docs.access` writes the page.
"""

from __future__ import annotations

from commands.access import places as places_of
from commands.access import positions
from commands.access_lines import Line, lines, words
from procedures import library
from procedures.authority import Authority, parse_authority, template
from procedures.schema import Procedure
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "access.md"

_HEAD = """# Who may what

`challenge-bot access` shows this for your own procedures, `--command`, `--role` and `--procedure` narrow it down, and `--json`
gives it to programs with an answer for everybody who may stand to a challenge in some way. Page and command come from the
functions that decide each request; `python -m tests.docs.access` writes this page, and a test fails when it is out of date.
Another test tries every combination through the front door at each stage: Bradford's by the command, the button and the form,
those of the others by all three where they begin and by the command further on. (Three rare stages of Calderdale and Cwm Taf
it does not come to.)

- **A role by its name** ("team manager") is somebody who has that part in this very challenge at this stage. *Every* team
  manager is whoever holds the role for any team. *Of the team or above*: for the challenge's own team or a unit above it.
- **Whoever covers** for somebody who is away may do and read what that person may. Private concerns and files that somebody
  asked for are excepted: nobody stands in there.
- **Whoever has or had a part** keeps reading the record; to act they need a part at the present stage.
- **Whoever is not allowed** gets a sentence, alone, that says who can. Nothing is changed.
- **Nobody else** sees anything of a challenge: administrators, colleagues without a part, guests, people of another organisation,
  people who were taken off the list. A reference that does not exist and one that is not theirs get the same answer.

## How somebody can stand to a challenge

At the second stage of the first procedure below, for example. These are the names in the output of `--json`.

| Name | Who that is |
|---|---|
{positions}

"""


def page() -> str:
    """The whole page."""
    authority = parse_authority(template())
    books = list(library.load(sorted(file.stem for file in (ROOT / "procedures").glob("*.toml"))).in_use)
    books.sort(key=lambda each: (each.id != "bradford", each.id))
    standing = [f"| `{each.id}` | {each.words} |" for each in positions(places_of(books[0])[1])]
    tables = [
        f"## {each.title} (`{each.id}`)\n\n{_table(each, authority, whole=each is books[0])}\n"
        for each in books
    ]
    return "\n".join([_HEAD.format(positions="\n".join(standing)), *tables])


def _table(procedure: Procedure, authority: Authority, whole: bool) -> str:
    """What depends on the stage; for the first procedure also what does not."""
    rows = ["| Command | Where | Who |", "|---|---|---|"]
    found = [line for line in lines(procedure, authority) if whole or line.use.staged]
    return "\n".join([*rows, *(_row(procedure, line) for line in found)])


def _row(procedure: Procedure, line: Line) -> str:
    who = words(procedure, line.who, lambda role: role.replace("_", " "))
    command = f"`{line.use.command}`" + (f" ({line.use.what})" if line.use.what else "")
    return f"| {command} | {line.where} | {who} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
