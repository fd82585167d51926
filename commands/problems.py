"""The list of things that need an administrator."""

from __future__ import annotations

from collections.abc import Mapping

from commands.command import Command
from commands.desk import Desk
from commands.entries import moment
from commands.errors import Refused
from commands.office import ADMINISTRATOR
from commands.problem_notes import solved
from commands.undelivered import NotDelivered
from commands.vocabulary import Button, Buttons, Card, Divider, Filled, Paragraph, Part, Reply, Say, Small
from storage import problems, undelivered

SHOWN = 20
TO_LIST = Button("Messages not delivered", NotDelivered.name)


class Problems(Command):
    """For administrators: see what needs your attention."""

    name = "problems"
    title = "Needs attention"

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To administrators."""
        return desk.holds([ADMINISTRATOR])

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The list."""
        return cls.pressed(desk, {}, None)

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The list, after one of it was marked as solved if that is what was pressed."""
        if not desk.holds([ADMINISTRATOR]):
            raise Refused("Only an administrator sees this list.")
        if arguments.get("solved"):
            desk.once()
            words = f"{desk.actor.name} marked this as solved on {moment(desk, desk.now)}."
            solved(desk, arguments["solved"], words)
            desk.note_down("solved", "problem", {"key": arguments["solved"]})
        return Say(cls.card(desk))

    @classmethod
    def card(cls, desk: Desk) -> Card:
        """What is open, the oldest first."""
        found = list(problems.open_problems(desk.session))
        if not found:
            return Card(
                "Needs attention",
                (Paragraph("Nothing needs an administrator now."),),
                "Nothing needs attention",
            )
        parts: list[Part] = [Paragraph(f"{len(found)} to look at, the oldest first.")]
        for problem in found[:SHOWN]:
            parts += [
                Divider(),
                Paragraph(problem.sentence),
                Small(f"Since {moment(desk, problem.found_at)}"),
            ]
            done = Button("This is solved", cls.name, {"solved": problem.key}, hint=problem.sentence[:70])
            listed = problem.key.startswith(undelivered.PROBLEM)
            parts.append(Buttons((TO_LIST, done) if listed else (done,)))
        if len(found) > SHOWN:
            parts.append(Small(f"And {len(found) - SHOWN} more, shown once these are solved."))
        return Card("Needs attention", tuple(parts), "Things that need attention")
