"""Children on plans in the chat: who comes up, when and why; and sending the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands.command import Command, Draft, Widget, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.listing import overseen
from commands.plan_import import Import, counts, named, summary, take_in
from commands.plan_list import DAYS, Line, nothing, opened, upcoming
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Card,
    Divider,
    Filled,
    Heading,
    Input,
    Kind,
    Mistakes,
    Option,
    Paragraph,
    Part,
    Reply,
    Say,
    Small,
)
from procedures.dates import long_date
from procedures.engine import holding
from procedures.faults import Fault, FaultyFile
from procedures.languages import in_a_sentence
from procedures.plans import COLUMNS
from storage import challenges
from storage.plans import Plan, listed

MOST = 2_000_000
"""Bytes of one list: ten thousand plans."""
FARTHEST = 400
"""Days that the list can look ahead."""
SHOWN = 12
FAULTS = 15
NAMED = 40
_SEND = "Send the list of plans"


class Plans(Command):
    """See which children on plans come up, when and why."""

    name = "plans"
    title = "Children on plans"
    submit = "Send"
    usage = "[days]"

    file: Annotated[str, Widget(Kind.FILE)] = Field(title="The list of plans, as a CSV file")
    trial: tuple[str, ...] = Field(default=(), title="Only a trial?")

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The list, so many days ahead; or the form after `import`."""
        if words and words[0].lower() == "import":
            return cls.pressed(desk, {"import": "yes"}, None)
        days = whole_number(words[0]) if words else DAYS
        if not 1 <= days <= FARTHEST:
            raise Refused(
                f'"{words[0][:20]}" is not a number of days from 1 to {FARTHEST}. For example: /challenge plans 90'
            )
        return Say(cls.card(desk, days))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The form, or the list."""
        if arguments.get("import"):
            return super().pressed(desk, {}, None)
        return cls.typed(desk, [])

    # --- the list ---------------------------------------------------------------------------------------------------------

    @classmethod
    def card(cls, desk: Desk, days: int) -> Card:
        """What comes up, and what has opened, for the plans that the person may see."""
        sees = visible(desk)
        may_send = desk.holds(desk.office.authority.plans.by)
        if sees is None and not may_send:
            raise Refused(
                "You see the children on plans whose coordinator you are, or whose team you oversee; at present there are none."
            )
        parts: list[Part] = []
        if sees is None:
            parts.append(
                Paragraph(
                    "You may send the list of plans. Its children are shown to those who work with them."
                )
            )
        else:
            parts += _coming_up(desk, days, sees) + _opened(desk, days, sees)
            desk.note_down("read", "plans", {"how": "plans"})
        if may_send:
            parts += [Divider(), Buttons((Button(_SEND, cls.name, {"import": "yes"}),))]
        return Card("Children on plans", tuple(parts), "Children on plans")

    # --- sending the list ---------------------------------------------------------------------------------------------------

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The file, and whether it is a trial."""
        _check_may_send(desk)
        yield Small(
            f"One row for each plan, with the columns {', '.join(COLUMNS)}. The whole list each time: who is not on it any more counts as gone."
        )
        yield replace(
            inputs["file"],
            endings=("csv",),
            hint="Everything in it is checked first; with one fault nothing is changed.",
        )
        yield replace(
            inputs["trial"],
            required=False,
            options=(Option("yes", "Only check it and show what it would change"),),
        )

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """What the list changes, or every fault in it."""
        _check_may_send(desk)
        upload = filled.files.get("file")
        if upload is None or not upload.name:
            return Mistakes({"file": "Choose a file."})
        if upload.problem:
            return Mistakes({"file": upload.problem})
        if not upload.name.lower().endswith(".csv"):
            return Mistakes(
                {
                    "file": f"“{upload.name[:60]}” is not a CSV file. In the spreadsheet choose “Save as”, then “CSV UTF-8 (comma delimited)”, and send that."
                }
            )
        if len(upload.content) > MOST:
            return Mistakes(
                {
                    "file": f"The file has {len(upload.content) / 1e6:.1f} MB; a list has {MOST / 1e6:.0f} MB at most."
                }
            )
        trial = bool(filled.values.get("trial"))
        try:
            found = take_in(desk.office, desk.session, upload.content, "plans.csv", trial=trial)
        except FaultyFile as faulty:
            return Say(_faults(faulty.faults))
        if not trial:
            desk.once()
            desk.note_down("plans_imported", "plans", counts(found))
        return Say(_taken_in(desk, found))


def visible(desk: Desk) -> Callable[[Plan], bool] | None:
    """Which plans the person may see: of units that they oversee or for which they count as raising, and those that they coordinate.

    None when there can be none at all.
    """
    raising = {role for procedure in desk.procedures for role in holding(procedure, "plans")}
    units = set(overseen(desk))
    for role, unit in desk.roles:
        if role in raising:
            units |= desk.office.authority.within(unit)
    own = {desk.actor.email, *desk.covered}

    def sees(plan: Plan) -> bool:
        return plan.row.unit in units or plan.row.coordinator in own

    return sees if units or any(sees(plan) for plan in listed(desk.session)) else None


def _check_may_send(desk: Desk) -> None:
    by = desk.office.authority.plans.by
    if not desk.holds(by):
        names = " or ".join(in_a_sentence(desk.office.roles[role]) for role in by)
        raise Refused(f"Only the {names} can send the list of plans here.")


def _coming_up(desk: Desk, days: int, sees: Callable[[Plan], bool]) -> list[Part]:
    lines = upcoming(desk.office, desk.session, days, sees)
    if not lines:
        return [Paragraph(nothing(desk.office, days))]
    number = f"{len(lines)} {'comes' if len(lines) == 1 else 'come'} up in the next {days} days, the earliest first."
    parts: list[Part] = [Paragraph(number)]
    for line in lines[:SHOWN]:
        parts += [Divider(), *_shown(desk, line)]
    if len(lines) > SHOWN:
        parts.append(
            Small(
                f"And {len(lines) - SHOWN} more, later. /challenge plans 14 shows the next fortnight alone."
            )
        )
    return parts


def _opened(desk: Desk, days: int, sees: Callable[[Plan], bool]) -> list[Part]:
    lines = opened(desk.office, desk.session, days, sees)
    if not lines:
        return []
    mine = set(challenges.ids_concerning(desk.session, [desk.actor.email, *desk.covered], only_open=False))
    parts: list[Part] = [Divider(), Heading(f"Opened in the last {days} days")]
    for line in lines[:SHOWN]:
        reference = f"CH-{line.challenge}"
        parts += _shown(desk, line, reference)
        if line.challenge in mine:
            parts.append(
                Buttons((Button("Open", "show", {"challenge": reference}, hint=f"Open {reference}"),))
            )
    if len(lines) > SHOWN:
        parts.append(Small(f"And {len(lines) - SHOWN} more, opened earlier."))
    return parts


def _shown(desk: Desk, line: Line, reference: str = "") -> list[Part]:
    heading = " · ".join(part for part in (reference, line.case_reference, line.what) if part)
    why = f": {line.why}" if line.why else ""
    return [
        Paragraph(heading, strong=True),
        Small(f"{long_date(line.day)}, {line.when}{why}; {desk.office.authority.unit_name(line.unit)}"),
    ]


def _faults(faults: tuple[Fault, ...]) -> Card:
    """Every fault by its line, for whoever mends the file."""
    lines = []
    for fault in faults[:FAULTS]:
        column = f", {fault.column}" if isinstance(fault.column, str) else ""
        place = f"Line {fault.line}{column}: " if fault.line else ""
        lines.append(f"{place}{fault.message}. {fault.hint}".strip())
    count = "One thing is" if len(faults) == 1 else f"{len(faults)} things are"
    parts: list[Part] = [
        Paragraph(f"Nothing was changed. {count} wrong in the file:", strong=True),
        Bullets(tuple(lines)),
    ]
    if len(faults) > FAULTS:
        parts.append(Small(f"And {len(faults) - FAULTS} more, shown once these are mended."))
    parts.append(Buttons((Button("Send it again", Plans.name, {"import": "yes"}),)))
    return Card("Nothing was changed", tuple(parts), "The list of plans was not taken in")


def _taken_in(desk: Desk, found: Import) -> Card:
    """What has changed in numbers; and by case reference for whoever may see the plans of these units."""
    first, *rest = summary(found)
    parts: list[Part] = [Paragraph(first, strong=True), *(Paragraph(line) for line in rest)]
    for label, references in named(found.changes, overseen(desk)):
        more = f" and {len(references) - NAMED} more" if len(references) > NAMED else ""
        parts.append(Small(f"{label}: {', '.join(references[:NAMED])}{more}"))
    if found.trial:
        parts.append(Buttons((Button("Send the file", Plans.name, {"import": "yes"}),)))
    title = "A trial of the list" if found.trial else "The list of plans"
    return Card(title, tuple(parts), title)
