"""Lists of challenges: mine, my unit's, the overdue ones; and the choice of one for a command."""

from __future__ import annotations

from collections.abc import Iterable

from commands.command import Command
from commands.desk import Desk
from commands.errors import Refused
from commands.possible import could
from commands.record import Record
from commands.vocabulary import Button, Buttons, Card, Divider, Option, Paragraph, Part, Reply, Say, Small
from procedures.dates import long_date
from procedures.engine import holding
from storage import challenges
from storage.challenges import Head

SHOWN = 15
"""Challenges in one list; the rest are counted."""


def mine(desk: Desk, *, only_open: bool = True) -> list[Record]:
    """The challenges in which the person, or somebody they cover today, has a part."""
    ids = challenges.ids_concerning(desk.session, [desk.actor.email, *desk.covered], only_open=only_open)
    return [desk.with_procedure(stored) for stored in challenges.load_many(desk.session, ids)]


def choices_for(desk: Desk, kind: str) -> tuple[Option, ...]:
    """The person's challenges on which a step of this kind would be allowed now; `read` means all of them."""
    found = [
        record
        for record in mine(desk, only_open=kind not in ("read", "action_done"))
        if kind == "read" or could(desk, record, kind)
    ]
    return tuple(
        Option(record.reference, f"{record.reference} · {record.head.case_reference}")
        for record in found[-100:]
    )


class ListChallenges(Command):
    """List challenges: mine, all those of my unit, or the overdue ones."""

    name = "list"
    title = "Challenges"
    usage = "[mine | unit | overdue]"

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The word behind `list`, `mine` if there is none."""
        which = words[0].lower() if words else "mine"
        if which not in ("mine", "unit", "overdue"):
            raise Refused(
                f'There is no list "{which[:30]}". Use /challenge list mine, /challenge list unit or /challenge list overdue.'
            )
        return Say(cls.card(desk, which))

    @classmethod
    def pressed(cls, desk: Desk, arguments: object, form: object) -> Reply:
        """A button for one of the lists."""
        which = arguments.get("which", "mine") if isinstance(arguments, dict) else "mine"
        return cls.typed(desk, [which])

    @classmethod
    def card(cls, desk: Desk, which: str) -> Card:
        """One of the three lists."""
        if which == "unit":
            return _card(
                desk, "My unit's open challenges", _unit(desk), "There is no open challenge in your unit."
            )
        heads = [record.head for record in mine(desk)]
        if which == "overdue":
            late = {
                head.id: head
                for head in [*heads, *_unit_or_none(desk)]
                if head.due_at is not None and head.due_at <= desk.now
            }
            return _card(desk, "Overdue challenges", late.values(), "Nothing is overdue.")
        return _card(desk, "My open challenges", heads, "You have no open challenge.")


def overseen(desk: Desk) -> list[str]:
    """The units whose lists the person may see: those for which they hold a role that oversees, and all below."""
    seeing = {role for procedure in desk.procedures for role in holding(procedure, "oversee")}
    units: dict[str, None] = {}
    for role, unit in desk.roles:
        if role in seeing:
            units |= dict.fromkeys(desk.office.authority.within(unit))
    return list(units)


def _unit(desk: Desk) -> list[Head]:
    units = overseen(desk)
    if not units:
        raise Refused(
            "Only managers see the list of a whole unit. /challenge list mine shows the challenges in which you have a part."
        )
    return challenges.open_in_units(desk.session, units)


def _unit_or_none(desk: Desk) -> list[Head]:
    units = overseen(desk)
    return challenges.open_in_units(desk.session, units) if units else []


def _card(desk: Desk, title: str, heads: Iterable[Head], nothing: str) -> Card:
    ordered = sorted(heads, key=lambda head: (head.due_at is None, head.due_at or desk.now, head.id))
    if not ordered:
        return Card(title, (Paragraph(nothing),), title)
    parts: list[Part] = [Paragraph(f"{len(ordered)} open, the earliest due first.")]
    own = {record.head.id for record in mine(desk)}
    for head in ordered[:SHOWN]:
        parts += [Divider(), *line(desk, head, openable=head.id in own)]
    if len(ordered) > SHOWN:
        parts.append(
            Small(
                f"And {len(ordered) - SHOWN} more, due later. /challenge show with the reference opens any of them."
            )
        )
    parts.append(Divider())
    more = [("mine", "Mine"), ("unit", "My unit's"), ("overdue", "Overdue")]
    shown = [(which, label) for which, label in more if which != "unit" or overseen(desk)]
    parts.append(Buttons(tuple(Button(label, "list", {"which": which}) for which, label in shown)))
    return Card(title, tuple(parts), title)


def line(desk: Desk, head: Head, *, openable: bool) -> list[Part]:
    """One challenge in a list: reference, case, stage and date; nothing of what it is about."""
    stage = desk.procedure_of(head).stages[head.stage].name
    if head.due_at is None:
        when = "No date is running"
    else:
        day = desk.office.hours.local_day(head.due_at)
        when = f"Overdue since {long_date(day)}" if head.due_at <= desk.now else f"Due {long_date(day)}"
    unit = desk.office.authority.unit_name(head.unit)
    parts: list[Part] = [
        Paragraph(f"{head.reference} · {head.case_reference} · {stage}", strong=True),
        Small(f"{when}; {unit}; raised by {desk.name(head.raiser)}"),
    ]
    this = {"challenge": head.reference}
    if openable:
        parts.append(Buttons((Button("Open", "show", this, hint=f"Open {head.reference}"),)))
    else:
        label = "Pass a part on"
        parts.append(Buttons((Button(label, "reassign", this, hint=f"{label}: {head.reference}"),)))
    return parts
