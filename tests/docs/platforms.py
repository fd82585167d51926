"""docs/platforms.md: command by command what Slack and Teams show, drawn with the program's own code.

`python -m tests.docs.platforms` writes the page.
"""

from __future__ import annotations

from bot.answering import TOO_FAST
from bot.slack import inputs as slack_inputs
from bot.teams import inputs as teams_inputs
from bot.teams.asking import HOME_WORDS
from bot.teams.elements import Acting
from bot.teams.package import FROM_MESSAGE, offered
from commands.command import Command, _widget
from commands.registry import ALL
from commands.vocabulary import Input, Kind, Option
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "platforms.md"

_HEAD = """# What Slack and Teams show

Everything can be done in both, from the same command files. People of both work on one challenge, each in their own. Whoever is known in
both gets messages in Slack, unless `CHALLENGE_CHAT_FIRST` is `teams`, and may answer in either; whoever is known in neither is looked up by their
e-mail address, in the same order.

This page is made from the code (`python -m tests.docs.platforms`); a test fails when it is out of date.

## Ways in and ways to show

| | Slack | Teams |
|---|---|---|
| a command is typed | `/challenge raise` anywhere | `raise`, `/raise` or `/challenge raise` in one's own chat with the bot; after a mention in a group or channel; from the list of slash commands |
| a form | a window | a dialog, which a button opens; with `CHALLENGE_TEAMS_DIALOGS=0` in the chat itself |
| an input that changes its form | at once | after *{update}*, which stands below it, or when the form is sent |
| what is wrong with a form | at its input, the form stays open | above its input, the form stays open |
| a button that acts at once | the message is redrawn | the same (Action.Execute) |
| a question before a button acts | a small window | it opens beneath the button |
| rarer buttons of a message | behind ⋯ | behind ⋯ |
| the person's own page | the Home tab | {home} typed in one's own chat, and a welcome card with a button for it |
| a message that has changed | is redrawn in place | is redrawn in place |
| where others read along | a window for the person alone | a button that opens a dialog for whoever presses it; nothing else is shown there |
| from a message | | the message extension opens: {extension} |
| a Word file | comes into the direct messages | comes after the person has said yes: Teams asks where to put it |
| a list of plans is sent | in the form | attached to a message that says `plans import` |
| what may have been sent, after a crash | is looked up, then sent if need be | cannot be looked up: it is sent once more, and says so |
| too many requests | "{too_fast}" | the same |
| a digest, reminders | direct messages | one's own chat |

## Inputs

| Input | Slack | Teams |
|---|---|---|
{inputs}

## Command by command

*List*: it stands in the lists of commands that Teams shows after a slash or a mention. It can be typed in any case.

| Command | Form | Slack | Teams |
|---|---|---|---|
{commands}
"""


def page() -> str:
    """The whole page."""
    return _HEAD.format(
        update=teams_inputs.UPDATE,
        home=" or ".join(f"`{word}`" for word in HOME_WORDS[1:3]),
        extension=", ".join(f"`{name}`" for name in FROM_MESSAGE),
        too_fast=TOO_FAST.partition(".")[0] + ".",
        inputs="\n".join(_input(kind) for kind in Kind),
        commands="\n".join(_row(command) for command in ALL),
    )


def _input(kind: Kind) -> str:
    options = (Option("a", "A"), Option("b", "B"))
    entry = Input(
        "name", "Title", kind, options=options if kind in (Kind.CHOICE, Kind.LIST, Kind.TICKS) else ()
    )
    slack = slack_inputs.draw_input(entry, 1000)[0]["element"]["type"]
    teams = [
        f"`{element['type']}`"
        for element in teams_inputs.draw_input(entry, 1000, Acting("", form={"c": "plans"}))
        if str(element["type"]).startswith("Input.")
    ]
    style = {Kind.CHOICE: ", all in view", Kind.LIST: ", a list", Kind.TICKS: ", several"}.get(kind, "")
    return f"| {kind.value} | `{slack}` | {'; '.join(teams) + style if teams else 'words that say how to attach it'} |"


def _row(command: type[Command]) -> str:
    kinds = sorted(
        {
            widget.kind.value
            for field in command.model_fields.values()
            if (widget := _widget(field)) is not None
        }
    )
    listed = command in offered()
    slack = "a button alone" if command.from_button else f"`/challenge {command.name}`"
    teams = "a button alone" if command.from_button else f"`{command.name}`{', list' if listed else ''}"
    return f"| {command.name} | {', '.join(kinds) or 'none'} | {slack} | {teams} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
