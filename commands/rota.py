"""Whose turn is next, and who was given what so far: for those who take turns, those who may name them, and managers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from commands.command import Command, closest
from commands.desk import Desk
from commands.errors import Refused
from commands.rotas import Turns, count_words, turns_in, why_left_out
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Card,
    Divider,
    Filled,
    Heading,
    Paragraph,
    Part,
    Reply,
    Say,
    Small,
)
from procedures.dates import short_date
from procedures.engine import holding
from procedures.schema import Procedure
from storage import allocations, roster
from storage.allocations import Given, Pool

HISTORY = 10
"""Parts given that are shown for each pool; the challenges themselves keep all of them."""


@dataclass(frozen=True)
class Seen:
    """A pool that the person may see, under the procedure that says how its turns go."""

    procedure: Procedure
    role: str
    unit: str


class ShowRota(Command):
    """See whose turn is next for a part that people take in turn, and who was given it so far."""

    name = "rota"
    title = "Whose turn it is"
    usage = "[role]"

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those who may see a pool."""
        return bool(seen(desk))

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """All the pools that the person may see, or those of the role named."""
        pools = seen(desk)
        if not pools:
            raise Refused(_why_none(desk))
        if words:
            pools = _of_role(pools, " ".join(words))
        return Say(card(desk, pools))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """A button for one role, or for all."""
        return cls.typed(desk, [arguments["role"]] if arguments.get("role") else [])


def seen(desk: Desk) -> list[Seen]:
    """The pools that the person is in, may name people from, or oversees; sorted by procedure, role and unit."""
    holdings = roster.holdings(desk.session)
    found: list[Seen] = []
    for procedure in desk.procedures:
        for role, data in procedure.role.items():
            if data.rota is None:
                continue
            units = sorted({unit for _, held, unit in holdings if held == role})
            found += [Seen(procedure, role, unit) for unit in units if _may_see(desk, procedure, role, unit)]
    return found


def _may_see(desk: Desk, procedure: Procedure, role: str, unit: str) -> bool:
    rule = procedure.role[role].rota
    looking = {*holding(procedure, "oversee"), *(rule.named_by if rule else ())}
    authority = desk.office.authority
    near = {*authority.upwards(unit), *authority.within(unit)}
    return (role, unit) in desk.roles or any(held in looking and where in near for held, where in desk.roles)


def _why_none(desk: Desk) -> str:
    turns = [data.rota for each in desk.procedures for data in each.role.values() if data.rota]
    if not turns:
        return "In the procedures in use here nobody takes turns."
    return "Only those who take turns, those who may name them, and managers see whose turn it is."


def _of_role(pools: list[Seen], word: str) -> list[Seen]:
    titles = {each.role: each.procedure.role_title(each.role).lower() for each in pools}
    known = [*titles, *titles.values()]
    wanted = word.lower().replace(" ", "_")
    meant = wanted if wanted in titles else closest(word, known)
    found = [each for each in pools if meant in (each.role, titles[each.role])]
    if not found:
        names = ", ".join(dict.fromkeys(each.procedure.role_title(each.role) for each in pools))
        raise Refused(f'Nobody takes turns as "{word[:40]}". You can see: {names}.')
    return found


def card(desk: Desk, pools: Iterable[Seen]) -> Card:
    """The pools one after the other: the order of turns, and what was given so far."""
    parts: list[Part] = []
    for each in pools:
        units = desk.office.authority.upwards(each.unit)
        found = turns_in(desk, each.procedure, each.role, units)
        if found is None:
            continue
        title = each.procedure.role_title(each.role)
        heading = f"{title}, {desk.office.authority.unit_name(each.unit)}"
        parts += [*([Divider()] if parts else []), Heading(heading[:150]), *_turns(desk, each, found)]
        parts += _history(desk, found.pool)
    words = "Fewest turns first, then the longest ago. Whoever is away or involved in a case is passed over, and comes first later."
    parts.append(Small(words))
    if allocations.challenges_held(desk.session, desk.actor.email):
        parts.append(Buttons((Button("Ask a colleague to swap", "swap"),)))
    return Card("Whose turn it is", tuple(parts), "Whose turn it is")


def _turns(desk: Desk, each: Seen, found: Turns) -> list[Part]:
    rule = each.procedure.role[each.role].rota
    take = 1 if rule is None else rule.take
    able = found.able
    names = desk.name_all(able[:take], "and")
    next_words = f"Next: {names}." if able else "Everybody is away today: it is nobody's turn."
    lines = []
    for place in found.places:
        away = f"; {why_left_out(desk, place)}" if place.left_out is not None else ""
        lines.append(f"{desk.name(place.member.email)}: {count_words(desk, place.member)}{away}")
    return [Paragraph(next_words, strong=True), Bullets(tuple(lines))]


def _history(desk: Desk, pool: Pool) -> list[Part]:
    rows = allocations.history(desk.session, pool, HISTORY)
    if not rows:
        return [Small("Nothing has been given to anybody yet.")]
    lines = tuple(_line(desk, row) for row in rows)
    return [Paragraph("Given so far, the latest first"), Bullets(lines)]


def _line(desk: Desk, row: Given) -> str:
    how = {"turn": "in turn", "named": "named", "swapped": "by a swap"}[row.how]
    ended = f", passed on {_day(desk, row.ended_at)}" if row.ended_at is not None else ""
    return f"CH-{row.challenge_id}: {desk.name(row.email)}, {_day(desk, row.at)}, {how}{ended}"


def _day(desk: Desk, at: datetime) -> str:
    day = desk.office.today(at)
    return f"{short_date(day)} {day.year}"
