"""Patterns across cases that somebody was told of: how often, over which days, in which challenges (BI-2)."""

from __future__ import annotations

from collections.abc import Mapping

from commands.command import Command
from commands.desk import Desk
from commands.errors import Refused
from commands.leads import Notice
from commands.listing import overseen
from commands.vocabulary import Button, Buttons, Card, Divider, Filled, Paragraph, Part, Reply, Say, Small
from procedures.dates import long_date
from procedures.patterns import choice_of
from procedures.schema import Pattern, Procedure
from storage import patterns
from storage.patterns import Told

SHOWN = 12
"""Patterns in one list, the latest first."""


class Patterns(Command):
    """See the patterns across cases that you or your teams were told of."""

    name = "patterns"
    title = "Patterns across cases"

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """Where a procedure in use counts patterns."""
        return any(procedure.pattern for procedure in desk.procedures)

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The list."""
        if not cls.offered(desk):
            raise Refused("The procedures in use here count no patterns across cases.")
        return Say(listed(desk))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The same, from a button."""
        return cls.typed(desk, [])


def listed(desk: Desk) -> Card:
    """What the person was told of, and what concerns the teams they oversee, the latest first."""
    found = [told for told in _known(desk) if _may_see(desk, told)]
    title = "Patterns across cases"
    if not found:
        words = "No pattern has been found that you were told of, or that concerns a team that you oversee."
        return Card(title, (Paragraph(words),), title)
    parts: list[Part] = []
    for told in found[:SHOWN]:
        parts += [*([Divider()] if parts else []), *_words(desk, told)]
        day = long_date(desk.office.today(told.told_at))
        parts.append(Small(f"{desk.name_all(told.told, 'and')} told on {day}."))
    if len(found) > SHOWN:
        parts.append(Small(f"And {len(found) - SHOWN} earlier."))
    return Card(title, tuple(parts), title)


def _known(desk: Desk) -> list[Told]:
    return patterns.told_of(desk.session, [procedure.id for procedure in desk.procedures])


def _may_see(desk: Desk, told: Told) -> bool:
    """Those told (or whoever covers for them), and those who oversee a team in which it happened."""
    if {desk.actor.email, *desk.covered} & set(told.told):
        return True
    units = set(patterns.units(desk.session, told.challenges).values())
    return bool(units & set(overseen(desk)))


def pattern_card(desk: Desk, notice: Notice) -> Card | None:
    """The message to those who are told: how often, over which days, in which challenges, and nothing of any case."""
    told = patterns.find(desk.session, int(notice.body["told"]))
    if told is None:
        return None
    parts = (*_words(desk, told), Buttons((Button("All patterns", "patterns"),)))
    return Card("A pattern across cases", parts, "A pattern across cases")


def _words(desk: Desk, told: Told) -> list[Part]:
    procedure, rule = _rule(desk, told)
    answer = (
        told.answer if procedure is None or rule is None else choice_of(procedure, rule, told.answer).label
    )
    title = told.pattern if rule is None else rule.title
    lead = f"{title}: {answer}, {len(told.challenges)} times from {long_date(told.first)} to {long_date(told.last)}."
    references = ", ".join(f"CH-{number}" for number in told.challenges)
    parts: list[Part] = [Paragraph(lead, strong=True), Paragraph(f"In {references}.")]
    return [*parts, Paragraph(rule.words)] if rule is not None else parts


def _rule(desk: Desk, told: Told) -> tuple[Procedure | None, Pattern | None]:
    procedure = next((each for each in desk.procedures if each.id == told.procedure), None)
    rules = [] if procedure is None else procedure.pattern
    return procedure, next((rule for rule in rules if rule.id == told.pattern), None)
